//! What the browser believes about the network. It is only believed when it says "no": a captive portal is "online" as well.
//! Imports nothing of the crate but the listener.

use crate::browser::listen::Listener;

/// False only when the browser is sure that there is no network.
pub fn is_online() -> bool {
    web_sys::window().is_none_or(|window| window.navigator().on_line())
}

/// Calls `handler` with the new belief each time it changes. Both listeners are removed when the pair is dropped.
pub fn on_change(handler: impl Fn(bool) + Clone + 'static) -> (Option<Listener>, Option<Listener>) {
    let lost = handler.clone();
    (Listener::on_window("online", move |_| handler(true)), Listener::on_window("offline", move |_| lost(false)))
}

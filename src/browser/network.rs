//! What the browser believes about the network. It is only believed when it says "no": a captive portal is "online" as
//! well. Imports nothing of the crate.

use gloo_events::EventListener;

/// False only when the browser is sure that there is no network.
pub(crate) fn is_online() -> bool {
    web_sys::window().is_none_or(|window| window.navigator().on_line())
}

/// Calls `handler` with the new belief each time it changes. Both listeners are removed when what is returned is
/// dropped.
pub(crate) fn on_change(handler: impl Fn(bool) + Clone + 'static) -> Option<[EventListener; 2]> {
    let window = web_sys::window()?;
    let lost = handler.clone();
    Some([
        EventListener::new(&window, "online", move |_| handler(true)),
        EventListener::new(&window, "offline", move |_| lost(false)),
    ])
}

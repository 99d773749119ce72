//! Whether anybody can see the page: hidden tabs neither poll nor tick. Imports nothing of the crate.

use gloo_events::EventListener;

/// True while the tab is visible; true as well where the browser does not say.
pub(crate) fn is_visible() -> bool {
    web_sys::window()
        .and_then(|window| window.document())
        .is_none_or(|document| document.visibility_state() != web_sys::VisibilityState::Hidden)
}

/// Calls `handler` with the new visibility each time it changes.
pub(crate) fn on_change(handler: impl Fn(bool) + 'static) -> Option<EventListener> {
    let document = web_sys::window()?.document()?;
    Some(EventListener::new(&document, "visibilitychange", move |_| handler(is_visible())))
}

/// Calls `handler` when the window gets the focus.
pub(crate) fn on_focus(handler: impl Fn() + 'static) -> Option<EventListener> {
    let window = web_sys::window()?;
    Some(EventListener::new(&window, "focus", move |_| handler()))
}

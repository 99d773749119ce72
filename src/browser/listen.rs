//! An event listener that is removed when it is dropped. By hand: `window_event_listener` of Leptos is bound to a reactive owner,
//! which the stores do not have. Imports nothing of the crate.

use wasm_bindgen::JsCast as _;
use wasm_bindgen::closure::Closure;

/// A listener on an event target; dropping it removes the listener.
pub struct Listener {
    target: web_sys::EventTarget,
    name: &'static str,
    callback: Closure<dyn FnMut(web_sys::Event)>,
}

impl Listener {
    /// Calls `handler` for each event called `name` on `target`, until the listener is dropped.
    pub fn new(
        target: web_sys::EventTarget,
        name: &'static str,
        handler: impl FnMut(web_sys::Event) + 'static,
    ) -> Self {
        let callback = Closure::<dyn FnMut(web_sys::Event)>::new(handler);
        // The only failure is a listener that cannot be called, which a closure can be.
        let _ = target.add_event_listener_with_callback(name, callback.as_ref().unchecked_ref());
        Self { target, name, callback }
    }

    /// The same on the window; `None` outside a page.
    pub fn on_window(name: &'static str, handler: impl FnMut(web_sys::Event) + 'static) -> Option<Self> {
        Some(Self::new(web_sys::window()?.into(), name, handler))
    }

    /// The same on the document; `None` outside a page.
    pub fn on_document(name: &'static str, handler: impl FnMut(web_sys::Event) + 'static) -> Option<Self> {
        Some(Self::new(web_sys::window()?.document()?.into(), name, handler))
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let _ = self.target.remove_event_listener_with_callback(self.name, self.callback.as_ref().unchecked_ref());
    }
}

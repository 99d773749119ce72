//! Whatever can change the colours, watched by hand: none of the micro-crates of leptos-use knows a theme that is set
//! on some element above. Imports nothing of the crate.

use gloo_events::EventListener;
use wasm_bindgen::JsCast as _;
use wasm_bindgen::JsValue;
use wasm_bindgen::closure::Closure;

/// Watches everything that can change the colours: the system's scheme, contrast and forced colours, and `data-theme`
/// on any element of the page; until it is dropped.
pub(crate) struct ThemeWatch {
    observer: Option<web_sys::MutationObserver>,
    #[expect(dead_code, reason = "held for the observer, which calls it")]
    callback: Closure<dyn FnMut()>,
    #[expect(dead_code, reason = "held for its Drop, which removes them")]
    media: Vec<EventListener>,
}

impl ThemeWatch {
    /// Calls `changed` after each such change.
    pub(crate) fn new(changed: impl Fn() + Clone + 'static) -> Self {
        let window = web_sys::window();
        let media = ["(prefers-color-scheme: dark)", "(forced-colors: active)", "(prefers-contrast: more)"]
            .into_iter()
            .filter_map(|query| {
                let list = window.as_ref()?.match_media(query).ok()??;
                let changed = changed.clone();
                Some(EventListener::new(&list, "change", move |_| changed()))
            })
            .collect();
        let callback = Closure::<dyn FnMut()>::new(changed);
        let observer = web_sys::MutationObserver::new(callback.as_ref().unchecked_ref()).ok();
        let root = window.and_then(|window| window.document()).and_then(|document| document.document_element());
        if let (Some(observer), Some(root)) = (&observer, root) {
            let options = web_sys::MutationObserverInit::new();
            options.set_attributes(true);
            options.set_subtree(true);
            options.set_attribute_filter(&js_sys::Array::of1(&JsValue::from_str("data-theme")));
            let _ = observer.observe_with_options(&root, &options);
        }
        Self { observer, callback, media }
    }
}

impl Drop for ThemeWatch {
    fn drop(&mut self) {
        if let Some(observer) = &self.observer {
            observer.disconnect();
        }
    }
}

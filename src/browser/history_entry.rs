//! What the present entry of the browser's history keeps beside its address, by keys. A browser that thinks a change
//! comes too often only forgets it. Imports nothing of the crate.

use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::History;

fn history() -> Option<History> {
    web_sys::window()?.history().ok()
}

/// What the entry keeps under a key.
pub(crate) fn get(key: &str) -> Option<JsValue> {
    let state = history()?.state().ok().filter(JsValue::is_object)?;
    js_sys::Reflect::get(&state, &key.into()).ok().filter(|value| !value.is_undefined())
}

/// Keeps something under a key beside what the entry keeps already; `None` takes it out.
pub(crate) fn set(entries: &[(&str, Option<JsValue>)]) {
    let Some(history) = history() else { return };
    let state = js_sys::Object::new();
    if let Some(known) = history.state().ok().filter(JsValue::is_object) {
        js_sys::Object::assign(&state, known.unchecked_ref());
    }
    for (key, value) in entries {
        let _ = match value {
            Some(value) => js_sys::Reflect::set(&state, &(*key).into(), value),
            None => js_sys::Reflect::delete_property(&state, &(*key).into()),
        };
    }
    let _ = history.replace_state(&state, "");
}

//! The answers that the page asked for before the application was here (docs/architecture.md, "The start"). Imports nothing of the crate.

use wasm_bindgen::{JsCast as _, JsValue};

/// Forgets all answers that the page asked for.
pub(crate) fn forget_early() {
    if let Ok(gantry) = js_sys::Reflect::get(&js_sys::global(), &JsValue::from_str("__gantry"))
        && gantry.is_object()
    {
        // A frozen object would refuse, and then nothing is lost.
        let _ = js_sys::Reflect::set(&gantry, &JsValue::from_str("early"), &js_sys::Object::new());
    }
}

/// The request that the page sent before the application was here, for exactly this address; only once.
pub(crate) fn take_early(url: &str) -> Option<js_sys::Promise> {
    let early = js_sys::Reflect::get(&js_sys::global(), &JsValue::from_str("__gantry"))
        .and_then(|gantry| js_sys::Reflect::get(&gantry, &JsValue::from_str("early")))
        .ok()?;
    let early: &js_sys::Object = early.dyn_ref()?;
    let key = JsValue::from_str(url);
    let promise: js_sys::Promise = js_sys::Reflect::get(early, &key).ok()?.dyn_into().ok()?;
    js_sys::Reflect::delete_property(early, &key).ok()?;
    Some(promise)
}

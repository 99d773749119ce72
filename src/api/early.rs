//! The answers that the page asked for before the application was here (docs/architecture.md, "The start"). Imports
//! nothing of the crate.

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

/// Takes over the answers that the page asked for with a token that the page around handed over, if it is this one
/// (public/embed-start.js).
pub(crate) fn adopt_early(token: &str) {
    let get =
        |of: &JsValue, name: &str| js_sys::Reflect::get(of, &JsValue::from_str(name)).unwrap_or(JsValue::UNDEFINED);
    let gantry = get(&js_sys::global(), "__gantry");
    let handed = get(&gantry, "handed");
    if handed.is_object() && get(&handed, "token").as_string().as_deref() == Some(token) {
        let _ = js_sys::Reflect::set(&gantry, &JsValue::from_str("early"), &get(&handed, "early"));
        let _ = js_sys::Reflect::set(&handed, &JsValue::from_str("token"), &JsValue::NULL);
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

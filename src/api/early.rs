//! The answers that the page asked for before the application was here (docs/architecture.md, "The start"). Imports
//! `browser`.

use crate::browser::page::{left_by_scripts, property};
use wasm_bindgen::{JsCast as _, JsValue};

/// Forgets all answers that the page asked for.
pub(crate) fn forget_early() {
    let gantry = left_by_scripts();
    if gantry.is_object() {
        // A frozen object would refuse, and then nothing is lost.
        let _ = js_sys::Reflect::set(&gantry, &JsValue::from_str("early"), &js_sys::Object::new());
    }
}

/// Takes over the answers that the page asked for with a token that the page around handed over, if it is this one
/// (public/embed-start.js).
pub(crate) fn adopt_early(token: &str) {
    let gantry = left_by_scripts();
    let handed = property(&gantry, "handed");
    if handed.is_object() && property(&handed, "token").as_string().as_deref() == Some(token) {
        let _ = js_sys::Reflect::set(&gantry, &JsValue::from_str("early"), &property(&handed, "early"));
        let _ = js_sys::Reflect::set(&handed, &JsValue::from_str("token"), &JsValue::NULL);
    }
}

/// The request that the page sent before the application was here, for exactly this address; only once.
pub(crate) fn take_early(url: &str) -> Option<js_sys::Promise> {
    let early = property(&left_by_scripts(), "early");
    let early: &js_sys::Object = early.dyn_ref()?;
    let promise: js_sys::Promise = property(early, url).dyn_into().ok()?;
    js_sys::Reflect::delete_property(early, &JsValue::from_str(url)).ok()?;
    Some(promise)
}

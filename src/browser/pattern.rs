//! Patterns of templates, run by the browser's own engine. Imports `model`.

use crate::model::parameters::{BrowserPattern, in_browser};
use std::cell::RefCell;
use std::collections::HashMap;
use wasm_bindgen::JsCast as _;

/// The longest text that a repetition of repetitions is run with: an engine that goes back may need twice as long for
/// each letter more.
const LONGEST_NESTED: usize = 24;

/// How many patterns are kept ready.
const MOST_KEPT: usize = 500;

/// A pattern, ready to run; `None` where this browser cannot.
type Ready = Option<(js_sys::RegExp, bool)>;

thread_local! {
    static READY: RefCell<HashMap<String, Ready>> = RefCell::default();
}

/// Whether a text fits a pattern of Go's (RE2); `None` where this browser cannot tell.
pub(crate) fn matches(pattern: &str, text: &str) -> Option<bool> {
    READY.with(|ready| {
        let mut ready = ready.borrow_mut();
        if ready.len() > MOST_KEPT {
            ready.clear();
        }
        let known = ready.entry(pattern.to_owned()).or_insert_with(|| in_browser(pattern).and_then(made));
        let (engine, nested) = known.as_ref()?;
        if *nested && text.chars().count() > LONGEST_NESTED {
            return None;
        }
        Some(engine.test(text))
    })
}

fn made(pattern: BrowserPattern) -> Ready {
    let flags = if pattern.ignores_case { "iu" } else { "u" };
    // The constructor throws where the engine does not know something; `new` of js-sys would end in that exception.
    let constructor = js_sys::Reflect::get(&js_sys::global(), &"RegExp".into()).ok()?;
    let arguments = js_sys::Array::of2(&pattern.source.into(), &flags.into());
    let made = js_sys::Reflect::construct(constructor.unchecked_ref::<js_sys::Function>(), &arguments).ok()?;
    Some((made.unchecked_into(), pattern.nested))
}

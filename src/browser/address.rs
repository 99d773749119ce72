//! The address bar. Whatever is written into it was read by the browser's own parser first, and a browser may refuse it
//! all the same: too many changes in a short time, or a page without an origin. The router would end in a panic then.
//! Imports `browser`.

use crate::browser::page;
use wasm_bindgen::JsValue;

/// Path, query and fragment of an address as the browser reads it, if it is one of this origin.
pub(crate) fn resolve(address: &str) -> Option<String> {
    let origin = page::origin();
    let url = web_sys::Url::new_with_base(address, &origin).ok()?;
    (url.origin() == origin).then(|| url.pathname() + &url.search() + &url.hash())
}

/// Path, query and fragment that the address bar shows.
pub(crate) fn shown() -> String {
    let location = web_sys::window().map(|window| window.location());
    let hash = location.and_then(|location| location.hash().ok()).unwrap_or_default();
    page::path_and_query() + &hash
}

/// Shows a path, as a step that "back" undoes or in place of the current one; false if the browser refuses.
pub(crate) fn show(path: &str, replace: bool) -> bool {
    let Some(history) = web_sys::window().and_then(|window| window.history().ok()) else { return false };
    // With its origin: a path alone that begins with two slashes would name another host.
    let whole = page::origin() + path;
    // A step to where one is would be one that "back" seems not to undo.
    if replace || path == shown() {
        // On the same page what is noted of the scroll position in it stays (`browser::scroll_restoration`).
        let stays = path.split(['?', '#']).next() == page::path_and_query().split('?').next();
        let state = if stays { history.state().unwrap_or(JsValue::NULL) } else { JsValue::NULL };
        history.replace_state_with_url(&state, "", Some(&whole)).is_ok()
    } else {
        history.push_state_with_url(&JsValue::NULL, "", Some(&whole)).is_ok()
    }
}

//! The page's own head, address and focus. Imports nothing of the crate.

use wasm_bindgen::{JsCast as _, JsValue};

fn document() -> Option<web_sys::Document> {
    web_sys::window()?.document()
}

/// Sets the title of the tab.
pub(crate) fn set_title(title: &str) {
    if let Some(document) = document() {
        document.set_title(title);
    }
}

/// Path and query of the address bar: what to come back to after signing in.
pub fn path_and_query() -> String {
    web_sys::window()
        .map(|window| window.location())
        .and_then(|location| Some(location.pathname().ok()? + &location.search().ok()?))
        .unwrap_or_default()
}

/// Host and port of the page ("coder.example.com", "localhost:8080").
pub fn host() -> String {
    web_sys::window().and_then(|window| window.location().host().ok()).unwrap_or_default()
}

/// Scheme, host and port of the page (`https://coder.example.com`).
pub(crate) fn origin() -> String {
    web_sys::window().and_then(|window| window.location().origin().ok()).unwrap_or_default()
}

/// Whether the viewer asked the browser to save data. (`navigator.connection` is not in every browser.)
pub(crate) fn saves_data() -> bool {
    web_sys::window()
        .and_then(|window| js_sys::Reflect::get(&window.navigator(), &JsValue::from_str("connection")).ok())
        .and_then(|connection| js_sys::Reflect::get(&connection, &JsValue::from_str("saveData")).ok())
        .is_some_and(|saves| saves.is_truthy())
}

/// The release that this page is of, as the build wrote it into the page; empty where it did not.
pub(crate) fn release() -> String {
    let root = document().and_then(|document| document.document_element());
    root.and_then(|root| root.get_attribute("data-release")).unwrap_or_default()
}

/// A property of an object of the page; `undefined` where it has none.
pub(crate) fn property(of: &JsValue, name: &str) -> JsValue {
    js_sys::Reflect::get(of, &JsValue::from_str(name)).unwrap_or(JsValue::UNDEFINED)
}

/// What the page's own scripts keep for the application (src/inline.js, public/embed-start.js).
pub(crate) fn left_by_scripts() -> JsValue {
    property(&js_sys::global(), "__gantry")
}

/// The whole address of the first link that fits a selector.
pub(crate) fn link_of(selector: &str) -> Option<String> {
    let link = document()?.query_selector(selector).ok().flatten()?;
    js_sys::Reflect::get(&link, &JsValue::from_str("href")).ok()?.as_string()
}

/// The cookies that scripts can read.
pub(crate) fn cookies() -> String {
    document()
        .and_then(|document| js_sys::Reflect::get(&document, &JsValue::from_str("cookie")).ok())
        .and_then(|cookies| cookies.as_string())
        .unwrap_or_default()
}

/// Says in the page that nothing is reached at this moment: the files that are on their way (`tools/parts.mjs`) are
/// given up, for one that hangs holds one of the few connections that a browser has to a host.
pub(crate) fn tell_unreachable() {
    if let (Some(window), Ok(event)) = (web_sys::window(), web_sys::Event::new("gantry:unreachable")) {
        let _ = window.dispatch_event(&event);
    }
}

/// Loads the page anew.
pub(crate) fn reload() {
    if let Some(window) = web_sys::window() {
        let _ = window.location().reload();
    }
}

/// Moves the focus to the element with this id, without scrolling when it is a heading that is already in view; false
/// when there is none.
pub(crate) fn focus(id: &str) -> bool {
    let element = document().and_then(|document| document.get_element_by_id(id));
    element
        .and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok())
        .is_some_and(|element| element.focus().is_ok())
}

/// Moves the focus to the first element that fits a selector; false when there is none.
pub(crate) fn focus_first(selector: &str) -> bool {
    let element = document().and_then(|document| document.query_selector(selector).ok().flatten());
    element
        .and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok())
        .is_some_and(|element| element.focus().is_ok())
}

/// An element that had the focus.
pub(crate) type Focused = web_sys::HtmlElement;

/// The element that has the focus, to give it back when a dialog closes.
pub(crate) fn focused() -> Option<Focused> {
    document()?.active_element()?.dyn_into().ok()
}

/// Sets or removes an attribute of the root element (`data-theme`).
pub(crate) fn set_root_attribute(name: &str, value: Option<&str>) {
    if let Some(root) = document().and_then(|document| document.document_element()) {
        let _ = match value {
            Some(value) => root.set_attribute(name, value),
            None => root.remove_attribute(name),
        };
    }
}

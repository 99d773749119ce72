//! Clicks on links: a link to a page of this app is followed without loading anything. The router's own follower stands
//! behind this one, on the window; it decodes the path of a link once too often and ends in a panic where the browser
//! refuses an address. Imports `panels`, `browser`, `paths`.

use crate::browser::address;
use crate::panels::go::Go;
use crate::paths;
use gloo_events::{EventListener, EventListenerOptions};
use wasm_bindgen::JsCast as _;
use web_sys::{Element, HtmlAnchorElement, MouseEvent};

/// Follows links for the life of the page.
pub(super) fn follow(go: Go) {
    let Some(document) = web_sys::window().and_then(|window| window.document()) else { return };
    let options = EventListenerOptions::enable_prevent_default();
    let listener = EventListener::new_with_options(&document, "click", options, move |event| {
        let Some(click) = event.dyn_ref::<MouseEvent>() else { return };
        let with_a_key = click.meta_key() || click.alt_key() || click.ctrl_key() || click.shift_key();
        if click.default_prevented() || click.button() != 0 || with_a_key {
            return;
        }
        let Some(link) = link_of(click) else { return };
        if is_left_to_the_browser(&link) {
            return;
        }
        match address::resolve(&link.href()).filter(|path| paths::is_inside(path)) {
            Some(path) => {
                click.prevent_default();
                go.to(path);
            }
            // The browser follows it, the router must not.
            None => click.stop_propagation(),
        }
    });
    listener.forget();
}

fn link_of(click: &MouseEvent) -> Option<HtmlAnchorElement> {
    let target: Element = click.target()?.dyn_into().ok()?;
    target.closest("a[href]").ok()??.dyn_into().ok()
}

fn is_left_to_the_browser(link: &HtmlAnchorElement) -> bool {
    let external = link.rel().split_ascii_whitespace().any(|one| one == "external");
    external || !link.target().is_empty() || link.has_attribute("download")
}

//! Arriving on a page: the focus goes to its heading as soon as there is one. A page may be on its way still, or wait
//! for an answer. Imports `browser`.

use leptos::prelude::request_animation_frame;
use std::cell::RefCell;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Document, Element, HtmlElement, MutationObserver, MutationObserverInit};

/// Sees headings appear, and holds what it calls.
struct Watch {
    observer: MutationObserver,
    _called: Closure<dyn FnMut(js_sys::Array, MutationObserver)>,
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}

thread_local! {
    static WATCH: RefCell<Option<Watch>> = const { RefCell::new(None) };
}

/// Moves the focus to the heading of the page that is coming and calls `then`; until it is there the focus is on the
/// main part of the page. It stays where it is if the page gave it to an input, or a person moved it meanwhile. Another
/// call takes the place of one that still waits.
pub(crate) fn focus_heading(then: impl FnOnce() + 'static) {
    WATCH.take();
    request_animation_frame(move || arrive(then));
}

/// Nobody waits for a heading any more.
pub(crate) fn forget() {
    WATCH.take();
}

/// Moves the focus to the heading that is there, else to the main part of the page, without scrolling.
pub(crate) fn focus_heading_in_place() {
    let Some(document) = web_sys::window().and_then(|window| window.document()) else { return };
    if let Some(element) = heading(&document).or_else(|| document.get_element_by_id("main")) {
        focus(&element);
    }
}

fn arrive(then: impl FnOnce() + 'static) {
    let Some(document) = web_sys::window().and_then(|window| window.document()) else { return };
    if has_input(&document) {
        return then();
    }
    if let Some(heading) = heading(&document) {
        focus(&heading);
        return then();
    }
    let Some(main) = document.get_element_by_id("main") else { return };
    focus(&main);
    let mut then = Some(then);
    let called = Closure::<dyn FnMut(js_sys::Array, MutationObserver)>::new(move |_, observer: MutationObserver| {
        let Some(heading) = heading(&document) else { return };
        observer.disconnect();
        // What held the focus may have gone with what stood there before: the document's body has it then.
        let moved =
            document.active_element().is_some_and(|active| active.id() != "main" && active.tag_name() != "BODY");
        if !moved {
            focus(&heading);
        }
        if let Some(then) = then.take() {
            then();
        }
    });
    if let Ok(observer) = MutationObserver::new(called.as_ref().unchecked_ref()) {
        let options = MutationObserverInit::new();
        options.set_child_list(true);
        options.set_subtree(true);
        let _ = observer.observe_with_options(&main, &options);
        WATCH.set(Some(Watch { observer, _called: called }));
    }
}

/// What a page gave the focus to itself keeps it.
fn has_input(document: &Document) -> bool {
    document.active_element().is_some_and(|active| active.closest("main input").ok().flatten().is_some())
}

/// The heading of the page. The pages of a failed start stand hidden beside it, with headings of their own.
fn heading(document: &Document) -> Option<Element> {
    document.query_selector("#main h1").ok().flatten()
}

fn focus(element: &Element) {
    if !element.has_attribute("tabindex") {
        let _ = element.set_attribute("tabindex", "-1");
    }
    if let Some(element) = element.dyn_ref::<HtmlElement>() {
        // Whoever arrives is at the top, whoever comes back is where they were.
        let options = web_sys::FocusOptions::new();
        options.set_prevent_scroll(true);
        let _ = element.focus_with_options(&options);
    }
}

//! Coming back: how far a page was scrolled and which link or button had the focus stand in its entry of the browser's
//! history, and are found again when a person goes back, goes forth, or reloads. The browser's own way scrolls before
//! the page has anything to scroll, so it is switched off. Imports `browser`.

use crate::browser::{history_entry, route_focus, timers};
use gloo_events::EventListener;
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::{request_animation_frame, set_timeout_with_handle};
use std::cell::{Cell, RefCell};
use std::time::Duration;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{Document, Element, History, HtmlElement, Window};

/// How long a page may take to grow to what it was, in milliseconds.
const PATIENCE_MS: f64 = 15_000.0;
/// How long what had the focus may take to appear once the page has been scrolled.
const FOCUS_MS: f64 = 2_000.0;
/// A page that was as it was for so many frames has come to rest.
const REST: u32 = 6;
/// A scroll or a walk of the focus that has paused for this long is noted: browsers refuse a page that writes its
/// history too often.
const PAUSE: Duration = Duration::from_millis(100);
/// What inside a page can have the focus and be found again.
const FINDABLE: &str = "main a[href], main button[id]";
/// The keys under which a place stands in an entry's state.
const TOP: &str = "gantryTop";
const FOCUS: &str = "gantryFocus";

/// Where somebody is on the way to.
#[derive(Clone)]
struct Coming {
    top: f64,
    focus: Option<String>,
    /// Another page is coming; after a reload or a step within a page the focus is nobody's concern.
    another: bool,
    since_ms: f64,
    reached_ms: Option<f64>,
    /// For how many frames all has been as it was.
    frames: u32,
}

thread_local! {
    static COMING: RefCell<Option<Coming>> = const { RefCell::new(None) };
    static NOTING: Cell<Option<TimeoutHandle>> = const { Cell::new(None) };
    static PATH: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Begins to note places and to come back to them, for the life of the page. Call it before the router listens: it has
/// to know of a step back first.
pub(crate) fn start() {
    let Some((window, history, document)) = parts() else { return };
    let _ = js_sys::Reflect::set(&history, &"scrollRestoration".into(), &"manual".into());
    PATH.set(path(&window));
    let listeners = [
        EventListener::new(&window, "scroll", |_| note_soon()),
        EventListener::new(&document, "focusin", |_| note_soon()),
        EventListener::new(&window, "pagehide", |_| note(None)),
        EventListener::new(&window, "popstate", |_| came()),
        EventListener::new(&document, "click", |event| {
            let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
            if let Some(left_by) = target.and_then(|target| target.closest(FINDABLE).ok().flatten()) {
                note(Some(left_by));
            }
        }),
        // Whoever moves on is not taken back.
        EventListener::new(&window, "wheel", |_| COMING.set(None)),
        EventListener::new(&window, "touchstart", |_| COMING.set(None)),
        EventListener::new(&window, "pointerdown", |_| COMING.set(None)),
        EventListener::new(&window, "keydown", |_| COMING.set(None)),
    ];
    listeners.into_iter().for_each(EventListener::forget);
    if let Some((top, _)) = known().filter(|(top, _)| *top > 0.0) {
        begin(Coming { top, focus: None, another: false, since_ms: now_ms(), reached_ms: None, frames: 0 });
    }
}

/// Whether somebody came back to this page and its place is being found: the focus is not the heading's then.
pub(crate) fn is_restoring() -> bool {
    COMING.with_borrow(|coming| coming.as_ref().is_some_and(|coming| coming.another))
}

fn parts() -> Option<(Window, History, Document)> {
    let window = web_sys::window()?;
    let (history, document) = (window.history().ok()?, window.document()?);
    Some((window, history, document))
}

fn now_ms() -> f64 {
    timers::monotonic_ms()
}

fn path(window: &Window) -> String {
    window.location().pathname().unwrap_or_default()
}

/// What the present entry knows of its place.
fn known() -> Option<(f64, Option<String>)> {
    let focus = || history_entry::get(FOCUS).and_then(|focus| focus.as_string());
    Some((history_entry::get(TOP)?.as_f64()?, focus()))
}

/// What an element leads to or is called; several may share it.
fn key_of(element: &Element) -> Option<String> {
    let href = element.get_attribute("href");
    href.or_else(|| Some(element.id()).filter(|id| !id.is_empty()).map(|id| format!("#{id}")))
}

fn findable(document: &Document) -> impl Iterator<Item = HtmlElement> + use<> {
    let all = document.query_selector_all(FINDABLE).ok();
    let count = all.as_ref().map_or(0, web_sys::NodeList::length);
    (0..count).filter_map(move |index| all.as_ref()?.item(index)?.dyn_into::<HtmlElement>().ok())
}

/// A name under which an element is found again: what it leads to, and which of those with it that is.
fn name_of(document: &Document, element: &Element) -> Option<String> {
    if !element.matches(FINDABLE).unwrap_or(false) {
        return None;
    }
    let key = key_of(element)?;
    let same = |other: &HtmlElement| key_of(other).as_deref() == Some(key.as_str());
    let nth = findable(document).filter(same).position(|other| other.is_same_node(Some(element)))?;
    Some(format!("{nth} {key}"))
}

/// The element of that name; the first with its key if there are fewer now.
fn find(document: &Document, name: &str) -> Option<HtmlElement> {
    let (nth, key) = name.split_once(' ')?;
    let mut same = findable(document).filter(|element| key_of(element).as_deref() == Some(key));
    let first = same.next()?;
    match nth.parse::<usize>().ok()?.checked_sub(1) {
        None => Some(first),
        Some(before) => same.nth(before).or(Some(first)),
    }
}

fn note_soon() {
    if COMING.with_borrow(Option::is_some) {
        return;
    }
    if let Some(before) = NOTING.take() {
        before.clear();
    }
    NOTING.set(set_timeout_with_handle(|| note(None), PAUSE).ok());
}

/// Writes the place into the present entry: `left_by` is the link or button by which it is perhaps being left, else
/// what has the focus.
fn note(left_by: Option<Element>) {
    if COMING.with_borrow(Option::is_some) {
        return;
    }
    let Some((window, _, document)) = parts() else { return };
    let focus = left_by.or_else(|| document.active_element()).as_ref().and_then(|element| name_of(&document, element));
    let top = window.scroll_y().unwrap_or(0.0);
    if known() == Some((top, focus.clone())) || (top == 0.0 && focus.is_none() && known().is_none()) {
        return;
    }
    history_entry::set(&[(TOP, Some(top.into())), (FOCUS, focus.map(JsValue::from))]);
}

/// A step back or forth: the address is the other entry's already, the page is not yet.
fn came() {
    let Some((window, ..)) = parts() else { return };
    if let Some(pending) = NOTING.take() {
        pending.clear();
    }
    let now = path(&window);
    let another = PATH.with_borrow(|before| *before != now);
    PATH.set(now);
    let (top, focus) = known().unwrap_or_default();
    route_focus::forget();
    begin(Coming { top, focus, another, since_ms: now_ms(), reached_ms: None, frames: 0 });
}

/// The router went on to the page at this path.
pub(crate) fn moved_to(path: &str) {
    PATH.set(path.to_owned());
}

fn begin(coming: Coming) {
    COMING.set(Some(coming));
    // The page of before goes in the same turn as the address.
    request_animation_frame(step);
}

/// Scrolls as far as there is something to scroll, until the place is reached and what had the focus is there.
fn step() {
    let Some(mut coming) = COMING.with_borrow(Clone::clone) else { return };
    let Some((window, _, document)) = parts() else { return };
    let root = document.document_element();
    let height = window.inner_height().ok().and_then(|height| height.as_f64()).unwrap_or(0.0);
    let most = root.map_or(0.0, |root| f64::from(root.scroll_height()) - height).max(0.0);
    let top = coming.top.min(most);
    let away = (window.scroll_y().unwrap_or(0.0) - top).abs() > 1.0;
    if away {
        window.scroll_to_with_x_and_y(0.0, top);
    }
    let now = now_ms();
    let late = now - coming.since_ms > PATIENCE_MS;
    if coming.reached_ms.is_none() && (coming.top <= most + 1.0 || late) {
        coming.reached_ms = Some(now);
    }
    if let Some(reached_ms) = coming.reached_ms {
        let sought = coming.focus.as_deref().filter(|_| coming.another);
        let found = sought.and_then(|name| find(&document, name));
        let has_it = document.active_element();
        if let Some(found) = found.as_ref().filter(|found| Some(found.as_ref()) != has_it.as_ref()) {
            let options = web_sys::FocusOptions::new();
            options.set_prevent_scroll(true);
            let _ = found.focus_with_options(&options);
        }
        let there = found.is_some() || sought.is_none();
        coming.frames = if there && !away { coming.frames + 1 } else { 0 };
        if coming.frames >= REST || late || (!there && now - reached_ms > FOCUS_MS) {
            COMING.set(None);
            if coming.another && found.is_none() {
                route_focus::focus_heading_in_place();
            }
            return;
        }
    }
    COMING.set(Some(coming));
    request_animation_frame(step);
}

//! The windows around this one: the page that shows it in a frame, a window that it opened, the one that opened it, and
//! the messages between them. Who sent a message is told by the browser and never by the message. Imports nothing of
//! the crate.

use crate::browser::page::{left_by_scripts, property};
use gloo_events::EventListener;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{MessageEvent, Window};

/// Another window.
#[derive(Clone, Debug)]
pub(crate) struct OtherWindow(Window);

impl OtherWindow {
    /// Sends JSON, as the object that it is, to a page of `origin` alone: the browser holds it back from every other.
    pub(crate) fn send(&self, json: &str, origin: &str) {
        if let Ok(message) = js_sys::JSON::parse(json) {
            let _gone = self.0.post_message(&message, origin);
        }
    }

    /// Whether it was closed.
    pub(crate) fn is_closed(&self) -> bool {
        self.0.closed().unwrap_or(true)
    }

    /// Whether a message was sent by it.
    pub(crate) fn sent(&self, message: &Message) -> bool {
        let own: &JsValue = self.0.as_ref();
        message.0.source().is_some_and(|source| JsValue::from(source) == *own)
    }
}

/// The page that shows this one; `None` where it stands alone.
pub(crate) fn parent() -> Option<OtherWindow> {
    let own = web_sys::window()?;
    let parent = own.parent().ok().flatten()?;
    let is_own = JsValue::from(parent.clone()) == JsValue::from(own);
    (!is_own).then_some(OtherWindow(parent))
}

/// The window that opened this one, where both are let know of each other.
pub(crate) fn opener() -> Option<OtherWindow> {
    let opener: JsValue = web_sys::window()?.opener().ok()?;
    (!opener.is_null() && !opener.is_undefined()).then(|| OtherWindow(opener.unchecked_into()))
}

/// Opens an address of this site in a small window that can be talked with; `None` where the browser did not let it. It
/// must be called while a click is being handled.
pub(crate) fn open(address: &str) -> Option<OtherWindow> {
    const SIZE: &str = "popup,width=520,height=720";
    let opened = web_sys::window()?.open_with_url_and_target_and_features(address, "_blank", SIZE);
    opened.ok().flatten().map(OtherWindow)
}

/// Opens an address in a tab of its own that knows nothing of this page.
pub(crate) fn open_tab(address: &str) {
    if let Some(window) = web_sys::window() {
        let _none_by_design = window.open_with_url_and_target_and_features(address, "_blank", "noopener");
    }
}

/// The origins of the pages around this one, the nearest first; `None` where the browser does not tell.
pub(crate) fn ancestors() -> Option<Vec<String>> {
    let location = web_sys::window()?.location();
    let list = js_sys::Reflect::get(&location, &JsValue::from_str("ancestorOrigins")).ok()?;
    let list: js_sys::Array = if list.is_object() { js_sys::Array::from(&list) } else { return None };
    list.iter().map(|one| one.as_string()).collect()
}

/// The address that led to this page, as far as it is told.
pub(crate) fn referrer() -> String {
    web_sys::window().and_then(|window| window.document()).map(|document| document.referrer()).unwrap_or_default()
}

/// Something that another window sent.
pub(crate) struct Message(MessageEvent);

impl Message {
    /// The origin of the page that sent it.
    pub(crate) fn origin(&self) -> String {
        self.0.origin()
    }

    /// Its JSON; `None` where it has none (a circle, a function's result).
    pub(crate) fn json(&self) -> Option<String> {
        js_sys::JSON::stringify(&self.0.data()).ok().and_then(|text| JsValue::from(text).as_string())
    }
}

/// What was said to the page around before the application was here (public/embed-start.js).
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Begun {
    /// It was told that the panel listens.
    pub greeted: bool,
    /// It was asked for its first token.
    pub asked: bool,
}

/// What was said to the page around, and what it said, before the application was here; from here on the application
/// speaks. Only once.
pub(crate) fn begun() -> (Begun, Vec<Message>) {
    let gantry = left_by_scripts();
    let begun = property(&gantry, "begun");
    // This also keeps quiet a script that arrives after the application.
    let _ = js_sys::Reflect::set(&gantry, &JsValue::from_str("begun"), &JsValue::NULL);
    if !begun.is_object() {
        return (Begun::default(), Vec::new());
    }
    let is_set = |name: &str| property(&begun, name).is_truthy();
    let heard: js_sys::Array = property(&begun, "heard").unchecked_into();
    let heard = heard.iter().filter_map(|event| event.dyn_into::<MessageEvent>().ok()).map(Message).collect();
    (Begun { greeted: is_set("greeted"), asked: is_set("asked") }, heard)
}

/// Hears all that is sent to this window, for the life of the page.
pub(crate) fn on_message(heard: impl Fn(Message) + 'static) {
    let Some(window) = web_sys::window() else { return };
    let listener = EventListener::new(&window, "message", move |event| {
        if let Some(event) = event.dyn_ref::<MessageEvent>() {
            heard(Message(event.clone()));
        }
    });
    listener.forget();
}

/// Hears of every link that is followed, before anything else does, but not of what is saved as a file; true if it was
/// taken care of and is to lead nowhere. For the life of the page.
pub(crate) fn on_link(followed: impl Fn(&str) -> bool + 'static) {
    let Some(window) = web_sys::window() else { return };
    let options = gloo_events::EventListenerOptions { phase: gloo_events::EventListenerPhase::Capture, passive: false };
    let follow = move |event: &web_sys::Event| {
        // The left button and the keyboard click, the middle one opens a tab; the right one opens a menu of the
        // browser's.
        let button = event.dyn_ref::<web_sys::MouseEvent>().map_or(0, web_sys::MouseEvent::button);
        if button != i16::from(event.type_() == "auxclick") {
            return;
        }
        let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        let link = target.and_then(|target| target.closest("a[href]:not([download])").ok().flatten());
        let address = link.and_then(|link| link.dyn_into::<web_sys::HtmlAnchorElement>().ok()).map(|link| link.href());
        if address.is_some_and(|address| followed(&address)) {
            event.prevent_default();
        }
    };
    let follow = std::rc::Rc::new(follow);
    for name in ["click", "auxclick"] {
        let follow = std::rc::Rc::clone(&follow);
        EventListener::new_with_options(&window, name, options, move |event| follow(event)).forget();
    }
}

/// Tells how high the page is, now and whenever that changes, for the life of the page. What lies over it (a question,
/// an open menu, messages) counts too.
pub(crate) fn on_height(told: impl Fn(u32) + 'static) {
    let Some(document) = web_sys::window().and_then(|window| window.document()) else { return };
    let Some(body) = document.body() else { return };
    let told = std::rc::Rc::new(told);
    let (measured, told_of) = (document.clone(), std::rc::Rc::clone(&told));
    let measure = wasm_bindgen::closure::Closure::<dyn FnMut()>::new(move || told_of(height(&measured)));
    let call: js_sys::Function = measure.as_ref().unchecked_ref::<js_sys::Function>().clone();
    measure.forget();
    if let Ok(observer) = web_sys::ResizeObserver::new(&call) {
        observer.observe(&body);
    }
    // What opens over the page changes no size of it.
    let options = web_sys::MutationObserverInit::new();
    options.set_subtree(true);
    options.set_child_list(true);
    options.set_attributes(true);
    let filter = js_sys::Array::of2(&JsValue::from_str("open"), &JsValue::from_str("hidden"));
    options.set_attribute_filter(&filter);
    if let Ok(observer) = web_sys::MutationObserver::new(&call) {
        let _observed = observer.observe_with_options(&body, &options);
    }
    let phase = gloo_events::EventListenerOptions::run_in_capture_phase();
    let toggled = call.clone();
    EventListener::new_with_options(&document, "toggle", phase, move |_| {
        let _measured = toggled.call0(&JsValue::NULL);
    })
    .forget();
    told(height(&document));
}

/// The room below something that lies over the page.
const BELOW: f64 = 24.0;

fn height(document: &web_sys::Document) -> u32 {
    // Both edges may lie within a pixel: of whole ones one would be missing, and the frame would scroll.
    let body = document.body().map_or(0.0, |body| body.get_bounding_client_rect().height().ceil() + 1.0);
    let Ok(over) = document.query_selector_all("dialog[open], [popover]:popover-open, .toasts") else {
        return body as u32;
    };
    let mut highest = body;
    for index in 0..over.length() {
        let element = over.item(index).and_then(|node| node.dyn_into::<web_sys::Element>().ok());
        let Some(element) = element else { continue };
        let tall = f64::from(element.scroll_height());
        if tall > 0.0 {
            highest = highest.max(tall + 2.0 * BELOW);
        }
    }
    highest.ceil() as u32
}

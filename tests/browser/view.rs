//! The app's own views in a real document: what is made again by the same line of source changes what stands there.

use crate::painted;
use gantry::browser::view::{Element, IntoNode, Node};
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{HtmlElement, HtmlInputElement};

/// A field whose settings are there, or (`wrong` is false) are not; as an effect and as a value.
fn field(wrong: bool) -> Node {
    let mut field = Element::new("input", 1);
    field.attribute("aria-invalid", move || wrong.then_some("true"));
    field.attribute("title", wrong.then_some("no such key"));
    field.attribute("required", move || wrong);
    field.class("bad", move || wrong);
    field.into()
}

#[wasm_bindgen_test]
async fn a_view_made_again_takes_back_what_is_no_more() {
    let parent: HtmlElement = document().create_element("div").unwrap().unchecked_into();
    document().body().unwrap().append_child(&parent).unwrap();
    let wrong = RwSignal::new(false);
    let view = leptos::mount::mount_to(parent.clone(), move || (move || field(wrong.get())).into_node());
    let input: HtmlInputElement = parent.query_selector("input").unwrap().unwrap().unchecked_into();
    let settings = || {
        let has = |name: &str| input.has_attribute(name);
        [has("aria-invalid"), has("title"), has("required"), input.class_list().contains("bad")]
    };
    assert_eq!(settings(), [false; 4]);
    input.focus().unwrap();
    input.set_value("typed");
    for now in [true, false, true, false] {
        wrong.set(now);
        JsFuture::from(painted()).await.unwrap();
        assert_eq!(settings(), [now; 4]);
    }
    assert!(input.is_connected(), "the element is the same");
    assert_eq!(document().active_element().as_ref(), Some(input.as_ref()));
    assert_eq!(input.value(), "typed");
    drop(view);
    parent.remove();
}

#[wasm_bindgen_test]
async fn a_memo_that_is_only_followed_tells_of_changes() {
    let owner = Owner::new();
    let (source, runs) = owner.with(|| (RwSignal::new(1), RwSignal::new(0)));
    owner.with(|| {
        let memo = gantry::browser::memo::Memo::new(move |_| source.get() / 10);
        gantry::browser::memo::Effect::new(move |_| {
            memo.track();
            runs.update_untracked(|runs| *runs += 1);
        });
    });
    for (value, expected) in [(1, 1), (12, 2), (13, 2), (25, 3)] {
        source.set(value);
        JsFuture::from(painted()).await.unwrap();
        assert_eq!(runs.get_untracked(), expected, "{value}");
    }
    drop(owner);
}

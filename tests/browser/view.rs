//! Leptos's views in a real document, as the app relies on them: an element that is made again stays what it is,
//! whatever of it changes.

use crate::painted;
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{HtmlElement, HtmlInputElement};

/// A field whose settings are there, or (`wrong` is false) are not; as closures and as values.
fn field(wrong: bool) -> impl IntoView {
    view! {
        <input
            aria-invalid=move || wrong.then_some("true")
            title=wrong.then_some("no such key")
            required=move || wrong
            class:bad=move || wrong
        />
    }
}

#[wasm_bindgen_test]
async fn a_view_made_again_takes_back_what_is_no_more() {
    let parent: HtmlElement = document().create_element("div").unwrap().unchecked_into();
    document().body().unwrap().append_child(&parent).unwrap();
    let wrong = RwSignal::new(false);
    let view = leptos::mount::mount_to(parent.clone(), move || move || field(wrong.get()));
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
        let memo = Memo::new(move |_| source.get() / 10);
        Effect::new(move |_| {
            // `track` alone would not compute it: a memo that nobody reads has no sources.
            memo.with(|_| ());
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

//! A state as shape, word and colour (docs/look.md, "States of a row"). Its elements are made once and their texts
//! follow the state, because a running build says something new each second. Imports `model::status` and `components`.

use crate::components::gauge::Eta;
use crate::components::icon::icon_of;
use crate::model::status::{Mark, StatusText};
use leptos::prelude::*;

/// What `of` says of a state; the default while there is none.
fn part<T: Default>(text: Signal<Option<StatusText>>, of: impl Fn(&StatusText) -> T) -> T {
    text.with(|text| text.as_ref().map(of).unwrap_or_default())
}

/// Mark and word.
#[component]
pub(crate) fn Status(
    /// The state; nothing is shown while there is none.
    #[prop(into)]
    text: Signal<Option<StatusText>>,
) -> impl IntoView {
    let mark = move || text.with(|text| text.as_ref().map_or(Mark::Unknown, |text| text.mark).icon());
    view! {
        <Show when=move || text.with(Option::is_some)>
            <span class=move || part(text, |text| format!("st st-{}", text.tone.name()))>
                {icon_of(mark)}<b>{move || part(text, |text| text.word.clone())}</b>
            </span>
        </Show>
    }
}

/// What the reason of a state stands in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reason {
    None,
    Text,
    Link,
}

/// Mark and word, the reason, the bar and what is left: what stands in the line of a row.
#[component]
pub(crate) fn StatusLine(
    /// The state; nothing is shown while there is none.
    #[prop(into)]
    text: Signal<Option<StatusText>>,
    /// Where the reason is told in full, if there is such a place: a line may be too short for it, and a title is seen
    /// with a mouse alone.
    #[prop(into)]
    all: Signal<Option<String>>,
) -> impl IntoView {
    let reason = Memo::new(move |_| {
        if text.with(|text| text.as_ref().is_none_or(|text| text.why.is_empty())) {
            Reason::None
        } else if all.with(Option::is_some) {
            Reason::Link
        } else {
            Reason::Text
        }
    });
    let why = move || part(text, |text| text.why.clone());
    let more = move || part(text, |text| text.more.clone());
    let left = move || part(text, |text| text.left.clone());
    let has_bar = Memo::new(move |_| part(text, |text| text.progress.is_some()));
    let done = Signal::derive(move || part(text, |text| text.progress.map_or(0.0, |progress| progress.done)));
    let band = Signal::derive(move || part(text, |text| text.progress.and_then(|progress| progress.band)));
    view! {
        <Status text/>
        {move || match reason.get() {
            Reason::None => ().into_any(),
            Reason::Link => view! { <a class="why" href=move || all.get() title=why>{why}</a> }.into_any(),
            Reason::Text => {
                let class = move || if has_bar.get() { "why nowrap" } else { "why" };
                view! { <span class=class title=why>{why}</span> }.into_any()
            }
        }}
        <Show when=move || !more().is_empty()><span class="why nowrap beside">{more}</span></Show>
        <Show when=move || has_bar.get()><Eta done band/></Show>
        <Show when=move || !left().is_empty()><span class="why">{left}</span></Show>
    }
}

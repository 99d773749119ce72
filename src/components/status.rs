//! A state as shape, word and colour (docs/look.md, "States of a row"). Imports `model::status` and `components`.

use crate::components::gauge::eta;
use crate::components::icon::icon;
use crate::model::status::StatusText;
use leptos::prelude::*;

/// Mark and word.
pub fn status(text: &StatusText) -> impl IntoView + use<> {
    view! { <span class=format!("st st-{}", text.tone.name())>{icon(text.mark.icon())}<b>{text.word.clone()}</b></span> }
}

/// Mark and word, the reason, the bar and what is left: what stands in the line of a row. The reason leads to where all of it is told, if there is such
/// a place: a line may be too short for it, and a title is seen with a mouse alone.
pub fn status_line(text: &StatusText, all: Option<String>) -> impl IntoView + use<> {
    let progress = text.progress.map(|progress| eta(progress.done, progress.band));
    let flows = progress.is_none();
    let why = (!text.why.is_empty()).then(|| {
        let why = text.why.clone();
        match all {
            Some(href) => view! { <a class="why" href=href title=why.clone()>{why.clone()}</a> }.into_any(),
            None => {
                view! { <span class=if flows { "why" } else { "why nowrap" } title=why.clone()>{why.clone()}</span> }
                    .into_any()
            }
        }
    });
    let more = (!text.more.is_empty()).then(|| view! { <span class="why nowrap beside">{text.more.clone()}</span> });
    let left = (!text.left.is_empty()).then(|| view! { <span class="why">{text.left.clone()}</span> });
    view! { {status(text)}{why}{more}{progress}{left} }
}

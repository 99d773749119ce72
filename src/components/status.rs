//! A state as shape, word and colour (docs/look.md, "States of a row"). Imports `model::status` and `components`.

use crate::browser::view::Node;
use crate::browser::view::view;
use crate::components::gauge::eta;
use crate::components::icon::icon;
use crate::model::status::StatusText;

/// Mark and word.
pub fn status(text: &StatusText) -> Node {
    view! { <span class=format!("st st-{}", text.tone.name())>{icon(text.mark.icon())}<b>{text.word.clone()}</b></span> }
}

/// Mark and word, the reason, the bar and what is left: what stands in the line of a row.
pub fn status_line(text: &StatusText) -> Node {
    let progress = text.progress.map(|progress| eta(progress.done, progress.band));
    let flows = progress.is_none();
    let why = (!text.why.is_empty()).then(|| {
        let why = text.why.clone();
        view! { <span class=if flows { "why" } else { "why nowrap" } title=why.clone()>{why.clone()}</span> }
    });
    let left = (!text.left.is_empty()).then(|| view! { <span class="why">{text.left.clone()}</span> });
    view! { {status(text)}{why}{progress}{left} }
}

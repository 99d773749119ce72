//! What a template decides for its workspaces. May import `panels` and below.

use crate::components::kv::Kv;
use crate::model::templates::decisions;
use crate::wire::template::Template;
use leptos::prelude::*;
use std::sync::Arc;

/// The section.
#[component]
pub(super) fn Decisions(template: Memo<Option<Arc<Template>>>) -> impl IntoView {
    let decisions = Memo::new(move |_| template.with(|template| template.as_ref().map(|template| decisions(template))));
    view! {
        <section class="sec">
            <header><h2>"What the template decides"</h2></header>
            {move || decisions.get().map(|pairs| {
                let pairs = pairs.into_iter().map(|(word, value)| (word.to_owned(), value.into_any())).collect();
                view! { <Kv pairs/> }
            })}
        </section>
    }
}

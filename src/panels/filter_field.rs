//! The box of the filter, there from the first moment: what is typed before the part has come that helps
//! (`panels::list_page`) is taken up by it, and can be sent without it. May import `store` and below.

use crate::components::icon::icon;
use crate::model::query::sendable;
use crate::panels::list_page::{ListPage, Piece};
use leptos::prelude::*;

const PLACEHOLDER: &str = "name, owner:, status:, template:, outdated:";

/// The box.
#[component]
pub(crate) fn FilterField(page: ListPage) -> impl IntoView {
    let (text, attached) = (page.typed, page.attached);
    // The address changed by other means (a preset, back): the box follows.
    Effect::new(move |_| {
        let query = page.query.get();
        if attached.with_untracked(Option::is_none) && text.with_untracked(|text| text.trim() != query.trim()) {
            text.set(query);
        }
    });
    // What helps listens to the same events, once it is here.
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        page.set_query.set(Some(text.with_untracked(|text| sendable(text))));
    };
    view! {
        <form class="filter" role="search" on:submit=send>
            <label class="field">
                {icon("search")}
                <span class="vh">"Filter"</span>
                <input type="search" node_ref=page.filter placeholder=PLACEHOLDER autocomplete="off" autocapitalize="none" spellcheck="false"
                    aria-describedby="filter-note" prop:value=move || text.get() on:input=move |event| text.set(event_target_value(&event))/>
                <kbd class="not-narrow" aria-hidden="true">"/"</kbd>
            </label>
            {page.piece(Piece::Help)}
        </form>
    }
}

//! The field that finds spans: how many, and a way from one to the next. Imports `browser` and the search.

use super::chart::Chart;
use super::rows::icon;
use super::search::next;
use leptos::ev;
use leptos::prelude::*;

/// Selects the next of what was found, or the one before.
pub(super) fn go(chart: Chart, forwards: bool) {
    let hit = chart.hits.with_untracked(|hits| next(hits, chart.selection.id.get_untracked(), forwards));
    if let Some((_, id)) = hit {
        chart.selection.select(Some(id));
    }
}

/// The field.
#[component]
pub(super) fn Finder(chart: Chart) -> impl IntoView {
    let some = Memo::new(move |_| chart.find.with(|text| !text.trim().is_empty()));
    let said = move || {
        if !some.get() {
            return String::new();
        }
        let selected = chart.selection.id.get();
        chart.hits.with(|hits| match selected.and_then(|id| hits.binary_search(&id).ok()) {
            Some(at) => format!("{} of {}", at + 1, hits.len()),
            None => format!("{} found", hits.len()),
        })
    };
    let on_key = move |event: ev::KeyboardEvent| match event.key().as_str() {
        "Enter" => {
            event.prevent_default();
            go(chart, !event.shift_key());
        }
        "Escape" if some.get_untracked() => {
            event.prevent_default();
            chart.find.set(String::new());
        }
        _ => {}
    };
    view! {
        <label class="field">
            {icon("search")}
            <span class="vh">"Find a span"</span>
            <input
                type="search"
                placeholder="Find a span"
                node_ref=chart.finder
                prop:value=move || chart.find.get()
                on:input=move |event| chart.find.set(event_target_value(&event))
                on:keydown=on_key
            />
        </label>
        <span class="small muted nowrap" role="status">{said}</span>
        <Show when=move || chart.hits.with(|hits| !hits.is_empty())>
            <button type="button" class="btn icon" aria-label="Previous found span" title="Previous (Shift Enter)" on:click=move |_| go(chart, false)>
                {icon("left")}
            </button>
            <button type="button" class="btn icon" aria-label="Next found span" title="Next (Enter)" on:click=move |_| go(chart, true)>
                {icon("right")}
            </button>
        </Show>
    }
}

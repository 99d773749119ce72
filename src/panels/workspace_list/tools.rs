//! The tools of the list: how many are loaded, how fresh they are, order, groups and columns, pickers, and notes. May
//! import `store` and below.

use super::arrange_tools::ArrangeTools;
use super::dormancy::Dormancy;
use super::filter_help::FilterHelp;
use super::names::Known;
use super::pickers::Pickers;
use super::state::ListState;
use crate::components::button::Button;
use crate::model::{counted, duration};
use crate::panels::late::late;
use crate::panels::list_page::ListPage;
use crate::store::use_stores;
use crate::store::workspaces::{List, ListStatus};
use leptos::prelude::*;

#[component]
pub(super) fn Tools(page: ListPage, state: ListState, names: Known) -> impl IntoView {
    let complete = Memo::new(move |_| {
        page.shown.with(|list| list.as_ref().is_some_and(|list| list.status.get() == ListStatus::Complete))
    });
    let above =
        Memo::new(move |_| counted::above(page.order.with(|order| order.len()), page.count.get(), complete.get()));
    let now = use_stores().clock.now_ms;
    let age = Memo::new(move |_| {
        let as_of = page.shown.with(|list| list.as_ref().and_then(|list| list.as_of_ms.get()));
        as_of.map(|at| format!("Updated {} ago", duration::elapsed((now.get() - at).max(0)))).unwrap_or_default()
    });
    let narrowed = Memo::new(move |_| {
        let shown = state.order.with(|order| order.len());
        let rows = state.lines.with(|lines| lines.ids().count());
        (rows < shown && state.arrangement.with(|arrangement| arrangement.group.is_none()))
            .then(|| format!("{rows} of "))
    });
    view! {
        <div class="end">
            <span class="small soft nowrap" role="status">{move || narrowed.get()}<b>{move || above.get().0}</b>{move || above.get().1}</span>
            <span role="status"><Show when=move || state.offered.with(|count| *count > 0)>
                <Button class="s" on_click=move |()| state.apply()>
                    {move || match state.offered.get() { 1 => "1 change, apply".to_owned(), count => format!("{count} changes, apply") }}
                </Button>
            </Show></span>
            <span class="small soft nowrap not-narrow age" hidden=move || state.offered.with(|count| *count > 0)>{move || age.get()}</span>
            <Dormancy page state/>
            <Button class="s quiet" on_click=move |()| state.refresh(page) label=Some("Refresh the list".to_owned())>"Refresh"</Button>
            <ArrangeTools state/>
            <button class="btn quiet s not-narrow" type="button" aria-label="Keys ?" on:click=move |_| state.keys.set(true)><span class="roomy">"Keys"</span><kbd>"?"</kbd></button>
        </div>
        <Pickers page names/>
        <Show when=move || state.keys.get()>{late(move |views| (views.keys)(state.keys))}</Show>
    }
}

/// What is to be said of the query and of the rows.
#[component]
pub(super) fn Notes(page: ListPage, help: FilterHelp) -> impl IntoView {
    let held = Memo::new(move |_| page.shown.with(|list| list.as_ref().is_some_and(List::is_held)));
    let loaded = move || page.order.with(|order| order.len());
    let all = move || page.count.get().map_or_else(|| "Load all".to_owned(), |count| format!("Load all {count}"));
    let go_on = move |()| {
        if let Some(list) = page.shown.get_untracked() {
            list.go_on();
        }
    };
    view! {
        {help.refusal()}
        <Show when=move || held.get()>
            <p class="filter-note" role="status">
                "There are many: "<b>{loaded}</b>" are loaded, and only these are sorted and grouped. Narrow the filter, or "
                <Button class="s" on_click=go_on>{all}</Button>
            </p>
        </Show>
    }
}

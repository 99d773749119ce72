//! The tools of the list: filter, pickers, how many are loaded, how fresh they are, order, groups and columns. May import `store` and below.

use super::arrange_tools::ArrangeTools;
use super::filter_box::FilterBox;
use super::pickers::Pickers;
use super::state::ListState;
use crate::components::button::Button;
use crate::model::query::Names;
use crate::model::{counted, duration};
use crate::panels::late_list::ListPage;
use crate::store::use_stores;
use crate::store::workspaces::{List, ListStatus};
use leptos::prelude::*;

#[component]
pub(super) fn Tools(page: ListPage, state: ListState) -> impl IntoView {
    let names = RwSignal::new(Names::default());
    let asked = StoredValue::new(false);
    let ask = Callback::new(move |()| {
        if asked.try_update_value(|asked| !std::mem::replace(asked, true)) == Some(true) {
            state.stores.with_value(|stores| super::names::ask(stores, names));
        }
    });
    let complete = Memo::new(move |_| {
        page.shown.with(|list| list.as_ref().is_some_and(|list| list.status.get() == ListStatus::Complete))
    });
    let above =
        Memo::new(move |_| counted::above(page.order.with(|order| order.len()), page.count.get(), complete.get()));
    let held = Memo::new(move |_| page.shown.with(|list| list.as_ref().is_some_and(List::is_held)));
    let now = use_stores().clock.now_ms;
    let age = Memo::new(move |_| {
        let as_of = page.shown.with(|list| list.as_ref().and_then(|list| list.as_of_ms.get()));
        as_of.map(|at| format!("Updated {} ago", duration::elapsed((now.get() - at).max(0)))).unwrap_or_default()
    });
    let refresh = move |()| {
        if let Some(list) = page.latest.get_untracked() {
            list.refresh();
        }
        state.apply();
    };
    let go_on = move |()| {
        if let Some(list) = page.shown.get_untracked() {
            list.go_on();
        }
    };
    let narrowed = Memo::new(move |_| {
        let shown = state.order.with(|order| order.len());
        let rows = state
            .lines
            .with(|lines| lines.iter().filter(|line| matches!(line, crate::model::arrange::Line::Row(_))).count());
        (rows < shown && state.arrangement.with(|arrangement| arrangement.group.is_none()))
            .then(|| format!("{rows} of "))
    });
    view! {
        <FilterBox page state names ask/>
        <div class="list-tools">
            <Pickers page state names ask/>
            <div class="end">
                <span class="small soft nowrap" role="status">{move || narrowed.get()}<b>{move || above.get().0}</b>{move || above.get().1}</span>
                <span class="small soft nowrap not-narrow age">{move || age.get()}</span>
                <Button class="s quiet" on_click=refresh label=Some("Refresh the list".to_owned())>"Refresh"</Button>
                <ArrangeTools state/>
            </div>
        </div>
        <Show when=move || held.get()>
            <p class="filter-note" role="status">
                "There are many: "<b>{move || above.get().0}</b>" are loaded, and only these are sorted and grouped. Narrow the filter, or "
                <Button class="s" on_click=go_on>"Load all"</Button>
            </p>
        </Show>
        <Show when=move || state.offered.with(|count| *count > 0)>
            <p class="filter-note" role="status">
                <Button class="s" on_click=move |()| state.apply()>
                    {move || match state.offered.get() { 1 => "1 change, apply".to_owned(), count => format!("{count} changes, apply") }}
                </Button>
            </p>
        </Show>
    }
}

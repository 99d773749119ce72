//! The first rows of the list, a screenful: they are there before the part of the application is that has the whole list
//! (`panels::workspace_list`), and look the same. May import `store` and below.

use crate::panels::action_runner::ActionRunner;
use crate::panels::row_cells::{Cells, name_cell, template_cell};
use crate::panels::row_status;
use crate::store::use_stores;
use crate::wire::id::Id;
use leptos::prelude::*;
use std::sync::Arc;

/// How many rows: a screenful of a large screen.
const FIRST: usize = 24;

/// The rows.
#[component]
pub(crate) fn FirstRows(
    /// The ids, in order.
    #[prop(into)]
    order: Signal<Arc<[Id]>>,
    /// Caption for screen readers.
    #[prop(into)]
    caption: Signal<String>,
    /// The rows could not be refreshed: since when they are old.
    #[prop(into)]
    stale: Signal<Option<String>>,
    /// Told which rows can be seen.
    #[prop(into)]
    on_visible: Callback<Vec<Id>>,
    /// Where actions are asked for.
    runner: ActionRunner,
) -> impl IntoView {
    let ids = Memo::new(move |_| order.with(|order| order.iter().take(FIRST).copied().collect::<Vec<Id>>()));
    Effect::new(move |_| on_visible.run(ids.get()));
    let workspaces = use_stores().workspaces;
    row_status::want(move || {
        let rows = |ids: &Vec<Id>| ids.iter().filter_map(|id| workspaces.row(*id)).map(|row| row.get()).collect();
        ids.with(rows)
    });
    let cells = Cells::new(stale, runner, String::new());
    view! {
        <div class="list-wrap">
            <table class="dt list list-page" role="table">
                <caption class="vh">{move || caption.get()}</caption>
                <Heads/>
                <tbody role="rowgroup">
                    <For each=move || ids.get() key=|id| *id let(id)>{row(cells, ids, id)}</For>
                </tbody>
            </table>
        </div>
    }
}

fn row(cells: Cells, ids: Memo<Vec<Id>>, id: Id) -> impl IntoView {
    let index = Memo::new(move |_| ids.with(|ids| ids.iter().position(|other| *other == id)).unwrap_or_default());
    let row = Memo::new(move |_| cells.snapshot(id));
    let text = Memo::new(move |_| row.with(|row| row.as_ref().map(|row| cells.text(row))));
    let none = || ().into_any();
    view! {
        <tr role="row" class=cells.class(row)>
            {name_cell(row, index, view! { <span class="sel"></span> }.into_any())}
            {cells.owner_cell(row, none())}
            {template_cell(row, none())}
            {cells.status_cell(row, text)}
            {cells.when_cell(row)}
            {cells.used_cell(row)}
            {cells.cost_cell(row)}
            {cells.action_cell(row)}
        </tr>
    }
}

/// The heads, also of the skeleton.
#[component]
pub(crate) fn Heads() -> impl IntoView {
    view! {
        <thead role="rowgroup">
            <tr role="row" aria-rowindex="1">
                <th class="c-name" scope="col" role="columnheader"><span class="sel"></span>"Name"</th>
                <th class="c-owner" scope="col" role="columnheader">"Owner"</th>
                <th class="c-tpl" scope="col" role="columnheader">"Template"</th>
                <th class="c-status" scope="col" role="columnheader">"Status"</th>
                <th class="c-when" scope="col" role="columnheader">"Next stop or start"</th>
                <th class="c-used" scope="col" role="columnheader">"Last used"</th>
                <th class="c-cost num" scope="col" role="columnheader">"Credits"</th>
                <th class="c-act" scope="col" role="columnheader"><span class="vh">"Actions"</span></th>
            </tr>
        </thead>
    }
}

//! One slot of the table: a workspace, or the head of a group. May import `store` and below.

use super::cells;
use super::layout::View;
use super::state::ListState;
use crate::components::icon::icon;
use crate::model::arrange::{Column, Line};
use crate::model::row::Row;
use crate::panels::row_cells::{Cells, name_cell, template_cell};
use crate::wire::id::Id;
use leptos::prelude::*;
use std::sync::Arc;

/// What all slots share.
#[derive(Clone, Copy)]
pub(super) struct Slot {
    pub(super) view: Memo<View>,
    pub(super) state: ListState,
    pub(super) cells: Cells,
}

impl Slot {
    pub(super) fn view(self, slot: usize) -> impl IntoView {
        let (state, cells) = (self.state, self.cells);
        let index = Memo::new(move |_| self.view.get().line_of(slot));
        let line = Memo::new(move |_| state.lines.with(|lines| lines.get(index.get()).cloned()));
        let id = Memo::new(move |_| line.with(|line| if let Some(Line::Row(id)) = line { Some(*id) } else { None }));
        let group = Memo::new(move |_| {
            line.with(|line| match line {
                Some(Line::Group { name, count, folded }) => Some((Arc::clone(name), *count, *folded)),
                _ => None,
            })
        });
        // What was deleted says so before it leaves.
        let row = Memo::new(move |before: Option<&Option<Row>>| {
            let id = id.get()?;
            cells.snapshot(id).or_else(|| before.cloned().flatten().filter(|row| row.id == id))
        });
        let left = Memo::new(move |_| {
            row.track();
            id.get().is_some_and(|id| state.stores.with_value(|stores| stores.workspaces.row(id).is_none()))
        });
        let text = Memo::new(move |_| row.with(|row| row.as_ref().map(|row| cells.text(row))));
        let columns = Memo::new(move |_| state.arrangement.with(|arrangement| arrangement.columns.clone()));
        let is_group = Memo::new(move |_| group.with(Option::is_some));
        let class = cells.class(row);
        let selected =
            Memo::new(move |_| id.get().is_some_and(|id| state.selection.with(|selection| selection.has(id))));
        let one = move |column: Column| match column {
            Column::Name => name_cell(row, index, select_box(state, row, selected)).into_any(),
            Column::Owner => cells.owner_cell(row, cells::owner_picture(row)).into_any(),
            Column::Template => template_cell(row, cells::template_picture(row)).into_any(),
            Column::Status if left.get() => {
                view! { <td class="c-status" role="cell"><b class="soft">"Deleted"</b></td> }.into_any()
            }
            Column::Status => cells.status_cell(row, text).into_any(),
            Column::Next => cells.when_cell(row).into_any(),
            Column::Used => cells.used_cell(row).into_any(),
            Column::Cost => cells.cost_cell(row).into_any(),
            other => cells::other(state, row, other),
        };
        let content = move || {
            if is_group.get() {
                group_head(state, group, index, columns).into_any()
            } else {
                let act = if left.get() {
                    view! { <td class="c-act" role="cell"></td> }.into_any()
                } else {
                    cells.action_cell(row).into_any()
                };
                (columns.get().into_iter().map(one).collect_view(), act).into_any()
            }
        };
        view! {
            <tr role="row" class=move || if is_group.get() { "group" } else if left.get() { "gone" } else { class() }
                hidden=move || line.with(Option::is_none) aria-rowindex=move || (index.get() + 2).to_string()
                aria-selected=move || id.get().map(|_| selected.get().to_string())>{content}</tr>
        }
    }
}

/// The box that selects a row; with Shift all from the last one on.
fn select_box(state: ListState, row: Memo<Option<Row>>, selected: Memo<bool>) -> AnyView {
    let name = move || row.with(|row| row.as_ref().map(|row| row.name.to_string()).unwrap_or_default());
    let press = move |event: leptos::ev::MouseEvent| {
        let Some(id) = row.with_untracked(|row| row.as_ref().map(|row| row.id)) else { return };
        choose(state, id, event.shift_key());
    };
    view! { <input class="sel" type="checkbox" aria-label=move || format!("Select {}", name()) prop:checked=move || selected.get() on:click=press/> }.into_any()
}

/// Selects or leaves a row; `range` from the last one on.
pub(super) fn choose(state: ListState, id: Id, range: bool) {
    let ids = state.ids();
    state.selection.update(|selection| if range { selection.extend_to(id, &ids) } else { selection.toggle(id) });
}

fn group_head(
    state: ListState,
    group: Memo<Option<(Arc<str>, usize, bool)>>,
    index: Memo<usize>,
    columns: Memo<Vec<Column>>,
) -> impl IntoView {
    let name = move || group.with(|group| group.as_ref().map(|(name, ..)| name.to_string()).unwrap_or_default());
    let count = move || group.with(|group| group.as_ref().map(|(_, count, _)| *count).unwrap_or_default());
    let folded = move || group.with(|group| group.as_ref().is_some_and(|(.., folded)| *folded));
    let press = move |_| {
        if let Some((name, ..)) = group.get_untracked() {
            state.folded.update(|all| {
                if !all.remove(&name) {
                    all.insert(name);
                }
            });
        }
    };
    view! {
        <th class="c-group" scope="rowgroup" role="rowheader" colspan=move || (columns.with(Vec::len) + 1).to_string()>
            <button type="button" id=move || format!("row-{}", index.get()) aria-expanded=move || (!folded()).to_string() on:click=press>
                <span class:shut=folded>{icon("down")}</span>
                <b>{move || if name().is_empty() { "—".to_owned() } else { name() }}</b>" "<span class="soft">{count}</span>
            </button>
        </th>
    }
}

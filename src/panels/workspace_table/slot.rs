//! One slot of the table: a workspace, or the head of a group. May import `store` and below.

use super::layout::View;
use crate::model::arrange::{Column, Line, Lines};
use crate::model::row::Row;
use crate::panels::list_page::{ListPage, Piece};
use crate::panels::row_cells::{Cells, name_cell, owner_cell, template_cell};
use crate::store::workspaces::Departed;
use leptos::prelude::*;

/// What all slots share.
#[derive(Clone, Copy)]
pub(super) struct Slot {
    pub(super) view: Memo<View>,
    pub(super) page: ListPage,
    /// The first and the last line that are seen, while the others have not followed yet.
    pub(super) shown: Memo<Option<(usize, usize)>>,
    pub(super) lines: Memo<Lines>,
    /// The same, where they are not seen: these follow.
    pub(super) beside: RwSignal<Lines>,
    pub(super) columns: Memo<Vec<Column>>,
    pub(super) cells: Cells,
}

impl Slot {
    pub(super) fn view(self, slot: usize) -> impl IntoView {
        let Self { view, page, shown, lines, beside, columns, cells } = self;
        let index = Memo::new(move |_| view.get().line_of(slot));
        let is_seen = Memo::new(move |_| shown.get().is_none_or(|(first, last)| (first..=last).contains(&index.get())));
        // `None` where there is no such line, `Some(None)` for the head of a group.
        let line = Memo::new(move |_| {
            let of = |lines: &Lines| lines.all.get(index.get()).map(Line::id);
            if is_seen.get() { lines.with(of) } else { beside.with(of) }
        });
        let id = Memo::new(move |_| line.get().flatten());
        let is_group = Memo::new(move |_| line.get() == Some(None));
        // What was deleted says so before it leaves.
        let row = Memo::new(move |before: Option<&Option<Row>>| {
            let id = id.get()?;
            cells.snapshot(id).or_else(|| before.cloned().flatten().filter(|row| row.id == id))
        });
        let left = Memo::new(move |_| {
            row.track();
            // Whoever goes leaves the order of the control plane at that moment.
            page.order.with(|_| ());
            id.get().and_then(|id| cells.departed(id))
        });
        let text = Memo::new(move |_| row.with(|row| row.as_ref().map(|row| cells.text(row))));
        let one = move |column: Column| match column {
            Column::Name => name_cell(row, index, page.piece_after(Piece::Select(row), "sel")).into_any(),
            Column::Owner => owner_cell(row, page.piece_after(Piece::Owner(row), "pic who")).into_any(),
            Column::Template => template_cell(row, page.piece_after(Piece::Template(row), "pic")).into_any(),
            Column::Status => match left.get() {
                None => cells.status_cell(row, text).into_any(),
                Some(how) => {
                    let said = if how == Departed::Deleted { "Deleted" } else { "Not shown to you any more" };
                    view! { <td class="c-status" role="cell"><b class="soft">{said}</b></td> }.into_any()
                }
            },
            Column::Next => cells.when_cell(row).into_any(),
            Column::Used => cells.used_cell(row).into_any(),
            Column::Cost => cells.cost_cell(row).into_any(),
            other => {
                view! { <td class=other.class() role="cell">{page.piece(Piece::Cell(other, row))}</td> }.into_any()
            }
        };
        let content = move || {
            if is_group.get() {
                return page.piece(Piece::Group(index));
            }
            let act = if left.with(Option::is_some) {
                view! { <td class="c-act" role="cell"></td> }.into_any()
            } else {
                cells.action_cell(row).into_any()
            };
            (columns.get().into_iter().map(one).collect_view(), act).into_any()
        };
        let class = cells.class(row);
        let class = move || match (is_group.get(), left.with(Option::is_some)) {
            (true, _) => "group",
            (false, true) => "gone",
            _ => class(),
        };
        view! {
            <tr role="row" class=class hidden=move || id.get().is_none() && !is_group.get()
                aria-rowindex=move || (index.get() + 2).to_string()>{content}</tr>
        }
    }
}

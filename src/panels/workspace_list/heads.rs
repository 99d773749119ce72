//! What the head of a column does: it sorts by it, and that of the name selects all. May import `store` and below.

use super::state::ListState;
use crate::components::icon::icon;
use crate::model::arrange::{Arrangement, Column, Sort};
use leptos::prelude::*;

/// The word of a column, which sorts by it.
pub(super) fn head(state: ListState, column: Column) -> AnyView {
    if !column.is_sortable() {
        return column.head().into_any();
    }
    let sort = Memo::new(move |_| state.arrangement.with(|arrangement| arrangement.sort));
    let here = move || sort.get().filter(|sort| sort.column == column);
    let press = move |_| {
        let next = Sort::pressed(sort.get_untracked(), column);
        state.arrange(Arrangement { sort: next, ..state.arrangement.get_untracked() });
    };
    view! {
        <button class="sort" type="button" on:click=press>
            {column.head()}
            <Show when=move || here().is_some()>
                <span class:down=move || here().is_some_and(|sort| sort.down)>{icon("up")}</span>
            </Show>
        </button>
    }
    .into_any()
}

/// The box that selects all rows that are shown.
pub(super) fn select_all(state: ListState) -> AnyView {
    let counts = Memo::new(move |_| {
        let ids: Vec<_> = state.lines.with(|lines| lines.ids().collect());
        (state.selection.with(|selection| selection.count_of(&ids)), ids.len())
    });
    let all = move || counts.with(|(chosen, all)| chosen == all && *all > 0);
    let press = move |_| {
        let ids = state.ids();
        let leave = untrack(all);
        state.selection.update(|selection| if leave { selection.leave(&ids) } else { selection.add(&ids) });
    };
    view! {
        <input class="sel" type="checkbox" aria-label="Select all rows that are loaded" class:some=move || counts.with(|(chosen, all)| *chosen > 0 && chosen < all)
            prop:checked=all prop:indeterminate=move || counts.with(|(chosen, all)| *chosen > 0 && chosen < all) on:change=press/>
    }
    .into_any()
}

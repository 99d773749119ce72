//! Order, groups, columns and density, each in a menu of its own. May import `store` and below.

use super::state::ListState;
use crate::components::button::Button;
use crate::components::dialog::Dialog;
use crate::components::icon::icon;
use crate::components::menu::{Menu, MenuItem};
use crate::components::unique_id;
use crate::model::arrange::{Arrangement, Column, GroupBy, Sort};
use leptos::prelude::*;

#[component]
pub(super) fn ArrangeTools(state: ListState) -> impl IntoView {
    let arrangement = state.arrangement;
    let grouped = move || arrangement.with(|one| one.group.map_or("none", GroupBy::word));
    let sorted = move || arrangement.with(|one| one.sort.map_or("usual", |sort| sort.column.head()));
    let group_items = Callback::new(move |()| {
        let now = arrangement.get();
        let item = |label: &str, group: Option<GroupBy>| {
            let next = Arrangement { group, ..now.clone() };
            MenuItem { checked: Some(now.group == group), ..MenuItem::new(label, move || state.arrange(next.clone())) }
        };
        let of = |by: GroupBy| item(&format!("By {}", by.word()), Some(by));
        std::iter::once(item("No groups", None)).chain(GroupBy::ALL.into_iter().map(of)).collect::<Vec<_>>()
    });
    let sort_items = Callback::new(move |()| {
        let now = arrangement.get();
        let item = |label: String, sort: Option<Sort>| {
            let next = Arrangement { sort, ..now.clone() };
            MenuItem { checked: Some(now.sort == sort), ..MenuItem::new(label, move || state.arrange(next.clone())) }
        };
        let mut items = vec![item("As the control plane has it".to_owned(), None)];
        for column in Column::ALL.into_iter().filter(|column| column.is_sortable()) {
            items.push(item(column.head().to_owned(), Some(Sort { column, down: false })));
            items.push(item(format!("{}, descending", column.head()), Some(Sort { column, down: true })));
        }
        items
    });
    let choosing = RwSignal::new(false);
    let (group_menu, sort_menu) = (unique_id("group"), unique_id("sort"));
    view! {
        <button class="btn s" type="button" aria-haspopup="menu" popovertarget=group_menu.clone()><span class="soft">"Group"</span>{grouped}{icon("down")}</button>
        <Menu id=group_menu label="Group by" items=group_items/>
        <button class="btn s" type="button" aria-haspopup="menu" popovertarget=sort_menu.clone()><span class="soft">"Sort"</span>{sorted}{icon("down")}</button>
        <Menu id=sort_menu label="Sort by" items=sort_items/>
        <button class="btn s not-narrow" type="button" aria-haspopup="dialog" on:click=move |_| choosing.set(true)>"Columns"</button>
        <Show when=move || choosing.get()><Columns state choosing/></Show>
    }
}

/// Which columns, in which order, and how high the rows are.
#[component]
fn Columns(state: ListState, choosing: RwSignal<bool>) -> impl IntoView {
    let arrangement = state.arrangement;
    let rows = move || {
        let chosen = arrangement.with(|one| one.columns.clone());
        let rest = Column::ALL.into_iter().filter(|column| !chosen.contains(column)).collect::<Vec<_>>();
        chosen.into_iter().chain(rest).collect::<Vec<_>>()
    };
    let row = move |column: Column| {
        let at = Memo::new(move |_| arrangement.with(|one| one.columns.iter().position(|other| *other == column)));
        let last = move || arrangement.with(|one| one.columns.len().saturating_sub(1));
        let moves = move |right: bool| state.arrange(arrangement.get_untracked().moved(column, right));
        let fixed = column == Column::Name;
        view! {
            <li class="column">
                <label class="opt"><input type="checkbox" prop:checked=move || at.get().is_some() disabled=fixed
                    on:change=move |_| state.arrange(arrangement.get_untracked().toggled(column))/>{column.head()}</label>
                <Show when=move || at.get().is_some()>
                    <button class="btn s quiet icon" type="button" aria-label=format!("Move {} to the left", column.head()) disabled=move || at.get() == Some(0) on:click=move |_| moves(false)>{icon("left")}</button>
                    <button class="btn s quiet icon" type="button" aria-label=format!("Move {} to the right", column.head()) disabled=move || at.get() == Some(last()) on:click=move |_| moves(true)>{icon("right")}</button>
                </Show>
            </li>
        }
    };
    let density = move |_| {
        state.arrange(Arrangement {
            compact: !arrangement.with_untracked(|one| one.compact),
            ..arrangement.get_untracked()
        });
    };
    let usual = move |()| {
        state.arrange(Arrangement { columns: Column::USUAL.to_vec(), compact: false, ..arrangement.get_untracked() });
    };
    view! {
        <Dialog title="Columns" on_close=move |()| choosing.set(false)>
            <div class="body">
                <ul class="columns"><For each=rows key=|column| *column let(column)>{row(column)}</For></ul>
                <label class="opt"><input type="checkbox" prop:checked=move || arrangement.with(|one| one.compact) on:change=density/>"Compact rows"</label>
            </div>
            <footer><Button on_click=usual>"As usual"</Button><Button class="fill" on_click=move |()| choosing.set(false)>"Done"</Button></footer>
        </Dialog>
    }
}

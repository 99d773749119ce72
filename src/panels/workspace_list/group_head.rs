//! The head of a group: its name, how many workspaces it has, and whether they are folded away. May import `store` and
//! below.

use super::state::ListState;
use crate::components::icon::icon;
use crate::model::arrange::Line;
use leptos::prelude::*;

pub(super) fn group_head(state: ListState, index: Memo<usize>) -> AnyView {
    let group = Memo::new(move |_| {
        state.lines.with(|lines| match lines.all.get(index.get()) {
            Some(Line::Group { name, count, folded }) => Some((name.clone(), *count, *folded)),
            _ => None,
        })
    });
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
    let width = move || state.arrangement.with(|arrangement| arrangement.columns.len() + 1).to_string();
    view! {
        <th class="c-group" scope="rowgroup" role="rowheader" colspan=width>
            <button type="button" id=move || format!("row-{}", index.get()) aria-expanded=move || (!folded()).to_string() on:click=press>
                <span class:shut=folded>{icon("down")}</span>
                <b>{move || if name().is_empty() { "—".to_owned() } else { name() }}</b>" "<span class="soft">{count}</span>
            </button>
        </th>
    }
    .into_any()
}

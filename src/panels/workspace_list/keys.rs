//! The keys of the list: `/` to the filter, `j` and `k` between rows, `x` selects, `o` opens beside, `s` starts or
//! stops, `a` shows the apps, `r` refreshes, `Esc` leaves the selection. Single letters can be switched off. May import
//! `store` and below.

use super::openers::ask_for;
use super::select::choose;
use super::state::ListState;
use crate::browser::{dom, page as browser_page, storage};
use crate::model::actions;
use crate::model::arrange::Line;
use crate::panels::early_keys;
use crate::panels::go::{Go, use_go};
use crate::panels::list_page::ListPage;
use crate::paths;
use crate::wire::id::Id;
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;

/// Listens for as long as the page is there.
pub(super) fn listen(page: ListPage, state: ListState) {
    // The focus follows the picture. Until it does, the line that it goes to is the one that keys are about.
    let coming = StoredValue::new(None::<usize>);
    let go = use_go();
    for event in early_keys::since(page.early_keys) {
        key(&event, page, state, coming, go);
    }
    let pressed = window_event_listener(leptos::ev::keydown, move |event| key(&event, page, state, coming, go));
    let arrived = window_event_listener(leptos::ev::focusin, move |_| {
        coming.try_set_value(None);
    });
    on_cleanup(move || {
        pressed.remove();
        arrived.remove();
    });
}

fn key(event: &KeyboardEvent, page: ListPage, state: ListState, coming: StoredValue<Option<usize>>, pages: Go) {
    if event.ctrl_key() || event.meta_key() || event.alt_key() || event.default_prevented() {
        return;
    }
    let key = event.key();
    // A box that selects takes the space bar and nothing else.
    let on_box =
        browser_page::focused().is_some_and(|element| element.get_attribute("type").as_deref() == Some("checkbox"));
    if dom::is_typing(event) && !(on_box && key != " ") {
        return;
    }
    let count = state.lines.with_untracked(|lines| lines.all.len());
    // Where the focus is counts, whatever of the row has it; where it was, once it is nowhere.
    let soon = coming.get_value().filter(|at| *at < count);
    let at = soon.or_else(dom::focused_row).or_else(|| page.cursor.get_untracked()).filter(|at| *at < count);
    let go = |to: usize| {
        let to = to.min(count.saturating_sub(1));
        coming.set_value(Some(to));
        page.cursor.set(None);
        page.cursor.set(Some(to));
    };
    let line = || at.and_then(|at| state.lines.with_untracked(|lines| lines.all.get(at).cloned()));
    match key.as_str() {
        "ArrowDown" if count > 0 => go(at.map_or(0, |at| at + 1)),
        "ArrowUp" if count > 0 => go(at.map_or(0, |at| at.saturating_sub(1))),
        "Home" if at.is_some() => go(0),
        "End" if at.is_some() => go(count),
        // The link of that line has not the focus yet, but it of the line before.
        "Enter" if soon.is_some() => {
            if let Some(Line::Row(id)) = line()
                && let Some(row) = state.stores.with_value(|stores| stores.workspaces.snapshot(id))
            {
                pages.to(paths::workspace(&row.owner_name, &row.name));
            }
        }
        "Escape" if state.selection.with_untracked(|selection| !selection.is_empty()) => {
            state.selection.update(crate::model::selection::Selection::clear);
        }
        _ if key.len() != 1 || !storage::letters_are_keys() => return,
        "j" if count > 0 => go(at.map_or(0, |at| at + 1)),
        "k" if count > 0 => go(at.map_or(0, |at| at.saturating_sub(1))),
        "/" => focus_filter(page),
        "?" => state.keys.set(true),
        "r" => state.refresh(page),
        letter => {
            let Some(Line::Row(id)) = line() else { return };
            if !on_row(letter, id, event.shift_key(), page, state) {
                return;
            }
        }
    }
    event.prevent_default();
}

/// A key on a row; false if it is none.
fn on_row(letter: &str, id: Id, shift: bool, page: ListPage, state: ListState) -> bool {
    let Some(row) = state.stores.with_value(|stores| stores.workspaces.snapshot(id)) else { return false };
    match letter {
        "x" | "X" => choose(state, id, shift),
        "o" => {
            let path = paths::workspace(&row.owner_name, &row.name);
            if let Some(window) = web_sys::window() {
                let _opened = window.open_with_url_and_target_and_features(&path, "_blank", "noopener");
            }
        }
        "s" => {
            let offer = untrack(|| actions::primary(&row, &page.runner.viewer(&row, page.stale.with(Option::is_some))));
            if let Some(offer) = offer.filter(actions::Offer::is_enabled) {
                page.runner.ask(&row, offer.action);
            }
        }
        "a" | "t" | "e" => ask_for(id),
        _ => return false,
    }
    true
}

fn focus_filter(page: ListPage) {
    if let Some(filter) = page.filter.try_get_untracked().flatten() {
        let _focused = filter.focus();
        filter.select();
    }
}

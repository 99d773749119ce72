//! What is selected, and what can be done to all of it: a bar at the foot of the list. May import `store` and below.

use super::bulk_run;
use super::state::ListState;
use crate::components::button::Button;
use crate::components::dialog::Dialog;
use crate::components::menu::{Menu, MenuItem};
use crate::components::unique_id;
use crate::model::actions::Action;
use crate::model::bulk::{ACTIONS, Preview, preview};
use crate::panels::list_page::ListPage;
use crate::store::workspaces::{List, ListStatus};
use leptos::prelude::*;

#[component]
pub(super) fn BulkBar(page: ListPage, state: ListState) -> impl IntoView {
    let count = Memo::new(move |_| state.selection.with(crate::model::selection::Selection::len));
    let rows = Memo::new(move |_| {
        if count.get() == 0 {
            Vec::new()
        } else {
            super::everywhere::rows_changed();
            state.selected()
        }
    });
    let preview_of = move |action: Action| {
        let stale = page.stale.with(Option::is_some);
        rows.with(|rows| preview(rows, action, &|row| page.runner.viewer(row, stale)))
    };
    let asked = RwSignal::new(None::<Preview>);
    let ask = move |action: Action| {
        let preview = untrack(|| preview_of(action));
        if !preview.applies.is_empty() {
            asked.set(Some(preview));
        }
    };
    // All that match are known once all are loaded.
    let all = Memo::new(move |_| {
        let loaded = state.order.with(|order| order.len());
        let matching = page.count.get().unwrap_or(loaded).max(loaded);
        (matching > count.get()).then_some(if is_whole(page) { loaded } else { matching })
    });
    let not_yet = Signal::derive(move || {
        if is_whole(page) {
            return None;
        }
        let loaded = state.order.with(|order| order.len());
        let held = page.shown.with(|list| list.as_ref().is_some_and(List::is_held));
        Some(if held {
            format!("{loaded} are loaded: load all above the list first, or narrow the filter.")
        } else {
            format!("{loaded} are loaded, the rest is coming.")
        })
    });
    let button = move |action: Action| {
        let shown = Memo::new(move |_| if count.get() > 0 { preview_of(action).applies.len() } else { 0 });
        let reason = Signal::derive(move || (shown.get() == 0).then(|| preview_of(action).skips()));
        view! {
            <Button class="s" reason on_click=move |()| ask(action)>
                {action.word()}" "{move || shown.get()}
            </Button>
        }
    };
    let menu = unique_id("bulk-menu");
    let items = Callback::new(move |()| {
        ACTIONS
            .into_iter()
            .map(|action| {
                let preview = preview_of(action);
                let count = preview.applies.len();
                MenuItem {
                    disabled: count == 0,
                    hint: preview.skips(),
                    danger: action == Action::Delete,
                    separated: action == Action::Delete,
                    ..MenuItem::new(format!("{} {count}…", action.word()), move || ask(action))
                }
            })
            .collect::<Vec<_>>()
    });
    let skips = move || {
        let said: Vec<String> = [Action::Start, Action::Stop]
            .map(|action| preview_of(action).skips())
            .into_iter()
            .filter(|said| !said.is_empty())
            .collect();
        said.join(" ")
    };
    view! {
        <Show when=move || count.with(|count| *count > 0)>
            <div class="bulk" role="region" aria-label="Selection">
                <b class="nowrap" role="status">{count}" selected"</b>
                {button(Action::Start)}{button(Action::Stop)}
                <button class="btn s" type="button" aria-haspopup="menu" popovertarget=menu.clone()>"More"</button>
                <Menu id=menu.clone() label="Actions for the selection" items/>
                <Show when=move || all.with(Option::is_some)>
                    <Button class="s quiet" reason=not_yet on_click=move |()| {
                        let ids = state.order.get_untracked();
                        state.selection.update(|selection| selection.add(&ids));
                    }>{move || format!("Select all {} matching", all.get().unwrap_or_default())}</Button>
                </Show>
                <span class="small soft skips not-narrow">{skips}</span>
                <Button class="s quiet" on_click=move |()| state.selection.update(crate::model::selection::Selection::clear)>"Clear"<kbd class="not-narrow">"Esc"</kbd></Button>
            </div>
        </Show>
        {move || asked.get().map(|preview| view! { <Ask preview asked state/> })}
    }
}

/// Whether all that match are loaded.
fn is_whole(page: ListPage) -> bool {
    page.status.with(|status| *status == ListStatus::Complete)
        && page.shown.with(|list| list.as_ref().is_some_and(|list| !list.is_held()))
}

/// What applies to whom, who is skipped and why; asked once.
#[component]
fn Ask(preview: Preview, asked: RwSignal<Option<Preview>>, state: ListState) -> impl IntoView {
    let typed = RwSignal::new(String::new());
    let count = preview.applies.len();
    let deletes = preview.action == Action::Delete;
    let dangerous = preview.is_dangerous();
    let reason = Signal::derive(move || {
        (deletes && typed.with(|typed| typed.trim() != count.to_string()))
            .then(|| format!("Type {count} to confirm that they are deleted."))
    });
    let (title, label, consequence) = (preview.title(), preview.button(), preview.consequence());
    let names = preview.applies.iter().map(|meant| view! { <li>{meant.full_name()}</li> }).collect_view();
    let skipped = preview
        .skipped
        .iter()
        .map(|(meant, why)| view! { <li>{meant.full_name()}<span class="soft">": "{why.clone()}</span></li> })
        .collect_view();
    let skips = preview.skipped.len();
    let go = move || {
        if reason.with_untracked(Option::is_some) {
            return;
        }
        asked.set(None);
        state.stores.with_value(|stores| {
            if !bulk_run::begin(stores, &preview) {
                bulk_run::say_busy(stores);
            }
        });
    };
    view! {
        <Dialog title on_close=move |()| asked.set(None)>
            <form on:submit=move |event| { event.prevent_default(); go(); }>
                <div class="body">
                    <p>{consequence}</p>
                    <ul class="bulk-names" aria-label="Applies to" tabindex="0">{names}</ul>
                    {(skips > 0).then(|| view! {
                        <details open=!dangerous><summary>{format!("{skips} skipped")}</summary><ul class="bulk-names" aria-label="Skipped">{skipped}</ul></details>
                    })}
                    {deletes.then(|| view! {
                        <label>{format!("Type {count} to confirm")}<span class="field"><input type="text" inputmode="numeric" autocomplete="off" autofocus=true
                            prop:value=move || typed.get() on:input=move |event| typed.set(event_target_value(&event))/></span></label>
                    })}
                </div>
                <footer>
                    <Button on_click=move |()| asked.set(None)>"Cancel"</Button>
                    <Button class=if deletes { "danger" } else { "fill" } submit=true reason on_click=|()| ()>{label}</Button>
                </footer>
            </form>
        </Dialog>
    }
}

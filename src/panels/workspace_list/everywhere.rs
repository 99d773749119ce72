//! What is there on every page once the part is: the palette and its key, actions on many that are under way, what a
//! row offers to open. May import `store` and below.

use super::bulk_report::BulkReport;
use super::bulk_run;
use super::names;
use super::openers::Openers;
use super::palette::{self, Palette};
use crate::browser::{dom, storage};
use crate::panels::action_runner::use_action_runner;
use crate::panels::early_keys;
use crate::panels::go::use_go;
use crate::panels::last_list;
use crate::panels::questions::Questions;
use crate::panels::uncounted;
use crate::paths;
use crate::store::use_stores;
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

/// How often, at most, an order follows its rows.
const PAUSE: Duration = Duration::from_secs(1);

thread_local! {
    static CHANGES: ArcRwSignal<u32> = ArcRwSignal::new(0);
}

/// Counts changes of rows, a second's worth at once; tracked.
pub(super) fn rows_changed() -> u32 {
    CHANGES.with(|changes| changes.get())
}

#[component]
pub(super) fn Everywhere() -> impl IntoView {
    let stores = use_stores();
    let is_due = Rc::new(Cell::new(false));
    stores.workspaces.on_news(move |_| {
        if !is_due.replace(true) {
            let is_due = Rc::clone(&is_due);
            set_timeout(
                move || {
                    is_due.set(false);
                    CHANGES.with(|changes| changes.update(|count| *count = count.wrapping_add(1)));
                },
                PAUSE,
            );
        }
    });
    uncounted::follow(&stores);
    bulk_run::drive(&stores);
    last_list::forget_with_its_reader(&stores);
    let session = stores.session.clone();
    // Panels in other pages have neither a palette nor keys that lead elsewhere.
    let path = use_location().pathname;
    let is_panel = Memo::new(move |_| path.with(|path| matches!(paths::place(path), Some(paths::Place::Embed { .. }))));
    let signed_in = Memo::new(move |_| session.user().is_some() && !is_panel.get());
    // What somebody looked for last is not the next person's.
    Effect::new(move |before: Option<bool>| {
        let now = signed_in.get();
        if before == Some(true) && !now {
            storage::remove(storage::Area::Local, storage::LAST_FILTER);
            names::forget();
            palette::forget();
        }
        now
    });
    let open = RwSignal::new(false);
    let runner = use_action_runner();
    let go = use_go();
    // `g` and a letter go to a page.
    let after_g = StoredValue::new(false);
    let pressed = move |event: &KeyboardEvent| {
        if !signed_in.get_untracked() {
            return;
        }
        if early_keys::opens_palette(event) {
            event.prevent_default();
            open.update(|open| *open = !*open);
            return;
        }
        if event.ctrl_key()
            || event.meta_key()
            || event.alt_key()
            || dom::is_typing(event)
            || !storage::letters_are_keys()
        {
            return;
        }
        let key = event.key().to_lowercase();
        let after = after_g.with_value(|after| *after);
        after_g.set_value(!after && key == "g");
        if after {
            match key.as_str() {
                "w" => go.to(paths::workspaces(None)),
                "q" => go.to(paths::quota()),
                "t" => go.to(paths::templates()),
                _ => return,
            }
            event.prevent_default();
        }
    };
    for event in early_keys::since(0) {
        pressed(&event);
    }
    let keys = window_event_listener(leptos::ev::keydown, move |event| pressed(&event));
    on_cleanup(move || keys.remove());
    view! {
        <Show when=move || signed_in.get()>
            <Show when=move || open.get()><Palette open runner/></Show>
            <Questions runner/>
            <Openers/>
            <BulkReport/>
        </Show>
    }
}

//! What of the list becomes dormant or is deleted soon: a button that says how many, and all of them with what keeps
//! them behind it. May import `store` and below.

use super::everywhere::rows_changed;
use super::state::{ListState, reader};
use crate::components::button::Button;
use crate::components::dialog::Dialog;
use crate::components::icon::icon;
use crate::model::licence::Licence;
use crate::model::row::Row;
use crate::model::schedule::{Fate, summary};
use crate::panels::dormancy::{GoingSoon, KeepAll, Waits};
use crate::panels::list_page::ListPage;
use crate::store::use_stores;
use leptos::prelude::*;
use std::time::Duration;

/// How long after the list templates are asked for.
const REST: Duration = Duration::from_secs(5);

#[component]
pub(super) fn Dormancy(page: ListPage, state: ListState) -> impl IntoView {
    let licence = use_stores().session.licence;
    // What is days away waits until whoever opens the list has what they came for.
    let rested = RwSignal::new(false);
    set_timeout(
        move || {
            rested.try_set(true);
        },
        REST,
    );
    let waits = Waits::ask(move || {
        rested.get() && licence.with(|licence| licence.as_ref().is_some_and(Licence::counts_credits))
    });
    let (runner, stores) = (page.runner, state.stores);
    let rows = Memo::new(move |_| {
        rows_changed();
        let reader = reader(stores);
        let mut found: Vec<Row> = Vec::new();
        waits.each(|goes| {
            state.order.with(|order| {
                for id in order.iter() {
                    reader(*id, &mut |row| {
                        if goes(row) {
                            found.push(row.clone());
                        }
                    });
                }
            });
        });
        found
    });
    let going = Memo::new(move |_| rows.with(|rows| waits.of(rows)));
    let soon = Memo::new(move |_| going.with(|all| all.iter().filter(|one| one.fate != Fate::Sleeps).count()));
    let said = move || going.with(|all| summary(all));
    let open = RwSignal::new(false);
    view! {
        <Show when=move || { soon.get() > 0 }>
            <button class="btn quiet s" type="button" aria-haspopup="dialog" title=said on:click=move |_| open.set(true)
                aria-label=move || format!("{} {}", soon.get(), goes(soon.get()))>
                {icon("dormant")}{soon}<span class="roomy">" "{move || goes(soon.get())}</span>
            </button>
        </Show>
        <Show when=move || open.get()>
            <Dialog title=Signal::stored("What goes soon".to_owned()) on_close=move |()| open.set(false)>
                <div class="body">
                    <p class="small soft" role="status">{move || if soon.get() == 0 { "Nothing of this list goes soon.".to_owned() } else { said() }}</p>
                    <GoingSoon rows=rows.into() going waits runner/>
                </div>
                <footer>
                    <KeepAll rows=rows.into() going runner/>
                    <Button class="fill" on_click=move |()| open.set(false)>"Close"</Button>
                </footer>
            </Dialog>
        </Show>
    }
}

/// What so many do, after their number.
fn goes(count: usize) -> &'static str {
    if count == 1 { "goes soon" } else { "go soon" }
}

//! What becomes dormant or is deleted soon, with the button that keeps it, for one and for all of them. May import
//! `store` and below.

use crate::api::templates;
use crate::components::button::Button;
use crate::model::actions::{self, Action};
use crate::model::row::Row;
use crate::model::schedule::{Fate, Going, radar, said, summary};
use crate::panels::action_runner::{ActionRunner, reason};
use crate::panels::asked::asked;
use crate::paths;
use crate::store::use_stores;
use crate::wire::id::Id;
use leptos::prelude::*;

/// The section; it is there while something goes.
#[component]
pub(crate) fn DormancyRadar(
    /// The workspaces to look at.
    rows: Signal<Vec<Row>>,
    /// Where actions are asked for.
    runner: ActionRunner,
) -> impl IntoView {
    let stores = use_stores();
    let (client, clock) = (stores.client.clone(), stores.clock.now_ms.clone());
    // After how long without use something becomes dormant, its template says.
    let known = asked(move || Some(templates::list_once(&client)));
    // Minutes are enough for what is days away.
    let minute = Memo::new(move |_| clock.get() / 60_000 * 60_000);
    let going = Memo::new(move |_| {
        let templates = known.ready();
        let wait = |template: Id| {
            templates.as_ref()?.items.iter().find(|one| one.id == template).and_then(|one| one.time_til_dormant_ms)
        };
        rows.with(|rows| radar(rows, wait, minute.get()))
    });
    let row_of = move |id: Id| rows.with(|rows| rows.iter().find(|row| row.id == id).cloned());
    let asleep = Memo::new(move |_| {
        going.with(|all| all.iter().filter(|one| one.fate != Fate::Dormant).map(|one| one.id).collect::<Vec<_>>())
    });
    let why_not = move |row: &Row| reason(&actions::offer(row, &runner.viewer(row, false), Action::Activate));
    // Those that may be kept: the others say why beside their own button.
    let kept =
        Memo::new(move |_| asleep.get().into_iter().filter_map(row_of).filter(|row| why_not(row).is_none()).count());
    let keep_all = move |()| {
        for row in asleep.get_untracked().into_iter().filter_map(|id| untrack(|| row_of(id))) {
            if untrack(|| why_not(&row)).is_none() {
                runner.run(&row, Action::Activate);
            }
        }
    };
    let line = move |one: Going| {
        let row = Memo::new(move |_| row_of(one.id));
        let name = move || row.with(|row| row.as_ref().map(|row| row.name.to_string()).unwrap_or_default());
        let told =
            move || going.with(|all| all.iter().find(|other| other.id == one.id).map(|one| said(one, minute.get())));
        let why = Signal::derive(move || row.with(|row| row.as_ref().and_then(why_not)));
        let keep = move |()| {
            if let Some(row) = row.get_untracked() {
                runner.ask(&row, Action::Activate);
            }
        };
        view! {
            <tr>
                <td><a class="name" href=move || row.with(|row| row.as_ref().map(|row| paths::workspace(&row.owner_name, &row.name)))>{name}</a></td>
                <td>{told}</td>
                <td class="c-ac">
                    {(one.fate != Fate::Dormant).then(|| view! {
                        <Button class="s" reason=why on_click=keep label=Signal::derive(move || Some(format!("Keep {}", name())))>"Keep"</Button>
                    })}
                </td>
            </tr>
        }
    };
    view! {
        <Show when=move || going.with(|all| !all.is_empty())>
            <section class="sec" aria-label="Dormancy">
                <header>
                    <h2>"Dormancy"</h2><span class="soft">{move || going.with(|all| summary(all))}</span>
                    <Show when=move || { kept.get() > 1 }>
                        <Button class="s" on_click=keep_all>{move || format!("Keep all {}", kept.get())}</Button>
                    </Show>
                </header>
                <table class="dt plain flush compact qt">
                    <thead><tr><th scope="col">"Workspace"</th><th scope="col">"What happens"</th><th class="c-ac" scope="col"><span class="vh">"Actions"</span></th></tr></thead>
                    <tbody><For each=move || going.get() key=|one| (one.id, one.fate as u8) children=line/></tbody>
                </table>
                <p class="say-parts small muted">"To keep one is to activate it: it is no longer dormant, and the time until it is starts anew."</p>
            </section>
        </Show>
    }
}

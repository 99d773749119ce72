//! What becomes dormant or is deleted soon, with the button that keeps it, for one and for all of them. May import
//! `store` and below.

use crate::api::answer::Each;
use crate::api::templates;
use crate::components::button::Button;
use crate::model::actions::{self, Action};
use crate::model::row::Row;
use crate::model::schedule::{Carried, Fate, Going, going, radar, said, summary};
use crate::panels::action_runner::{ActionRunner, reason};
use crate::panels::asked::{Answered, asked};
use crate::panels::carried::use_carried;
use crate::paths;
use crate::store::use_stores;
use crate::wire::id::Id;
use crate::wire::template::Template;
use leptos::prelude::*;

/// What decides who goes when: after how long without use something becomes dormant, which its template says; and
/// whether the control plane carries that out.
#[derive(Clone, Copy)]
pub(crate) struct Waits {
    templates: Answered<Each<Template>>,
    carried: Memo<Carried>,
    /// Minutes are enough for what is days away.
    minute: Memo<i64>,
}

impl Waits {
    /// Asks for it once `wanted` says so. Call it at the start of a component.
    pub(crate) fn ask(wanted: impl Fn() -> bool + Send + Sync + 'static) -> Waits {
        let stores = use_stores();
        let (client, clock) = (stores.client, stores.clock.now_ms);
        let wanted = Memo::new(move |_| wanted());
        let templates = asked(move || wanted.get().then(|| templates::list_once(&client)));
        let minute = Memo::new(move |_| clock.get() / 60_000 * 60_000);
        Waits { templates, carried: use_carried(), minute }
    }

    /// What goes of these; tracked.
    pub(crate) fn of<'a>(self, rows: impl IntoIterator<Item = &'a Row>) -> Vec<Going> {
        self.templates
            .look(|templates| radar(rows, |template| wait(templates, template), self.carried.get(), self.minute.get()))
    }

    /// What says of one whether it goes; tracked.
    pub(crate) fn each<T>(self, with: impl FnOnce(&dyn Fn(&Row) -> bool) -> T) -> T {
        let (carried, now) = (self.carried.get(), self.minute.get());
        self.templates
            .look(|templates| with(&|row| going(row, |template| wait(templates, template), carried, now).is_some()))
    }
}

fn wait(templates: Option<&Each<Template>>, template: Id) -> Option<i64> {
    templates?.items.iter().find(|one| one.id == template).and_then(|one| one.time_til_dormant_ms)
}

/// The section; it is there while something goes.
#[component]
pub(crate) fn DormancyRadar(
    /// The workspaces to look at.
    rows: Signal<Vec<Row>>,
    /// Where actions are asked for.
    runner: ActionRunner,
) -> impl IntoView {
    let waits = Waits::ask(|| true);
    let going = Memo::new(move |_| rows.with(|rows| waits.of(rows)));
    view! {
        <Show when=move || going.with(|all| !all.is_empty())>
            <section class="sec" aria-label="Dormancy">
                <header><h2>"Dormancy"</h2><span class="soft">{move || going.with(|all| summary(all))}</span><KeepAll rows going runner/></header>
                <GoingSoon rows going waits runner/>
            </section>
        </Show>
    }
}

/// Why one cannot be kept, if so.
fn why_not(row: &Row, runner: ActionRunner) -> Option<String> {
    reason(&actions::offer(row, &runner.viewer(row, false), Action::Activate))
}

fn row_of(rows: Signal<Vec<Row>>, id: Id) -> Option<Row> {
    rows.with(|rows| rows.iter().find(|row| row.id == id).cloned())
}

/// Keeps all that may be kept, where they are several: the others say why beside their own button.
#[component]
pub(crate) fn KeepAll(rows: Signal<Vec<Row>>, going: Memo<Vec<Going>>, runner: ActionRunner) -> impl IntoView {
    let kept = move || {
        let asleep =
            going.with(|all| all.iter().filter(|one| one.fate != Fate::Dormant).map(|one| one.id).collect::<Vec<_>>());
        let rows = asleep.into_iter().filter_map(|id| row_of(rows, id));
        rows.filter(|row| why_not(row, runner).is_none()).collect::<Vec<Row>>()
    };
    let count = Memo::new(move |_| kept().len());
    let keep_all = move |()| {
        for row in untrack(kept) {
            runner.run(&row, Action::Activate);
        }
    };
    view! {
        <Show when=move || { count.get() > 1 }>
            <Button class="s" on_click=keep_all>{move || format!("Keep all {}", count.get())}</Button>
        </Show>
    }
}

/// Each that goes, soonest first.
#[component]
pub(crate) fn GoingSoon(
    rows: Signal<Vec<Row>>,
    going: Memo<Vec<Going>>,
    waits: Waits,
    runner: ActionRunner,
) -> impl IntoView {
    let minute = waits.minute;
    let line = move |one: Going| {
        let row = Memo::new(move |_| row_of(rows, one.id));
        let name = move || row.with(|row| row.as_ref().map(|row| row.name.to_string()).unwrap_or_default());
        let told =
            move || going.with(|all| all.iter().find(|other| other.id == one.id).map(|one| said(one, minute.get())));
        let why = Signal::derive(move || row.with(|row| row.as_ref().and_then(|row| why_not(row, runner))));
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
        <table class="dt plain flush compact qt">
            <thead><tr><th scope="col">"Workspace"</th><th scope="col">"What happens"</th><th class="c-ac" scope="col"><span class="vh">"Actions"</span></th></tr></thead>
            <tbody><For each=move || going.get() key=|one| (one.id, one.fate as u8) children=line/></tbody>
        </table>
        <p class="say-parts small muted">"To keep one is to activate it: it is no longer dormant, and the time until it is starts anew. One that is not dormant yet is kept by using it."</p>
    }
}

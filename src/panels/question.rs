//! The question before an action, with its consequences (`model::actions::confirmation`): what is lost, what is kept,
//! and what still hinders it. In the part that comes right after the first rows. May import `store` and below.

mod line;
pub(crate) mod reading;
mod rename;
mod versions;

use self::line::line;
use self::reading::Growing;
use self::rename::Rename;
use self::versions::Versions;
use crate::browser::clock_text;
use crate::components::button::Button;
use crate::components::dialog::Dialog;
use crate::components::unique_id;
use crate::model::actions::{self, Action, Confirmation, Hindrance};
use crate::model::operation::BuildInput;
use crate::model::row::Row;
use crate::panels::action_runner::ActionRunner;
use crate::paths::{self, BuildWish};
use crate::wire::id::Id;
use leptos::prelude::*;

/// The question before `action` on the workspace of `row`.
pub(crate) fn question(runner: ActionRunner, row: Row, action: Action) -> AnyView {
    if action == Action::Rename {
        view! { <Rename runner row/> }.into_any()
    } else {
        view! { <Question runner row action/> }.into_any()
    }
}

/// Which build the form of parameters is for, where it is opened before an action.
fn wish_of(action: Action) -> BuildWish {
    match action {
        Action::Start | Action::Retry | Action::DebugRetry => BuildWish::Start,
        Action::Restart => BuildWish::Restart,
        _ => BuildWish::Update,
    }
}

/// What changes, from and to.
fn facts(facts: Vec<(&'static str, String)>) -> impl IntoView {
    (!facts.is_empty()).then(|| {
        let row = |(label, text): (&'static str, String)| view! { <dt>{label}</dt><dd>{text}</dd> };
        view! { <dl class="diff">{facts.into_iter().map(row).collect_view()}</dl> }
    })
}

/// Whether the resources are to stay, and why they cannot be left.
fn orphan(allowed: Result<(), String>, known: Growing) -> impl IntoView {
    let note = unique_id("orphan");
    let why = match &allowed {
        Ok(()) => {
            "For what cannot be destroyed any more: the control plane forgets it without asking Terraform.".to_owned()
        }
        Err(why) => format!("Not available. {why}"),
    };
    view! {
        <label class="opt">
            <input type="checkbox" disabled=allowed.is_err() aria-describedby=note.clone()
                prop:checked=move || known.with(|known| known.orphan)
                on:change=move |event| known.update(|known| known.orphan = event_target_checked(&event))/>
            <span>"Orphan: forget the workspace, leave its resources where they are."<br/><span class="small" id=note>{why}</span></span>
        </label>
    }
}

#[component]
fn Question(runner: ActionRunner, row: Row, action: Action) -> impl IntoView {
    let known = reading::read(runner, &row, action);
    let typed = RwSignal::new(String::new());
    let chosen = RwSignal::new(None::<Id>);
    let chooses = action == Action::ChangeVersion;
    let about = row.clone();
    Effect::new(move |_| {
        if let Some(version) = chosen.get() {
            reading::read_then(runner, &about, version, known, move |asked| {
                chosen.try_get_untracked() == Some(Some(asked))
            });
        }
    });
    let about = row.clone();
    // As it was when it was asked: what is read meanwhile is told, the clock does not make the lines anew.
    let (viewer, now_ms) =
        untrack(|| (runner.viewer(&row, false), runner.stores.with_value(|stores| stores.clock.now())));
    let question = Memo::new(move |_| {
        known.with(|known| actions::confirmation(&about, &viewer, action, known, now_ms, &clock_text::Viewer))
    });
    let of = move |part: fn(&Confirmation) -> String| {
        Signal::derive(move || question.with(|question| question.as_ref().map(part)).unwrap_or_default())
    };
    let close = move || runner.asked.set(None);
    let reason = Signal::derive(move || {
        let question = question.get()?;
        if !typed.with(|typed| question.is_confirmed_by(typed)) {
            return Some(format!("Type {} first.", question.type_to_confirm.unwrap_or_default()));
        }
        if chooses && chosen.get().is_none() {
            return Some("Choose a version first.".to_owned());
        }
        match question.hindrance {
            Some(Hindrance::Reading(why)) => Some(why),
            Some(Hindrance::Misfits) => Some("Fill in what does not fit first.".to_owned()),
            None => None,
        }
    });
    let misfits = Memo::new(move |_| {
        question
            .with(|question| question.as_ref().is_some_and(|question| question.hindrance == Some(Hindrance::Misfits)))
    });
    let fills_in = Memo::new(move |_| {
        !misfits.get() && question.with(|question| question.as_ref().is_some_and(|question| question.fills_in))
    });
    let shown = move || !chooses || chosen.get().is_some();
    let lines = move || {
        let all = question.with(|question| question.as_ref().map(|question| question.consequences.clone()));
        all.filter(|_| shown()).unwrap_or_default().into_iter().map(line).collect_view()
    };
    let changes = move || {
        let all = question.with(|question| question.as_ref().map(|question| question.facts.clone()));
        facts(all.filter(|_| shown()).unwrap_or_default())
    };
    let asked = question.get_untracked();
    let destroys = action == Action::Delete;
    let id = unique_id("confirm");
    let field = asked.as_ref().and_then(|asked| asked.type_to_confirm.clone()).map(|word| {
        view! {
            <label for=id.clone()>
                <span class="small soft">"Type "<b>{word}</b>" to delete it"</span>
                <span class="field">
                    <input id=id.clone() type="text" autocomplete="off" autocapitalize="none" spellcheck="false" autofocus=true
                        prop:value=move || typed.get() on:input=move |event| typed.set(event_target_value(&event))/>
                </span>
            </label>
        }
    });
    let option = asked.and_then(|asked| asked.orphan).map(|allowed| orphan(allowed, known));
    let versions = chooses.then(|| view! { <Versions runner row=row.clone() chosen/> });
    let (owner, name) = (row.owner_name.clone(), row.name.clone());
    let form = Signal::derive(move || match chosen.get() {
        Some(version) => paths::parameters(&owner, &name, BuildWish::Change, Some(&version.to_string())),
        None => paths::parameters(&owner, &name, wish_of(action), None),
    });
    let go = move || {
        if reason.with_untracked(Option::is_none) {
            let orphan = known.with_untracked(|known| known.orphan);
            let input = BuildInput { version: chosen.get_untracked(), orphan, asked: true, ..BuildInput::default() };
            runner.asked.set(None);
            runner.run_with(&row, action, input);
        }
    };
    view! {
        <Dialog title=of(|question| question.title.clone()) on_close=move |()| close()>
            <form on:submit=move |event| { event.prevent_default(); go(); }>
                <div class="body">{versions}{changes}<ul class="facts-list">{lines}</ul>{field}{option}</div>
                <footer>
                    <Button on_click=move |()| close()>{of(|question| question.safe.clone())}</Button>
                    <Show when=move || fills_in.get()><a class="btn" href=move || form.get()>"Fill in what it asks for"</a></Show>
                    <Show
                        when=move || misfits.get()
                        fallback=move || view! {
                            <Button class=if destroys { "danger" } else { "fill" } submit=true reason on_click=|()| ()>{of(|question| question.danger.clone())}</Button>
                        }
                    >
                        <a class="btn fill" href=move || form.get()>"Fill in what it asks for"</a>
                    </Show>
                </footer>
            </form>
        </Dialog>
    }
}

//! Actions in a panel: the button of a workspace, unless the page around wants none, and what becomes of what was begun, told to that page. May import
//! `panels` and below.

use crate::components::tip::Tip;
use crate::components::unique_id;
use crate::embed::host::Host;
use crate::model::actions::{self, Action, Offer};
use crate::model::embed::protocol::{Named, Stage, ToHost};
use crate::model::operation::{Operation, Outcome};
use crate::model::row::Row;
use crate::panels::action_runner::{ActionRunner, reason};
use crate::panels::message::action_id;
use crate::store::use_stores;
use crate::wire::id::Id;
use leptos::prelude::*;
use std::collections::HashMap;

/// The button of what a workspace's state calls for.
pub(super) fn action_button(
    row: Memo<Option<Row>>,
    runner: ActionRunner,
    stale: Signal<Option<String>>,
) -> impl IntoView {
    let offer = Memo::new(move |_| {
        let stale = stale.with(Option::is_some);
        row.with(|row| row.as_ref().and_then(|row| actions::primary(row, &runner.viewer(row, stale))))
    });
    let why = move || offer.with(|offer| offer.as_ref().and_then(reason));
    let label = move || {
        let name = row.with(|row| row.as_ref().map(|row| row.name.to_string()).unwrap_or_default());
        let of = |offer: &Offer| if offer.action == Action::Undo { " the stop of" } else { "" };
        offer.with(|offer| offer.as_ref().map(|offer| format!("{}{} {name}", offer.action.word(), of(offer))))
    };
    let press = move |_| {
        let allowed = offer.get_untracked().filter(Offer::is_enabled);
        if let (Some(offer), Some(row)) = (allowed, row.get_untracked()) {
            runner.ask(&row, offer.action);
        }
    };
    let note = unique_id("why");
    let (tip, described, target) = (note.clone(), note.clone(), note);
    view! {
        <button class="btn s" type="button" hidden=move || offer.with(Option::is_none)
            id=move || row.with(|row| row.as_ref().map(|row| action_id(row.id)))
            aria-label=label
            aria-disabled=move || why().is_some().then_some("true")
            aria-describedby=move || why().is_some().then(|| described.clone())
            popovertarget=move || why().is_some().then(|| target.clone())
            title=why
            on:click=press>
            {move || offer.with(|offer| offer.as_ref().map(|offer| offer.action.word()))}
        </button>
        <Show when=move || why().is_some()><Tip id=tip.clone() why=Signal::derive(move || why().unwrap_or_default())/></Show>
    }
}

/// How far an operation is, for the page around.
fn stage(operation: &Operation) -> Stage {
    match operation.report().map(|report| report.result) {
        None => Stage::Began,
        Some(Outcome::Succeeded) => Stage::Done,
        Some(Outcome::Canceled | Outcome::Abandoned) => Stage::Canceled,
        Some(_) => Stage::Failed,
    }
}

/// The name of an action, as it is stored.
fn word(action: Action) -> String {
    serde_json::to_string(&action).unwrap_or_default().trim_matches('"').to_owned()
}

/// What was told of an action last.
#[derive(Clone, PartialEq)]
struct Last {
    began_ms: i64,
    stage: Stage,
    /// Whether nothing was sent of it yet.
    held: bool,
    action: String,
    workspace: Named,
}

/// Tells the page around what becomes of the actions on the workspaces that are shown. Call it once in a panel.
pub(super) fn tell_actions(host: Host, shown: impl Fn() -> Vec<Id> + 'static) {
    let stores = use_stores();
    let told = StoredValue::new(HashMap::<Id, Last>::new());
    Effect::new(move |_| {
        for id in shown() {
            let now = stores.operations.of(id).with(|operation| {
                let operation = operation.as_ref()?;
                Some(Last {
                    began_ms: operation.began_ms,
                    stage: stage(operation),
                    held: operation.held_until_ms().is_some(),
                    action: word(operation.action),
                    workspace: Named { owner: operation.owner.clone(), name: operation.name.clone() },
                })
            });
            let Some(before) = told.try_with_value(|told| told.get(&id).cloned()) else { return };
            match (before, now) {
                (before, Some(now)) => {
                    let is_news =
                        before.is_none_or(|before| (before.began_ms, before.stage) != (now.began_ms, now.stage));
                    if is_news {
                        tell(host, &now, now.stage);
                    }
                    told.update_value(|told| {
                        told.insert(id, now);
                    });
                }
                // What succeeded leaves nothing behind, nor does what was taken back before anything was sent.
                (Some(before), None) => {
                    if before.stage == Stage::Began {
                        tell(host, &before, if before.held { Stage::Canceled } else { Stage::Done });
                    }
                    told.update_value(|told| {
                        told.remove(&id);
                    });
                }
                (None, None) => {}
            }
        }
    });
}

fn tell(host: Host, last: &Last, state: Stage) {
    host.tell(&ToHost::Action { action: last.action.clone(), workspace: last.workspace.clone(), state });
}

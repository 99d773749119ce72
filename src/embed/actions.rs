//! What becomes of the actions that were begun in a panel, told to the page around. May import `panels` and below.

use crate::embed::host::Host;
use crate::model::actions::Action;
use crate::model::embed::protocol::{Named, Stage, ToHost};
use crate::model::operation::{Operation, Outcome};
use crate::store::use_stores;
use crate::wire::id::Id;
use leptos::prelude::*;
use std::collections::HashMap;

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

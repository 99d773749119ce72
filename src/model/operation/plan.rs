//! How an operation begins. Its steps stand in the table of actions (`model::actions`). Pure.

use super::input::BuildInput;
use super::setting::Setting;
use super::step::Step;
use super::stored::{Operation, Phase};
use crate::model::actions::Action;
use crate::model::row::Row;
use crate::wire::build::BuildStatus;

/// Plans an action on a workspace. `None` for what no button offers in this state (`model::actions::offer` says why).
/// What is said of the build is said of the last one: a stop that comes before a start stays as it is.
pub(crate) fn plan(row: &Row, action: Action, input: BuildInput, now_ms: i64) -> Option<Operation> {
    // Which version, whoever changes it has to say: none is a change that nobody asked for.
    if action == Action::ChangeVersion && input.version.is_none() {
        return None;
    }
    let mut steps = action.steps(row);
    match steps.pop()? {
        Step::Build(step) => steps.push(Step::Build(step.with(input))),
        other => steps.push(other),
    }
    Some(begun(row, action, steps, now_ms))
}

/// Plans an action that sets what the user said.
pub(crate) fn plan_setting(row: &Row, action: Action, setting: Setting, now_ms: i64) -> Operation {
    begun(row, action, vec![Step::Set(setting)], now_ms)
}

fn begun(row: &Row, action: Action, steps: Vec<Step>, now_ms: i64) -> Operation {
    let held = action == Action::Stop && row.build.status == BuildStatus::Running;
    Operation {
        workspace: row.id,
        name: row.name.to_string(),
        owner: row.owner_name.to_string(),
        mine: false,
        action,
        began_ms: now_ms,
        steps,
        at: 0,
        phase: if held { Phase::held_from(now_ms) } else { Phase::Ready },
        base: row.build.number,
        resumed: false,
        cancel_wanted: false,
        cancel_sent: false,
        cancels: 0,
        cancel_refused: None,
        heard_ms: now_ms,
    }
}

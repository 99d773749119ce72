//! How an operation begins. Its steps stand in the table of actions (`model::actions`). Pure.

use super::input::BuildInput;
use super::step::Step;
use super::stored::{Operation, Phase};
use crate::model::actions::Action;
use crate::model::row::Row;
use crate::wire::build::BuildStatus;

/// Plans an action on a workspace. `None` for what no button offers in this state (`model::actions::offer` says why).
/// What is said of the build is said of the last one: a stop that comes before a start stays as it is.
pub(crate) fn plan(row: &Row, action: Action, input: BuildInput, now_ms: i64) -> Option<Operation> {
    let mut steps = action.steps(row);
    match steps.pop()? {
        Step::Build(step) => steps.push(Step::Build(step.with(input))),
        other => steps.push(other),
    }
    let held = action == Action::Stop && row.build.status == BuildStatus::Running;
    Some(Operation {
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
    })
}

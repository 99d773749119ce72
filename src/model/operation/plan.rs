//! How an operation begins. Its steps stand in the table of actions (`model::actions`). Pure.

use super::stored::{Operation, Phase};
use crate::model::actions::Action;
use crate::model::row::Row;
use crate::wire::build::BuildStatus;

/// Plans an action on a workspace. `None` for what no button offers in this state (`model::actions::offer` says why).
pub(crate) fn plan(row: &Row, action: Action, now_ms: i64) -> Option<Operation> {
    let steps = action.steps(row);
    if steps.is_empty() {
        return None;
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

//! Which steps an action has. Pure.

use super::step::Step;
use super::stored::{Operation, Phase};
use crate::model::actions::{self, Action};
use crate::model::row::Row;
use crate::wire::Id;
use crate::wire::build::{BuildStatus, JobStatus, Transition};

/// Plans an action on a workspace. `None` for what no button offers in this state ([`actions::offer`] says why).
pub fn plan(row: &Row, action: Action, now_ms: i64) -> Option<Operation> {
    let build = |transition| Step::Build { transition, version: None };
    let start = |update| Step::Build { transition: Transition::Start, version: start_version(row, update) };
    let running = row.build.status == BuildStatus::Running;
    let steps = match action {
        Action::Start => vec![start(false)],
        Action::Stop => vec![build(Transition::Stop)],
        Action::Delete => vec![build(Transition::Delete)],
        Action::Restart => vec![build(Transition::Stop), start(false)],
        // A stop first: what the failed start left is cleaned up.
        Action::Update if running || actions::failed_start(row) => vec![build(Transition::Stop), start(true)],
        Action::Update => vec![start(true)],
        Action::Retry => match row.build.transition {
            Transition::Start if actions::failed_start(row) => vec![build(Transition::Stop), start(false)],
            Transition::Start => vec![start(false)],
            Transition::Stop => vec![build(Transition::Stop)],
            Transition::Delete => vec![build(Transition::Delete)],
            Transition::Other(_) => return None,
        },
        Action::Cancel => vec![Step::Cancel {
            build: row.build.id,
            number: row.build.number,
            expect_pending: row.build.job_status == JobStatus::Pending,
        }],
        Action::Activate => vec![Step::Activate],
        Action::Favorite => vec![Step::Favorite { on: true }],
        Action::Unfavorite => vec![Step::Favorite { on: false }],
        // An event of the operation that is held, no operation of its own.
        Action::Undo => return None,
    };
    let held = action == Action::Stop && running;
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

/// The version that a start must name: the active one where the template requires it or where it is asked for, else none (the
/// version of the build before).
pub fn start_version(row: &Row, update: bool) -> Option<Id> {
    (update || row.require_active_version).then_some(row.template_active_version_id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::recordings;

    #[test]
    fn a_start_names_a_version_only_if_it_must() {
        let mut row = recordings::row("workspace/stopped");
        let active = Some(row.template_active_version_id);
        assert_eq!(start_version(&row, false), None);
        assert_eq!(start_version(&row, true), active);
        row.require_active_version = true;
        assert_eq!(start_version(&row, false), active);
        assert_eq!(start_version(&row, true), active);
    }
}

//! What several actions ask of a row. Pure.

use super::viewer::Viewer;
use crate::model::row::{Row, may_have_applied};
use crate::model::status::{State, state};
use crate::wire::build::{BuildStatus, Transition};

/// Whether something of it runs that a stop would end.
pub(crate) fn is_up(row: &Row) -> bool {
    row.build.status == BuildStatus::Running
}

/// Whether a start would be refused with the version that it has. Who may change the template may have any version.
pub(super) fn needs_update(row: &Row, viewer: &Viewer) -> bool {
    row.require_active_version && row.outdated && viewer.may.template != Some(true)
}

/// Whether the last build is a start that failed or was canceled after its apply had begun: what it made may still be
/// there.
pub(crate) fn failed_start(row: &Row) -> bool {
    matches!(row.build.status, BuildStatus::Failed | BuildStatus::Canceled)
        && row.build.transition == Transition::Start
        && may_have_applied(&row.build)
}

/// Whether a build waits that would bring it up or down: it has made nothing, and is canceled before a delete. A delete
/// that waits is on its way already.
pub(super) fn waits_for_a_build(row: &Row) -> bool {
    state(row) == State::Pending && row.build.transition != Transition::Delete
}

/// Whether the resources can be left behind by a delete: only after a build that did not succeed, where they may be
/// what keeps it from being deleted (docs/control-plane-api.md, 3.5).
pub(crate) fn may_be_orphaned(row: &Row) -> bool {
    matches!(row.build.status, BuildStatus::Failed | BuildStatus::Canceled) || waits_for_a_build(row)
}

/// Whether a stop of it is worth a question: it is somebody else's, and in use.
pub(super) fn is_others_in_use(row: &Row, viewer: &Viewer) -> bool {
    is_up(row) && viewer.in_use && row.owner_id != viewer.user_id
}

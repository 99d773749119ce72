//! What several actions ask of a row. Pure.

use crate::model::row::{Row, may_have_applied};
use crate::wire::build::{BuildStatus, Transition};

/// Whether something of it runs that a stop would end.
pub(super) fn is_up(row: &Row) -> bool {
    row.build.status == BuildStatus::Running
}

/// Whether a start would be refused with the version that it has.
pub(super) fn needs_update(row: &Row) -> bool {
    row.require_active_version && row.outdated
}

/// Whether the last build is a start that failed or was canceled after its apply had begun: what it made may still be
/// there.
pub(super) fn failed_start(row: &Row) -> bool {
    matches!(row.build.status, BuildStatus::Failed | BuildStatus::Canceled)
        && row.build.transition == Transition::Start
        && may_have_applied(&row.build)
}

//! What the machine needs to know of a row. Pure.

use crate::model::row::{Row, is_refused_by_quota};
use crate::model::status;
use crate::wire::Id;
use crate::wire::build::{JobStatus, Transition};

/// What the machine needs to know of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Facts {
    /// The number of the latest build.
    pub number: i64,
    /// The latest build.
    pub build: Id,
    /// What it does.
    pub transition: Transition,
    /// How far its job is.
    pub job_status: JobStatus,
    /// Whether it was asked to cancel.
    pub canceled: bool,
    /// Why it failed, in one line.
    pub error: String,
    /// Whether a quota refused it.
    pub by_quota: bool,
    /// Who asked for it.
    pub initiator: String,
    /// Whether the workspace is dormant.
    pub dormant: bool,
    /// Whether it is a favourite.
    pub favorite: bool,
    /// Its name.
    pub name: String,
    /// Whether its schedule starts it with the active version.
    pub always_update: bool,
}

impl Facts {
    /// Of a row.
    pub(crate) fn of(row: &Row) -> Facts {
        Facts {
            number: row.build.number,
            build: row.build.id,
            transition: row.build.transition.clone(),
            job_status: row.build.job_status.clone(),
            canceled: row.build.canceled_ms.is_some(),
            error: status::failed_text(row, None),
            by_quota: is_refused_by_quota(&row.build),
            initiator: row.build.initiator.to_string(),
            dormant: row.dormant_ms.is_some(),
            favorite: row.favorite,
            name: row.name.to_string(),
            always_update: row.always_update,
        }
    }

    pub(super) fn is_active(&self) -> bool {
        matches!(self.job_status, JobStatus::Pending | JobStatus::Running | JobStatus::Canceling)
    }
}

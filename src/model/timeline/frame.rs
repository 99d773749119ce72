//! What is known of a build, and what the parts of its timeline share: the build's own times, and how far other clocks
//! may differ from them. Pure.

use crate::wire::build::WorkspaceBuild;
use crate::wire::log::ProvisionerJobLog;
use crate::wire::time::Timestamp;
use crate::wire::timings::BuildTimings;

/// All that is known of a build. `logs` may be in any order and hold lines twice.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// The build, with its resources and agents where the control plane still has them.
    pub build: &'a WorkspaceBuild,
    /// Its timings; None while they were not asked for.
    pub timings: Option<&'a BuildTimings>,
    /// The lines of its log so far.
    pub logs: &'a [ProvisionerJobLog],
    /// Now by the server's clock, Unix milliseconds.
    pub now_ms: i64,
}

/// What the parts of a timeline share: the build's own times, µs after the origin.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame<'a> {
    pub(super) build: &'a WorkspaceBuild,
    pub(super) origin: i64,
    /// Now by the server's clock.
    pub(super) now: i64,
    pub(super) started: Option<i64>,
    pub(super) completed: Option<i64>,
    pub(super) canceled: Option<i64>,
}

impl<'a> Frame<'a> {
    pub(super) fn of(input: &Input<'a>) -> Self {
        let build = input.build;
        let job = &build.job;
        // Where no time is told at all, the picture begins now.
        let origin = build.asked_at().known().map_or(input.now_ms.saturating_mul(1_000), Timestamp::micros);
        let rel = |time: Timestamp| time.micros().saturating_sub(origin);
        Frame {
            build,
            origin,
            now: input.now_ms.saturating_mul(1_000).saturating_sub(origin),
            started: told(job.started_at).map(|time| rel(time).max(0)),
            completed: told(job.completed_at).map(|time| rel(time).max(0)),
            canceled: told(job.canceled_at).map(|time| rel(time).max(0)),
        }
    }

    pub(super) fn rel(&self, time: Timestamp) -> i64 {
        time.micros().saturating_sub(self.origin)
    }

    /// Where the provisioner's work can have begun at the earliest.
    pub(super) fn work_from(&self) -> i64 {
        self.started.unwrap_or(0)
    }
}

/// A time that is told: a zero one is none.
pub(super) fn told(time: Option<Timestamp>) -> Option<Timestamp> {
    time.filter(|time| !time.is_zero())
}

/// How far two clocks may differ before times are moved for it.
pub(super) const TOLERANCE_US: i64 = 1_000_000;

/// By how much all times of a foreign clock must be moved so that they do not contradict the control plane's: nothing
/// can have begun before `from`, nor before the timeline, nor ended after `until`. Lengths are kept. 0 where it is no
/// contradiction.
pub(super) fn correction(earliest: i64, latest: i64, from: i64, until: Option<i64>) -> i64 {
    let early = from.saturating_sub(earliest);
    if earliest < 0 || early > TOLERANCE_US {
        return early.max(earliest.saturating_neg());
    }
    match until {
        Some(until) if latest.saturating_sub(until) > TOLERANCE_US => until.saturating_sub(latest).max(early).min(0),
        _ => 0,
    }
}

#[cfg(test)]
mod tests;

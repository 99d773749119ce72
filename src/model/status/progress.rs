//! How far a build is, by how long builds of its kind take. Never pretends: what varies has no band and no time that is
//! left. Pure.

use crate::model::duration;
use crate::wire::template::BuildTimeStats;

/// How long builds of this kind usually take, in milliseconds: half of them less than `p50`, nineteen of twenty less
/// than `p95`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UsualDuration {
    /// The median.
    pub p50: i64,
    /// The 95th percentile.
    pub p95: i64,
}

impl UsualDuration {
    /// Of a template's statistics; `None` until there were builds, or if the figures make no sense.
    pub fn new(stats: BuildTimeStats) -> Option<UsualDuration> {
        match (stats.p50, stats.p95) {
            (Some(p50), Some(p95)) if p50 > 0 && p95 >= p50 => Some(UsualDuration { p50, p95 }),
            _ => None,
        }
    }

    /// Whether they vary too much for a band and a time that is left.
    pub fn varies(self) -> bool {
        self.p95 > self.p50.saturating_mul(3).max(self.p50.saturating_add(5_000))
    }
}

/// The progress of a running build on a bar; fractions of the bar's width.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Progress {
    /// How far time is.
    pub done: f64,
    /// From where to where builds of this kind usually end; `None` if they vary too much.
    pub band: Option<(f64, f64)>,
    /// Whether it takes longer than nineteen of twenty did.
    pub overdue: bool,
}

/// How far a build is after `elapsed` milliseconds.
pub(super) fn progress(elapsed: i64, usual: UsualDuration) -> Progress {
    let overdue = elapsed > usual.p95;
    let width = usual.p95.max(1) as f64;
    Progress {
        done: (elapsed as f64 / width).clamp(0.0, 1.0),
        band: (!usual.varies() && !overdue).then(|| (usual.p50 as f64 / width, 1.0)),
        overdue,
    }
}

/// What is said of the time that is left; empty if nothing honest can be said.
pub(super) fn left(elapsed: i64, usual: UsualDuration) -> String {
    if elapsed > usual.p95 {
        return "longer than usual".to_owned();
    }
    if usual.varies() {
        return String::new();
    }
    let (from, to) = (usual.p50.saturating_sub(elapsed), usual.p95.saturating_sub(elapsed));
    if from < 1_000 && to < 1_000 {
        return "about to end".to_owned();
    }
    if from < 1_000 {
        return format!("{} left", duration::range(0, to).replace("up to ", "up to about "));
    }
    format!("about {} left", duration::range(from, to))
}

#[cfg(test)]
mod tests;

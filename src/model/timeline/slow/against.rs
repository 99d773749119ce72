//! A build's job beside what is usual: the template's own figures, and the last builds of the workspace. Ready
//! sentences. Pure.

use crate::model::duration::about;
use crate::model::order;
use crate::model::progress::UsualDuration;
use crate::wire::build::{JobStatus, Transition, WorkspaceBuild};

/// Under so many builds nothing is said of what is usual.
const ENOUGH: usize = 5;

/// The jobs of a workspace's last builds of one kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Own {
    /// How many.
    pub(crate) count: usize,
    /// The middle one, µs.
    pub(crate) median_us: i64,
    /// The middle of how far they lie from that, µs.
    pub(crate) spread_us: i64,
}

/// The middle value; of an even number the mean of the two.
fn middle(sorted: &[i64]) -> i64 {
    let (low, high) = (sorted.len().saturating_sub(1) / 2, sorted.len() / 2);
    match (sorted.get(low), sorted.get(high)) {
        (Some(low), Some(high)) => low.midpoint(*high),
        _ => 0,
    }
}

/// How long the job of a build took that succeeded, from its request to its end, µs.
pub(crate) fn job_of(build: &WorkspaceBuild) -> Option<i64> {
    let (asked, ended) = (build.asked_at().known()?, build.job.completed_at?.known()?);
    (build.job.status == JobStatus::Succeeded).then(|| ended.micros().saturating_sub(asked.micros()).max(0))
}

/// How long a provisioner worked on it, without the queue, µs: what a template's figures count.
pub(crate) fn work_of(build: &WorkspaceBuild) -> Option<i64> {
    let (began, ended) = (build.job.started_at?.known()?, build.job.completed_at?.known()?);
    (build.job.status == JobStatus::Succeeded).then(|| ended.micros().saturating_sub(began.micros()).max(0))
}

impl Own {
    /// Of at most `most` builds before number `before` that did the same and succeeded.
    pub(crate) fn of(builds: &[WorkspaceBuild], transition: &Transition, before: i64, most: usize) -> Self {
        let mut earlier: Vec<&WorkspaceBuild> = builds
            .iter()
            .filter(|build| build.transition == *transition && build.build_number < before && job_of(build).is_some())
            .collect();
        order::sort_by_key(&mut earlier, |build| std::cmp::Reverse(build.build_number));
        Self::of_lengths(earlier.into_iter().take(most).filter_map(job_of).collect())
    }

    /// Of jobs that took so long, µs.
    pub(crate) fn of_lengths(mut lengths: Vec<i64>) -> Self {
        order::sort_by_key(&mut lengths, |us| *us);
        let median_us = middle(&lengths);
        let mut apart: Vec<i64> = lengths.iter().map(|us| us.saturating_sub(median_us).saturating_abs()).collect();
        order::sort_by_key(&mut apart, |us| *us);
        Self { count: lengths.len(), median_us, spread_us: middle(&apart) }
    }

    /// Whether they are enough to say what is usual.
    pub(crate) const fn is_enough(&self) -> bool {
        self.count >= ENOUGH
    }

    /// Whether a job of this length is far from them: by more than three times their spread, a fifth of their middle,
    /// and a second.
    pub(crate) fn is_far(&self, job_us: i64) -> bool {
        let apart = job_us.saturating_sub(self.median_us).saturating_abs();
        self.is_enough() && apart > self.spread_us.saturating_mul(3) && apart > self.median_us / 5 && apart > 1_000_000
    }
}

fn starts(transition: &Transition) -> &str {
    match transition {
        Transition::Start => "starts",
        Transition::Stop => "stops",
        Transition::Delete => "deletions",
        Transition::Other(_) => "builds",
    }
}

/// How much longer or shorter, in words: "9 s slower than", "about as long as".
fn compared(us: i64, usual_us: i64) -> String {
    let apart = us.saturating_sub(usual_us);
    let near = usual_us / 20;
    if apart.saturating_abs() <= near.max(500_000) {
        return "about as long as".to_owned();
    }
    let by = about(apart.saturating_abs().saturating_add(500) / 1_000);
    format!("{by} {}", if apart > 0 { "slower than" } else { "faster than" })
}

/// The work on a job beside the template's figures, which count nothing else.
pub(crate) fn against_usual(work_us: i64, transition: &Transition, usual: UsualDuration) -> String {
    let (half, most) = (usual.p50.saturating_mul(1_000), usual.p95.saturating_mul(1_000));
    let beyond = if work_us > most { ", and longer than 95 % of them" } else { "" };
    format!(
        "The job ran {} after the queue: {} half of this template's {} ({}, 95 % within {}){beyond}. The template's figures count that alone, neither the queue nor agents.",
        about(work_us / 1_000),
        compared(work_us, half),
        starts(transition),
        about(usual.p50),
        about(usual.p95),
    )
}

/// The job, from its request to its end, beside this workspace's own last builds.
pub(crate) fn against_own(job_us: i64, transition: &Transition, own: &Own) -> String {
    let what = starts(transition);
    if !own.is_enough() {
        return match own.count {
            0 => format!("This workspace has no earlier {what} to compare with."),
            1 => format!("Too few builds to say what is usual here: 1 of its earlier {what} succeeded."),
            count => format!("Too few builds to say what is usual here: {count} of its earlier {what} succeeded."),
        };
    }
    let far = if own.is_far(job_us) { " That is unusual here." } else { "" };
    format!(
        "With the queue it took {}, {} the median of this workspace's last {} {what}, {} (give or take {}).{far}",
        about(job_us / 1_000),
        compared(job_us, own.median_us),
        own.count,
        about(own.median_us / 1_000),
        about(own.spread_us.saturating_add(500) / 1_000),
    )
}

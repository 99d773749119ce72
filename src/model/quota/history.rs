//! How many credits the workspaces held over time, from what each of their builds committed. The control plane keeps no
//! history of a quota: this is that of the builds that are there still. Pure.

use crate::wire::build::{BuildStatus, WorkspaceBuild};
use crate::wire::{Id, Timestamp};
use std::collections::BTreeMap;

/// From a moment on a workspace holds so many credits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Held {
    /// The workspace.
    pub workspace: Id,
    /// Since when.
    pub at_ms: i64,
    /// How many.
    pub credits: i64,
}

/// What all of them hold from a moment on, and whose build made it so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct HistoryStep {
    /// Since when.
    pub at_ms: i64,
    /// All of them together.
    pub credits: i64,
    /// The workspace of the build.
    pub workspace: Id,
}

/// What a workspace holds from the end of a build on; from its beginning it holds what the build before left, for while
/// it runs the control plane counts nothing, which is no change that anybody made.
pub(crate) fn held_since(build: &WorkspaceBuild) -> Option<Held> {
    let ended = build.job.completed_at.map(Timestamp::millis)?;
    let credits = if build.status == BuildStatus::Deleted { 0 } else { build.daily_cost.unwrap_or(0) };
    Some(Held { workspace: build.workspace_id, at_ms: ended, credits })
}

/// The steps in order; a build that changed nothing makes none.
pub(crate) fn steps(held: &[Held]) -> Vec<HistoryStep> {
    let mut all = held.to_vec();
    all.sort_by_key(|one| one.at_ms);
    let mut now: BTreeMap<Id, i64> = BTreeMap::new();
    let (mut sum, mut steps) = (0_i64, Vec::<HistoryStep>::new());
    for Held { workspace, at_ms, credits } in all {
        let before = now.insert(workspace, credits).unwrap_or_default();
        sum = sum.saturating_sub(before).saturating_add(credits);
        match steps.last_mut() {
            Some(last) if last.at_ms == at_ms => (last.credits, last.workspace) = (sum, workspace),
            last if last.as_ref().map_or(0, |last| last.credits) != sum => {
                steps.push(HistoryStep { at_ms, credits: sum, workspace });
            }
            _ => {}
        }
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::recordings;
    use proptest::prelude::*;

    fn held(workspace: u128, at_ms: i64, credits: i64) -> Held {
        Held { workspace: Id::from_u128(workspace), at_ms, credits }
    }

    #[test]
    fn each_change_is_a_step() {
        let told = |all: &[Held]| steps(all).iter().map(|step| (step.at_ms, step.credits)).collect::<Vec<_>>();
        // One starts, another starts, the first stops and keeps 2, is started as before, and is deleted.
        let all = [held(2, 20, 7), held(1, 10, 12), held(1, 30, 2), held(1, 40, 12), held(1, 50, 12), held(1, 60, 0)];
        assert_eq!(told(&all), [(10, 12), (20, 19), (30, 9), (40, 19), (60, 7)]);
        assert_eq!(told(&[held(1, 10, 0)]), []);
        assert_eq!(told(&[held(1, 10, 3), held(2, 10, 4)]), [(10, 7)], "at the same moment they are one step");
        assert_eq!(told(&[]), []);
    }

    #[test]
    fn a_build_counts_from_its_end_on() {
        let mut build: WorkspaceBuild =
            recordings::body::<crate::wire::workspace::Workspace>("real/start-workspace").latest_build;
        build.daily_cost = Some(4);
        let since = held_since(&build).unwrap();
        assert_eq!((since.credits, since.at_ms), (4, build.job.completed_at.unwrap().millis()));
        build.status = BuildStatus::Deleted;
        assert_eq!(held_since(&build).unwrap().credits, 0);
        build.job.completed_at = None;
        assert_eq!(held_since(&build), None);
    }

    proptest! {
        #[test]
        fn the_last_step_is_what_the_latest_builds_hold(all in prop::collection::vec((0_u128..5, 0_i64..100, 0_i64..50), 0..40)) {
            let held: Vec<Held> = all.iter().enumerate().map(|(turn, (workspace, at, credits))| held(*workspace, at * 100 + i64::try_from(turn).unwrap(), *credits)).collect();
            let mut latest = BTreeMap::new();
            let mut sorted = held.clone();
            sorted.sort_by_key(|one| one.at_ms);
            for one in &sorted {
                latest.insert(one.workspace, one.credits);
            }
            let told = steps(&held);
            prop_assert_eq!(told.last().map_or(0, |step| step.credits), latest.values().sum::<i64>());
            prop_assert!(told.iter().all(|step| step.credits >= 0));
            prop_assert!(told.windows(2).all(|two| two[0].at_ms < two[1].at_ms && two[0].credits != two[1].credits));
        }
    }
}

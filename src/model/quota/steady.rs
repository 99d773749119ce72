//! The figures of a quota while builds run. A build is its workspace's latest from its first moment, and holds nothing
//! until its cost is committed between its plan and its apply: what the control plane counts dips meanwhile, and stays
//! low where the build ended before that (docs/control-plane-api.md, 2.13). What is shown is steady: it counts what the
//! workspace held before, and says so. Pure.

use super::{Standing, credits};
use crate::model::row::{Row, is_changing};
use crate::model::wording;
use crate::wire::Id;
use crate::wire::build::{BuildStatus, WorkspaceBuild};

/// A workspace whose credits the control plane does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Uncounted {
    /// Where it takes from.
    pub organization: Id,
    /// The build that is not counted.
    pub build: Id,
    /// Since when: the build's beginning, by the control plane's clock.
    pub since_ms: i64,
    /// Until when, once it is counted again: figures that are younger have it.
    pub until_ms: Option<i64>,
    /// What it held before, and holds now once that is counted; `None` while that is not known.
    pub credits: Option<i64>,
    /// Whether the build runs; else it ended before it was counted.
    pub is_building: bool,
}

impl Uncounted {
    /// Of a row whose build is not counted. `before` is what it held before, if that is known.
    pub(crate) fn of(row: &Row, before: Option<i64>) -> Option<Uncounted> {
        credits(row, true).is_err().then(|| Uncounted {
            organization: row.organization_id,
            build: row.build.id,
            since_ms: row.build.created_ms,
            until_ms: None,
            credits: before.or_else(|| (row.build.number <= 1).then_some(0)),
            is_building: is_changing(row),
        })
    }

    /// Whether figures of that moment leave it out.
    fn is_left_out(&self, as_of_ms: i64) -> bool {
        self.since_ms <= as_of_ms && self.until_ms.is_none_or(|until| as_of_ms < until)
    }
}

/// What a workspace held before its latest build, of its builds, the newest first: what the newest before it committed
/// that was counted. `None` if none of them is.
pub(crate) fn held_before(builds: &[WorkspaceBuild], latest: Id) -> Option<i64> {
    let mut earlier = builds.iter().skip_while(|build| build.id != latest).skip(1);
    let counted = |build: &&WorkspaceBuild| {
        let committed = build.daily_cost.unwrap_or_default() != 0;
        committed || matches!(build.status, BuildStatus::Running | BuildStatus::Stopped | BuildStatus::Deleted)
    };
    earlier.find(counted).map(|build| build.daily_cost.unwrap_or_default())
}

/// What is shown beside what the control plane counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(crate) struct Added {
    /// Credits of workspaces that are being built.
    pub building: i64,
    /// Credits of workspaces whose build ended before they were counted.
    pub ended: i64,
}

/// What is to be added in an organization to figures of a moment.
pub(crate) fn added<'a>(all: impl IntoIterator<Item = &'a Uncounted>, organization: Id, as_of_ms: i64) -> Added {
    let mut added = Added::default();
    for one in all.into_iter().filter(|one| one.organization == organization && one.is_left_out(as_of_ms)) {
        let part = if one.is_building || one.until_ms.is_some() { &mut added.building } else { &mut added.ended };
        *part = part.saturating_add(one.credits.unwrap_or_default().max(0));
    }
    added
}

impl Added {
    /// The figures with it.
    pub(crate) fn to(self, standing: Standing) -> Standing {
        let more = self.building.saturating_add(self.ended);
        match standing {
            Standing::Nothing { consumed } => Standing::Nothing { consumed: consumed.saturating_add(more) },
            Standing::Budget { consumed, budget } => {
                Standing::Budget { consumed: consumed.saturating_add(more), budget }
            }
            Standing::Absent | Standing::Unlimited | Standing::Untold { .. } => standing,
        }
    }

    /// Why the figures are not those of the control plane, which counts `counted`; empty if they are.
    pub(crate) fn note(self, counted: i64) -> String {
        let part = |credits: i64, why: &str| match credits {
            0 => None,
            credits => Some(format!("{} {why}", wording::credits_are(credits))),
        };
        let parts: Vec<String> = [
            part(self.building, "those of builds that run, as before them"),
            part(self.ended, "those of workspaces whose last build ended before it was counted, as before it"),
        ]
        .into_iter()
        .flatten()
        .collect();
        if parts.is_empty() {
            return String::new();
        }
        format!("Of these {}. The control plane counts {counted} until such a build is counted.", parts.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::recordings;
    use crate::wire::build::JobStatus;
    use proptest::prelude::*;

    const NOW: i64 = 1_000_000;

    fn building(held: Option<i64>, number: i64) -> Option<Uncounted> {
        let mut row = recordings::row("real/start-workspace");
        (row.daily_cost, row.build.number, row.build.created_ms) = (0, number, NOW);
        (row.build.status, row.build.job_status) = (BuildStatus::Starting, JobStatus::Running);
        Uncounted::of(&row, held)
    }

    #[test]
    fn the_figures_stay_while_a_build_runs_and_after_a_refusal() {
        let one = building(Some(18), 4).unwrap();
        let standing = Standing::Budget { consumed: 80, budget: 260 };
        let shown = |one: Uncounted, as_of: i64| {
            let added = added([&one], one.organization, as_of);
            (added.to(standing).figures(), added.note(80))
        };
        // Figures from before the build have it in them.
        assert_eq!(shown(one, NOW - 1), (Some((80, 260)), String::new()));
        let (figures, note) = shown(one, NOW + 5);
        assert_eq!(figures, Some((98, 260)));
        assert_eq!(
            note,
            "Of these 18 credits are those of builds that run, as before them. The control plane counts 80 until such a build is counted."
        );
        // Counted again, but the figures are not that young yet.
        let counted = Uncounted { until_ms: Some(NOW + 10), credits: Some(20), ..one };
        assert_eq!(shown(counted, NOW + 5).0, Some((100, 260)));
        assert_eq!(shown(counted, NOW + 10).0, Some((80, 260)));
        let refused = Uncounted { is_building: false, ..one };
        assert!(shown(refused, NOW + 5).1.contains("whose last build ended before it was counted"));
        assert_eq!(added([&one], Id::NIL, NOW + 5), Added::default(), "another organization");
        assert_eq!(added([&one], one.organization, NOW).to(Standing::Unlimited), Standing::Unlimited);
        assert_eq!(building(None, 1).and_then(|one| one.credits), Some(0), "a first build held nothing before");
        assert_eq!(building(None, 3).and_then(|one| one.credits), None);
        assert_eq!(Uncounted::of(&recordings::row("workspace/stopped"), Some(4)), None, "it is counted");
    }

    #[test]
    fn what_was_held_before_is_what_was_counted_last() {
        let build = |id: u128, status: BuildStatus, cost: Option<i64>| {
            let mut build: WorkspaceBuild = recordings::workspace("real/start-workspace").latest_build;
            (build.id, build.status, build.daily_cost) = (Id::from_u128(id), status, cost);
            build
        };
        let builds = [
            build(5, BuildStatus::Starting, Some(0)),
            build(4, BuildStatus::Failed, Some(0)),
            build(3, BuildStatus::Failed, Some(7)),
            build(2, BuildStatus::Stopped, Some(2)),
        ];
        assert_eq!(held_before(&builds, Id::from_u128(5)), Some(7), "a start that failed while it applied is counted");
        assert_eq!(held_before(&builds, Id::from_u128(3)), Some(2));
        assert_eq!(held_before(&builds, Id::from_u128(2)), None);
        assert_eq!(held_before(&builds, Id::NIL), None);
    }

    proptest! {
        #[test]
        fn the_parts_add_up_at_every_moment(all in prop::collection::vec((0_i64..40, 0_i64..100, prop::option::of(0_i64..100)), 0..12), as_of in 0_i64..200) {
            let organization = Id::from_u128(1);
            let all: Vec<Uncounted> = all
                .into_iter()
                .map(|(credits, since_ms, long)| Uncounted {
                    organization,
                    build: Id::NIL,
                    since_ms,
                    until_ms: long.map(|long| since_ms + long),
                    credits: Some(credits),
                    is_building: long.is_some(),
                })
                .collect();
            // Each of them holds what it holds all the time; the control plane counts those that it does not leave out.
            let held: i64 = all.iter().filter_map(|one| one.credits).sum();
            let counted: i64 = all.iter().filter(|one| !one.is_left_out(as_of)).filter_map(|one| one.credits).sum();
            let shown = added(&all, organization, as_of).to(Standing::Budget { consumed: counted, budget: 100 });
            prop_assert_eq!(shown.figures(), Some((held, 100)));
        }
    }
}

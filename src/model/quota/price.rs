//! What a start costs, before it is planned: what the last one cost, of the same version, or else what the version's
//! resources cost by their defaults. An estimate (docs/control-plane-api.md, 2.13). Pure.

use crate::model::consequences::MadeOf;
use crate::wire::Id;
use crate::wire::build::{Transition, WorkspaceBuild};

/// Where the figure is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    LastStart,
    Version,
}

impl Source {
    /// Who tells it, in a sentence.
    pub(crate) fn by(self) -> &'static str {
        match self {
            Source::LastStart => "its last start",
            Source::Version => "the version",
        }
    }
}

/// What a start costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Price {
    pub credits: i64,
    pub source: Source,
}

impl Price {
    /// As far as the version tells.
    pub(crate) fn of_version(made: &MadeOf) -> Price {
        Price { credits: made.daily_cost, source: Source::Version }
    }
}

/// What the last start of this version cost, of the builds of a workspace, the newest first. A start that was refused
/// or ended early committed nothing, and tells nothing.
pub(crate) fn last_start(builds: &[WorkspaceBuild], version: Id) -> Option<Price> {
    let of_version =
        |build: &&WorkspaceBuild| build.transition == Transition::Start && build.template_version_id == version;
    let mut costs = builds.iter().filter(of_version).filter_map(|build| build.daily_cost);
    costs.find(|cost| *cost > 0).map(|credits| Price { credits, source: Source::LastStart })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::recordings;

    #[test]
    fn the_last_start_that_was_counted_tells() {
        let build = |transition: Transition, version: u128, cost: Option<i64>| {
            let mut build = recordings::workspace("real/start-workspace").latest_build;
            (build.transition, build.template_version_id, build.daily_cost) =
                (transition, Id::from_u128(version), cost);
            build
        };
        let builds = [
            build(Transition::Stop, 1, Some(2)),
            build(Transition::Start, 1, Some(0)),
            build(Transition::Start, 1, None),
            build(Transition::Start, 2, Some(9)),
            build(Transition::Start, 1, Some(7)),
            build(Transition::Start, 1, Some(5)),
        ];
        let told = |version| last_start(&builds, Id::from_u128(version)).map(|price| (price.credits, price.source));
        assert_eq!(told(1), Some((7, Source::LastStart)));
        assert_eq!(told(2), Some((9, Source::LastStart)));
        assert_eq!(told(3), None);
        let made = MadeOf { daily_cost: 4, ..MadeOf::default() };
        assert_eq!(Price::of_version(&made), Price { credits: 4, source: Source::Version });
        assert_eq!((Source::LastStart.by(), Source::Version.by()), ("its last start", "the version"));
    }
}

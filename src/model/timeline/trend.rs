//! The last builds of a workspace side by side: how long each job took, where the version changed, which are far from
//! the others. Pure.

use super::slow::{Own, job_of};
use crate::model::order;
use crate::wire::build::{Transition, WorkspaceBuild};

/// A build of the trend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TrendRow {
    /// Its number.
    pub(crate) number: i64,
    /// How long its job took, µs.
    pub(crate) job_us: i64,
    /// The name of its version.
    pub(crate) version: String,
    /// Whether that is another one than that of the build before it, of those shown.
    pub(crate) new_version: bool,
    /// Whether it is far from the others.
    pub(crate) outlier: bool,
}

/// The last `most` builds up to number `upto` that did the same and succeeded, oldest first.
pub(crate) fn trend(builds: &[WorkspaceBuild], transition: &Transition, upto: i64, most: usize) -> Vec<TrendRow> {
    let mut same: Vec<(&WorkspaceBuild, i64)> = builds
        .iter()
        .filter(|build| build.transition == *transition && build.build_number <= upto)
        .filter_map(|build| Some((build, job_of(build)?)))
        .collect();
    order::sort_by_key(&mut same, |(build, _)| std::cmp::Reverse(build.build_number));
    same.truncate(most);
    same.reverse();
    let own = Own::of_lengths(same.iter().map(|(_, us)| *us).collect());
    let mut before: Option<&str> = None;
    same.into_iter()
        .map(|(build, job_us)| {
            let version = build.template_version_name.as_str();
            let new_version = before.is_some_and(|before| before != version);
            before = Some(version);
            TrendRow {
                number: build.build_number,
                job_us,
                version: version.to_owned(),
                new_version,
                outlier: own.is_far(job_us),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::recordings;
    use crate::wire::build::JobStatus;
    use crate::wire::time::Timestamp;

    fn build(number: i64, seconds: i64, version: &str) -> WorkspaceBuild {
        let mut build = recordings::workspace("real/start-workspace").latest_build;
        build.build_number = number;
        build.template_version_name = version.to_owned();
        let asked = build.asked_at().micros();
        build.job.completed_at = Some(Timestamp::from_micros(asked + seconds * 1_000_000));
        build
    }

    #[test]
    fn versions_are_marked_where_they_change_and_outliers_flagged() {
        let mut builds: Vec<_> =
            [(9, 60, "v2"), (8, 12, "v2"), (7, 10, "v1"), (6, 11, "v1"), (5, 10, "v1"), (4, 12, "v1")]
                .map(|(number, seconds, version)| build(number, seconds, version))
                .to_vec();
        builds[2].job.status = JobStatus::Failed;
        let rows = trend(&builds, &Transition::Start, 9, 20);
        let said: Vec<_> = rows.iter().map(|row| (row.number, row.new_version, row.outlier)).collect();
        assert_eq!(said, [(4, false, false), (5, false, false), (6, false, false), (8, true, false), (9, false, true)]);
        assert_eq!(trend(&builds, &Transition::Start, 8, 2).iter().map(|row| row.number).collect::<Vec<_>>(), [6, 8]);
        assert!(trend(&builds, &Transition::Stop, 9, 20).is_empty());
        // Under five nothing is far from anything.
        assert!(trend(&builds, &Transition::Start, 9, 4).iter().all(|row| !row.outlier));
    }
}

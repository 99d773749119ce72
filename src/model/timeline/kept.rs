//! What this browser saw of a build while the control plane still had all of it: kept, because agents and their
//! connections are forgotten once a later build succeeds (docs/control-plane-api.md, 6.2), and put back where they are
//! missing. Pure.

use super::{Input, Timeline, build_timeline};
use crate::wire::build::{JobStatus, Transition, WorkspaceBuild};
use crate::wire::list::List;
use crate::wire::timings::BuildTimings;
use json_tape::Read;
use serde::Serialize;

/// Of which version the records are; others are not read.
pub(crate) const VERSION: u32 = 1;

/// Nor a build with more rows than this, of which the record would be longer.
const MOST_ROWS: usize = 5_000;

/// A record longer than this is not kept, bytes.
pub(crate) const LONGEST: usize = 2 * 1024 * 1024;

/// What a timeline says that has something put back.
pub(crate) const NOTE: &str =
    "The server no longer has this build's agents: connect is as this browser saw it when the build was the latest.";

/// A build with its agents, and its times.
#[derive(Clone, Debug, PartialEq, Serialize, Read)]
pub(crate) struct Kept {
    build: WorkspaceBuild,
    timings: BuildTimings,
}

impl Kept {
    /// Of a start that succeeded and whose agents are all told of; None of anything else. What templates show of
    /// resources (which may be secret) and where apps are is left out.
    pub(crate) fn of(build: &WorkspaceBuild, timings: &BuildTimings) -> Option<Self> {
        let done = build.job.status == JobStatus::Succeeded && build.transition == Transition::Start;
        let told = |id| timings.agent_connection_timings.iter().any(|row| row.workspace_agent_id == id);
        let mut agents = build.agents().peekable();
        let large = timings.provisioner_timings.len() > MOST_ROWS;
        if !done || large || agents.peek().is_none() || !agents.all(|agent| told(agent.id)) {
            return None;
        }
        let mut build = build.clone();
        if let List::Items(resources) = &mut build.resources {
            resources.retain(|resource| !resource.agents.is_empty());
            for resource in resources {
                resource.metadata = List::Absent;
                let List::Items(agents) = &mut resource.agents else { continue };
                for agent in agents {
                    agent.apps = List::Absent;
                    agent.latency = None;
                    agent.expanded_directory = None;
                    agent.troubleshooting_url.clear();
                }
            }
        }
        Some(Self { build, timings: timings.clone() })
    }

    /// The build and its times with what the control plane forgot; None where it forgot nothing, or it is another
    /// build.
    pub(crate) fn put_back(
        &self,
        build: &WorkspaceBuild,
        timings: &BuildTimings,
    ) -> Option<(WorkspaceBuild, BuildTimings)> {
        let forgot = timings.agent_connection_timings.is_empty() && build.agents().next().is_none();
        if build.id != self.build.id || build.job.completed_at.is_none() || !forgot {
            return None;
        }
        let (mut build, mut timings) = (build.clone(), timings.clone());
        build.resources = self.build.resources.clone();
        timings.agent_connection_timings = self.timings.agent_connection_timings.clone();
        if timings.agent_script_timings.is_empty() {
            timings.agent_script_timings = self.timings.agent_script_timings.clone();
        }
        Some((build, timings))
    }

    /// The whole timeline as it was seen.
    pub(crate) fn timeline(&self) -> Timeline {
        let now_ms = self.build.job.completed_at.unwrap_or(self.build.job.created_at).millis();
        // Nothing of it grows any more: it is looked at from a day later.
        let now_ms = now_ms.saturating_add(86_400_000);
        build_timeline(&Input { build: &self.build, timings: Some(&self.timings), logs: &[], now_ms })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::recordings;
    use crate::model::timeline::{SpanKind, SpanOutcome};

    fn start() -> (WorkspaceBuild, BuildTimings) {
        (recordings::workspace("real/start-workspace").latest_build, recordings::body("real/start-timings"))
    }

    fn forgotten((mut build, mut timings): (WorkspaceBuild, BuildTimings)) -> (WorkspaceBuild, BuildTimings) {
        build.resources = List::Absent;
        timings.agent_connection_timings = Vec::new().into();
        (build, timings)
    }

    fn connect(build: &WorkspaceBuild, timings: &BuildTimings) -> (SpanOutcome, Option<i64>) {
        let input = Input { build, timings: Some(timings), logs: &[], now_ms: 1_900_000_000_000 };
        let timeline = build_timeline(&input);
        let span = timeline.spans.iter().find(|span| span.kind == SpanKind::Connect).unwrap().clone();
        (span.outcome.clone(), span.duration_us(timeline.now_us))
    }

    #[test]
    fn what_was_seen_is_put_back_where_it_was_forgotten() {
        let (build, timings) = start();
        let kept = Kept::of(&build, &timings).unwrap();
        let text = serde_json::to_string(&kept).unwrap();
        let kept: Kept = json_tape::from_slice(text.as_bytes()).unwrap();
        let (old, old_timings) = forgotten(start());
        assert_eq!(connect(&old, &old_timings), (SpanOutcome::NotKept, None), "never 0");
        let (back, back_timings) = kept.put_back(&old, &old_timings).unwrap();
        assert_eq!(connect(&back, &back_timings), connect(&build, &timings));
        assert!(connect(&build, &timings).1.unwrap() > 0);
        assert!(!kept.timeline().live && kept.build.id == build.id);
    }

    #[test]
    fn nothing_is_put_back_that_is_not_missing_or_of_another_build() {
        let (build, timings) = start();
        let kept = Kept::of(&build, &timings).unwrap();
        assert_eq!(kept.put_back(&build, &timings), None, "the control plane still has it");
        let (mut old, old_timings) = forgotten(start());
        old.id = crate::wire::Id::from_u128(7);
        assert_eq!(kept.put_back(&old, &old_timings), None, "another build");
    }

    #[test]
    fn only_a_whole_start_is_kept_and_no_secret_of_it() {
        let (build, timings) = start();
        let (old, old_timings) = forgotten(start());
        assert_eq!(Kept::of(&old, &old_timings), None, "its agents are gone");
        let mut unconnected = timings.clone();
        unconnected.agent_connection_timings = Vec::new().into();
        assert_eq!(Kept::of(&build, &unconnected), None, "an agent has not connected");
        let mut failed = build.clone();
        failed.job.status = JobStatus::Failed;
        assert_eq!(Kept::of(&failed, &timings), None, "it failed");
        let text = serde_json::to_string(&Kept::of(&build, &timings).unwrap()).unwrap();
        for resource in &build.resources {
            for fact in resource.metadata.iter().filter(|fact| fact.value.len() > 6) {
                assert!(!text.contains(&fact.value), "{} is in it", fact.key);
            }
        }
    }
}

//! When the control plane is asked for a build's timings: it stores them when the build succeeds, and adds the rows of
//! agents as these connect and run their scripts (docs/control-plane-api.md). Pure: the clock is passed in. Imports
//! `wire`.

use crate::wire::agent::{AgentLifecycle, AgentStatus, WorkspaceAgent};
use crate::wire::build::{JobStatus, Transition, WorkspaceBuild};
use crate::wire::time::Timestamp;
use crate::wire::timings::{BuildTimings, TimingStage};

/// The waits between two questions for timings that are not complete, in milliseconds; the last one repeats.
const TIMINGS_WAITS_MS: [i64; 5] = [1_000, 2_000, 4_000, 8_000, 15_000];

/// How long after the build's end, or the last step of an agent, rows that are missing are still expected, in
/// milliseconds.
const TIMINGS_PATIENCE_MS: i64 = 600_000;

/// The agents of a build that the server counts: sub-agents are left out.
fn agents_of(build: &WorkspaceBuild) -> impl Iterator<Item = &WorkspaceAgent> {
    build.agents().filter(|agent| agent.parent_id.is_none())
}

/// Whether the job is over.
pub(crate) fn is_over(build: &WorkspaceBuild) -> bool {
    build.job.completed_at.is_some()
}

/// Whether agents of a build that succeeded, their sub-agents too, are still on their way: what the page shows of them
/// will change. One whose time to connect is over may connect all the same.
pub(crate) fn agents_on_their_way(build: &WorkspaceBuild) -> bool {
    build.transition == Transition::Start && build.agents().any(agent_is_on_its_way)
}

/// Whether what is shown of an agent will change by itself.
pub(crate) fn agent_is_on_its_way(agent: &WorkspaceAgent) -> bool {
    match agent.status {
        AgentStatus::Connecting | AgentStatus::Timeout => true,
        AgentStatus::Connected => matches!(
            agent.lifecycle_state,
            AgentLifecycle::Created | AgentLifecycle::Starting | AgentLifecycle::StartTimeout
        ),
        _ => false,
    }
}

/// How many rows the timings still lack: start scripts and connections of agents that are connected.
fn missing_rows(build: &WorkspaceBuild, timings: &BuildTimings) -> usize {
    agents_of(build)
        .filter(|agent| agent.status == AgentStatus::Connected && agent.lifecycle_state != AgentLifecycle::Off)
        .map(|agent| {
            let scripts = agent.scripts.iter().filter(|script| script.run_on_start).count();
            let rows = timings
                .agent_script_timings
                .iter()
                .filter(|row| row.workspace_agent_id == agent.id && row.stage == TimingStage::Start)
                .count();
            let connected = timings.agent_connection_timings.iter().any(|row| row.workspace_agent_id == agent.id);
            scripts.saturating_sub(rows) + usize::from(!connected)
        })
        .sum()
}

/// When the timings are asked for next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NextTimings {
    /// Now.
    Now,
    /// After this many milliseconds, or when the build changes.
    In(i64),
    /// When the build changes.
    OnChange,
    /// Never: they are as complete as they will be.
    Never,
}

/// When the agents of a build were last heard to get on, Unix milliseconds; at the earliest the end of the build.
fn last_step(build: &WorkspaceBuild, completed: Timestamp) -> i64 {
    let steps = build.agents().flat_map(|agent| [agent.first_connected_at, agent.started_at, agent.ready_at]);
    steps.flatten().fold(completed, Timestamp::max).millis()
}

/// The policy: nothing while the build runs; once when it is over; then, for a start that succeeded, while rows of
/// connected agents are missing, in a growing rhythm for ten minutes after the last thing they did, and whenever agents
/// changed (`asked_of` is what the last question knew of them).
pub(crate) fn next_timings(
    build: &WorkspaceBuild,
    timings: Option<&BuildTimings>,
    asked: usize,
    agents_changed: bool,
    now_ms: i64,
) -> NextTimings {
    let Some(completed) = build.job.completed_at else { return NextTimings::OnChange };
    let Some(timings) = timings else {
        // The first question; its failure is followed by a pause.
        return match asked.checked_sub(1) {
            None => NextTimings::Now,
            Some(failures) => NextTimings::In(wait_ms(failures)),
        };
    };
    if build.job.status != JobStatus::Succeeded || build.transition != Transition::Start {
        return NextTimings::Never;
    }
    if agents_changed {
        return NextTimings::Now;
    }
    if now_ms - last_step(build, completed) > TIMINGS_PATIENCE_MS {
        return NextTimings::Never;
    }
    if missing_rows(build, timings) > 0 {
        NextTimings::In(wait_ms(asked.saturating_sub(1)))
    } else if agents_on_their_way(build) {
        NextTimings::OnChange
    } else {
        NextTimings::Never
    }
}

/// How long after the question of this number (from 0) the next one is asked, in milliseconds.
pub(crate) fn wait_ms(index: usize) -> i64 {
    TIMINGS_WAITS_MS.get(index).or(TIMINGS_WAITS_MS.last()).copied().unwrap_or(15_000)
}

/// What of a build's agents decides about its timings.
pub(crate) fn agents_mark(build: &WorkspaceBuild) -> String {
    let mut mark = String::new();
    for agent in build.agents() {
        mark.push_str(agent.status.as_str());
        mark.push_str(agent.lifecycle_state.as_str());
        for script in &agent.scripts {
            mark.push_str(script.status.as_ref().map_or("-", |status| status.as_str()));
        }
        mark.push(';');
    }
    mark
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::id::Id;
    use crate::wire::workspace::Workspace;

    fn body(name: &str) -> serde_json::Value {
        let path = format!("{}/tests/contract/recordings/{name}.json", env!("CARGO_MANIFEST_DIR"));
        serde_json::from_slice::<serde_json::Value>(&std::fs::read(path).unwrap()).unwrap()["response"]["body"].take()
    }

    fn build(name: &str) -> WorkspaceBuild {
        crate::model::recordings::read::<Workspace>(body(name)).unwrap().latest_build
    }

    fn timings(name: &str) -> BuildTimings {
        crate::model::recordings::read(body(name)).unwrap()
    }

    fn ended(build: &WorkspaceBuild) -> i64 {
        build.job.completed_at.unwrap().millis()
    }

    #[test]
    fn a_running_build_is_not_asked() {
        let build = build("workspace/starting");
        assert_eq!(next_timings(&build, None, 0, false, 0), NextTimings::OnChange);
    }

    #[test]
    fn a_finished_build_is_asked_once() {
        let build = build("real/start-workspace");
        let now = ended(&build) + 1_000;
        assert_eq!(next_timings(&build, None, 0, false, now), NextTimings::Now);
        let complete = timings("real/start-timings");
        assert_eq!(missing_rows(&build, &complete), 0);
        assert_eq!(next_timings(&build, Some(&complete), 1, false, now), NextTimings::Never);
    }

    #[test]
    fn missing_rows_are_asked_for_ever_more_slowly_and_not_for_ever() {
        let build = build("real/start-workspace");
        let mut partial = timings("real/start-timings");
        partial.agent_script_timings = Vec::new().into();
        assert!(missing_rows(&build, &partial) > 0);
        let now = ended(&build) + 1_000;
        for (asked, wait) in [(1, 1_000), (2, 2_000), (3, 4_000), (4, 8_000), (5, 15_000), (50, 15_000)] {
            assert_eq!(next_timings(&build, Some(&partial), asked, false, now), NextTimings::In(wait));
        }
        assert_eq!(next_timings(&build, Some(&partial), 1, true, now), NextTimings::Now, "agents changed");
        let last = last_step(&build, build.job.completed_at.unwrap());
        assert!(last > ended(&build), "its agent connected and got ready after the build");
        assert_eq!(next_timings(&build, Some(&partial), 9, false, last + TIMINGS_PATIENCE_MS), NextTimings::In(15_000));
        assert_eq!(next_timings(&build, Some(&partial), 9, false, last + TIMINGS_PATIENCE_MS + 1), NextTimings::Never);
    }

    #[test]
    fn agents_that_may_still_get_on_are_followed() {
        let change = |status: &str, lifecycle: &str, sub: bool| {
            let mut build = build("real/start-workspace");
            if let crate::wire::List::Items(resources) = &mut build.resources {
                for agent in resources.iter_mut().flat_map(|resource| match &mut resource.agents {
                    crate::wire::List::Items(agents) => agents.iter_mut(),
                    crate::wire::List::Absent => [].iter_mut(),
                }) {
                    (agent.status, agent.lifecycle_state) = (status.into(), lifecycle.into());
                    agent.parent_id = sub.then(|| Id::from_u128(1));
                }
            }
            agents_on_their_way(&build)
        };
        for (status, lifecycle, followed) in [
            ("connecting", "created", true),
            // Its time is over, and it may connect all the same.
            ("timeout", "created", true),
            ("connected", "created", true),
            ("connected", "starting", true),
            ("connected", "start_timeout", true),
            ("connected", "ready", false),
            ("connected", "start_error", false),
            ("disconnected", "starting", false),
            ("asleep", "starting", false),
        ] {
            assert_eq!(change(status, lifecycle, false), followed, "{status}, {lifecycle}");
            assert_eq!(change(status, lifecycle, true), followed, "a sub-agent: {status}, {lifecycle}");
        }
    }

    #[test]
    fn failed_and_stopped_builds_have_what_they_have() {
        for (workspace, rows) in
            [("real/apply-failed-workspace", "real/apply-failed-timings"), ("real/stop-workspace", "real/stop-timings")]
        {
            let build = build(workspace);
            assert_eq!(
                next_timings(&build, Some(&timings(rows)), 1, true, ended(&build)),
                NextTimings::Never,
                "{workspace}"
            );
        }
    }

    #[test]
    fn a_question_that_failed_is_asked_again_after_a_pause() {
        let build = build("real/stop-workspace");
        assert_eq!(next_timings(&build, None, 1, false, ended(&build)), NextTimings::In(1_000));
        assert_eq!(next_timings(&build, None, 3, false, ended(&build)), NextTimings::In(4_000));
    }
}

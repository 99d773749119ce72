//! Whatever a control plane may answer, a timeline holds.

use super::by_place;
use crate::model::timeline::errors::first_error;
use crate::model::timeline::fixtures::{
    MAIN, UP, agents_mut, assert_every_row_once, at, build, checked, logs, start, whole,
};
use crate::model::timeline::{Input, SpanKind, Timeline};
use crate::wire::build::{JobStatus, WorkspaceBuild};
use crate::wire::log::ProvisionerJobLog;
use crate::wire::time::Timestamp;
use crate::wire::timings::{BuildTimings, ProvisionerTiming};

use proptest::prelude::*;

/// How many inputs are tried: so many, or as many as `GANTRY_FUZZ` says.
pub(crate) fn cases(usual: u32) -> u32 {
    std::env::var("GANTRY_FUZZ").ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

pub(crate) fn moment() -> impl Strategy<Value = Timestamp> {
    prop_oneof![
        8 => (-5_000_000_i64..90_000_000).prop_map(|offset| Timestamp::from_micros(at(0.0).micros() + offset)),
        1 => Just("0001-01-01T00:00:00Z".parse().unwrap()),
        1 => Just("9999-12-31T23:59:59.999999Z".parse().unwrap()),
        1 => (-4_000_000_000_000_i64..4_000_000_000_000).prop_map(|offset| Timestamp::from_micros(at(0.0).micros() + offset)),
    ]
}

fn word(list: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop_oneof![9 => prop::sample::select(list).prop_map(str::to_owned), 1 => ".{0,12}"]
}

fn resource() -> impl Strategy<Value = String> {
    word(&[
        "coder_stage_init",
        "coder_stage_plan",
        "coder_stage_apply",
        "a.b",
        "a.b[0]",
        "data.c.d",
        r#"module.a["x: y"].b.c[0]"#,
        "",
        ": : :",
        "module.",
        "module.x",
        "\"",
        "[[\"",
    ])
}

fn row() -> impl Strategy<Value = ProvisionerTiming> {
    let stage = word(&["init", "plan", "apply", "graph"]);
    let action = word(&["terraform", "create", "delete", "provision", "read", "state refresh", ""]);
    (stage, action, resource(), moment(), moment()).prop_map(|(stage, action, resource, started_at, ended_at)| {
        ProvisionerTiming {
            started_at,
            ended_at,
            stage: stage.as_str().into(),
            source: "x".into(),
            action: action.into(),
            resource,
        }
    })
}

fn script() -> impl Strategy<Value = crate::wire::timings::AgentScriptTiming> {
    let stage = word(&["start", "stop", "cron"]);
    let status = word(&["ok", "exit_failure", "timed_out", "pipes_left_open"]);
    let name = word(&["Dotfiles", "code-server", ""]);
    (stage, status, name, 0_u128..4, moment(), moment(), any::<i32>()).prop_map(
        |(stage, status, display_name, agent, started_at, ended_at, exit_code)| {
            crate::wire::timings::AgentScriptTiming {
                started_at,
                ended_at,
                exit_code: Some(exit_code),
                stage: stage.as_str().into(),
                status: status.as_str().into(),
                display_name,
                workspace_agent_id: if agent == 0 { MAIN.parse().unwrap() } else { crate::wire::Id::from_u128(agent) },
                workspace_agent_name: format!("agent{agent}"),
            }
        },
    )
}

fn connection() -> impl Strategy<Value = crate::wire::timings::AgentConnectionTiming> {
    (0_u128..4, moment(), moment()).prop_map(|(agent, started_at, ended_at)| {
        crate::wire::timings::AgentConnectionTiming {
            started_at,
            ended_at,
            workspace_agent_id: if agent == 0 { MAIN.parse().unwrap() } else { crate::wire::Id::from_u128(agent) },
            workspace_agent_name: format!("agent{agent}"),
        }
    })
}

pub(crate) fn all_timings() -> impl Strategy<Value = BuildTimings> {
    let rows = prop::collection::vec(row(), 0..40);
    let scripts = prop::collection::vec(script(), 0..10);
    let connections = prop::collection::vec(connection(), 0..5);
    (rows, scripts, connections).prop_map(|(rows, scripts, connections)| BuildTimings {
        provisioner_timings: rows.into(),
        agent_script_timings: scripts.into(),
        agent_connection_timings: connections.into(),
        left_out: json_tape::LeftOut::default(),
    })
}

pub(crate) fn line() -> impl Strategy<Value = ProvisionerJobLog> {
    let stage = word(&[
        "Setting up",
        "Initializing Terraform Directory",
        "Planning Infrastructure",
        "Commit quota",
        UP,
        "Cleaning Up",
        "",
    ]);
    let says = word(&[
        "Creating...",
        "Still creating... [10s elapsed]",
        "Creation complete after 12s [id=1]",
        "Creation errored after 1s",
        "Destroying...",
        "Destruction complete after 1s",
        "Refreshing...",
        "Refreshing state... [id=1]",
        "Refresh complete [id=1]",
        "Provisioning with 'local-exec'...",
        "(local-exec) Provisioning complete",
        "(local-exec) Provisioning errored",
        "(local-exec): words",
        "Plan to create",
        "Plan to delete",
        "Still creating... [99999999999999999999h elapsed]",
        "Creation complete after 9223372036854775807h",
        "Reading...",
        "Read complete after 0s",
    ]);
    let own = word(&[
        "Error: it broke",
        "on main.tf line 3, in resource \"a\" \"b\":",
        "with a.b[0],",
        "│ Error: boxed",
        "\u{1b}[",
        "\u{1b}[31mError: red\u{1b}[0m",
        "This build would exceed your quota. Failing.",
        "Build cost       —   12",
        "Budget — x",
        "",
        "Apply complete! Resources: 1 added",
        "Output: ",
        "exit status 1. Output: words",
        "Original Error: x",
    ]);
    let output =
        prop_oneof![3 => (resource(), says).prop_map(|(resource, says)| format!("{resource}: {says}")), 1 => own];
    let level = word(&["info", "warn", "error", "debug"]);
    (-3_i64..200, moment(), level, stage, output).prop_map(|(id, created_at, level, stage, output)| ProvisionerJobLog {
        id,
        created_at,
        log_source: "provisioner".into(),
        log_level: level.as_str().into(),
        stage,
        output,
    })
}

pub(crate) fn any_build() -> impl Strategy<Value = WorkspaceBuild> {
    let status = prop::sample::select(
        &["pending", "running", "succeeded", "canceling", "canceled", "failed", "unknown", "next-year"][..],
    );
    let time = || prop::option::of(moment());
    (status, time(), time(), time(), prop::option::of(".{0,20}"), prop::bool::ANY, (time(), time(), time(), time()))
        .prop_map(|(status, started, completed, canceled, error, overflowed, agent_times)| {
            let mut build = start();
            build.job.status = status.into();
            build.job.started_at = started;
            build.job.completed_at = completed;
            build.job.canceled_at = canceled;
            build.job.error = error;
            build.job.logs_overflowed = Some(overflowed);
            for agent in agents_mut(&mut build) {
                agent.created_at = agent_times.0.unwrap_or(agent.created_at);
                agent.first_connected_at = agent_times.1;
                agent.started_at = agent_times.2;
                agent.ready_at = agent_times.3;
                if overflowed && let crate::wire::List::Items(scripts) = &mut agent.scripts {
                    for script in scripts {
                        script.status = None;
                    }
                }
            }
            build
        })
}

/// Rows without times are there as rows, too.
fn assert_no_row_lost(timings: &BuildTimings, timeline: &Timeline) {
    let mut kept = timings.clone();
    let known = |start: Timestamp, end: Timestamp| !start.is_zero() && !end.is_zero();
    let rows: Vec<_> =
        timings.provisioner_timings.iter().filter(|row| known(row.started_at, row.ended_at)).cloned().collect();
    let scripts: Vec<_> =
        timings.agent_script_timings.iter().filter(|row| known(row.started_at, row.ended_at)).cloned().collect();
    let connections: Vec<_> =
        timings.agent_connection_timings.iter().filter(|row| known(row.started_at, row.ended_at)).cloned().collect();
    let zero =
        timings.provisioner_timings.len() + timings.agent_script_timings.len() + timings.agent_connection_timings.len()
            - rows.len()
            - scripts.len()
            - connections.len();
    kept.provisioner_timings = rows.into();
    kept.agent_script_timings = scripts.into();
    kept.agent_connection_timings = connections.into();
    assert_every_row_once(&kept, timeline);
    let said =
        timeline.spans.iter().filter(|span| span.note.as_deref() == Some("its times are not kept by the server"));
    assert_eq!(said.count(), zero);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(400), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn holds(
        build in any_build(),
        timings in prop::option::of(all_timings()),
        logs in prop::collection::vec(line(), 0..60),
        now in moment(),
    ) {
        let timeline = checked(&Input { build: &build, timings: timings.as_ref(), logs: &logs, now_ms: now.millis() });
        if let Some(timings) = &timings && build.job.completed_at.is_some_and(|completed| !completed.is_zero()) {
            assert_no_row_lost(timings, &timeline);
        }
        let _ = first_error(&logs);
    }

    #[test]
    fn the_order_of_rows_decides_nothing(timings in all_timings(), seed in any::<u64>()) {
        let build = start();
        let key = |timeline: Timeline| {
            let mut keys: Vec<_> = timeline
                .spans
                .iter()
                .filter(|span| span.kind != SpanKind::Stage)
                .map(|span| (span.figures(timeline.now_us), span.label.clone(), span.action.clone(), span.off_scale))
                .collect();
            keys.sort();
            (keys, timeline.end_us)
        };
        // One row per stage frame: of several, the first that comes is the frame.
        let mut seen = std::collections::HashSet::new();
        let rows: Vec<_> = timings
            .provisioner_timings
            .iter()
            .filter(|row| !row.resource.starts_with("coder_stage_") || seen.insert(row.stage.as_str().to_owned()))
            .cloned()
            .collect();
        let mut one = timings.clone();
        one.provisioner_timings = rows.clone().into();
        let mut shuffled = rows;
        let mut state = seed | 1;
        for index in (1..shuffled.len()).rev() {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            shuffled.swap(index, (state >> 33) as usize % (index + 1));
        }
        let mut other = one.clone();
        other.provisioner_timings = shuffled.into();
        prop_assert_eq!(key(whole(&build, Some(&one), &[])), key(whole(&build, Some(&other), &[])));
    }

    #[test]
    fn a_growing_log_never_moves_what_began(count in 1_usize..150) {
        let logs = logs("real/apply-failed-logs");
        let mut build = build("real/apply-failed-workspace");
        build.job.status = JobStatus::Running;
        build.job.completed_at = None;
        build.job.error = None;
        let (some, more) = (&logs[..count.min(logs.len())], &logs[..(count + 5).min(logs.len())]);
        let now = |logs: &[ProvisionerJobLog]| logs.last().unwrap().created_at.millis() + 300;
        let before = checked(&Input { build: &build, timings: None, logs: some, now_ms: now(some) });
        let after = checked(&Input { build: &build, timings: None, logs: more, now_ms: now(more) });
        let after = by_place(&after);
        for (place, (start, end)) in by_place(&before) {
            if place == "provisioner/provisioner's work/" { continue; }
            let (later_start, later_end) = after[&place];
            prop_assert_eq!(start, later_start);
            prop_assert!(later_end >= end, "{} shrank", place);
        }
    }
}

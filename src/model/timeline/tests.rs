//! The timeline against the recorded answers of a real control plane (tests/contract/recordings), live ones and very
//! large ones, and against anything at all.

pub(crate) mod anything;

use crate::model::timeline::fixtures::{
    SCRIPTS, STAGES, UP, applied, assert_every_row_once, at, build, checked, find, later, logs, of, recording, render,
    start, timings, whole,
};
use crate::model::timeline::{Input, SpanKind, SpanOutcome, Timeline, build_timeline, summary};
use crate::wire::build::WorkspaceBuild;
use crate::wire::log::ProvisionerJobLog;
use crate::wire::time::Timestamp;
use crate::wire::timings::{BuildTimings, ProvisionerTiming};
use std::collections::HashMap;

macro_rules! shows {
    ($name:ident, $build:literal, $timings:expr, $logs:expr) => {
        #[test]
        fn $name() {
            let build = build($build);
            let timings: Option<&str> = $timings;
            let timings = timings.map(timings_of);
            let logs: Option<&str> = $logs;
            let logs = logs.map(logs_of).unwrap_or_default();
            let timeline = whole(&build, timings.as_ref(), &logs);
            if let Some(timings) = &timings {
                assert_every_row_once(timings, &timeline);
            }
            insta::assert_snapshot!(render(&timeline));
        }
    };
}

fn timings_of(name: &str) -> BuildTimings {
    timings(name)
}

fn logs_of(name: &str) -> Vec<ProvisionerJobLog> {
    logs(name)
}

// What the control plane answers for real builds.
shows!(real_start, "real/start-workspace", Some("real/start-timings"), Some("real/start-logs"));

shows!(real_start_once_a_later_build_succeeded, "real/old-start-build", Some("real/old-start-timings"), None);

shows!(real_start_by_its_log_alone, "real/old-start-build", None, Some("real/start-logs"));

shows!(real_stop, "real/stop-workspace", Some("real/stop-timings"), Some("real/stop-logs"));

shows!(real_script_failed, "real/script-failed-workspace", Some("real/script-failed-timings"), None);

shows!(
    real_apply_failed,
    "real/apply-failed-workspace",
    Some("real/apply-failed-timings"),
    Some("real/apply-failed-logs")
);

shows!(real_canceled, "real/canceled-workspace", Some("real/canceled-timings"), Some("real/canceled-logs"));

shows!(real_updated, "real/updated-workspace", Some("real/updated-timings"), None);

shows!(real_deleted, "real/deleted-workspace", Some("real/deleted-timings"), None);

shows!(real_delete_by_its_log_alone, "real/deleted-workspace", None, Some("real/deleted-logs"));

shows!(two_agents, "timings/rich-build", Some("timings/rich"), Some("builds/rich-logs"));

shows!(two_agents_and_a_stop_script, "timings/rich-build", Some("timings/stop-script"), None);

shows!(agentless_by_its_log_alone, "builds/one", None, Some("builds/logs-after"));

shows!(no_timings_and_no_log, "builds/by-number", Some("timings/agentless"), None);

shows!(failed_without_an_errored_line, "workspace/failed-apply", None, Some("builds/failed-apply-logs"));

shows!(canceled_while_creating, "workspace/canceled", Some("timings/starting"), Some("builds/canceled-logs"));

shows!(canceled_while_pending, "workspace/canceled-while-pending", Some("timings/canceled-while-pending"), None);

shows!(stopped_without_timings, "workspace/stopped", Some("timings/stop"), None);

shows!(agent_timed_out, "workspace/agent-timeout", Some("timings/agent-timeout"), None);

shows!(agents_that_ended, "workspace/agent-shut-down", Some("timings/stop-script"), None);

// The same builds on a server of July 2025, which has no rows of whole stages.
shows!(july_start, "2025-07/real/start-workspace", Some("2025-07/real/start-timings"), Some("2025-07/real/start-logs"));

shows!(july_start_without_its_log, "2025-07/real/start-workspace", Some("2025-07/real/start-timings"), None);

shows!(july_start_by_its_log_alone, "2025-07/real/start-workspace", None, Some("2025-07/real/start-logs"));

shows!(july_stop, "2025-07/real/stop-workspace", Some("2025-07/real/stop-timings"), Some("2025-07/real/stop-logs"));

shows!(
    july_delete,
    "2025-07/real/deleted-workspace",
    Some("2025-07/real/deleted-timings"),
    Some("2025-07/real/deleted-logs")
);

shows!(
    july_apply_failed,
    "2025-07/real/apply-failed-workspace",
    Some("2025-07/real/apply-failed-timings"),
    Some("2025-07/real/apply-failed-logs")
);

shows!(
    july_canceled,
    "2025-07/real/canceled-workspace",
    Some("2025-07/real/canceled-timings"),
    Some("2025-07/real/canceled-logs")
);

// What is seen while it happens.
macro_rules! shows_at {
    ($name:ident, $build:literal, $timings:expr, $logs:expr, $now:literal) => {
        #[test]
        fn $name() {
            let build = build($build);
            let timings: Option<&str> = $timings;
            let timings = timings.map(timings_of);
            let logs: Option<&str> = $logs;
            let logs = logs.map(logs_of).unwrap_or_default();
            let now_ms = $now.parse::<Timestamp>().unwrap().millis();
            let timeline = checked(&Input { build: &build, timings: timings.as_ref(), logs: &logs, now_ms });
            insta::assert_snapshot!(render(&timeline));
        }
    };
}

shows_at!(pending, "workspace/pending-second", Some("timings/pending"), None, "2026-11-24T10:52:45Z");

shows_at!(canceling, "real/canceling-workspace", None, Some("real/canceled-logs"), "2026-11-24T14:17:13.5Z");

shows_at!(agents_connecting, "workspace/connecting", Some("timings/before-agents"), None, "2026-11-24T10:51:54Z");

shows_at!(
    one_agent_connected,
    "workspace/one-agent-connected",
    Some("timings/agent-scripts-running"),
    None,
    "2026-11-24T10:51:55Z"
);

/// A thousand resources: every row once, and the scale ends where the last one does.
#[test]
fn a_thousand_resources() {
    let timings = timings("timings/thousand-resources");
    let mut build = build("builds/one");
    let rows = &timings.provisioner_timings;
    let earliest = rows.iter().map(|row| row.started_at).min().unwrap();
    let latest = rows.iter().map(|row| row.ended_at).max().unwrap();
    build.job.created_at = Timestamp::from_micros(earliest.micros() - 5_000_000);
    build.job.started_at = Some(Timestamp::from_micros(earliest.micros() - 1_000_000));
    build.job.completed_at = Some(Timestamp::from_micros(latest.micros() + 10_000));
    let timeline = whole(&build, Some(&timings), &[]);
    assert_every_row_once(&timings, &timeline);
    // The rows of this recording reach far beyond their stage: the stage's bar covers them, its figures stay its own,
    // theirs are exact.
    let clamped: Vec<_> = timeline.spans.iter().filter(|span| span.clamped).map(|span| span.label.as_str()).collect();
    assert_eq!(clamped, ["apply"]);
    assert_eq!(find(&timeline, "apply").duration_us(0), Some(163_800_000));
    assert_eq!(timeline.end_us, latest.micros() + 10_000 - build.job.created_at.micros());
    let stages: Vec<_> = timeline.spans.iter().filter(|span| span.depth == 1).map(|span| span.label.as_str()).collect();
    assert_eq!(stages, ["queue", "init", "plan", "apply", "graph"]);
}

/// What a recording of sockets holds, in its order: when, and what came.
fn live_frames() -> Vec<(i64, Option<WorkspaceBuild>, Option<ProvisionerJobLog>)> {
    let recording = recording("real/live-start");
    let mut frames = Vec::new();
    for frame in recording["frames"].as_array().unwrap() {
        let at = frame["at_ms"].as_i64().unwrap();
        let content = &frame["frame"];
        if frame["socket"] == "build-log" {
            if content.get("id").is_some() {
                frames.push((at, None, Some(crate::model::recordings::read(content.clone()).unwrap())));
            }
        } else if content["type"] == "data" {
            let build: WorkspaceBuild =
                crate::model::recordings::read(content["data"]["latest_build"].clone()).unwrap();
            if build.build_number == 7 {
                frames.push((at, Some(build), None));
            }
        }
    }
    frames
}

/// Spans by where they stand.
fn by_place(timeline: &Timeline) -> HashMap<String, (i64, i64)> {
    let mut places = HashMap::new();
    for span in timeline.spans.iter().filter(|span| span.has_bar()) {
        let above = span.parent.and_then(|parent| timeline.span(parent)).map_or("", |parent| parent.label.as_str());
        let key = format!("{above}/{}/{}", span.label, span.action.as_deref().unwrap_or_default());
        let before = places.insert(key, span.range(timeline.now_us).unwrap());
        assert_eq!(before, None, "two spans of one name in this recording");
    }
    places
}

#[test]
fn a_live_start_never_goes_back_nor_shrinks() {
    let frames = live_frames();
    // The recording counts from the action; the first running frame came 105 ms after it.
    let action = "2026-11-24T14:17:36.24Z".parse::<Timestamp>().unwrap().millis();
    let mut known: HashMap<String, (i64, i64)> = HashMap::new();
    let mut reached = 0;
    let mut build = None;
    let mut logs: Vec<ProvisionerJobLog> = Vec::new();
    let mut grown = 0;
    let mut texts = Vec::new();
    for (index, (at, new_build, new_log)) in frames.iter().enumerate() {
        if let Some(new) = new_build {
            build = Some(new.clone());
        }
        logs.extend(new_log.clone());
        let next = frames.get(index + 1).map_or(at + 500, |(next, _, _)| *next);
        let Some(build) = &build else { continue };
        // At the frame itself, and every tenth of a second until the next.
        for now in std::iter::once(*at).chain((at + 1..next).filter(|now| now % 100 == 0)) {
            let timeline = checked(&Input { build, timings: None, logs: &logs, now_ms: action + now });
            assert!(timeline.now_us >= reached, "now goes back at {now}");
            reached = timeline.now_us;
            for (place, (start, end)) in by_place(&timeline) {
                if let Some((known_start, known_end)) = known.get(&place) {
                    assert_eq!(start, *known_start, "{place} moved at {now}");
                    assert!(end >= *known_end, "{place} shrank at {now}: {known_end} to {end}");
                    grown += usize::from(end > *known_end);
                }
                known.insert(place, (start, end));
            }
            if now % 3_000 == 0 {
                texts.push(format!("## {now} ms\n{}", render(&timeline)));
            }
        }
    }
    assert!(grown > 300, "bars grow between the frames: {grown}");
    insta::assert_snapshot!(texts.join("\n"));

    // Then the exact timings come. No bar that was seen gets shorter by more than what the log cannot know.
    let timings = timings("real/live-start-after-timings");
    let timeline = whole(build.as_ref().unwrap(), Some(&timings), &logs);
    assert_every_row_once(&timings, &timeline);
    assert!(!timeline.live);
    for (place, (start, end)) in by_place(&timeline) {
        if let Some((known_start, known_end)) = known.get(&place) {
            assert!((start - known_start).abs() < 130_000, "{place}: {known_start} {start}");
            assert!(end > known_end - 800_000, "{place}: {known_end} {end}");
        }
    }
}

/// The largest builds. There is no clock here: anything that is not linear (or nearly so) would take minutes.
#[test]
fn a_hundred_thousand_rows_and_fifty_thousand_lines() {
    let row = |index: i64, action: &str| {
        let start = at(6.0).micros() + index / 2 * 200;
        ProvisionerTiming {
            started_at: Timestamp::from_micros(start),
            ended_at: Timestamp::from_micros(start + 1_000_000),
            stage: "apply".into(),
            source: "kubernetes".into(),
            action: action.into(),
            // Half of them on one address alone, each with what a provisioner did.
            resource: if index % 4 < 2 { "a.b".to_owned() } else { format!("a.b[{}]", index / 2) },
        }
    };
    let mut timings = of(&STAGES, &SCRIPTS);
    let stages = std::mem::take(&mut timings.provisioner_timings);
    let many = (0..100_000).map(|index| row(index, if index % 2 == 0 { "create" } else { "provision" }));
    timings.provisioner_timings = many.chain(stages).collect();
    let build = start();
    let timeline = build_timeline(&Input { build: &build, timings: Some(&timings), logs: &[], now_ms: later(&build) });
    assert_eq!(timeline.spans.len(), 100_000 + 4 + 2 + 3 + 3);
    assert_eq!(timeline.spans.iter().filter(|span| span.depth == 3).count(), 50_000);
    assert_every_row_once(&timings, &timeline);
    assert!(!summary::sentence(&timeline).is_empty());

    let mut logs = applied(&[]);
    for (index, id) in (0_i32..50_000).zip(100_i64..) {
        let says = if index < 25_000 { "Creating..." } else { "Creation complete after 1s [id=x]" };
        logs.push(ProvisionerJobLog {
            id,
            created_at: at(7.0 + f64::from(index) * 0.0001),
            log_source: "provisioner".into(),
            log_level: "info".into(),
            stage: UP.to_owned(),
            output: format!("module.m[\"k: {}\"].a.b[{}]: {says}", index % 100, index % 25_000),
        });
    }
    let timeline = build_timeline(&Input { build: &build, timings: None, logs: &logs, now_ms: later(&build) });
    assert_eq!(timeline.spans.iter().filter(|span| span.kind == SpanKind::Resource).count(), 25_000);
    assert!(timeline.spans.iter().all(|span| span.outcome == SpanOutcome::Ok));
}

//! The timeline against the recorded answers of a real control plane (tests/contract/recordings), against made cases, and against
//! anything at all.

use super::errors::first_error;
use super::*;
use crate::wire::build::JobErrorCode;
use crate::wire::timings::ProvisionerTiming;
use std::collections::HashMap;
use std::fmt::Write as _;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/contract/recordings/");

fn recording(name: &str) -> serde_json::Value {
    let text =
        std::fs::read_to_string(format!("{FOLDER}{name}.json")).unwrap_or_else(|error| panic!("{name}: {error}"));
    serde_json::from_str(&text).unwrap()
}

fn body(name: &str) -> serde_json::Value {
    recording(name)["response"]["body"].clone()
}

/// The build that is recorded: alone, or as the latest of a workspace.
fn build(name: &str) -> WorkspaceBuild {
    let mut body = body(name);
    if let Some(latest) = body.get_mut("latest_build") {
        return crate::model::recordings::read(latest.take()).unwrap();
    }
    crate::model::recordings::read(body).unwrap()
}

fn timings(name: &str) -> BuildTimings {
    crate::model::recordings::read(body(name)).unwrap()
}

fn logs(name: &str) -> Vec<ProvisionerJobLog> {
    crate::model::recordings::read(body(name)).unwrap()
}

/// A minute after the build: nothing is awaited any more, except from agents.
fn later(build: &WorkspaceBuild) -> i64 {
    build.job.completed_at.unwrap_or(build.job.created_at).millis() + 60_000
}

fn whole(build: &WorkspaceBuild, timings: Option<&BuildTimings>, logs: &[ProvisionerJobLog]) -> Timeline {
    checked(&Input { build, timings, logs, now_ms: later(build) })
}

/// Builds a timeline and holds it against everything that must always be so.
fn checked(input: &Input<'_>) -> Timeline {
    let timeline = build_timeline(input);
    check(&timeline);
    timeline
}

fn check(timeline: &Timeline) {
    assert!(timeline.end_us >= 1);
    for (index, span) in timeline.spans.iter().enumerate() {
        assert_eq!(span.id as usize, index, "ids are indices");
        if let Some(end) = span.end_us {
            assert!(end >= span.start_us, "ends after it starts: {span:?}");
        }
        match span.parent {
            None => assert_eq!(span.depth, 0),
            Some(parent) => {
                assert!(parent < span.id, "parents before children");
                let parent = timeline.span(parent).unwrap();
                assert_eq!(span.depth, parent.depth + 1);
                if let (Some((from, until)), Some((start, end))) =
                    (parent.range(timeline.now_us), span.range(timeline.now_us))
                    && parent.has_bar()
                    && span.has_bar()
                {
                    assert!(from <= start && end <= until, "inside its parent: {span:?}\n in {parent:?}");
                }
            }
        }
        if span.has_bar() {
            let (_, end) = span.range(timeline.now_us).unwrap();
            assert!(end <= timeline.end_us, "on the scale: {span:?}");
        }
        assert!(span.told.is_none() || span.clamped);
        if matches!(span.outcome, SpanOutcome::NotKept | SpanOutcome::NotStarted) {
            assert_eq!(span.duration_us(timeline.now_us), None, "what is not known is not 0");
        }
        // The words must hold for every span.
        let _ = summary::duration_text(span, timeline.now_us);
        let _ = summary::outcome_text(timeline, span);
    }
    for span in &timeline.spans {
        let below = timeline.spans.iter().filter(|other| other.parent == Some(span.id)).count();
        assert_eq!(timeline.children(span.id).count(), below);
    }
    let _ = (summary::headline(timeline), summary::paragraph(timeline), summary::sentence(timeline));
    let _ = summary::left_behind(timeline, summary::Since::Latest);
}

fn seconds(us: i64) -> String {
    let sign = if us < 0 { "-" } else { "" };
    format!("{sign}{}.{:06}", us.abs() / 1_000_000, us.abs() % 1_000_000)
}

/// A timeline as text, for reading by eye.
fn render(timeline: &Timeline) -> String {
    let mut out = String::new();
    writeln!(out, "{}", summary::text(&summary::headline(timeline))).unwrap();
    writeln!(out, "{}", summary::text(&summary::paragraph(timeline))).unwrap();
    if let Some(left) = summary::left_behind(timeline, summary::Since::Latest) {
        writeln!(out, "{left}").unwrap();
    }
    writeln!(out, "[{}]", summary::sentence(timeline)).unwrap();
    let live = if timeline.live { format!(", live up to {}", seconds(timeline.now_us)) } else { String::new() };
    writeln!(out, "{:?}, {:?}{live}, scale 0 to {}", timeline.outcome, timeline.precision, seconds(timeline.end_us))
        .unwrap();
    for marker in &timeline.markers {
        writeln!(out, "| {} {:?} “{}”", seconds(marker.at_us), marker.kind, marker.label).unwrap();
    }
    for span in &timeline.spans {
        let indent = "  ".repeat(span.depth as usize);
        let (start, end) = match (span.has_times(), span.end_us) {
            (false, _) => ("—".to_owned(), "—".to_owned()),
            (true, None) if span.is_growing() => (seconds(span.start_us), "…".to_owned()),
            (true, None) => (seconds(span.start_us), "?".to_owned()),
            (true, Some(end)) => (seconds(span.start_us), seconds(end)),
        };
        let length = summary::duration_text(span, timeline.now_us);
        let name = format!("{indent}{}", span.label);
        write!(out, "{name:<48} {start:>10} {end:>10} {length:>9}").unwrap();
        let phase = span.phase.map_or("-", Phase::as_str);
        write!(out, " {phase:<7} {:?} {:?}", span.kind, span.precision).unwrap();
        for text in [&span.action, &span.source].into_iter().flatten() {
            write!(out, " {text}").unwrap();
        }
        if span.outcome != SpanOutcome::Ok {
            write!(out, " {:?}", span.outcome).unwrap();
        }
        if let Some(code) = span.exit_code {
            write!(out, " exit {code}").unwrap();
        }
        if span.off_scale {
            write!(out, " off the scale").unwrap();
        }
        if span.clamped {
            write!(out, " CLAMPED").unwrap();
        }
        if let Some((start, end)) = span.told {
            write!(out, " told {} to {}", seconds(start), seconds(end)).unwrap();
        }
        if let Some(note) = &span.note {
            write!(out, " ({note})").unwrap();
        }
        if let Some((first, last)) = span.log {
            write!(out, " log {first}–{last}").unwrap();
        }
        let words = summary::outcome_text(timeline, span);
        if !words.is_empty() {
            write!(out, " → {words}").unwrap();
        }
        out.push('\n');
    }
    out
}

/// Every row of the timings is exactly one span with exactly its figures.
fn assert_every_row_once(timings: &BuildTimings, timeline: &Timeline) {
    let mut figures: HashMap<(i64, i64, String), i64> = HashMap::new();
    for row in &timings.provisioner_timings {
        let key = (row.started_at.micros(), row.ended_at.micros(), row.action.clone());
        *figures.entry(key).or_default() += 1;
    }
    for row in &timings.agent_script_timings {
        let key = (row.started_at.micros(), row.ended_at.micros(), row.stage.as_str().to_owned());
        *figures.entry(key).or_default() += 1;
    }
    for row in &timings.agent_connection_timings {
        *figures.entry((row.started_at.micros(), row.ended_at.micros(), String::new())).or_default() += 1;
    }
    for span in timeline.spans.iter().filter(|span| span.precision == Precision::Exact) {
        if let Some((start, end)) = span.figures(timeline.now_us) {
            let key = (start + timeline.origin_us, end + timeline.origin_us, span.action.clone().unwrap_or_default());
            if let Some(left) = figures.get_mut(&key)
                && matches!(span.kind, SpanKind::Stage | SpanKind::Resource | SpanKind::Script | SpanKind::Connect)
                && (span.kind != SpanKind::Stage || span.source.is_some() || !key.2.is_empty())
            {
                *left -= 1;
            }
        }
    }
    let lost: Vec<_> = figures.iter().filter(|(_, left)| **left != 0).collect();
    assert!(lost.is_empty(), "rows that are not exactly one span: {lost:?}");
}

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
    // The rows of this recording reach far beyond their stage: the stage's bar covers them, its figures stay its own, theirs are exact.
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

// Made cases: a start of an hour of its own, in seconds from the job's creation.

const T0: &str = "2026-06-01T12:00:00Z";

fn at(seconds: f64) -> Timestamp {
    let origin = T0.parse::<Timestamp>().unwrap().micros();
    Timestamp::from_micros(origin + (seconds * 1e6).round() as i64)
}

/// A start that succeeded: queued for 2 s, done after 30 s, with the agent of the recording, which connected at 33 s.
fn start() -> WorkspaceBuild {
    let mut build = build("real/start-workspace");
    build.job.created_at = at(0.0);
    build.job.started_at = Some(at(2.0));
    build.job.completed_at = Some(at(30.0));
    build.job.status = JobStatus::Succeeded;
    for agent in agents_mut(&mut build) {
        agent.created_at = at(30.01);
        agent.first_connected_at = Some(at(33.0));
        agent.started_at = Some(at(33.1));
        agent.ready_at = Some(at(36.0));
    }
    build
}

fn agents_mut(build: &mut WorkspaceBuild) -> Vec<&mut crate::wire::agent::WorkspaceAgent> {
    let mut agents = Vec::new();
    if let crate::wire::List::Items(resources) = &mut build.resources {
        for resource in resources {
            if let crate::wire::List::Items(items) = &mut resource.agents {
                agents.extend(items.iter_mut());
            }
        }
    }
    agents
}

fn failed(error: &str) -> WorkspaceBuild {
    let mut build = start();
    build.job.status = JobStatus::Failed;
    build.job.error = Some(error.to_owned());
    build.resources = Vec::new().into();
    build
}

fn rows(value: serde_json::Value) -> BuildTimings {
    crate::model::recordings::read(value).unwrap()
}

/// (stage, action, resource, start, end)
fn provisioner_rows(list: &[(&str, &str, &str, f64, f64)]) -> Vec<serde_json::Value> {
    list.iter()
        .map(|(stage, action, resource, start, end)| {
            serde_json::json!({
                "job_id": "15396d4d-0bef-458c-a1c2-aac3e33c71f1", "started_at": at(*start), "ended_at": at(*end),
                "stage": stage, "source": "coder", "action": action, "resource": resource,
            })
        })
        .collect()
}

const MAIN: &str = "8d0f469d-c9a5-4118-86d3-3cecdacd2a1f";

/// (stage, status, exit code, name, start, end), of the agent of [`start`].
fn script_rows(list: &[(&str, &str, i32, &str, f64, f64)]) -> Vec<serde_json::Value> {
    list.iter()
        .map(|(stage, status, code, name, start, end)| {
            serde_json::json!({
                "started_at": at(*start), "ended_at": at(*end), "exit_code": code, "stage": stage, "status": status,
                "display_name": name, "workspace_agent_id": MAIN, "workspace_agent_name": "main",
            })
        })
        .collect()
}

fn of(provisioner: &[(&str, &str, &str, f64, f64)], scripts: &[(&str, &str, i32, &str, f64, f64)]) -> BuildTimings {
    let connect = serde_json::json!([{
        "started_at": at(30.01), "ended_at": at(33.0), "stage": "connect", "workspace_agent_id": MAIN,
        "workspace_agent_name": "main",
    }]);
    rows(serde_json::json!({
        "provisioner_timings": provisioner_rows(provisioner),
        "agent_script_timings": script_rows(scripts),
        "agent_connection_timings": connect,
    }))
}

const STAGES: [(&str, &str, &str, f64, f64); 4] = [
    ("init", "terraform", "coder_stage_init", 2.5, 4.0),
    ("plan", "terraform", "coder_stage_plan", 4.0, 6.0),
    ("apply", "terraform", "coder_stage_apply", 6.0, 28.0),
    ("graph", "terraform", "coder_stage_graph", 28.0, 29.5),
];

const SCRIPTS: [(&str, &str, i32, &str, f64, f64); 3] = [
    ("start", "ok", 0, "Dotfiles", 33.2, 35.0),
    ("start", "ok", 0, "code-server", 33.2, 34.0),
    ("start", "ok", 0, "Startup Script", 33.3, 36.0),
];

fn stages_and(
    more: &[(&'static str, &'static str, &'static str, f64, f64)],
) -> Vec<(&'static str, &'static str, &'static str, f64, f64)> {
    STAGES.iter().chain(more).copied().collect()
}

fn scripts_and(
    more: &[(&'static str, &'static str, i32, &'static str, f64, f64)],
) -> Vec<(&'static str, &'static str, i32, &'static str, f64, f64)> {
    SCRIPTS.iter().chain(more).copied().collect()
}

fn timed(provisioner: &[(&str, &str, &str, f64, f64)], scripts: &[(&str, &str, i32, &str, f64, f64)]) -> Timeline {
    let timings = of(provisioner, scripts);
    let timeline = whole(&start(), Some(&timings), &[]);
    assert_every_row_once(&timings, &timeline);
    timeline
}

fn find<'a>(timeline: &'a Timeline, label: &str) -> &'a Span {
    let mut found = timeline.spans.iter().filter(|span| span.label == label);
    let first = found.next().unwrap_or_else(|| panic!("no {label} in\n{}", render(timeline)));
    assert_eq!(found.next(), None, "{label} is there once");
    first
}

fn us(seconds: f64) -> i64 {
    (seconds * 1e6).round() as i64
}

#[test]
fn stop_and_cron_scripts_do_not_stretch_the_scale() {
    let year = 365.0 * 86_400.0;
    let cron =
        [("cron", "ok", 0, "Clean up", 3.0 * year, 3.0 * year + 5.0), ("stop", "exit_failure", 2, "Bye", year, year)];
    let timeline = timed(&STAGES, &scripts_and(&cron));
    assert_eq!(timeline.end_us, us(36.0));
    let row = find(&timeline, "Clean up");
    assert!(row.off_scale && !row.has_bar());
    assert_eq!(row.duration_us(0), Some(us(5.0)));
    let lane = find(&timeline, "later scripts");
    assert!(lane.off_scale && !lane.has_bar());
    assert_eq!(timeline.children(lane.id).count(), 2);
    assert_eq!(find(&timeline, "scripts").end_us, Some(us(36.0)));
    assert_eq!(find(&timeline, "agent main").end_us, Some(us(36.0)));
    assert_eq!(summary::text(&summary::headline(&timeline)), "Start succeeded.");
}

#[test]
fn stages_of_scripts_that_are_not_known_stay_off_the_scale() {
    let timeline = timed(&STAGES, &scripts_and(&[("hibernate", "frozen", 0, "Nap", 99_999.0, 100_000.0)]));
    let row = find(&timeline, "Nap");
    assert!(row.off_scale);
    assert_eq!(row.outcome, SpanOutcome::Unknown("frozen".to_owned()));
    assert_eq!(row.action.as_deref(), Some("hibernate"));
    assert_eq!(timeline.end_us, us(36.0));
}

#[test]
fn an_agent_with_later_scripts_alone_has_no_bar() {
    let timings = rows(serde_json::json!({
        "provisioner_timings": provisioner_rows(&STAGES),
        "agent_script_timings": script_rows(&[("stop", "ok", 0, "Bye", 99_999.0, 100_000.0)]),
        "agent_connection_timings": [],
    }));
    let mut build = start();
    build.resources = Vec::new().into();
    let timeline = whole(&build, Some(&timings), &[]);
    let group = find(&timeline, "agent main");
    assert!(!group.has_bar());
    assert_eq!(timeline.end_us, us(30.0));
    assert_eq!(find(&timeline, "connect").outcome, SpanOutcome::NotKept);
}

#[test]
fn lengths_of_nothing_and_less_are_shown_and_flagged() {
    let more = [
        ("apply", "create", "a.zero", 7.0, 7.0),
        ("apply", "create", "a.less", 8.0, 7.5),
        ("apply", "create", "a.short", 9.0, 9.000_4),
    ];
    let timeline = timed(&stages_and(&more), &SCRIPTS);
    let text = |label: &str| summary::duration_text(find(&timeline, label), timeline.now_us);
    assert_eq!(text("a.zero"), "<1 ms");
    assert_eq!(text("a.less"), "<1 ms");
    assert_eq!(text("a.short"), "<1 ms");
    assert!(!find(&timeline, "a.zero").clamped);
    let less = find(&timeline, "a.less");
    assert!(less.clamped);
    assert_eq!((less.start_us, less.end_us, less.told), (us(8.0), Some(us(8.0)), Some((us(8.0), us(7.5)))));
    assert!(timeline.notes.iter().any(|note| note.contains("contradict")));
}

#[test]
fn zero_times_are_not_kept_and_not_nothing() {
    let mut timings = of(&stages_and(&[("apply", "create", "a.gone", 7.0, 8.0)]), &SCRIPTS);
    let zero: Timestamp = "0001-01-01T00:00:00Z".parse().unwrap();
    if let crate::wire::List::Items(rows) = &mut timings.provisioner_timings {
        rows.last_mut().unwrap().started_at = zero;
    }
    if let crate::wire::List::Items(rows) = &mut timings.agent_script_timings {
        rows[0].ended_at = zero;
    }
    if let crate::wire::List::Items(rows) = &mut timings.agent_connection_timings {
        rows[0].ended_at = zero;
    }
    let timeline = whole(&start(), Some(&timings), &[]);
    for label in ["a.gone", "Dotfiles", "connect"] {
        let span = find(&timeline, label);
        assert_eq!(span.outcome, SpanOutcome::NotKept);
        assert_eq!(summary::duration_text(span, timeline.now_us), "—");
        assert!(!span.has_bar() && !span.clamped);
    }
    assert_eq!(timeline.end_us, us(36.0));
}

#[test]
fn what_a_provisioner_did_lies_in_its_resource() {
    let more = [
        ("apply", "provision", "a.b", 7.5, 8.0),
        ("apply", "create", "a.b", 7.0, 9.0),
        ("apply", "delete", "a.b", 6.5, 6.9),
        ("apply", "provision", "a.b", 6.6, 6.8),
        // In none of its resource's rows: beside them.
        ("apply", "provision", "a.b", 8.5, 9.5),
        ("apply", "provision", "c.d", 10.0, 11.0),
    ];
    let timeline = timed(&stages_and(&more), &SCRIPTS);
    let parent = |id: Option<u32>| timeline.span(id.unwrap()).unwrap().label.as_str();
    let provisions: Vec<_> = timeline
        .spans
        .iter()
        .filter(|span| span.action.as_deref() == Some("provision"))
        .map(|span| (span.label.as_str(), parent(span.parent), span.depth))
        .collect();
    assert_eq!(
        provisions,
        [
            ("a.b (provision)", "a.b (delete)", 3),
            ("a.b (provision)", "a.b (create)", 3),
            ("a.b (provision)", "apply", 2),
            ("c.d (provision)", "apply", 2),
        ]
    );
}

#[test]
fn stages_and_actions_that_are_not_known_stay() {
    let more = [
        ("verify", "prove", "a.b", 10.0, 11.0),
        ("verify", "prove", "c.d", 10.5, 12.0),
        ("apply", "transmute", "a.b", 7.0, 8.0),
        ("apply", "", "", 8.0, 9.0),
        ("apply", "terraform", "coder_stage_apply", 6.0, 28.0),
    ];
    let timeline = timed(&stages_and(&more), &SCRIPTS);
    let stage = find(&timeline, "verify");
    assert!(!stage.clamped);
    assert_eq!((stage.kind, stage.phase), (SpanKind::Stage, None));
    assert_eq!((stage.start_us, stage.end_us), (us(10.0), Some(us(12.0))));
    assert_eq!(timeline.children(stage.id).count(), 2);
    assert_eq!(find(&timeline, "(no address)").duration_us(0), Some(us(1.0)));
    assert_eq!(find(&timeline, "coder_stage_apply").depth, 2, "a second row of a whole stage is a row like others");
}

#[test]
fn a_provisioner_whose_clock_is_wrong_keeps_its_lengths() {
    for off in [-3600.0, -2.6, 5.0, 3600.0] {
        let moved: Vec<_> = STAGES
            .iter()
            .map(|(stage, action, name, start, end)| (*stage, *action, *name, start + off, end + off))
            .collect();
        let timeline = timed(&moved, &SCRIPTS);
        let apply = find(&timeline, "apply");
        assert!(apply.clamped, "off by {off}");
        assert_eq!(apply.duration_us(0), Some(us(22.0)));
        assert_eq!(apply.told, Some((us(6.0 + off), us(28.0 + off))));
        assert_eq!(apply.end_us.unwrap() - apply.start_us, us(22.0));
        let init = find(&timeline, "init");
        assert!(init.start_us >= us(2.0), "after the queue");
        assert!(find(&timeline, "graph").end_us.unwrap() <= us(30.0), "before the end of the job");
    }
    // A little is not worth it.
    for off in [-0.4, 0.9] {
        let moved: Vec<_> = STAGES
            .iter()
            .map(|(stage, action, name, start, end)| (*stage, *action, *name, start + off, end + off))
            .collect();
        assert!(timed(&moved, &SCRIPTS).spans.iter().all(|span| !span.clamped));
    }
}

#[test]
fn an_agent_whose_clock_is_wrong_keeps_its_lengths() {
    for off in [-3600.0, 7200.0] {
        let moved: Vec<_> = SCRIPTS
            .iter()
            .map(|(stage, status, code, name, start, end)| (*stage, *status, *code, *name, start + off, end + off))
            .collect();
        let timeline = timed(&STAGES, &moved);
        let row = find(&timeline, "Startup Script");
        assert!(row.clamped, "off by {off}");
        assert_eq!(row.duration_us(0), Some(us(2.7)));
        assert_eq!(row.end_us.unwrap() - row.start_us, us(2.7));
        assert!(row.start_us >= us(33.0), "after connect");
        assert!(timeline.end_us < us(200.0));
    }
}

#[test]
fn the_earliest_script_decides_how_far_an_agents_clock_is_off() {
    let mut build = start();
    for agent in agents_mut(&mut build) {
        agent.started_at = Some(at(29.9));
    }
    let timings = of(&STAGES, &[("start", "ok", 0, "late", 38.0, 40.0), ("start", "ok", 0, "early", 30.0, 31.0)]);
    let timeline = whole(&build, Some(&timings), &[]);
    let (early, late) = (find(&timeline, "early"), find(&timeline, "late"));
    assert_eq!((early.start_us, early.told), (us(33.0), Some((us(30.0), us(31.0)))));
    assert_eq!((late.start_us, late.end_us), (us(41.0), Some(us(43.0))));
}

#[test]
fn a_script_that_ends_after_now_has_a_clock_that_is_ahead() {
    let timeline =
        timed(&STAGES, &[("start", "ok", 0, "short", 34.0, 35.0), ("start", "ok", 0, "long", 34.5, 7_000.0)]);
    assert_eq!(find(&timeline, "short").start_us, us(33.0), "as far back as it can have been");
    assert_eq!(find(&timeline, "long").told, Some((us(34.5), us(7_000.0))));
}

#[test]
fn what_lies_off_the_scale_does_not_move_now() {
    let mut build = start();
    for agent in agents_mut(&mut build) {
        agent.lifecycle_state = crate::wire::agent::AgentLifecycle::Starting;
        agent.ready_at = None;
        if let crate::wire::List::Items(scripts) = &mut agent.scripts {
            for script in scripts {
                script.status = None;
            }
        }
    }
    let timings = of(&STAGES, &[("cron", "ok", 0, "Clean up", 99_999.0, 100_000.0)]);
    let timeline = checked(&Input { build: &build, timings: Some(&timings), logs: &[], now_ms: at(40.0).millis() });
    assert!(timeline.live);
    assert_eq!((timeline.now_us, timeline.end_us), (us(39.0), us(39.0)));
}

#[test]
fn scripts_of_one_name_are_rows_of_their_own() {
    let more =
        [("start", "exit_failure", 7, "Dotfiles", 33.2, 35.5), ("start", "pipes_left_open", 0, "Dotfiles", 33.2, 35.0)];
    let timeline = timed(&STAGES, &scripts_and(&more));
    let rows = timeline.spans.iter().filter(|span| span.label == "Dotfiles");
    assert_eq!(rows.count(), 3);
    assert_eq!(find(&timeline, "scripts").outcome, SpanOutcome::Failed { message: "1 of 5 failed".to_owned() });
}

#[test]
fn scripts_that_run_grow_also_if_two_have_one_name() {
    let mut build = start();
    for agent in agents_mut(&mut build) {
        agent.ready_at = None;
        agent.lifecycle_state = crate::wire::agent::AgentLifecycle::Starting;
        if let crate::wire::List::Items(scripts) = &mut agent.scripts {
            for (index, script) in scripts.iter_mut().enumerate() {
                script.display_name = "Same".to_owned();
                script.status = (index == 1).then_some(crate::wire::agent::ScriptStatus::Ok);
                script.exit_code = (index == 1).then_some(0);
            }
        }
    }
    let timings = of(&STAGES, &[("start", "ok", 0, "Same", 33.2, 34.0)]);
    let timeline = checked(&Input { build: &build, timings: Some(&timings), logs: &[], now_ms: at(40.0).millis() });
    let rows: Vec<_> = timeline.spans.iter().filter(|span| span.label == "Same").collect();
    assert_eq!(rows.len(), 3);
    assert_eq!(rows.iter().filter(|row| row.is_growing()).count(), 2);
    assert!(timeline.live);
    assert_eq!(rows[0].range(timeline.now_us), Some((us(33.1), us(39.0))));
    assert_eq!(summary::text(&summary::headline(&timeline)), "Start succeeded, 2 scripts are running.");
    // They run for as long as their agent says that it is starting, a day if need be.
    let day = Input { build: &build, timings: Some(&timings), logs: &[], now_ms: at(90_000.0).millis() };
    let timeline = checked(&day);
    assert!(timeline.live);
    assert_eq!(timeline.end_us, us(89_999.0));
    assert_eq!(summary::text(&summary::headline(&timeline)), "Start succeeded, 2 scripts are running.");
    // Of an agent that is gone, or says nothing of the kind, nobody believes it.
    for (status, lifecycle) in [("disconnected", "starting"), ("connected", "start_timeout"), ("connected", "created")]
    {
        let mut build = build.clone();
        for agent in agents_mut(&mut build) {
            (agent.status, agent.lifecycle_state) = (status.into(), lifecycle.into());
        }
        let timeline = checked(&Input { build: &build, ..day });
        assert!(!timeline.live, "{status}, {lifecycle}");
        assert_eq!(timeline.end_us, us(34.0));
        let unknown = |span: &&Span| span.outcome == SpanOutcome::Unfinished && span.end_us.is_none();
        assert_eq!(timeline.spans.iter().filter(unknown).count(), 2);
    }
}

#[test]
fn an_agent_that_never_connects_does_not_grow_for_ever() {
    let mut build = start();
    for agent in agents_mut(&mut build) {
        agent.status = crate::wire::agent::AgentStatus::Connecting;
        agent.lifecycle_state = crate::wire::agent::AgentLifecycle::Created;
        (agent.first_connected_at, agent.started_at, agent.ready_at) = (None, None, None);
    }
    let mut timings = of(&STAGES, &[]);
    timings.agent_connection_timings = Vec::new().into();
    let view = |build: &WorkspaceBuild, now: f64| {
        checked(&Input { build, timings: Some(&timings), logs: &[], now_ms: at(now).millis() })
    };
    let timeline = view(&build, 50.0);
    assert!(timeline.live && find(&timeline, "connect").is_growing());
    assert_eq!(timeline.end_us, us(49.0));
    assert_eq!(summary::text(&summary::headline(&timeline)), "Start succeeded, 1 agent is connecting.");
    let timeline = view(&build, 300_000.0);
    assert!(!timeline.live);
    assert_eq!(timeline.end_us, us(30.0));
    assert_eq!(find(&timeline, "connect").outcome, SpanOutcome::NotStarted);
    assert_eq!(summary::text(&summary::headline(&timeline)), "Start succeeded, 1 agent has not connected.");
    assert_eq!(summary::outcome_text(&timeline, find(&timeline, "connect")), "not connected");
    // With a timeout it is known until when it had not.
    for agent in agents_mut(&mut build) {
        agent.status = crate::wire::agent::AgentStatus::Timeout;
        agent.connection_timeout_seconds = Some(120);
    }
    let timeline = view(&build, 300_000.0);
    let connect = find(&timeline, "connect");
    assert_eq!((connect.end_us, &connect.outcome), (Some(us(150.01)), &SpanOutcome::TimedOut));
    assert_eq!(connect.note.as_deref(), Some("no connection within 2 m 00 s, nor since"));
    assert!(!timeline.live);
    // It may connect all the same: for an hour after that it is awaited, and it is not said that it never came.
    let timeline = view(&build, 500.0);
    let connect = find(&timeline, "connect");
    assert!(timeline.live && connect.is_growing());
    assert_eq!(
        (connect.outcome.clone(), connect.range(timeline.now_us)),
        (SpanOutcome::TimedOut, Some((us(30.01), us(499.0))))
    );
    assert_eq!(connect.note.as_deref(), Some("no connection within 2 m 00 s; it is still awaited"));
    assert_eq!(summary::text(&summary::headline(&timeline)), "Start succeeded, 1 agent has not connected.");
    assert!(view(&build, 3_750.01).live && !view(&build, 3_750.02).live);
    // And when it has, nothing of that is left.
    for agent in agents_mut(&mut build) {
        (agent.status, agent.lifecycle_state) = ("connected".into(), "starting".into());
        (agent.first_connected_at, agent.started_at) = (Some(at(510.0)), Some(at(510.1)));
        if let crate::wire::List::Items(scripts) = &mut agent.scripts {
            for script in scripts {
                script.status = None;
            }
        }
    }
    let timeline = view(&build, 520.0);
    let connect = find(&timeline, "connect");
    assert_eq!((connect.range(0), &connect.outcome), (Some((us(30.01), us(510.0))), &SpanOutcome::Ok));
    assert_eq!(summary::text(&summary::headline(&timeline)), "Start succeeded, 3 scripts are running.");
}

#[test]
fn sub_agents_stand_below_their_agent() {
    let mut build = start();
    let main: crate::wire::Id = MAIN.parse().unwrap();
    let mut sub = agents_mut(&mut build)[0].clone();
    sub.id = crate::wire::Id::from_u128(7);
    sub.parent_id = Some(main);
    sub.name = "devcontainer".to_owned();
    sub.created_at = at(34.0);
    sub.first_connected_at = Some(at(40.0));
    (sub.started_at, sub.ready_at) = (None, None);
    let mut lost = sub.clone();
    lost.id = crate::wire::Id::from_u128(8);
    lost.parent_id = Some(crate::wire::Id::from_u128(99));
    lost.name = "orphan".to_owned();
    let mut late = sub.clone();
    late.id = crate::wire::Id::from_u128(9);
    late.name = "late".to_owned();
    late.created_at = at(500_000.0);
    late.first_connected_at = Some(at(500_005.0));
    // A circle, which no server should send.
    let mut ring = sub.clone();
    ring.id = crate::wire::Id::from_u128(10);
    ring.parent_id = Some(ring.id);
    ring.name = "ring".to_owned();
    if let crate::wire::List::Items(resources) = &mut build.resources {
        for resource in resources {
            if let crate::wire::List::Items(agents) = &mut resource.agents {
                agents.extend([sub.clone(), lost.clone(), late.clone(), ring.clone()]);
            }
        }
    }
    let timings = of(&STAGES, &SCRIPTS);
    let timeline = whole(&build, Some(&timings), &[]);
    let main = find(&timeline, "agent main").id;
    let group = find(&timeline, "agent devcontainer");
    assert_eq!((group.parent, group.depth), (Some(main), 1));
    assert_eq!(find(&timeline, "agent orphan").depth, 0);
    assert_eq!(find(&timeline, "agent ring").depth, 0);
    let late = find(&timeline, "agent late");
    assert!(late.off_scale && late.parent == Some(main));
    assert_eq!(timeline.end_us, us(40.0));
}

#[test]
fn a_young_start_is_live_though_nothing_grows() {
    let mut build = start();
    for agent in agents_mut(&mut build) {
        agent.lifecycle_state = crate::wire::agent::AgentLifecycle::Created;
        (agent.started_at, agent.ready_at) = (None, None);
    }
    let timings = of(&STAGES, &[]);
    let live = |build: &WorkspaceBuild, now: f64| {
        let timeline = checked(&Input { build, timings: Some(&timings), logs: &[], now_ms: at(now).millis() });
        assert!(timeline.spans.iter().all(|span| !span.is_growing()));
        timeline.live
    };
    assert!(live(&build, 40.0));
    assert!(!live(&build, 4_000.0));
    build.transition = Transition::Stop;
    assert!(!live(&build, 40.0));
    build.transition = Transition::Start;
    for agent in agents_mut(&mut build) {
        agent.status = crate::wire::agent::AgentStatus::Disconnected;
    }
    assert!(!live(&build, 40.0));
}

#[test]
fn patience_counts_from_what_is_awaited_not_from_the_beginning() {
    let mut build = start();
    build.job.started_at = Some(at(3_990.0));
    build.job.completed_at = Some(at(4_000.0));
    for agent in agents_mut(&mut build) {
        agent.created_at = at(4_000.0);
        agent.lifecycle_state = crate::wire::agent::AgentLifecycle::Ready;
        (agent.first_connected_at, agent.started_at, agent.ready_at) = (Some(at(4_001.0)), Some(at(4_002.0)), None);
        if let crate::wire::List::Items(scripts) = &mut agent.scripts {
            for script in scripts {
                script.status = None;
            }
        }
    }
    let view =
        |build: &WorkspaceBuild| checked(&Input { build, timings: None, logs: &[], now_ms: at(4_040.0).millis() });
    let timeline = view(&build);
    assert!(timeline.live, "a script that blocks nobody may run on after ready");
    assert_eq!(figures(&timeline, "Dotfiles"), (us(4_002.0), us(4_039.0)));
    for agent in agents_mut(&mut build) {
        (agent.first_connected_at, agent.started_at) = (None, None);
        agent.status = crate::wire::agent::AgentStatus::Connecting;
    }
    assert_eq!(figures(&view(&build), "connect"), (us(4_000.0), us(4_039.0)));
    for agent in agents_mut(&mut build) {
        agent.status = crate::wire::agent::AgentStatus::Other("asleep".to_owned());
    }
    assert_eq!(find(&view(&build), "connect").outcome, SpanOutcome::NotStarted);
}

/// A dev container that was made and connected so many seconds after the build's creation.
fn with_dev_container(build: &mut WorkspaceBuild, made: f64) {
    let mut sub = agents_mut(build)[0].clone();
    sub.id = crate::wire::Id::from_u128(7);
    sub.parent_id = Some(MAIN.parse().unwrap());
    sub.name = "devcontainer".to_owned();
    (sub.created_at, sub.first_connected_at) = (at(made), Some(at(made + 2.0)));
    (sub.started_at, sub.ready_at) = (Some(at(made + 2.1)), Some(at(made + 2.2)));
    sub.scripts = Vec::new().into();
    if let crate::wire::List::Items(resources) = &mut build.resources {
        for resource in resources {
            if let crate::wire::List::Items(agents) = &mut resource.agents {
                agents.push(sub.clone());
            }
        }
    }
}

/// Whether a dev container is of this start is told by its agent, however long its first build takes.
#[test]
fn a_dev_container_belongs_to_the_start_that_made_it() {
    const DAY: f64 = 86_400.0;
    // (lifecycle, started, ready, made) → on the scale, the note on its group.
    type Case = (&'static str, f64, Option<f64>, f64, bool, Option<&'static str>);
    let cases: [Case; 12] = [
        ("starting", 33.1, None, 40.0, true, None),
        ("starting", 33.1, None, 800.0, true, None),
        ("starting", 33.1, None, 3.0 * 3_600.0, true, None),
        // The agent is ready once the dev containers are built.
        ("ready", 33.1, Some(800.0), 799.0, true, None),
        ("ready", 33.1, Some(800.0), 820.0, true, None),
        ("start_error", 33.1, Some(9_000.0), 8_990.0, true, None),
        // It was ready before: nothing tells, but that it came soon.
        ("ready", 33.1, Some(36.0), 800.0, true, Some("made 12 m 44 s after its agent was ready")),
        ("ready", 33.1, Some(36.0), 36.0 + 3_600.0, true, Some("made 1 h 00 m after its agent was ready")),
        ("ready", 33.1, Some(36.0), 37.0 + 3_600.0, false, Some("made 1 h 00 m later, outside this scale")),
        ("ready", 33.1, Some(36.0), 2.0 * DAY, false, Some("made 2 d 0 h later, outside this scale")),
        // A later start of the agent makes its dev containers anew.
        ("ready", 500.0, Some(900.0), 890.0, false, Some("made by a later start of its agent, outside this scale")),
        (
            "starting",
            2.0 * DAY,
            None,
            2.0 * DAY + 60.0,
            false,
            Some("made by a later start of its agent, outside this scale"),
        ),
    ];
    for (lifecycle, started, ready, made, on_scale, note) in cases {
        let mut build = start();
        for agent in agents_mut(&mut build) {
            agent.lifecycle_state = lifecycle.into();
            (agent.started_at, agent.ready_at) = (Some(at(started)), ready.map(at));
        }
        with_dev_container(&mut build, made);
        let timings = of(&STAGES, &SCRIPTS);
        let now_ms = at(made + 100.0).millis();
        let timeline = checked(&Input { build: &build, timings: Some(&timings), logs: &[], now_ms });
        let group = find(&timeline, "agent devcontainer");
        let case = format!("{lifecycle} at {started}, ready {ready:?}, made {made}");
        assert_eq!(!group.off_scale, on_scale, "{case}");
        assert_eq!(group.note.as_deref(), note, "{case}");
        let ready_marks = timeline.markers.iter().any(|marker| marker.label.starts_with("devcontainer ready"));
        assert_eq!(ready_marks, on_scale, "{case}: a line stands only on its scale");
        if !on_scale {
            assert!(timeline.end_us <= us(36.0), "{case}: the scale ends at {}", timeline.end_us);
            assert!(!timeline.live, "{case}: what lies outside does not make it grow");
        }
    }
}

#[test]
fn what_is_forgotten_is_named_as_such() {
    let mut build = start();
    build.resources = Vec::new().into();
    let mut timings = of(&STAGES, &[("start", "ok", 0, "Dotfiles", 70.0, 72.0)]);
    timings.agent_connection_timings = Vec::new().into();
    let timeline = whole(&build, Some(&timings), &[]);
    assert_eq!(
        summary::text(&summary::time_spent(&timeline)),
        "1 m 12 s from request to last script: 40 s until the first script (connect is not kept), 22 s apply, 10 s everything else."
    );
    assert_eq!(
        summary::sentence(&timeline),
        "Waterfall of build 1: start succeeded, 1 m 12 s from request to last script; longest: until the first script, 40 s, apply, 22 s."
    );
}

#[test]
fn until_the_first_script_is_until_a_script_of_the_start() {
    let mut timings = of(&STAGES, &[("stop", "ok", 0, "Bye", 99_999.0, 100_000.0)]);
    let mut rows = timings.agent_connection_timings.iter().cloned().collect::<Vec<_>>();
    let mut known = rows[0].clone();
    (known.started_at, known.ended_at) = (at(50.0), at(60.0));
    rows[0].ended_at = "0001-01-01T00:00:00Z".parse().unwrap();
    rows.push(known);
    timings.agent_connection_timings = rows.into();
    assert_eq!(
        summary::text(&summary::time_spent(&whole(&start_without_scripts(), Some(&timings), &[]))),
        "1 m 00 s from request to connection: 22 s apply, 10 s connect (not split by Coder), 28 s everything else."
    );
}

#[test]
fn the_bar_shows_the_whole_build_in_one_line() {
    let timeline = timed(&STAGES, &SCRIPTS);
    let of = |timeline: &Timeline| summary::stretches(timeline);
    let all = of(&timeline);
    assert_eq!(all.first().map(|one| one.from), Some(0.0));
    let end = all.iter().map(|one| one.from + one.length).fold(0.0, f64::max);
    assert!((end - 1.0).abs() < 1e-9, "{end}");
    let apply = all.iter().find(|one| one.phase == Some(Phase::Apply)).unwrap();
    assert!(
        apply.words.starts_with("apply ") && !apply.estimated && (apply.length - 22.0 / 36.0).abs() < 0.02,
        "{apply:?}"
    );
    // Agents work side by side: one line shows the one that was ready last.
    let last = all.iter().filter(|one| one.phase == Some(Phase::Connect)).count();
    assert!(last <= 1);
    let from_log =
        whole(&start(), None, &lines(&[(2.0, "info", "Setting up", ""), (3.0, "info", "Starting workspace", "")]));
    let stages = of(&from_log);
    assert!(stages.iter().any(|one| one.estimated), "{stages:?}");
    assert!(stages.iter().find(|one| one.phase == Some(Phase::Queue)).is_some_and(|one| !one.estimated));
}

#[test]
fn gaps_stay_gaps() {
    let timeline = timed(&STAGES, &SCRIPTS);
    let spans: Vec<_> = timeline
        .spans
        .iter()
        .filter(|span| span.depth == 1)
        .map(|span| (span.start_us, span.end_us.unwrap()))
        .collect();
    assert_eq!(spans[0], (0, us(2.0)));
    assert_eq!(spans[1], (us(2.5), us(4.0)), "nothing is put between the queue and init");
    let parts = summary::time_spent(&timeline);
    assert_eq!(
        summary::text(&parts),
        "36 s from request to last script: 22 s apply, 14 s everything else.",
        "what is not named is everything else"
    );
    assert_eq!(parts[3].swatch, Some(Phase::Apply));
}

// Where a rule begins and ends.

/// A start that was queued until `started` and whose provisioner tells of one stage alone; where its bar begins, and by how much it
/// was moved.
fn moved(started: f64, start: f64, end: f64) -> (i64, i64) {
    let mut build = self::start();
    build.job.started_at = Some(at(started));
    let timings = of(&[("apply", "terraform", "coder_stage_apply", start, end)], &[]);
    let timeline = whole(&build, Some(&timings), &[]);
    let apply = find(&timeline, "apply");
    assert_eq!(apply.clamped, apply.start_us != us(start), "who is moved says so");
    (apply.start_us, apply.start_us - us(start))
}

#[test]
fn a_provisioners_clock_is_moved_only_as_far_as_it_must_have_been_wrong() {
    for (started, start, end, by) in [
        (2.0, 2.5, 29.0, 0.0),
        // A second of doubt on both sides, and not a microsecond more.
        (2.0, 1.0, 29.0, 0.0),
        (2.0, 0.999_999, 29.0, 1.000_001),
        (2.0, 2.5, 31.0, 0.0),
        (2.0, 4.0, 31.000_001, -1.000_001),
        (2.0, 2.5, 31.000_001, -0.5),
        // Nothing begins before the job was made, however little.
        (0.5, 0.0, 29.0, 0.0),
        (0.5, -0.000_001, 29.0, 0.500_001),
        (0.2, -0.5, 29.0, 0.7),
    ] {
        assert_eq!(moved(started, start, end), (us(start + by), us(by)), "begins at {start}, ends at {end}");
    }
}

/// What an agent says of itself now is of its latest start: lines and bars of a later one stand on no earlier scale.
#[test]
fn an_agent_that_began_again_leaves_its_first_start_as_it_was() {
    let view = |timings: &BuildTimings, started: f64, ready: Option<f64>, state: &str, scripts: bool| {
        let mut build = if scripts { start() } else { start_without_scripts() };
        for agent in agents_mut(&mut build) {
            (agent.started_at, agent.ready_at) = (Some(at(started)), ready.map(at));
            agent.lifecycle_state = state.into();
        }
        checked(&Input { build: &build, timings: Some(timings), logs: &[], now_ms: at(90_000.0).millis() })
    };
    let all = of(&STAGES, &SCRIPTS);
    let none = of(&STAGES, &[]);
    // (rows, started, ready, state) → the lines, the end of the scale.
    for (timings, started, ready, state, expected, end) in [
        (&all, 33.1, Some(36.0), "ready", "ready", 36.0),
        (&all, 33.1, Some(40.0), "ready", "ready", 40.0),
        // A dev container's build takes its time, and is of this start.
        (&all, 33.1, Some(900.0), "ready", "ready", 900.0),
        (&all, 33.1, Some(900.0), "start_error", "ready, with errors", 900.0),
        (&all, 33.1, Some(-0.000_001), "ready", "", 36.0),
        // Its rows are of the first start, what it says of the later one: however soon that came.
        (&all, 40.0, Some(42.0), "ready", "", 36.0),
        (&all, 40.0, Some(42.0), "start_error", "", 36.0),
        (&all, 80.0, Some(90.0), "ready", "", 36.0),
        (&all, 80_000.0, Some(80_003.0), "ready", "", 36.0),
        (&all, 80_000.0, None, "starting", "", 36.0),
        // Without scripts there is the time of the connection.
        (&none, 33.1, Some(33.2), "ready", "ready", 33.2),
        (&none, 33.1, Some(900.0), "ready", "ready", 900.0),
        (&none, 80_000.0, Some(80_003.0), "ready", "", 33.0),
        (&none, 80_000.0, None, "starting", "", 33.0),
    ] {
        let timeline = view(timings, started, ready, state, !timings.agent_script_timings.is_empty());
        let labels: Vec<&str> = timeline.markers.iter().map(|marker| marker.label.as_str()).collect();
        let case = format!("{} rows, started {started}, ready {ready:?}, {state}", timings.agent_script_timings.len());
        assert_eq!((labels.join(", ").as_str(), timeline.end_us), (expected, us(end)), "{case}");
        assert!(!timeline.live, "{case}");
    }
    // A script that was cut off in the first start has its first row in a later one, if any.
    for (rows, lane) in [
        (&[("start", "ok", 0, "Dotfiles", 33.2, 35.0)][..], false),
        (
            &[("start", "ok", 0, "Dotfiles", 33.2, 35.0), ("start", "ok", 0, "code-server", 80_000.1, 80_002.0)][..],
            true,
        ),
    ] {
        let timeline = view(&of(&STAGES, rows), 80_000.0, Some(80_003.0), "ready", true);
        assert_eq!(timeline.end_us, us(35.0));
        let cut_off = find(&timeline, "Startup Script");
        assert_eq!((cut_off.outcome.clone(), cut_off.end_us), (SpanOutcome::Unfinished, None));
        assert_eq!(cut_off.note.as_deref(), Some("its agent began again before it had ended"));
        assert_eq!(find(&timeline, "code-server").off_scale, lane);
        assert_eq!(timeline.spans.iter().any(|span| span.label == "later scripts"), lane);
    }
}

#[test]
fn why_bars_are_estimates_is_said_as_it_is() {
    let empty = rows(serde_json::json!({
        "provisioner_timings": [], "agent_script_timings": [], "agent_connection_timings": [],
    }));
    let logs = applied(&[]);
    let note = |build: &WorkspaceBuild, timings: Option<&BuildTimings>| whole(build, timings, &logs).notes[0].clone();
    let so = "Estimated from the log, except the queue";
    assert_eq!(note(&start(), None), format!("{so}."), "they were not asked for");
    assert_eq!(note(&start(), Some(&empty)), format!("{so}: the server keeps no times of this build."));
    assert_eq!(note(&failed("terraform apply: exit status 1"), Some(&empty)), format!("{so}."));
    let mut running = start();
    running.job.status = JobStatus::Running;
    running.job.completed_at = None;
    assert_eq!(note(&running, None), format!("{so}, until the build succeeds and its exact times are there."));
    running.job.canceled_at = Some(at(20.0));
    assert_eq!(note(&running, None), format!("{so}."), "it will not succeed");
}

/// An hour after it began to wait is the last moment at which something is awaited.
#[test]
fn patience_ends_after_an_hour() {
    let hour = 3_600.0;
    let live = |build: &WorkspaceBuild, now: f64| {
        let mut timings = of(&STAGES, &[]);
        timings.agent_connection_timings = Vec::new().into();
        // The clock of the page has milliseconds.
        let now_ms = at(now).millis();
        checked(&Input { build, timings: Some(&timings), logs: &[], now_ms }).live
    };
    let edit = |change: fn(&mut crate::wire::agent::WorkspaceAgent)| {
        let mut build = start();
        agents_mut(&mut build).into_iter().for_each(change);
        build
    };
    // An agent that connected and has not begun.
    let idle = edit(|agent| {
        agent.lifecycle_state = "created".into();
        (agent.started_at, agent.ready_at) = (None, None);
    });
    assert!(live(&idle, 30.0 + hour) && !live(&idle, 30.001 + hour));
    // An agent that does not connect.
    let lost = edit(|agent| {
        agent.created_at = at(30.0);
        agent.status = "connecting".into();
        agent.lifecycle_state = "ready".into();
        (agent.first_connected_at, agent.started_at, agent.ready_at) = (None, None, None);
    });
    assert!(live(&lost, 30.0 + hour) && !live(&lost, 30.001 + hour));
    // A script that runs on.
    let script = edit(|agent| {
        agent.lifecycle_state = "ready".into();
        (agent.first_connected_at, agent.started_at, agent.ready_at) = (Some(at(33.0)), Some(at(34.0)), None);
        if let crate::wire::List::Items(scripts) = &mut agent.scripts {
            for script in scripts {
                script.status = None;
            }
        }
    });
    assert!(live(&script, 34.0 + hour) && !live(&script, 34.001 + hour));
}

#[test]
fn a_timeout_of_nothing_is_no_timeout() {
    let mut build = start();
    for agent in agents_mut(&mut build) {
        agent.status = "timeout".into();
        agent.connection_timeout_seconds = Some(0);
        (agent.first_connected_at, agent.started_at, agent.ready_at) = (None, None, None);
    }
    let mut timings = of(&STAGES, &[]);
    timings.agent_connection_timings = Vec::new().into();
    let timeline = checked(&Input { build: &build, timings: Some(&timings), logs: &[], now_ms: at(50.0).millis() });
    assert!(find(&timeline, "connect").is_growing());
}

#[test]
fn a_connection_from_before_the_build_is_moved_to_its_end() {
    let connect = |start: f64| {
        let mut timings = of(&STAGES, &[]);
        if let crate::wire::List::Items(rows) = &mut timings.agent_connection_timings {
            (rows[0].started_at, rows[0].ended_at) = (at(start), at(start + 3.0));
        }
        let timeline = whole(&start_without_scripts(), Some(&timings), &[]);
        let connect = find(&timeline, "connect").clone();
        assert_eq!(connect.figures(0), Some((us(start), us(start + 3.0))), "its figures are as told");
        (connect.start_us, connect.end_us, connect.clamped)
    };
    assert_eq!(connect(-0.000_001), (us(30.0), Some(us(33.0)), true));
    assert_eq!(connect(0.0), (0, Some(us(3.0)), false));
}

/// [`start`], with an agent that has no scripts.
fn start_without_scripts() -> WorkspaceBuild {
    let mut build = start();
    for agent in agents_mut(&mut build) {
        agent.scripts = Vec::new().into();
    }
    build
}

#[test]
fn a_script_that_ended_is_not_under_way() {
    let mut build = start();
    for agent in agents_mut(&mut build) {
        agent.ready_at = None;
        agent.lifecycle_state = "starting".into();
        if let crate::wire::List::Items(scripts) = &mut agent.scripts {
            for script in scripts {
                let status = (script.display_name == "Dotfiles").then(|| "exit_failure".into());
                (script.exit_code, script.status) = (status.as_ref().map(|_| 3), status);
            }
        }
    }
    let mut timings = of(&STAGES, &[]);
    let view = |build: &WorkspaceBuild, timings: &BuildTimings| {
        checked(&Input { build, timings: Some(timings), logs: &[], now_ms: at(40.0).millis() })
    };
    // The agent's word that it ended is there before its times are: it had ended by now.
    let timeline = view(&build, &timings);
    let row = find(&timeline, "Dotfiles");
    assert_eq!((row.start_us, row.end_us, row.precision), (us(33.1), Some(us(39.0)), Precision::Estimated));
    assert_eq!(summary::outcome_text(&timeline, row), "exit code 3");
    let others = build.resources.iter().flat_map(|resource| resource.agents.iter()).map(|agent| agent.scripts.len());
    let running = others.sum::<usize>() - 1;
    assert!(running > 0);
    assert_eq!(
        timeline.spans.iter().filter(|span| span.kind == SpanKind::Script && span.is_growing()).count(),
        running
    );
    assert!(summary::text(&summary::headline(&timeline)).starts_with("Start succeeded, 1 script failed, "));
    // Once the agent is ready, it had ended by then.
    for agent in agents_mut(&mut build) {
        agent.ready_at = Some(at(36.0));
        agent.lifecycle_state = "start_error".into();
    }
    assert_eq!(find(&view(&build, &timings), "Dotfiles").end_us, Some(us(36.0)));
    // Of an agent that is gone nobody knows when.
    for agent in agents_mut(&mut build) {
        agent.ready_at = None;
        agent.status = "disconnected".into();
    }
    let timeline = view(&build, &timings);
    assert!(
        summary::sentence(&timeline)
            .starts_with("Waterfall of build 1, estimated in part: start succeeded, 33 s from request to connection, ")
    );
    assert_eq!(find(&timeline, "Dotfiles").end_us, None);
    assert_eq!(summary::duration_text(find(&timeline, "Dotfiles"), timeline.now_us), "—");
    // Its row, when it comes, is the truth.
    timings.agent_script_timings =
        of(&STAGES, &[("start", "exit_failure", 3, "Dotfiles", 33.2, 35.0)]).agent_script_timings;
    assert_eq!(find(&view(&build, &timings), "Dotfiles").end_us, Some(us(35.0)));
}

#[test]
fn a_group_without_times_says_whether_they_are_forgotten_or_never_were() {
    let mut timings = of(&STAGES, &[]);
    timings.agent_connection_timings = Vec::new().into();
    let mut build = start_without_scripts();
    for agent in agents_mut(&mut build) {
        (agent.first_connected_at, agent.started_at, agent.ready_at) = (None, None, None);
        agent.status = "disconnected".into();
    }
    assert_eq!(find(&whole(&build, Some(&timings), &[]), "agent main").outcome, SpanOutcome::NotStarted);
    build.resources = Vec::new().into();
    timings.agent_connection_timings = of(&STAGES, &[]).agent_connection_timings;
    if let crate::wire::List::Items(rows) = &mut timings.agent_connection_timings {
        rows[0].ended_at = "0001-01-01T00:00:00Z".parse().unwrap();
    }
    assert_eq!(find(&whole(&build, Some(&timings), &[]), "agent main").outcome, SpanOutcome::NotKept);
}

// The log.

/// (seconds from the job's creation, level, stage, output), numbered from 1.
fn lines(list: &[(f64, &str, &str, &str)]) -> Vec<ProvisionerJobLog> {
    list.iter()
        .zip(1_i64..)
        .map(|((seconds, level, stage, output), id)| ProvisionerJobLog {
            id,
            created_at: at(*seconds),
            log_source: "provisioner".into(),
            log_level: (*level).into(),
            stage: (*stage).to_owned(),
            output: (*output).to_owned(),
        })
        .collect()
}

const UP: &str = "Starting workspace";

/// A start of which the log tells all: set up, planned, applied, with these lines of the apply.
fn applied(list: &[(f64, &'static str, &'static str)]) -> Vec<ProvisionerJobLog> {
    let mut all = vec![
        (2.1, "info", "Setting up", ""),
        (2.5, "info", "Initializing Terraform Directory", "Terraform 1.11.4"),
        (4.0, "info", "Planning Infrastructure", "Terraform 1.11.4"),
        (5.9, "info", "Commit quota", "Build cost       —   10"),
        (6.0, "info", UP, ""),
    ];
    all.extend(list.iter().map(|(seconds, level, output)| (*seconds, *level, UP, *output)));
    all.push((29.0, "info", "Cleaning Up", ""));
    lines(&all)
}

fn logged(build: &WorkspaceBuild, logs: &[ProvisionerJobLog]) -> Timeline {
    let timeline = whole(build, None, logs);
    // Lines may come in any order and twice.
    let mut shuffled = logs.to_vec();
    shuffled.reverse();
    shuffled.extend_from_slice(logs);
    assert_eq!(whole(build, None, &shuffled), timeline, "the order in which lines come decides nothing");
    timeline
}

fn figures(timeline: &Timeline, label: &str) -> (i64, i64) {
    find(timeline, label).range(timeline.now_us).unwrap()
}

#[test]
fn keys_with_colons_and_modules_are_read() {
    let address = r#"module.a["x: y"].b.c[0]"#;
    let logs = applied(&[
        (7.0, "info", r#"module.a["x: y"].b.c[0]: Creating..."#),
        (17.0, "info", r#"module.a["x: y"].b.c[0]: Still creating... [10s elapsed]"#),
        (19.5, "info", r#"module.a["x: y"].b.c[0]: Creation complete after 12s [id=a: b]"#),
        (8.0, "info", r#"module.m["say \"a: b\""].data.http.d: Reading..."#),
        (8.5, "info", r#"module.m["say \"a: b\""].data.http.d: Read complete after 1s [id=1]"#),
        (9.0, "info", "aws_instance.dev: Modifying... [id=i-1]"),
        (10.0, "info", "aws_instance.dev: Modifications complete after 1s [id=i-1]"),
        (9.1, "info", "\u{1b}[0m\u{1b}[1mnull_resource.x: Destroying... [id=1]\u{1b}[0m"),
        (9.2, "info", "\u{1b}[1mnull_resource.x: Destruction complete after 0s\u{1b}[0m"),
        (10.0, "info", "null_resource.y (deposed object 9f3b): Destroying... [id=1]"),
        (11.0, "info", "null_resource.y (deposed object 9f3b): Destruction complete after 1s"),
        (12.0, "info", "Note: Creating..."),
        (12.0, "info", "docker_image.main: some words of its own: Creating..."),
    ]);
    let timeline = logged(&start(), &logs);
    assert_eq!(figures(&timeline, address), (us(7.0), us(19.5)));
    assert_eq!(find(&timeline, address).log, Some((6, 8)));
    let read = find(&timeline, r#"module.m["say \"a: b\""].data.http.d"#);
    assert_eq!((read.action.as_deref(), read.start_us), (Some("read"), us(8.0)));
    assert_eq!(find(&timeline, "aws_instance.dev").action.as_deref(), Some("update"));
    assert_eq!(figures(&timeline, "null_resource.x"), (us(9.1), us(9.2)));
    assert_eq!(figures(&timeline, "null_resource.y (deposed object 9f3b)"), (us(10.0), us(11.0)));
    let apply = find(&timeline, "apply");
    assert_eq!(timeline.children(apply.id).count(), 5, "sentences are no resources");
    assert!(
        timeline
            .spans
            .iter()
            .filter(|span| span.kind == SpanKind::Resource)
            .all(|span| span.precision == Precision::Estimated)
    );
}

#[test]
fn addresses_are_known_without_their_modules_and_keys() {
    for (address, plain) in [
        ("a.b", "a.b"),
        ("a.b[0]", "a.b"),
        (r#"module.a["x: y"].b.c[0]"#, "b.c"),
        (r#"module.a[0].module.b["] ["].data.c.d["e"]"#, "data.c.d"),
        (r#"module.a["say \"a.b\""].b.c"#, "b.c"),
        (r#"module.a["\"].b.c["].d.e"#, "d.e"),
        ("a.b[0] (deposed object 9f3b)", "a.b"),
        ("module.", "module."),
    ] {
        assert_eq!(events::plain_address(address), plain);
    }
    let timeline = logged(
        &failed("terraform apply: exit status 1"),
        &applied(&[
            (7.0, "info", "module.m[0].data.http.x: Refreshing..."),
            (7.5, "info", "module.m[0].data.http.x: Refresh complete after 0s"),
            (8.0, "info", "module.m[0].a.b[\"k\"]: Creating..."),
            (9.0, "info", "module.m[0].a.b[\"k\"]: Creation errored after 1s"),
            (9.1, "error", "Error: no"),
            (9.1, "error", "on m/main.tf line 1, in resource \"a\" \"b\":"),
        ]),
    );
    assert_eq!(find(&timeline, "module.m[0].data.http.x").action.as_deref(), Some("read"));
    assert_eq!(timeline.first_error.as_ref().unwrap().resource.as_deref(), Some("module.m[0].a.b[\"k\"]"));
}

#[test]
fn only_what_errored_after_the_cancel_and_because_of_it_is_unfinished() {
    let logs = |words: &'static str| {
        applied(&[
            (7.0, "info", "a.b: Creating..."),
            (9.0, "info", "a.b: Creation errored after 2s"),
            (9.1, "error", words),
            (9.1, "error", "on main.tf line 1, in resource \"a\" \"b\":"),
        ])
    };
    let outcome = |words, canceled: Option<f64>| {
        let mut build = failed("terraform apply: exit status 1");
        build.job.canceled_at = canceled.map(at);
        find(&logged(&build, &logs(words)), "a.b").outcome.clone()
    };
    let failed = |message: &str| SpanOutcome::Failed { message: message.to_owned() };
    assert_eq!(outcome("Error: context canceled", Some(8.0)), SpanOutcome::Unfinished);
    assert_eq!(outcome("Error: context canceled", None), failed("context canceled"));
    assert_eq!(outcome("Error: context canceled", Some(10.0)), failed("context canceled"));
    assert_eq!(outcome("Error: no capacity", Some(8.0)), failed("no capacity"));
}

#[test]
fn every_word_of_terraform_for_what_it_does_is_known() {
    for (begins, goes_on, noun, action) in [
        ("Creating", "creating", "Creation", "create"),
        ("Destroying", "destroying", "Destruction", "delete"),
        ("Modifying", "modifying", "Modifications", "update"),
        ("Replacing", "replacing", "Replacement", "replace"),
        ("Reading", "reading", "Read", "read"),
        ("Refreshing state", "refreshing", "Refresh", "state refresh"),
        ("Refreshing", "refreshing", "Refresh", "state refresh"),
        ("Opening", "opening", "Opening", "open"),
        ("Renewing", "renewing", "Renewal", "renew"),
        ("Closing", "closing", "Closing", "close"),
        ("Importing", "importing", "Import", "import"),
    ] {
        // As it is written with and without ids, by Terraform before and after 1.12, and by OpenTofu.
        for (three, still, end) in [
            ("...", "... [10s elapsed]", "complete after 12s [id=1]"),
            ("... [id=i-1]", "... [id=i-1, 10s elapsed]", "complete after 12s"),
            ("... [id=i-1]", "... [id=i-1, 00m10s elapsed]", "complete"),
            ("…", "… [10s elapsed]", "errored after 12s"),
        ] {
            let address = r#"module.x["a b"].t.n["k: v"]"#;
            let lines = [
                format!("{address}: {begins}{three}"),
                format!("{address}: Still {goes_on}{still}"),
                format!("{address}: {noun} {end}"),
            ];
            let stage = |from: usize| {
                let texts = [(7.0, 6), (17.0, 7), (19.5, 8)];
                let logs = texts.iter().zip(&lines).skip(from).map(|((seconds, id), text)| {
                    let mut line = super::tests::lines(&[(*seconds, "info", UP, text)]).remove(0);
                    line.id = *id;
                    line
                });
                let mut all = applied(&[]);
                all.iter_mut().skip(5).for_each(|line| line.id = 9);
                all.extend(logs);
                let timeline = logged(&start(), &all);
                timeline.spans.into_iter().find(|span| span.kind == SpanKind::Resource).unwrap()
            };
            let row = stage(0);
            assert_eq!((row.start_us, row.end_us), (us(7.0), Some(us(19.5))), "{lines:?}");
            assert_eq!((row.action.as_deref(), row.log), (Some(action), Some((6, 8))), "{lines:?}");
            assert_eq!(row.outcome.is_failure(), end.starts_with("errored"), "{lines:?}");
            // Without its first line it is reckoned from how long it says to have taken.
            let row = stage(1);
            assert_eq!((row.start_us, row.end_us), (us(7.0), Some(us(19.5))), "{lines:?}");
        }
    }
}

#[test]
fn lines_that_come_backwards_or_twice_say_no_more() {
    let logs = applied(&[
        (7.0, "info", "a.b: Creating..."),
        (9.0, "info", "a.b: Creation errored after 2s"),
        (9.1, "error", "Error: first"),
        (9.1, "error", "on main.tf line 1, in resource \"a\" \"b\":"),
        (9.2, "error", "Error: second"),
    ]);
    let build = failed("terraform apply: exit status 1");
    let timeline = whole(&build, None, &logs);
    assert_eq!(find(&timeline, "a.b").outcome, SpanOutcome::Failed { message: "first".to_owned() });
    let backwards: Vec<_> = logs.iter().rev().cloned().collect();
    assert_eq!(whole(&build, None, &backwards), timeline);
    assert_eq!(first_error(&backwards), first_error(&logs));
    let twice: Vec<_> = logs.iter().flat_map(|line| [line.clone(), line.clone()]).collect();
    assert_eq!(whole(&build, None, &twice), timeline);
    let end = lines(&[(9.0, "info", UP, "a.b: Creation complete after 2s")]);
    let timeline = whole(&start(), None, &[end[0].clone(), end[0].clone()]);
    assert_eq!(figures(&timeline, "a.b"), (us(9.0), us(9.0)), "one line is one end");
}

#[test]
fn a_replaced_resource_has_two_rows() {
    let timeline = logged(
        &start(),
        &applied(&[
            (7.0, "info", "a.b: Destroying... [id=1]"),
            (8.0, "info", "a.b: Destruction complete after 1s"),
            (8.1, "info", "a.b: Creating..."),
            (9.0, "info", "a.b: Creation complete after 1s [id=2]"),
        ]),
    );
    assert_eq!(figures(&timeline, "a.b (delete)"), (us(7.0), us(8.0)));
    assert_eq!(figures(&timeline, "a.b (create)"), (us(8.1), us(9.0)));
}

#[test]
fn a_beginning_that_is_not_in_the_log_is_reckoned_and_said() {
    let timeline = logged(
        &start(),
        &applied(&[
            (20.0, "info", "a.b: Creation complete after 1m2s [id=1]"),
            (21.0, "info", "c.d: Still creating... [id=9, 00m10s elapsed]"),
            (22.0, "info", "c.d: Creation complete after 11s"),
            (23.0, "info", "e.f: Creation complete"),
        ]),
    );
    assert_eq!(figures(&timeline, "a.b"), (us(6.0), us(20.0)), "not before its stage");
    assert_eq!(figures(&timeline, "c.d"), (us(11.0), us(22.0)));
    assert_eq!(figures(&timeline, "e.f"), (us(23.0), us(23.0)));
    assert!(find(&timeline, "c.d").note.as_deref().unwrap().contains("reckoned"));
}

#[test]
fn hours_are_reckoned_too() {
    let mut build = start();
    build.job.completed_at = Some(at(8_000.0));
    let mut logs = applied(&[(7_000.0, "info", "a.b: Creation complete after 1h2m3s [id=1]")]);
    logs.pop();
    assert_eq!(figures(&logged(&build, &logs), "a.b"), (us(3_277.0), us(7_000.0)));
    // What is no duration reckons nothing.
    for text in ["1h2", "2d", "", "h"] {
        logs[5].output = format!("a.b: Creation complete after {text}");
        assert_eq!(figures(&logged(&build, &logs), "a.b"), (us(7_000.0), us(7_000.0)), "{text}");
    }
}

#[test]
fn a_provisioner_that_was_not_seen_to_end_is_unfinished() {
    let timeline = logged(
        &failed("terraform apply: signal: killed"),
        &applied(&[(7.0, "info", "a.b: Creating..."), (8.0, "info", "a.b: Provisioning with 'remote-exec'...")]),
    );
    let row = find(&timeline, "a.b (provision)");
    assert_eq!((row.start_us, row.end_us, &row.outcome), (us(8.0), Some(us(29.0)), &SpanOutcome::Unfinished));
    assert_eq!(row.note.as_deref(), Some("by remote-exec"));
}

#[test]
fn a_line_that_says_the_same_again_is_a_line() {
    let timeline = logged(
        &failed("terraform apply: exit status 1"),
        &applied(&[
            (7.0, "info", "a.b: Creating..."),
            (8.0, "info", "a.b: Creating..."),
            (8.0, "info", "a.b: Creating..."),
        ]),
    );
    let row = find(&timeline, "a.b");
    assert_eq!((row.start_us, row.log), (us(7.0), Some((6, 8))));
}

#[test]
fn stage_markers_alone_give_stages() {
    let timeline = logged(&failed("terraform apply: exit status 1"), &applied(&[]));
    let stages: Vec<_> = timeline
        .spans
        .iter()
        .filter(|span| span.depth == 1)
        .map(|span| (span.label.as_str(), span.start_us, span.end_us.unwrap(), span.outcome.is_failure()))
        .collect();
    assert_eq!(
        stages,
        [
            ("queue", 0, us(2.0), false),
            ("setting up", us(2.1), us(2.5), false),
            ("init", us(2.5), us(4.0), false),
            ("plan", us(4.0), us(5.9), false),
            ("commit quota", us(5.9), us(6.0), false),
            ("apply", us(6.0), us(29.0), true),
            ("cleaning up", us(29.0), us(30.0), false),
        ]
    );
    assert_eq!(timeline.outcome, Outcome::Failed { error: "terraform apply: exit status 1".to_owned() });
    let phases: Vec<_> = timeline.spans.iter().filter(|span| span.depth == 1).map(|span| span.phase).collect();
    assert_eq!(
        phases,
        [Some(Phase::Queue), None, Some(Phase::Init), Some(Phase::Plan), None, Some(Phase::Apply), None]
    );
    assert_eq!(timeline.precision, Precision::Estimated);
    assert_eq!(find(&timeline, "queue").precision, Precision::Exact);
}

#[test]
fn the_jobs_own_error_names_the_stage() {
    for (error, stage) in [
        ("terraform init: exit status 1", "init"),
        ("terraform plan: exit status 1", "plan"),
        ("something else", "apply"),
    ] {
        let timeline = logged(&failed(error), &applied(&[]));
        let failing: Vec<_> =
            timeline.spans.iter().filter(|span| span.outcome.is_failure()).map(|span| span.label.as_str()).collect();
        assert_eq!(failing, [stage], "{error}");
    }
}

#[test]
fn a_job_that_fails_after_a_good_apply_blames_no_stage() {
    let error =
        "internal provisionerserver error: complete job: insert workspace resource: agent name \"main\" is taken";
    let logs = applied(&[
        (7.0, "info", "a.b: Creating..."),
        (8.0, "info", "a.b: Creation complete after 1s"),
        (28.0, "info", "Apply complete! Resources: 1 added, 0 changed, 0 destroyed."),
    ]);
    let timeline = logged(&failed(error), &logs);
    assert_eq!(timeline.outcome, Outcome::Failed { error: error.to_owned() });
    assert!(timeline.spans.iter().all(|span| !span.outcome.is_failure()));
    assert_eq!(
        timeline.markers.iter().map(|marker| (marker.kind, marker.at_us)).collect::<Vec<_>>(),
        [(MarkerKind::Failed, us(30.0))]
    );
    assert_eq!(
        summary::left_behind(&timeline, summary::Since::Latest).as_deref(),
        Some("1 resource was made before the start failed and stays until the next build; it may cost: a.b.")
    );
}

#[test]
fn a_refusal_by_quota_is_told_with_its_numbers() {
    let quota = |consumed: &'static str, budget: &'static str| {
        lines(&[
            (2.1, "info", "Setting up", ""),
            (4.0, "info", "Planning Infrastructure", "Plan: 10 to add, 0 to change, 0 to destroy."),
            (5.9, "info", "Commit quota", "Build cost       —   12"),
            (5.9, "info", "Commit quota", budget),
            (5.9, "info", "Commit quota", consumed),
            (5.91, "warn", "Commit quota", "This build would exceed your quota. Failing."),
            (29.9, "info", "Cleaning Up", ""),
        ])
    };
    let mut build = failed("insufficient quota");
    build.job.error_code = Some(JobErrorCode::InsufficientQuota);
    let logs = quota("Credits consumed —   57", "Budget           —   60");
    let timeline = logged(&build, &logs);
    let words = "insufficient quota: this build costs 12 credits, 3 of 60 are free (57 consumed)";
    assert_eq!(timeline.outcome, Outcome::Failed { error: words.to_owned() });
    assert_eq!(first_error(&logs).unwrap().message, words);
    assert_eq!(find(&timeline, "commit quota").outcome, SpanOutcome::Failed { message: words.to_owned() });
    assert_eq!(timeline.markers[0].at_us, us(5.91));
    assert_eq!(
        summary::text(&summary::headline(&timeline)),
        "Start failed: “insufficient quota: this build costs 12 credits, 3 of 60 are free (57 consumed)”, after 30 s."
    );
    let over = quota("Credits consumed —   70", "Budget           —   60");
    assert_eq!(
        first_error(&over).unwrap().message,
        "insufficient quota: this build costs 12 credits, and 70 of 60 are consumed already"
    );
    let full = quota("Credits consumed —   60", "Budget           —   60");
    assert_eq!(
        first_error(&full).unwrap().message,
        "insufficient quota: this build costs 12 credits, 0 of 60 are free (60 consumed)"
    );
    // Accepted builds have the same three lines.
    let accepted: Vec<_> = quota("Credits consumed —   7", "Budget           —   60")
        .into_iter()
        .filter(|line| line.log_level != "warn".into())
        .collect();
    assert_eq!(first_error(&accepted), None);
}

#[test]
fn a_line_from_another_time_makes_no_stage_longer_than_its_build() {
    let build = failed("terraform apply: exit status 1");
    let logs = applied(&[
        (7.0, "info", "a.b: Creating..."),
        (9.0, "info", "a.b: Creation complete after 2s [id=1]"),
        (10.0, "info", "c.d: Creating..."),
        (12.0, "error", "Error: no"),
    ]);
    let right = logged(&build, &logs);
    let spans = |timeline: &Timeline| -> Vec<_> {
        timeline.spans.iter().map(|span| (span.label.clone(), span.start_us, span.end_us)).collect()
    };
    // The clock was set back three hours and right again, or ahead: the line stands where the one before it does.
    for hours in [-3.0, 3.0] {
        let mut odd = logs.clone();
        let place = odd.iter().position(|line| line.output.starts_with("a.b: Creation")).unwrap();
        odd[place].created_at = at(hours * 3_600.0);
        let timeline = logged(&build, &odd);
        assert_eq!(figures(&timeline, "a.b"), (us(7.0), us(7.0)), "{hours}");
        assert_eq!(figures(&timeline, "c.d"), figures(&right, "c.d"));
        assert_eq!(timeline.end_us, right.end_us);
        assert!(timeline.notes.iter().any(|note| note.contains("times outside the build")));
        let last = odd.last_mut().unwrap();
        last.created_at = at(hours * 3_600.0);
        assert_eq!(logged(&build, &odd).end_us, right.end_us);
    }
    // All of it off is another matter: it is moved as it is.
    let mut shifted = logs;
    for line in &mut shifted {
        line.created_at = at((line.created_at.micros() - at(0.0).micros()) as f64 / 1e6 + 10_800.0);
    }
    let timeline = logged(&build, &shifted);
    assert!(timeline.notes.iter().all(|note| !note.contains("times outside the build")));
    assert_eq!(spans(&timeline).len(), spans(&right).len());
    assert_eq!(timeline.end_us, right.end_us);
}

#[test]
fn a_cut_off_log_claims_nothing_of_later() {
    let mut build = failed("terraform apply: exit status 1");
    build.job.logs_overflowed = Some(true);
    let mut logs = applied(&[
        (6.5, "info", "a.b: Plan to create"),
        (6.5, "info", "c.d: Plan to create"),
        (7.0, "info", "a.b: Creating..."),
        (9.0, "info", "a.b: Still creating... [2s elapsed]"),
    ]);
    logs.pop();
    let timeline = logged(&build, &logs);
    let row = find(&timeline, "a.b");
    assert_eq!((row.end_us, &row.outcome), (Some(us(9.0)), &SpanOutcome::Unfinished));
    assert!(timeline.spans.iter().all(|span| span.outcome != SpanOutcome::NotStarted));
    assert!(timeline.notes.iter().any(|note| note.contains("cut off")));
    build.job.logs_overflowed = Some(false);
    let timeline = logged(&build, &logs);
    assert_eq!(find(&timeline, "c.d").outcome, SpanOutcome::NotStarted);
    assert_eq!(figures(&timeline, "a.b"), (us(7.0), us(30.0)));
}

#[test]
fn a_pending_build_that_nobody_took_has_a_queue_that_failed() {
    let mut build = failed("Build has been detected as pending for 30 minutes and has been terminated by the reaper.");
    build.job.started_at = None;
    build.job.completed_at = Some(at(1_800.0));
    let logs = lines(&[(
        1_800.0,
        "error",
        "Build failed",
        "Coder: Build has been detected as pending for 30 minutes and will be terminated.",
    )]);
    let timeline = whole(&build, None, &logs);
    let queue = find(&timeline, "queue");
    assert_eq!(queue.end_us, Some(us(1_800.0)));
    assert!(queue.outcome.is_failure());
    assert_eq!(
        first_error(&logs).unwrap().message,
        "Coder: Build has been detected as pending for 30 minutes and will be terminated."
    );
    assert_eq!(timeline.end_us, us(1_800.0));
}

#[test]
fn a_running_build_without_a_log_grows_in_one_bar() {
    let mut build = start();
    build.job.status = JobStatus::Running;
    build.job.completed_at = None;
    build.resources = Vec::new().into();
    let timeline = checked(&Input { build: &build, timings: None, logs: &[], now_ms: at(12.0).millis() });
    assert_eq!(figures(&timeline, "provisioner's work"), (us(2.0), us(11.0)));
    assert_eq!(timeline.outcome, Outcome::Running);
    assert_eq!(summary::text(&summary::headline(&timeline)), "Starting: 11 s so far.");
    // A clock that is wrong makes nothing negative.
    let timeline = checked(&Input { build: &build, timings: None, logs: &[], now_ms: at(-500.0).millis() });
    assert_eq!(figures(&timeline, "provisioner's work"), (us(2.0), us(2.0)));
    // Nor does a provisioner whose clock is an hour ahead or behind.
    for off in [-3_600.0, 3_600.0] {
        let logs = lines(&[
            (2.1 + off, "info", "Setting up", ""),
            (4.0 + off, "info", "Planning Infrastructure", "a.b: Refreshing state... [id=1]"),
        ]);
        let timeline = checked(&Input { build: &build, timings: None, logs: &logs, now_ms: at(12.0).millis() });
        assert_eq!(figures(&timeline, "setting up"), (us(2.0), us(3.9)));
        assert_eq!(figures(&timeline, "plan"), (us(3.9), us(11.0)));
    }
}

#[test]
fn job_statuses_that_are_not_known_are_said() {
    let mut build = start();
    build.job.status = JobStatus::Other("hibernating".to_owned());
    let timeline = whole(&build, None, &[]);
    assert_eq!(timeline.outcome, Outcome::Unknown("hibernating".to_owned()));
    assert_eq!(
        summary::text(&summary::headline(&timeline)),
        "Start: its status is “hibernating”, which this version of Gantry does not know."
    );
}

/// Lines, resource, message, file and line.
type Case = (&'static [&'static str], Option<&'static str>, &'static str, Option<(&'static str, u32)>);

#[test]
fn first_errors_are_in_terraforms_own_words() {
    let real = first_error(&logs("real/apply-failed-logs")).unwrap();
    assert_eq!(
        real,
        FirstError {
            resource: Some("null_resource.machine[0]".to_owned()),
            message: "no machine of 16 CPUs is free in us".to_owned(),
            lead: "no machine of 16 CPUs is free in us".to_owned(),
            bare: false,
            file: Some("main.tf".to_owned()),
            line: Some(158),
            log_id: 573,
        }
    );
    let canceled = first_error(&logs("real/canceled-logs")).unwrap();
    assert_eq!(canceled.resource.as_deref(), Some("time_sleep.image[0]"));
    assert_eq!((canceled.message.as_str(), canceled.line), ("Create time sleep error: context canceled", Some(138)));
    assert_eq!(first_error(&logs("real/start-logs")), None);
    assert_eq!(first_error(&[]), None);

    let cases: [Case; 18] = [
        (&["Error: creating EC2 Instance: no capacity"], None, "creating EC2 Instance: no capacity", None),
        (
            &[
                "\u{1b}[31m╷\u{1b}[0m\u{1b}[0m",
                "\u{1b}[31m│\u{1b}[0m \u{1b}[0m\u{1b}[1m\u{1b}[31mError: \u{1b}[0m\u{1b}[0m\u{1b}[1mUnable to pull image\u{1b}[0m",
                "\u{1b}[31m│\u{1b}[0m \u{1b}[0m",
                "\u{1b}[31m│\u{1b}[0m \u{1b}[0m  with module.dev[\"a b\"].docker_image.main[0],",
                "\u{1b}[31m│\u{1b}[0m \u{1b}[0m  on modules/dev/main.tf line 12, in resource \"docker_image\" \"main\":",
                "\u{1b}[31m│\u{1b}[0m \u{1b}[0m  12: resource \"docker_image\" \"main\" {",
                "\u{1b}[31m╵\u{1b}[0m\u{1b}[0m",
            ],
            Some("module.dev[\"a b\"].docker_image.main[0]"),
            "Unable to pull image",
            Some(("modules/dev/main.tf", 12)),
        ),
        (
            &[
                "╷\n│ Error: Invalid index\n│ \n│   on main.tf line 7, in data \"http\" \"x\":\n│    7:   url = local.urls[3]\n│     ├────────────────\n│     │ local.urls is empty\n╵",
            ],
            Some("data.http.x"),
            "Invalid index",
            Some(("main.tf", 7)),
        ),
        (
            &["Error: Unsupported argument", "on main.tf line 3, in module \"ide\":"],
            Some("module.ide"),
            "Unsupported argument",
            Some(("main.tf", 3)),
        ),
        (
            &["Error: Missing required argument", "on a b.tf line 3:"],
            None,
            "Missing required argument",
            Some(("a b.tf", 3)),
        ),
        (
            &[
                "Error: local-exec provisioner error",
                "",
                "exit status 2. Output: + docker pull x",
                "Error response from daemon: denied",
            ],
            None,
            "Error response from daemon: denied",
            None,
        ),
        (
            &[
                "Error: local-exec provisioner error",
                "Error running command 'false': exit status 1. Output: it is full",
            ],
            None,
            "it is full",
            None,
        ),
        (
            &["Error: remote-exec provisioner error", "timeout - last error: dial tcp"],
            None,
            "timeout - last error: dial tcp",
            None,
        ),
        // What Terraform draws around the words is none of them.
        (
            &[
                "Error: file provisioner error",
                "  on main.tf line 12, in resource \"a\" \"b\":",
                "  12:   provisioner \"file\" {",
                "    ├────────────────",
                "    │ local.urls is empty",
                "",
                "│ │ and so on",
                "no such file",
                "and more",
            ],
            Some("a.b"),
            "no such file and more",
            Some(("main.tf", 12)),
        ),
        // What was printed by what ran.
        (&["Error: local-exec provisioner error", ": 12: x"], None, ": 12: x", None),
        (&["Error: remote-exec provisioner error", "timed out: at last"], None, "timed out: at last", None),
        (&["Error: remote-exec provisioner error", "1x: at last"], None, "1x: at last", None),
        (
            &["Error: local-exec provisioner error", "Error running command 'sleep 25': signal: killed. Output: "],
            None,
            "Error running command 'sleep 25': signal: killed",
            None,
        ),
        // What the template's author wrote for a condition that does not hold.
        (
            &[
                "Error: Resource precondition failed",
                "on main.tf line 12, in resource \"terraform_data\" \"machine\":",
                "  12:       condition     = data.coder_workspace.me.name == \"default\"",
                "    ├────────────────",
                "    │ data.coder_workspace.me.name is \"box\"",
                "",
                "The zone eu-9 has no machines of this kind.",
            ],
            Some("terraform_data.machine"),
            "The zone eu-9 has no machines of this kind.",
            Some(("main.tf", 12)),
        ),
        (
            &[
                "Error: Invalid value for variable",
                "on a.tf line 2:",
                "",
                "Ask for 1 to 8.",
                "",
                "This was checked by …",
            ],
            None,
            "Ask for 1 to 8.",
            Some(("a.tf", 2)),
        ),
        (&["Error: Resource postcondition failed"], None, "Resource postcondition failed", None),
        (&["it broke", "and more"], None, "it broke", None),
        (&["Error:", "it said nothing on the first line"], None, "it said nothing on the first line", None),
    ];
    for (outputs, resource, message, place) in cases {
        let list: Vec<_> = outputs.iter().map(|output| (7.0, "error", UP, *output)).collect();
        let error = first_error(&lines(&list)).unwrap();
        assert_eq!(error.message, message);
        assert_eq!(error.resource.as_deref(), resource, "{message}");
        assert_eq!(error.file.as_deref().zip(error.line), place, "{message}");
        // Where no line has a level, "Error:" says it.
        if outputs.iter().any(|output| output.contains("Error: ") || output.starts_with("Error:")) {
            let plain: Vec<_> = outputs.iter().map(|output| (7.0, "info", UP, *output)).collect();
            assert_eq!(first_error(&lines(&plain)).unwrap().message, message);
        }
    }
    // With levels, all that is said on that level is the error's; without, it ends where Terraform goes on with something else.
    for more in ["a.b: Creating...", "Warning: the disk is nearly full"] {
        let message = |level| {
            let lines = lines(&[(7.0, level, UP, "Error: local-exec provisioner error"), (7.0, level, UP, more)]);
            first_error(&lines).unwrap().message
        };
        assert_eq!(message("error"), more);
        assert_eq!(message("info"), "local-exec provisioner error");
    }
    let long = "x".repeat(5_000);
    assert_eq!(
        first_error(&lines(&[(7.0, "error", UP, &format!("Error: {long}"))])).unwrap().message.chars().count(),
        301
    );
    assert_eq!(first_error(&lines(&[(7.0, "error", UP, ""), (7.0, "error", UP, " \n ")])), None);
}

#[test]
fn the_errored_resource_has_the_error_of_its_own() {
    let timeline = logged(
        &failed("terraform apply: exit status 1"),
        &applied(&[
            (7.0, "info", "a.one: Creating..."),
            (7.0, "info", "a.two[\"x\"]: Creating..."),
            (8.0, "info", "a.two[\"x\"]: Creation errored after 1s"),
            (9.0, "info", "a.one: Creation errored after 2s"),
            (9.1, "error", "Error: first"),
            (9.1, "error", "on main.tf line 1, in resource \"a\" \"one\":"),
            (9.2, "error", "Error: second"),
            (9.2, "error", "on main.tf line 2, in resource \"a\" \"two\":"),
        ]),
    );
    assert_eq!(find(&timeline, "a.one").outcome, SpanOutcome::Failed { message: "first".to_owned() });
    assert_eq!(find(&timeline, "a.two[\"x\"]").outcome, SpanOutcome::Failed { message: "second".to_owned() });
    assert_eq!(timeline.markers.iter().map(|marker| marker.at_us).collect::<Vec<_>>(), [us(9.0)]);
    assert_eq!(
        summary::text(&summary::headline(&timeline)),
        "Start failed: “first”, a.one, main.tf line 1, and 1 more error, after 30 s."
    );
}

#[test]
fn each_instance_has_the_error_of_its_own() {
    // Terraform names them without their index, in the order in which they errored.
    let timeline = logged(
        &failed("terraform apply: exit status 1"),
        &applied(&[
            (7.0, "info", "a.b[0]: Creating..."),
            (7.0, "info", "a.b[1]: Creating..."),
            (8.0, "info", "a.b[1]: Creation errored after 1s"),
            (9.0, "info", "a.b[0]: Creation errored after 2s"),
            (9.1, "error", "Error: eu is full"),
            (9.1, "error", "on main.tf line 1, in resource \"a\" \"b\":"),
            (9.2, "error", "Error: us is full"),
            (9.2, "error", "on main.tf line 1, in resource \"a\" \"b\":"),
        ]),
    );
    assert_eq!(find(&timeline, "a.b[1]").outcome, SpanOutcome::Failed { message: "eu is full".to_owned() });
    assert_eq!(find(&timeline, "a.b[0]").outcome, SpanOutcome::Failed { message: "us is full".to_owned() });
    assert_eq!(find(&timeline, "a.b[0]").log, Some((6, 13)));
    assert_eq!(timeline.first_error.as_ref().unwrap().resource.as_deref(), Some("a.b[1]"));
    assert_eq!(timeline.markers[0].at_us, us(8.0), "the first of them");
}

#[test]
fn an_error_names_its_resource_whole_or_not_at_all() {
    let errored = |lines: &[(f64, &'static str, &'static str)]| first_error(&applied(lines)).unwrap().resource;
    let two =
        [(8.0, "info", "module.m.a.b: Creation errored after 1s"), (8.0, "info", "a.b: Creation errored after 1s")];
    let with = |more: &[(f64, &'static str, &'static str)]| errored(&[&two[..], more].concat());
    assert_eq!(with(&[(9.0, "error", "Error: no"), (9.0, "error", "with a.b,")]).as_deref(), Some("a.b"));
    assert_eq!(with(&[(9.0, "error", "Error: no")]), None, "it may be either's");
    assert_eq!(errored(&[two[0], (9.0, "error", "Error: no")]).as_deref(), Some("module.m.a.b"), "there is but one");
    assert_eq!(
        errored(&[two[0], (9.0, "error", "Error: no"), (9.0, "error", "with us,")]).as_deref(),
        Some("module.m.a.b")
    );
}

#[test]
fn what_had_not_ended_has_the_error_that_names_it() {
    // Terraform says of no data source that it errored.
    let plan = |outputs: &[(&'static str, &'static str)]| {
        let mut all = vec![(2.1, "info", "Setting up", "")];
        all.extend(outputs.iter().map(|(level, output)| (4.0, *level, "Planning Infrastructure", *output)));
        all.push((29.0, "info", "Cleaning Up", ""));
        logged(&failed("terraform plan: exit status 1"), &lines(&all))
    };
    let http = ("info", "module.m.data.http.x[0]: Refreshing...");
    let other = ("info", "data.http.y: Refreshing...");
    let errors = [("error", "Error: no such host"), ("error", "on main.tf line 3, in data \"http\" \"x\":")];
    let timeline = plan(&[http, other, errors[0], errors[1]]);
    let row = find(&timeline, "module.m.data.http.x[0]");
    assert_eq!(row.outcome, SpanOutcome::Failed { message: "no such host".to_owned() });
    assert_eq!((row.log, row.note.as_deref()), (Some((2, 5)), None));
    assert_eq!(find(&timeline, "data.http.y").outcome, SpanOutcome::Unfinished);
    // It may be either's.
    let timeline = plan(&[http, ("info", "module.m.data.http.x[1]: Refreshing..."), errors[0], errors[1]]);
    assert!(
        timeline.spans.iter().all(|span| span.kind != SpanKind::Resource || span.outcome == SpanOutcome::Unfinished)
    );
    // Without a name it is that of the only one that was left, and of none of two.
    let timeline = plan(&[other, errors[0]]);
    let row = find(&timeline, "data.http.y");
    assert_eq!(row.outcome, SpanOutcome::Failed { message: "no such host".to_owned() });
    assert!(row.note.as_deref().unwrap().contains("names no resource"));
    assert!(
        plan(&[http, other, errors[0]])
            .spans
            .iter()
            .all(|span| span.kind != SpanKind::Resource || !span.outcome.is_failure())
    );
    // Nor is what had ended well to blame for its neighbour, nor anything once somebody canceled, or while it may still go well.
    let logs = applied(&[
        (7.0, "info", "a.b[0]: Creating..."),
        (7.0, "info", "a.b[1]: Creating..."),
        (8.0, "info", "a.b[0]: Creation complete after 1s"),
        (9.0, "error", "Error: the plugin crashed"),
        (9.0, "error", "on main.tf line 1, in resource \"a\" \"b\":"),
    ]);
    let mut build = failed("terraform apply: exit status 1");
    let timeline = logged(&build, &logs);
    assert_eq!(find(&timeline, "a.b[0]").outcome, SpanOutcome::Ok);
    assert_eq!(find(&timeline, "a.b[1]").outcome, SpanOutcome::Failed { message: "the plugin crashed".to_owned() });
    build.job.canceled_at = Some(at(8.5));
    assert_eq!(find(&logged(&build, &logs), "a.b[1]").outcome, SpanOutcome::Unfinished);
    (build.job.status, build.job.canceled_at, build.job.completed_at) = (JobStatus::Running, None, None);
    assert_eq!(find(&logged(&build, &logs[..10]), "a.b[1]").outcome, SpanOutcome::Ok);
    // An error of another stage is not its own.
    let logs = lines(&[
        (2.5, "info", "Planning Infrastructure", "data.http.y: Refreshing..."),
        (6.0, "info", UP, "Terraform 1.11.4"),
        (7.0, "error", UP, "Error: no such host"),
    ]);
    let timeline = logged(&failed("terraform apply: exit status 1"), &logs);
    assert_eq!(find(&timeline, "data.http.y").outcome, SpanOutcome::Unfinished);
    // Where another errored, it is not told whose it is.
    let timeline = logged(
        &failed("terraform apply: exit status 1"),
        &applied(&[
            (7.0, "info", "a.b: Creating..."),
            (7.0, "info", "c.d: Creating..."),
            (8.0, "info", "c.d: Creation errored after 1s"),
            (9.0, "error", "Error: one"),
            (9.0, "error", "Error: two"),
        ]),
    );
    assert_eq!(find(&timeline, "c.d").outcome, SpanOutcome::Failed { message: "one".to_owned() });
    assert_eq!(find(&timeline, "c.d").log, Some((7, 9)), "the error is among its lines");
    assert_eq!(find(&timeline, "a.b").outcome, SpanOutcome::Unfinished);
}

#[test]
fn a_cancel_that_came_too_late_says_that_all_was_made() {
    let notes = |list: &[(f64, &'static str, &'static str)]| {
        let mut build = failed("terraform apply: exit status 1");
        build.job.canceled_at = Some(at(27.0));
        logged(&build, &applied(list)).notes.join(" ")
    };
    let late = "The apply had ended when the cancel took hold: what it made is there.";
    assert!(notes(&[(28.0, "info", "Apply complete! Resources: 1 added, 0 changed, 0 destroyed.")]).contains(late));
    assert!(!notes(&[(7.0, "info", "a.b: Creating...")]).contains(late));
}

#[test]
fn what_is_only_forgotten_moved_or_read_was_not_to_be_begun() {
    let timeline = logged(
        &failed("terraform apply: exit status 1"),
        &applied(&[
            (6.5, "info", "a.kept: Plan to noop"),
            (6.5, "info", "a.moved: Plan to move"),
            (6.5, "info", "a.forgotten: Plan to remove"),
            (6.5, "info", "data.a.read: Plan to read"),
            (6.5, "info", "a.next: Plan to replace"),
        ]),
    );
    let not_started = |timeline: &Timeline| -> Vec<String> {
        let spans = timeline.spans.iter().filter(|span| span.outcome == SpanOutcome::NotStarted);
        spans.map(|span| span.label.clone()).collect()
    };
    assert_eq!(not_started(&timeline), ["a.next"]);
    // Where the apply does not say again what is planned, the plan has said it.
    let mut logs = applied(&[(7.0, "info", "a.b: Creating...")]);
    (logs[2].output, logs[3].output) = ("c.d: Plan to create".to_owned(), "e.f: Plan to create".to_owned());
    assert_eq!(not_started(&logged(&failed("terraform apply: exit status 1"), &logs)), ["c.d"]);
}

#[test]
fn a_provisioners_clock_is_ahead_of_a_running_build_by_more_than_a_second() {
    let mut build = start();
    build.job.status = JobStatus::Running;
    build.job.completed_at = None;
    build.resources = Vec::new().into();
    let begins = |second: f64| {
        let logs = lines(&[(second, "info", "Planning Infrastructure", "")]);
        find(&checked(&Input { build: &build, timings: None, logs: &logs, now_ms: at(12.0).millis() }), "plan").start_us
    };
    assert_eq!((begins(13.0), begins(13.001)), (us(13.0), us(2.0)));
}

#[test]
fn a_row_a_day_outside_its_stage_is_no_part_of_the_picture() {
    let day = 86_400.0;
    let rows = |start: f64, end: f64| {
        let mut build = start_without_scripts();
        build.job.created_at = at(-2.0 * day);
        build.job.started_at = Some(at(-2.0 * day));
        build.job.completed_at = Some(at(2.0 * day));
        let timings = of(&stages_and(&[("apply", "create", "a.b", start, end)]), &[]);
        let timeline = whole(&build, Some(&timings), &[]);
        let (stage, row) = (find(&timeline, "apply"), find(&timeline, "a.b"));
        let at = |us: i64| us + timeline.origin_us - self::at(0.0).micros();
        assert_eq!(row.figures(0).map(|(start, end)| (at(start), at(end))), Some((us(start), us(end))));
        assert_eq!(
            row.clamped,
            (row.start_us, row.end_us) != row.told.map_or((row.start_us, row.end_us), |it| (it.0, Some(it.1)))
        );
        ((at(stage.start_us), at(stage.end_us.unwrap())), (at(row.start_us), at(row.end_us.unwrap())))
    };
    let (from, until) = (us(6.0), us(28.0));
    let least = 0.000_001;
    assert_eq!(rows(5.0, 29.0), ((us(5.0), us(29.0)), (us(5.0), us(29.0))), "the stage covers it");
    assert_eq!(rows(6.0 - day, 7.0), ((us(6.0 - day), until), (us(6.0 - day), us(7.0))));
    assert_eq!(rows(6.0 - day - least, 7.0), ((from, until), (from, us(7.0))), "it is moved to the edge");
    assert_eq!(rows(7.0, 28.0 + day), ((from, us(28.0 + day)), (us(7.0), us(28.0 + day))));
    assert_eq!(rows(7.0, 28.0 + day + least), ((from, until), (us(7.0), until)));
}

#[test]
fn what_ends_after_its_stage_is_moved_and_said() {
    // Two stages whose lines stand between each other's.
    let logs = lines(&[
        (4.0, "info", "Planning Infrastructure", "data.a.b: Refreshing..."),
        (6.0, "info", UP, "c.d: Creating..."),
        (7.0, "info", "Planning Infrastructure", "data.a.b: Refresh complete after 3s"),
        (9.0, "info", UP, "c.d: Creation complete after 3s"),
    ]);
    let timeline = logged(&start_without_scripts(), &logs);
    let row = find(&timeline, "data.a.b");
    assert_eq!((row.end_us, row.clamped, row.told), (Some(us(6.0)), true, Some((us(4.0), us(7.0)))));
    assert_eq!(find(&timeline, "plan").end_us, Some(us(6.0)), "one stage ends where the next begins");
    assert!(!find(&timeline, "c.d").clamped);
}

#[test]
fn an_action_without_a_word_is_an_address_alone() {
    let more = [("apply", "", "a.b", 7.0, 8.0), ("apply", "create", "a.b", 8.0, 9.0)];
    let timeline = timed(&stages_and(&more), &SCRIPTS);
    assert_eq!(find(&timeline, "a.b").start_us, us(7.0));
    assert_eq!(find(&timeline, "a.b (create)").start_us, us(8.0));
}

#[test]
fn work_that_nothing_splits_ends_as_its_job_did() {
    let work = |build: &WorkspaceBuild| find(&whole(build, None, &[]), "provisioner's work").outcome.clone();
    let mut build = failed("it broke");
    assert_eq!(work(&build), SpanOutcome::Failed { message: "it broke".to_owned() });
    build.job.canceled_at = Some(at(20.0));
    assert_eq!(work(&build), SpanOutcome::Unfinished);
    assert_eq!(work(&start()), SpanOutcome::Ok);
}

#[test]
fn sentences_say_how_their_words_are_meant_and_lead_to_the_log() {
    use summary::Tone;
    let logs = logs("real/apply-failed-logs");
    let timeline = whole(&build("real/apply-failed-workspace"), None, &logs);
    let parts = summary::headline(&timeline);
    assert_eq!((parts[0].tone, parts[0].strong), (Tone::Bad, true));
    let part = |text: &str| parts.iter().find(|part| part.text.contains(text)).unwrap();
    // Where there is a place it is the link: the error itself may be a paragraph.
    assert_eq!((part("16 CPUs").log_id, part("16 CPUs").strong), (None, true));
    assert_eq!((part("main.tf").log_id, part("main.tf").strong), (Some(573), false));
    assert_eq!((part("after").log_id, part("after").tone), (None, Tone::Plain));
    let mut timings = of(&STAGES, &[("start", "exit_failure", 1, "Dotfiles", 33.2, 35.0)]);
    let parts = summary::headline(&whole(&start(), Some(&timings), &[]));
    let tones: Vec<_> = parts.iter().filter(|part| part.strong).map(|part| (part.text.as_str(), part.tone)).collect();
    assert_eq!(tones, [("Start succeeded", Tone::Good), ("1 script failed", Tone::Warn)]);
    // What lies beyond the end of a build that failed is no part of its length.
    timings.provisioner_timings = Vec::new().into();
    let mut build = start();
    (build.job.status, build.job.error) = (JobStatus::Failed, Some("it broke".to_owned()));
    let timeline = whole(&build, Some(&timings), &[]);
    assert!(timeline.end_us > us(30.0));
    assert!(summary::sentence(&timeline).contains("start failed after 30 s"), "{}", summary::sentence(&timeline));
}

#[test]
fn what_became_of_a_workspace_after_one_of_its_builds() {
    use crate::model::recordings;
    use crate::wire::build::BuildStatus;
    use summary::Since;
    let failed = recordings::workspace("real/apply-failed-workspace");
    let build = failed.latest_build.clone();
    let mut followed = failed.clone();
    followed.latest_build.build_number += 1;
    let mut deleted = followed.clone();
    deleted.latest_build.status = BuildStatus::Deleted;
    // The name was given to another workspace.
    let mut another = failed.clone();
    another.id = crate::wire::Id::NIL;
    for (known, gone, since) in [
        (Some(&failed), false, Since::Latest),
        (Some(&followed), false, Since::Followed),
        (Some(&deleted), false, Since::Deleted),
        (Some(&followed), true, Since::Deleted),
        (Some(&another), false, Since::Unknown),
        (None, true, Since::Deleted),
        (None, false, Since::Unknown),
    ] {
        assert_eq!(Since::of(&build, known, gone), since, "{gone}");
    }
}

/// The machine was made, its provisioner failed: Terraform keeps it, and the delete that followed in the recordings destroyed it.
#[test]
fn what_a_failure_left_is_what_the_delete_after_it_found() {
    let failed = whole(&build("real/apply-failed-workspace"), None, &logs("real/apply-failed-logs"));
    let destroyed = whole(&build("real/deleted-workspace"), None, &logs("real/deleted-logs"));
    let destroyed = destroyed.spans.iter().filter(|span| span.action.as_deref() == Some("delete")).count();
    let left = summary::left_behind(&failed, summary::Since::Latest).unwrap();
    assert!(left.starts_with(&format!("{destroyed} resources were made before the start failed")), "{left}");
    assert!(left.contains("null_resource.machine[0]"), "{left}");
    assert!(left.contains("stay until the next build"), "{left}");
    // What stays, and costs, is said of the latest build alone.
    for (since, end) in [
        (summary::Since::Followed, "; later builds may have changed or removed them."),
        (summary::Since::Deleted, "; the workspace was deleted later."),
        (summary::Since::Unknown, " before the start failed."),
    ] {
        let said = summary::left_behind(&failed, since).unwrap();
        assert!(said.ends_with(end) && !said.contains("cost") && !said.contains("stay"), "{since:?}: {said}");
    }
    // What failed before there was anything leaves nothing.
    let logs = applied(&[
        (7.0, "info", "a.b: Creating..."),
        (8.0, "info", "a.b: Creation errored after 1s"),
        (8.0, "error", "Error: no capacity"),
        (8.0, "error", "on main.tf line 1, in resource \"a\" \"b\":"),
    ]);
    let nothing = logged(&self::failed("terraform apply: exit status 1"), &logs);
    assert_eq!(summary::left_behind(&nothing, summary::Since::Latest), None);
}

#[test]
fn lengths_in_sentences_are_as_exact_as_they_are_long() {
    let spent = |seconds: f64| {
        let mut build = start_without_scripts();
        build.resources = Vec::new().into();
        (build.job.started_at, build.job.completed_at) = (Some(at(0.0)), Some(at(seconds)));
        let timeline = whole(&build, None, &[]);
        (summary::text(&summary::time_spent(&timeline)), summary::sentence(&timeline))
    };
    let work = "provisioner's work";
    for (seconds, text) in
        [(0.42, "420 ms"), (0.999, "999 ms"), (1.0, "1.0 s"), (9.949_999, "9.9 s"), (9.95, "10 s"), (83.0, "1 m 23 s")]
    {
        let (spent, sentence) = spent(seconds);
        assert_eq!(spent, format!("{text}: {text} {work}."));
        assert_eq!(sentence, format!("Waterfall of build 1: start succeeded, {text}; longest: {work}, {text}."));
    }
    assert_eq!(spent(0.0), (String::new(), "Waterfall of build 1: start succeeded, 0 ms.".to_owned()));
}

#[test]
fn the_parts_of_the_time_are_those_of_one_agent() {
    let mut timings = of(&STAGES, &[("start", "ok", 0, "Dotfiles", 60.0, 61.0)]);
    let other = crate::wire::Id::from_u128(7);
    let mut rows = timings.agent_connection_timings.iter().cloned().collect::<Vec<_>>();
    rows[0].ended_at = at(60.0);
    let mut second = rows[0].clone();
    (second.workspace_agent_id, second.workspace_agent_name, second.ended_at) = (other, "gpu".to_owned(), at(33.0));
    rows.push(second);
    timings.agent_connection_timings = rows.into();
    let mut rows = timings.agent_script_timings.iter().cloned().collect::<Vec<_>>();
    let mut second = rows[0].clone();
    (second.workspace_agent_id, second.workspace_agent_name) = (other, "gpu".to_owned());
    (second.started_at, second.ended_at) = (at(33.0), at(65.0));
    // What happened later is no part of it.
    let mut later = second.clone();
    (later.stage, later.started_at, later.ended_at) = ("stop".into(), at(99_999.0), at(100_000.0));
    rows.extend([second, later]);
    timings.agent_script_timings = rows.into();
    let spent = |timings: &BuildTimings| {
        let timeline = whole(&start_without_scripts(), Some(timings), &[]);
        summary::text(&summary::time_spent(&timeline))
    };
    // 30 s of one agent's connect and 32 s of the other's scripts ran side by side.
    assert_eq!(
        spent(&timings),
        "1 m 05 s from request to last script: 32 s Dotfiles, 22 s apply, 11 s everything else."
    );
    // The other's, once it is later; of two that end together, the one that stands first.
    if let crate::wire::List::Items(rows) = &mut timings.agent_script_timings {
        rows[1].ended_at = at(60.5);
    }
    assert_eq!(
        spent(&timings),
        "1 m 01 s from request to last script: 30 s connect of main (not split by Coder), 22 s apply, 9 s everything else."
    );
    if let crate::wire::List::Items(rows) = &mut timings.agent_script_timings {
        rows[1].ended_at = at(61.0);
    }
    assert_eq!(
        spent(&timings),
        "1 m 01 s from request to last script: 28 s Dotfiles, 22 s apply, 11 s everything else.",
        "agent gpu stands first"
    );
}

// Anything at all.

mod anything {
    use super::*;
    use proptest::prelude::*;

    fn moment() -> impl Strategy<Value = Timestamp> {
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
                source: "x".to_owned(),
                action,
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
                    workspace_agent_id: if agent == 0 {
                        MAIN.parse().unwrap()
                    } else {
                        crate::wire::Id::from_u128(agent)
                    },
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

    fn all_timings() -> impl Strategy<Value = BuildTimings> {
        let rows = prop::collection::vec(row(), 0..40);
        let scripts = prop::collection::vec(script(), 0..10);
        let connections = prop::collection::vec(connection(), 0..5);
        (rows, scripts, connections).prop_map(|(rows, scripts, connections)| BuildTimings {
            provisioner_timings: rows.into(),
            agent_script_timings: scripts.into(),
            agent_connection_timings: connections.into(),
            left_out: crate::json::LeftOut::default(),
        })
    }

    fn line() -> impl Strategy<Value = ProvisionerJobLog> {
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
        (-3_i64..200, moment(), level, stage, output).prop_map(|(id, created_at, level, stage, output)| {
            ProvisionerJobLog {
                id,
                created_at,
                log_source: "provisioner".into(),
                log_level: level.as_str().into(),
                stage,
                output,
            }
        })
    }

    fn any_build() -> impl Strategy<Value = WorkspaceBuild> {
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
        let connections: Vec<_> = timings
            .agent_connection_timings
            .iter()
            .filter(|row| known(row.started_at, row.ended_at))
            .cloned()
            .collect();
        let zero = timings.provisioner_timings.len()
            + timings.agent_script_timings.len()
            + timings.agent_connection_timings.len()
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
        #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

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
            source: "kubernetes".to_owned(),
            action: action.to_owned(),
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

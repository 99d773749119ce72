//! The timeline against the recorded answers of a real control plane (tests/contract/recordings), against made cases, and against
//! anything at all.

use super::*;
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
        return serde_json::from_value(latest.take()).unwrap();
    }
    serde_json::from_value(body).unwrap()
}

fn timings(name: &str) -> BuildTimings {
    serde_json::from_value(body(name)).unwrap()
}

fn logs(name: &str) -> Vec<ProvisionerJobLog> {
    serde_json::from_value(body(name)).unwrap()
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
    let _ = summary::left_behind(timeline);
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
    if let Some(left) = summary::left_behind(timeline) {
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
    for span in &timeline.spans {
        if let Some((start, end)) = span.figures(timeline.now_us) {
            let key = (start + timeline.origin_us, end + timeline.origin_us, span.action.clone().unwrap_or_default());
            if let Some(left) = figures.get_mut(&key)
                && (span.kind == SpanKind::Connect || !key.2.is_empty())
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

//! For tests only: recorded builds with their timings and logs, made ones in seconds from the job's creation, and what
//! must be so of every timeline.

use crate::model::timeline::{Input, Phase, Precision, Span, SpanKind, SpanOutcome, Timeline, build_timeline, summary};
use crate::wire::build::{JobStatus, WorkspaceBuild};
use crate::wire::log::ProvisionerJobLog;
use crate::wire::time::Timestamp;
use crate::wire::timings::BuildTimings;
use std::collections::HashMap;
use std::fmt::Write as _;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/contract/recordings/");

pub(super) fn recording(name: &str) -> serde_json::Value {
    let text =
        std::fs::read_to_string(format!("{FOLDER}{name}.json")).unwrap_or_else(|error| panic!("{name}: {error}"));
    serde_json::from_str(&text).unwrap()
}

pub(super) fn body(name: &str) -> serde_json::Value {
    recording(name)["response"]["body"].clone()
}

/// The build that is recorded: alone, or as the latest of a workspace.
pub(super) fn build(name: &str) -> WorkspaceBuild {
    let mut body = body(name);
    if let Some(latest) = body.get_mut("latest_build") {
        return crate::model::recordings::read(latest.take()).unwrap();
    }
    crate::model::recordings::read(body).unwrap()
}

pub(super) fn timings(name: &str) -> BuildTimings {
    crate::model::recordings::read(body(name)).unwrap()
}

pub(super) fn logs(name: &str) -> Vec<ProvisionerJobLog> {
    crate::model::recordings::read(body(name)).unwrap()
}

/// A minute after the build: nothing is awaited any more, except from agents.
pub(super) fn later(build: &WorkspaceBuild) -> i64 {
    build.job.completed_at.unwrap_or(build.job.created_at).millis() + 60_000
}

pub(super) fn whole(build: &WorkspaceBuild, timings: Option<&BuildTimings>, logs: &[ProvisionerJobLog]) -> Timeline {
    checked(&Input { build, timings, logs, now_ms: later(build) })
}

/// Builds a timeline and holds it against everything that must always be so.
pub(super) fn checked(input: &Input<'_>) -> Timeline {
    let timeline = build_timeline(input);
    check(&timeline);
    timeline
}

pub(super) fn check(timeline: &Timeline) {
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
    let _ = (summary::headline(timeline), summary::time_spent(timeline), summary::sentence(timeline));
    let _ = summary::left_behind(timeline, summary::Since::Latest);
}

pub(super) fn seconds(us: i64) -> String {
    let sign = if us < 0 { "-" } else { "" };
    format!("{sign}{}.{:06}", us.abs() / 1_000_000, us.abs() % 1_000_000)
}

/// Where the time went, and what must be said once about the whole.
fn paragraph(timeline: &Timeline) -> String {
    let spent = summary::text(&summary::time_spent(timeline));
    let said = std::iter::once(&spent).chain(&timeline.notes).filter(|text| !text.is_empty());
    said.map(String::as_str).collect::<Vec<_>>().join(" ")
}

/// A timeline as text, for reading by eye.
pub(super) fn render(timeline: &Timeline) -> String {
    let mut out = String::new();
    writeln!(out, "{}", summary::text(&summary::headline(timeline))).unwrap();
    writeln!(out, "{}", paragraph(timeline)).unwrap();
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
pub(super) fn assert_every_row_once(timings: &BuildTimings, timeline: &Timeline) {
    let mut figures: HashMap<(i64, i64, String), i64> = HashMap::new();
    for row in &timings.provisioner_timings {
        let key = (row.started_at.micros(), row.ended_at.micros(), row.action.to_string());
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
            let key = (
                start + timeline.origin_us,
                end + timeline.origin_us,
                span.action.as_deref().unwrap_or_default().to_owned(),
            );
            if let Some(left) = figures.get_mut(&key)
                && matches!(span.kind, SpanKind::Stage | SpanKind::Resource | SpanKind::Script | SpanKind::Connect)
                && (span.kind != SpanKind::Stage || span.source.is_some() || !key.2.is_empty())
            {
                // Where there is no row an agent's own times make a connect, which may be those of another's row.
                let made_of_another = span.kind == SpanKind::Connect && *left == 0;
                *left -= i64::from(!made_of_another);
            }
        }
    }
    let lost: Vec<_> = figures.iter().filter(|(_, left)| **left != 0).collect();
    assert!(lost.is_empty(), "rows that are not exactly one span: {lost:?}");
}

// Made cases: a start of an hour of its own, in seconds from the job's creation.

const T0: &str = "2026-06-01T12:00:00Z";

pub(super) fn at(seconds: f64) -> Timestamp {
    let origin = T0.parse::<Timestamp>().unwrap().micros();
    Timestamp::from_micros(origin + (seconds * 1e6).round() as i64)
}

/// A start that succeeded: queued for 2 s, done after 30 s, with the agent of the recording, which connected at 33 s.
pub(super) fn start() -> WorkspaceBuild {
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

pub(super) fn agents_mut(build: &mut WorkspaceBuild) -> Vec<&mut crate::wire::agent::WorkspaceAgent> {
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

pub(super) fn failed(error: &str) -> WorkspaceBuild {
    let mut build = start();
    build.job.status = JobStatus::Failed;
    build.job.error = Some(error.to_owned());
    build.resources = Vec::new().into();
    build
}

pub(super) fn rows(value: serde_json::Value) -> BuildTimings {
    crate::model::recordings::read(value).unwrap()
}

/// (stage, action, resource, start, end)
pub(super) fn provisioner_rows(list: &[(&str, &str, &str, f64, f64)]) -> Vec<serde_json::Value> {
    list.iter()
        .map(|(stage, action, resource, start, end)| {
            serde_json::json!({
                "job_id": "15396d4d-0bef-458c-a1c2-aac3e33c71f1", "started_at": at(*start), "ended_at": at(*end),
                "stage": stage, "source": "coder", "action": action, "resource": resource,
            })
        })
        .collect()
}

pub(super) const MAIN: &str = "8d0f469d-c9a5-4118-86d3-3cecdacd2a1f";

/// (stage, status, exit code, name, start, end), of the agent of [`start`].
pub(super) fn script_rows(list: &[(&str, &str, i32, &str, f64, f64)]) -> Vec<serde_json::Value> {
    list.iter()
        .map(|(stage, status, code, name, start, end)| {
            serde_json::json!({
                "started_at": at(*start), "ended_at": at(*end), "exit_code": code, "stage": stage, "status": status,
                "display_name": name, "workspace_agent_id": MAIN, "workspace_agent_name": "main",
            })
        })
        .collect()
}

pub(super) fn of(
    provisioner: &[(&str, &str, &str, f64, f64)],
    scripts: &[(&str, &str, i32, &str, f64, f64)],
) -> BuildTimings {
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

pub(super) const STAGES: [(&str, &str, &str, f64, f64); 4] = [
    ("init", "terraform", "coder_stage_init", 2.5, 4.0),
    ("plan", "terraform", "coder_stage_plan", 4.0, 6.0),
    ("apply", "terraform", "coder_stage_apply", 6.0, 28.0),
    ("graph", "terraform", "coder_stage_graph", 28.0, 29.5),
];

pub(super) const SCRIPTS: [(&str, &str, i32, &str, f64, f64); 3] = [
    ("start", "ok", 0, "Dotfiles", 33.2, 35.0),
    ("start", "ok", 0, "code-server", 33.2, 34.0),
    ("start", "ok", 0, "Startup Script", 33.3, 36.0),
];

pub(super) fn stages_and(
    more: &[(&'static str, &'static str, &'static str, f64, f64)],
) -> Vec<(&'static str, &'static str, &'static str, f64, f64)> {
    STAGES.iter().chain(more).copied().collect()
}

pub(super) fn scripts_and(
    more: &[(&'static str, &'static str, i32, &'static str, f64, f64)],
) -> Vec<(&'static str, &'static str, i32, &'static str, f64, f64)> {
    SCRIPTS.iter().chain(more).copied().collect()
}

pub(super) fn timed(
    provisioner: &[(&str, &str, &str, f64, f64)],
    scripts: &[(&str, &str, i32, &str, f64, f64)],
) -> Timeline {
    let timings = of(provisioner, scripts);
    let timeline = whole(&start(), Some(&timings), &[]);
    assert_every_row_once(&timings, &timeline);
    timeline
}

pub(super) fn find<'a>(timeline: &'a Timeline, label: &str) -> &'a Span {
    let mut found = timeline.spans.iter().filter(|span| timeline.address(span) == label);
    let first = found.next().unwrap_or_else(|| panic!("no {label} in\n{}", render(timeline)));
    assert_eq!(found.next(), None, "{label} is there once");
    first
}

pub(super) fn us(seconds: f64) -> i64 {
    (seconds * 1e6).round() as i64
}

/// [`start`], with an agent that has no scripts.
pub(super) fn start_without_scripts() -> WorkspaceBuild {
    let mut build = start();
    for agent in agents_mut(&mut build) {
        agent.scripts = Vec::new().into();
    }
    build
}

// The log.

/// (seconds from the job's creation, level, stage, output), numbered from 1.
pub(super) fn lines(list: &[(f64, &str, &str, &str)]) -> Vec<ProvisionerJobLog> {
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

pub(super) const UP: &str = "Starting workspace";

/// A start of which the log tells all: set up, planned, applied, with these lines of the apply.
pub(super) fn applied(list: &[(f64, &'static str, &'static str)]) -> Vec<ProvisionerJobLog> {
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

pub(super) fn logged(build: &WorkspaceBuild, logs: &[ProvisionerJobLog]) -> Timeline {
    let timeline = whole(build, None, logs);
    // Lines may come in any order and twice.
    let mut shuffled = logs.to_vec();
    shuffled.reverse();
    shuffled.extend_from_slice(logs);
    assert_eq!(whole(build, None, &shuffled), timeline, "the order in which lines come decides nothing");
    timeline
}

pub(super) fn figures(timeline: &Timeline, label: &str) -> (i64, i64) {
    find(timeline, label).range(timeline.now_us).unwrap()
}

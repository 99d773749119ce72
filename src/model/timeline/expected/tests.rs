//! What is expected of a build while its log grows, by the recorded one that it becomes.

use super::*;
use crate::model::recordings;
use crate::model::timeline::{Input, build_timeline};
use crate::wire::build::{JobStatus, WorkspaceBuild};
use crate::wire::log::ProvisionerJobLog;

fn finished() -> (WorkspaceBuild, Timeline, Vec<ProvisionerJobLog>) {
    recorded("real/start")
}

fn recorded(name: &str) -> (WorkspaceBuild, Timeline, Vec<ProvisionerJobLog>) {
    let build = recordings::workspace(&format!("{name}-workspace")).latest_build;
    let timings: crate::wire::timings::BuildTimings = recordings::body(&format!("{name}-timings"));
    let logs: Vec<ProvisionerJobLog> = recordings::body(&format!("{name}-logs"));
    let input = Input { build: &build, timings: Some(&timings), logs: &logs, now_ms: 1_900_000_000_000 };
    let timeline = build_timeline(&input);
    (build, timeline, logs)
}

/// The build as it was when so many lines of its log were there.
fn under_way(build: &WorkspaceBuild, logs: &[ProvisionerJobLog], lines: usize) -> Timeline {
    let mut build = build.clone();
    (build.job.status, build.job.completed_at) = (JobStatus::Running, None);
    build.resources = Vec::new().into();
    let logs = &logs[..lines.min(logs.len())];
    let now_ms = logs.last().map_or(build.asked_at().millis(), |line| line.created_at.millis()) + 1_000;
    build_timeline(&Input { build: &build, timings: None, logs, now_ms })
}

#[test]
fn at_every_line_of_a_log_what_is_missing_is_expected_once_and_after_now() {
    let (build, usual, logs) = finished();
    for lines in 0..logs.len() {
        let live = under_way(&build, &logs, lines);
        let Some(expected) = expect(&live, &usual) else { continue };
        let grown = &expected.timeline;
        assert!(grown.spans.len() >= live.spans.len());
        for (at, span) in grown.spans.iter().enumerate() {
            assert_eq!(span.id as usize, at);
            assert!(span.parent.is_none_or(|parent| parent < span.id));
        }
        // What was there is there, and no bar of its own was added.
        let bars = |timeline: &Timeline| timeline.spans.iter().filter(|span| span.has_bar()).count();
        assert_eq!(bars(grown), bars(&live));
        for phase in [Phase::Apply, Phase::Connect] {
            assert!(grown.spans.iter().any(|span| span.phase == Some(phase)), "{lines} lines: {phase:?}");
        }
        let labels: Vec<_> =
            grown.spans.iter().filter(|span| span.depth == 1).map(|span| (span.parent, &span.label)).collect();
        let once: std::collections::HashSet<_> = labels.iter().collect();
        assert_eq!(once.len(), labels.len(), "{lines} lines: {labels:?}");
        for (id, (start, end)) in &expected.outlines {
            let span = grown.span(*id).unwrap();
            assert!(end >= start, "{}", span.label);
            if span.outcome == SpanOutcome::NotStarted {
                assert!(*start >= grown.now_us, "{}", span.label);
            }
        }
        assert!(grown.end_us >= live.end_us && expected.left_us() >= 0);
    }
}

#[test]
fn what_was_to_come_before_what_has_begun_is_not_to_come_any_more() {
    for name in ["real/start", "2025-07/real/start"] {
        let (build, usual, logs) = recorded(name);
        let phases = |lines| -> Vec<Phase> {
            let expected = expect(&under_way(&build, &logs, lines), &usual).unwrap();
            left_by_phase(&expected).into_iter().map(|(phase, _)| phase).collect()
        };
        let stage = |wanted: Option<Phase>, label: &str| {
            let of = |line: &ProvisionerJobLog| crate::model::timeline::phases::Stage::of_log(&line.stage);
            logs.iter().position(|line| of(line).phase == wanted && of(line).label == label).unwrap()
        };
        let applies = phases(stage(Some(Phase::Apply), "apply") + 2);
        assert!(!applies.iter().any(|phase| *phase < Phase::Apply), "{name}: {applies:?}");
        assert!(applies.contains(&Phase::Apply) && applies.contains(&Phase::Connect), "{name}: {applies:?}");
        let ends = phases(stage(None, "cleaning up") + 1);
        assert!(ends.iter().all(|phase| *phase >= Phase::Connect), "{name}: {ends:?}");
    }
}

#[test]
fn what_is_left_shrinks_as_the_log_grows() {
    let (build, usual, logs) = finished();
    let left = |lines| expect(&under_way(&build, &logs, lines), &usual).unwrap().left_us();
    let (early, late) = (left(3), left(logs.len() - 2));
    assert!(early > late, "{early} {late}");
    let phases: Vec<Phase> = left_by_phase(&expect(&under_way(&build, &logs, 3), &usual).unwrap())
        .into_iter()
        .map(|(phase, _)| phase)
        .collect();
    assert!(phases.contains(&Phase::Apply) && phases.contains(&Phase::Connect), "{phases:?}");
}

#[test]
fn of_what_is_over_or_of_another_kind_nothing_is_expected() {
    let (build, usual, logs) = finished();
    assert_eq!(expect(&usual, &usual), None);
    let stop = recordings::workspace("real/stop-workspace").latest_build;
    let timings: crate::wire::timings::BuildTimings = recordings::body("real/stop-timings");
    let stop = build_timeline(&Input { build: &stop, timings: Some(&timings), logs: &[], now_ms: 1_900_000_000_000 });
    assert_eq!(expect(&under_way(&build, &logs, 5), &stop), None);
}

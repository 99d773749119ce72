//! Rows that contradict each other, and rows that nobody knows.

use crate::model::timeline::fixtures::{
    SCRIPTS, STAGES, UP, at, find, lines, logged, of, stages_and, start, start_without_scripts, timed, us, whole,
};
use crate::model::timeline::{SpanKind, SpanOutcome, summary};
use crate::wire::time::Timestamp;

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

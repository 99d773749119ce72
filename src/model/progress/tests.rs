//! Bars, times that are left, and what is waited for.

use super::*;
use crate::model::duration::FixedZone;
use crate::model::recordings;
use crate::model::row::Row;
use crate::model::status::{Context, StatusText, describe};
use proptest::prelude::*;
use std::collections::HashSet;
use std::sync::Arc;

const UTC: FixedZone = FixedZone { east_minutes: 0 };

fn known(p50: i64, p95: i64) -> Usual {
    Usual::Known(UsualDuration { p50, p95 })
}

fn starting(elapsed_ms: i64, usual: Usual, phase: Option<&str>) -> StatusText {
    let row = recordings::row("workspace/starting");
    let now_ms = row.build.started_ms.unwrap() + elapsed_ms;
    describe(&row, &Context { usual, phase, ..Context::new(now_ms, &UTC) })
}

#[test]
fn progress_never_pretends() {
    let usual = known(62_000, 87_000);
    let text = starting(42_000, usual, Some("apply"));
    assert_eq!((text.why.as_str(), text.left.as_str()), ("apply, 42 s", "about 48 %, 20–45 s left"));
    let progress = text.progress.unwrap();
    assert!((progress.done - 42.0 / 87.0).abs() < 1e-9 && !progress.overdue);
    assert_eq!(progress.band, Some((62.0 / 87.0, 1.0)));
    assert_eq!(text.spoken(), "Starting, apply, 42 s, about 48 %, 20–45 s left");

    // Past the median, the lower bound is open.
    assert_eq!(starting(70_000, usual, None).left, "about 80 %, up to 17 s left");
    // Past the 95th percentile nothing is promised.
    let late = starting(90_000, usual, None);
    assert_eq!(late.left, "longer than usual");
    assert_eq!(late.progress.unwrap(), Progress { done: 1.0, band: None, overdue: true });
    assert_eq!(late.progress.unwrap().percent(), None);
    // Builds that vary too much have no band and no time that is left, but how long they took is known.
    let wild = starting(42_000, known(30_000, 200_000), None);
    assert_eq!((wild.left.as_str(), wild.progress.unwrap().band), ("usually 30 s–4 m", None));
    // Not asked: no bar and no word. Asked, and not known: that is said.
    let unasked = starting(42_000, Usual::NotAsked, None);
    assert_eq!((unasked.left.as_str(), unasked.progress), ("", None));
    let unknown = starting(42_000, Usual::Unknown, None);
    assert_eq!((unknown.left.as_str(), unknown.progress), ("usual time not known yet", None));
    // A skewed clock: no negative time.
    let early = starting(-9_000, usual, None);
    assert_eq!((early.why.as_str(), early.progress.unwrap().done), ("0 s", 0.0));
    assert_eq!(starting(86_900, usual, None).left, "about to end");
}

#[test]
fn statistics_that_make_no_sense_are_not_used() {
    let stats = |p50, p95| UsualDuration::new(BuildTimeStats { p50, p95 });
    assert_eq!(stats(None, None), None);
    assert_eq!(stats(Some(0), Some(10)), None);
    assert_eq!(stats(Some(10), Some(9)), None);
    assert_eq!(stats(Some(10), None), None);
    assert_eq!(stats(Some(9), Some(9)), Some(UsualDuration { p50: 9, p95: 9 }));
    assert!(!UsualDuration { p50: 1_000, p95: 6_000 }.varies(), "a few seconds are no variance to speak of");
    assert!(UsualDuration { p50: 1_000, p95: 6_001 }.varies());
    assert!(!UsualDuration { p50: 60_000, p95: 180_000 }.varies());
    assert!(UsualDuration { p50: 60_000, p95: 180_001 }.varies());
}

fn queued(position: i32, size: i32, provisioners: Option<(i32, i32)>, tags: Option<&str>) -> Row {
    let mut row = recordings::row("workspace/pending-first");
    row.build.queue_position = position;
    row.build.queue_size = size;
    row.build.provisioners =
        provisioners.map(|(count, available)| Box::new(Provisioners { count, available, last_seen_ms: None }));
    row.build.tags = tags.map(Arc::from);
    row
}

#[test]
fn who_could_run_a_build_that_waits() {
    for (position, size, provisioners, tags, waited, said) in [
        (
            2,
            5,
            Some((3, 2)),
            Some("os=linux"),
            Some(72_000),
            "position 2 of 5 in queue, its 2 provisioners are busy, waiting 1 m 12 s",
        ),
        (2, 5, Some((1, 1)), Some(""), Some(4_000), "position 2 of 5 in queue, its provisioner is busy, waiting 4 s"),
        // Asked for a moment ago: nobody need be busy for that.
        (1, 1, Some((3, 3)), Some(""), Some(0), "position 1 of 1 in queue, waiting 0 s"),
        // None is not busy.
        (1, 1, Some((2, 0)), Some(""), Some(9_000), "none of its 2 provisioners answers, waiting 9 s"),
        (1, 1, Some((1, 0)), Some(""), Some(9_000), "its only provisioner does not answer, waiting 9 s"),
        (
            1,
            1,
            Some((0, 0)),
            Some("gpu=yes, zone=eu"),
            Some(9_000),
            "nobody can run this: no provisioner has the tags gpu=yes, zone=eu, waiting 9 s",
        ),
        (1, 1, Some((0, 0)), None, Some(9_000), "nobody can run this: no provisioner has its tags, waiting 9 s"),
        // Not told: nothing is claimed.
        (0, 0, None, None, Some(9_000), "waiting 9 s"),
        (4, 0, None, None, Some(9_000), "position 4 in queue, waiting 9 s"),
        (4, 3, None, None, Some(9_000), "position 4 in queue, waiting 9 s"),
        (4, 9, None, None, None, "position 4 of 9 in queue, waiting for an unknown time"),
    ] {
        let row = queued(position, size, provisioners, tags);
        assert_eq!(waiting(&row.build, waited), said);
    }
}

#[test]
fn a_screen_reader_hears_thresholds() {
    let row = recordings::row("workspace/starting");
    let said = |elapsed, usual| announced("Starting", &row.build, Some(elapsed), usual);
    let usual = known(62_000, 87_000);
    for (elapsed, expected) in [
        (0, "Starting."),
        (21_000, "Starting."),
        (22_000, "Starting: about 25 %."),
        (43_000, "Starting: about 25 %."),
        (44_000, "Starting: about 50 %."),
        (87_000, "Starting: about 75 %."),
        (87_001, "Starting takes longer than usual."),
        (9_000_000, "Starting takes longer than usual."),
    ] {
        assert_eq!(said(elapsed, usual), expected, "{elapsed}");
    }
    assert_eq!(said(50_000, Usual::Unknown), "Starting.");
    assert_eq!(said(50_000, known(1_000, 60_000)), "Starting.");
    let waits = |position, provisioners| {
        announced("Start pending", &queued(position, 5, provisioners, Some("gpu=yes")).build, None, usual)
    };
    assert_eq!(waits(2, Some((1, 1))), "Start pending: position 2 of 5 in queue.");
    assert_eq!(waits(2, Some((0, 0))), "Start pending: nobody can run this: no provisioner has the tags gpu=yes.");
    assert_eq!(waits(0, None), "Start pending.");
}

proptest! {
    #[test]
    fn no_figure_is_nonsense_or_grows_for_ever(elapsed in any::<i64>(), p50 in any::<Option<i64>>(), p95 in any::<Option<i64>>()) {
        let Some(usual) = UsualDuration::new(BuildTimeStats { p50, p95 }) else { return Ok(()) };
        let now = progress(elapsed.max(0), usual);
        prop_assert!(now.done.is_finite() && (0.0..=1.0).contains(&now.done));
        prop_assert!(now.percent().is_none_or(|percent| percent <= 99));
        if let Some((from, to)) = now.band {
            prop_assert!(from.is_finite() && 0.0 < from && from <= to && to <= 1.0);
        }
        let text = left(elapsed.max(0), Usual::Known(usual));
        prop_assert!(!text.is_empty() && !text.contains("NaN") && !text.contains("inf") && !text.contains('−') && !text.contains('-'), "{}", text);
        prop_assert_eq!(now.overdue, text == "longer than usual");
    }

    #[test]
    fn time_only_goes_on(a in 0_i64..400_000, b in 0_i64..400_000, p50 in 1_i64..200_000, over in 0_i64..200_000) {
        let usual = UsualDuration { p50, p95: p50 + over };
        let (first, second) = (progress(a.min(b), usual), progress(a.max(b), usual));
        prop_assert!(first.done <= second.done && first.overdue <= second.overdue);
        if let (Some(first), Some(second)) = (first.percent(), second.percent()) {
            prop_assert!(first <= second);
        }
    }

    #[test]
    fn a_build_of_any_length_is_announced_five_times_at_most(p50 in 1_i64..5_000_000, over in 0_i64..5_000_000, step in 1_i64..60_000) {
        let row = recordings::row("workspace/starting");
        let said: HashSet<String> = (0..500)
            .map(|at| announced("Starting", &row.build, Some(at * step), known(p50, p50 + over)))
            .collect();
        prop_assert!(said.len() <= 5, "{:?}", said);
    }

    #[test]
    fn whatever_is_waited_for_is_said_in_one_line(position in any::<i32>(), size in any::<i32>(), count in any::<i32>(), available in any::<i32>(), waited in any::<Option<i64>>()) {
        let row = queued(position, size, Some((count, available)), Some("a=b"));
        let text = waiting(&row.build, waited.map(|waited| waited.max(0)));
        prop_assert!(text.contains("waiting") && !text.contains('\n'));
        prop_assert_eq!(text.contains("nobody can run this"), count <= 0);
        prop_assert!(!text.contains(" -"), "{}", text);
    }
}

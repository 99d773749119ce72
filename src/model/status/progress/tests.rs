//! Bars and times that are left.

use super::*;
use crate::model::duration::FixedZone;
use crate::model::recordings;
use crate::model::status::{Context, StatusText, describe};

const UTC: FixedZone = FixedZone { east_minutes: 0 };

fn starting(elapsed_ms: i64, usual: Option<UsualDuration>, phase: Option<&str>) -> StatusText {
    let row = recordings::row("workspace/starting");
    let now_ms = row.build.started_ms.unwrap() + elapsed_ms;
    describe(&row, &Context { usual, phase, ..Context::new(now_ms, &UTC) })
}

#[test]
fn progress_never_pretends() {
    let usual = Some(UsualDuration { p50: 62_000, p95: 87_000 });
    let text = starting(42_000, usual, Some("apply"));
    assert_eq!((text.why.as_str(), text.left.as_str()), ("apply, 42 s", "about 20–45 s left"));
    let progress = text.progress.unwrap();
    assert!((progress.done - 42.0 / 87.0).abs() < 1e-9 && !progress.overdue);
    assert_eq!(progress.band, Some((62.0 / 87.0, 1.0)));
    assert_eq!(text.spoken(), "Starting, apply, 42 s, about 20–45 s left");

    // Past the median, the lower bound is open.
    assert_eq!(starting(70_000, usual, None).left, "up to about 17 s left");
    // Past the 95th percentile nothing is promised.
    let late = starting(90_000, usual, None);
    assert_eq!(late.left, "longer than usual");
    assert_eq!(late.progress.unwrap(), Progress { done: 1.0, band: None, overdue: true });
    // Builds that vary too much have no band and no time that is left.
    let wild = starting(42_000, Some(UsualDuration { p50: 30_000, p95: 200_000 }), None);
    assert_eq!((wild.left.as_str(), wild.progress.unwrap().band), ("", None));
    // Unknown: no bar at all.
    let unknown = starting(42_000, None, None);
    assert_eq!((unknown.left.as_str(), unknown.progress), ("", None));
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

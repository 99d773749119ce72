//! Where a clock is believed and where it is moved.

use crate::model::timeline::Input;
use crate::model::timeline::fixtures::{at, checked, find, lines, of, start, us, whole};
use crate::wire::build::JobStatus;

// Where a rule begins and ends.

/// A start that was queued until `started` and whose provisioner tells of one stage alone; where its bar begins, and by
/// how much it was moved.
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

//! What waits and what grows.

use crate::model::timeline::errors::first_error;
use crate::model::timeline::fixtures::{at, checked, failed, figures, find, lines, start, us, whole};
use crate::model::timeline::{Input, Outcome, SpanOutcome, summary};
use crate::wire::build::{JobStatus, WorkspaceBuild};

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
fn work_that_nothing_splits_ends_as_its_job_did() {
    let work = |build: &WorkspaceBuild| find(&whole(build, None, &[]), "provisioner's work").outcome.clone();
    let mut build = failed("it broke");
    assert_eq!(work(&build), SpanOutcome::Failed { message: "it broke".to_owned() });
    build.job.canceled_at = Some(at(20.0));
    assert_eq!(work(&build), SpanOutcome::Unfinished);
    assert_eq!(work(&start()), SpanOutcome::Ok);
}

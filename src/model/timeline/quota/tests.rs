//! A refusal by quota, in its numbers.

use crate::model::timeline::errors::first_error;
use crate::model::timeline::fixtures::{failed, find, lines, logged, us};
use crate::model::timeline::{Outcome, SpanOutcome, summary};
use crate::wire::build::JobErrorCode;

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

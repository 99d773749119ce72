//! Resources that are only half told.

use crate::model::timeline::SpanOutcome;
use crate::model::timeline::fixtures::{applied, failed, figures, find, logged, start, us};

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

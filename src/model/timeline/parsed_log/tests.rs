//! Logs in disorder, and logs that end too early.

use crate::model::timeline::errors::first_error;
use crate::model::timeline::fixtures::{UP, applied, at, failed, figures, find, lines, logged, start, us, whole};
use crate::model::timeline::{SpanOutcome, Timeline};

#[test]
fn lines_that_come_backwards_or_twice_say_no_more() {
    let logs = applied(&[
        (7.0, "info", "a.b: Creating..."),
        (9.0, "info", "a.b: Creation errored after 2s"),
        (9.1, "error", "Error: first"),
        (9.1, "error", "on main.tf line 1, in resource \"a\" \"b\":"),
        (9.2, "error", "Error: second"),
    ]);
    let build = failed("terraform apply: exit status 1");
    let timeline = whole(&build, None, &logs);
    assert_eq!(find(&timeline, "a.b").outcome, SpanOutcome::Failed { message: "first".to_owned() });
    let backwards: Vec<_> = logs.iter().rev().cloned().collect();
    assert_eq!(whole(&build, None, &backwards), timeline);
    assert_eq!(first_error(&backwards), first_error(&logs));
    let twice: Vec<_> = logs.iter().flat_map(|line| [line.clone(), line.clone()]).collect();
    assert_eq!(whole(&build, None, &twice), timeline);
    let end = lines(&[(9.0, "info", UP, "a.b: Creation complete after 2s")]);
    let timeline = whole(&start(), None, &[end[0].clone(), end[0].clone()]);
    assert_eq!(figures(&timeline, "a.b"), (us(9.0), us(9.0)), "one line is one end");
}

#[test]
fn a_line_from_another_time_makes_no_stage_longer_than_its_build() {
    let build = failed("terraform apply: exit status 1");
    let logs = applied(&[
        (7.0, "info", "a.b: Creating..."),
        (9.0, "info", "a.b: Creation complete after 2s [id=1]"),
        (10.0, "info", "c.d: Creating..."),
        (12.0, "error", "Error: no"),
    ]);
    let right = logged(&build, &logs);
    let spans = |timeline: &Timeline| -> Vec<_> {
        timeline.spans.iter().map(|span| (span.label.clone(), span.start_us, span.end_us)).collect()
    };
    // The clock was set back three hours and right again, or ahead: the line stands where the one before it does.
    for hours in [-3.0, 3.0] {
        let mut odd = logs.clone();
        let place = odd.iter().position(|line| line.output.starts_with("a.b: Creation")).unwrap();
        odd[place].created_at = at(hours * 3_600.0);
        let timeline = logged(&build, &odd);
        assert_eq!(figures(&timeline, "a.b"), (us(7.0), us(7.0)), "{hours}");
        assert_eq!(figures(&timeline, "c.d"), figures(&right, "c.d"));
        assert_eq!(timeline.end_us, right.end_us);
        assert!(timeline.notes.iter().any(|note| note.contains("times outside the build")));
        let last = odd.last_mut().unwrap();
        last.created_at = at(hours * 3_600.0);
        assert_eq!(logged(&build, &odd).end_us, right.end_us);
    }
    // All of it off is another matter: it is moved as it is.
    let mut shifted = logs;
    for line in &mut shifted {
        line.created_at = at((line.created_at.micros() - at(0.0).micros()) as f64 / 1e6 + 10_800.0);
    }
    let timeline = logged(&build, &shifted);
    assert!(timeline.notes.iter().all(|note| !note.contains("times outside the build")));
    assert_eq!(spans(&timeline).len(), spans(&right).len());
    assert_eq!(timeline.end_us, right.end_us);
}

#[test]
fn a_cut_off_log_claims_nothing_of_later() {
    let mut build = failed("terraform apply: exit status 1");
    build.job.logs_overflowed = Some(true);
    let mut logs = applied(&[
        (6.5, "info", "a.b: Plan to create"),
        (6.5, "info", "c.d: Plan to create"),
        (7.0, "info", "a.b: Creating..."),
        (9.0, "info", "a.b: Still creating... [2s elapsed]"),
    ]);
    logs.pop();
    let timeline = logged(&build, &logs);
    let row = find(&timeline, "a.b");
    assert_eq!((row.end_us, &row.outcome), (Some(us(9.0)), &SpanOutcome::Unfinished));
    assert!(timeline.spans.iter().all(|span| span.outcome != SpanOutcome::NotStarted));
    assert!(timeline.notes.iter().any(|note| note.contains("cut off")));
    build.job.logs_overflowed = Some(false);
    let timeline = logged(&build, &logs);
    assert_eq!(find(&timeline, "c.d").outcome, SpanOutcome::NotStarted);
    assert_eq!(figures(&timeline, "a.b"), (us(7.0), us(30.0)));
}

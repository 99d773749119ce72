//! Stages and blame by a log alone.

use crate::model::timeline::fixtures::{UP, applied, at, failed, find, lines, logged, us};
use crate::model::timeline::{MarkerKind, Outcome, Phase, Precision, SpanKind, SpanOutcome, Timeline, summary};
use crate::wire::build::JobStatus;

#[test]
fn stage_markers_alone_give_stages() {
    let timeline = logged(&failed("terraform apply: exit status 1"), &applied(&[]));
    let stages: Vec<_> = timeline
        .spans
        .iter()
        .filter(|span| span.depth == 1)
        .map(|span| (span.label.as_str(), span.start_us, span.end_us.unwrap(), span.outcome.is_failure()))
        .collect();
    assert_eq!(
        stages,
        [
            ("queue", 0, us(2.0), false),
            ("setting up", us(2.1), us(2.5), false),
            ("init", us(2.5), us(4.0), false),
            ("plan", us(4.0), us(5.9), false),
            ("commit quota", us(5.9), us(6.0), false),
            ("apply", us(6.0), us(29.0), true),
            ("cleaning up", us(29.0), us(30.0), false),
        ]
    );
    assert_eq!(timeline.outcome, Outcome::Failed { error: "terraform apply: exit status 1".to_owned() });
    let phases: Vec<_> = timeline.spans.iter().filter(|span| span.depth == 1).map(|span| span.phase).collect();
    assert_eq!(
        phases,
        [Some(Phase::Queue), None, Some(Phase::Init), Some(Phase::Plan), None, Some(Phase::Apply), None]
    );
    assert_eq!(timeline.precision, Precision::Estimated);
    assert_eq!(find(&timeline, "queue").precision, Precision::Exact);
}

#[test]
fn the_jobs_own_error_names_the_stage() {
    for (error, stage) in [
        ("terraform init: exit status 1", "init"),
        ("terraform plan: exit status 1", "plan"),
        ("something else", "apply"),
    ] {
        let timeline = logged(&failed(error), &applied(&[]));
        let failing: Vec<_> =
            timeline.spans.iter().filter(|span| span.outcome.is_failure()).map(|span| span.label.as_str()).collect();
        assert_eq!(failing, [stage], "{error}");
    }
}

#[test]
fn a_job_that_fails_after_a_good_apply_blames_no_stage() {
    let error =
        "internal provisionerserver error: complete job: insert workspace resource: agent name \"main\" is taken";
    let logs = applied(&[
        (7.0, "info", "a.b: Creating..."),
        (8.0, "info", "a.b: Creation complete after 1s"),
        (28.0, "info", "Apply complete! Resources: 1 added, 0 changed, 0 destroyed."),
    ]);
    let timeline = logged(&failed(error), &logs);
    assert_eq!(timeline.outcome, Outcome::Failed { error: error.to_owned() });
    assert!(timeline.spans.iter().all(|span| !span.outcome.is_failure()));
    assert_eq!(
        timeline.markers.iter().map(|marker| (marker.kind, marker.at_us)).collect::<Vec<_>>(),
        [(MarkerKind::Failed, us(30.0))]
    );
    assert_eq!(
        summary::left_behind(&timeline, summary::Since::Latest).as_deref(),
        Some("1 resource was made before the start failed and stays until the next build; it may cost: a.b.")
    );
}

#[test]
fn only_what_errored_after_the_cancel_and_because_of_it_is_unfinished() {
    let logs = |words: &'static str| {
        applied(&[
            (7.0, "info", "a.b: Creating..."),
            (9.0, "info", "a.b: Creation errored after 2s"),
            (9.1, "error", words),
            (9.1, "error", "on main.tf line 1, in resource \"a\" \"b\":"),
        ])
    };
    let outcome = |words, canceled: Option<f64>| {
        let mut build = failed("terraform apply: exit status 1");
        build.job.canceled_at = canceled.map(at);
        find(&logged(&build, &logs(words)), "a.b").outcome.clone()
    };
    let failed = |message: &str| SpanOutcome::Failed { message: message.to_owned() };
    assert_eq!(outcome("Error: context canceled", Some(8.0)), SpanOutcome::Unfinished);
    assert_eq!(outcome("Error: context canceled", None), failed("context canceled"));
    assert_eq!(outcome("Error: context canceled", Some(10.0)), failed("context canceled"));
    assert_eq!(outcome("Error: no capacity", Some(8.0)), failed("no capacity"));
}

#[test]
fn the_errored_resource_has_the_error_of_its_own() {
    let timeline = logged(
        &failed("terraform apply: exit status 1"),
        &applied(&[
            (7.0, "info", "a.one: Creating..."),
            (7.0, "info", "a.two[\"x\"]: Creating..."),
            (8.0, "info", "a.two[\"x\"]: Creation errored after 1s"),
            (9.0, "info", "a.one: Creation errored after 2s"),
            (9.1, "error", "Error: first"),
            (9.1, "error", "on main.tf line 1, in resource \"a\" \"one\":"),
            (9.2, "error", "Error: second"),
            (9.2, "error", "on main.tf line 2, in resource \"a\" \"two\":"),
        ]),
    );
    assert_eq!(find(&timeline, "a.one").outcome, SpanOutcome::Failed { message: "first".to_owned() });
    assert_eq!(find(&timeline, "a.two[\"x\"]").outcome, SpanOutcome::Failed { message: "second".to_owned() });
    assert_eq!(timeline.markers.iter().map(|marker| marker.at_us).collect::<Vec<_>>(), [us(9.0)]);
    assert_eq!(
        summary::text(&summary::headline(&timeline)),
        "Start failed: “first”, a.one, main.tf line 1, and 1 more error, after 30 s."
    );
}

#[test]
fn each_instance_has_the_error_of_its_own() {
    // Terraform names them without their index, in the order in which they errored.
    let timeline = logged(
        &failed("terraform apply: exit status 1"),
        &applied(&[
            (7.0, "info", "a.b[0]: Creating..."),
            (7.0, "info", "a.b[1]: Creating..."),
            (8.0, "info", "a.b[1]: Creation errored after 1s"),
            (9.0, "info", "a.b[0]: Creation errored after 2s"),
            (9.1, "error", "Error: eu is full"),
            (9.1, "error", "on main.tf line 1, in resource \"a\" \"b\":"),
            (9.2, "error", "Error: us is full"),
            (9.2, "error", "on main.tf line 1, in resource \"a\" \"b\":"),
        ]),
    );
    assert_eq!(find(&timeline, "a.b[1]").outcome, SpanOutcome::Failed { message: "eu is full".to_owned() });
    assert_eq!(find(&timeline, "a.b[0]").outcome, SpanOutcome::Failed { message: "us is full".to_owned() });
    assert_eq!(find(&timeline, "a.b[0]").log, Some((6, 13)));
    assert_eq!(timeline.first_error.as_ref().unwrap().resource.as_deref(), Some("a.b[1]"));
    assert_eq!(timeline.markers[0].at_us, us(8.0), "the first of them");
}

#[test]
fn what_had_not_ended_has_the_error_that_names_it() {
    // Terraform says of no data source that it errored.
    let plan = |outputs: &[(&'static str, &'static str)]| {
        let mut all = vec![(2.1, "info", "Setting up", "")];
        all.extend(outputs.iter().map(|(level, output)| (4.0, *level, "Planning Infrastructure", *output)));
        all.push((29.0, "info", "Cleaning Up", ""));
        logged(&failed("terraform plan: exit status 1"), &lines(&all))
    };
    let http = ("info", "module.m.data.http.x[0]: Refreshing...");
    let other = ("info", "data.http.y: Refreshing...");
    let errors = [("error", "Error: no such host"), ("error", "on main.tf line 3, in data \"http\" \"x\":")];
    let timeline = plan(&[http, other, errors[0], errors[1]]);
    let row = find(&timeline, "module.m.data.http.x[0]");
    assert_eq!(row.outcome, SpanOutcome::Failed { message: "no such host".to_owned() });
    assert_eq!((row.log, row.note.as_deref()), (Some((2, 5)), None));
    assert_eq!(find(&timeline, "data.http.y").outcome, SpanOutcome::Unfinished);
    // It may be either's.
    let timeline = plan(&[http, ("info", "module.m.data.http.x[1]: Refreshing..."), errors[0], errors[1]]);
    assert!(
        timeline.spans.iter().all(|span| span.kind != SpanKind::Resource || span.outcome == SpanOutcome::Unfinished)
    );
    // Without a name it is that of the only one that was left, and of none of two.
    let timeline = plan(&[other, errors[0]]);
    let row = find(&timeline, "data.http.y");
    assert_eq!(row.outcome, SpanOutcome::Failed { message: "no such host".to_owned() });
    assert!(row.note.as_deref().unwrap().contains("names no resource"));
    assert!(
        plan(&[http, other, errors[0]])
            .spans
            .iter()
            .all(|span| span.kind != SpanKind::Resource || !span.outcome.is_failure())
    );
    // Nor is what had ended well to blame for its neighbour, nor anything once somebody canceled, or while it may still
    // go well.
    let logs = applied(&[
        (7.0, "info", "a.b[0]: Creating..."),
        (7.0, "info", "a.b[1]: Creating..."),
        (8.0, "info", "a.b[0]: Creation complete after 1s"),
        (9.0, "error", "Error: the plugin crashed"),
        (9.0, "error", "on main.tf line 1, in resource \"a\" \"b\":"),
    ]);
    let mut build = failed("terraform apply: exit status 1");
    let timeline = logged(&build, &logs);
    assert_eq!(find(&timeline, "a.b[0]").outcome, SpanOutcome::Ok);
    assert_eq!(find(&timeline, "a.b[1]").outcome, SpanOutcome::Failed { message: "the plugin crashed".to_owned() });
    build.job.canceled_at = Some(at(8.5));
    assert_eq!(find(&logged(&build, &logs), "a.b[1]").outcome, SpanOutcome::Unfinished);
    (build.job.status, build.job.canceled_at, build.job.completed_at) = (JobStatus::Running, None, None);
    assert_eq!(find(&logged(&build, &logs[..10]), "a.b[1]").outcome, SpanOutcome::Ok);
    // An error of another stage is not its own.
    let logs = lines(&[
        (2.5, "info", "Planning Infrastructure", "data.http.y: Refreshing..."),
        (6.0, "info", UP, "Terraform 1.11.4"),
        (7.0, "error", UP, "Error: no such host"),
    ]);
    let timeline = logged(&failed("terraform apply: exit status 1"), &logs);
    assert_eq!(find(&timeline, "data.http.y").outcome, SpanOutcome::Unfinished);
    // Where another errored, it is not told whose it is.
    let timeline = logged(
        &failed("terraform apply: exit status 1"),
        &applied(&[
            (7.0, "info", "a.b: Creating..."),
            (7.0, "info", "c.d: Creating..."),
            (8.0, "info", "c.d: Creation errored after 1s"),
            (9.0, "error", "Error: one"),
            (9.0, "error", "Error: two"),
        ]),
    );
    assert_eq!(find(&timeline, "c.d").outcome, SpanOutcome::Failed { message: "one".to_owned() });
    assert_eq!(find(&timeline, "c.d").log, Some((7, 9)), "the error is among its lines");
    assert_eq!(find(&timeline, "a.b").outcome, SpanOutcome::Unfinished);
}

#[test]
fn a_cancel_that_came_too_late_says_that_all_was_made() {
    let notes = |list: &[(f64, &'static str, &'static str)]| {
        let mut build = failed("terraform apply: exit status 1");
        build.job.canceled_at = Some(at(27.0));
        logged(&build, &applied(list)).notes.join(" ")
    };
    let late = "The apply had ended when the cancel took hold: what it made is there.";
    assert!(notes(&[(28.0, "info", "Apply complete! Resources: 1 added, 0 changed, 0 destroyed.")]).contains(late));
    assert!(!notes(&[(7.0, "info", "a.b: Creating...")]).contains(late));
}

#[test]
fn what_is_only_forgotten_moved_or_read_was_not_to_be_begun() {
    let timeline = logged(
        &failed("terraform apply: exit status 1"),
        &applied(&[
            (6.5, "info", "a.kept: Plan to noop"),
            (6.5, "info", "a.moved: Plan to move"),
            (6.5, "info", "a.forgotten: Plan to remove"),
            (6.5, "info", "data.a.read: Plan to read"),
            (6.5, "info", "a.next: Plan to replace"),
        ]),
    );
    let not_started = |timeline: &Timeline| -> Vec<String> {
        let spans = timeline.spans.iter().filter(|span| span.outcome == SpanOutcome::NotStarted);
        spans.map(|span| span.label.clone()).collect()
    };
    assert_eq!(not_started(&timeline), ["a.next"]);
    // Where the apply does not say again what is planned, the plan has said it.
    let mut logs = applied(&[(7.0, "info", "a.b: Creating...")]);
    (logs[2].output, logs[3].output) = ("c.d: Plan to create".to_owned(), "e.f: Plan to create".to_owned());
    assert_eq!(not_started(&logged(&failed("terraform apply: exit status 1"), &logs)), ["c.d"]);
}

//! Terraform's words for what it does.

use super::plain_address;
use crate::model::timeline::fixtures::{self, UP, applied, at, failed, figures, find, logged, start, us};
use crate::model::timeline::{Precision, SpanKind};

#[test]
fn keys_with_colons_and_modules_are_read() {
    let address = r#"module.a["x: y"].b.c[0]"#;
    let logs = applied(&[
        (7.0, "info", r#"module.a["x: y"].b.c[0]: Creating..."#),
        (17.0, "info", r#"module.a["x: y"].b.c[0]: Still creating... [10s elapsed]"#),
        (19.5, "info", r#"module.a["x: y"].b.c[0]: Creation complete after 12s [id=a: b]"#),
        (8.0, "info", r#"module.m["say \"a: b\""].data.http.d: Reading..."#),
        (8.5, "info", r#"module.m["say \"a: b\""].data.http.d: Read complete after 1s [id=1]"#),
        (9.0, "info", "aws_instance.dev: Modifying... [id=i-1]"),
        (10.0, "info", "aws_instance.dev: Modifications complete after 1s [id=i-1]"),
        (9.1, "info", "\u{1b}[0m\u{1b}[1mnull_resource.x: Destroying... [id=1]\u{1b}[0m"),
        (9.2, "info", "\u{1b}[1mnull_resource.x: Destruction complete after 0s\u{1b}[0m"),
        (10.0, "info", "null_resource.y (deposed object 9f3b): Destroying... [id=1]"),
        (11.0, "info", "null_resource.y (deposed object 9f3b): Destruction complete after 1s"),
        (12.0, "info", "Note: Creating..."),
        (12.0, "info", "docker_image.main: some words of its own: Creating..."),
    ]);
    let timeline = logged(&start(), &logs);
    assert_eq!(figures(&timeline, address), (us(7.0), us(19.5)));
    assert_eq!(find(&timeline, address).log, Some((6, 8)));
    let read = find(&timeline, r#"module.m["say \"a: b\""].data.http.d"#);
    assert_eq!((read.action.as_deref(), read.start_us), (Some("read"), us(8.0)));
    assert_eq!(find(&timeline, "aws_instance.dev").action.as_deref(), Some("update"));
    assert_eq!(figures(&timeline, "null_resource.x"), (us(9.1), us(9.2)));
    assert_eq!(figures(&timeline, "null_resource.y (deposed object 9f3b)"), (us(10.0), us(11.0)));
    let apply = find(&timeline, "apply");
    assert_eq!(timeline.children(apply.id).count(), 5, "sentences are no resources");
    assert!(
        timeline
            .spans
            .iter()
            .filter(|span| span.kind == SpanKind::Resource)
            .all(|span| span.precision == Precision::Estimated)
    );
}

#[test]
fn addresses_are_known_without_their_modules_and_keys() {
    for (address, plain) in [
        ("a.b", "a.b"),
        ("a.b[0]", "a.b"),
        (r#"module.a["x: y"].b.c[0]"#, "b.c"),
        (r#"module.a[0].module.b["] ["].data.c.d["e"]"#, "data.c.d"),
        (r#"module.a["say \"a.b\""].b.c"#, "b.c"),
        (r#"module.a["\"].b.c["].d.e"#, "d.e"),
        ("a.b[0] (deposed object 9f3b)", "a.b"),
        ("module.", "module."),
    ] {
        assert_eq!(plain_address(address), plain);
    }
    let timeline = logged(
        &failed("terraform apply: exit status 1"),
        &applied(&[
            (7.0, "info", "module.m[0].data.http.x: Refreshing..."),
            (7.5, "info", "module.m[0].data.http.x: Refresh complete after 0s"),
            (8.0, "info", "module.m[0].a.b[\"k\"]: Creating..."),
            (9.0, "info", "module.m[0].a.b[\"k\"]: Creation errored after 1s"),
            (9.1, "error", "Error: no"),
            (9.1, "error", "on m/main.tf line 1, in resource \"a\" \"b\":"),
        ]),
    );
    assert_eq!(find(&timeline, "module.m[0].data.http.x").action.as_deref(), Some("read"));
    assert_eq!(timeline.first_error.as_ref().unwrap().resource.as_deref(), Some("module.m[0].a.b[\"k\"]"));
}

#[test]
fn every_word_of_terraform_for_what_it_does_is_known() {
    for (begins, goes_on, noun, action) in [
        ("Creating", "creating", "Creation", "create"),
        ("Destroying", "destroying", "Destruction", "delete"),
        ("Modifying", "modifying", "Modifications", "update"),
        ("Replacing", "replacing", "Replacement", "replace"),
        ("Reading", "reading", "Read", "read"),
        ("Refreshing state", "refreshing", "Refresh", "state refresh"),
        ("Refreshing", "refreshing", "Refresh", "state refresh"),
        ("Opening", "opening", "Opening", "open"),
        ("Renewing", "renewing", "Renewal", "renew"),
        ("Closing", "closing", "Closing", "close"),
        ("Importing", "importing", "Import", "import"),
    ] {
        // As it is written with and without ids, by Terraform before and after 1.12, and by OpenTofu.
        for (three, still, end) in [
            ("...", "... [10s elapsed]", "complete after 12s [id=1]"),
            ("... [id=i-1]", "... [id=i-1, 10s elapsed]", "complete after 12s"),
            ("... [id=i-1]", "... [id=i-1, 00m10s elapsed]", "complete"),
            ("…", "… [10s elapsed]", "errored after 12s"),
        ] {
            let address = r#"module.x["a b"].t.n["k: v"]"#;
            let lines = [
                format!("{address}: {begins}{three}"),
                format!("{address}: Still {goes_on}{still}"),
                format!("{address}: {noun} {end}"),
            ];
            let stage = |from: usize| {
                let texts = [(7.0, 6), (17.0, 7), (19.5, 8)];
                let logs = texts.iter().zip(&lines).skip(from).map(|((seconds, id), text)| {
                    let mut line = fixtures::lines(&[(*seconds, "info", UP, text)]).remove(0);
                    line.id = *id;
                    line
                });
                let mut all = applied(&[]);
                all.iter_mut().skip(5).for_each(|line| line.id = 9);
                all.extend(logs);
                let timeline = logged(&start(), &all);
                timeline.spans.into_iter().find(|span| span.kind == SpanKind::Resource).unwrap()
            };
            let row = stage(0);
            assert_eq!((row.start_us, row.end_us), (us(7.0), Some(us(19.5))), "{lines:?}");
            assert_eq!((row.action.as_deref(), row.log), (Some(action), Some((6, 8))), "{lines:?}");
            assert_eq!(row.outcome.is_failure(), end.starts_with("errored"), "{lines:?}");
            // Without its first line it is reckoned from how long it says to have taken.
            let row = stage(1);
            assert_eq!((row.start_us, row.end_us), (us(7.0), Some(us(19.5))), "{lines:?}");
        }
    }
}

#[test]
fn hours_are_reckoned_too() {
    let mut build = start();
    build.job.completed_at = Some(at(8_000.0));
    let mut logs = applied(&[(7_000.0, "info", "a.b: Creation complete after 1h2m3s [id=1]")]);
    logs.pop();
    assert_eq!(figures(&logged(&build, &logs), "a.b"), (us(3_277.0), us(7_000.0)));
    // What is no duration reckons nothing.
    for text in ["1h2", "2d", "", "h"] {
        logs[5].output = format!("a.b: Creation complete after {text}");
        assert_eq!(figures(&logged(&build, &logs), "a.b"), (us(7_000.0), us(7_000.0)), "{text}");
    }
}

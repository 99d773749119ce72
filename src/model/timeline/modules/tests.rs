//! Modules as levels: what lies where, what the headings say, and that no name is lost.

use super::*;
use crate::model::timeline::fixtures::{at, checked, failed, of, start, whole};
use crate::model::timeline::{Input, Phase, SpanKey};
use crate::wire::build::JobStatus;
use crate::wire::log::ProvisionerJobLog;
use proptest::prelude::*;

/// The rows of the apply: depth below it, label.
fn apply(timeline: &Timeline) -> Vec<(u8, &str)> {
    let stage = timeline.spans.iter().find(|span| span.kind == SpanKind::Stage && span.label == "apply").unwrap();
    timeline.below(stage.id).map(|span| (span.depth - stage.depth, span.label.as_str())).collect()
}

fn rows() -> Timeline {
    let timings = of(
        &[
            ("apply", "terraform", "coder_stage_apply", 10.0, 29.0),
            ("apply", "create", r#"module.pods["web"].docker_container.main"#, 11.0, 15.0),
            ("apply", "create", "docker_volume.home", 12.0, 13.0),
            ("apply", "create", r#"module.pods["web"].module.net.docker_network.a"#, 12.5, 14.0),
            ("apply", "delete", r#"module.pods["api"].docker_container.main"#, 14.0, 16.0),
            ("apply", "create", r#"module.pods["api"].docker_container.main"#, 16.0, 20.0),
            ("apply", "provision", r#"module.pods["api"].docker_container.main"#, 17.0, 18.0),
            ("apply", "read", r#"module.pods["web"].data.docker_image.x"#, 10.5, 10.6),
        ],
        &[],
    );
    whole(&start(), Some(&timings), &[])
}

#[test]
fn a_module_stands_once_and_below_it_what_is_in_it() {
    let timeline = rows();
    assert_eq!(
        apply(&timeline),
        [
            (1, r#"module.pods["web"]"#),
            (2, "data.docker_image.x"),
            (2, "docker_container.main"),
            (2, "module.net"),
            (3, "docker_network.a"),
            (1, "docker_volume.home"),
            (1, r#"module.pods["api"]"#),
            // What is replaced has its delete and its create apart, and what its provisioner did lies in the create.
            (2, "docker_container.main (delete)"),
            (2, "docker_container.main (create)"),
            (3, "docker_container.main (provision)"),
        ]
    );
    let web = timeline.spans.iter().find(|span| span.label == r#"module.pods["web"]"#).unwrap();
    assert_eq!((web.kind, web.phase), (SpanKind::Module, Some(Phase::Apply)));
    assert_eq!(web.range(timeline.now_us), Some((10_500_000, 15_000_000)));
    let names: Vec<String> = timeline.below(web.id).map(|span| timeline.address(span).into_owned()).collect();
    assert_eq!(
        names,
        [
            r#"module.pods["web"].data.docker_image.x"#,
            r#"module.pods["web"].docker_container.main"#,
            r#"module.pods["web"].module.net"#,
            r#"module.pods["web"].module.net.docker_network.a"#,
        ]
    );
    let provision = timeline.spans.iter().find(|span| span.action.as_deref() == Some("provision")).unwrap();
    assert_eq!(timeline.address(provision), r#"module.pods["api"].docker_container.main (provision)"#);
    for span in &timeline.spans {
        assert_eq!(timeline.find(&timeline.key(span.id).unwrap()), Some(span.id));
    }
}

fn line(id: i64, seconds: f64, output: &str) -> ProvisionerJobLog {
    ProvisionerJobLog {
        id,
        created_at: at(seconds),
        log_source: "provisioner".into(),
        log_level: "info".into(),
        stage: "Starting workspace".to_owned(),
        output: output.to_owned(),
    }
}

#[test]
fn a_module_says_how_its_rows_ended() {
    let logs = [
        line(1, 10.0, "module.a.x.one: Plan to create"),
        line(2, 10.0, "module.b.x.two: Plan to create"),
        line(3, 11.0, "module.a.x.one: Creating..."),
        line(4, 14.0, "module.a.x.one: Creation errored after 3s"),
    ];
    let build = failed("terraform apply: exit status 1");
    let timeline = whole(&build, None, &logs);
    let module = |name: &str| timeline.spans.iter().find(|span| span.label == name).unwrap();
    assert!(module("module.a").outcome.is_failure());
    assert_eq!(module("module.a").range(0), Some((11_000_000, 14_000_000)));
    assert_eq!(module("module.b").outcome, SpanOutcome::NotStarted);
    assert!(!module("module.b").has_bar());

    // Under way it grows as long as one of its rows does.
    let mut running = start();
    (running.job.status, running.job.completed_at) = (JobStatus::Running, None);
    let input = Input { build: &running, timings: None, logs: &logs[..3], now_ms: at(13.0).millis() };
    let timeline = checked(&input);
    let module = timeline.spans.iter().find(|span| span.label == "module.a").unwrap();
    assert!(module.is_growing());
}

#[test]
fn only_a_module_is_one() {
    for (address, expected) in [
        ("module.a.x.y", Some(("module.a", "x.y"))),
        (r#"module.a["b.c"].x.y"#, Some((r#"module.a["b.c"]"#, "x.y"))),
        (r#"module.a["\"]."].x.y"#, Some((r#"module.a["\"]."]"#, "x.y"))),
        ("module.a[0].module.b.x.y", Some(("module.a[0]", "module.b.x.y"))),
        ("module.a.data.x.y (refresh)", Some(("module.a", "data.x.y (refresh)"))),
        ("module.a", None),
        ("module.a.", None),
        ("module..x", None),
        ("module.", None),
        ("module.a b.x", None),
        ("modules", None),
        ("x.module.a", None),
        (r#"module.a["b.x.y"#, None),
        ("", None),
    ] {
        assert_eq!(split(address), expected, "{address}");
    }
}

#[test]
fn an_address_of_ten_thousand_modules_ends() {
    let address = format!("{}x.y", "module.a.".repeat(10_000));
    let timings = of(&[("apply", "create", &address, 11.0, 15.0)], &[]);
    let timeline = whole(&start(), Some(&timings), &[]);
    let last = timeline.spans.iter().find(|span| span.action.as_deref() == Some("create")).unwrap();
    assert_eq!(timeline.address(last), address);
    assert!(usize::from(last.depth) <= DEEPEST + 2);
}

proptest! {
    #[test]
    fn no_name_is_lost(names in prop::collection::vec("(module\\.[ab](\\[\"[a.\\]]\"\\])?\\.){0,4}[xy]\\.[z\"\\[\\. ]{1,3}", 1..30)) {
        let list: Vec<_> = names.iter().map(|name| ("apply", "create", name.as_str(), 11.0, 15.0)).collect();
        let timeline = whole(&start(), Some(&of(&list, &[])), &[]);
        let mut told: Vec<String> = timeline
            .spans
            .iter()
            .filter(|span| span.kind == SpanKind::Resource)
            .map(|span| timeline.address(span).into_owned())
            .collect();
        let mut names = names;
        told.sort();
        names.sort();
        prop_assert_eq!(told, names);
    }
}

#[test]
fn an_address_of_the_time_before_still_means_its_row() {
    let timeline = rows();
    let found = |text: &str| timeline.find(&SpanKey::from(text.to_owned())).and_then(|id| timeline.span(id));
    let named = |text: &str| found(text).map(|span| (span.kind, timeline.address(span).into_owned()));
    let web = r#"module.pods["web"].docker_container.main"#;
    assert_eq!(named(&format!("provisioner/apply/{web}")), Some((SpanKind::Resource, web.to_owned())));
    let inner = r#"module.pods["web"].module.net.docker_network.a"#;
    assert_eq!(named(&format!("provisioner/apply/{inner}")), Some((SpanKind::Resource, inner.to_owned())));
    let api = r#"module.pods["api"].docker_container.main"#;
    let provision = format!("provisioner/apply/{api} (create)/{api} (provision)");
    assert_eq!(named(&provision).unwrap().1, format!("{api} (provision)"));
    // Every row has such an address, and it leads to that row and no other.
    for span in timeline.spans.iter().filter(|span| span.kind != SpanKind::Module) {
        let hosts = std::iter::successors(Some(span), |span| span.parent.and_then(|id| timeline.span(id)));
        let names: Vec<_> = hosts
            .filter(|host| host.kind != SpanKind::Module)
            .map(|host| timeline.address(host).into_owned())
            .collect();
        let text = names.into_iter().rev().collect::<Vec<_>>().join("/");
        assert_eq!(found(&text).map(|found| found.id), Some(span.id), "{text}");
    }
    assert_eq!(named("provisioner/apply/module.pods[\"web\"].nothing"), None);
    assert_eq!(named("provisioner/apply/docker_container.main"), None);
}

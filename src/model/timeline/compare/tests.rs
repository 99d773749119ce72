//! Recorded builds beside each other.

use super::*;
use crate::model::recordings;
use crate::model::timeline::{Input, build_timeline};

fn recorded(name: &str) -> Timeline {
    let build = recordings::workspace(&format!("{name}-workspace")).latest_build;
    let timings: crate::wire::timings::BuildTimings = recordings::body(&format!("{name}-timings"));
    build_timeline(&Input { build: &build, timings: Some(&timings), logs: &[], now_ms: 1_900_000_000_000 })
}

fn old() -> Timeline {
    let build = recordings::body("real/old-start-build");
    let timings = recordings::body("real/old-start-timings");
    build_timeline(&Input { build: &build, timings: Some(&timings), logs: &[], now_ms: 0 })
}

#[test]
fn a_build_beside_itself_differs_in_nothing() {
    let timeline = recorded("real/start");
    let comparison = compare(&timeline, &timeline);
    assert!(comparison.only_here.is_empty() && comparison.only_there.is_empty());
    assert!(comparison.both.iter().all(|pair| pair.more_us().unwrap_or(0) == 0));
    let rows = timeline.spans.iter().filter(|span| !span.off_scale && span.kind != SpanKind::Group).count();
    assert_eq!(comparison.both.len(), rows);
    assert!(comparison.sentence(7).contains("about as long as build 7"));
    // A tenth of a second apart on both sides of a half, which whole seconds would make one of.
    let near = Comparison { totals: (3_550_000, 3_450_000), ..comparison };
    assert_eq!(near.sentence(7), "3.6 s, about as long as build 7 (3.5 s).");
}

#[test]
fn what_took_longer_comes_first_and_is_named() {
    let there = recorded("real/start");
    let mut here = there.clone();
    let at =
        here.spans.iter().position(|span| span.kind == SpanKind::Resource && span.phase == Some(Phase::Apply)).unwrap();
    let label = here.spans[at].label.clone();
    here.spans[at].end_us = here.spans[at].end_us.map(|end| end + 9_000_000);
    (here.end_us, here.last_us) = (here.end_us + 9_000_000, here.last_us + 9_000_000);
    for span in &mut here.spans {
        if span.kind == SpanKind::Connect {
            span.end_us = span.end_us.map(|end| end + 9_000_000);
        }
    }
    let comparison = compare(&here, &there);
    assert_eq!(comparison.both[0].more_us(), Some(9_000_000));
    let said = comparison.sentence(3);
    assert!(said.contains("longer than build 3") && said.contains(&format!("{label} +9.0 s")), "{said}");
    assert!(compare(&there, &here).sentence(4).contains("shorter than build 4"));
}

#[test]
fn what_one_alone_has_is_said_apart() {
    let here = recorded("real/start");
    let mut there = here.clone();
    let gone = there
        .spans
        .iter()
        .position(|span| span.kind == SpanKind::Resource && span.phase == Some(Phase::Apply))
        .unwrap();
    there.spans[gone].label = "other.thing".to_owned();
    let comparison = compare(&here, &there);
    assert!(comparison.only_here.iter().any(|pair| pair.label == here.spans[gone].label));
    assert!(comparison.only_there.iter().any(|pair| pair.label == "other.thing"));
    assert!(comparison.only_there.iter().all(|pair| pair.here_us.is_none()));
}

#[test]
fn a_connect_that_the_server_forgot_counts_on_neither_side() {
    let (here, there) = (recorded("real/start"), old());
    let comparison = compare(&here, &there);
    assert!(comparison.without_connect);
    assert!(comparison.totals.0 < whole(&here), "{:?}", comparison.totals);
    assert!(comparison.sentence(1).ends_with("Connect is left out: the server no longer has it of one of them."));
    assert!(!compare(&here, &here).without_connect);
    // It is no row of a figure either.
    let connects = comparison.both.iter().filter(|pair| pair.kind == SpanKind::Connect);
    assert!(connects.into_iter().all(|pair| pair.more_us().is_none()));
}

#[test]
fn parameters_are_named_without_their_values() {
    let value = |name: &str, value: &str| ParameterValue { name: name.to_owned(), value: value.to_owned() };
    let here = [value("cpu", "4"), value("region", "eu"), value("token", "a")];
    let there = [value("cpu", "8"), value("region", "eu"), value("disk", "10")];
    assert_eq!(changed_parameters(&here, &there), ["cpu", "disk", "token"]);
    assert!(changed_parameters(&here, &here).is_empty());
}

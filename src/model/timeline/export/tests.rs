//! The exports of recorded builds: each is read again as its reader would, and has the same spans and times; nobody's
//! words are in one.

use super::*;
use crate::model::recordings;
use crate::model::timeline::{Input, build_timeline};
use proptest::prelude::*;
use serde_json::Value;

fn recorded(name: &str, with_log: bool) -> Timeline {
    let build = recordings::workspace(&format!("{name}-workspace")).latest_build;
    let timings: crate::wire::timings::BuildTimings = recordings::body(&format!("{name}-timings"));
    let logs: Vec<crate::wire::log::ProvisionerJobLog> = if with_log {
        recordings::read(recordings::recording(&format!("{name}-logs"))["response"]["body"].clone()).unwrap()
    } else {
        Vec::new()
    };
    build_timeline(&Input { build: &build, timings: Some(&timings), logs: &logs, now_ms: 1_900_000_000_000 })
}

fn about() -> About {
    let build = recordings::workspace("real/start-workspace").latest_build;
    About { workspace: "w-1".to_owned(), build: build.id, version: "v1".to_owned() }
}

fn all() -> Vec<(&'static str, Timeline)> {
    vec![
        ("start", recorded("real/start", false)),
        ("2025", recorded("2025-07/real/start", true)),
        ("stop", recorded("real/stop", false)),
        ("failed", recorded("real/apply-failed", true)),
    ]
}

#[test]
fn a_csv_has_a_row_for_each_span_and_its_exact_times() {
    for (name, timeline) in all() {
        let text = csv(&timeline, &Mask::of([]));
        let rows: Vec<&str> = text.trim_end().split("\r\n").collect();
        assert_eq!(rows.len(), timeline.spans.len() + 1, "{name}");
        let columns = rows[0].split(',').count();
        for (row, span) in rows[1..].iter().zip(&timeline.spans) {
            assert!(row.starts_with(&format!("{},", span.id)), "{name}: {row}");
            if !row.contains('"') {
                assert_eq!(row.split(',').count(), columns, "{name}: {row}");
            }
            if let Some((start, end)) = span.figures(timeline.now_us).filter(|_| span.has_times()) {
                assert!(row.contains(&format!(",{start},{end},")), "{name}: {row}");
            }
        }
    }
}

/// The events of one thread nest: each lies within what is open, as viewers demand.
fn assert_nests(trace: &Value) {
    let mut threads: std::collections::BTreeMap<(i64, i64), Vec<(i64, i64)>> = std::collections::BTreeMap::new();
    for event in trace["traceEvents"].as_array().unwrap() {
        if event["ph"] == "X" {
            let (start, dur) = (event["ts"].as_i64().unwrap(), event["dur"].as_i64().unwrap());
            assert!(dur >= 0);
            let thread = (event["pid"].as_i64().unwrap(), event["tid"].as_i64().unwrap());
            threads.entry(thread).or_default().push((start, start + dur));
        }
    }
    for (thread, mut bars) in threads {
        bars.sort_by_key(|(start, end)| (*start, std::cmp::Reverse(*end)));
        let mut open: Vec<i64> = Vec::new();
        for (start, end) in bars {
            while open.last().is_some_and(|until| *until <= start) {
                open.pop();
            }
            assert!(open.last().is_none_or(|until| *until >= end), "{thread:?}: {start} to {end} in {open:?}");
            open.push(end);
        }
    }
}

#[test]
fn a_trace_has_every_bar_once_with_its_times_and_nests() {
    for (name, timeline) in all() {
        let trace: Value = serde_json::from_str(&chrome_trace(&timeline, &about(), &Mask::of([]))).unwrap();
        assert_nests(&trace);
        let events: Vec<&Value> =
            trace["traceEvents"].as_array().unwrap().iter().filter(|event| event["ph"] == "X").collect();
        let bars: Vec<&Span> = timeline.spans.iter().filter(|span| span.has_bar()).collect();
        assert_eq!(events.len(), bars.len(), "{name}");
        for span in bars {
            let event = events.iter().find(|event| event["args"]["id"] == span.id).unwrap();
            let (start, end) = span.range(timeline.now_us).unwrap();
            assert_eq!(event["name"], span.label, "{name}");
            assert_eq!((event["ts"].as_i64(), event["dur"].as_i64()), (Some(start), Some(end - start)), "{name}");
        }
    }
}

#[test]
fn otlp_has_every_span_with_its_parent() {
    for (name, timeline) in all() {
        let sent: Value = serde_json::from_str(&otlp(&timeline, &about(), &Mask::of([]))).unwrap();
        let spans = sent["resourceSpans"][0]["scopeSpans"][0]["spans"].as_array().unwrap();
        let told = timeline.spans.iter().filter(|span| span.has_times() && span.range(timeline.now_us).is_some());
        assert_eq!(spans.len(), told.count(), "{name}");
        let ids: Vec<&str> = spans.iter().map(|span| span["spanId"].as_str().unwrap()).collect();
        for span in spans {
            assert_eq!(span["traceId"].as_str().unwrap().len(), 32, "{name}");
            assert_eq!(span["spanId"].as_str().unwrap().len(), 16, "{name}");
            if let Some(parent) = span["parentSpanId"].as_str() {
                assert!(ids.contains(&parent), "{name}: {span}");
            }
            let nanos = |key: &str| span[key].as_str().unwrap().parse::<u64>().unwrap();
            assert!(nanos("endTimeUnixNano") >= nanos("startTimeUnixNano"), "{name}");
        }
    }
}

#[test]
fn no_export_has_terraforms_words_or_a_value() {
    let mut timeline = recorded("real/apply-failed", true);
    let error = timeline.first_error.as_ref().unwrap().message.clone();
    assert!(error.len() > 5);
    let at = timeline.spans.iter().position(|span| span.kind == SpanKind::Resource).unwrap();
    timeline.spans[at].label = "x.y[\"s3cret-token\"]".to_owned();
    timeline.spans[at].note = Some("by s3cret-token".to_owned());
    timeline.notes.push("s3cret-token".to_owned());
    let mask = Mask::of(["s3cret-token".to_owned()]);
    for (name, text) in [
        ("csv", csv(&timeline, &mask)),
        ("trace", chrome_trace(&timeline, &about(), &mask)),
        ("otlp", otlp(&timeline, &about(), &mask)),
        ("markdown", markdown(&timeline, &about(), &mask)),
        ("picture", format!("{:?}", masked(&timeline, &mask))),
    ] {
        assert!(!text.contains("s3cret"), "{name}: {text}");
        assert!(!text.contains(&error), "{name}: {text}");
    }
}

#[test]
fn markdown_says_what_took_the_time() {
    let text = markdown(&recorded("real/start", false), &about(), &Mask::of([]));
    assert!(text.starts_with("### w-1: build "), "{text}");
    assert!(text.contains("| Phase | Time | Share |") && text.contains("| apply | "), "{text}");
    assert!(text.contains("| Longest | Time | Share | Outcome |"), "{text}");
}

proptest! {
    #[test]
    fn whatever_runs_side_by_side_nests_on_its_lanes(bars in prop::collection::vec((0_i64..1_000, 0_i64..300, 0_u8..3), 1..80)) {
        let mut timeline = recorded("real/start", false);
        let leaf = timeline.spans.iter().find(|span| span.kind == SpanKind::Resource).unwrap().clone();
        timeline.spans = bars.iter().enumerate().map(|(at, (start, long, up))| {
            let parent = (at > 0 && *up > 0).then(|| (at as u32 - 1) / u32::from(*up));
            Span { id: at as u32, parent, label: format!("r{at}"), start_us: *start, end_us: Some(start + long), ..leaf.clone() }
        }).collect();
        let trace: Value = serde_json::from_str(&chrome_trace(&timeline, &about(), &Mask::of([]))).unwrap();
        assert_nests(&trace);
        let count = trace["traceEvents"].as_array().unwrap().iter().filter(|event| event["ph"] == "X").count();
        prop_assert_eq!(count, bars.len());
        let sent: Value = serde_json::from_str(&otlp(&timeline, &about(), &Mask::of([]))).unwrap();
        prop_assert_eq!(sent["resourceSpans"][0]["scopeSpans"][0]["spans"].as_array().unwrap().len(), bars.len());
    }
}

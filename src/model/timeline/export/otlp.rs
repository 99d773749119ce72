//! The spans as OTLP/JSON, for whatever takes OpenTelemetry traces: one trace a build, ids made of the build's own, so
//! that the same build is the same trace. Pure.

use super::{About, Mask, build_word, json, kind_word, outcome_word, precision_word};
use crate::model::timeline::{Span, SpanKind, SpanOutcome, Timeline};

fn text_attribute(key: &str, value: &str) -> String {
    format!("{{\"key\":{},\"value\":{{\"stringValue\":{}}}}}", json(key), json(value))
}

fn number_attribute(key: &str, value: i64) -> String {
    // 64-bit integers are strings in the JSON of protocol buffers.
    format!("{{\"key\":{},\"value\":{{\"intValue\":\"{value}\"}}}}", json(key))
}

/// The id of a span: never zero, which would be none.
fn span_id(id: u32) -> String {
    format!("{:016x}", u64::from(id) + 1)
}

fn nanos(timeline: &Timeline, us: i64) -> String {
    // A moment before 1970 is none that OTLP can say.
    (i128::from(timeline.origin_us.saturating_add(us)).max(0) * 1_000).to_string()
}

fn span_json(timeline: &Timeline, span: &Span, trace: &str, mask: &Mask) -> Option<String> {
    let (start, end) = span.range(timeline.now_us).filter(|_| span.has_times())?;
    let mut attributes = vec![
        text_attribute("gantry.kind", kind_word(span.kind)),
        text_attribute("gantry.outcome", outcome_word(span)),
        text_attribute("gantry.precision", precision_word(span.precision)),
    ];
    if let Some(phase) = span.phase {
        attributes.push(text_attribute("coder.phase", phase.as_str()));
    }
    if let Some(action) = &span.action {
        attributes.push(text_attribute("terraform.action", action));
    }
    if span.kind == SpanKind::Resource {
        attributes.push(text_attribute("terraform.address", &mask.name(&timeline.address(span))));
    }
    if let Some(source) = &span.source {
        attributes.push(text_attribute("terraform.provider", source));
    }
    if let Some(code) = span.exit_code {
        attributes.push(number_attribute("process.exit.code", i64::from(code)));
    }
    let status = match span.outcome {
        SpanOutcome::Failed { .. } | SpanOutcome::TimedOut => "{\"code\":2}",
        SpanOutcome::Ok => "{\"code\":1}",
        _ => "{\"code\":0}",
    };
    // What lies off the scale or has no bar is the child of the next above that is told.
    let told = |id: u32| timeline.span(id).filter(|span| span.range(timeline.now_us).is_some() && span.has_times());
    let mut above = span.parent;
    while let Some(parent) = above.filter(|parent| told(*parent).is_none()) {
        above = timeline.span(parent).and_then(|span| span.parent).filter(|next| *next < parent);
    }
    let parent = above.map_or_else(String::new, |parent| format!("\"parentSpanId\":\"{}\",", span_id(parent)));
    Some(format!(
        "{{\"traceId\":\"{trace}\",\"spanId\":\"{}\",{parent}\"name\":{},\"kind\":1,\"startTimeUnixNano\":\"{}\",\"endTimeUnixNano\":\"{}\",\"attributes\":[{}],\"status\":{status}}}",
        span_id(span.id),
        json(&mask.name(&span.label)),
        nanos(timeline, start),
        nanos(timeline, end),
        attributes.join(","),
    ))
}

/// The trace.
pub(crate) fn otlp(timeline: &Timeline, about: &About, mask: &Mask) -> String {
    let trace: String = about.build.to_string().chars().filter(char::is_ascii_hexdigit).collect();
    let resource = [
        text_attribute("service.name", "coder"),
        text_attribute("coder.workspace.name", &about.workspace),
        text_attribute("coder.build.id", &about.build.to_string()),
        number_attribute("coder.build.number", timeline.build_number),
        text_attribute("coder.build.transition", timeline.transition.as_str()),
        text_attribute("coder.build.outcome", build_word(&timeline.outcome)),
        text_attribute("coder.template_version.name", &about.version),
    ];
    let spans: Vec<String> = timeline.spans.iter().filter_map(|span| span_json(timeline, span, &trace, mask)).collect();
    format!(
        "{{\"resourceSpans\":[{{\"resource\":{{\"attributes\":[{}]}},\"scopeSpans\":[{{\"scope\":{{\"name\":\"gantry\"}},\"spans\":[\n{}\n]}}]}}]}}\n",
        resource.join(","),
        spans.join(",\n"),
    )
}

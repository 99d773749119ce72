//! A timeline as files that other tools read: CSV, a Chrome trace, OTLP/JSON, Markdown; and a Chrome trace of ours read
//! again. Neither secrets nor values of parameters are in them: words of Terraform and of the control plane (errors,
//! notes) are left out, and what stands in names is masked ([`Mask`]). Pure: a timeline in, a text out.

mod chrome_trace;
mod csv;
mod markdown;
mod mask;
mod otlp;

pub(crate) use chrome_trace::chrome_trace;
pub(crate) use csv::csv;
pub(crate) use markdown::markdown;
pub(crate) use mask::Mask;
pub(crate) use otlp::otlp;

use super::{Outcome, Precision, Span, SpanKind, SpanOutcome, Timeline};
use crate::wire::id::Id;
use std::fmt::Write as _;

/// What an export says of the build beside its timeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct About {
    /// The workspace.
    pub(crate) workspace: String,
    /// The build.
    pub(crate) build: Id,
    /// The name of its template's version.
    pub(crate) version: String,
}

/// How a span ended, without anybody's words.
fn outcome_word(span: &Span) -> &'static str {
    match &span.outcome {
        SpanOutcome::Ok if span.is_growing() => "under way",
        SpanOutcome::Ok => "ok",
        SpanOutcome::Failed { .. } => "failed",
        SpanOutcome::TimedOut => "timed out",
        SpanOutcome::PipesLeftOpen => "pipes left open",
        SpanOutcome::Unfinished => "unfinished",
        SpanOutcome::NotStarted => "not started",
        SpanOutcome::NotKept => "not kept by the control plane",
        SpanOutcome::Unknown(_) => "a status that Gantry does not know",
    }
}

/// How far the times can be trusted.
const fn precision_word(precision: Precision) -> &'static str {
    match precision {
        Precision::Exact => "exact",
        Precision::Estimated => "estimated",
        Precision::Live => "growing",
    }
}

/// What a span is.
const fn kind_word(kind: SpanKind) -> &'static str {
    match kind {
        SpanKind::Group => "group",
        SpanKind::Stage => "stage",
        SpanKind::Module => "module",
        SpanKind::Resource => "resource",
        SpanKind::Script => "script",
        SpanKind::Connect => "connect",
        SpanKind::Queue => "queue",
        SpanKind::Other => "other",
    }
}

/// How the build ended, without anybody's words.
const fn build_word(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Succeeded => "succeeded",
        Outcome::Failed { .. } => "failed",
        Outcome::Canceled => "canceled",
        Outcome::Running => "running",
        Outcome::Pending => "pending",
        Outcome::Unknown(_) => "unknown",
    }
}

/// The timeline as a picture of it may show it: names masked, and nobody's words.
pub(crate) fn masked(timeline: &Timeline, mask: &Mask) -> Timeline {
    let mut masked = timeline.clone();
    for span in &mut masked.spans {
        span.label = mask.name(&span.label);
        // Beside a script that failed stand its exit code, beside a resource how long it took to fail: neither is
        // anybody's word.
        if let SpanOutcome::Failed { message } = &mut span.outcome {
            "failed".clone_into(message);
        }
        if let SpanOutcome::Unknown(word) = &mut span.outcome {
            "unknown status".clone_into(word);
        }
        if span.kind != SpanKind::Connect {
            span.note = None;
        }
    }
    if let Outcome::Failed { error } = &mut masked.outcome {
        "failed".clone_into(error);
    }
    (masked.first_error, masked.more_errors, masked.notes) = (None, Vec::new(), Vec::new());
    masked
}

/// A moment as RFC 3339 in UTC with six decimals; from µs since the Unix epoch.
fn moment(unix_us: i64) -> String {
    chrono::DateTime::from_timestamp_micros(unix_us)
        .map_or_else(String::new, |at| at.format("%Y-%m-%dT%H:%M:%S%.6fZ").to_string())
}

/// A text as JSON writes it.
fn json(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for letter in text.chars() {
        match letter {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            control if control < ' ' => {
                let _ = write!(quoted, "\\u{:04x}", u32::from(control));
            }
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests;

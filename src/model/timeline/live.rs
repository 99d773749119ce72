//! What still grows: the queue of a waiting build, the last stage of a running one, and how far "now" reaches. Pure.

use super::frame::Frame;
use super::phases::Phase;
use super::span::{Precision, SpanKind, SpanOutcome};
use super::tree::Node;
use super::whole::Outcome;

/// How long the control plane may take to tell what happened, µs: log lines come in bursts, up to about a second late.
/// Growing bars end this long before now (or at the newest time that is known), so that the next burst never makes one
/// shorter.
pub(crate) const LAG_US: i64 = 1_000_000;

/// How long after the build something may still be awaited, µs: what has not come by then is not drawn as growing for
/// days.
pub(crate) const PATIENCE_US: i64 = 3_600_000_000;

/// The moment to which growing spans reach, µs after the origin; `newest` is the newest time that is told.
pub(super) fn horizon(frame: &Frame<'_>, newest: i64, live: bool) -> i64 {
    if live { frame.now.saturating_sub(LAG_US).max(newest).max(0) } else { newest.max(frame.completed.unwrap_or(0)) }
}

/// Waiting for a provisioner: the job's own times, so exact, or growing while it waits.
pub(super) fn queue(frame: &Frame<'_>, outcome: &Outcome) -> Node {
    let mut node = Node::new(SpanKind::Queue, Some(Phase::Queue), "queue".to_owned(), 0);
    let span = &mut node.span;
    span.end_us = frame.started.or(frame.completed);
    if frame.started.is_none() {
        match (outcome, frame.completed) {
            (Outcome::Failed { error }, Some(_)) => span.outcome = SpanOutcome::Failed { message: error.clone() },
            (Outcome::Canceled, Some(_)) => {
                span.outcome = SpanOutcome::Unfinished;
                span.note = Some("canceled before a provisioner took it".to_owned());
            }
            (_, Some(_)) => {}
            (_, None) => span.precision = Precision::Live,
        }
    }
    node
}

/// One bar for the provisioner's work where neither timings nor log lines split it: the job's own times.
pub(super) fn unsplit_work(frame: &Frame<'_>, started: i64, outcome: &Outcome) -> Node {
    let mut node = Node::new(SpanKind::Other, None, "provisioner's work".to_owned(), started);
    let span = &mut node.span;
    span.note = Some("neither timings nor log lines split it".to_owned());
    if let Some(completed) = frame.completed {
        span.end_us = Some(completed.max(started));
    } else {
        span.precision = Precision::Live;
        span.note = Some("no log line yet".to_owned());
    }
    match outcome {
        Outcome::Failed { error } => span.outcome = SpanOutcome::Failed { message: error.clone() },
        Outcome::Canceled => span.outcome = SpanOutcome::Unfinished,
        _ => {}
    }
    node
}

#[cfg(test)]
mod tests;

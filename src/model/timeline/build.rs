//! The timeline of a build, from the best that is known of each of its parts: timings where the control plane keeps
//! them, else the log, and what still grows. Pure.

use super::frame::{Frame, Input, TOLERANCE_US};
use super::parsed_log::ParsedLog;
use super::span::{Precision, Span, SpanKind};
use super::tree::{self, Node};
use super::whole::{Marker, MarkerKind, Outcome, Timeline, heads_of};
use super::{agents, from_logs, from_timings, live, reason};
use crate::model::{duration, left_out, order};
use crate::wire::build::JobStatus;

/// The timeline of a build, from the best that is known of each of its parts: timings where the control plane keeps
/// them, else the log, and what still grows.
pub fn build_timeline(input: &Input<'_>) -> Timeline {
    let build = input.build;
    let frame = Frame::of(input);
    let log = ParsedLog::read(input.logs, &frame);
    let outcome = outcome_of(&frame, &log);
    let mut notes = Vec::new();
    let mut markers = Vec::new();
    let unread =
        input.timings.and_then(|timings| left_out::missing(("row of times", "rows of times"), &timings.left_out));
    notes.extend(unread.map(|(title, text)| format!("{title} {text}")));

    let mut roots = vec![provisioner(&frame, input, &log, &outcome, &mut notes)];
    let mut awaited = false;
    if frame.completed.is_some() {
        awaited = agents::groups(&frame, input.timings, &outcome, &mut roots, &mut markers, &mut notes);
    }

    let mut spans = tree::flatten(roots);
    let told = Told::of(&spans);
    let live = frame.completed.is_none() || awaited || told.grows;
    let now_us = live::horizon(&frame, told.newest, live);
    let last_us = told.last.max(told.growing.map_or(0, |start| now_us.max(start)));
    let mut end_us = frame.completed.unwrap_or(0).max(last_us).max(1);
    mark(&frame, &outcome, &log, now_us, live, &mut markers);
    // What lies far beyond the last bar is no part of the picture, unless an agent says it of this start.
    let far = end_us.saturating_add(60 * TOLERANCE_US);
    markers.retain(|marker| marker.kind == MarkerKind::Ready || marker.at_us <= far);
    for marker in &markers {
        end_us = end_us.max(marker.at_us);
    }
    if told.clamped {
        notes.push(
            "The server's times contradict each other. Some bars are placed by guess; the figures are the server's."
                .to_owned(),
        );
    }
    let mut errors = match outcome {
        Outcome::Failed { .. } | Outcome::Canceled => log.errors(),
        _ => Vec::new(),
    };
    let first_error = (!errors.is_empty()).then(|| errors.remove(0));
    spans.shrink_to_fit();
    Timeline {
        origin_us: frame.origin,
        end_us,
        now_us,
        build_number: build.build_number,
        transition: build.transition.clone(),
        heads: heads_of(&spans),
        last_us,
        spans,
        markers,
        precision: told.precision.unwrap_or(Precision::Exact),
        outcome,
        first_error,
        more_errors: errors,
        job_us: frame.completed,
        live,
        notes,
    }
}

/// What all spans together tell, in one pass: there may be a hundred thousand.
#[derive(Default)]
struct Told {
    /// Whether something grows.
    grows: bool,
    /// When the last one began of what grows on the scale, µs after the origin.
    growing: Option<i64>,
    /// The newest time on the scale.
    newest: i64,
    /// The end of the last bar that has one.
    last: i64,
    clamped: bool,
    precision: Option<Precision>,
}

impl Told {
    fn of(spans: &[Span]) -> Self {
        let mut told = Self::default();
        for span in spans {
            told.clamped |= span.clamped;
            if !span.has_times() {
                continue;
            }
            told.precision = told.precision.max(Some(span.precision));
            let on_scale = !span.off_scale;
            if on_scale {
                told.newest = told.newest.max(span.end_us.unwrap_or(span.start_us));
            }
            if span.is_growing() {
                told.grows = true;
                told.growing = told.growing.max(on_scale.then_some(span.start_us));
            } else if let Some(end) = span.end_us.filter(|_| on_scale) {
                told.last = told.last.max(end.max(span.start_us));
            }
        }
        told
    }
}

/// How the build ended. Who cancels a running build gets status "failed" from the control plane: that somebody asked
/// decides.
fn outcome_of(frame: &Frame<'_>, log: &ParsedLog<'_>) -> Outcome {
    let job = &frame.build.job;
    match &job.status {
        JobStatus::Pending => Outcome::Pending,
        JobStatus::Running | JobStatus::Canceling => Outcome::Running,
        JobStatus::Canceled => Outcome::Canceled,
        JobStatus::Failed if frame.canceled.is_some() => Outcome::Canceled,
        JobStatus::Failed => {
            let told = log.errors().into_iter().next();
            // What was only said on the level of errors is less than what the job says itself.
            let own =
                job.error.as_deref().and_then(reason::of_job).filter(|_| told.as_ref().is_none_or(|told| told.bare));
            let error = own.map(|own| own.message).or_else(|| told.map(|error| error.message));
            let error = error.or_else(|| job.error.clone()).filter(|error| !error.is_empty());
            Outcome::Failed { error: error.unwrap_or_else(|| "no reason is given".to_owned()) }
        }
        JobStatus::Succeeded => Outcome::Succeeded,
        JobStatus::Unknown | JobStatus::Other(_) => Outcome::Unknown(job.status.as_str().to_owned()),
    }
}

/// The provisioner's group: the queue, then the stages from the best source there is.
fn provisioner(
    frame: &Frame<'_>,
    input: &Input<'_>,
    log: &ParsedLog<'_>,
    outcome: &Outcome,
    notes: &mut Vec<String>,
) -> Node {
    let timed = input.timings.map(|timings| timings.provisioner_timings.as_slice()).filter(|rows| !rows.is_empty());
    let stages = if let Some(rows) = timed {
        from_timings::stages(rows, frame, log, notes)
    } else {
        let stages = from_logs::stages(log, frame, outcome);
        if !stages.is_empty() {
            notes.push(estimate_note(frame, input, outcome));
        }
        if log.has_jumped() {
            notes.push(
                "Some lines of the log have times outside the build: they are taken to be of the moment of the line before them."
                    .to_owned(),
            );
        }
        if log.is_cut_off() {
            notes.push("The log was cut off: what came after its last line is not known.".to_owned());
        }
        if log.applied() && *outcome == Outcome::Canceled {
            notes.push("The apply had ended when the cancel took hold: what it made is there.".to_owned());
        }
        stages
    };
    let mut node = Node::new(SpanKind::Group, None, "provisioner".to_owned(), 0);
    node.children.push(live::queue(frame, outcome));
    if stages.is_empty()
        && let Some(started) = frame.started
    {
        node.children.push(live::unsplit_work(frame, started, outcome));
    }
    node.children.extend(stages);
    let end = node.children.iter().filter_map(|child| child.span.end_us).max().unwrap_or(0);
    match frame.completed {
        Some(completed) => node.span.end_us = Some(completed.max(end)),
        None => node.span.precision = Precision::Live,
    }
    node
}

/// Why the bars are estimates, in a sentence.
fn estimate_note(frame: &Frame<'_>, input: &Input<'_>, outcome: &Outcome) -> String {
    let so = "Estimated from the log, except the queue";
    match outcome {
        // Of a build that fails or is canceled no timings are kept.
        _ if frame.completed.is_none() && frame.canceled.is_none() => {
            format!("{so}, until the build succeeds and its exact times are there.")
        }
        Outcome::Succeeded if input.timings.is_some() => format!("{so}: the server keeps no times of this build."),
        _ => format!("{so}."),
    }
}

/// The lines through the chart that belong to the job; those of the agents are there already.
fn mark(frame: &Frame<'_>, outcome: &Outcome, log: &ParsedLog<'_>, now_us: i64, live: bool, markers: &mut Vec<Marker>) {
    if let Some(at_us) = frame.canceled {
        markers.push(Marker { kind: MarkerKind::Canceled, at_us, label: "cancel asked".to_owned() });
    }
    if let (Outcome::Failed { .. }, Some(completed)) = (outcome, frame.completed) {
        let at_us = log.failed_at().unwrap_or(completed).min(completed).max(0);
        let label = format!("failed, {}", duration::span_text(at_us));
        markers.push(Marker { kind: MarkerKind::Failed, at_us, label });
    }
    if live {
        markers.push(Marker { kind: MarkerKind::Now, at_us: now_us, label: "now".to_owned() });
    }
    order::sort_by_key(markers, |marker| marker.at_us);
}

#[cfg(test)]
mod tests;

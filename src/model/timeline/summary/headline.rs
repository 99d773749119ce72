//! What happened to a build, in a sentence or two, and its other errors. Pure.

use super::part::{Part, Tone, count, doing, rough, verb};
use crate::model::timeline::errors::more_errors;
use crate::model::timeline::{LogError, MarkerKind, Outcome, Phase, Span, SpanKind, SpanOutcome, Timeline};
use crate::wire::build::Transition;

/// What happened, in a sentence or two: `Start succeeded, 1 script failed.`, `Start failed: “no machine of 16 CPUs is
/// free in us”, null_resource.machine[0], main.tf line 158, after 4.6 s.`, `Starting: apply, step 4 of 7. 48 s so far.`
pub(crate) fn headline(timeline: &Timeline) -> Vec<Part> {
    let verb = verb(&timeline.transition);
    let so_far = || rough(timeline.now_us);
    match &timeline.outcome {
        Outcome::Succeeded => succeeded(timeline, verb),
        Outcome::Failed { error } => failed(timeline, verb, error),
        Outcome::Canceled => {
            let mut parts = vec![Part::strong(format!("{verb} canceled"))];
            if let Some(us) = timeline.job_us {
                parts.push(Part::plain(format!(" after {}", rough(us))));
            }
            let stage = timeline.heads().find(|span| {
                matches!(span.kind, SpanKind::Stage | SpanKind::Queue) && span.outcome == SpanOutcome::Unfinished
            });
            match stage {
                Some(stage) if stage.kind == SpanKind::Queue => {
                    parts.push(Part::plain(", before a provisioner took it."));
                }
                Some(stage) => parts.push(Part::plain(format!(", during {}.", stage.label))),
                None => parts.push(Part::plain(".")),
            }
            parts
        }
        Outcome::Pending => vec![
            Part::toned(format!("{verb} pending:"), Tone::Busy),
            Part::plain(format!(" waiting for a provisioner, {} so far.", so_far())),
        ],
        Outcome::Running => {
            let canceling = timeline.markers.iter().any(|marker| marker.kind == MarkerKind::Canceled);
            let doing = if canceling { "Canceling" } else { doing(&timeline.transition) };
            let step = growing_stage(timeline).map_or_else(String::new, |stage| {
                let steps = if timeline.transition == Transition::Start { 7 } else { 5 };
                let number = stage.phase.and_then(|phase| Phase::ALL.iter().position(|each| *each == phase));
                match number {
                    Some(number) => format!(" {}, step {} of {steps}.", stage.label, number + 1),
                    None => format!(" {}.", stage.label),
                }
            });
            vec![
                Part::toned(format!("{doing}:"), Tone::Busy),
                Part::plain(step),
                Part::plain(format!(" {} so far.", so_far())),
            ]
        }
        Outcome::Unknown(status) => vec![
            Part::toned(format!("{verb}:"), Tone::Warn),
            Part::plain(format!(" its status is “{status}”, which this version of Gantry does not know.")),
        ],
    }
}

fn growing_stage(timeline: &Timeline) -> Option<&Span> {
    timeline
        .heads()
        .rfind(|span| span.is_growing() && matches!(span.kind, SpanKind::Stage | SpanKind::Queue | SpanKind::Connect))
}

fn succeeded(timeline: &Timeline, verb: &str) -> Vec<Part> {
    let scripts = || timeline.heads().filter(|span| span.kind == SpanKind::Script && !span.off_scale);
    let number = |wanted: fn(&SpanOutcome) -> bool| scripts().filter(|span| wanted(&span.outcome)).count();
    let failed = number(|outcome| matches!(outcome, SpanOutcome::Failed { .. }));
    let timed_out = number(|outcome| *outcome == SpanOutcome::TimedOut);
    let running = scripts().filter(|span| span.is_growing()).count();
    let connecting = |span: &&Span| span.kind == SpanKind::Connect && span.is_growing() && !span.outcome.is_failure();
    let connecting = timeline.heads().filter(connecting).count();
    let absent = timeline.heads().filter(|span| {
        span.kind == SpanKind::Connect && matches!(span.outcome, SpanOutcome::NotStarted | SpanOutcome::TimedOut)
    });
    let absent = absent.count();

    let mut more = Vec::new();
    if failed > 0 {
        more.push(Part::toned(format!("{} failed", count(failed, "script", "scripts")), Tone::Warn));
    }
    if timed_out > 0 {
        more.push(Part::toned(format!("{} timed out", count(timed_out, "script", "scripts")), Tone::Warn));
    }
    if absent > 0 {
        let verb = if absent == 1 { "has" } else { "have" };
        more.push(Part::toned(format!("{} {verb} not connected", count(absent, "agent", "agents")), Tone::Warn));
    }
    if connecting > 0 {
        let verb = if connecting == 1 { "is" } else { "are" };
        more.push(Part::plain(format!("{} {verb} connecting", count(connecting, "agent", "agents"))));
    }
    if running > 0 {
        let verb = if running == 1 { "is" } else { "are" };
        more.push(Part::plain(format!("{} {verb} running", count(running, "script", "scripts"))));
    }
    let mut parts = vec![Part::toned(format!("{verb} succeeded"), Tone::Good)];
    for part in more {
        parts.push(Part::plain(", "));
        parts.push(part);
    }
    parts.push(Part::plain("."));
    parts
}

fn failed(timeline: &Timeline, verb: &str, error: &str) -> Vec<Part> {
    let mut parts = vec![Part::toned(format!("{verb} failed:"), Tone::Bad), Part::plain(" ")];
    let first = timeline.first_error.as_ref();
    // The place is the link where there is one: the error itself may be a paragraph.
    let log_id = first.map(|first| first.log_id);
    let place = first.and_then(LogError::place);
    parts.push(Part { log_id: log_id.filter(|_| place.is_none()), ..Part::strong(format!("“{error}”")) });
    if let Some(resource) = first.and_then(|first| first.resource.as_deref()) {
        parts.push(Part::plain(format!(", {resource}")));
    }
    if let Some(place) = place {
        parts.push(Part::plain(", "));
        parts.push(Part { log_id, ..Part::plain(place) });
    }
    let more = more_errors(timeline.more_errors.len());
    if !more.is_empty() {
        parts.push(Part::plain(format!(", {more}")));
    }
    if let Some(us) = timeline.job_us {
        parts.push(Part::plain(format!(", after {}", rough(us))));
    }
    parts.push(Part::plain("."));
    parts
}

/// The errors beside the first, each with its link into the log. Of very many the first ones, then how many there are
/// beside them.
pub(crate) fn other_errors(timeline: &Timeline) -> Vec<Vec<Part>> {
    const MOST: usize = 20;
    if !matches!(timeline.outcome, Outcome::Failed { .. }) {
        return Vec::new();
    }
    let mut told: Vec<Vec<Part>> = timeline.more_errors.iter().take(MOST).map(of_error).collect();
    if let Some(next) = timeline.more_errors.get(MOST) {
        let rest = more_errors(timeline.more_errors.len() - MOST);
        told.push(vec![Part { log_id: Some(next.log_id), ..Part::plain(rest) }]);
    }
    told
}

fn of_error(error: &LogError) -> Vec<Part> {
    let log_id = Some(error.log_id);
    let place = error.place();
    let mut parts =
        vec![Part { log_id: log_id.filter(|_| place.is_none()), ..Part::plain(format!("“{}”", error.message)) }];
    if let Some(resource) = &error.resource {
        parts.push(Part::plain(format!(", {resource}")));
    }
    if let Some(place) = place {
        parts.push(Part::plain(", "));
        parts.push(Part { log_id, ..Part::plain(place) });
    }
    parts
}

#[cfg(test)]
mod tests;

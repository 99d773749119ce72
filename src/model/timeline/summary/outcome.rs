//! How a span ended, for its column. Pure.

use crate::model::timeline::agents::NOT_KEPT;
use crate::model::timeline::{Phase, Span, SpanKind, SpanOutcome, Timeline};

/// How a span ended, for the column "Outcome": "created", "errored", "exit code 1", "not started", "6 read".
pub(crate) fn outcome_text(timeline: &Timeline, span: &Span) -> String {
    match &span.outcome {
        SpanOutcome::Ok if span.is_growing() => "under way".to_owned(),
        SpanOutcome::Ok => match span.kind {
            SpanKind::Resource => done(span.action.as_deref().unwrap_or_default()),
            SpanKind::Script => "ok".to_owned(),
            SpanKind::Stage if span.phase == Some(Phase::Plan) => {
                let read = timeline.below(span.id).filter(|child| child.action.as_deref() == Some("read")).count();
                if read > 0 { format!("{read} read") } else { String::new() }
            }
            _ => String::new(),
        },
        SpanOutcome::Failed { message } => match span.kind {
            SpanKind::Resource => "errored".to_owned(),
            SpanKind::Script => message.clone(),
            SpanKind::Stage if span.phase == Some(Phase::Scripts) => message.clone(),
            _ => "failed".to_owned(),
        },
        SpanOutcome::TimedOut => "timed out".to_owned(),
        SpanOutcome::PipesLeftOpen => "pipes left open".to_owned(),
        SpanOutcome::Unfinished => "unfinished".to_owned(),
        SpanOutcome::NotStarted if span.kind == SpanKind::Connect => "not connected".to_owned(),
        SpanOutcome::NotStarted => "not started".to_owned(),
        SpanOutcome::NotKept => NOT_KEPT.to_owned(),
        SpanOutcome::Unknown(status) => status.clone(),
    }
}

/// An action that is over.
fn done(action: &str) -> String {
    match action {
        "create" => "created",
        "delete" => "deleted",
        "update" => "updated",
        "replace" => "replaced",
        "read" => "read",
        "state refresh" => "refreshed",
        "provision" => "provisioned",
        "load" => "loaded",
        "install" => "installed",
        other => other,
    }
    .to_owned()
}

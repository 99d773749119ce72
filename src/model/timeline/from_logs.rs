//! The provisioner's stages from a build's log (docs/control-plane-api.md, 6.3), one bar per resource, and which error
//! is whose: for builds without timings (running, failed, canceled, old). Pure.

use super::errors::{Block, LogError};
use super::events::{Deed, plain_address};
use super::frame::Frame;
use super::label::label_of;
use super::modules;
use super::parsed_log::ParsedLog;
use super::phases::Phase;
use super::span::{Precision, SpanKind, SpanOutcome};
use super::stage_log::{Act, Planned, StageLog};
use super::tree::{self, Node};
use super::whole::Outcome;
use rustc_hash::{FxHashMap, FxHashSet};

/// The stages of a log as spans, each with its resources: one ends where the next begins, the last where the job does.
pub(super) fn stages(log: &ParsedLog<'_>, frame: &Frame<'_>, outcome: &Outcome) -> Vec<Node> {
    let failing = failing_stage(log, frame, outcome);
    let mut nodes = Vec::with_capacity(log.stages.len());
    for (index, stage) in log.stages.iter().enumerate() {
        let next = log.stages.get(index + 1).map(|next| next.start);
        let end = next.or_else(|| frame.completed.map(|completed| completed.max(stage.last)));
        let phase = stage.stage.phase;
        let mut node = Node::new(SpanKind::Stage, phase, stage.stage.label.clone(), stage.start);
        node.span.log = Some(stage.lines);
        node.span.precision = if end.is_some() { Precision::Estimated } else { Precision::Live };
        node.span.end_us = end;
        if failing == Some(index) {
            node.span.outcome = match outcome {
                Outcome::Failed { error } => SpanOutcome::Failed { message: error.clone() },
                _ => SpanOutcome::Unfinished,
            };
        }
        node.children = resources(log, frame, outcome, stage, end);
        for child in &mut node.children {
            child.span.phase = phase;
            for nested in &mut child.children {
                nested.span.phase = phase;
            }
            child.clamp(stage.start, end);
        }
        tree::sort(&mut node.children);
        if phase == Some(Phase::Apply) && matches!(outcome, Outcome::Failed { .. } | Outcome::Canceled) {
            node.children.extend(not_started(log, stage, phase));
        }
        node.children = modules::nest(node.children, phase);
        nodes.push(node);
    }
    nodes
}

/// The stage in which a build failed or was canceled: that of the first error, else what the job's own error names
/// ("terraform plan: …"), else the last one that is no cleaning up. None where all of Terraform's work went well.
fn failing_stage(log: &ParsedLog<'_>, frame: &Frame<'_>, outcome: &Outcome) -> Option<usize> {
    if !matches!(outcome, Outcome::Failed { .. } | Outcome::Canceled) {
        return None;
    }
    if let Some((block, _)) = log.told_error() {
        return log.stage_of(&block.stage, block.first);
    }
    if let Some(refused) = log.quota {
        return log.stages.iter().position(|stage| stage.lines.0 <= refused.log_id && refused.log_id <= stage.lines.1);
    }
    if log.applied {
        return None;
    }
    let phase = frame.build.job.error.as_deref().and_then(|error| {
        let word = error.strip_prefix("terraform ")?.split(':').next()?;
        Phase::ALL.into_iter().find(|phase| phase.as_str() == word)
    });
    let named = phase.and_then(|phase| log.stages.iter().position(|stage| stage.stage.phase == Some(phase)));
    named.or_else(|| log.stages.iter().rposition(|stage| stage.stage.label != "cleaning up"))
}

fn resources(
    log: &ParsedLog<'_>,
    frame: &Frame<'_>,
    outcome: &Outcome,
    stage: &StageLog<'_>,
    end: Option<i64>,
) -> Vec<Node> {
    let mut deeds: FxHashMap<&str, (Deed, bool)> = FxHashMap::default();
    for act in &stage.acts {
        let seen = deeds.entry(act.address.as_str()).or_insert((act.deed, false));
        seen.1 |= seen.0 != act.deed;
    }
    let open = || stage.acts.iter().filter(|act| act.end.is_none());
    let errored = stage.acts.iter().any(|act| act.errored);
    // Of what had not ended when its stage failed, the error is that of the one that it names (no line says of a data
    // source that it errored); if it names none, and one alone was left, it is that one's, and why that is thought is
    // said.
    let blame = |act: &Act| {
        let mine = |(_, error): &&(Block, LogError)| match error.resource.as_deref() {
            Some(resource) => {
                let named = |act: &&Act| act.address == resource || plain_address(&act.address) == resource;
                named(&act) && open().filter(named).count() == 1
            }
            None => !errored && open().count() == 1,
        };
        let failed = matches!(outcome, Outcome::Failed { .. }) && act.end.is_none();
        log.blocks.iter().filter(|(block, _)| failed && block.stage == stage.name).find(mine)
    };
    stage
        .acts
        .iter()
        .map(|act| {
            let several = deeds.get(act.address.as_str()).is_some_and(|(_, several)| *several);
            let action = act.deed.action(&act.address);
            let label = label_of(&act.address, action, several);
            let mut node = Node::new(SpanKind::Resource, None, label, act.start);
            node.span.action = Some(action.into());
            node.span.log = Some(act.lines);
            if act.reckoned {
                node.span.note =
                    Some("the log does not have its beginning: reckoned from Terraform's whole seconds".to_owned());
            }
            close(&mut node, act.end, end, log, outcome);
            if act.errored {
                let found = log.error_of(&act.address);
                let message = found.map_or_else(|| "errored".to_owned(), |(_, error)| error.message.clone());
                node.span.log = found.map(|(block, _)| joined(act.lines, block)).or(node.span.log);
                let interrupted = frame.canceled.is_some_and(|canceled| act.end.is_some_and(|end| end >= canceled));
                if interrupted && is_interrupt(&message) {
                    node.span.outcome = SpanOutcome::Unfinished;
                    node.span.note = Some(format!("interrupted by the cancel: {message}"));
                } else {
                    node.span.outcome = SpanOutcome::Failed { message };
                }
            }
            if let Some((block, error)) = blame(act) {
                node.span.outcome = SpanOutcome::Failed { message: error.message.clone() };
                node.span.log = Some(joined(act.lines, block));
                if error.resource.is_none() {
                    node.span.note =
                        Some("the error names no resource; this is the only one that had not ended".to_owned());
                }
            }
            for provision in &act.provisions {
                let label = label_of(&act.address, "provision", false);
                let mut nested = Node::new(SpanKind::Resource, None, label, provision.start);
                nested.span.action = Some("provision".into());
                nested.span.log = Some(provision.lines);
                if !provision.kind.is_empty() {
                    nested.span.note = Some(format!("by {}", provision.kind));
                }
                close(&mut nested, provision.end, act.end.or(end), log, outcome);
                if provision.errored {
                    let message = match &node.span.outcome {
                        SpanOutcome::Failed { message } => message.clone(),
                        _ => "errored".to_owned(),
                    };
                    nested.span.outcome = SpanOutcome::Failed { message };
                }
                node.children.push(nested);
            }
            node
        })
        .collect()
}

/// The lines of a resource with those of its error.
fn joined(lines: (i64, i64), block: &Block) -> (i64, i64) {
    (lines.0.min(block.first), lines.1.max(block.last))
}

/// Ends a span: where the log says, or at the end of what it lies in, unfinished; or it grows.
fn close(node: &mut Node, end: Option<i64>, until: Option<i64>, log: &ParsedLog<'_>, outcome: &Outcome) {
    let span = &mut node.span;
    span.precision = Precision::Estimated;
    if let Some(end) = end {
        span.end_us = Some(end.max(span.start_us));
    } else if let Some(until) = until {
        span.outcome = SpanOutcome::Unfinished;
        span.end_us = Some(until.max(span.start_us));
        if log.overflowed && *outcome != Outcome::Running {
            span.end_us = Some(log.newest.unwrap_or(until).min(until).max(span.start_us));
            span.note = Some("the log was cut off before its end".to_owned());
        }
    } else {
        span.precision = Precision::Live;
    }
}

/// Whether an error is that of being interrupted.
fn is_interrupt(message: &str) -> bool {
    let message = message.to_ascii_lowercase();
    ["cancel", "interrupt", "halted", "signal: killed", "errored"].iter().any(|word| message.contains(word))
}

/// What was planned and never began. Not said where the log was cut off: then it is not known.
fn not_started(log: &ParsedLog<'_>, stage: &StageLog<'_>, phase: Option<Phase>) -> Vec<Node> {
    if log.overflowed {
        return Vec::new();
    }
    let begun: FxHashSet<&str> = stage.acts.iter().map(|act| act.address.as_str()).collect();
    let plan = log.stages.iter().filter(|other| other.stage.phase == Some(Phase::Plan));
    let planned = stage.planned.iter().chain(plan.flat_map(|plan| &plan.planned));
    let mut seen = FxHashSet::default();
    let mut nodes = Vec::new();
    for Planned { address, action, line } in planned {
        let idle = matches!(action.as_str(), "no-op" | "noop" | "forget" | "remove" | "move" | "read");
        if idle || begun.contains(address.as_str()) || !seen.insert(address.as_str()) {
            continue;
        }
        let mut node = Node::new(SpanKind::Resource, phase, label_of(address, action, false), stage.start);
        node.span.precision = Precision::Estimated;
        node.span.outcome = SpanOutcome::NotStarted;
        node.span.action = Some(action.as_str().into());
        node.span.log = Some((*line, *line));
        nodes.push(node);
    }
    nodes
}

#[cfg(test)]
mod tests;

//! The provisioner's stages from the timings that the control plane keeps of succeeded builds
//! (docs/control-plane-api.md, 6.1 to 6.3). Every row becomes exactly one span, to the microsecond. Older servers keep
//! no row of a whole stage: where such a stage begins and ends is then read off the log, and said. Pure. Addresses are
//! hashed by rustc-hash: a hundred thousand of them with the standard hasher take as long as all the rest.

use super::frame::{Frame, correction};
use super::label::label_of;
use super::modules;
use super::parsed_log::ParsedLog;
use super::phases::{Phase, Stage};
use super::span::{Precision, SpanKind, SpanOutcome};
use super::tree::{self, Node};
use crate::model::order;
use crate::model::wording::all_of;
use crate::wire::timings::ProvisionerTiming;
use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};

/// A row this far outside its stage is no part of the picture, µs.
const DAY_US: i64 = 86_400_000_000;

/// The rows of one stage.
struct Bucket<'a> {
    phase: Option<Phase>,
    label: String,
    /// The row of the whole stage; the first if there are several.
    whole: Option<&'a ProvisionerTiming>,
    rows: Vec<&'a ProvisionerTiming>,
}

/// The stages, by their start.
pub(super) fn stages(
    rows: &[ProvisionerTiming],
    frame: &Frame<'_>,
    log: &ParsedLog<'_>,
    notes: &mut Vec<String>,
) -> Vec<Node> {
    let mut buckets: Vec<Bucket<'_>> = Vec::new();
    let mut by_stage: FxHashMap<&str, usize> = FxHashMap::default();
    for row in rows {
        let at = *by_stage.entry(row.stage.as_str()).or_insert_with(|| {
            let Stage { phase, label } = Stage::of_timing(&row.stage);
            buckets.push(Bucket { phase, label, whole: None, rows: Vec::new() });
            buckets.len() - 1
        });
        let Some(bucket) = buckets.get_mut(at) else { continue };
        if bucket.whole.is_none() && is_frame(row) {
            bucket.whole = Some(row);
        } else {
            bucket.rows.push(row);
        }
    }
    let framed = buckets.iter().any(|bucket| bucket.whole.is_some());
    for bucket in &mut buckets {
        // What Terraform did on its own state, and nothing beside it, is the stage.
        if let (None, [only]) = (bucket.whole, bucket.rows.as_slice())
            && is_on_state(only)
        {
            bucket.whole = Some(only);
            bucket.rows.clear();
        }
    }
    if !framed {
        // Nor does such a server have rows of a stage in which nothing was done.
        for phase in [Phase::Init, Phase::Plan, Phase::Apply] {
            if log.told(phase).is_some() && buckets.iter().all(|bucket| bucket.phase != Some(phase)) {
                let label = phase.as_str().to_owned();
                buckets.push(Bucket { phase: Some(phase), label, whole: None, rows: Vec::new() });
            }
        }
    }
    let wholes: Vec<(i64, i64)> = buckets
        .iter()
        .filter_map(|bucket| bucket.whole)
        .filter(|row| !row.started_at.is_zero() && !row.ended_at.is_zero())
        .map(|row| (frame.rel(row.started_at), frame.rel(row.ended_at)))
        .collect();
    let mut nodes: Vec<Node> = buckets.iter().map(|bucket| stage(bucket, frame, log, &wholes)).collect();
    let timed = || nodes.iter().filter(|node| node.span.has_times());
    let earliest = timed().map(|node| node.span.start_us).min();
    let latest = timed().filter_map(|node| node.span.end_us).max();
    if let (Some(earliest), Some(latest)) = (earliest, latest) {
        let by = correction(earliest, latest, frame.work_from(), frame.completed);
        for node in &mut nodes {
            node.shift(by);
        }
    }
    order::sort_by_key(&mut nodes, |node| (node.span.start_us, node.span.phase));
    let estimated =
        nodes.iter().map(|node| &node.span).filter(|span| span.precision == Precision::Estimated && span.has_times());
    let from =
        if estimated.clone().all(|span| span.log.is_some()) { "the log" } else { "what is known of their parts" };
    let estimated: Vec<&str> = estimated.map(|span| span.label.as_str()).collect();
    if !estimated.is_empty() {
        let named = all_of(&estimated);
        let ends = if estimated.len() == 1 { "begins and ends" } else { "begin and end" };
        notes
            .push(format!("The server keeps no times of whole stages: where {named} {ends} is estimated from {from}."));
    }
    nodes
}

/// Whether the row is the frame that newer servers put around a stage.
fn is_frame(row: &ProvisionerTiming) -> bool {
    row.resource.strip_prefix("coder_stage_") == Some(row.stage.as_str())
}

/// Whether the row is of no resource but of Terraform's own state: older servers have one of `init` and one of `graph`.
fn is_on_state(row: &ProvisionerTiming) -> bool {
    row.source == "terraform" && row.resource == "state file"
}

fn stage(bucket: &Bucket<'_>, frame: &Frame<'_>, log: &ParsedLog<'_>, wholes: &[(i64, i64)]) -> Node {
    let phase = bucket.phase;
    let children = resources(bucket, frame, log);
    let mut node = if let Some(whole) = bucket.whole {
        row_node(whole, SpanKind::Stage, bucket.label.clone(), frame)
    } else {
        unframed(bucket, &children, frame, log, wholes)
    };
    node.span.phase = phase;
    node.span.log = phase.and_then(|phase| log.lines_of_phase(phase));
    node.children = children;
    for child in &mut node.children {
        child.span.phase = phase;
        for nested in &mut child.children {
            nested.span.phase = phase;
        }
    }
    node.stretch(DAY_US);
    tree::sort(&mut node.children);
    node.children = modules::nest(node.children, phase);
    node
}

/// A stage of which the server has no row: as the log tells it, between the stages beside it that have one, and over
/// all of its own rows; without a log from its first row to its last.
fn unframed(
    bucket: &Bucket<'_>,
    children: &[Node],
    frame: &Frame<'_>,
    log: &ParsedLog<'_>,
    wholes: &[(i64, i64)],
) -> Node {
    let timed = || children.iter().filter(|child| child.span.has_times());
    let told = bucket.phase.and_then(|phase| log.told(phase));
    let Some(told) = told else {
        let start = timed().map(|child| child.span.start_us).min();
        let mut node = Node::new(SpanKind::Stage, None, bucket.label.clone(), start.unwrap_or(frame.work_from()));
        node.span.end_us = timed().filter_map(|child| child.span.end_us).max();
        node.span.note = Some("from its first row to its last: the stage itself has none".to_owned());
        node.span.precision = Precision::Estimated;
        if node.span.end_us.is_none() {
            node.span.outcome = SpanOutcome::NotKept;
        }
        return node;
    };
    let near = |at: &i64| *at >= told.start.saturating_sub(DAY_US) && *at <= told.end.saturating_add(DAY_US);
    let first = timed().map(|child| child.span.start_us).filter(near).min();
    let last = timed().filter_map(|child| child.span.end_us).filter(near).max();
    // In the log one stage may hold what the rows tell apart.
    let before = wholes.iter().map(|whole| whole.1);
    let before = before.filter(|end| *end >= told.from && *end <= first.unwrap_or(told.start).max(told.start)).max();
    let start = before.unwrap_or(told.start);
    let after = wholes.iter().map(|whole| whole.0);
    let after = after.filter(|from| *from <= told.end && *from >= last.unwrap_or(start).max(start)).min();
    let end = after.unwrap_or(told.end);
    let start = first.map_or(start, |first| first.min(start));
    let end = last.map_or(end, |last| last.max(end));
    let mut node = Node::between(SpanKind::Stage, None, bucket.label.clone(), start, end.max(start));
    node.span.precision = Precision::Estimated;
    node.span.note = Some("its ends are read off the log: the server has no times of the whole stage".to_owned());
    node
}

/// The rows of a stage, by their start, where what a provisioner did lies in the row of its resource.
fn resources(bucket: &Bucket<'_>, frame: &Frame<'_>, log: &ParsedLog<'_>) -> Vec<Node> {
    let mut rows = bucket.rows.clone();
    order::sort_by_key(&mut rows, |row| row.started_at);
    let several = of_several_actions(&rows);
    let provisions = rows.iter().filter(|row| row.action == "provision");
    let provisioned: FxHashSet<&str> = provisions.map(|row| row.resource.as_str()).collect();
    let phase = bucket.phase;

    let mut nodes: Vec<Node> = Vec::with_capacity(rows.len());
    let mut hosts: FxHashMap<&str, Vec<(i64, i64, usize)>> = FxHashMap::default();
    let mut provisions: Vec<(&ProvisionerTiming, Node)> = Vec::new();
    for row in rows {
        let label = label_of(&row.resource, &row.action, several.contains(row.resource.as_str()));
        let mut node = row_node(row, SpanKind::Resource, label, frame);
        node.span.log = phase.and_then(|phase| log.lines_of_resource(phase, &row.resource));
        if row.action == "provision" && node.span.has_times() {
            provisions.push((row, node));
            continue;
        }
        if let Some(end) = node.span.end_us.filter(|_| provisioned.contains(row.resource.as_str())) {
            hosts.entry(row.resource.as_str()).or_default().push((node.span.start_us, end, nodes.len()));
        }
        nodes.push(node);
    }
    for list in hosts.values_mut() {
        order::sort_by(list, Ord::cmp);
    }
    for (row, node) in provisions {
        let (start, end) = (node.span.start_us, node.span.end_us.unwrap_or(node.span.start_us));
        let host = hosts.get(row.resource.as_str()).and_then(|list| {
            let after = list.partition_point(|(from, _, _)| *from <= start);
            let &(_, until, at) = list.get(after.checked_sub(1)?)?;
            (end <= until).then_some(at)
        });
        match host.and_then(|at| nodes.get_mut(at)) {
            Some(host) => host.children.push(node),
            None => nodes.push(node),
        }
    }
    nodes
}

/// The addresses that were acted on in two ways (deleted, then created): their labels need the action. Refreshing and
/// provisioning are in the label anyway.
fn of_several_actions<'a>(rows: &[&'a ProvisionerTiming]) -> FxHashSet<&'a str> {
    let acting = || rows.iter().filter(|row| !matches!(row.action.as_str(), "provision" | "state refresh"));
    let mut several = FxHashSet::default();
    let first = acting().next().map(|row| row.action.as_str());
    if acting().all(|row| Some(row.action.as_str()) == first) {
        return several;
    }
    let mut actions: FxHashMap<&str, &str> = FxHashMap::with_capacity_and_hasher(rows.len(), FxBuildHasher);
    for row in acting() {
        if **actions.entry(&row.resource).or_insert(&row.action) != *row.action {
            several.insert(row.resource.as_str());
        }
    }
    several
}

/// Whether rows lack the frames of their stages, so that the log tells more of where those begin and end.
pub(crate) fn lack_frames(rows: &[ProvisionerTiming]) -> bool {
    !rows.iter().any(is_frame)
}

/// A row as a span. A row without times (0001-01-01) stays, and says that they are not kept.
fn row_node(row: &ProvisionerTiming, kind: SpanKind, label: String, frame: &Frame<'_>) -> Node {
    let mut node = if row.started_at.is_zero() || row.ended_at.is_zero() {
        let mut node = Node::new(kind, None, label, frame.work_from());
        node.span.outcome = SpanOutcome::NotKept;
        node.span.note = Some("its times are not kept by the server".to_owned());
        node
    } else {
        Node::between(kind, None, label, frame.rel(row.started_at), frame.rel(row.ended_at))
    };
    node.span.action = Some(row.action.clone()).filter(|action| !action.is_empty());
    node.span.source = Some(row.source.clone()).filter(|source| !source.is_empty());
    node
}

#[cfg(test)]
mod tests;

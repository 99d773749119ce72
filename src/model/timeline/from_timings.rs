//! The provisioner's stages from the timings that the control plane keeps of succeeded builds (docs/control-plane-api.md, 6.1 to
//! 6.3). Every row becomes exactly one span, to the microsecond. Pure. Addresses are hashed by rustc-hash: a hundred thousand of them
//! with the standard hasher take as long as all the rest.

use super::from_logs::Book;
use super::phases::Stage;
use super::tree::{self, Node};
use super::{Frame, SpanKind, SpanOutcome, correction};
use crate::model::order;
use crate::wire::timings::ProvisionerTiming;
use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};

/// A row this far outside its stage is no part of the picture, µs.
const DAY_US: i64 = 86_400_000_000;

/// The rows of one stage.
struct Bucket<'a> {
    /// The row of the whole stage; the first if there are several.
    whole: Option<&'a ProvisionerTiming>,
    rows: Vec<&'a ProvisionerTiming>,
}

/// The stages, by their start.
pub(super) fn stages(rows: &[ProvisionerTiming], frame: &Frame<'_>, book: &Book<'_>) -> Vec<Node> {
    let mut buckets: Vec<Bucket<'_>> = Vec::new();
    let mut by_stage: FxHashMap<&str, usize> = FxHashMap::default();
    for row in rows {
        let at = *by_stage.entry(row.stage.as_str()).or_insert_with(|| {
            buckets.push(Bucket { whole: None, rows: Vec::new() });
            buckets.len() - 1
        });
        let Some(bucket) = buckets.get_mut(at) else { continue };
        if bucket.whole.is_none() && is_whole(row) {
            bucket.whole = Some(row);
        } else {
            bucket.rows.push(row);
        }
    }
    let mut nodes: Vec<Node> = buckets.iter().filter_map(|bucket| stage(bucket, frame, book)).collect();
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
    nodes
}

/// Whether the row is the frame that Coder puts around a stage.
fn is_whole(row: &ProvisionerTiming) -> bool {
    row.resource.strip_prefix("coder_stage_") == Some(row.stage.as_str())
}

fn stage(bucket: &Bucket<'_>, frame: &Frame<'_>, book: &Book<'_>) -> Option<Node> {
    let first = bucket.whole.or_else(|| bucket.rows.first().copied())?;
    let Stage { phase, label } = Stage::of_timing(&first.stage);
    let children = resources(bucket, frame, book);
    let mut node = if let Some(whole) = bucket.whole {
        row_node(whole, SpanKind::Stage, label, frame)
    } else {
        let timed = || children.iter().filter(|child| child.span.has_times());
        let start = timed().map(|child| child.span.start_us).min();
        let end = timed().filter_map(|child| child.span.end_us).max();
        let mut node = Node::new(SpanKind::Stage, None, label, start.unwrap_or(frame.work_from()));
        node.span.end_us = end;
        node.span.note = Some("from its first row to its last: the stage itself has none".to_owned());
        if end.is_none() {
            node.span.outcome = SpanOutcome::NotKept;
        }
        node
    };
    node.span.phase = phase;
    node.span.log = phase.and_then(|phase| book.lines_of_phase(phase));
    node.children = children;
    for child in &mut node.children {
        child.span.phase = phase;
        for nested in &mut child.children {
            nested.span.phase = phase;
        }
    }
    node.stretch(DAY_US);
    tree::sort(&mut node.children);
    Some(node)
}

/// The rows of a stage, by their start, where what a provisioner did lies in the row of its resource.
fn resources(bucket: &Bucket<'_>, frame: &Frame<'_>, book: &Book<'_>) -> Vec<Node> {
    let mut rows = bucket.rows.clone();
    order::sort_by_key(&mut rows, |row| row.started_at);
    let several = of_several_actions(&rows);
    let provisions = rows.iter().filter(|row| row.action == "provision");
    let provisioned: FxHashSet<&str> = provisions.map(|row| row.resource.as_str()).collect();
    let phase = rows.first().and_then(|row| Stage::of_timing(&row.stage).phase);

    let mut nodes: Vec<Node> = Vec::with_capacity(rows.len());
    let mut hosts: FxHashMap<&str, Vec<(i64, i64, usize)>> = FxHashMap::default();
    let mut provisions: Vec<(&ProvisionerTiming, Node)> = Vec::new();
    for row in rows {
        let label = label_of(&row.resource, &row.action, several.contains(row.resource.as_str()));
        let mut node = row_node(row, SpanKind::Resource, label, frame);
        node.span.log = phase.and_then(|phase| book.lines_of_resource(phase, &row.resource));
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

/// The addresses that were acted on in two ways (deleted, then created): their labels need the action. Refreshing and provisioning are
/// in the label anyway.
fn of_several_actions<'a>(rows: &[&'a ProvisionerTiming]) -> FxHashSet<&'a str> {
    let acting = || rows.iter().filter(|row| !matches!(row.action.as_str(), "provision" | "state refresh"));
    let mut several = FxHashSet::default();
    let first = acting().next().map(|row| row.action.as_str());
    if acting().all(|row| Some(row.action.as_str()) == first) {
        return several;
    }
    let mut actions: FxHashMap<&str, &str> = FxHashMap::with_capacity_and_hasher(rows.len(), FxBuildHasher);
    for row in acting() {
        if *actions.entry(&row.resource).or_insert(&row.action) != row.action {
            several.insert(row.resource.as_str());
        }
    }
    several
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

/// What a reader calls an action on a resource: its address, and the action where that does not go without saying.
pub(super) fn label_of(address: &str, action: &str, several: bool) -> String {
    let address = if address.is_empty() { "(no address)" } else { address };
    match action {
        "state refresh" => format!("{address} (refresh)"),
        "provision" => format!("{address} (provision)"),
        "" => address.to_owned(),
        action if several => format!("{address} ({action})"),
        _ => address.to_owned(),
    }
}

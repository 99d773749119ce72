//! Spans while they are put together: a tree that is laid flat once. Pure.

use super::phases::Phase;
use super::span::{Precision, Span, SpanKind, SpanOutcome};
use super::span_key;
use crate::model::order;

/// A span and what lies in it.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) span: Span,
    pub(super) children: Vec<Node>,
}

impl Node {
    /// A span that is exact, went well and has no end yet.
    pub(super) fn new(kind: SpanKind, phase: Option<Phase>, label: String, start_us: i64) -> Self {
        let span = Span {
            id: 0,
            parent: None,
            depth: 0,
            kind,
            phase,
            label,
            ordinal: 1,
            start_us,
            end_us: None,
            precision: Precision::Exact,
            outcome: SpanOutcome::Ok,
            action: None,
            source: None,
            exit_code: None,
            blocks_login: None,
            clamped: false,
            told: None,
            off_scale: false,
            note: None,
            log: None,
        };
        Self { span, children: Vec::new() }
    }

    /// A span with both ends. An end before the start is moved to it, and said.
    pub(super) fn between(kind: SpanKind, phase: Option<Phase>, label: String, start_us: i64, end_us: i64) -> Self {
        let mut node = Self::new(kind, phase, label, start_us);
        node.span.end_us = Some(end_us.max(start_us));
        if end_us < start_us {
            node.span.clamped = true;
            node.span.told = Some((start_us, end_us));
        }
        node
    }

    /// Moves this span and all in it, because its clock is known to be wrong by this much.
    pub(super) fn shift(&mut self, by_us: i64) {
        if by_us == 0 {
            return;
        }
        let span = &mut self.span;
        span.told = span.told.or_else(|| span.end_us.map(|end| (span.start_us, end)));
        span.clamped = true;
        span.start_us = span.start_us.saturating_add(by_us);
        span.end_us = span.end_us.map(|end| end.saturating_add(by_us));
        for child in &mut self.children {
            child.shift(by_us);
        }
    }

    /// Moves what lies outside these bounds to their edge, this span and all in it, and says so.
    pub(super) fn clamp(&mut self, from_us: i64, until_us: Option<i64>) {
        let span = &mut self.span;
        let until = until_us.unwrap_or(i64::MAX).max(from_us);
        let start = span.start_us.clamp(from_us, until);
        let end = span.end_us.map(|end| end.clamp(start, until));
        if (start, end) != (span.start_us, span.end_us) {
            if span.has_times() {
                span.told = span.told.or_else(|| span.end_us.map(|end| (span.start_us, end)));
                span.clamped = true;
            }
            span.start_us = start;
            span.end_us = end;
        }
        for child in &mut self.children {
            child.clamp(start, end);
        }
    }
}

impl Node {
    /// Stretches this span over what lies in it, and says so; what lies more than `limit_us` outside is moved to its
    /// edge instead.
    pub(super) fn stretch(&mut self, limit_us: i64) {
        let span = &mut self.span;
        let Some(end) = span.end_us.filter(|_| span.has_times()) else { return };
        let (from, until) = (span.start_us.saturating_sub(limit_us), end.saturating_add(limit_us));
        let (mut first, mut last) = (span.start_us, end);
        for child in &mut self.children {
            let Some(child_end) = child.span.end_us.filter(|_| child.span.has_times()) else { continue };
            if child.span.start_us < from || child_end > until {
                child.clamp(span.start_us, Some(end));
            } else {
                first = first.min(child.span.start_us);
                last = last.max(child_end);
            }
        }
        if (first, last) != (span.start_us, end) {
            span.told = span.told.or(Some((span.start_us, end)));
            span.clamped = true;
            (span.start_us, span.end_us) = (first, Some(last));
            span.note =
                span.note.take().or_else(|| Some("its bar covers rows that reach beyond its own times".to_owned()));
        }
    }
}

/// Sorts siblings by start; equal starts keep their order.
pub(super) fn sort(nodes: &mut [Node]) {
    order::sort_by_key(nodes, |node| node.span.start_us);
}

/// Lays the trees flat: parents before children, ids are indices.
pub(super) fn flatten(roots: Vec<Node>) -> Vec<Span> {
    let mut spans = Vec::with_capacity(roots.iter().map(size).sum());
    for root in roots {
        push(root, None, 0, &mut spans);
    }
    span_key::number(&mut spans);
    spans
}

/// How many spans a tree has.
fn size(node: &Node) -> usize {
    1 + node.children.iter().map(size).sum::<usize>()
}

fn push(node: Node, parent: Option<u32>, depth: u8, spans: &mut Vec<Span>) {
    let id = u32::try_from(spans.len()).unwrap_or(u32::MAX);
    let mut span = node.span;
    span.id = id;
    span.parent = parent;
    span.depth = depth;
    spans.push(span);
    for child in node.children {
        push(child, Some(id), depth.saturating_add(1), spans);
    }
}

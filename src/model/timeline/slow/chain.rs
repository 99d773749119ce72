//! The blocking chain: from the end of the build back to its beginning, each time the bar that ended last before the
//! next one began. It is inferred from times alone and is called so; the API tells of no dependency. Pure.

use super::is_leaf;
use crate::model::order;
use crate::model::timeline::{Phase, SpanKind, Timeline};

/// Bars of two clocks may overlap by this much and still follow each other, µs.
const TOUCH_US: i64 = 50_000;

/// A link of the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Link {
    /// The bar; None: a stretch in which no bar ended, told by the stage around it.
    pub(crate) span: Option<u32>,
    /// What it is called.
    pub(crate) label: String,
    /// Its phase.
    pub(crate) phase: Option<Phase>,
    /// From where, µs after the origin.
    pub(crate) from_us: i64,
    /// Until where.
    pub(crate) until_us: i64,
}

impl Link {
    /// How long it is, µs.
    pub(crate) fn us(&self) -> i64 {
        self.until_us.saturating_sub(self.from_us).max(0)
    }
}

/// The chain, from the beginning of the build to its end. Its links follow each other without a gap and do not overlap.
pub(crate) fn blocking_chain(timeline: &Timeline) -> Vec<Link> {
    let mut leaves: Vec<(i64, i64, u32)> = timeline
        .spans
        .iter()
        .filter(|span| is_leaf(timeline, span))
        .filter_map(|span| span.range(timeline.now_us).map(|(start, end)| (end, start, span.id)))
        .filter(|(end, start, _)| end > start && *end > 0)
        .collect();
    // Of those that end together the longest stands last, so that it is met first.
    order::sort_by_key(&mut leaves, |(end, start, id)| (*end, std::cmp::Reverse(*start), std::cmp::Reverse(*id)));
    let Some(mut at) = leaves.last().map(|(end, ..)| *end) else { return Vec::new() };
    let mut links = Vec::new();
    for (end, start, id) in leaves.into_iter().rev() {
        if at <= 0 {
            break;
        }
        // What ends after the next bar began ran beside it; what begins no earlier explains nothing.
        if end > at.saturating_add(TOUCH_US) || start >= at {
            continue;
        }
        let end = end.min(at);
        if at.saturating_sub(end) > TOUCH_US {
            links.push(between(timeline, end, at));
        }
        let Some(span) = timeline.span(id) else { continue };
        let until_us = if at.saturating_sub(end) > TOUCH_US { end } else { at };
        let from_us = start.max(0);
        links.push(Link {
            span: Some(id),
            label: timeline.address(span).into_owned(),
            phase: span.phase,
            from_us,
            until_us,
        });
        at = from_us;
    }
    if at > TOUCH_US {
        links.push(between(timeline, 0, at));
    } else if let Some(first) = links.last_mut() {
        first.from_us = 0;
    }
    links.reverse();
    links
}

/// A stretch in which no bar of its own ended: it is the stage's that covers its middle, if any does.
fn between(timeline: &Timeline, from_us: i64, until_us: i64) -> Link {
    let middle = from_us.midpoint(until_us);
    let mut around = timeline.spans.iter().filter(|span| {
        matches!(span.kind, SpanKind::Stage | SpanKind::Other | SpanKind::Connect)
            && span.has_bar()
            && span.range(timeline.now_us).is_some_and(|(start, end)| start <= middle && middle < end)
    });
    let (phase, label) = around
        .next_back()
        .map_or((None, "nothing is told".to_owned()), |span| (span.phase, format!("{}, beside its rows", span.label)));
    Link { span: None, label, phase, from_us, until_us }
}

//! What is still to come of a build under way, by the last one that went well: for each stage, agent and bar how long
//! it usually is, from where it began or is expected to. Rows that are not there yet are added, without a bar of their
//! own. Pure.

use super::SpanKey;
use super::phases::{LAST_STAGE, Phase};
use super::span::{Precision, Span, SpanKind, SpanOutcome};
use super::span_key;
use super::whole::{Timeline, heads_of};
use std::collections::HashMap;

/// What is said of a row that is only expected.
const EXPECTED: &str = "expected, by the last build that succeeded";

/// A timeline with what is to come.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Expected {
    /// The timeline, with rows for what has not begun, and a scale that reaches to its expected end.
    pub(crate) timeline: Timeline,
    /// From where to where each bar is expected, µs after the origin, by the id of its span.
    pub(crate) outlines: HashMap<u32, (i64, i64)>,
    /// Until when, µs after the origin, all is expected to have ended.
    pub(crate) end_us: i64,
}

impl Expected {
    /// How long that is from now on, µs; never negative.
    pub(crate) fn left_us(&self) -> i64 {
        self.end_us.saturating_sub(self.timeline.now_us).max(0)
    }
}

fn is_step(span: &Span) -> bool {
    matches!(span.kind, SpanKind::Queue | SpanKind::Stage | SpanKind::Connect)
        && span.phase.is_some()
        && !span.off_scale
}

/// The steps directly below a group, in the order in which they began.
fn steps(timeline: &Timeline, group: u32) -> Vec<&Span> {
    timeline.children(group).filter(|span| is_step(span) && span.has_bar()).collect()
}

/// One past the last row below a span.
fn end_of(spans: &[Span], id: u32) -> usize {
    let at = id as usize;
    let depth = spans.get(at).map_or(0, |span| span.depth);
    let below = spans.iter().skip(at + 1).take_while(|span| span.depth > depth).count();
    at + 1 + below
}

/// Puts a span at a place and says its new id to whoever comes after it.
fn insert(spans: &mut Vec<Span>, at: usize, mut span: Span) -> u32 {
    let at = at.min(spans.len());
    let id = u32::try_from(at).unwrap_or(u32::MAX);
    let moved = |other: u32| if other >= id { other.saturating_add(1) } else { other };
    for later in &mut *spans {
        later.id = moved(later.id);
        later.parent = later.parent.map(moved);
    }
    span.id = id;
    spans.insert(at, span);
    id
}

/// A row of something that has not begun.
fn to_come(usual: &Span, parent: Option<u32>, depth: u8, at_us: i64) -> Span {
    Span {
        id: 0,
        parent,
        depth,
        ordinal: 1,
        start_us: at_us,
        end_us: None,
        precision: Precision::Live,
        outcome: SpanOutcome::NotStarted,
        exit_code: None,
        blocks_login: None,
        clamped: false,
        told: None,
        off_scale: false,
        note: Some(EXPECTED.to_owned()),
        log: None,
        ..usual.clone()
    }
}

/// Places the steps of a group one after the other, from `from` on; adds those that are not there. Where the last one
/// is expected to end.
fn place(
    live: &mut Timeline,
    group: u32,
    usual: &Timeline,
    usual_group: u32,
    from: i64,
    outlines: &mut Vec<(SpanKey, (i64, i64))>,
) -> i64 {
    let now = live.now_us;
    let mut at = from;
    let steps = steps(usual, usual_group);
    let own = |live: &Timeline, step: &Span| {
        live.children(group).find(|span| span.label == step.label && span.kind == step.kind).cloned()
    };
    // What usually comes before a step that has begun does not come any more: older servers log init under the name of
    // the plan, and graph under none. Nothing of the job comes after its end.
    let begun = steps.iter().rposition(|step| own(live, step).is_some_and(|own| own.has_bar()));
    let ends = live.children(group).any(|span| span.label == LAST_STAGE);
    for (index, step) in steps.into_iter().enumerate() {
        let Some(length) = step.duration_us(usual.now_us) else { continue };
        match own(live, step) {
            Some(own) if own.is_growing() => {
                let expected = own.start_us.saturating_add(length);
                at = expected.max(now);
                outlines.extend(live.key(own.id).map(|key| (key, (own.start_us, expected.max(own.start_us)))));
            }
            Some(own) if own.has_bar() => at = at.max(own.range(now).map_or(at, |(_, end)| end)),
            Some(own) if own.outcome == SpanOutcome::NotStarted => {
                outlines.extend(live.key(own.id).map(|key| (key, (at.max(now), at.max(now).saturating_add(length)))));
                at = at.max(now).saturating_add(length);
            }
            Some(_) => {}
            None if ends || begun.is_some_and(|begun| index < begun) => {}
            None => {
                let start = at.max(now);
                let depth = live.span(group).map_or(0, |span| span.depth).saturating_add(1);
                let place = end_of(&live.spans, group);
                let id = insert(&mut live.spans, place, to_come(step, Some(group), depth, start));
                at = start.saturating_add(length);
                outlines.extend(live.key(id).map(|key| (key, (start, at))));
            }
        }
    }
    at
}

/// What is still to come of `live`, which is under way, by `usual`, a build of the same kind that went well. None where
/// nothing is.
pub(crate) fn expect(live: &Timeline, usual: &Timeline) -> Option<Expected> {
    if !live.live || live.transition != usual.transition {
        return None;
    }
    let mut grown = live.clone();
    let mut outlines = Vec::new();
    // What grows below the stages, by its own name.
    let by_key: HashMap<SpanKey, i64> = usual
        .spans
        .iter()
        .filter(|span| matches!(span.kind, SpanKind::Resource | SpanKind::Script))
        .filter_map(|span| Some((usual.key(span.id)?, span.duration_us(usual.now_us)?)))
        .collect();
    for span in live.spans.iter().filter(|span| span.is_growing()) {
        if let Some((key, length)) =
            live.key(span.id).and_then(|key| by_key.get(&key).map(|length| (key.clone(), *length)))
        {
            outlines.push((key, (span.start_us, span.start_us.saturating_add(length))));
        }
    }
    let groups: Vec<(u32, String)> = usual
        .spans
        .iter()
        .filter(|span| span.kind == SpanKind::Group && span.parent.is_none() && span.has_bar())
        .map(|span| (span.id, span.label.clone()))
        .collect();
    let mut job_end = 0;
    let mut end_us = 0;
    for (at, (usual_group, label)) in groups.into_iter().enumerate() {
        let own =
            grown.spans.iter().find(|span| span.kind == SpanKind::Group && span.label == label).map(|span| span.id);
        let group = match (own, usual.span(usual_group)) {
            (Some(own), _) => own,
            (None, Some(known)) => {
                let place = grown.spans.len();
                insert(&mut grown.spans, place, to_come(known, None, 0, job_end))
            }
            (None, None) => continue,
        };
        let end = place(&mut grown, group, usual, usual_group, job_end, &mut outlines);
        if at == 0 {
            job_end = grown.job_us.unwrap_or(end).max(0);
        }
        end_us = end.max(end_us);
    }
    span_key::number(&mut grown.spans);
    grown.heads = heads_of(&grown.spans);
    let outlines: HashMap<u32, (i64, i64)> =
        outlines.into_iter().filter_map(|(key, range)| Some((grown.find(&key)?, range))).collect();
    if outlines.is_empty() {
        return None;
    }
    let last = outlines.values().map(|(_, end)| *end).max().unwrap_or(0);
    grown.end_us = grown.end_us.max(last);
    Some(Expected { timeline: grown, outlines, end_us: end_us.max(0) })
}

/// The phases that are still to come or under way, with how long they are expected to take from now on, µs.
pub(crate) fn left_by_phase(expected: &Expected) -> Vec<(Phase, i64)> {
    let now = expected.timeline.now_us;
    let mut left: Vec<(Phase, i64)> = Vec::new();
    for span in expected.timeline.spans.iter().filter(|span| is_step(span)) {
        let (Some(phase), Some((start, end))) = (span.phase, expected.outlines.get(&span.id)) else { continue };
        let us = end.saturating_sub(now.max(*start)).max(0);
        match left.iter_mut().find(|(other, _)| *other == phase) {
            Some((_, known)) => *known = us.max(*known),
            None => left.push((phase, us)),
        }
    }
    left
}

#[cfg(test)]
mod tests;

//! What of a build is slow: the phases by what they took, the longest bars, the chain of bars that each waited for the
//! one before (inferred: the API names no dependencies), and the job beside the template's usual times and the
//! workspace's own last builds. Pure.

mod against;
mod chain;

pub(crate) use against::{Own, against_own, against_usual, job_of, work_of};
pub(crate) use chain::{Link, blocking_chain};

use super::summary::whole;
use super::{Phase, Precision, Span, SpanKind, Timeline};
use crate::model::order;

/// What a phase, or a stage that is none, took of the whole.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct PhaseShare {
    /// The phase; None: a stage that is none, or what nothing tells of.
    pub(crate) phase: Option<Phase>,
    /// What it is called.
    pub(crate) label: String,
    /// How long, µs; what runs side by side counts once.
    pub(crate) us: i64,
    /// In parts of the whole.
    pub(crate) part: f64,
    /// Whether some of it is not exact.
    pub(crate) estimated: bool,
}

/// What takes up time on its own: what has nothing below it that does, and is no heading.
fn is_leaf(timeline: &Timeline, span: &Span) -> bool {
    let within = |span: &Span| span.parent.and_then(|parent| timeline.span(parent));
    // What a provisioner did lies in its resource's own row.
    let nested = span.action.as_deref() == Some("provision")
        && within(span).is_some_and(|parent| parent.kind == SpanKind::Resource);
    span.has_bar()
        && !nested
        && !matches!(span.kind, SpanKind::Group | SpanKind::Module)
        && !timeline.children(span.id).any(|child| child.has_bar() && child.action.as_deref() != Some("provision"))
}

/// A phase, its name, whether some of it is not exact, and its stretches of time.
type Stretches = (Option<Phase>, String, bool, Vec<(i64, i64)>);

/// Joins stretches that touch or overlap; sorted.
fn joined(mut stretches: Vec<(i64, i64)>) -> Vec<(i64, i64)> {
    order::sort_by_key(&mut stretches, |stretch| *stretch);
    let mut joined: Vec<(i64, i64)> = Vec::with_capacity(stretches.len());
    for (start, end) in stretches {
        match joined.last_mut() {
            Some(last) if last.1 >= start => last.1 = last.1.max(end),
            _ => joined.push((start, end)),
        }
    }
    joined
}

fn length(stretches: &[(i64, i64)]) -> i64 {
    stretches.iter().fold(0_i64, |sum, (start, end)| sum.saturating_add(end.saturating_sub(*start)))
}

/// The phases by what they took, the longest first; what nothing tells of stands at its place if it is worth a word.
pub(crate) fn phases(timeline: &Timeline) -> Vec<PhaseShare> {
    let whole = whole(timeline);
    if whole <= 0 {
        return Vec::new();
    }
    let mut by_name: Vec<Stretches> = Vec::new();
    for span in timeline.heads().filter(|span| span.has_bar()) {
        if !matches!(span.kind, SpanKind::Queue | SpanKind::Stage | SpanKind::Connect | SpanKind::Other) {
            continue;
        }
        let Some((start, end)) = span.range(timeline.now_us) else { continue };
        let label = span.phase.map_or_else(|| span.label.clone(), |phase| phase.as_str().to_owned());
        let estimated = span.precision != Precision::Exact;
        let stretch = (start.clamp(0, whole), end.clamp(0, whole));
        match by_name.iter_mut().find(|(phase, name, ..)| *phase == span.phase && *name == label) {
            Some((_, _, some, stretches)) => {
                *some |= estimated;
                stretches.push(stretch);
            }
            None => by_name.push((span.phase, label, estimated, vec![stretch])),
        }
    }
    let told = length(&joined(by_name.iter().flat_map(|(.., stretches)| stretches.iter().copied()).collect()));
    let part = |us: i64| (us as f64 / whole as f64).clamp(0.0, 1.0);
    let mut shares: Vec<PhaseShare> = by_name
        .into_iter()
        .map(|(phase, label, estimated, stretches)| {
            let us = length(&joined(stretches));
            PhaseShare { phase, label, us, part: part(us), estimated }
        })
        .collect();
    let rest = whole.saturating_sub(told);
    if part(rest) >= 0.01 {
        shares.push(PhaseShare {
            phase: None,
            label: "between them, nothing is told".to_owned(),
            us: rest,
            part: part(rest),
            estimated: false,
        });
    }
    order::sort_by_key(&mut shares, |share| (std::cmp::Reverse(share.us), share.phase));
    shares
}

/// The longest bars that are no heading of others, the longest first.
pub(crate) fn longest(timeline: &Timeline, most: usize) -> Vec<u32> {
    let mut bars: Vec<(i64, u32)> = timeline
        .spans
        .iter()
        .filter(|span| is_leaf(timeline, span))
        .filter_map(|span| Some((span.duration_us(timeline.now_us)?, span.id)))
        .filter(|(us, _)| *us > 0)
        .collect();
    let rank = |(us, id): &(i64, u32)| (std::cmp::Reverse(*us), *id);
    // Of a hundred thousand, not all need be in order for the first five to be known.
    if most < bars.len() {
        bars.select_nth_unstable_by_key(most, rank);
        bars.truncate(most);
    }
    order::sort_by_key(&mut bars, rank);
    bars.into_iter().map(|(_, id)| id).collect()
}

/// Whether there is any bar to name.
pub(crate) fn has_longest(timeline: &Timeline) -> bool {
    let long = |span: &&Span| span.duration_us(timeline.now_us).is_some_and(|us| us > 0);
    timeline.spans.iter().filter(long).any(|span| is_leaf(timeline, span))
}

#[cfg(test)]
mod tests;

//! What is worked out once for each timeline: which rows lie below which, which begin folded, what is merged into a
//! folded row; so that a frame costs what it shows and not what there is. Pure; imports `model`.

use crate::model::timeline::SpanKind;
use crate::model::timeline::Timeline;
use rustc_hash::FxHashMap;
use std::collections::HashMap;

/// From this many rows below it on, a folded row shows them as a thin strip under its bar.
pub(super) const STRIP_FROM: usize = 8;
/// A timeline of at most this many rows is shown unfolded.
const UNFOLDED: usize = 200;
/// In a longer one, rows with more than this many below them begin folded.
const LARGE: usize = 40;

/// The disjoint stretches of time in which something below a row happened, sorted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Lane {
    /// Of anything.
    pub(super) all: Vec<(i64, i64)>,
    /// Of failures.
    pub(super) failed: Vec<(i64, i64)>,
}

/// Joins stretches that touch or overlap.
fn join(mut stretches: Vec<(i64, i64)>) -> Vec<(i64, i64)> {
    if !stretches.is_sorted() {
        stretches.sort_unstable();
    }
    stretches.dedup_by(|(start, end), last| {
        let touches = last.1 >= *start;
        if touches {
            last.1 = last.1.max(*end);
        }
        touches
    });
    stretches.shrink_to_fit();
    stretches
}

/// The lanes of all rows that have one. What lies below comes later, so one pass from the end finds the lanes of a
/// row's children joined already: a bar is sorted once, however deep it lies.
fn lanes(timeline: &Timeline, ends: &[u32]) -> FxHashMap<u32, Lane> {
    let mut lanes: FxHashMap<u32, Lane> = FxHashMap::default();
    for (at, span) in timeline.spans.iter().enumerate().rev() {
        let end = ends.get(at).map_or(at, |end| *end as usize);
        // A module has no bar of its own: folded, only the strip says what happened in it.
        let below = end.saturating_sub(at + 1);
        if below == 0 || (below < STRIP_FROM && span.kind != SpanKind::Module) {
            continue;
        }
        let mut lane = Lane::default();
        let mut next = at + 1;
        while let Some(inner) = timeline.spans.get(next).filter(|_| next < end) {
            if let Some(range) = inner.range(timeline.now_us).filter(|_| inner.has_bar()) {
                lane.all.push(range);
                if inner.outcome.is_failure() {
                    lane.failed.push(range);
                }
            }
            let after = ends.get(next).map_or(next + 1, |end| *end as usize).max(next + 1);
            let within = if after > next + 1 { u32::try_from(next).ok().and_then(|id| lanes.get(&id)) } else { None };
            next += 1;
            if let Some(within) = within {
                lane.all.extend_from_slice(&within.all);
                lane.failed.extend_from_slice(&within.failed);
                next = after;
            }
        }
        lanes.insert(at as u32, Lane { all: join(lane.all), failed: join(lane.failed) });
    }
    lanes
}

/// What is worked out once for each timeline, so that a frame costs what it shows and not what there is.
#[derive(Clone, Debug, Default)]
pub struct Index {
    /// One past the last row below each row.
    ends: Vec<u32>,
    open: Vec<bool>,
    lanes: FxHashMap<u32, Lane>,
}

impl Index {
    /// Of this timeline. O(n log n).
    pub fn of(timeline: &Timeline) -> Self {
        let count = timeline.spans.len();
        let mut ends: Vec<u32> = (0..count).map(|at| u32::try_from(at + 1).unwrap_or(u32::MAX)).collect();
        // Children come after their parents, so one pass from the end hands every end upwards.
        for at in (0..count).rev() {
            let end = ends.get(at).copied().unwrap_or_default();
            let parent = timeline.spans.get(at).and_then(|span| span.parent);
            if let Some(above) = parent.and_then(|parent| ends.get_mut(parent as usize)) {
                *above = (*above).max(end);
            }
        }
        let below = |at: usize| (ends.get(at).copied().unwrap_or_default() as usize).saturating_sub(at + 1);
        let mut open = vec![true; count];
        if count > UNFOLDED {
            for (at, open) in open.iter_mut().enumerate() {
                let group = || timeline.spans.get(at).is_some_and(|span| span.kind == SpanKind::Group);
                *open = below(at) <= LARGE || group();
            }
        }
        let lanes = lanes(timeline, &ends);
        Self { ends, open, lanes }
    }

    /// How many rows lie below this one, at any depth.
    pub fn below(&self, span: u32) -> usize {
        (self.ends.get(span as usize).copied().unwrap_or_default() as usize).saturating_sub(span as usize + 1)
    }

    /// What happened below a folded row.
    pub(super) fn lane(&self, span: u32) -> Option<&Lane> {
        self.lanes.get(&span)
    }

    /// Whether the row shows what is below it, given what the reader has folded and unfolded.
    pub fn is_open(&self, span: u32, folds: &Folds) -> bool {
        folds.get(&span).copied().unwrap_or_else(|| self.open.get(span as usize).copied().unwrap_or(true))
    }

    /// The rows to show, in order.
    pub fn rows(&self, folds: &Folds) -> Vec<u32> {
        let mut rows = Vec::new();
        let mut at = 0_u32;
        while let Some(end) = self.ends.get(at as usize) {
            rows.push(at);
            at = if self.is_open(at, folds) { at + 1 } else { *end };
        }
        rows
    }
}

/// What the reader has folded (false) and unfolded (true), by the spans of this timeline.
pub type Folds = HashMap<u32, bool>;

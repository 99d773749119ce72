//! What the reader has folded and unfolded, by keys that outlive a timeline, and the rows that are shown for it.
//! Imports `model` and the index.

use super::data::ChartData;
use super::index::Folds;
use crate::model::order;
use crate::model::timeline::SpanKey;
use leptos::prelude::*;
use std::collections::HashMap;
use std::sync::Arc;

/// The folds and the rows.
#[derive(Clone, Copy)]
pub(super) struct Folding {
    data: Memo<ChartData>,
    asked: RwSignal<HashMap<SpanKey, bool>>,
    /// The same for the timeline that is shown.
    pub(super) folds: Memo<Folds>,
    /// The rows to show, in order.
    pub(super) rows: Memo<Arc<Vec<u32>>>,
}

impl Folding {
    pub(super) fn new(data: Memo<ChartData>, first: Vec<(SpanKey, bool)>) -> Self {
        let asked = RwSignal::new(first.into_iter().collect::<HashMap<SpanKey, bool>>());
        let folds = Memo::new(move |_| {
            let data = data.get();
            let here = |(key, open): (&SpanKey, &bool)| Some((data.timeline.find(key)?, *open));
            asked.with(|asked| asked.iter().filter_map(here).collect::<Folds>())
        });
        let rows = Memo::new(move |_| folds.with(|folds| Arc::new(data.get().index.rows(folds))));
        Self { data, asked, folds, rows }
    }

    /// What was folded and unfolded by hand, in a fixed order. Tracked.
    pub(super) fn by_hand(self) -> Vec<(SpanKey, bool)> {
        let mut all: Vec<(SpanKey, bool)> =
            self.asked.with(|asked| asked.iter().map(|(key, open)| (key.clone(), *open)).collect());
        order::sort_by(&mut all, |(one, _), (other, _)| one.as_str().cmp(other.as_str()));
        all
    }

    /// Whether a span has something below it, and shows that.
    pub(super) fn shows_below(self, id: u32) -> bool {
        let data = self.data.get_untracked();
        data.index.below(id) > 0 && self.folds.with_untracked(|folds| data.index.is_open(id, folds))
    }

    /// Folds a span (false), unfolds it (true), or does what was not done last.
    pub(super) fn fold(self, id: u32, open: Option<bool>) {
        let data = self.data.get_untracked();
        if data.index.below(id) == 0 {
            return;
        }
        let open = open.unwrap_or_else(|| !self.folds.with_untracked(|folds| data.index.is_open(id, folds)));
        if let Some(key) = data.timeline.key(id) {
            self.asked.update(|asked| {
                asked.insert(key, open);
            });
        }
    }

    /// Unfolds whatever a span lies in.
    pub(super) fn unfold_above(self, id: u32) {
        let data = self.data.get_untracked();
        let parent = |id: u32| data.timeline.span(id).and_then(|span| span.parent);
        let closed: Vec<SpanKey> = self.folds.with_untracked(|folds| {
            let above = std::iter::successors(parent(id), |above| parent(*above));
            above
                .filter(|above| !data.index.is_open(*above, folds))
                .filter_map(|above| data.timeline.key(above))
                .collect()
        });
        if !closed.is_empty() {
            self.asked.update(|asked| asked.extend(closed.into_iter().map(|key| (key, true))));
        }
    }
}

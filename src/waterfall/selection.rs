//! The one selection: the key of a span, held by the page. Everything that shows it reads it here, and everything that
//! selects writes it here. Imports `model`.

use super::data::ChartData;
use crate::model::timeline::SpanKey;
use leptos::prelude::*;

/// The selection, as the parts of the chart see it.
#[derive(Clone, Copy)]
pub(super) struct Selection {
    data: Memo<ChartData>,
    key: Signal<Option<SpanKey>>,
    set: SignalSetter<Option<SpanKey>>,
    /// The selected span of the timeline that is shown. A key outlives a timeline; a growing build may put spans before
    /// it.
    pub(super) id: Memo<Option<u32>>,
}

impl Selection {
    pub(super) fn new(data: Memo<ChartData>, key: Signal<Option<SpanKey>>, set: SignalSetter<Option<SpanKey>>) -> Self {
        let id = Memo::new(move |_| key.with(|key| data.with(|data| data.timeline.find(key.as_ref()?))));
        Self { data, key, set, id }
    }

    /// What is selected, whether or not the timeline has it.
    pub(super) fn key(self) -> Option<SpanKey> {
        self.key.get()
    }

    /// Selects a span of the timeline that is shown, or nothing.
    pub(super) fn select(self, id: Option<u32>) {
        let key = id.and_then(|id| self.data.with_untracked(|data| data.timeline.key(id)));
        if self.key.with_untracked(|now| *now != key) {
            self.set.set(key);
        }
    }
}

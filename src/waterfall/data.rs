//! A timeline and what is worked out once for it. Imports `model` and the index.

use super::index::Index;
use crate::model::timeline::{Timeline, summary};
use leptos::prelude::*;
use std::ops::Deref;
use std::sync::Arc;

/// A timeline and what is worked out once for it.
#[derive(Debug)]
pub(super) struct Prepared {
    pub(super) timeline: Arc<Timeline>,
    pub(super) index: Index,
    pub(super) summary: String,
}

/// Compared by identity: a timeline is never changed, only replaced.
#[derive(Clone, Debug)]
pub(super) struct ChartData(Arc<Prepared>);

impl PartialEq for ChartData {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Deref for ChartData {
    type Target = Prepared;

    fn deref(&self) -> &Prepared {
        &self.0
    }
}

impl ChartData {
    /// The data of what `timeline` says. What did not change is not worked out again: the clock ticks for live builds
    /// too.
    pub(super) fn of(timeline: Signal<Arc<Timeline>>) -> Memo<Self> {
        Memo::new(move |old: Option<&Self>| {
            let timeline = timeline.get();
            match old {
                Some(old) if Arc::ptr_eq(&old.timeline, &timeline) || *old.timeline == *timeline => old.clone(),
                _ => {
                    let (index, summary) = (Index::of(&timeline), summary::sentence(&timeline));
                    Self(Arc::new(Prepared { timeline, index, summary }))
                }
            }
        })
    }
}

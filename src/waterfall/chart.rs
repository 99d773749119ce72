//! What the parts of the chart share: handles of the data, the selection, the folds, the range of time, the pointer,
//! and the elements. Imports `model` and the files beside it.

use super::canvas::Size;
use super::data::ChartData;
use super::folding::Folding;
use super::looks::{ColorBy, Looks};
use super::outlines::Outlines;
use super::scale::Scale;
use super::search::hits;
use super::selection::Selection;
use super::zooming::Zooming;
use crate::model::timeline::{SpanKey, Timeline};
use leptos::html;
use leptos::prelude::*;
use std::sync::Arc;

/// Handles; a copy is the same chart.
#[derive(Clone, Copy)]
pub(super) struct Chart {
    pub(super) data: Memo<ChartData>,
    pub(super) selection: Selection,
    pub(super) folding: Folding,
    pub(super) zooming: Zooming,
    /// What stands behind the bars.
    pub(super) outlines: Signal<Option<Arc<Outlines>>>,
    /// The canvas of the bars.
    pub(super) size: RwSignal<Size>,
    /// CSS pixels of the rows that are scrolled out above.
    pub(super) scroll: RwSignal<f64>,
    /// Where the mouse is, CSS pixels from the left top of the bars.
    pub(super) cursor: RwSignal<Option<(f64, f64)>>,
    /// The span of the row under the mouse.
    pub(super) hot: RwSignal<Option<u32>>,
    pub(super) root: NodeRef<html::Div>,
    pub(super) scroller: NodeRef<html::Div>,
    pub(super) tree: NodeRef<html::Ul>,
    /// The field that finds spans.
    pub(super) finder: NodeRef<html::Input>,
    /// What is sought.
    pub(super) find: RwSignal<String>,
    /// What was found, in display order.
    pub(super) hits: Memo<Arc<Vec<u32>>>,
    /// What colours mean.
    pub(super) color: RwSignal<ColorBy>,
    /// Whether the scale is shortened where nothing begins or ends.
    pub(super) gaps: RwSignal<bool>,
    /// What is being swept on the axis, CSS pixels.
    pub(super) swept: RwSignal<Option<(f64, f64)>>,
    /// The button that shows the keys.
    pub(super) keys: NodeRef<html::Button>,
    /// The id of what shows the keys.
    pub(super) keys_id: StoredValue<String>,
}

impl Chart {
    pub(super) fn new(
        timeline: Signal<Arc<Timeline>>,
        selected: Signal<Option<SpanKey>>,
        select: SignalSetter<Option<SpanKey>>,
        outlines: Signal<Option<Arc<Outlines>>>,
        looks: Looks,
        keys_id: String,
    ) -> Self {
        let (data, size) = (ChartData::of(timeline), RwSignal::new(Size::default()));
        let find = RwSignal::new(looks.find);
        let hits = Memo::new(move |_| find.with(|text| data.with(|data| Arc::new(hits(&data.timeline, text)))));
        let gaps = RwSignal::new(looks.gaps);
        let scale = Memo::new(move |_| {
            Arc::new(if gaps.get() { data.with(|data| Scale::shortened(&data.timeline)) } else { Scale::default() })
        });
        Self {
            data,
            selection: Selection::new(data, selected, select),
            folding: Folding::new(data, looks.folds),
            zooming: Zooming::new(data, size, looks.range, scale),
            outlines,
            size,
            scroll: RwSignal::new(0.0),
            cursor: RwSignal::new(None),
            hot: RwSignal::new(None),
            root: NodeRef::new(),
            scroller: NodeRef::new(),
            tree: NodeRef::new(),
            finder: NodeRef::new(),
            find,
            hits,
            color: RwSignal::new(looks.color),
            gaps,
            swept: RwSignal::new(None),
            keys: NodeRef::new(),
            keys_id: StoredValue::new(keys_id),
        }
    }
}

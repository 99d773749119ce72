//! The waterfall of a build in a panel. Its code comes with the page of a build, in the part of the application that is
//! fetched for that: a panel without a chart does without. May import `waterfall` and below.

use crate::model::timeline::{SpanKey, SpanKind, Timeline};
use crate::store::deferred::{Deferred, Fetch};
use crate::store::use_stores;
use crate::waterfall::{Looks, Shown, Waterfall};
use leptos::prelude::*;
use std::sync::Arc;

/// What makes a chart: of a timeline, and with the way to the lines of a log.
pub(crate) type MakesChart = fn(Signal<Arc<Timeline>>, Callback<(i64, i64)>) -> AnyView;

/// Says how the chart's code is fetched. Call it above the panels.
pub(crate) fn provide(fetch: Fetch<MakesChart>) {
    provide_context(Deferred::new(fetch, use_stores().client.again()));
}

/// The chart's code, once it is here; it is asked for by whoever looks.
pub(super) fn use_chart() -> ArcSignal<Option<MakesChart>> {
    let code = expect_context::<Deferred<MakesChart>>();
    code.want();
    code.here
}

/// A chart of more rows than this begins with its stages alone: a panel has little room, and what is folded opens by a
/// click.
const ROWS: usize = 16;

/// The stages that begin folded.
fn folded(timeline: &Timeline) -> Vec<(SpanKey, bool)> {
    if timeline.spans.len() <= ROWS {
        return Vec::new();
    }
    let stages = (0_u32..).zip(&timeline.spans).filter(|(_, span)| span.kind == SpanKind::Stage);
    stages.filter_map(|(id, _)| Some((timeline.key(id)?, false))).collect()
}

/// The chart. What is selected in it, and whether it is its table, is nobody's business but the panel's.
pub(crate) fn chart(timeline: Signal<Arc<Timeline>>, on_log: Callback<(i64, i64)>) -> AnyView {
    let (selected, shown) = (RwSignal::new(None::<SpanKey>), RwSignal::new(Shown::Chart));
    let width = RwSignal::new(None::<f64>);
    let looks = Looks { folds: timeline.with_untracked(|timeline| folded(timeline)), ..Looks::default() };
    view! { <Waterfall timeline selected select=selected shown show=shown names_width=width set_names_width=width on_log looks/> }
        .into_any()
}

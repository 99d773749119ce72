//! The chart of a build: model, scene and paint are three things (docs/architecture.md, "A waterfall"). `viewport` and
//! `scene` work out what can be seen, `paint` draws it through plotters, `canvas` is its backend, `input` reads hands
//! and keys, `table` says the same in figures; this file is the component that joins them. Data by props; imports
//! neither `store` nor `api`, only `browser`, `model` and `paths` below.
//!
//! The rows' names and figures are elements (found, read aloud, selected), bars are pixels. The canvas has the size of
//! what is in view, whatever the number of rows; above 200 rows the rows are a pool of slots that moves with the scroll
//! position. Heights that depend on data are attributes of `<svg>` spacers, so that no element has a style attribute.
#![allow(
    clippy::large_types_passed_by_value,
    reason = "a chart is a handful of signals, which are copied as Leptos's own handles are"
)]

pub(crate) mod canvas;
mod chart;
mod data;
mod details;
mod divider;
mod drawing;
mod finder;
mod folding;
#[cfg(test)]
mod fuzz;
pub(crate) mod index;
mod input;
mod keyboard;
mod keys;
mod labels;
pub(crate) mod looks;
mod mini;
pub(crate) mod moving;
mod name_cut;
mod outlines;
pub(crate) mod paint;
mod painter;
mod paper;
pub(crate) mod picture;
mod plot;
mod reveal;
mod rows;
pub(crate) mod scale;
pub(crate) mod scene;
mod search;
mod selection;
mod shown;
mod table;
mod table_rows;
mod tools;
pub(crate) mod viewport;
mod zooming;

pub use looks::{ColorBy, Looks};
pub use outlines::{Meaning, Outlines};
pub use shown::Shown;

use crate::model::timeline::{Outcome, SpanKey, Timeline};
use chart::Chart;
use details::Details;
pub use details::Link;
use divider::Divider;
use drawing::{Canvases, Drawing};
use labels::Labels;
use leptos::prelude::*;
use mini::{Axis, Mini};
use paper::Paper;
use plot::Plot;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use table::TimelineTable;
use tools::Tools;

/// From this many rows on the chart scrolls within itself, once the reader is in it; until then the wheel and the
/// finger move the page.
const TALL: usize = 60;
/// Up to this many rows the hidden table is always there; a longer one only when it is asked for.
const TABLE_ALWAYS: usize = 300;

/// Said to whoever does not see the bars, while they grow and when they have come to rest.
const STILL_LIVE: &str = "The bars still grow.";
const SETTLED: &str = "The bars stand: they are where they will stay.";

/// A build's timeline: the chart, the table, the details of what is selected.
#[component]
pub fn Waterfall(
    /// The data; a new `Arc` for each change.
    #[prop(into)]
    timeline: Signal<Arc<Timeline>>,
    /// The selected span, which the timeline need not have.
    #[prop(into)]
    selected: Signal<Option<SpanKey>>,
    /// Selects a span, or nothing.
    #[prop(into)]
    select: SignalSetter<Option<SpanKey>>,
    /// Chart or table.
    #[prop(into)]
    shown: Signal<Shown>,
    /// Shows the chart or the table.
    #[prop(into)]
    show: SignalSetter<Shown>,
    /// The width of the column of names that the reader asked for, CSS pixels; None: the usual one.
    #[prop(into)]
    names_width: Signal<Option<f64>>,
    /// Asks for another width of the column of names.
    #[prop(into)]
    set_names_width: SignalSetter<Option<f64>>,
    /// The reader asks for the log of a span: ids of its first and last line.
    #[prop(optional, into)]
    on_log: Option<Callback<(i64, i64)>>,
    /// Where spans lead to beside their logs.
    #[prop(optional, into)]
    links: Signal<Vec<Link>>,
    /// How the chart is set at first.
    #[prop(optional)]
    looks: Looks,
    /// Told how it is set whenever that is another.
    #[prop(optional, into)]
    on_looks: Option<Callback<Looks>>,
    /// What stands behind the bars.
    #[prop(optional, into)]
    outlines: Signal<Option<Arc<Outlines>>>,
    /// What stands at the end of the tools.
    #[prop(optional, into)]
    end: ViewFn,
    /// Told when the first picture has been painted.
    #[prop(optional, into)]
    on_painted: Option<Callback<()>>,
) -> impl IntoView {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let uid = format!("wf{}", NEXT.fetch_add(1, Ordering::Relaxed));
    let note_id = format!("{uid}-note");
    let chart = Chart::new(timeline, selected, select, outlines, looks, format!("{uid}-keys"));
    let canvases = Canvases { bars: NodeRef::new(), axis: NodeRef::new(), over: NodeRef::new(), mini: NodeRef::new() };
    let drawing = Drawing::start(chart, canvases, on_painted);
    reveal::reveal_selected(chart);
    if let Some(on_looks) = on_looks {
        tell_looks(chart, on_looks);
    }
    let data = chart.data;
    let count = Memo::new(move |_| chart.folding.rows.with(|rows| rows.len()));
    let tall = Memo::new(move |_| count.get() > TALL);
    let number = Memo::new(move |_| data.get().timeline.build_number);
    let is_chart = Memo::new(move |_| shown.get() == Shown::Chart);
    // Whether the reader is in the chart.
    let within = RwSignal::new(false);
    // The width of the column of names as it is, beside the width of the whole.
    let column = Memo::new(move |_| {
        let plot = chart.size.get().width_css();
        let whole = chart.scroller.get().map_or(0.0, |scroller| f64::from(scroller.client_width()));
        let asked = names_width.get().map(|asked| divider::fitting(asked, whole));
        (asked.unwrap_or((whole - plot).max(0.0)), whole)
    });
    // A build that was followed to its end: its bars have moved from their estimates, which is said to whoever does not
    // see it.
    let settled = Memo::new(move |before: Option<&&'static str>| {
        let was_live = before.is_some_and(|before| *before == STILL_LIVE);
        match (data.get().timeline.live, was_live || before.is_some_and(|before| *before == SETTLED)) {
            (true, _) => STILL_LIVE,
            (false, true) => SETTLED,
            (false, false) => "",
        }
    });
    let column_width = move || names_width.get().map(|_| column.get().0.to_string());

    view! {
        <Tools chart shown show end />
        <div class="split wf-split" class:alone=move || !is_chart.get() || count.get() == 0>
            <div class="wf" class:sized=move || names_width.get().is_some() node_ref=chart.root>
                <Show when=move || is_chart.get() && count.get() == 0>
                    <p class="wf-empty">{move || empty_words(&data.get().timeline)}</p>
                </Show>
                <div
                    class="wf-scroll"
                    class:tall=move || tall.get()
                    class:on=move || within.get()
                    on:focusin=move |_| within.set(true)
                    on:focusout=move |_| within.set(false)
                    node_ref=chart.scroller
                    hidden=move || !is_chart.get() || count.get() == 0
                    on:scroll=move |_| {
                        if let Some(scroller) = chart.scroller.get_untracked() {
                            chart.scroll.set(f64::from(scroller.scroll_top()));
                        }
                    }
                >
                    <div class="wf-grid wf-top">
                        <div class="wf-left">
                            <div class="wf-over small" aria-hidden="true">"Overview"</div>
                            <div class="wf-heads" aria-hidden="true">
                                <span>"Span"</span>
                                <span>"Start"</span>
                                <span>"Duration"</span>
                                <span>{move || outlines.with(|outlines| outlines.as_ref().and_then(|outlines| outlines.title.clone())).unwrap_or_else(|| "Outcome".to_owned())}</span>
                            </div>
                            <svg class="wf-col" width=column_width aria-hidden="true"></svg>
                            <Divider ask=set_names_width now=column named=true />
                        </div>
                        <div class="wf-scale">
                            <Mini chart canvases />
                            <Axis chart canvases />
                        </div>
                    </div>
                    <div class="wf-grid">
                        <div class="wf-left wf-side">
                            <svg class="wf-col" width=column_width aria-hidden="true"></svg>
                            <Divider ask=set_names_width now=column named=false />
                            <Labels chart uid number note_id=note_id.clone() tall />
                        </div>
                        <Plot chart drawing canvases number note_id=note_id.clone() />
                    </div>
                </div>
                <Show when=move || is_chart.get() && tall.get()>
                    <p class="wf-more small muted">
                        {move || {
                            let rows = count.get();
                            if within.get() {
                                format!("{rows} rows. They scroll in the chart up to its ends; Escape leaves it.")
                            } else {
                                format!("{rows} rows. Select one, by click, tap or Tab, and they scroll in the chart.")
                            }
                        }}
                    </p>
                </Show>
                <p class="vh" role="status">{move || settled.get()}</p>
                <p class="vh" id=note_id.clone()>{move || data.get().summary.clone()}</p>
                <Show when=move || !is_chart.get() || (data.get().timeline.spans.len() <= TABLE_ALWAYS)>
                    <div class:vh=move || is_chart.get()>
                        <TimelineTable chart alone=Signal::derive(move || !is_chart.get()) />
                    </div>
                </Show>
            </div>
            <Paper chart shown=is_chart />
            <Show when=move || is_chart.get() && (count.get() > 0)>
                <Details chart on_log links />
            </Show>
        </div>
    }
}

/// How long the hands must rest before it is told how the chart is set, milliseconds: browsers count changes of the
/// address.
const REST_MS: u64 = 400;

/// Tells how the chart is set, once the hands rest.
fn tell_looks(chart: Chart, on_looks: Callback<Looks>) {
    let waiting = StoredValue::new(None::<TimeoutHandle>);
    let now = move || Looks {
        range: chart.zooming.asked.get(),
        folds: chart.folding.by_hand(),
        find: chart.find.get(),
        color: chart.color.get(),
        gaps: chart.gaps.get(),
    };
    Effect::new(move |before: Option<Looks>| {
        let looks = now();
        if before.is_some_and(|before| before != looks) {
            if let Some(handle) = waiting.try_update_value(Option::take).flatten() {
                handle.clear();
            }
            let tell = move || {
                on_looks.try_run(untrack(now));
            };
            waiting.set_value(set_timeout_with_handle(tell, std::time::Duration::from_millis(REST_MS)).ok());
        }
        looks
    });
    on_cleanup(move || {
        if let Some(handle) = waiting.try_update_value(Option::take).flatten() {
            handle.clear();
        }
    });
}

/// Why there is nothing to draw.
fn empty_words(timeline: &Timeline) -> &'static str {
    match timeline.outcome {
        Outcome::Pending | Outcome::Running => "Nothing to draw yet: the build has not begun to work.",
        _ => "Nothing to draw: the control plane keeps no times of this build, and its log has none either.",
    }
}

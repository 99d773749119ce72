//! The chart on paper: while a page is printed, a sheet that fits one page stands in the place of the canvas, which is
//! as wide as the window and shows what is in view. Imports nothing of the crate but the files beside it.

use super::chart::Chart;
use super::picture::Picture;
use super::viewport::Viewport;
use leptos::prelude::*;
use leptos::{ev, html};
use web_sys::HtmlCanvasElement;

/// The chart as it is now, for paper that stands or lies.
fn sheet(chart: Chart, across: bool) -> Option<HtmlCanvasElement> {
    let timeline = chart.data.get_untracked().timeline.clone();
    let range = chart.zooming.asked.get_untracked().unwrap_or_else(|| Viewport::fit(timeline.end_us));
    let canvas = Picture::on_paper(&timeline, range, across).canvas()?;
    canvas.set_class_name(if across { "across" } else { "upright" });
    Some(canvas)
}

/// A sheet for a page that stands, and one for a page that lies; the style sheet shows the one that fits.
#[component]
pub(super) fn Paper(
    chart: Chart,
    /// Whether the chart is what is shown; a table is printed as it is.
    shown: Memo<bool>,
) -> impl IntoView {
    let paper = NodeRef::<html::Div>::new();
    // At once: the browser lays the pages out when this has been heard.
    let before = window_event_listener(ev::beforeprint, move |_| {
        let Some(paper) = paper.get_untracked().filter(|_| shown.get_untracked()) else { return };
        paper.replace_children_with_node_0();
        for across in [false, true] {
            if let Some(canvas) = sheet(chart, across) {
                let _ = paper.append_child(&canvas);
            }
        }
    });
    let after = window_event_listener(ev::afterprint, move |_| {
        if let Some(paper) = paper.get_untracked() {
            paper.replace_children_with_node_0();
        }
    });
    on_cleanup(move || {
        before.remove();
        after.remove();
    });
    view! { <div class="wf-paper on-paper" node_ref=paper aria-hidden="true"></div> }
}

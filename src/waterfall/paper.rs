//! The chart on paper: while a page is printed, a sheet that fits one page stands in the place of the canvas, which is
//! as wide as the window and shows what is in view. Imports nothing of the crate but the files beside it.

use super::chart::Chart;
use super::picture::Picture;
use super::viewport::Viewport;
use leptos::ev;
use leptos::prelude::*;

/// A sheet for a page that stands, and one for a page that lies; the style sheet shows the one that fits.
#[component]
pub(super) fn Paper(
    chart: Chart,
    /// Whether the chart is what is shown; a table is printed as it is.
    shown: Memo<bool>,
) -> impl IntoView {
    let printed = RwSignal::new(false);
    let before = window_event_listener(ev::beforeprint, move |_| printed.set(shown.get_untracked()));
    let after = window_event_listener(ev::afterprint, move |_| printed.set(false));
    on_cleanup(move || {
        before.remove();
        after.remove();
    });
    let sheet = move |across: bool| {
        move || {
            if !printed.get() {
                return String::new();
            }
            let timeline = chart.data.get_untracked().timeline.clone();
            let range = chart.zooming.asked.get_untracked().unwrap_or_else(|| Viewport::fit(timeline.end_us));
            Picture::on_paper(&timeline, range, across).svg().unwrap_or_default()
        }
    };
    view! {
        <div class="wf-paper on-paper" aria-hidden="true">
            <div class="upright" inner_html=sheet(false)></div>
            <div class="across" inner_html=sheet(true)></div>
        </div>
    }
}

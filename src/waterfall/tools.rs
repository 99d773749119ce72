//! What stands above the chart: chart or table, and the range of time. Imports nothing of the crate but the files
//! beside it.

use super::chart::Chart;
use super::finder::Finder;
use super::keys::Keys;
use super::looks::ColorBy;
use super::rows::icon;
use super::shown::Shown;
use leptos::prelude::*;

/// The buttons.
#[component]
pub(super) fn Tools(chart: Chart, shown: Signal<Shown>, show: SignalSetter<Shown>, end: ViewFn) -> impl IntoView {
    let color_id = format!("{}-colour", chart.keys_id.get_value());
    let is_chart = move || shown.get() == Shown::Chart;
    let zoom = move |factor: f64| chart.zooming.zoom_around(factor, chart.selection.id.get_untracked());
    let pressed = |on: bool| if on { "true" } else { "false" };
    view! {
        <div class="tools">
            <div class="seg" role="group" aria-label="View">
                <button
                    type="button"
                    aria-pressed=move || pressed(is_chart())
                    on:click=move |_| show.set(Shown::Chart)
                >
                    "Chart"
                </button>
                <button
                    type="button"
                    aria-pressed=move || pressed(!is_chart())
                    on:click=move |_| show.set(Shown::Table)
                >
                    "Table"
                </button>
            </div>
            <Show when=move || is_chart()>
                <Finder chart />
                <button
                    class="btn icon"
                    type="button"
                    aria-label="Zoom out"
                    title="Zoom out (−)"
                    on:click=move |_| zoom(1.0 / 1.5)
                >
                    {icon("zout")}
                </button>
                <button
                    class="btn icon"
                    type="button"
                    aria-label="Zoom in"
                    title="Zoom in (+, or Ctrl and wheel)"
                    on:click=move |_| zoom(1.5)
                >
                    {icon("zin")}
                </button>
                <button
                    class="btn"
                    type="button"
                    title="Show the whole build (0)"
                    aria-pressed=move || pressed(chart.zooming.is_whole())
                    on:click=move |_| chart.zooming.fit()
                >
                    {icon("fit")}
                    "Fit"
                </button>
                // Always there: a button that comes with the first step would move the chart away from the hand on it.
                <button
                    class="btn icon"
                    type="button"
                    aria-label="Back to the range before"
                    aria-disabled=move || (!chart.zooming.has_steps()).then_some("true")
                    title=move || if chart.zooming.has_steps() { "Back to the range before (Backspace)" } else { "No other range was shown yet" }
                    on:click=move |_| chart.zooming.back()
                >
                    {icon("left")}
                </button>
                <button
                    class="btn wf-wide"
                    type="button"
                    title="Shorten the scale where for long nothing begins or ends (c)"
                    aria-pressed=move || pressed(chart.gaps.get())
                    on:click=move |_| chart.gaps.update(|gaps| *gaps = !*gaps)
                >
                    "Compress gaps"
                </button>
                <Show when=move || chart.gaps.get() && chart.zooming.scale.with(|scale| scale.breaks().is_empty())>
                    <span class="small muted" role="status">"No gap is long enough."</span>
                </Show>
                <span class="small muted wf-wide" id=color_id.clone()>"Colour"</span>
                <div class="seg wf-wide" role="group" aria-labelledby=color_id.clone()>
                    {ColorBy::ALL
                        .into_iter()
                        .map(|by| {
                            view! {
                                <button
                                    type="button"
                                    aria-pressed=move || pressed(chart.color.get() == by)
                                    on:click=move |_| chart.color.set(by)
                                >
                                    {by.word()}
                                </button>
                            }
                        })
                        .collect_view()}
                </div>
                <Keys id=chart.keys_id.get_value() button=chart.keys />
            </Show>
            <div class="end">{end.run()}</div>
        </div>
    }
}

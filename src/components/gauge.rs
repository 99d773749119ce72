//! Two small bars drawn as SVG: the gauge of a budget and the progress with an honest end (docs/look.md, "Progress").
//! May import `model` and below.

use crate::model::decimal::tenths;
use leptos::prelude::*;

fn percent(fraction: f64) -> String {
    format!("{}%", tenths(fraction.clamp(0.0, 1.0) * 100.0))
}

/// The gauge of a budget: `used` from 0 to 1, and how it stands.
#[component]
pub(crate) fn Gauge(
    /// The part consumed, 0 to 1.
    #[prop(into)]
    used: Signal<f64>,
    /// The class of the bar: `used`, `near` or `over`.
    #[prop(into)]
    tone: Signal<&'static str>,
) -> impl IntoView {
    view! {
        <svg class="gauge" width="64" height="6" aria-hidden="true">
            <rect class="track" width="100%" height="6"></rect>
            <rect class=move || tone.get() width=move || percent(used.get()) height="6"></rect>
        </svg>
    }
}

/// Elapsed time (solid) and the range in which builds of this kind usually end (pale); all from 0 to 1.
#[component]
pub(crate) fn Eta(
    /// The time elapsed.
    #[prop(into)]
    done: Signal<f64>,
    /// From where to where such builds end.
    #[prop(optional, into)]
    band: Signal<Option<(f64, f64)>>,
) -> impl IntoView {
    let from = move || percent(band.get().map_or(0.0, |(from, _)| from));
    let width = move || percent(band.get().map_or(0.0, |(from, to)| to - from));
    view! {
        <svg class="eta" aria-hidden="true">
            <rect class="track" width="100%" height="6"></rect>
            <Show when=move || band.with(Option::is_some)><rect class="band" x=from width=width height="6"></rect></Show>
            <rect class="done" width=move || percent(done.get()) height="6"></rect>
        </svg>
    }
}

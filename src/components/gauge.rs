//! Two small bars drawn as SVG: the gauge of a budget and the progress with an honest end (docs/look.md, "Progress"). May import `model` and below.

use crate::model::decimal::tenths;
use leptos::prelude::*;

fn percent(fraction: f64) -> String {
    format!("{}%", tenths(fraction.clamp(0.0, 1.0) * 100.0))
}

/// The gauge of a budget: `used` from 0 to 1, and how it stands.
#[component]
pub fn Gauge(
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
pub fn eta(done: f64, band: Option<(f64, f64)>) -> impl IntoView {
    view! {
        <svg class="eta" aria-hidden="true">
            <rect class="track" width="100%" height="6"></rect>
            {band.map(|(from, to)| view! { <rect class="band" x=percent(from) width=percent(to - from) height="6"></rect> })}
            <rect class="done" width=percent(done) height="6"></rect>
        </svg>
    }
}

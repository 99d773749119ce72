//! The strip above the chart, and the axis: both are swept to choose a range of time. Imports `browser`.

use super::chart::Chart;
use super::drawing::Canvases;
use super::scene::{Hold, hold};
use super::viewport::Viewport;
use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;

/// What is moved less than this was a press, CSS pixels.
const PRESS: f64 = 4.0;

/// Where a pointer is within the element that hears of it, CSS pixels.
fn place(event: &ev::PointerEvent) -> Option<f64> {
    let element: web_sys::Element = event.current_target()?.unchecked_into();
    Some(f64::from(event.client_x()) - element.get_bounding_client_rect().left())
}

fn capture(event: &ev::PointerEvent) {
    if let Some(target) = event.current_target() {
        let element: web_sys::Element = target.unchecked_into();
        let _ = element.set_pointer_capture(event.pointer_id());
    }
}

/// What a pointer that went down on the strip does.
#[derive(Clone, Copy)]
enum Held {
    /// It chooses a new range from this place of the scale on.
    Sweep(f64),
    /// It moves one edge of the window, which it holds so many CSS pixels beside it; the other stays at this place of
    /// the scale.
    Edge(f64, f64),
    /// It moves the window, which it holds so far from its left edge.
    Window(f64),
}

/// The strip: the window on it is moved, and made wider or narrower by its edges; beside it a new one is swept.
#[component]
pub(super) fn Mini(chart: Chart, canvases: Canvases) -> impl IntoView {
    let zooming = chart.zooming;
    let held = StoredValue::new(None::<(Held, f64)>);
    let near = RwSignal::new(Hold::Nothing);
    let time = move |x: f64| zooming.whole().time(x.clamp(0.0, zooming.width_css()), zooming.width_css());
    let at = move |x: f64| {
        let (whole, view, width) = (zooming.whole(), zooming.view.get_untracked(), zooming.width_css());
        let edges = (whole.x(view.start_us, width), whole.x(view.end_us, width));
        (hold(x, edges, untrack(|| zooming.is_whole())), edges)
    };
    let on_down = move |event: ev::PointerEvent| {
        if event.button() != 0 {
            return;
        }
        let Some(x) = place(&event) else { return };
        let view = zooming.view.get_untracked();
        let (what, (start, end)) = at(x);
        let what = match what {
            Hold::Start => Held::Edge(view.end_us, x - start),
            Hold::End => Held::Edge(view.start_us, x - end),
            Hold::Window => Held::Window(time(x) - view.start_us),
            Hold::Nothing => Held::Sweep(time(x)),
        };
        held.set_value(Some((what, x)));
        capture(&event);
    };
    let on_move = move |event: ev::PointerEvent| {
        let Some(x) = place(&event) else { return };
        let Some((what, from)) = held.get_value() else {
            let now = at(x).0;
            if near.get_untracked() != now {
                near.set(now);
            }
            return;
        };
        if (x - from).abs() < PRESS {
            return;
        }
        let view = zooming.view.get_untracked();
        match what {
            Held::Sweep(from) => zooming.sweep(Viewport::between(from, time(x))),
            Held::Edge(other, off) => zooming.sweep(Viewport::between(other, time(x - off))),
            Held::Window(off) => {
                let start = time(x) - off;
                zooming.sweep(Viewport { start_us: start, end_us: start + view.range_us() });
            }
        }
    };
    let on_up = move |event: ev::PointerEvent| {
        let Some((what, from)) = held.try_update_value(Option::take).flatten() else { return };
        let Some(x) = place(&event).filter(|x| (x - from).abs() < PRESS) else { return };
        // A press brings what lies there into the middle, unless it was on an edge.
        if !matches!(what, Held::Edge(..)) && !untrack(|| zooming.is_whole()) {
            let half = zooming.view.get_untracked().range_us() / 2.0;
            let middle = time(x);
            zooming.show(Viewport { start_us: middle - half, end_us: middle + half });
        }
    };
    view! {
        <div
            class="wf-mini"
            class:by-edge=move || matches!(near.get(), Hold::Start | Hold::End)
            class:by-all=move || near.get() == Hold::Window
            title="Sweep to choose a range, draw the window or one of its edges to move it, double-click for all"
            on:pointerdown=on_down
            on:pointermove=on_move
            on:pointerup=on_up
            on:pointercancel=move |_| held.set_value(None)
            on:dblclick=move |_| zooming.fit()
        >
            <canvas node_ref=canvases.mini aria-hidden="true"></canvas>
        </div>
    }
}

/// The axis: swept, it chooses the range; pressed twice, all is shown.
#[component]
pub(super) fn Axis(chart: Chart, canvases: Canvases) -> impl IntoView {
    let zooming = chart.zooming;
    let on_down = move |event: ev::PointerEvent| {
        if event.button() == 0
            && let Some(x) = place(&event)
        {
            chart.swept.set(Some((x, x)));
            capture(&event);
        }
    };
    let on_move = move |event: ev::PointerEvent| {
        if let (Some((from, _)), Some(x)) = (chart.swept.get_untracked(), place(&event)) {
            chart.swept.set(Some((from, x.clamp(0.0, zooming.width_css()))));
        }
    };
    let on_up = move |_: ev::PointerEvent| {
        let Some((from, to)) = chart.swept.get_untracked() else { return };
        chart.swept.set(None);
        if (to - from).abs() >= PRESS {
            let (view, width) = (zooming.view.get_untracked(), zooming.width_css());
            zooming.show(Viewport::between(view.time(from, width), view.time(to, width)));
        }
    };
    view! {
        <div
            class="wf-axis"
            title="Sweep to zoom to a range"
            on:pointerdown=on_down
            on:pointermove=on_move
            on:pointerup=on_up
            on:pointercancel=move |_| chart.swept.set(None)
            on:dblclick=move |_| zooming.fit()
        >
            <canvas node_ref=canvases.axis aria-hidden="true"></canvas>
        </div>
    }
}

//! The canvas of the bars and what pointers and the wheel do on it. Imports `browser`.

use super::chart::Chart;
use super::drawing::{Canvases, Drawing};
use super::input::{Gesture, Move};
use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;

/// Where a pointer is, CSS pixels from the left top of the element that hears of it.
fn place(event: &ev::PointerEvent) -> Option<(f64, f64)> {
    let element: web_sys::Element = event.current_target()?.unchecked_into();
    let rect = element.get_bounding_client_rect();
    Some((f64::from(event.client_x()) - rect.left(), f64::from(event.client_y()) - rect.top()))
}

/// The bars.
#[component]
pub(super) fn Plot(
    chart: Chart,
    drawing: Drawing,
    canvases: Canvases,
    /// The number of the build.
    number: Memo<i64>,
    /// The id of the element that says in a sentence what the chart shows.
    note_id: String,
) -> impl IntoView {
    let (selection, zooming) = (chart.selection, chart.zooming);
    let gesture = StoredValue::new_local(Gesture::default());
    let on_down = move |event: ev::PointerEvent| {
        if event.button() != 0 {
            return;
        }
        if let Some((x, y)) = place(&event) {
            gesture.update_value(|gesture| gesture.down(event.pointer_id(), x, y));
            if let Some(target) = event.current_target() {
                let element: web_sys::Element = target.unchecked_into();
                let _ = element.set_pointer_capture(event.pointer_id());
            }
        }
    };
    let on_move = move |event: ev::PointerEvent| {
        let Some((x, y)) = place(&event) else { return };
        let moved = gesture.try_update_value(|gesture| gesture.moved(event.pointer_id(), x, y)).flatten();
        match moved {
            Some(Move::Pan { dx }) => zooming.pan(dx),
            Some(Move::Pinch { factor, x, dx }) => {
                zooming.zoom(factor, x);
                zooming.pan(dx);
            }
            None => {}
        }
        if event.pointer_type() == "touch" {
            return;
        }
        let inside = x >= 0.0 && x <= zooming.width_css();
        chart.cursor.set(inside.then_some((x, y)));
        chart.hot.set(drawing.hit(x, y).map(|hit| hit.span));
    };
    let on_up = move |event: ev::PointerEvent| {
        let tap = gesture.try_update_value(|gesture| gesture.up(event.pointer_id())).flatten();
        if let Some((x, y)) = tap {
            selection.select(drawing.hit(x, y).map(|hit| hit.span));
            if let Some(tree) = chart.tree.get_untracked() {
                let options = web_sys::FocusOptions::new();
                options.set_prevent_scroll(true);
                let _ = tree.focus_with_options(&options);
            }
        }
    };
    let on_double = move |event: ev::MouseEvent| {
        let Some(target) = event.current_target() else { return };
        let element: web_sys::Element = target.unchecked_into();
        let rect = element.get_bounding_client_rect();
        let (x, y) = (f64::from(event.client_x()) - rect.left(), f64::from(event.client_y()) - rect.top());
        match drawing.hit(x, y).filter(|hit| hit.on_bar) {
            Some(hit) => zooming.to_span(hit.span),
            None => zooming.fit(),
        }
    };
    let on_cancel = move |event: ev::PointerEvent| {
        gesture.update_value(|gesture| gesture.cancel(event.pointer_id()));
    };
    let on_leave = move |_: ev::PointerEvent| {
        chart.cursor.set(None);
        chart.hot.set(None);
    };
    // A wheel that zooms must be able to stop the page from zooming; a listener of an element is not passive.
    let on_wheel = move |event: ev::WheelEvent| {
        let sideways = event.delta_x().abs() > event.delta_y().abs() || event.shift_key();
        if event.ctrl_key() {
            event.prevent_default();
            let lines = if event.delta_mode() == 1 { 16.0 } else { 1.0 };
            let Some(target) = event.current_target() else { return };
            let element: web_sys::Element = target.unchecked_into();
            let x = f64::from(event.client_x()) - element.get_bounding_client_rect().left();
            zooming.zoom((-event.delta_y() * lines / 300.0).exp().clamp(0.2, 5.0), x);
        } else if sideways && !untrack(|| zooming.is_whole()) {
            event.prevent_default();
            zooming.pan(if event.delta_x() == 0.0 { event.delta_y() } else { event.delta_x() });
        }
    };
    view! {
        <div
            class="wf-plot"
            class:moved=move || !zooming.is_whole()
            on:pointerdown=on_down
            on:pointermove=on_move
            on:pointerup=on_up
            on:pointercancel=on_cancel
            on:pointerleave=on_leave
            on:dblclick=on_double
            on:wheel=on_wheel
        >
            <canvas
                node_ref=canvases.bars
                role="img"
                aria-label=move || format!("Waterfall of build {}", number.get())
                aria-describedby=note_id
            ></canvas>
            <canvas node_ref=canvases.over aria-hidden="true"></canvas>
        </div>
    }
}

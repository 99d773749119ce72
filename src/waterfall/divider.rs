//! The edge between names and bars, that makes the column of names wider: by mouse, by touch, by keyboard. Imports
//! `browser`.

use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;

/// The least width of either column, CSS pixels.
const LEAST: f64 = 120.0;
/// A step by a key, CSS pixels.
const STEP: f64 = 16.0;

/// A width that both columns can have, in a chart of this width, CSS pixels.
pub(super) fn fitting(asked: f64, chart: f64) -> f64 {
    asked.clamp(LEAST, (chart - LEAST).max(LEAST)).round()
}

/// What a key makes of the width.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Asked {
    /// So many CSS pixels.
    Width(f64),
    /// The usual one.
    Usual,
}

/// What a key asks for; None: it is not ours, let it pass.
fn by_key(key: &str, shift: bool, now: f64, chart: f64) -> Option<Asked> {
    let step = if shift { 4.0 * STEP } else { STEP };
    Some(match key {
        "ArrowLeft" => Asked::Width(fitting(now - step, chart)),
        "ArrowRight" => Asked::Width(fitting(now + step, chart)),
        "Home" => Asked::Width(fitting(0.0, chart)),
        "End" => Asked::Width(fitting(chart, chart)),
        "Enter" => Asked::Usual,
        _ => return None,
    })
}

/// The edge. It stands at the end of the column that it makes wider.
#[component]
pub(super) fn Divider(
    /// Asks for a width; None: the usual one.
    ask: SignalSetter<Option<f64>>,
    /// The column and the whole chart as they are, CSS pixels.
    now: Memo<(f64, f64)>,
    /// Found by keyboard and read aloud; else only to be drawn by the pointer.
    named: bool,
) -> impl IntoView {
    // Where the pointer took hold: its place, and the width then.
    let held = StoredValue::new(None::<(i32, f64)>);
    let on_down = move |event: ev::PointerEvent| {
        if event.button() != 0 {
            return;
        }
        held.set_value(Some((event.client_x(), now.get_untracked().0)));
        if let Some(target) = event.current_target() {
            let element: web_sys::Element = target.unchecked_into();
            let _ = element.set_pointer_capture(event.pointer_id());
        }
    };
    let on_move = move |event: ev::PointerEvent| {
        if let Some((from, width)) = held.get_value() {
            let chart = now.get_untracked().1;
            ask.set(Some(fitting(width + f64::from(event.client_x() - from), chart)));
        }
    };
    let on_up = move |_: ev::PointerEvent| held.set_value(None);
    let on_key = move |event: ev::KeyboardEvent| {
        let (width, chart) = now.get_untracked();
        if event.ctrl_key() || event.alt_key() || event.meta_key() {
            return;
        }
        if let Some(next) = by_key(&event.key(), event.shift_key(), width, chart) {
            event.prevent_default();
            ask.set(match next {
                Asked::Width(width) => Some(width),
                Asked::Usual => None,
            });
        }
    };
    let pixels = |of: fn((f64, f64)) -> f64| move || (of(now.get()).round() as i64).to_string();
    if named {
        view! {
            <div
                class="wf-edge"
                role="separator"
                tabindex="0"
                aria-orientation="vertical"
                aria-label="Width of the names"
                aria-valuemin=(LEAST as i64).to_string()
                aria-valuenow=pixels(|(column, _)| column)
                aria-valuemax=pixels(|(_, chart)| (chart - LEAST).max(LEAST))
                title="Draw, or press ← and →, to make the names wider; Enter for the usual width"
                on:pointerdown=on_down
                on:pointermove=on_move
                on:pointerup=on_up
                on:pointercancel=on_up
                on:dblclick=move |_| ask.set(None)
                on:keydown=on_key
            ></div>
        }
        .into_any()
    } else {
        view! {
            <div
                class="wf-edge"
                aria-hidden="true"
                on:pointerdown=on_down
                on:pointermove=on_move
                on:pointerup=on_up
                on:pointercancel=on_up
                on:dblclick=move |_| ask.set(None)
            ></div>
        }
        .into_any()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_widen_within_the_chart() {
        for (key, shift, now, chart, expected) in [
            ("ArrowRight", false, 300.0, 1_000.0, Some(Asked::Width(316.0))),
            ("ArrowLeft", false, 300.0, 1_000.0, Some(Asked::Width(284.0))),
            ("ArrowRight", true, 300.0, 1_000.0, Some(Asked::Width(364.0))),
            ("ArrowRight", false, 875.0, 1_000.0, Some(Asked::Width(880.0))),
            ("ArrowLeft", false, 121.0, 1_000.0, Some(Asked::Width(120.0))),
            ("Home", false, 300.0, 1_000.0, Some(Asked::Width(120.0))),
            ("End", false, 300.0, 1_000.0, Some(Asked::Width(880.0))),
            ("Enter", false, 300.0, 1_000.0, Some(Asked::Usual)),
            // A chart with no room for two columns keeps the names.
            ("End", false, 120.0, 200.0, Some(Asked::Width(120.0))),
            ("x", false, 300.0, 1_000.0, None),
            ("ArrowDown", false, 300.0, 1_000.0, None),
        ] {
            assert_eq!(by_key(key, shift, now, chart), expected, "{key} from {now} in {chart}");
        }
    }
}

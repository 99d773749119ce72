//! The keys of the chart, shown on the page: a button, and `?` in the chart. Imports `browser`.

use leptos::html;
use leptos::prelude::*;

/// Keys and what they do.
const KEYS: [(&str, &str); 15] = [
    ("↑ ↓", "row above, below"),
    ("→ ←", "unfold and go in, fold and go out"),
    ("Home End", "first row, last row"),
    ("Page ↑ ↓", "twenty rows"),
    ("f b", "next bar, bar before"),
    ("Enter", "zoom to the selected bar"),
    ("Space", "fold or unfold"),
    ("+ -  w s", "zoom in, zoom out"),
    ("Shift → ←  d a", "later, earlier"),
    ("Backspace", "the range before"),
    ("0", "the whole build"),
    ("c", "compress gaps, or not"),
    ("/ or Ctrl F", "find a span"),
    ("n Shift n", "next, previous of what was found"),
    ("Esc", "select nothing, then leave the chart"),
];

/// The button and what it shows. The keys act while the names of the chart have the focus.
#[component]
pub(super) fn Keys(
    /// The id of what is shown.
    id: String,
    /// The button.
    button: NodeRef<html::Button>,
) -> impl IntoView {
    let target = id.clone();
    view! {
        <button type="button" class="btn icon" node_ref=button popovertarget=target aria-label="Keys of the chart" title="Keys (?)">
            "?"
        </button>
        <div class="menu wf-keys" id=id popover="auto" role="dialog" aria-label="Keys of the chart">
            <p class="small muted">"While the names of the rows have the focus:"</p>
            <dl class="kv">
                {KEYS.into_iter().map(|(keys, what)| view! { <dt><kbd>{keys}</kbd></dt><dd>{what}</dd> }).collect_view()}
            </dl>
            <p class="small muted">
                "Mouse: double-click a bar to zoom to it, draw to move, Ctrl and wheel to zoom, sweep the axis or the overview for a range. Touch: draw and pinch."
            </p>
        </div>
    }
}

//! The hatching of connect, which is three things in one, for bars that are elements; the style sheet fills them with
//! it. Imports nothing of the crate.

use leptos::prelude::*;

/// The pattern, for an `<svg>` of the page.
pub(crate) fn hatch_connect() -> impl IntoView {
    view! {
        <defs>
            <pattern id="hatch-connect" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
                <rect class="hc-bg" width="6" height="6"></rect><path class="hc-ln" d="M0 0v6" stroke-width="3"></path>
            </pattern>
        </defs>
    }
}

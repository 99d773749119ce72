//! Why something cannot be used, as a note beside it: the browser's own popover, opened by a click, a tap, or the keys of its button, which names it in
//! `popovertarget` and `aria-describedby`. A tooltip alone is out of reach for a finger. Imports `browser`.

use leptos::prelude::*;

/// The note with its id.
pub fn tip(id: String, why: String) -> impl IntoView {
    view! { <span class="tip" popover="auto" id=id>{why}</span> }
}

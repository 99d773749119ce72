//! Why something cannot be used, as a note beside it: the browser's own popover, opened by a click, a tap, or the keys
//! of its button, which names it in `popovertarget` and `aria-describedby`. A tooltip alone is out of reach for a
//! finger. Imports `browser`.

use leptos::prelude::*;

/// The note. Only its text changes while it stands: somebody may have it open.
#[component]
pub(crate) fn Tip(
    /// The id that its button names.
    id: String,
    /// The reason.
    #[prop(into)]
    why: Signal<String>,
) -> impl IntoView {
    view! { <span class="tip" popover="auto" id=id>{move || why.get()}</span> }
}

//! A value that is shown and cannot be changed; it can be reached and read all the same. Imports `components`.

use super::Control;
use leptos::prelude::*;

/// The value, as `text` says it.
#[component]
pub(crate) fn Fixed(
    /// The control.
    control: Control,
    /// What it holds, for people.
    #[prop(into)]
    text: Signal<String>,
    /// Whether it is hidden.
    secret: bool,
) -> impl IntoView {
    let wrong = control.is_wrong;
    view! {
        <span class="field fixed" class:bad-value=move || wrong.get()>
            <input
                id=control.id.clone()
                type=if secret { "password" } else { "text" }
                autocomplete="off"
                readonly=true
                aria-invalid=control.invalid()
                aria-describedby=control.describedby()
                prop:value=move || text.get()
            />
        </span>
    }
}

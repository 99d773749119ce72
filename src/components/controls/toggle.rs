//! Yes or no: a switch sets, a check box agrees. Imports `components`.

use super::Control;
use leptos::prelude::*;

/// Whether a text says yes, as Go reads it.
fn is_yes(text: &str) -> bool {
    matches!(text, "1" | "t" | "T" | "true" | "True" | "TRUE")
}

/// A switch, or a check box with words beside it.
#[component]
pub(crate) fn Toggle(
    /// The control.
    control: Control,
    /// A switch, rather than a check box.
    switch: bool,
    /// What stands beside a check box; may be empty.
    beside: String,
) -> impl IntoView {
    let (value, set) = (control.value, control.set);
    let words = format!("{}-words", control.id);
    let labelled = if beside.is_empty() { control.label.clone() } else { format!("{} {words}", control.label) };
    view! {
        <label class="line-up">
            <input
                id=control.id.clone()
                type="checkbox"
                role=switch.then_some("switch")
                aria-labelledby=labelled
                aria-required=control.required()
                aria-invalid=control.invalid()
                aria-describedby=control.describedby()
                prop:checked=move || value.with(|value| is_yes(value))
                on:change=move |event| set.run(event_target_checked(&event).to_string())
            />
            <span id=words>{beside}</span>
        </label>
    }
}

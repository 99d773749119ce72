//! A number between two others, with its value beside it. Imports `components`.

use super::Control;
use leptos::prelude::*;

/// A slider. What lies beyond its ends is told by the figure beside it.
#[component]
pub(crate) fn Slider(
    /// The control.
    control: Control,
    /// Its left end.
    min: i64,
    /// Its right end.
    max: i64,
) -> impl IntoView {
    let (value, set) = (control.value, control.set);
    view! {
        <div class="line-up">
            <div class="slide">
                <input
                    id=control.id.clone()
                    type="range"
                    min=min.to_string()
                    max=max.to_string()
                    step="1"
                    aria-invalid=control.invalid()
                    aria-describedby=control.describedby()
                    prop:value=move || value.get()
                    on:input=move |event| set.run(event_target_value(&event))
                />
                <span class="num" aria-hidden="true">{move || value.get()}</span>
            </div>
        </div>
    }
}

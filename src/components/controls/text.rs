//! A line or several of text, a number, a secret. Imports `components`.

use super::Control;
use leptos::prelude::*;

/// A line.
#[component]
pub(crate) fn TextInput(
    /// The control.
    control: Control,
    /// Whether digits are typed.
    numeric: bool,
    /// Whether it is hidden until one asks to see it.
    secret: bool,
    /// What stands in it while it is empty.
    placeholder: String,
) -> impl IntoView {
    let shown = RwSignal::new(false);
    let (value, set, wrong) = (control.value, control.set, control.is_wrong);
    view! {
        <span class="field" class:bad-value=move || wrong.get()>
            <input
                id=control.id.clone()
                type=move || if secret && !shown.get() { "password" } else { "text" }
                inputmode=numeric.then_some("decimal")
                autocomplete=if secret { "new-password" } else { "off" }
                autocapitalize="none"
                spellcheck="false"
                placeholder=placeholder
                aria-required=control.required()
                aria-invalid=control.invalid()
                aria-describedby=control.describedby()
                prop:value=move || value.get()
                on:input=move |event| set.run(event_target_value(&event))
            />
            {secret.then(|| show_button(shown))}
        </span>
    }
}

/// Several lines.
#[component]
pub(crate) fn TextArea(
    /// The control.
    control: Control,
    /// Whether it is hidden until one asks to see it.
    secret: bool,
    /// What stands in it while it is empty.
    placeholder: String,
) -> impl IntoView {
    let shown = RwSignal::new(false);
    let (value, set, wrong) = (control.value, control.set, control.is_wrong);
    let rows = move || value.with(|text| text.lines().count().clamp(3, 12).to_string());
    view! {
        <span class="field tall" class:bad-value=move || wrong.get()>
            <textarea
                id=control.id.clone()
                rows=rows
                class:masked=move || secret && !shown.get()
                autocomplete="off"
                autocapitalize="none"
                spellcheck="false"
                placeholder=placeholder
                aria-required=control.required()
                aria-invalid=control.invalid()
                aria-describedby=control.describedby()
                prop:value=move || value.get()
                on:input=move |event| set.run(event_target_value(&event))
            ></textarea>
            {secret.then(|| show_button(shown))}
        </span>
    }
}

fn show_button(shown: RwSignal<bool>) -> impl IntoView {
    view! {
        <button type="button" aria-pressed=move || shown.get().to_string() on:click=move |_| shown.update(|on| *on = !*on)>"Show"</button>
    }
}

//! A button that stays in place when it cannot be used and says why (docs/look.md, "Dialog"): `aria-disabled`, never `disabled`, so that
//! it can still be reached and read. Imports `components`.

use crate::browser::memo::Memo;
use crate::browser::view::Show;
use crate::browser::view::view;
use crate::components::unique_id;
use leptos::prelude::*;

/// A button with a reason. `reason` is `None` while it may be used; otherwise a sentence, shown on hover and read as its description.
#[component]
pub fn Button(
    /// Text and marks of the button.
    children: Children,
    /// Called on a click while there is no reason against it.
    #[prop(into)]
    on_click: Callback<()>,
    /// Why it cannot be used now.
    #[prop(optional, into)]
    reason: Signal<Option<String>>,
    /// Classes beside `btn`: `fill`, `s`, `quiet`, `danger`, `grow`.
    #[prop(optional, into)]
    class: Signal<String>,
    /// The accessible name where the text alone does not say enough.
    #[prop(optional, into)]
    label: Signal<Option<String>>,
    /// Submits the form it stands in.
    #[prop(optional)]
    submit: bool,
    /// The id of the element.
    #[prop(optional, into)]
    id: Option<String>,
) -> impl IntoView {
    let note = unique_id("why");
    let described = note.clone();
    let has_reason = Memo::new(move |_| reason.with(Option::is_some));
    view! {
        <button
            type=if submit { "submit" } else { "button" }
            id=id
            class=move || format!("btn {}", class.get())
            aria-label=move || label.get()
            aria-disabled=move || has_reason.get().then_some("true")
            aria-describedby=move || has_reason.get().then(|| described.clone())
            title=move || reason.get()
            on:click=move |event| {
                if submit && !has_reason.get_untracked() {
                    return;
                }
                event.prevent_default();
                if !has_reason.get_untracked() {
                    on_click.run(());
                }
            }
        >
            {children()}
        </button>
        <Show when=move || has_reason.get()>
            <span class="vh" id=note.clone()>{move || reason.get()}</span>
        </Show>
    }
}

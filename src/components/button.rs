//! A button that stays in place when it cannot be used and says why (docs/look.md, "Dialog"): `aria-disabled`, never
//! `disabled`, so that it can still be reached and read: a click, a tap or Enter shows the reason beside it. Imports
//! `components`.

use crate::components::tip::Tip;
use crate::components::unique_id;
use leptos::prelude::*;

/// A button with a reason. `reason` is `None` while it may be used; otherwise a sentence, shown on hover and when it is
/// pressed, and read as its description.
#[component]
pub(crate) fn Button(
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
    let (described, target) = (note.clone(), note.clone());
    let has_reason = Memo::new(move |_| reason.with(Option::is_some));
    view! {
        <button
            type=move || if submit && !has_reason.get() { "submit" } else { "button" }
            id=id
            class=move || format!("btn {}", class.get())
            aria-label=move || label.get()
            aria-disabled=move || has_reason.get().then_some("true")
            aria-describedby=move || has_reason.get().then(|| described.clone())
            popovertarget=move || has_reason.get().then(|| target.clone())
            title=move || reason.get()
            on:click=move |_| {
                if !submit && !has_reason.get_untracked() {
                    on_click.run(());
                }
            }
        >
            {children()}
        </button>
        <Show when=move || has_reason.get()>
            <Tip id=note.clone() why=Signal::derive(move || reason.get().unwrap_or_default())/>
        </Show>
    }
}

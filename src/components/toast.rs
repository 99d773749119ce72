//! Messages of what just happened, in one live region at the lower right. Imports `components`.

use crate::components::icon::icon_with;
use leptos::prelude::*;

/// One message.
#[derive(Clone, PartialEq, Eq)]
pub struct Toast {
    /// Identifies it.
    pub id: u64,
    /// Something failed: it stays until it is closed.
    pub failed: bool,
    /// The sentence.
    pub text: String,
}

/// The region. It is always in the page, so that a screen reader knows it before the first message.
#[component]
pub fn Toasts(
    /// The messages, oldest first.
    #[prop(into)]
    toasts: Signal<Vec<Toast>>,
    /// Called with the id of a message that the person closes.
    #[prop(into)]
    on_close: Callback<u64>,
) -> impl IntoView {
    view! {
        <div class="toasts" role="status" aria-live="polite" aria-label="Messages">
            <For each=move || toasts.get() key=|toast| toast.id let(toast)>
                <div class="toast">
                    {if toast.failed { icon_with("failed", "bad").into_any() } else { icon_with("info", "muted").into_any() }}
                    <p>{toast.text.clone()}</p>
                    <button class="btn s quiet icon" type="button" aria-label="Close this message" on:click=move |_| on_close.run(toast.id)>
                        {icon_with("x", "")}
                    </button>
                </div>
            </For>
        </div>
    }
}

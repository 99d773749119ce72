//! Messages of what just happened, in one live region at the lower right. Imports `components`.

use crate::components::icon::icon_with;
use leptos::prelude::*;

/// One message.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Toast {
    /// Identifies it.
    pub id: u32,
    /// Something failed: it stays until it is closed.
    pub failed: bool,
    /// Something went as asked.
    pub good: bool,
    /// The sentence.
    pub text: String,
    /// More, perhaps.
    pub detail: Option<String>,
    /// Words and whole path of a link that leads on.
    pub link: Option<(String, String)>,
}

/// The region. It is always in the page, so that a screen reader knows it before the first message.
#[component]
pub(crate) fn Toasts(
    /// The messages, oldest first.
    #[prop(into)]
    toasts: Signal<Vec<Toast>>,
    /// Called with the id of a message that the person closes.
    #[prop(into)]
    on_close: Callback<u32>,
    /// What stands below them: messages with a life of their own.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="toasts" role="status" aria-live="polite" aria-label="Messages">
            <For each=move || toasts.get() key=|toast| toast.id let(toast)>
                {toast_view(toast, on_close)}
            </For>
            {children()}
        </div>
    }
}

fn toast_view(toast: Toast, on_close: Callback<u32>) -> impl IntoView {
    let id = toast.id;
    let mark = if toast.failed {
        icon_with("failed", "bad").into_any()
    } else if toast.good {
        icon_with("check", "ok").into_any()
    } else {
        icon_with("info", "muted").into_any()
    };
    view! {
        <div class="toast">
            {mark}
            <div>
                <p>{toast.text}{toast.link.map(|(words, path)| view! { " "<a href=path>{words}</a> })}</p>
                {toast.detail.map(|detail| view! { <p class="small muted">{detail}</p> })}
            </div>
            <button class="btn s quiet icon" type="button" aria-label="Close this message" on:click=move |_| on_close.run(id)>{icon_with("x", "")}</button>
        </div>
    }
}

//! A modal dialog on the browser's own `<dialog>`: the focus trap, Esc and the focus back to where it came from are the
//! browser's. Imports `components`.

use crate::components::unique_id;
use leptos::prelude::*;
use leptos::web_sys::HtmlDialogElement;

/// A dialog that is open for as long as it is in the view: put it in a `Show`. `on_close` is called on Esc and on a
/// click beside it.
#[component]
pub(crate) fn Dialog(
    /// The title: verb and object, as a question where one is asked.
    #[prop(into)]
    title: Signal<String>,
    /// Called when the person leaves it without an answer.
    #[prop(into)]
    on_close: Callback<()>,
    /// The body and the footer.
    children: Children,
) -> impl IntoView {
    let node = NodeRef::<leptos::html::Dialog>::new();
    let heading = unique_id("dialog");
    let labelled = heading.clone();
    Effect::new(move |_| {
        let shown: Option<HtmlDialogElement> = node.get();
        if let Some(dialog) = shown {
            // It must be in the document first.
            request_animation_frame(move || {
                if dialog.is_connected() && !dialog.open() {
                    let _shown = dialog.show_modal();
                }
            });
        }
    });
    on_cleanup(move || {
        // Closing gives the focus back before the element goes away.
        let shown: Option<HtmlDialogElement> = node.try_get_untracked().flatten();
        if let Some(dialog) = shown {
            dialog.close();
        }
    });
    view! {
        <dialog
            class="dialog"
            node_ref=node
            aria-labelledby=labelled
            on:cancel=move |event: leptos::ev::Event| {
                event.prevent_default();
                on_close.run(());
            }
            on:click=move |event| {
                if crate::browser::dom::is_own_target(&event) {
                    on_close.run(());
                }
            }
        >
            <header><h2 id=heading>{move || title.get()}</h2></header>
            {children()}
        </dialog>
    }
}

//! The keys of the list, for who asks. They come with the part that follows the first rows (`panels::late`). Imports
//! `components`.

use crate::components::button::Button;
use crate::components::dialog::Dialog;
use leptos::prelude::*;

const KEYS: [(&[&str], &str); 6] = [
    (&["/"], "to the filter"),
    (&["j", "↓"], "to the next workspace"),
    (&["k", "↑"], "to the previous workspace"),
    (&["Enter"], "open the workspace that has the focus"),
    (&["Esc"], "leave the filter, close a menu or a question"),
    (&["?"], "these keys"),
];

/// The dialog; `shown` tells whether it is open.
#[component]
pub(crate) fn ListKeys(shown: RwSignal<bool>) -> impl IntoView {
    view! {
        <Dialog title="Keys of this page" on_close=move |()| shown.set(false)>
            <div class="body">
                <dl class="keys">
                    {KEYS.iter().map(|(keys, what)| view! {
                        <dt>{keys.iter().map(|key| view! { <kbd>{*key}</kbd> }).collect_view()}</dt>
                        <dd>{*what}</dd>
                    }).collect_view()}
                </dl>
            </div>
            <footer><Button on_click=move |()| shown.set(false)>"Close"</Button></footer>
        </Dialog>
    }
}

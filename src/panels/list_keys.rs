//! The keys of the list, for who asks. They come with the part that follows the first rows (`panels::late`). Imports
//! `browser` and `components`.

use crate::browser::storage;
use crate::components::button::Button;
use crate::components::dialog::Dialog;
use leptos::prelude::*;

const KEYS: [(&[&str], &str); 13] = [
    (&["/"], "to the filter"),
    (&["j", "↓"], "to the next workspace"),
    (&["k", "↑"], "to the previous workspace"),
    (&["Enter"], "open the workspace that has the focus"),
    (&["x"], "select the workspace, with Shift all from the last one on"),
    (&["s"], "start or stop it, or what else its button does"),
    (&["a"], "its apps, editors and terminal"),
    (&["o"], "open it in another tab"),
    (&["r"], "refresh the list"),
    (&["g w", "g t", "g q"], "to the workspaces, the templates, the quota"),
    (&["Ctrl K"], "search or run"),
    (&["Esc"], "leave the filter or the selection, close a menu or a question"),
    (&["?"], "these keys"),
];

/// The dialog; `shown` tells whether it is open.
#[component]
pub(crate) fn ListKeys(shown: RwSignal<bool>) -> impl IntoView {
    let letters = RwSignal::new(storage::letters_are_keys());
    let switch = move || {
        letters.update(|on| *on = !*on);
        storage::set_letters_are_keys(letters.get_untracked());
    };
    view! {
        <Dialog title="Keys of this page" on_close=move |()| shown.set(false)>
            <div class="body">
                <dl class="keys">
                    {KEYS.iter().map(|(keys, what)| view! {
                        <dt>{keys.iter().map(|key| view! { <kbd>{*key}</kbd> }).collect_view()}</dt>
                        <dd>{*what}</dd>
                    }).collect_view()}
                </dl>
                <label class="opt"><input type="checkbox" prop:checked=move || letters.get() on:change=move |_| switch()/>"Single letters are keys"</label>
            </div>
            <footer><Button on_click=move |()| shown.set(false)>"Close"</Button></footer>
        </Dialog>
    }
}

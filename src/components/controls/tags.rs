//! A list of words that are typed: Enter or a comma ends a word. Imports `model`, `components`.

use super::Control;
use crate::components::icon::icon;
use crate::model::parameters::{list_of, list_text};
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;

/// The list with the words of `text` behind it; a word that is there already is not added again.
fn with_words(mut list: Vec<String>, text: &str) -> Vec<String> {
    for word in text.split([',', '\n', '\r']).map(str::trim).filter(|word| !word.is_empty()) {
        if !list.iter().any(|known| known == word) {
            list.push(word.to_owned());
        }
    }
    list
}

/// The list.
#[component]
pub(crate) fn Tags(
    /// The control.
    control: Control,
    /// What stands in it while it is empty.
    placeholder: String,
) -> impl IntoView {
    let (value, set, wrong) = (control.value, control.set, control.is_wrong);
    let list = Memo::new(move |_| value.with(|value| list_of(value)).unwrap_or_default());
    let typed = RwSignal::new(String::new());
    let node = NodeRef::<leptos::html::Input>::new();
    let add = move |text: &str| {
        let (before, after) = (list.get_untracked(), with_words(list.get_untracked(), text));
        typed.set(String::new());
        if after != before {
            set.run(list_text(&after));
        }
    };
    let remove = move |at: usize| {
        let mut left = list.get_untracked();
        if at < left.len() {
            left.remove(at);
            set.run(list_text(&left));
        }
        if let Some(node) = node.get_untracked() {
            let _focused = node.focus();
        }
    };
    let left = move |_| {
        // A field that has the focus while the page is left loses it when its state is gone.
        if let Some(text) = typed.try_get_untracked() {
            add(&text);
        }
    };
    let on_key = move |event: KeyboardEvent| match event.key().as_str() {
        "Enter" | "," if !event.is_composing() => {
            event.prevent_default();
            add(&typed.get_untracked());
        }
        "Backspace" if typed.with_untracked(String::is_empty) => remove(list.with_untracked(Vec::len).wrapping_sub(1)),
        _ => {}
    };
    let on_input = move |event: leptos::ev::Event| {
        let text = event_target_value(&event);
        // What was pasted may hold several.
        if text.contains([',', '\n']) { add(&text) } else { typed.set(text) }
    };
    view! {
        <span class="field tall" class:bad-value=move || wrong.get()>
            <For each=move || list.get().into_iter().enumerate() key=Clone::clone let((at, word))>
                <span class="tok">{word.clone()}" "
                    <button type="button" aria-label=format!("Remove {word}") on:click=move |_| remove(at)>{icon("x")}</button>
                </span>
            </For>
            <input
                id=control.id.clone()
                node_ref=node
                type="text"
                size="4"
                autocomplete="off"
                autocapitalize="none"
                spellcheck="false"
                placeholder=placeholder
                aria-required=control.required()
                aria-invalid=control.invalid()
                aria-describedby=control.describedby()
                prop:value=move || typed.get()
                on:input=on_input
                on:keydown=on_key
                on:blur=left
            />
        </span>
    }
}

#[cfg(test)]
mod tests {
    use super::with_words;

    #[test]
    fn words_are_parted_and_come_once() {
        let list = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        for (before, text, after) in [
            (&[][..], "a", &["a"][..]),
            (&["a"], " b , a,, c\nd ", &["a", "b", "c", "d"]),
            (&["a"], "  ", &["a"]),
            (&["a b"], "a b", &["a b"]),
        ] {
            assert_eq!(with_words(list(before), text), list(after), "{text:?}");
        }
    }
}

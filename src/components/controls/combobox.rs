//! One or several of many, found by typing. Only what can be seen is in the document, so that two thousand choices cost
//! no more than twenty. Imports `model`, `components`.

use super::Control;
use crate::components::icon::{icon, icon_with};
use crate::components::markdown;
use crate::model::parameters::{Parameter, list_of, list_text};
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use std::sync::Arc;

/// How many choices are shown at once.
const MOST_SHOWN: usize = 60;

/// A choice that is shown.
#[derive(Clone, PartialEq, Eq)]
struct Shown {
    at: usize,
    name: String,
    value: String,
    about: String,
}

/// What of the choices holds every word that was typed, the first of them, and how many there are in all.
fn found(rule: &Parameter, typed: &str) -> (Vec<Shown>, usize) {
    let typed = typed.to_lowercase();
    let words: Vec<&str> = typed.split_whitespace().collect();
    let holds = |text: &str| {
        let text = text.to_lowercase();
        words.iter().all(|word| text.contains(word))
    };
    let mut shown = Vec::new();
    let mut count = 0;
    for choice in rule.options.iter().filter(|choice| words.is_empty() || holds(&choice.name) || holds(&choice.value)) {
        if shown.len() < MOST_SHOWN {
            shown.push(Shown {
                at: count,
                name: choice.name.clone(),
                value: choice.value.clone(),
                about: markdown::plain(&choice.description),
            });
        }
        count += 1;
    }
    (shown, count)
}

fn name_of(rule: Option<&Arc<Parameter>>, value: &str) -> String {
    match rule.and_then(|rule| rule.options.iter().find(|choice| choice.value == value)) {
        Some(choice) => choice.name.clone(),
        None if value.is_empty() => String::new(),
        None => format!("{value} (not offered)"),
    }
}

/// The control.
#[component]
pub(crate) fn Combobox(
    /// The control.
    control: Control,
    /// What may be chosen.
    rule: Memo<Option<Arc<Parameter>>>,
    /// Whether several may be.
    several: bool,
) -> impl IntoView {
    let (value, set, wrong) = (control.value, control.set, control.is_wrong);
    // `None` while nobody looks for anything.
    let typed = RwSignal::new(None::<String>);
    let open = RwSignal::new(false);
    let active = RwSignal::new(0_usize);
    let node = NodeRef::<leptos::html::Input>::new();
    let (list_id, id) = (format!("{}-list", control.id), StoredValue::new(control.id.clone()));
    let chosen =
        Memo::new(
            move |_| {
                if several { value.with(|value| list_of(value)).unwrap_or_default() } else { vec![value.get()] }
            },
        );
    let shown = Memo::new(move |_| {
        if !open.get() {
            return (Vec::new(), 0);
        }
        let sought = typed.get().unwrap_or_default();
        rule.with(|rule| rule.as_ref().map(|rule| found(rule, &sought)).unwrap_or_default())
    });
    let choose = move |picked: String| {
        typed.set(None);
        if several {
            let mut list = chosen.get_untracked();
            match list.iter().position(|known| *known == picked) {
                Some(at) => drop(list.remove(at)),
                None => list.push(picked),
            }
            set.run(list_text(&list));
        } else {
            open.set(false);
            set.run(picked);
        }
    };
    let remove = move |picked: String| {
        let mut list = chosen.get_untracked();
        list.retain(|known| *known != picked);
        set.run(list_text(&list));
        if let Some(node) = node.get_untracked() {
            let _focused = node.focus();
        }
    };
    let begin = move || {
        if !open.get_untracked() {
            active.set(0);
            open.set(true);
        }
    };
    let step = move |by: isize| {
        let count = shown.with_untracked(|(shown, _)| shown.len());
        active.update(|at| *at = at.saturating_add_signed(by).min(count.saturating_sub(1)));
        scroll_to_active(id, active);
    };
    let on_key = move |event: KeyboardEvent| {
        let is_open = open.get_untracked();
        match event.key().as_str() {
            "ArrowDown" | "ArrowUp" if !is_open => begin(),
            "ArrowDown" => step(1),
            "ArrowUp" => step(-1),
            "PageDown" if is_open => step(10),
            "PageUp" if is_open => step(-10),
            "Enter" if is_open => {
                let picked =
                    shown.with_untracked(|(shown, _)| shown.get(active.get_untracked()).map(|one| one.value.clone()));
                if let Some(picked) = picked {
                    choose(picked);
                }
            }
            // Within a form it would be sent.
            "Enter" => begin(),
            "Escape" if is_open => {
                open.set(false);
                typed.set(None);
            }
            "Backspace" if several && typed.with_untracked(|typed| typed.as_deref().unwrap_or_default().is_empty()) => {
                if let Some(last) = chosen.get_untracked().pop() {
                    remove(last);
                }
                return;
            }
            _ => return,
        }
        event.prevent_default();
    };
    let field = move || {
        typed.get().unwrap_or_else(|| {
            if several { String::new() } else { rule.with(|rule| name_of(rule.as_ref(), &value.get())) }
        })
    };
    let named = move || {
        let each = |value: String| (rule.with(|rule| name_of(rule.as_ref(), &value)), value);
        if several { chosen.get().into_iter().map(each).collect::<Vec<_>>() } else { Vec::new() }
    };
    let more = move || {
        shown.with(|(shown, count)| match count - shown.len() {
            0 if shown.is_empty() => "Nothing matches.".to_owned(),
            0 => String::new(),
            more => format!("{more} more: type to find them."),
        })
    };
    let active_id = move || {
        let is_there = open.get() && shown.with(|(shown, _)| active.get() < shown.len());
        is_there.then(|| id.with_value(|id| format!("{id}-option-{}", active.get())))
    };
    view! {
        <span class="field tall combo" class:bad-value=move || wrong.get()>
            <For each=named key=Clone::clone let((name, value))>
                <span class="tok">{name.clone()}" "
                    <button type="button" aria-label=format!("Remove {name}") on:click=move |_| remove(value.clone())>{icon("x")}</button>
                </span>
            </For>
            <input
                id=control.id.clone()
                node_ref=node
                type="text"
                size="4"
                role="combobox"
                autocomplete="off"
                autocapitalize="none"
                spellcheck="false"
                aria-autocomplete="list"
                aria-expanded=move || open.get().to_string()
                aria-controls=list_id.clone()
                aria-activedescendant=active_id
                aria-required=control.required()
                aria-invalid=control.invalid()
                aria-describedby=control.describedby()
                prop:value=field
                on:input=move |event| { typed.set(Some(event_target_value(&event))); active.set(0); open.set(true); }
                on:click=move |_| begin()
                on:keydown=on_key
                on:blur=move |_| { open.set(false); typed.set(None); }
            />
            {icon_with("down", "tail")}
            <Show when=move || open.get()>
                // Pressed, not clicked: the field keeps the focus, and with it the list.
                <div class="combo-list" on:mousedown=move |event| event.prevent_default()>
                    <div role="listbox" id=list_id.clone() aria-labelledby=control.label.clone() aria-multiselectable=several.then_some("true")>
                        <For each=move || shown.get().0 key=|one| (one.at, one.value.clone()) let(one)>
                            {
                                let (own, picked, at) = (one.value.clone(), one.value.clone(), one.at);
                                view! {
                                    <div
                                        role="option"
                                        id=id.with_value(|id| format!("{id}-option-{at}"))
                                        class:active=move || active.get() == at
                                        aria-selected=move || chosen.with(|chosen| chosen.contains(&own)).to_string()
                                        on:click=move |_| choose(picked.clone())
                                    >
                                        <span>{one.name.clone()}</span>
                                        <span class="soft">{one.about.clone()}</span>
                                    </div>
                                }
                            }
                        </For>
                    </div>
                    <p class="note" role="status">{more}</p>
                </div>
            </Show>
        </span>
    }
}

/// Once the document has it, the active choice is brought into sight.
fn scroll_to_active(id: StoredValue<String>, active: RwSignal<usize>) {
    request_animation_frame(move || {
        let (Some(id), Some(at)) = (id.try_get_value(), active.try_get_untracked()) else { return };
        crate::browser::dom::into_sight(&format!("{id}-option-{at}"));
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::parameters::from_rich;
    use crate::model::recordings::read;
    use serde_json::json;

    #[test]
    fn choices_are_found_by_every_word() {
        let options: Vec<_> =
            (0..2_000).map(|at| json!({"name": format!("Place {at} North"), "value": format!("p-{at:04}")})).collect();
        let rule = from_rich(read(json!({"name": "place", "options": options})).unwrap());
        for (typed, count, first) in [
            ("", 2_000, Some("p-0000")),
            ("north 1999", 1, Some("p-1999")),
            ("PLACE 19 NO", 111 + 19, Some("p-0019")),
            ("p-0042", 1, Some("p-0042")),
            ("nowhere", 0, None),
        ] {
            let (shown, all) = found(&rule, typed);
            if typed != "PLACE 19 NO" {
                assert_eq!(all, count, "{typed}");
            }
            assert_eq!(shown.first().map(|one| one.value.as_str()), first, "{typed}");
            assert!(shown.len() <= MOST_SHOWN);
        }
    }
}

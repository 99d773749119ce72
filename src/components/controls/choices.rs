//! One of a few: radio buttons, or the browser's own list. Imports `model`, `components`.

use super::Control;
use crate::components::icon::icon_with;
use crate::components::markdown;
use crate::model::parameters::{Choice, Parameter};
use leptos::prelude::*;
use std::sync::Arc;

fn choices(rule: Memo<Option<Arc<Parameter>>>) -> Vec<Choice> {
    rule.with(|rule| rule.as_ref().map(|rule| rule.options.clone()).unwrap_or_default())
}

/// Radio buttons, each with what its choice means.
#[component]
pub(crate) fn Radios(
    /// The control.
    control: Control,
    /// What may be chosen.
    rule: Memo<Option<Arc<Parameter>>>,
) -> impl IntoView {
    let (value, set, id) = (control.value, control.set, StoredValue::new(control.id.clone()));
    view! {
        <div
            class="pick"
            role="radiogroup"
            aria-labelledby=control.label.clone()
            aria-required=control.required()
            aria-invalid=control.invalid()
            aria-describedby=control.describedby()
        >
            <For each=move || choices(rule).into_iter().enumerate() key=|(at, choice)| (*at, choice.name.clone(), choice.value.clone()) let((at, choice))>
                {
                    let (own, chosen) = (choice.value.clone(), choice.value.clone());
                    // The first takes the focus of whoever is led to the field.
                    let own_id = id.with_value(|id| if at == 0 { id.clone() } else { format!("{id}-{at}") });
                    view! {
                        <label>
                            <input type="radio" id=own_id name=id.get_value() value=choice.value.clone()
                                prop:checked=move || value.with(|value| *value == own)
                                on:change=move |_| set.run(chosen.clone())/>
                            <span>{choice.name.clone()}</span>
                            <span class="soft">{markdown::plain(&choice.description)}</span>
                        </label>
                    }
                }
            </For>
        </div>
    }
}

/// The browser's own list.
#[component]
pub(crate) fn Dropdown(
    /// The control.
    control: Control,
    /// What may be chosen.
    rule: Memo<Option<Arc<Parameter>>>,
) -> impl IntoView {
    let (value, set, wrong) = (control.value, control.set, control.is_wrong);
    // What is not offered is named, so that one sees what it was.
    let strange = Memo::new(move |_| {
        let value = value.get();
        let offered =
            rule.with(|rule| rule.as_ref().is_some_and(|rule| rule.options.iter().any(|one| one.value == value)));
        (!offered).then(|| if value.is_empty() { "Not chosen".to_owned() } else { format!("{value} (not offered)") })
    });
    view! {
        <span class="field" class:bad-value=move || wrong.get()>
            <select
                id=control.id.clone()
                aria-required=control.required()
                aria-invalid=control.invalid()
                aria-describedby=control.describedby()
                on:change=move |event| set.run(event_target_value(&event))
            >
                {move || strange.get().map(|words| view! { <option value="" disabled=true selected=true>{words}</option> })}
                <For each=move || choices(rule) key=|choice| (choice.name.clone(), choice.value.clone()) let(choice)>
                    {
                        let own = choice.value.clone();
                        view! { <option value=choice.value.clone() prop:selected=move || value.with(|value| *value == own)>{choice.name.clone()}</option> }
                    }
                </For>
            </select>
            {icon_with("down", "tail")}
        </span>
    }
}

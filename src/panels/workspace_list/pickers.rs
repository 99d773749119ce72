//! Pickers for those who do not type, and the parts of the query as chips that can be taken off. May import `store` and below.

use super::state::ListState;
use crate::components::icon::icon;
use crate::model::query::{Names, Values, key_of, parse};
use crate::panels::go::use_go;
use crate::panels::late_list::ListPage;
use crate::paths;
use leptos::prelude::*;
use leptos_router::hooks::use_location;

const PICKED: [(&str, &str); 4] =
    [("owner", "Owner"), ("template", "Template"), ("status", "Status"), ("organization", "Organization")];

#[component]
pub(super) fn Pickers(page: ListPage, state: ListState, names: RwSignal<Names>, ask: Callback<()>) -> impl IntoView {
    let go = use_go();
    let search = use_location().search;
    let query = Memo::new(move |_| page.query.with(|query| parse(query)));
    let show = move |query: String| {
        state.typed.set(query.clone());
        go.to(format!(
            "{}{}",
            paths::Place::Workspaces.address(),
            paths::query::with(&search.get_untracked(), "q", Some(&query))
        ));
    };
    let picker = move |(key, label): (&'static str, &'static str)| {
        let value = Memo::new(move |_| query.with(|query| query.value(key).unwrap_or_default().to_owned()));
        let options = move || {
            let values = names.with(|names| names.of(key_of(key).map_or(Values::Text, |key| key.values)));
            let chosen = value.get();
            let other = (!chosen.is_empty() && !values.contains(&chosen)).then_some(chosen);
            other
                .into_iter()
                .chain(values)
                .map(|value| view! { <option value=value.clone()>{value.clone()}</option> })
                .collect_view()
        };
        view! {
            <label class="picker"><span class="vh">{label}</span>
                <select class:set=move || value.with(|value| !value.is_empty()) prop:value=move || { names.track(); value.get() }
                    on:pointerdown=move |_| ask.run(()) on:focus=move |_| ask.run(())
                    on:change=move |event| show(query.get_untracked().with(key, &event_target_value(&event)).to_string())>
                    <option value="">{format!("{label}: any")}</option>
                    {options}
                </select>
            </label>
        }
    };
    let edit = move |text: String| {
        // The part in the box, to be written anew.
        if let Some(filter) = super::keys::filter().and_then(|keys| keys.filter.try_get_untracked().flatten()) {
            let _focused = filter.focus();
            let before = state.typed.with_untracked(|all| all.find(&text).map(|at| all.chars().take(at).count()));
            let at = before.unwrap_or_default();
            let end = u32::try_from(at + text.encode_utf16().count()).unwrap_or(u32::MAX);
            let _selected = filter.set_selection_range(u32::try_from(at).unwrap_or(0), end);
        }
    };
    let chip = move |(at, text): (usize, String)| {
        let (shown, named) = (text.clone(), text.clone());
        view! {
            <span class="tok">
                <button type="button" title="Edit this part" on:click=move |_| edit(text.clone())>{shown}</button>
                <button type="button" aria-label=format!("Remove {named}") on:click=move |_| show(query.get_untracked().without(at).to_string())>{icon("x")}</button>
            </span>
        }
    };
    let chips =
        move || query.with(|query| query.tokens.iter().map(ToString::to_string).enumerate().collect::<Vec<_>>());
    view! {
        <div class="pickers" role="group" aria-label="Narrow by">{PICKED.into_iter().map(picker).collect_view()}</div>
        <div class="toks" role="group" aria-label="Parts of the filter"><For each=chips key=Clone::clone let(part)>{chip(part)}</For></div>
    }
}

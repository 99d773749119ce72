//! Pickers for those who do not type, and the parts of the query as chips that can be taken off. May import `store` and
//! below.

use super::names::Known;
use crate::components::icon::icon;
use crate::model::query::{Values, key_of, parse};
use crate::panels::go::use_go;
use crate::panels::list_page::ListPage;
use crate::paths;
use leptos::prelude::*;
use leptos_router::hooks::use_location;

const PICKED: [(&str, &str); 4] =
    [("owner", "Owner"), ("template", "Template"), ("status", "Status"), ("organization", "Organization")];

#[component]
pub(super) fn Pickers(page: ListPage, names: Known) -> impl IntoView {
    let go = use_go();
    let search = use_location().search;
    let query = Memo::new(move |_| page.query.with(|query| parse(query)));
    let show = move |query: String| {
        page.typed.set(query.clone());
        go.to(paths::workspaces_with(&search.get_untracked(), &query));
    };
    let picker = move |(key, label): (&'static str, &'static str)| {
        let value = Memo::new(move |_| query.with(|query| query.value(key).unwrap_or_default().to_owned()));
        let options = move || {
            let values = names.names.with(|names| names.of(key_of(key).map_or(Values::Text, |key| key.values)));
            let chosen = value.get();
            let other = (!chosen.is_empty() && !values.contains(&chosen)).then_some(chosen);
            other
                .into_iter()
                .chain(values)
                .map(|value| view! { <option value=value.clone()>{value.clone()}</option> })
                .collect_view()
        };
        let ask = move |_| names.ask(key == "owner");
        view! {
            <span class="picker">
                <select aria-label=label class:set=move || value.with(|value| !value.is_empty()) prop:value=move || { names.names.track(); value.get() }
                    on:pointerenter=ask on:pointerdown=ask on:focus=move |_| names.ask(key == "owner")
                    on:change=move |event| show(query.get_untracked().with(key, &event_target_value(&event)).to_string())>
                    <option value="">{format!("{label}: any")}</option>
                    {options}
                </select>
            </span>
        }
    };
    let edit = move |text: String| {
        // The part in the box, to be written anew; written otherwise there, the box takes it as it is here.
        let Some(filter) = page.filter.try_get_untracked().flatten() else { return };
        if !page.typed.with_untracked(|all| all.contains(&text)) {
            let said = query.with_untracked(ToString::to_string);
            filter.set_value(&said);
            page.typed.set(said);
        }
        let units = |part: &str| u32::try_from(part.encode_utf16().count()).unwrap_or(u32::MAX);
        let at = page.typed.with_untracked(|all| all.split_once(&text).map(|(before, _)| units(before))).unwrap_or(0);
        let _focused = filter.focus();
        let _selected = filter.set_selection_range(at, at.saturating_add(units(&text)));
    };
    let chip = move |(at, text): (usize, String)| {
        let (shown, named) = (text.clone(), text.clone());
        view! {
            <span class="tok">
                <button type="button" title="Edit this part" on:click=move |_| edit(text.clone())>{shown}</button>
                <button type="button" aria-label=format!("Take off {named}") on:click=move |_| show(query.get_untracked().without(at).to_string())>{icon("x")}</button>
            </span>
        }
    };
    let chips =
        move || query.with(|query| query.tokens.iter().map(ToString::to_string).enumerate().collect::<Vec<_>>());
    view! {
        <div class="narrow">
            <div class="pickers" role="group" aria-label="Narrow by">{PICKED.into_iter().map(picker).collect_view()}</div>
            <div class="toks" role="group" aria-label="Parts of the query"><For each=chips key=Clone::clone let(part)>{chip(part)}</For></div>
        </div>
    }
}

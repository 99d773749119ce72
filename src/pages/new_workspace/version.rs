//! Which version the new workspace has: the active one, unless a link or a person wants another. May import `panels`
//! and below.

use super::state::FormState;
use crate::api::templates as calls;
use crate::browser::clock_text::Viewer;
use crate::components::button::Button;
use crate::components::icon::icon_with;
use crate::model::duration;
use crate::model::permission::Right;
use crate::model::templates::{VersionLine, version_lines};
use crate::panels::asked::asked;
use crate::store::use_stores;
use crate::wire::id::Id;
use leptos::prelude::*;

const FIELD: &str = "new-version";

/// The row of the form.
#[component]
pub(super) fn VersionRow(state: FormState) -> impl IntoView {
    let stores = use_stores();
    let template = state.template.get_value();
    let (id, active, requires) = (template.id, template.active_version_id, template.require_active_version);
    let permissions = stores.permissions.clone();
    let may = Memo::new(move |_| !requires || permissions.may(Right::UpdateTemplate { template: id }) == Some(true));
    let wants = RwSignal::new(false);
    let client = stores.client.clone();
    let answer = asked(move || wants.get().then(|| calls::versions(&client, id)));
    let now = stores.clock.now_ms.clone();
    let lines = Memo::new(move |_| {
        let lines = answer.ready().map(|each| version_lines(&each.items, active)).unwrap_or_default();
        let shown = state.version.get();
        lines.into_iter().filter(|line| line.is_usable || line.id == shown).collect::<Vec<_>>()
    });
    let listed = Memo::new(move |_| lines.with(|lines| !lines.is_empty()));
    let name = move || state.known_version().map(|version| version.name.clone()).unwrap_or_default();
    let label = move |line: &VersionLine| {
        let when = line.created_ms.map(|at| duration::date(at, now.get_untracked(), &Viewer)).unwrap_or_default();
        let active = if line.active { ", the active one" } else { "" };
        let text = if line.text.is_empty() { String::new() } else { format!(": {}", line.text) };
        format!("{}{active}, {when}{text}", line.name)
    };
    let label = StoredValue::new(label);
    let choose = move |event| {
        if let Ok(id) = event_target_value(&event).parse::<Id>() {
            state.version.set(id);
        }
    };
    let said = move || {
        if let Some(error) = answer.error() {
            return format!("The versions could not be listed: {}", error.sentence());
        }
        match (state.is_active(), requires) {
            (true, true) => "The active one, which this template requires.".to_owned(),
            (true, false) => "The active one.".to_owned(),
            (false, true) => "Not the active one, which each start will take.".to_owned(),
            (false, false) => "Not the active one; it stays until you update it.".to_owned(),
        }
    };
    view! {
        <div class="fr">
            <div class="lab">
                <Show when=move || listed.get() fallback=|| view! { <span>"Version"</span> }><label for=FIELD>"Version"</label></Show>
            </div>
            <div class="ctl"><Show when=move || listed.get() fallback=move || view! {
                <div class="line-up">
                    <b>{name}</b>
                    <Show when=move || may.get() && !wants.get()>
                        <Button class="s" on_click=move |()| wants.set(true)>"Another version"</Button>
                    </Show>
                    <Show when=move || !state.is_active()>
                        <Button class="s" on_click=move |()| state.version.set(active)>"The active one"</Button>
                    </Show>
                </div>
            }>
                <span class="field">
                    <select id=FIELD aria-describedby="new-version-note" on:change=choose prop:value=move || state.version.get().to_string()>
                        {move || lines.get().into_iter().map(|line| {
                            let id = line.id;
                            let text = label.with_value(|label| label(&line));
                            view! { <option value=id.to_string() selected=move || state.version.get() == id>{text}</option> }
                        }).collect_view()}
                    </select>
                    {icon_with("down", "tail")}
                </span>
            </Show></div>
            <div class="notes"><p class="note" id="new-version-note">{said}</p></div>
        </div>
    }
}

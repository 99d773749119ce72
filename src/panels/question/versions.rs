//! The versions of a template, to choose one for a workspace. May import `store` and below.

use crate::api::error::ApiError;
use crate::api::templates;
use crate::browser::clock_text;
use crate::components::unique_id;
use crate::model::actions::VersionFacts;
use crate::model::duration;
use crate::model::row::Row;
use crate::panels::action_runner::ActionRunner;
use crate::wire::build::JobStatus;
use crate::wire::id::Id;
use crate::wire::template_version::TemplateVersion;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The list, newest first. What cannot be chosen says why.
#[component]
pub(super) fn Versions(
    /// Where it stands.
    runner: ActionRunner,
    /// The workspace.
    row: Row,
    /// Which one is chosen.
    chosen: RwSignal<Option<Id>>,
) -> impl IntoView {
    let list = RwSignal::new(None::<Result<Vec<TemplateVersion>, ApiError>>);
    let client = runner.stores.with_value(|stores| stores.client.clone());
    let template = row.template_id;
    spawn_local(async move {
        let answer = templates::versions(&client, template).await.map(|versions| {
            let mut versions = versions.items;
            versions.reverse();
            versions
        });
        // The question may have been answered meanwhile.
        list.try_set(Some(answer));
    });
    let group = unique_id("version");
    let now_ms = runner.stores.with_value(|stores| stores.clock.now());
    let one = move |version: TemplateVersion| {
        let facts = VersionFacts::of(&version);
        let id = version.id;
        let (is_current, is_active) = (id == row.build.template_version_id, id == row.template_active_version_id);
        let why_not = match version.job.status {
            _ if is_current => Some("it has this one"),
            JobStatus::Succeeded => None,
            JobStatus::Pending | JobStatus::Running => Some("it is being imported still"),
            _ => Some("its import failed"),
        };
        let by = if facts.by.is_empty() { String::new() } else { format!("{}, ", facts.by) };
        let when = format!("{by}{}", duration::ago(facts.created_ms, now_ms, &clock_text::Viewer));
        let message = if facts.message.is_empty() { String::new() } else { format!("“{}”", facts.message) };
        view! {
            <label class="version">
                <input type="radio" name=group.clone() disabled=why_not.is_some()
                    prop:checked=move || chosen.get() == Some(id) on:change=move |_| chosen.set(Some(id))/>
                <span>
                    <b>{facts.name}</b>
                    {is_active.then(|| view! { " " <span class="tag">"active"</span> })}
                    {is_current.then(|| view! { " " <span class="tag">"current"</span> })}
                    " " {message}
                    <span class="small muted">{when}{why_not.map(|why| format!(" · {why}"))}</span>
                </span>
            </label>
        }
    };
    view! {
        <fieldset class="versions">
            <legend class="small soft">"Version"</legend>
            {move || match list.get() {
                None => view! { <p class="small muted">"The versions are being listed."</p> }.into_any(),
                Some(Err(error)) => view! { <p class="bad" role="alert">"The versions could not be listed: "{error.sentence()}</p> }.into_any(),
                Some(Ok(versions)) if versions.is_empty() => view! { <p class="small muted">"The control plane lists no versions."</p> }.into_any(),
                Some(Ok(versions)) => versions.into_iter().map(one.clone()).collect_view().into_any(),
            }}
        </fieldset>
    }
}

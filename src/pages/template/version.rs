//! What one version has: presets, parameters at a glance, resources with what they cost, its readme. May import
//! `panels` and below.

use super::shown::Shown;
use crate::api::error::{ApiError, Kind};
use crate::api::{parameters, templates as calls};
use crate::components::icon::icon_with;
use crate::components::markdown::Markdown;
use crate::model::duration::UNKNOWN;
use crate::model::licence::Licence;
use crate::model::templates::{glance, made, preset_words, total};
use crate::panels::asked::asked;
use crate::panels::problem::{MISSING, Subject, problem};
use crate::paths;
use crate::store::use_stores;
use crate::wire::template::Template;
use leptos::prelude::*;
use std::sync::Arc;

/// How many parameters and resources are listed before somebody asks for all.
const FOLDED: usize = 12;

const RESOURCES: Subject =
    Subject { noun: "what this version makes", verb: "list what this version makes", missing: MISSING };
const PARAMETERS: Subject =
    Subject { noun: "what this version asks for", verb: "list what this version asks for", missing: MISSING };

/// A refusal that only says that the version is not imported, which the page says above.
fn is_worth_saying(error: &ApiError) -> bool {
    !matches!(error.kind, Kind::TooEarly | Kind::Validation)
}

/// Values that go together, each with a way to begin with it.
#[component]
pub(super) fn Presets(template: Memo<Option<Arc<Template>>>, shown: Shown) -> impl IntoView {
    let stores = use_stores();
    let (client, creates) = (stores.client, stores.features.create);
    let answer = asked(move || shown.is_usable.get().then(|| parameters::presets(&client, shown.id.get())));
    let presets = Memo::new(move |_| answer.ready().map(|each| each.items.clone()).unwrap_or_default());
    let way = move |name: &str| {
        let id = shown.id.get().to_string();
        template.with(|template| {
            let template = template.as_ref()?;
            let version = (template.active_version_id != shown.id.get()).then_some(("version", id.as_str()));
            let filled: Vec<(&str, &str)> = std::iter::once(("preset", name)).chain(version).collect();
            Some(paths::new_workspace(&template.organization_name, &template.name, &filled))
        })
    };
    let may =
        move || creates && template.with(|template| template.as_ref().is_some_and(|template| !template.deprecated));
    view! {
        <Show when=move || presets.with(|presets| !presets.is_empty())>
            <section class="sec">
                <header><h2>"Presets"</h2><span class="small muted">"values that go together"</span></header>
                <ul class="rep flat wide">
                    {move || presets.get().into_iter().map(|preset| {
                        let (name, words) = (preset.name.clone(), preset_words(&preset));
                        let label = format!("Use preset {name}");
                        view! {
                            <li>
                                {icon_with(if preset.default { "running" } else { "stopped" }, if preset.default { "ok" } else { "muted" })}
                                <b>{preset.name}</b><span class="soft">{words}</span>
                                {may().then(|| view! { <a class="btn s" href=way(&name) aria-label=label>"Use"</a> })}
                            </li>
                        }
                    }).collect_view()}
                </ul>
            </section>
        </Show>
    }
}

/// What a new workspace is asked for.
#[component]
pub(super) fn Parameters(shown: Shown) -> impl IntoView {
    let client = use_stores().client;
    let answer = asked(move || shown.is_usable.get().then(|| parameters::classic(&client, shown.id.get())));
    let all = RwSignal::new(false);
    let lines = Memo::new(move |_| answer.ready().map(|rules| glance(&rules)));
    let count = Memo::new(move |_| lines.with(|lines| lines.as_ref().map(Vec::len)));
    let listed = move || {
        let most = if all.get() { usize::MAX } else { FOLDED };
        lines.with(|lines| lines.iter().flatten().take(most).cloned().collect::<Vec<_>>())
    };
    view! {
        <section class="sec">
            <header><h2>"Parameters"</h2><span class="small muted">{move || count.get().filter(|count| *count > 0).map(|count| format!("{count}, in the order of the template"))}</span></header>
            <div>
                {move || answer.error().filter(is_worth_saying).map(|error| problem(&error, PARAMETERS, false, Callback::new(move |()| answer.again()), Vec::new()))}
                <Show when=move || count.get() == Some(0)><p class="say-parts">"It asks for nothing."</p></Show>
                <Show when=move || count.get().is_some_and(|count| count > 0)>
                    <table class="dt plain flush compact">
                        <thead><tr><th scope="col">"Parameter"</th><th scope="col">"What it is"</th><th scope="col">"Without a value"</th></tr></thead>
                        <tbody>
                            <For each=listed key=Clone::clone let(line)>
                                <tr><td class="wrap">{line.label}</td><td class="wrap soft">{line.words}</td><td class="wrap soft">{line.default}</td></tr>
                            </For>
                        </tbody>
                    </table>
                </Show>
                <Unfold all count/>
            </div>
        </section>
    }
}

/// The button that lists the rest.
#[component]
fn Unfold(all: RwSignal<bool>, count: Memo<Option<usize>>) -> impl IntoView {
    let hidden = move || !all.get() && count.get().is_some_and(|count| count > FOLDED);
    view! {
        <Show when=hidden>
            <p class="say-parts"><button class="btn s" type="button" on:click=move |_| all.set(true)>{move || format!("All {}", count.get().unwrap_or_default())}</button></p>
        </Show>
    }
}

/// What is made, whether it outlives a stop, what it costs.
#[component]
pub(super) fn Resources(shown: Shown) -> impl IntoView {
    let stores = use_stores();
    let (client, licence) = (stores.client, stores.session.licence);
    let answer = asked(move || shown.is_usable.get().then(|| calls::resources(&client, shown.id.get())));
    let all = RwSignal::new(false);
    let counts_credits =
        Memo::new(move |_| licence.with(|licence| licence.as_ref().is_none_or(Licence::counts_credits)));
    let lines = Memo::new(move |_| answer.ready().map(|each| made(&each.items, false)));
    let count = Memo::new(move |_| lines.with(|lines| lines.as_ref().map(Vec::len)));
    let sum = move || {
        let total = total(&answer.ready()?.items);
        let credits = format!("{} credits a day running, {} stopped", total.running, total.stopped);
        (counts_credits.get() && count.get()? > 0).then_some(credits)
    };
    let listed = move || {
        let most = if all.get() { usize::MAX } else { FOLDED };
        lines.with(|lines| lines.iter().flatten().take(most).cloned().collect::<Vec<_>>())
    };
    let credits = |cost: Option<i64>| cost.map_or_else(|| UNKNOWN.to_owned(), |cost| cost.to_string());
    view! {
        <section class="sec">
            <header><h2>"Resources"</h2><span class="small muted">{sum}</span></header>
            <div>
                {move || answer.error().filter(is_worth_saying).map(|error| problem(&error, RESOURCES, false, Callback::new(move |()| answer.again()), Vec::new()))}
                <Show when=move || count.get() == Some(0)><p class="say-parts">"It makes nothing that is listed."</p></Show>
                <Show when=move || count.get().is_some_and(|count| count > 0)>
                    <table class="dt plain flush compact res of-version">
                        <thead><tr>
                            <th scope="col">"Resource"</th><th class="c-ty" scope="col">"Type"</th><th scope="col">"At a stop"</th>
                            <th class="c-cr num" scope="col">"Credits running"</th><th class="c-cr num" scope="col">"stopped"</th>
                        </tr></thead>
                        <tbody>
                            <For each=listed key=Clone::clone let(line)>
                                <tr>
                                    <td class="wrap">{line.name.clone()}{line.agents.iter().map(|agent| view! { <span class="muted">{format!(" · agent {agent}")}</span> }).collect_view()}</td>
                                    <td class="wrap soft c-ty">{line.kind.clone()}</td><td class="wrap soft">{line.at_a_stop()}</td>
                                    <td class="c-cr num">{credits(line.running)}</td><td class="c-cr num">{credits(line.stopped)}</td>
                                </tr>
                            </For>
                        </tbody>
                    </table>
                </Show>
                <Unfold all count/>
            </div>
        </section>
    }
}

/// What its author writes of it, as text: nothing in it can act here.
#[component]
pub(super) fn Readme(shown: Shown) -> impl IntoView {
    let text = Memo::new(move |_| shown.version.ready().map(|version| version.readme.clone()));
    view! {
        <section class="sec">
            <header><h2>"Readme"</h2><span class="small muted">{move || shown.name.with(|name| if name.is_empty() { String::new() } else { format!("of {name}, as text") })}</span></header>
            <div><div class="prose">
                {move || text.get().map(|text| if text.trim().is_empty() {
                    view! { <p class="soft">"This version has none."</p> }.into_any()
                } else {
                    view! { <Markdown text/> }.into_any()
                })}
            </div></div>
        </section>
    }
}

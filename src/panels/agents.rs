//! The agents of a workspace: how they are, what they offer to open, their logs. May import `store` and below.

use crate::api::deployment;
use crate::browser::clipboard;
use crate::browser::clock_text::Viewer;
use crate::browser::memo::Memo;
use crate::browser::page;
use crate::browser::view::Show;
use crate::browser::view::view;
use crate::components::button::Button;
use crate::components::icon::icon;
use crate::components::log_view::LogView;
use crate::model::status::Context;
use crate::model::status::describe_agent;
use crate::panels::apps;
use crate::panels::apps::Place;
use crate::panels::build_log::agent_rows;
use crate::panels::build_log::said_of;
use crate::store::builds::LogStatus;
use crate::store::session::single_sign_on_works;
use crate::store::toasts::Tone;
use crate::store::use_stores;
use crate::wire::agent::AgentStatus;
use crate::wire::agent::DisplayApp;
use crate::wire::agent::WorkspaceAgent;
use crate::wire::deployment::SshConfig;
use crate::wire::id::Id;
use crate::wire::workspace::Workspace;
use leptos::prelude::*;
use leptos::task::spawn_local_scoped_with_cancellation;
use std::sync::Arc;

type Shown = Memo<Option<Arc<Workspace>>>;

fn agents_of(workspace: &Workspace) -> impl Iterator<Item = &WorkspaceAgent> {
    workspace.latest_build.resources.iter().flat_map(|resource| resource.agents.iter())
}

/// What `of` says of the agent with this id; the default once it is gone.
fn of_agent<T: Default>(workspace: Shown, id: Id, of: impl Fn(&WorkspaceAgent, &Workspace) -> T) -> T {
    workspace.with(|workspace| {
        let found = workspace
            .as_deref()
            .and_then(|workspace| agents_of(workspace).find(|agent| agent.id == id).map(|agent| of(agent, workspace)));
        found.unwrap_or_default()
    })
}

/// The section.
#[component]
pub fn Agents(
    /// The workspace.
    workspace: Shown,
) -> impl IntoView {
    let ids = Memo::new(move |_| {
        workspace.with(|known| known.as_deref().map(|known| agents_of(known).map(|agent| agent.id).collect::<Vec<_>>()))
    });
    let connected = move || {
        workspace.with(|known| {
            known.as_deref().filter(|known| agents_of(known).next().is_some()).map(|known| {
                let connected = agents_of(known).filter(|agent| agent.status == AgentStatus::Connected).count();
                format!("{connected} of {} connected", agents_of(known).count())
            })
        })
    };
    let (wildcard, ssh) = (RwSignal::new(None::<String>), RwSignal::new(None::<SshConfig>));
    let client = use_stores().client;
    spawn_local_scoped_with_cancellation(async move {
        // Without an answer apps that need a subdomain say so, and the command line's own way is shown for SSH.
        if let Ok(regions) = deployment::regions(&client).await {
            wildcard.try_set(regions.regions.first().map(|region| region.wildcard_hostname.clone()));
        }
        let shown = workspace
            .try_get_untracked()
            .flatten()
            .is_some_and(|known| agents_of(&known).any(|agent| agent.display_apps.contains(&DisplayApp::SshHelper)));
        if shown && let Ok(config) = deployment::ssh(&client).await {
            ssh.try_set(Some(config));
        }
    });
    view! {
        <section class="sec" aria-label="Agents">
            <header><h2>"Agents"</h2><span class="small muted">{connected}</span></header>
            <div>
                <Show when=move || ids.with(|ids| ids.as_ref().is_some_and(Vec::is_empty))>
                    <p class="say-parts">"The latest build has no agents. A stopped workspace has none; some templates never do."</p>
                </Show>
                <For each=move || ids.get().unwrap_or_default() key=|id| *id let(id)>
                    {one(workspace, id, wildcard, ssh)}
                </For>
            </div>
        </section>
    }
}

fn one(workspace: Shown, id: Id, wildcard: RwSignal<Option<String>>, ssh: RwSignal<Option<SshConfig>>) -> AnyView {
    let stores = use_stores();
    let (now, build_info, toasts) = (stores.clock.now_ms, stores.session.build_info, stores.toasts);
    let place = move |workspace: &Workspace| {
        let (address, in_its_place) = build_info.with(|info| {
            info.as_ref().map_or((None, false), |info| {
                let address = Some(info.dashboard_url.clone()).filter(|address| !address.is_empty());
                (address, single_sign_on_works(info, &page::host()))
            })
        });
        Place {
            owner: workspace.owner_name.clone(),
            workspace: workspace.name.clone(),
            wildcard: wildcard.get(),
            address,
            in_its_place,
        }
    };
    let known = of_agent(workspace, id, |agent, _| Some(agent.clone()));
    let Some(agent) = known else { return ().into_any() };
    // The clock moves on and frames arrive: what can hold the focus is built anew only when it changed.
    let command = {
        let place = place.clone();
        Memo::new(move |_| {
            of_agent(workspace, id, |agent, known| {
                ssh.with(|ssh| apps::ssh_command(agent, &place(known), ssh.as_ref())).unwrap_or_default()
            })
        })
    };
    let openers = Memo::new(move |_| of_agent(workspace, id, |agent, known| apps::openers(agent, &place(known))));
    let state = move || {
        of_agent(workspace, id, |agent, _| {
            let text = describe_agent(agent, &Context::new(now.get(), &Viewer));
            let why = (!text.why.is_empty()).then(|| view! { <span>{text.why}</span> });
            let tone = format!("st st-{}", text.tone.name());
            let view = view! {
                <span class=tone>{icon(text.mark.icon())}<strong>{agent.name.clone()}</strong></span>
                <span class="soft">{text.word}</span>{why}
            };
            Some(view)
        })
    };
    let platform = format!("{}/{}", agent.operating_system, agent.architecture);
    let inside = agent.parent_id.is_some().then(|| view! { <span class="muted">"inside another agent"</span> });
    let help = Some(agent.troubleshooting_url.clone())
        .filter(|url| url.starts_with("https://") || url.starts_with("http://"))
        .map(
            |url| view! { <a class="nowrap" href=url rel="external noreferrer" target="_blank">"Troubleshooting"</a> },
        );
    let open = RwSignal::new(false);
    let copy = Callback::new(move |()| {
        let (toasts, text) = (toasts.clone(), command.get_untracked());
        spawn_local_scoped_with_cancellation(async move {
            let (tone, said) = if clipboard::copy(&text).await {
                (Tone::Good, "The command is in the clipboard.")
            } else {
                (Tone::Info, "This browser does not let a page copy here: select the command instead.")
            };
            toasts.show(tone, said, None, None);
        });
    });
    let name = agent.name.clone();
    view! {
        <div class="agent">
            <div class="hd">
                {state}<span class="muted">{platform}</span>{inside}{help}
                <div class="apps">
                    {move || openers.get().into_iter().map(apps::opener).collect_view()}
                    <button class="btn s" type="button" aria-label=format!("Log of agent {name}") aria-expanded=move || open.get().to_string() on:click=move |_| open.update(|open| *open = !*open)>
                        "Log"{move || icon(if open.get() { "up" } else { "down" })}
                    </button>
                </div>
            </div>
            <Show when=move || command.with(|command| !command.is_empty())>
                <p class="small muted ssh"><code>{move || command.get()}</code>" "<Button class="s" on_click=copy label=Some(format!("Copy the SSH command of {name}"))>"Copy"</Button></p>
            </Show>
            <Show when=move || open.get()>{log(workspace, id)}</Show>
        </div>
    }
    .into_any()
}

/// The log of an agent, live while it writes.
fn log(workspace: Shown, id: Id) -> AnyView {
    let page = StoredValue::new_local(use_stores().builds.agent_log(id));
    let (lines, status, unreadable) =
        page.with_value(|page| (page.lines.clone(), page.status.clone(), page.unreadable.clone()));
    let (sources, origin_us) = of_agent(workspace, id, |agent, known| {
        (agent.log_sources.to_vec(), known.latest_build.job.created_at.micros())
    });
    let rows = Signal::derive(move || lines.with(|lines| Arc::new(agent_rows(lines, &sources, origin_us))));
    let live = {
        let status = status.clone();
        Signal::derive(move || status.get() == LogStatus::Live)
    };
    let overflowed = Memo::new(move |_| of_agent(workspace, id, |agent, _| agent.logs_overflowed));
    let said =
        move || said_of(&status.get(), true, rows.with(|rows| rows.is_empty()), overflowed.get(), unreadable.get());
    let label = of_agent(workspace, id, |agent, _| format!("Log of agent {}", agent.name));
    view! {
        <p class="small muted" role="status">{said}</p>
        <LogView rows goto=RwSignal::new(None) live label/>
    }
    .into_any()
}

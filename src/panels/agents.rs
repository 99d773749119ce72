//! The agents of a workspace: how they are, what they offer to open, their logs. May import `store` and below.

use crate::api::{deployment, workspaces};
use crate::browser::clipboard;
use crate::components::button::Button;
use crate::components::icon::icon_of;
use crate::components::log_view::LogView;
use crate::model::log::Times;
use crate::model::log::rows::agent_rows;
use crate::model::status::{Mark, describe_agent};
use crate::model::{order, resources, row};
use crate::panels::agent_logs::AllLogs;
use crate::panels::agent_metadata::AgentMetadata;
use crate::panels::apps::{self, AgentLocation};
use crate::panels::build_log::{Shared, said_of};
use crate::panels::fetched::fetched;
use crate::panels::ports::{Ports, Sharing};
use crate::panels::row_status;
use crate::paths::outside::web;
use crate::store::builds::LogStatus;
use crate::store::toasts::Tone;
use crate::store::use_stores;
use crate::wire::agent::{AgentLifecycle, AgentStatus, DisplayApp, WorkspaceAgent};
use crate::wire::deployment::{Region, SshConfig};
use crate::wire::id::Id;
use crate::wire::port::ShareLevel;
use crate::wire::workspace::Workspace;
use leptos::prelude::*;
use leptos::task::spawn_local_scoped_with_cancellation;
use std::sync::Arc;

type Shown = Memo<Option<Arc<Workspace>>>;

/// What `of` says of the agent with this id; the default once it is gone.
fn of_agent<T: Default>(workspace: Shown, id: Id, of: impl Fn(&WorkspaceAgent, &Workspace) -> T) -> T {
    workspace.with(|workspace| {
        let found = workspace.as_deref().and_then(|workspace| {
            workspace.latest_build.agents().find(|agent| agent.id == id).map(|agent| of(agent, workspace))
        });
        found.unwrap_or_default()
    })
}

/// The section.
#[component]
pub(crate) fn Agents(
    /// The workspace.
    workspace: Shown,
    /// The most that its template lets others reach of its ports.
    limit: Memo<Option<ShareLevel>>,
    /// Why this reader may not share ports.
    refused: Signal<Option<String>>,
) -> impl IntoView {
    let ids = Memo::new(move |_| {
        workspace.with(|known| {
            let mut agents: Vec<&WorkspaceAgent> = known.as_deref()?.latest_build.agents().collect();
            order::by_nature(&mut agents, |agent| &agent.name);
            Some(agents.into_iter().map(|agent| agent.id).collect::<Vec<_>>())
        })
    });
    let why = Memo::new(move |_| {
        workspace.with(|known| known.as_deref().map(|known| resources::no_agents_because(&row::from_workspace(known))))
    });
    let connected = move || {
        workspace.with(|known| {
            known.as_deref().filter(|known| known.latest_build.agents().next().is_some()).map(|known| {
                let connected =
                    known.latest_build.agents().filter(|agent| agent.status == AgentStatus::Connected).count();
                format!("{connected} of {} connected", known.latest_build.agents().count())
            })
        })
    };
    let (regions, ssh) = (RwSignal::new(None::<Vec<Region>>), RwSignal::new(None::<SshConfig>));
    let stores = use_stores();
    let (client, for_ssh) = (stores.client.clone(), stores.client.clone());
    // Without an answer apps that need a subdomain say so, and the command line's own way is shown for SSH.
    spawn_local_scoped_with_cancellation(async move {
        if let Ok(answer) = deployment::regions(&client).await {
            regions.try_set(Some(answer.regions.to_vec()));
        }
    });
    let has_ssh = Memo::new(move |_| {
        let shows = |agent: &WorkspaceAgent| agent.display_apps.contains(&DisplayApp::SshHelper);
        workspace.with(|known| known.as_deref().is_some_and(|known| known.latest_build.agents().any(shows)))
    });
    Effect::new(move |_| {
        if has_ssh.get() && ssh.with_untracked(Option::is_none) {
            let client = for_ssh.clone();
            spawn_local_scoped_with_cancellation(async move {
                if let Ok(config) = deployment::ssh(&client).await {
                    ssh.try_set(Some(config));
                }
            });
        }
    });
    let location = Memo::new(move |_| {
        let address = stores.session.build_info.with(|info| info.as_ref().map(|info| info.dashboard_url.clone()));
        workspace
            .with(|known| {
                known.as_deref().map(|known| AgentLocation {
                    owner: known.owner_name.clone(),
                    workspace: known.name.clone(),
                    regions: regions.get(),
                    address: address.filter(|address| !address.is_empty()),
                    in_its_place: stores.dashboard().is_none(),
                })
            })
            .unwrap_or_default()
    });
    // Asked for once there are ports to be told of.
    let with_ports = Memo::new(move |_| {
        workspace.with(|known| {
            let known = known.as_deref()?;
            known.latest_build.agents().any(shows_ports).then_some(known.id)
        })
    });
    let sharing =
        Sharing { workspace: with_ports, shares: fetched(with_ports, workspaces::port_shares), limit, refused };
    view! {
        <section class="sec" aria-label="Agents">
            <header><h2>"Agents"</h2><span class="small muted">{connected}</span><div class="end"><AllLogs workspace/></div></header>
            <div>
                <Show when=move || ids.with(|ids| ids.as_ref().is_some_and(Vec::is_empty))>
                    <p class="say-parts">{move || why.get()}</p>
                </Show>
                <For each=move || ids.get().unwrap_or_default() key=|id| *id let(id)>
                    {agent_view(workspace, id, location, ssh, sharing)}
                </For>
            </div>
        </section>
    }
}

/// Whether an agent has ports to be told of: it is connected, and its template does not hide them.
fn shows_ports(agent: &WorkspaceAgent) -> bool {
    agent.status == AgentStatus::Connected && agent.display_apps.contains(&DisplayApp::PortForwardingHelper)
}

fn agent_view(
    workspace: Shown,
    id: Id,
    location: Memo<AgentLocation>,
    ssh: RwSignal<Option<SshConfig>>,
    sharing: Sharing,
) -> AnyView {
    let stores = use_stores();
    let toasts = stores.toasts.clone();
    let known = of_agent(workspace, id, |agent, _| Some(agent.clone()));
    let Some(agent) = known else { return ().into_any() };
    // The clock moves on and frames arrive: what can hold the focus is built anew only when it changed.
    let command = Memo::new(move |_| {
        of_agent(workspace, id, |agent, _| {
            location
                .with(|location| ssh.with(|ssh| apps::ssh_command(agent, location, ssh.as_ref())))
                .unwrap_or_default()
        })
    });
    let openers = Memo::new(move |_| {
        of_agent(workspace, id, |agent, _| location.with(|location| apps::openers(agent, location)))
    });
    let refusals = Memo::new(move |_| openers.with(|openers| apps::refusals(openers)));
    let dashboard = Memo::new(move |_| location.with(apps::in_dashboard));
    let described = Memo::new(move |_| {
        let context = row_status::context(&stores);
        of_agent(workspace, id, |agent, _| Some((agent.name.clone(), describe_agent(agent, &context))))
    });
    let name_now = move || described.with(|said| said.as_ref().map(|(name, _)| name.clone()));
    let tone = move || described.with(|said| said.as_ref().map(|(_, text)| format!("st st-{}", text.tone.name())));
    let mark = move || described.with(|said| said.as_ref().map_or(Mark::Unknown, |(_, text)| text.mark).icon());
    let word = move || described.with(|said| said.as_ref().map(|(_, text)| text.word.clone()));
    let why = move || described.with(|said| said.as_ref().map(|(_, text)| text.why.clone()).unwrap_or_default());
    let platform = format!("{}/{}", agent.operating_system, agent.architecture);
    let inside = agent.parent_id.is_some().then(|| view! { <span class="muted">"inside another agent"</span> });
    let help = Some(agent.troubleshooting_url.clone()).filter(|url| web(url).is_some()).map(
        |url| view! { <a class="nowrap" href=url rel="external noreferrer" target="_blank">"Troubleshooting"</a> },
    );
    let open = RwSignal::new(false);
    let copy = Callback::new(move |()| {
        let (toasts, text) = (toasts.clone(), command.get_untracked());
        spawn_local_scoped_with_cancellation(async move {
            let (tone, said) = if clipboard::copy(&text).await {
                (Tone::Good, "The command was copied.")
            } else {
                (Tone::Info, "This browser does not let a page copy here: select the command instead.")
            };
            toasts.show(tone, said, None, None);
        });
    });
    let name = agent.name.clone();
    let named = Signal::derive(move || name_now().unwrap_or_default());
    // What an agent told last is worth reading once it is lost, too.
    let tells = Memo::new(move |_| {
        of_agent(workspace, id, |agent, _| {
            matches!(agent.status, AgentStatus::Connected | AgentStatus::Disconnected)
                && agent.lifecycle_state != AgentLifecycle::Off
        })
    });
    let has_ports = Memo::new(move |_| of_agent(workspace, id, |agent, _| shows_ports(agent)));
    view! {
        <div class="agent">
            <div class="hd">
                <span class=tone>{icon_of(mark)}<strong>{name_now}</strong></span><span class="soft">{word}</span>
                <Show when=move || !why().is_empty()><span>{why}</span></Show>
                <span class="muted">{platform}</span>{inside}{help}
                <div class="apps">
                    <For each=move || 0..openers.with(Vec::len) key=|index| *index let(index)>
                        {apps::opener(Memo::new(move |_| openers.with(|openers| openers.get(index).cloned())))}
                    </For>
                    <button class="btn s" type="button" aria-label=format!("Log of agent {name}") aria-expanded=move || open.get().to_string() on:click=move |_| open.update(|open| *open = !*open)>
                        "Log"{icon_of(move || if open.get() { "up" } else { "down" })}
                    </button>
                </div>
            </div>
            <Show when=move || tells.get()><AgentMetadata agent=id name=named/></Show>
            <For each=move || refusals.get() key=Clone::clone let((text, elsewhere))>
                <p class="small muted not-here">
                    {text}
                    {move || dashboard.get().filter(|_| elsewhere).map(|url| view! { " "<a href=url rel="external noreferrer" target="_blank">"Open the workspace in the dashboard"</a> })}
                </p>
            </For>
            <Show when=move || command.with(|command| !command.is_empty())>
                <p class="small muted ssh"><code>{move || command.get()}</code>" "<Button class="s" on_click=copy label=Some(format!("Copy the SSH command of {name}"))>"Copy"</Button></p>
            </Show>
            <Show when=move || has_ports.get()><Ports agent=id name=named location sharing/></Show>
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
    let (sources, origin_us) =
        of_agent(workspace, id, |agent, known| (agent.log_sources.to_vec(), known.latest_build.asked_at().micros()));
    let kept =
        Memo::new(move |_| lines.with(|lines| Shared(Arc::new(agent_rows(lines, &sources, Times::Since(origin_us))))));
    let rows = Signal::derive(move || kept.get().0);
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

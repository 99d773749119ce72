//! The ports of an agent on which something listens, where they are reached, and who else may reach them. May import
//! `store` and below.

use crate::api::workspaces as calls;
use crate::components::button::Button;
use crate::components::icon::icon_with;
use crate::components::unique_id;
use crate::model::app_address::Refusal;
use crate::model::ports::{self, Port, Where, allowed, level_text, limit_text};
use crate::panels::apps::AgentLocation;
use crate::panels::fetched::Fetched;
use crate::panels::problem::{MISSING, Subject, problem};
use crate::store::builds::Loaded;
use crate::store::toasts::Tone;
use crate::store::use_stores;
use crate::wire::id::Id;
use crate::wire::port::{PortProtocol, PortShare, PortShares, ShareLevel, UnsharePortRequest};
use leptos::prelude::*;
use leptos::task::spawn_local_scoped_with_cancellation;

const SUBJECT: Subject = Subject { noun: "these ports", verb: "ask the agent for its ports", missing: MISSING };
const SHARES: Subject = Subject { noun: "the shared ports", verb: "ask who may reach these ports", missing: MISSING };

/// How many ports stand there before somebody asks for all.
const FEW: usize = 5;

/// What the ports of all agents of a workspace have in common.
#[derive(Clone, Copy)]
pub(crate) struct Sharing {
    /// The workspace.
    pub workspace: Memo<Option<Id>>,
    /// Which ports others may reach.
    pub shares: Fetched<PortShares>,
    /// The most that the template allows.
    pub limit: Memo<Option<ShareLevel>>,
    /// Why it cannot be changed by this reader.
    pub refused: Signal<Option<String>>,
}

/// The ports of an agent that is connected.
#[component]
pub(crate) fn Ports(
    /// The agent.
    agent: Id,
    /// Its name.
    #[prop(into)]
    name: Signal<String>,
    /// Where it is.
    location: Memo<AgentLocation>,
    /// Who may reach what.
    sharing: Sharing,
) -> impl IntoView {
    let page = use_stores().builds.agent_ports(agent);
    let listening = page.ports.clone();
    let page = StoredValue::new_local(page);
    let known = listening.clone();
    let all = Memo::new(move |_| {
        let listens = known.with(|known| known.ready().cloned()).unwrap_or_default();
        let shares = sharing.shares.map(|shares| shares.shares.to_vec()).unwrap_or_default();
        let name = name.get();
        location.with(|location| {
            let at = Where {
                owner: &location.owner,
                workspace: &location.workspace,
                agent: &name,
                regions: location.regions.as_deref(),
            };
            ports::ports(&listens, &shares, at)
        })
    });
    let state = listening.clone();
    let is_read = Memo::new(move |_| state.with(|state| state.ready().is_some()));
    let error = Memo::new(move |_| {
        listening.with(|state| match state {
            Loaded::Failed(error) | Loaded::Refused(error) => Some(error.clone()),
            Loaded::Loading | Loaded::Ready(_) => None,
        })
    });
    let again = Callback::new(move |()| page.with_value(crate::store::builds::AgentPortsPage::refresh));
    let numbers = Memo::new(move |_| all.with(|all| all.iter().map(|port| port.number).collect::<Vec<_>>()));
    let closed = Memo::new(move |_| {
        all.with(|all| all.iter().find_map(|port| port.address.as_ref().err().copied())).map(|why| match why {
            Refusal::NoWildcard => "a port has a host of its own, and this control plane has none for them",
            why => why.text(),
        })
    });
    let unfolded = RwSignal::new(false);
    let few = move || {
        numbers.with(|all| all.iter().take(if unfolded.get() { usize::MAX } else { FEW }).copied().collect::<Vec<_>>())
    };
    let more = move || numbers.with(Vec::len) > FEW;
    view! {
        <div class="ports">
            <h3>"Ports"</h3>
            <Show when=move || is_read.get() && numbers.with(Vec::is_empty)>
                <p class="small muted">"Nothing listens on a port."</p>
            </Show>
            <Show when=move || !is_read.get() && error.with(Option::is_none)>
                <p class="small muted">"Asking the agent for its ports"</p>
            </Show>
            <Show when=move || !numbers.with(Vec::is_empty)>
                <ul aria-label=move || format!("Ports of agent {}", name.get())>
                    <For each=few key=|number| *number let(number)>
                        {line(Memo::new(move |_| all.with(|all| all.iter().find(|port| port.number == number).cloned())), number, name, sharing)}
                    </For>
                </ul>
                <Show when=more>
                    <p><Button class="s" on_click=move |()| unfolded.update(|on| *on = !*on)>
                        {move || if unfolded.get() { format!("Show only {FEW} ports") } else { format!("Show all {} ports", numbers.with(Vec::len)) }}
                    </Button></p>
                </Show>
                {move || closed.get().map(|why| view! { <p class="small muted">"Ports are no links here: "{why}"."</p> })}
                {move || sharing.limit.with(|limit| limit_text(limit.as_ref())).map(|text| view! { <p class="small muted">{text}</p> })}
            </Show>
            {move || error.get().map(|error| problem(&error, SUBJECT, false, again, Vec::new()))}
            {sharing.shares.trouble(SHARES)}
        </div>
    }
}

fn line(port: Memo<Option<Port>>, number: i64, agent: Signal<String>, sharing: Sharing) -> impl IntoView {
    let address = Memo::new(move |_| port.with(|port| port.as_ref().and_then(|port| port.address.clone().ok())));
    let process = move || {
        port.with(|port| match port.as_ref().and_then(|port| port.process.as_deref()) {
            None => "nothing listens now".to_owned(),
            Some("") => "a process that is not told".to_owned(),
            Some(process) => process.to_owned(),
        })
    };
    let level =
        Memo::new(move |_| port.with(|port| port.as_ref().map_or(ShareLevel::Owner, |port| port.level.clone())));
    let protocol =
        Memo::new(move |_| port.with(|port| port.as_ref().map_or(PortProtocol::Http, |port| port.protocol.clone())));
    let named = move || {
        address.get().map_or_else(
            || view! { <b>{number}</b> }.into_any(),
            |href| {
                view! { <a href=href rel="external noreferrer" target="_blank">{number}{icon_with("ext", "tail")}</a> }
                    .into_any()
            },
        )
    };
    let open = RwSignal::new(false);
    let said = move || match level.get() {
        ShareLevel::Owner => level_text(&ShareLevel::Owner),
        level => format!("{}, {}", level_text(&level), protocol.with(|protocol| protocol.as_str().to_owned())),
    };
    view! {
        <li>
            <span class="port">{named}</span>
            <span class="soft">{process}</span>
            <span class="muted">{said}</span>
            <Button class="s" label=Signal::derive(move || Some(format!("{} port {number}", if open.get() { "Close" } else { "Share" }))) reason=sharing.refused on_click=move |()| open.update(|open| *open = !*open)>
                {move || if open.get() { "Close" } else { "Share" }}
            </Button>
            <Show when=move || open.get()>
                <Choice number agent level protocol sharing open/>
            </Show>
        </li>
    }
}

/// Who may reach a port from now on.
#[component]
fn Choice(
    number: i64,
    agent: Signal<String>,
    level: Memo<ShareLevel>,
    protocol: Memo<PortProtocol>,
    sharing: Sharing,
    open: RwSignal<bool>,
) -> impl IntoView {
    let stores = StoredValue::new(use_stores());
    let (wanted, speaks) = (RwSignal::new(level.get_untracked()), RwSignal::new(protocol.get_untracked()));
    let busy = RwSignal::new(false);
    let levels = Memo::new(move |_| sharing.limit.with(|limit| level.with(|now| allowed(limit.as_ref(), now))));
    let (who, how) = (unique_id("who"), unique_id("how"));
    let save = move |()| {
        let Some(id) = sharing.workspace.get_untracked() else { return };
        let (client, toasts) = stores.with_value(|stores| (stores.client.clone(), stores.toasts.clone()));
        let (agent_name, level, protocol) = (agent.get_untracked(), wanted.get_untracked(), speaks.get_untracked());
        busy.set(true);
        spawn_local_scoped_with_cancellation(async move {
            let answer = if level == ShareLevel::Owner {
                calls::unshare_port(&client, id, &UnsharePortRequest { agent_name, port: number }).await
            } else {
                let share = PortShare { agent_name, port: number, share_level: level.clone(), protocol };
                calls::share_port(&client, id, &share).await
            };
            busy.try_set(false);
            sharing.shares.again();
            match answer {
                Ok(()) => {
                    let text = format!("Port {number} can now be reached by {}.", level_text(&level));
                    toasts.show(Tone::Good, text, None, None);
                    open.try_set(false);
                }
                Err(error) => {
                    let id = error.request_id.as_ref().map(|id| format!(" Request {id}.")).unwrap_or_default();
                    let text = format!("Who may reach port {number} was not changed: {}{id}", error.sentence());
                    toasts.show(Tone::Bad, text, None, None);
                }
            }
        });
    };
    let unchanged = Signal::derive(move || {
        if busy.get() {
            return Some("The change is being sent.".to_owned());
        }
        let same = wanted.with(|wanted| level.with(|level| wanted == level));
        let as_before = same
            && (speaks.with(|speaks| protocol.with(|protocol| speaks == protocol))
                || level.with(|level| *level == ShareLevel::Owner));
        as_before.then(|| "Nothing is changed yet.".to_owned())
    });
    view! {
        <div class="share">
            <label class="lf" for=who.clone()>"Who may reach it"</label>
            <span class="field"><select id=who on:change=move |event| wanted.set(ShareLevel::from(event_target_value(&event).as_str()))>
                <For each=move || levels.get() key=Clone::clone let(one)>
                    {
                        let value = one.as_str().to_owned();
                        view! { <option value=value selected=move || wanted.with(|wanted| *wanted == one)>{level_text(&one)}</option> }
                    }
                </For>
            </select></span>
            <Show when=move || wanted.with(|wanted| *wanted != ShareLevel::Owner)>
                <label class="lf" for=how.clone()>"What it speaks"</label>
                <span class="field"><select id=how.clone() on:change=move |event| speaks.set(PortProtocol::from(event_target_value(&event).as_str()))>
                    {[PortProtocol::Http, PortProtocol::Https].map(|one| {
                        let value = one.as_str().to_owned();
                        view! { <option value=value.clone() selected=move || speaks.with(|speaks| *speaks == one)>{value.clone()}</option> }
                    })}
                </select></span>
            </Show>
            <Button class="s" on_click=save reason=unchanged>{move || if wanted.with(|wanted| *wanted == ShareLevel::Owner) { "Stop sharing" } else { "Share port" }}</Button>
            <Show when=move || wanted.with(|wanted| *wanted == ShareLevel::Public)>
                <p class="small warn-say">"Everyone who knows the address can use it, without signing in."</p>
            </Show>
        </div>
    }
}

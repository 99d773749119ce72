//! Agents and their logs (docs/control-plane-api.md, 2.6). May import `browser` and below.

use crate::api::answer::{Asked, Told};
use crate::api::call::Call;
use crate::api::client::Client;
use crate::wire::agent::{AgentLog, WorkspaceAgent};
use crate::wire::id::Id;
use crate::wire::port::ListeningPorts;

/// One agent.
pub(crate) fn by_id(client: &Client, agent: Id) -> Asked<WorkspaceAgent> {
    client.read(Call::get(format!("/workspaceagents/{agent}")))
}

/// The lines of an agent's log with an id above `after` (0: all).
pub(crate) fn logs(client: &Client, agent: Id, after: i64) -> Asked<Told<AgentLog>> {
    let rest = if after > 0 { format!("?after={after}") } else { String::new() };
    client.read_lines(Call::get(format!("/workspaceagents/{agent}/logs{rest}")))
}

/// The path of the socket that sends the lines above `after` and those to come, an array at a time.
pub(crate) fn follow_path(agent: Id, after: i64) -> String {
    format!("/workspaceagents/{agent}/logs?follow=true&after={after}")
}

/// The path of the socket that sends what the agent tells of itself.
pub(crate) fn metadata_path(agent: Id) -> String {
    format!("/workspaceagents/{agent}/watch-metadata-ws")
}

/// The ports on which something listens. 400: the agent is not connected. Not asked again on failure: who asks in a
/// rhythm does so.
pub(crate) fn listening_ports(client: &Client, agent: Id) -> Asked<ListeningPorts> {
    client.read(Call::get(format!("/workspaceagents/{agent}/listening-ports")).once())
}

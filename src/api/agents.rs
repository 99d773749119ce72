//! Agents and their logs (docs/control-plane-api.md, 2.6). May import `browser` and below.

use crate::api::client::{Call, Client};
use crate::api::error::ApiError;
use crate::wire::agent::{AgentLog, WorkspaceAgent};
use crate::wire::id::Id;
use crate::wire::list::List;

/// One agent.
pub async fn by_id(client: &Client, agent: Id) -> Result<WorkspaceAgent, ApiError> {
    client.read(Call::get(format!("/workspaceagents/{agent}"))).await
}

/// The lines of an agent's log with an id above `after` (0: all).
pub async fn logs(client: &Client, agent: Id, after: i64) -> Result<Vec<AgentLog>, ApiError> {
    let rest = if after > 0 { format!("?after={after}") } else { String::new() };
    client.read::<List<AgentLog>>(Call::get(format!("/workspaceagents/{agent}/logs{rest}"))).await.map(List::into_vec)
}

/// The path of the socket that sends the lines above `after` and those to come, an array at a time.
pub fn follow_path(agent: Id, after: i64) -> String {
    format!("/workspaceagents/{agent}/logs?follow=true&after={after}")
}

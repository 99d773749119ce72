//! Ports of agents that others may reach. May import everything of this crate.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::get;
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::Routes;
use super::auth::{self, Action, Caller};
use super::error::{Answer, ApiError, Body, empty, ok};
use crate::Shared;
use crate::model::PortShare;
use crate::world::World;

/// The routes of this file.
pub fn routes() -> Routes {
    Routes::new().route("/workspaces/{workspace}/port-share", get(list).post(share).delete(unshare))
}

fn rendered(workspace: Uuid, share: &PortShare) -> Value {
    json!({
        "workspace_id": workspace,
        "agent_name": share.agent_name,
        "port": share.port,
        "share_level": share.share_level,
        "protocol": share.protocol,
    })
}

async fn list(State(app): State<Shared>, caller: Caller, Path(text): Path<String>) -> Answer {
    let world = app.store.read();
    let workspace = caller.workspace(&world, auth::id(&text)?)?;
    let shares: Vec<Value> = workspace.shares.iter().map(|share| rendered(workspace.id, share)).collect();
    ok(&json!({"shares": shares}))
}

#[derive(Deserialize)]
struct Wanted {
    #[serde(default)]
    agent_name: String,
    #[serde(default)]
    port: i64,
    #[serde(default)]
    share_level: String,
    #[serde(default)]
    protocol: String,
}

/// The workspace, if the caller may see it and change it.
fn changeable(world: &World, caller: &Caller, text: &str) -> Result<Uuid, ApiError> {
    let workspace = caller.workspace(world, auth::id(text)?)?;
    if caller.may(Action::Update, workspace) { Ok(workspace.id) } else { Err(ApiError::forbidden()) }
}

async fn share(
    State(app): State<Shared>,
    caller: Caller,
    Path(text): Path<String>,
    Body(wanted): Body<Wanted>,
) -> Answer {
    let id = changeable(&app.store.read(), &caller, &text)?;
    let refuse = |field: &str, words: &str| Err(ApiError::bad_request(words).field(field, words));
    if !(9..=65_535).contains(&wanted.port) {
        return refuse("port", "Port must be between 9 and 65535.");
    }
    if !matches!(wanted.share_level.as_str(), "authenticated" | "organization" | "public") {
        return refuse("share_level", "Port sharing level not allowed.");
    }
    if !matches!(wanted.protocol.as_str(), "http" | "https") {
        return Err(ApiError::bad_request("Port protocol not allowed."));
    }
    let share = PortShare {
        agent_name: wanted.agent_name,
        port: wanted.port,
        share_level: wanted.share_level,
        protocol: wanted.protocol,
    };
    app.store.write(|world| {
        let agents = world.latest_build(id).into_iter().flat_map(crate::model::Build::agents);
        if !agents.into_iter().any(|agent| agent.name == share.agent_name) {
            return Err(ApiError::bad_request("Agent not found."));
        }
        let workspace = world.workspace_mut(id).ok_or_else(ApiError::not_found)?;
        workspace.shares.retain(|old| (&old.agent_name, old.port) != (&share.agent_name, share.port));
        workspace.shares.push(share.clone());
        workspace.shares.sort_by_key(|share| share.port);
        Ok(())
    })?;
    ok(&rendered(id, &share))
}

async fn unshare(
    State(app): State<Shared>,
    caller: Caller,
    Path(text): Path<String>,
    Body(wanted): Body<Wanted>,
) -> Answer {
    let id = changeable(&app.store.read(), &caller, &text)?;
    let is_it = |share: &PortShare| share.agent_name == wanted.agent_name && share.port == wanted.port;
    let found = app.store.write(|world| {
        let workspace = world.workspace_mut(id)?;
        let index = workspace.shares.iter().position(is_it)?;
        Some(workspace.shares.remove(index))
    });
    match found {
        Some(_) => empty(StatusCode::OK),
        None => Err(ApiError::new(StatusCode::NOT_FOUND, "Port share not found.")),
    }
}

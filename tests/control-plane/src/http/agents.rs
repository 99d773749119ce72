//! Agents and their logs. May import everything of this crate.

use axum::extract::{Path, Request, State};
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::get;
use serde_json::{Value, json};
use uuid::Uuid;

use super::Routes;
use super::auth::{self, Action, Caller};
use super::builds::{LogQuery, log_query};
use super::error::{Answer, ApiError, ok};
use super::sockets;
use crate::Shared;
use crate::clock::{SECOND, Us, rfc3339};
use crate::model::{Agent, AgentLogLine, MetadataItem};
use crate::random::Random;
use crate::render;

/// The routes of this file.
pub fn routes() -> Routes {
    Routes::new()
        .route("/workspaceagents/{agent}", get(agent))
        .route("/workspaceagents/{agent}/logs", get(logs))
        .route("/workspaceagents/{agent}/listening-ports", get(listening_ports))
        .route("/workspaceagents/{agent}/watch-metadata-ws", get(watch_metadata))
}

/// A line of an agent's log.
pub fn render_log(line: &AgentLogLine) -> Value {
    json!({
        "id": line.id,
        "created_at": rfc3339(line.created_at),
        "output": line.output,
        "level": line.level,
        "source_id": line.source_id,
    })
}

fn gone() -> ApiError {
    ApiError::new(
        axum::http::StatusCode::NOT_FOUND,
        "Agent doesn't exist with that id, or you do not have access to it.",
    )
}

/// The agent's id, if the caller may see its workspace.
fn visible(app: &Shared, caller: &Caller, text: &str) -> Result<Uuid, ApiError> {
    let id = auth::id(text)?;
    let world = app.store.read();
    let (_, build) = world.agent(id).ok_or_else(gone)?;
    let workspace = world.workspace(build.workspace_id).ok_or_else(gone)?;
    if caller.may(Action::Read, workspace) { Ok(id) } else { Err(gone()) }
}

async fn agent(State(app): State<Shared>, caller: Caller, Path(text): Path<String>) -> Answer {
    let id = visible(&app, &caller, &text)?;
    let world = app.store.read();
    let (agent, build) = world.agent(id).ok_or_else(gone)?;
    let resource = build
        .resources
        .iter()
        .find(|resource| resource.agents.iter().any(|other| other.id == id))
        .map(|resource| resource.id)
        .unwrap_or_default();
    ok(&render::agent(agent, resource, app.clock.now()))
}

async fn logs(State(app): State<Shared>, caller: Caller, Path(text): Path<String>, request: Request) -> Answer {
    let id = visible(&app, &caller, &text)?;
    let LogQuery { after, before, follow, text: as_text } = log_query(request.uri(), false)?;
    if follow {
        return match sockets::open(request, sockets::PLAIN).await {
            Ok(upgrade) => Ok(upgrade.on_upgrade(move |socket| sockets::follow_agent_log(socket, app, id, after))),
            Err(response) => Ok(*response),
        };
    }
    let lines = app
        .store
        .db()
        .agent_logs(id, after, before)
        .map_err(|error| ApiError::new(axum::http::StatusCode::INTERNAL_SERVER_ERROR, error.to_string()))?;
    if as_text {
        let world = app.store.read();
        let (agent, _) = world.agent(id).ok_or_else(gone)?;
        let text: String = lines
            .iter()
            .map(|line| {
                let source = agent
                    .scripts
                    .iter()
                    .find(|script| script.source_id == line.source_id)
                    .map(|script| script.display_name.as_str())
                    .unwrap_or_default();
                let at = rfc3339(line.created_at - line.created_at.rem_euclid(1_000_000));
                format!("{at} [{}] [agent.{}|{source}] {}\n", line.level, agent.name, line.output)
            })
            .collect();
        return Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response());
    }
    ok(&lines.iter().map(render_log).collect::<Vec<_>>().into())
}

async fn listening_ports(State(app): State<Shared>, caller: Caller, Path(text): Path<String>) -> Answer {
    let id = visible(&app, &caller, &text)?;
    let world = app.store.read();
    let (agent, _) = world.agent(id).ok_or_else(gone)?;
    let status = render::agent_status(agent, app.clock.now());
    if status != "connected" {
        return Err(ApiError::bad_request(format!(
            "Agent state is \"{status}\", it must be in the \"connected\" state."
        )));
    }
    ok(&json!({"ports": [{"process_name": "node", "network": "tcp", "port": 8000}]}))
}

async fn watch_metadata(
    State(app): State<Shared>,
    caller: Caller,
    Path(text): Path<String>,
    request: Request,
) -> Answer {
    let id = visible(&app, &caller, &text)?;
    match sockets::open(request, sockets::ONE_WAY).await {
        Ok(upgrade) => Ok(upgrade.on_upgrade(move |socket| sockets::watch_metadata(socket, app, id))),
        Err(response) => Ok(*response),
    }
}

/// The age, in seconds, of what was never collected: the longest time that Go can count.
const FOR_EVER: i64 = i64::MAX / 1_000_000_000;

/// What an agent reports of itself, by key. Each value follows from the time at which it was collected.
pub fn metadata(agent: &Agent, now: Us) -> Value {
    let mut items: Vec<&MetadataItem> = agent.metadata.iter().collect();
    items.sort_by(|a, b| a.key.cmp(&b.key));
    items.into_iter().map(|item| metadata_item(agent, item, now)).collect::<Vec<_>>().into()
}

fn metadata_item(agent: &Agent, item: &MetadataItem, now: Us) -> Value {
    let interval = item.interval_s.max(1) * SECOND;
    let collected = agent.first_connected_at.map(|first| {
        let last = agent.disconnected_at.unwrap_or(now).max(first);
        last - (last - first).rem_euclid(interval)
    });
    let mut random = Random::of(agent.id);
    let turn = collected.map_or(0, |at| at / interval);
    let wave = random.between(0, 40) + turn.rem_euclid(23);
    let (value, error) = match (collected, item.key.as_str()) {
        (None, _) => (String::new(), ""),
        (_, "cpu") => (format!("{}%", 5 + wave), ""),
        (_, "mem") => (format!("{:.1}/8 GB", 1.0 + wave as f64 / 20.0), ""),
        (_, "disk") => (format!("{}/80 GB\n", 12 + wave / 4), ""),
        (_, "replica") => (String::new(), "run cmd: signal: killed\ncontext deadline exceeded"),
        (_, "rows") => (format!("orders {}\ncustomers {}\n", 48_211 + turn.rem_euclid(1000), 1204), ""),
        (_, "version") => ("psql: not found\n".to_owned(), "run cmd: exit status 127"),
        _ => (String::new(), ""),
    };
    json!({
        "result": {
            "collected_at": rfc3339(collected.unwrap_or(0)),
            "age": collected.map_or(FOR_EVER, |at| (now - at) / SECOND),
            "value": value,
            "error": error,
        },
        "description": {
            "display_name": item.display_name,
            "key": item.key,
            "script": item.script,
            "interval": item.interval_s,
            "timeout": item.timeout_s,
        },
    })
}

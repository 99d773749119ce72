//! Web sockets: the check of `Origin`, the refusals before the upgrade, one-way rules, pings. May import `http::error`,
//! `model`, `world`.

use std::time::Duration;

use axum::body::Body;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade};
use axum::extract::{FromRequestParts, Request};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use uuid::Uuid;

use super::auth::Caller;
use crate::Shared;
use crate::world::Event;

/// How often the server pings.
pub const HEARTBEAT: Duration = Duration::from_secs(15);

/// What a handler says when a socket cannot be opened.
#[derive(Debug, Clone, Copy)]
pub struct Words {
    message: &'static str,
    prefix: &'static str,
}

/// The words of one-way sockets.
pub const ONE_WAY: Words =
    Words { message: "Internal error setting up server-sent events.", prefix: "cannot establish connection: " };
/// The words of plain sockets.
pub const PLAIN: Words = Words { message: "Failed to accept websocket.", prefix: "" };

/// Opens a socket, or refuses as the real server does: 426 without an upgrade, 403 from another origin.
pub async fn open(request: Request, words: Words) -> Result<WebSocketUpgrade, Box<Response>> {
    let headers = request.headers();
    let connection = text(headers, header::CONNECTION.as_str());
    if !connection.to_ascii_lowercase().contains("upgrade") {
        let why = format!("WebSocket protocol violation: Connection header \"{connection}\" does not contain Upgrade");
        return Err(Box::new(refuse(StatusCode::UPGRADE_REQUIRED, words, &why)));
    }
    let host = text(headers, header::HOST.as_str());
    if let Some(origin) = headers.get(header::ORIGIN).and_then(|value| value.to_str().ok()) {
        let theirs = origin.split_once("://").map_or(origin, |(_, rest)| rest).split('/').next().unwrap_or_default();
        if !theirs.eq_ignore_ascii_case(host) {
            let why = if origin.contains("://") {
                format!("request Origin \"{theirs}\" is not authorized for Host \"{host}\"")
            } else {
                format!("request Origin \"{origin}\" is not a valid URL with a host")
            };
            return Err(Box::new(refuse(StatusCode::FORBIDDEN, words, &why)));
        }
    }
    let (mut parts, _) = request.into_parts();
    WebSocketUpgrade::from_request_parts(&mut parts, &()).await.map_err(|rejection| Box::new(rejection.into_response()))
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> &'h str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

fn refuse(status: StatusCode, words: Words, why: &str) -> Response {
    let body = json!({
        "message": words.message,
        "detail": format!("{}failed to accept WebSocket connection: {why}", words.prefix),
    });
    let mut response = Response::new(Body::from(format!("{why}\n{body}\n")));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, header::HeaderValue::from_static("text/plain; charset=utf-8"));
    response
}

/// The words of the socket of a form.
pub const FORM: Words = Words { message: "Failed to accept WebSocket.", prefix: "" };

/// What woke a socket.
enum Woken {
    /// Something that it is about.
    Event,
    /// Time for a ping.
    Ping,
    /// The client is gone, or was told to go.
    Over,
}

/// Waits for an event that `wants`, sees to pings and to what the client sends. `rule` is how a client's data frame is
/// answered.
async fn wait(
    socket: &mut WebSocket,
    events: &mut Receiver<Event>,
    wants: impl Fn(Event) -> bool,
    rule: (u16, &'static str),
    pause: Duration,
) -> Woken {
    let pause = tokio::time::sleep(pause);
    tokio::pin!(pause);
    loop {
        tokio::select! {
            event = events.recv() => match event {
                Ok(event) if wants(event) => return Woken::Event,
                Ok(_) => {}
                // Too slow to hear everything: look again.
                Err(RecvError::Lagged(_)) => return Woken::Event,
                Err(RecvError::Closed) => return Woken::Over,
            },
            message = socket.recv() => match message {
                Some(Ok(Message::Text(_) | Message::Binary(_))) => {
                    close(socket, rule.0, rule.1).await;
                    return Woken::Over;
                }
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                Some(Ok(Message::Close(_)) | Err(_)) | None => return Woken::Over,
            },
            () = &mut pause => return Woken::Ping,
        }
    }
}

/// Takes all events that wait already: one answer is enough for them.
fn drain(events: &mut Receiver<Event>) {
    while events.try_recv().is_ok() {}
}

/// Closes a socket and waits a moment for the other side to agree.
pub async fn close(socket: &mut WebSocket, code: u16, reason: &'static str) {
    let frame = CloseFrame { code, reason: reason.into() };
    if socket.send(Message::Close(Some(frame))).await.is_ok() {
        // The other side answers; who does not within a second is left.
        let answered = async { while let Some(Ok(_)) = socket.recv().await {} };
        let _ = tokio::time::timeout(Duration::from_secs(1), answered).await;
    }
}

/// Sends a value; says whether there was anybody.
pub async fn send(socket: &mut WebSocket, value: &Value) -> bool {
    socket.send(Message::Text(value.to_string().into())).await.is_ok()
}

/// Sends a ping; says whether there was anybody.
pub async fn ping(socket: &mut WebSocket) -> bool {
    socket.send(Message::Ping(Vec::new().into())).await.is_ok()
}

/// The rule of one-way sockets.
const ONE_WAY_RULE: (u16, &str) = (1002, "Clients cannot send messages for one-way WebSockets");
/// The rule of plain sockets that read nothing.
const READ_NOTHING_RULE: (u16, &str) = (1008, "unexpected data message");

/// Sends a workspace at once and after every change that the watch reports.
pub async fn watch_workspace(mut socket: WebSocket, app: Shared, caller: Caller, id: Uuid) {
    let mut events = app.store.subscribe();
    if !send(&mut socket, &json!({"type": "ping", "data": null})).await {
        return;
    }
    let mut fresh = true;
    loop {
        if fresh {
            drain(&mut events);
            let frame = match super::workspaces::one_for(&app, &caller, id) {
                Ok(mut workspace) => {
                    app.config.age.without_later(&mut workspace);
                    json!({"type": "data", "data": workspace})
                }
                Err(error) => json!({"type": "error", "data": {
                    "message": "Internal error fetching workspace.",
                    "detail": error.body().get("message").cloned().unwrap_or_default(),
                }}),
            };
            if !send(&mut socket, &frame).await {
                return;
            }
        }
        fresh = match wait(&mut socket, &mut events, |event| event == Event::Workspace(id), ONE_WAY_RULE, HEARTBEAT)
            .await
        {
            Woken::Event => true,
            Woken::Ping => {
                if !ping(&mut socket).await {
                    return;
                }
                false
            }
            Woken::Over => return,
        };
    }
}

/// Sends the lines of a build's log, one per frame, and closes when the job has ended and all was sent.
pub async fn follow_build_log(mut socket: WebSocket, app: Shared, build: Uuid, mut after: i64) {
    let mut events = app.store.subscribe();
    loop {
        // Asked before the log is read: what is written until the end is then read too.
        let over = app.store.read().build(build).is_none_or(|build| !build.job.is_active());
        let lines = app.store.db().logs(build, after, i64::MAX).unwrap_or_default();
        for line in lines {
            after = line.id;
            if !send(&mut socket, &super::builds::render_log(&line)).await {
                return;
            }
        }
        if over {
            close(&mut socket, 1000, "done").await;
            return;
        }
        loop {
            match wait(&mut socket, &mut events, |event| event == Event::BuildLog(build), READ_NOTHING_RULE, HEARTBEAT)
                .await
            {
                Woken::Event => break,
                Woken::Ping if ping(&mut socket).await => {}
                Woken::Ping | Woken::Over => return,
            }
        }
    }
}

/// How many lines of an agent's log go into one frame at most.
const LINES_PER_FRAME: usize = 500;

/// Sends the lines of an agent's log, in arrays, until the agent is forgotten.
pub async fn follow_agent_log(mut socket: WebSocket, app: Shared, agent: Uuid, mut after: i64) {
    let mut events = app.store.subscribe();
    let mut first = true;
    loop {
        let over = app.store.read().agent(agent).is_none();
        let lines = app.store.db().agent_logs(agent, after, i64::MAX).unwrap_or_default();
        // What there is already comes in one frame, though it may be nothing.
        if first && lines.is_empty() && !send(&mut socket, &Value::Array(Vec::new())).await {
            return;
        }
        first = false;
        for chunk in lines.chunks(LINES_PER_FRAME) {
            after = chunk.last().map_or(after, |line| line.id);
            let frame: Vec<Value> = chunk.iter().map(super::agents::render_log).collect();
            if !send(&mut socket, &Value::Array(frame)).await {
                return;
            }
        }
        if over {
            close(&mut socket, 1000, "").await;
            return;
        }
        loop {
            match wait(&mut socket, &mut events, |event| event == Event::AgentLog(agent), READ_NOTHING_RULE, HEARTBEAT)
                .await
            {
                Woken::Event => break,
                Woken::Ping if ping(&mut socket).await => {}
                Woken::Ping | Woken::Over => return,
            }
        }
    }
}

/// How often what an agent reports is looked at, and how often it is sent though nothing changed.
const METADATA: (Duration, u32) = (Duration::from_secs(1), 5);

/// Sends what an agent reports of itself: at once, whenever it changes, and every five seconds for the ages.
pub async fn watch_metadata(mut socket: WebSocket, app: Shared, agent: Uuid) {
    let mut events = app.store.subscribe();
    let (mut last, mut quiet) = (None, 0);
    loop {
        let items = {
            let world = app.store.read();
            world.agent(agent).map(|(agent, _)| super::agents::metadata(agent, app.clock.now()))
        };
        let Some(items) = items else {
            return close(&mut socket, 1000, "").await;
        };
        // Ages grow all the time; what was collected is what changes.
        let collected: Vec<Value> = items
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|item| item.pointer("/result/collected_at").cloned())
            .collect();
        quiet += 1;
        if last.as_ref() != Some(&collected) || quiet >= METADATA.1 {
            (last, quiet) = (Some(collected), 0);
            if !send(&mut socket, &json!({"type": "data", "data": items})).await {
                return;
            }
        }
        if let Woken::Over = wait(&mut socket, &mut events, |_| false, ONE_WAY_RULE, METADATA.0).await {
            return;
        }
    }
}

//! Web sockets: what they send, in which order, how they close, and whom they refuse.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)] // helpers of tests may fail a test

mod common;

use common::{Server, Socket, company, next, run};
use control_plane::Config;
use futures_util::SinkExt;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::{Error, Message};

/// As a browser does: with the cookie, and the origin of its page.
async fn dial(server: &Server, path: &str, origin: Option<&str>) -> Result<Socket, Error> {
    let cookie = server.token.as_ref().map(|token| format!("coder_session_token={token}"));
    let headers = [cookie.as_deref().map(|cookie| ("cookie", cookie)), origin.map(|origin| ("origin", origin))];
    let headers: Vec<_> = headers.into_iter().flatten().collect();
    common::dial(&server.running.addr.to_string(), path, &headers).await
}

async fn workspace(server: &Server, name: &str) -> (String, String) {
    let body = server.get(&format!("/users/me/workspace/{name}")).await.expect(200);
    (body["id"].as_str().unwrap().to_owned(), body["latest_build"]["id"].as_str().unwrap().to_owned())
}

fn refused(result: Result<Socket, Error>) -> (u16, String) {
    match result {
        Err(Error::Http(response)) => {
            let text = response.body().as_ref().map(|body| String::from_utf8_lossy(body).into_owned());
            (response.status().as_u16(), text.unwrap_or_default())
        }
        other => panic!("expected a refusal, got {other:?}"),
    }
}

#[test]
fn the_watch_pings_sends_the_workspace_and_every_change() {
    run(async {
        let mut server = company().await;
        server.sign_in("jonas@acme.test").await;
        let (id, _) = workspace(&server, "warehouse").await;
        let mut socket = dial(&server, &format!("/workspaces/{id}/watch-ws"), None).await.unwrap();
        assert_eq!(next(&mut socket).await.unwrap(), json!({"type": "ping", "data": null}));
        let first = next(&mut socket).await.unwrap();
        assert_eq!(
            (first["type"].as_str(), first["data"]["latest_build"]["status"].as_str()),
            (Some("data"), Some("stopped"))
        );
        server.build(&id, json!({"transition": "start"})).await.expect(201);
        let mut seen = Vec::new();
        loop {
            let frame = next(&mut socket).await.unwrap();
            let data = &frame["data"];
            let agents: Vec<&str> = data["latest_build"]["resources"]
                .as_array()
                .unwrap()
                .iter()
                .filter_map(|r| r["agents"][0]["lifecycle_state"].as_str())
                .collect();
            seen.push(format!("{} {}", data["latest_build"]["status"].as_str().unwrap(), agents.join(" ")));
            if agents == ["ready"] {
                break;
            }
        }
        seen.dedup();
        for wanted in ["pending ", "starting ", "running created", "running starting", "running ready"] {
            assert!(seen.iter().any(|state| state == wanted), "{wanted} is missing in {seen:?}");
        }
    });
}

#[test]
fn what_the_real_watch_does_not_say_is_not_said() {
    run(async {
        let mut server =
            Server::start(Config { frozen: Some(control_plane::clock::FROZEN), ..Config::default() }).await;
        server.sign_in("ken@acme.test").await;
        let (id, _) = workspace(&server, "mobile-api").await;
        let mut socket = dial(&server, &format!("/workspaces/{id}/watch-ws"), None).await.unwrap();
        next(&mut socket).await.unwrap();
        next(&mut socket).await.unwrap();
        server.send("PUT", &format!("/workspaces/{id}/favorite"), json!(null)).await.expect(204);
        server.send("PUT", &format!("/workspaces/{id}/ttl"), json!({"ttl_ms": 3_600_000})).await.expect(204);
        server.send("PUT", &format!("/workspaces/{id}/dormant"), json!({"dormant": true})).await.expect(200);
        server.send("PATCH", &format!("/workspaces/{id}"), json!({"name": "renamed"})).await.expect(204);
        let frame = next(&mut socket).await.unwrap();
        assert_eq!(frame["data"]["name"], "renamed", "the first thing said is the new name");
        assert_eq!(frame["data"]["favorite"], true);
    });
}

#[test]
fn who_speaks_on_a_one_way_socket_is_shown_out() {
    run(async {
        let mut server = company().await;
        server.sign_in("ken@acme.test").await;
        let (id, _) = workspace(&server, "mailer").await;
        let mut socket = dial(&server, &format!("/workspaces/{id}/watch-ws"), None).await.unwrap();
        next(&mut socket).await.unwrap();
        socket.send(Message::text("hello")).await.unwrap();
        let close = loop {
            if let Err(close) = next(&mut socket).await {
                break close;
            }
        };
        assert_eq!(close, (1002, "Clients cannot send messages for one-way WebSockets".to_owned()));
    });
}

#[test]
fn an_error_frame_leaves_the_socket_open() {
    run(async {
        let mut server = company().await;
        server.sign_in("ken@acme.test").await;
        let id = server.get("/users/ada/workspace/release-train").await.expect(200)["id"].as_str().unwrap().to_owned();
        let mut socket = dial(&server, &format!("/workspaces/{id}/watch-ws"), None).await.unwrap();
        next(&mut socket).await.unwrap();
        next(&mut socket).await.unwrap();
        server.sign_in("ada@acme.test").await;
        server.send("DELETE", &format!("/workspaces/{id}/acl"), json!(null)).await.expect(204);
        server.send("PATCH", &format!("/workspaces/{id}"), json!({"name": "train"})).await.expect(204);
        let frame = next(&mut socket).await.unwrap();
        assert_eq!(
            (frame["type"].as_str(), frame["data"]["message"].as_str()),
            (Some("error"), Some("Internal error fetching workspace."))
        );
        server.send("PATCH", &format!("/workspaces/{id}"), json!({"name": "train-2"})).await.expect(204);
        assert_eq!(next(&mut socket).await.unwrap()["type"], "error");
    });
}

#[test]
fn a_build_log_comes_line_by_line_and_ends_with_1000() {
    run(async {
        let mut server = company().await;
        server.sign_in("jonas@acme.test").await;
        let (id, _) = workspace(&server, "warehouse").await;
        let build = server.build(&id, json!({"transition": "start"})).await.expect(201);
        let path = format!("/workspacebuilds/{}/logs", build["id"].as_str().unwrap());
        // The parameter's presence counts, whatever its value; `before` is ignored.
        let mut socket = dial(&server, &format!("{path}?follow=false&after=-1&before=1"), None).await.unwrap();
        let mut lines = Vec::new();
        let close = loop {
            match next(&mut socket).await {
                Ok(line) => lines.push(line),
                Err(close) => break close,
            }
        };
        assert_eq!(close, (1000, "done".to_owned()));
        let whole = server.get(&path).await.expect(200);
        assert_eq!(whole, Value::Array(lines.clone()));
        let middle = lines[lines.len() / 2]["id"].as_i64().unwrap();
        let mut socket = dial(&server, &format!("{path}?follow&after={middle}"), None).await.unwrap();
        assert_eq!(next(&mut socket).await.unwrap()["id"], lines[lines.len() / 2 + 1]["id"]);
    });
}

#[test]
fn an_agent_log_comes_in_arrays_until_the_agent_is_forgotten() {
    run(async {
        let mut server = company().await;
        server.sign_in("ken@acme.test").await;
        let body = server.get("/users/me/workspace/mailer").await.expect(200);
        let agent = body["latest_build"]["resources"]
            .as_array()
            .unwrap()
            .iter()
            .find_map(|r| r["agents"][0]["id"].as_str())
            .unwrap()
            .to_owned();
        let path = format!("/workspaceagents/{agent}/logs");
        let whole = server.get(&path).await.expect(200);
        let mut socket = dial(&server, &format!("{path}?follow&after=0"), None).await.unwrap();
        assert_eq!(next(&mut socket).await.unwrap(), whole);
        // Who resumes after the last line gets a first frame all the same.
        let mut resumed = dial(&server, &format!("{path}?follow&after=99999999"), None).await.unwrap();
        assert_eq!(next(&mut resumed).await.unwrap(), json!([]));
        assert_eq!(refused(dial(&server, &format!("{path}?follow&after=-1"), None).await).0, 400);
        let stop = format!("/workspaces/{}/builds", body["id"].as_str().unwrap());
        server.send("POST", &stop, json!({"transition": "stop"})).await.expect(201);
        assert_eq!(next(&mut socket).await.unwrap_err().0, 1000);
    });
}

#[test]
fn sockets_are_refused_as_on_the_real_server() {
    run(async {
        let mut server = company().await;
        server.sign_in("ken@acme.test").await;
        let (id, build) = workspace(&server, "mailer").await;
        let watch = format!("/workspaces/{id}/watch-ws");
        let host = server.running.addr.to_string();
        dial(&server, &watch, Some(&format!("http://{host}"))).await.unwrap();
        let (status, text) = refused(dial(&server, &watch, Some("http://evil.example")).await);
        assert_eq!(status, 403);
        assert!(
            text.starts_with(&format!("request Origin \"evil.example\" is not authorized for Host \"{host}\"\n{{")),
            "{text}"
        );
        let (status, text) =
            refused(dial(&server, &format!("/workspacebuilds/{build}/logs?follow"), Some("null")).await);
        assert_eq!(status, 403);
        assert!(text.starts_with("request Origin \"null\" is not a valid URL with a host\n{"), "{text}");
        assert!(text.contains("\"message\":\"Failed to accept websocket.\""), "{text}");
        let missing = "/workspaces/fede0166-14d8-4272-a067-c7471565c612/watch-ws";
        assert_eq!(refused(dial(&server, missing, None).await).0, 404);
        server.token = None;
        assert_eq!(refused(dial(&server, &watch, None).await).0, 401);
    });
}

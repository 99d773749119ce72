//! The list of workspaces with its filter, and the sockets.

use crate::hold::hold_build;
use crate::likeness::{Report, recorded};
use crate::region;
use crate::stand::{Stand, get, post};
use serde_json::{Value, json};

/// The language of the list.
pub(super) async fn the_list(report: &mut Report, stand: &Stand, ada: &str, ken: &str) {
    let refused = [
        "comma",
        "deleted",
        "favorite",
        "invalid-date",
        "invalid-id",
        "invalid-key",
        "invalid-status",
        "invalid-syntax",
        "is-dormant",
        "limit-negative",
        "limit-text",
        "repeated-key",
        "two-errors",
        "unquoted-colon",
    ];
    let nobody = ["ai-task", "quoted-space", "slash", "unknown-owner", "unknown-template"];
    for name in refused.iter().chain(&nobody) {
        let name = format!("list/{name}");
        let path = recorded(&name).path;
        report.hold(&name, &stand.ask(ada, get(&path)).await);
    }
    let ours = stand.ask(ada, get("/users/me/workspace/script-fails-rich")).await.text("id");
    let other = stand.ask(ada, get("/users/me/workspace/manual")).await.text("id");
    for (name, query) in [
        ("all", "limit=25&offset=0&q=".to_owned()),
        ("mine", "limit=25&offset=0&q=owner%3Ame".into()),
        ("organization", "limit=25&offset=0&q=organization%3Aacme".into()),
        ("template", "limit=25&offset=0&q=template%3Adata-stack%20name:script-fails-rich".into()),
        ("running", "limit=25&offset=0&q=status%3Arunning%20owner:me".into()),
        ("stopped", "limit=25&offset=0&q=status%3Astopped%20owner%3Anobody".into()),
        ("name", "limit=25&offset=0&q=name%3Amanual".into()),
        ("free-text", "limit=25&offset=0&q=script-fails-rich".into()),
        ("ids", format!("q=id:{ours},{other}")),
        ("ids-one", format!("q=id:{ours}")),
        ("combined", "limit=25&offset=0&q=owner%3Ame%20status%3Arunning%20template%3Astatic-site".into()),
        ("agent-connected", "limit=25&offset=0&q=has-agent%3Aconnected%20name:script-fails-rich".into()),
        ("two-booleans", "limit=25&offset=0&q=dormant%3Afalse%20healthy%3Atrue%20name:script-fails-rich".into()),
        ("has-agent-disconnected", "q=has-agent:disconnected%20name:agent-lost-x".into()),
        ("has-agent-timeout", "q=has-agent:timeout%20owner:nobody".into()),
        ("healthy-false", "q=healthy:false%20owner:nobody".into()),
        ("last-used-before", "limit=25&offset=0&q=last_used_before%3A%222030-01-01T00%3A00%3A00Z%22".into()),
        ("limit-zero", "limit=0".into()),
        ("page-two", "limit=2&offset=2&q=owner:me".into()),
        ("page-past-end", "limit=2&offset=2000".into()),
    ] {
        report.hold_list(&format!("list/{name}"), &stand.ask(ada, get(&format!("/workspaces?{query}"))).await);
    }
    report.hold_list("list/as-member", &stand.ask(ken, get("/workspaces")).await);
    let got = stand.ask(ada, get("/workspaces?limit=2&offset=2000")).await;
    assert!(got.body["count"].as_i64().unwrap() > 60, "the count is of all: {}", got.body);
}

/// What comes over sockets.
pub(super) async fn sockets(report: &mut Report, stand: &Stand, ada: &str) {
    let never = |_: &Value| false;
    let docker = stand.template(ada, "acme", "docker").await;
    let machine = stand.template(ada, "acme", "aws-linux").await;
    let id = stand.create_with(ada, "watched", &machine, region()).await;
    let watch = format!("/workspaces/{id}/watch-ws");
    let build =
        stand.ask(ada, get(&format!("/workspaces/{id}"))).await.body["latest_build"]["id"].as_str().unwrap().to_owned();
    let follow = format!("/workspacebuilds/{build}/logs?follow=true&after=-1");
    let (running, seen) = tokio::join!(
        stand.collect(ada, &follow, never),
        stand.collect(ada, &watch, |frame| frame["data"]["latest_build"]["status"] == "running")
    );
    assert_eq!(seen[0]["type"], "ping", "a ping comes first");
    assert_eq!(seen[1]["type"], "data", "the whole workspace comes at once");
    report.hold_frames("sockets/build-logs-running", &running);
    report.hold_frames("sockets/build-logs", &stand.collect(ada, &follow, never).await);
    let fourth = running[3]["id"].as_i64().unwrap();
    let resumed = stand.collect(ada, &format!("/workspacebuilds/{build}/logs?follow=true&after={fourth}"), never).await;
    assert_eq!(resumed.len(), running.len() - 4, "only what is after it");
    report.hold_frames("sockets/build-logs-resumed", &resumed);
    let whole = stand
        .until(ada, &id, |workspace| {
            workspace["latest_build"]["resources"]
                .as_array()
                .unwrap()
                .iter()
                .any(|resource| resource["agents"][0]["lifecycle_state"] == "ready")
        })
        .await;
    let agent = whole["latest_build"]["resources"]
        .as_array()
        .unwrap()
        .iter()
        .find_map(|resource| resource["agents"][0]["id"].as_str())
        .unwrap()
        .to_owned();
    let figures = stand.collect(ada, &format!("/workspaceagents/{agent}/watch-metadata-ws"), |_| true).await;
    report.hold_items("sockets/agent-metadata", &figures);
    let lines = stand.collect(ada, &format!("/workspaceagents/{agent}/logs?follow&after=0"), |_| true).await;
    report.hold_frames("sockets/agent-logs", &lines);
    let last = lines[0].as_array().unwrap().iter().rev().nth(1).unwrap()["id"].clone();
    let resumed = stand.collect(ada, &format!("/workspaceagents/{agent}/logs?follow&after={last}"), |_| true).await;
    report.hold_frames("sockets/agent-logs-resumed", &resumed);
    let live: Vec<Value> = running.into_iter().chain(seen).chain([json!({"type": "data", "data": whole})]).collect();
    report.hold_frames("real/live-start", &live);
    hold_build(report, stand, ada, "real/live-start-after", &whole, true).await;

    // Stop, then start, while watching one without agents.
    let id = stand.create(ada, "no-agent-watched", &docker).await;
    stand.until(ada, &id, |workspace| workspace["latest_build"]["status"] == "running").await;
    let watch = format!("/workspaces/{id}/watch-ws");
    let builds = format!("/workspaces/{id}/builds");
    let (frames, _) = tokio::join!(
        stand.collect(ada, &watch, |frame| frame["data"]["latest_build"]["status"] == "stopped"),
        stand.ask(ada, post(&builds, json!({"transition": "stop"})))
    );
    report.hold_frames("sockets/watch-workspace", &frames);
    let refused = stand.refusal(ada, "/workspaces/fede0166-14d8-4272-a067-c7471565c612/watch-ws").await;
    report.hold_that("sockets/watch-not-found", refused == 404, "the handshake is not refused with 404");
}

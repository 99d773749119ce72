//! Workspaces with agents: connecting, scripts, logs, apps; and builds that are long over.

use crate::hold::hold_build;
use crate::likeness::Report;
use crate::region;
use crate::stand::{Got, Stand, get, patch, post, put};
use serde_json::{Value, json};

/// Workspaces with agents: connecting, running, failing, shared, extended.
pub(super) async fn with_agents(report: &mut Report, stand: &Stand, ada: &str, ken: &str) {
    let docker = stand.template(ada, "acme", "docker").await;
    let built = |workspace: &Value| workspace["latest_build"]["status"] == "running";
    let agents = |workspace: &Value| -> Vec<Value> {
        let resources = workspace["latest_build"]["resources"].as_array().unwrap().iter();
        resources.flat_map(|resource| resource["agents"].as_array().cloned().unwrap_or_default()).collect()
    };
    let done = move |workspace: &Value| {
        let agents = agents(workspace);
        built(workspace)
            && agents.iter().all(|agent| {
                matches!(agent["lifecycle_state"].as_str(), Some("ready" | "start_error" | "start_timeout"))
            })
    };

    // Two agents, one of them with a script that fails.
    let stack = stand.template(ada, "research", "data-stack").await;
    let id = stand.create(ada, "script-fails-rich", &stack).await;
    let workspace = format!("/workspaces/{id}");
    let connecting = stand
        .until(ada, &id, |workspace| {
            built(workspace) && agents(workspace).iter().all(|agent| agent["status"] == "connecting")
        })
        .await;
    report.hold("workspace/connecting", &Got::seen(connecting.clone()));
    let build = connecting["latest_build"]["id"].as_str().unwrap().to_owned();
    let timings = format!("/workspacebuilds/{build}/timings");
    report.hold("timings/before-agents", &stand.ask(ada, get(&timings)).await);
    let ready = stand.until(ada, &id, done).await;
    report.hold("timings/rich-build", &stand.ask(ada, get(&format!("/workspacebuilds/{build}"))).await);
    report.hold("timings/rich", &stand.ask(ada, get(&timings)).await);
    report.hold("timings/rich-by-workspace", &stand.ask(ada, get(&format!("{workspace}/timings"))).await);
    report.hold("workspace/by-name", &stand.ask(ada, get("/users/me/workspace/script-fails-rich")).await);
    report.hold("builds/rich-logs", &stand.ask(ada, get(&format!("/workspacebuilds/{build}/logs"))).await);
    report.hold("builds/rich-resources", &stand.ask(ada, get(&format!("/workspacebuilds/{build}/resources"))).await);
    let logs = stand.ask(ada, get(&format!("/workspacebuilds/{build}/logs"))).await.body;
    let second = &logs[1]["id"];
    report.hold(
        "builds/logs-after",
        &stand.ask(ada, get(&format!("/workspacebuilds/{build}/logs?after={second}"))).await,
    );
    report.hold("workspace/rich-running", &Got::seen(ready.clone()));
    let ill = agents(&ready).into_iter().find(|agent| agent["lifecycle_state"] == "start_error").unwrap();
    let agent = ill["id"].as_str().unwrap().to_owned();
    report.hold("agents/dev", &stand.ask(ada, get(&format!("/workspaceagents/{agent}"))).await);
    let lines = stand.ask(ada, get(&format!("/workspaceagents/{agent}/logs"))).await;
    report.hold("agents/dev-logs", &lines);
    let last = lines.body.as_array().unwrap().last().unwrap()["id"].clone();
    report.hold(
        "agents/dev-logs-after",
        &stand.ask(ada, get(&format!("/workspaceagents/{agent}/logs?after={last}"))).await,
    );
    let text = stand.ask(ada, get(&format!("/workspaceagents/{agent}/logs?format=text"))).await;
    let lined = text.body["$text"].as_str().is_some_and(|text| text.contains("] [agent."));
    report.hold_that(
        "agents/dev-logs-text",
        text.status == 200 && text.content_type == "text/plain; charset=utf-8" && lined,
        "no lines of text",
    );
    report.hold(
        "agents/listening-ports",
        &stand.ask(ada, get(&format!("/workspaceagents/{agent}/listening-ports"))).await,
    );

    // Its deadline.
    let extend = format!("{workspace}/extend");
    let hours = |hours: i64| {
        let time = chrono::Utc::now() + chrono::Duration::minutes(hours * 60);
        json!({"deadline": time.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)})
    };
    report.hold("workspace/extend-ok", &stand.ask(ada, put(&extend, hours(9))).await);
    report.hold("workspace/extend-far", &stand.ask(ada, put(&extend, hours(24 * 400))).await);
    report.hold("workspace/extend-below-floor", &stand.ask(ada, put(&extend, hours(0))).await);
    report.hold("workspace/extended", &stand.ask(ada, get(&workspace)).await);

    // Its ports.
    let ports = format!("{workspace}/port-share");
    report.hold("workspace/port-shares-none", &stand.ask(ada, get(&ports)).await);
    let agent_name = stand.ask(ada, get(&format!("/workspaceagents/{agent}"))).await.text("name");
    let share = json!({"agent_name": agent_name, "port": 8000, "share_level": "authenticated", "protocol": "http"});
    report.hold("workspace/port-share-set", &stand.ask(ada, post(&ports, share)).await);
    report.hold("workspace/port-shares", &stand.ask(ada, get(&ports)).await);

    // Shared.
    report.hold("workspace/acl-empty", &stand.ask(ada, get(&format!("{workspace}/acl"))).await);
    let member = stand.ask(ken, get("/users/me")).await.text("id");
    let shared = stand.ask(ada, patch(&format!("{workspace}/acl"), json!({"user_roles": {(member): "use"}}))).await;
    assert_eq!(shared.status, 204, "{}", shared.body);
    report.hold("workspace/acl", &stand.ask(ada, get(&format!("{workspace}/acl"))).await);
    report.hold("workspace/shared-seen-by-member", &stand.ask(ken, get(&workspace)).await);
    report.hold(
        "workspace/shared-delete-forbidden",
        &stand.ask(ken, post(&format!("{workspace}/builds"), json!({"transition": "delete"}))).await,
    );
    report.hold(
        "workspace/shared-ttl-forbidden",
        &stand.ask(ken, put(&format!("{workspace}/ttl"), json!({"ttl_ms": 7_200_000}))).await,
    );
    report.hold_list("list/shared-with-me", &stand.ask(ken, get("/workspaces?q=shared:true")).await);

    // Agents that do not do what they should.
    let nothing_stops_it = json!({"template_id": docker["id"], "name": "agent-timeout-x", "ttl_ms": 0});
    let id = stand.ask(ada, post("/users/me/workspaces", nothing_stops_it)).await.text("id");
    report.hold("auth/agent-connecting", &Got::seen(stand.until(ada, &id, built).await));
    let timeout =
        stand.until(ada, &id, |workspace| agents(workspace).iter().any(|agent| agent["status"] == "timeout")).await;
    report.hold("auth/agent-timeout", &stand.ask(ada, get(&format!("/workspaces/{id}"))).await);
    let build = timeout["latest_build"]["id"].as_str().unwrap();
    let timings = stand.ask(ada, get(&format!("/workspacebuilds/{build}/timings"))).await;
    let unconnected =
        timings.body["agent_connection_timings"] == json!([]) && timings.body["agent_script_timings"] == json!([]);
    report.hold_that("timings/agent-timeout", unconnected, "an agent that never came has rows");
    let id = stand.create(ada, "agent-timeout-y", &docker).await;
    stand.until(ada, &id, |workspace| agents(workspace).iter().any(|agent| agent["status"] == "timeout")).await;
    report.hold("workspace/agent-timeout", &stand.ask(ada, get(&format!("/workspaces/{id}"))).await);
    let id = stand.create(ada, "agent-lost-x", &docker).await;
    stand.until(ada, &id, |workspace| agents(workspace).iter().any(|agent| agent["status"] == "disconnected")).await;
    report.hold("workspace/agent-disconnected", &stand.ask(ada, get(&format!("/workspaces/{id}"))).await);
    let id = stand.create(ada, "slow-agent-x", &stack).await;
    let one = stand.until(ada, &id, |workspace| {
        let agents = agents(workspace);
        agents.iter().any(|agent| agent["lifecycle_state"] == "starting")
            && agents.iter().any(|agent| agent["status"] == "connecting")
    });
    report.hold("workspace/one-agent-connected", &Got::seen(one.await));
    let id = stand.create(ada, "log-flood-x", &docker).await;
    let flooded = stand
        .until(ada, &id, |workspace| {
            agents(workspace)
                .iter()
                .any(|agent| agent["logs_overflowed"] == true && agent["lifecycle_state"] == "ready")
        })
        .await;
    let agent = agents(&flooded)[0]["id"].as_str().unwrap().to_owned();
    report.hold("agents/logs-overflowed", &stand.ask(ada, get(&format!("/workspaceagents/{agent}"))).await);
    let many = stand.create(ada, "many-resources-x", &stand.template(ada, "acme", "static-site").await).await;
    let built = stand.until(ada, &many, done).await;
    let build = built["latest_build"]["id"].as_str().unwrap();
    let timings = stand.ask(ada, get(&format!("/workspacebuilds/{build}/timings"))).await;
    assert!(timings.body["provisioner_timings"].as_array().unwrap().len() > 1_000);
    report.hold("timings/thousand-resources", &timings);
}

/// The natural builds of `real/`, one after the other.
pub(super) async fn natural(report: &mut Report, stand: &Stand, ada: &str) {
    let template = stand.template(ada, "acme", "aws-linux").await;
    let versions = stand.ask(ada, get(&format!("/templates/{}/versions", template["id"].as_str().unwrap()))).await.body;
    let older =
        versions.as_array().unwrap().iter().find(|version| version["id"] != template["active_version_id"]).unwrap();
    let body = json!({"template_version_id": older["id"], "name": "natural", "rich_parameter_values": region()});
    let id = stand.ask(ada, post("/users/me/workspaces", body)).await.text("id");
    let workspace = format!("/workspaces/{id}");
    let builds = format!("{workspace}/builds");
    let ready = |workspace: &Value| {
        workspace["latest_build"]["status"] == "running"
            && workspace["health"]["healthy"] == true
            && workspace["latest_build"]["resources"]
                .as_array()
                .unwrap()
                .iter()
                .any(|resource| resource["agents"][0]["lifecycle_state"] == "ready")
    };
    let started = stand.until(ada, &id, ready).await;
    let old = hold_build(report, stand, ada, "real/start", &started, true).await;
    report.hold_list("list/outdated", &stand.ask(ada, get("/workspaces?q=outdated:true%20name:natural")).await);
    assert_eq!(started["outdated"], true);
    report.hold(
        "timings/agent-scripts-running",
        &stand.ask(ada, get(&format!("/workspacebuilds/{}/timings", old.build))).await,
    );

    stand.ask(ada, post(&builds, json!({"transition": "stop"}))).await;
    let stopped = stand.until(ada, &id, |workspace| workspace["latest_build"]["status"] == "stopped").await;
    hold_build(report, stand, ada, "real/stop", &stopped, false).await;
    let timings = stand.ask(ada, get(&format!("/workspacebuilds/{}/timings", old.build))).await.body;
    let rows = timings["agent_script_timings"].as_array().unwrap();
    report.hold_that("timings/stop-script", rows.iter().any(|row| row["stage"] == "stop"), "no row of the stop script");

    let update = json!({"transition": "start", "template_version_id": template["active_version_id"]});
    assert_eq!(stand.ask(ada, post(&builds, update)).await.status, 201);
    let updated = stand.until(ada, &id, ready).await;
    hold_build(report, stand, ada, "real/updated", &updated, true).await;
    assert_eq!(updated["outdated"], false);
    report.hold("real/builds", &stand.ask(ada, get(&builds)).await);

    // The control plane forgets.
    report.hold("real/old-agent", &stand.ask(ada, get(&format!("/workspaceagents/{}", old.agent))).await);
    report.hold("real/old-agent-logs", &stand.ask(ada, get(&format!("/workspaceagents/{}/logs", old.agent))).await);
    report.hold("real/old-start-build", &stand.ask(ada, get(&format!("/workspacebuilds/{}", old.build))).await);
    report
        .hold("real/old-start-timings", &stand.ask(ada, get(&format!("/workspacebuilds/{}/timings", old.build))).await);

    // A start that fails, and its end.
    let failing = stand.create_with(ada, "fail-apply-x", &template, region()).await;
    let failed = stand.until(ada, &failing, |workspace| workspace["latest_build"]["status"] == "failed").await;
    hold_build(report, stand, ada, "real/apply-failed", &failed, false).await;
    let build = failed["latest_build"]["id"].as_str().unwrap();
    report.hold("workspace/failed-apply", &stand.ask(ada, get(&format!("/workspaces/{failing}"))).await);
    report.hold("timings/failed-apply", &stand.ask(ada, get(&format!("/workspacebuilds/{build}/timings"))).await);
    report.hold("builds/failed-apply-logs", &stand.ask(ada, get(&format!("/workspacebuilds/{build}/logs"))).await);
    report.hold_list(
        "list/failed",
        &stand.ask(ada, get("/workspaces?limit=25&offset=0&q=status%3Afailed%20name:fail-apply-x")).await,
    );
    stand.ask(ada, post(&format!("/workspaces/{failing}/builds"), json!({"transition": "delete"}))).await;
    let deleted = stand.until(ada, &failing, |workspace| workspace["latest_build"]["status"] == "deleted").await;
    hold_build(report, stand, ada, "real/deleted", &deleted, false).await;

    // A script that fails, on the older version.
    let body = json!({"template_version_id": older["id"], "name": "script-fails-y", "rich_parameter_values": region()});
    let failing = stand.ask(ada, post("/users/me/workspaces", body)).await.text("id");
    let failed = stand
        .until(ada, &failing, |workspace| {
            workspace["latest_build"]["resources"]
                .as_array()
                .unwrap()
                .iter()
                .any(|resource| resource["agents"][0]["lifecycle_state"] == "start_error")
        })
        .await;
    hold_build(report, stand, ada, "real/script-failed", &failed, true).await;
    report.hold("real/outdated-workspace", &stand.ask(ada, get(&format!("/workspaces/{failing}"))).await);

    // Without agents and without a deadline, outdated and updated.
    let template = stand.template(ada, "acme", "docker").await;
    let versions = stand.ask(ada, get(&format!("/templates/{}/versions", template["id"].as_str().unwrap()))).await.body;
    let older =
        versions.as_array().unwrap().iter().find(|version| version["id"] != template["active_version_id"]).unwrap();
    let body = json!({"template_version_id": older["id"], "name": "no-agent-z", "ttl_ms": 0});
    let bare = stand.ask(ada, post("/users/me/workspaces", body)).await.text("id");
    stand.until(ada, &bare, |workspace| workspace["latest_build"]["status"] == "running").await;
    report.hold("workspace/outdated", &stand.ask(ada, get(&format!("/workspaces/{bare}"))).await);
    stand.ask(ada, post(&format!("/workspaces/{bare}/builds"), json!({"transition": "stop"}))).await;
    stand.until(ada, &bare, |workspace| workspace["latest_build"]["status"] == "stopped").await;
    let update = json!({"transition": "start", "template_version_id": template["active_version_id"]});
    report.hold("builds/update-created", &stand.ask(ada, post(&format!("/workspaces/{bare}/builds"), update)).await);
    stand.until(ada, &bare, |workspace| workspace["latest_build"]["status"] == "running").await;
    report.hold("workspace/updated", &stand.ask(ada, get(&format!("/workspaces/{bare}"))).await);

    // A cancelled apply.
    let slow = stand.create_with(ada, "slow-build-y", &template, region()).await;
    let seen = stand.until(ada, &slow, |workspace| workspace["latest_build"]["status"] == "starting").await;
    let cancel = format!("/workspacebuilds/{}/cancel", seen["latest_build"]["id"].as_str().unwrap());
    report.hold("real/cancel-running", &stand.ask(ada, patch(&cancel, Value::Null)).await);
    report.hold_list("real/list", &stand.ask(ada, get("/workspaces?q=owner:me%20template:aws-linux&limit=25")).await);
}

//! What the server of July 2025 answers.

use crate::hold::hold_build;
use crate::likeness::{Report, recorded};
use crate::region;
use crate::stand::{Stand, delete, get, patch, post, put};
use control_plane::{Age, Config, Templates};
use serde_json::{Value, json};

/// What the older server answers to whoever asks who and what it is.
pub(super) async fn older_facts(report: &mut Report, stand: &Stand, ada: &str) {
    let nobody = "";
    for (name, who, path) in [
        ("build-info", nobody, "/buildinfo"),
        ("users-first", nobody, "/users/first"),
        ("auth-methods", nobody, "/users/authmethods"),
        ("me-signed-out", nobody, "/users/me"),
        ("me", ada, "/users/me"),
        ("me-appearance", ada, "/users/me/appearance"),
        ("me-preferences", ada, "/users/me/preferences"),
        ("organizations", ada, "/organizations"),
        ("organizations-mine", ada, "/users/me/organizations"),
        ("users", ada, "/users?limit=5"),
        ("experiments", ada, "/experiments"),
        ("entitlements", ada, "/entitlements"),
        ("appearance", ada, "/appearance"),
        ("regions", ada, "/regions"),
        ("ssh-config", ada, "/deployment/ssh"),
        ("update-check", ada, "/updatecheck"),
        ("inbox", ada, "/notifications/inbox"),
    ] {
        report.hold(&format!("2025-07/session/{name}"), &stand.ask(who, get(path)).await);
    }
    let wrong = json!({"email": "ada@acme.test", "password": "no"});
    report.hold("2025-07/session/login-wrong", &stand.ask(nobody, post("/users/login", wrong)).await);
    for (name, path) in
        [("quota", "/organizations/acme/members/me/workspace-quota"), ("quota-old", "/workspace-quota/me")]
    {
        report.hold(&format!("2025-07/org/{name}"), &stand.ask(ada, get(path)).await);
    }
    let template = stand.template(ada, "acme", "aws-linux").await;
    let (id, version) = (template["id"].as_str().unwrap(), template["active_version_id"].as_str().unwrap());
    for (name, path) in [
        ("templates", "/templates".to_owned()),
        ("templates-by", "/templates?q=aws".into()),
        ("templates-org", "/organizations/acme/templates".into()),
        ("template", format!("/templates/{id}")),
        ("template-by-name", "/organizations/acme/templates/aws-linux".into()),
        ("versions", format!("/templates/{id}/versions")),
        ("version", format!("/templateversions/{version}")),
        ("version-rich-parameters", format!("/templateversions/{version}/rich-parameters")),
    ] {
        report.hold(&format!("2025-07/org/{name}"), &stand.ask(ada, get(&path)).await);
    }
    let parameters = get(&format!("/templateversions/{version}/rich-parameters"));
    report.hold("2025-07/real/rich-parameters", &stand.ask(ada, parameters).await);
    let plain = stand.template(ada, "acme", "docker").await;
    let plain = plain["active_version_id"].as_str().unwrap();
    for (name, path) in [
        ("org/template-daus", format!("/templates/{id}/daus")),
        ("org/version-external-auth", format!("/templateversions/{version}/external-auth")),
        ("org/version-logs", format!("/templateversions/{version}/logs")),
        ("org/version-presets", format!("/templateversions/{plain}/presets")),
        ("org/version-resources", format!("/templateversions/{version}/resources")),
        ("org/daemons", "/organizations/acme/provisionerdaemons".into()),
        ("org/jobs", "/organizations/acme/provisionerjobs?limit=3&status=succeeded".into()),
    ] {
        report.hold(&format!("2025-07/{name}"), &stand.ask(ada, get(&path)).await);
    }
}

/// What the older server asks for live, and what its administrators said.
pub(super) async fn older_gallery(report: &mut Report) {
    let config = Config { age: Age::July2025, templates: Templates::All, ..Config::default() };
    let stand = Stand::start_with(config).await;
    let ada = stand.sign_in("ada@acme.test", control_plane::DEMO_PASSWORD).await;
    let version =
        async |name: &str| stand.template(&ada, "acme", name).await["active_version_id"].as_str().unwrap().to_owned();
    let variables = get(&format!("/templateversions/{}/variables", version("old-forms").await));
    report.hold("2025-07/org/version-variables", &stand.ask(&ada, variables).await);
    let form = format!("/templateversions/{}/dynamic-parameters", version("control-room").await);
    let frames = stand.converse(&ada, &form, &[json!({"id": 1, "inputs": {"control_002": "7"}})]).await;
    assert_eq!((&frames[0]["id"], &frames[1]["id"]), (&json!(-1), &json!(1)));
    report.hold_frames("2025-07/sockets/dynamic-parameters", &frames);
}

/// Natural builds on the older server, one after the other.
pub(super) async fn older_builds(report: &mut Report, stand: &Stand, ada: &str) {
    let template = stand.template(ada, "acme", "aws-linux").await;
    let versions = stand.ask(ada, get(&format!("/templates/{}/versions", template["id"].as_str().unwrap()))).await.body;
    let older =
        versions.as_array().unwrap().iter().find(|version| version["id"] != template["active_version_id"]).unwrap();
    let body = json!({"template_version_id": older["id"], "name": "natural", "rich_parameter_values": region()});
    let made = stand.ask(ada, post("/users/me/workspaces", body)).await;
    let id = made.text("id");
    let workspace = format!("/workspaces/{id}");
    let builds = format!("{workspace}/builds");
    let build = made.body["latest_build"]["id"].as_str().unwrap();
    let follow = format!("/workspacebuilds/{build}/logs?follow=true&after=-1");
    let settled = |workspace: &Value, states: [&str; 2]| {
        workspace["latest_build"]["status"] == "running"
            && workspace["latest_build"]["resources"].as_array().unwrap().iter().any(|resource| {
                resource["agents"][0]["lifecycle_state"].as_str().is_some_and(|state| states.contains(&state))
            })
    };
    let ready = |workspace: &Value| settled(workspace, ["ready", "ready"]) && workspace["health"]["healthy"] == true;
    let watch = format!("{workspace}/watch-ws");
    let (lines, seen) =
        tokio::join!(stand.collect(ada, &follow, |_| false), stand.collect(ada, &watch, |frame| ready(&frame["data"])));
    let live: Vec<Value> = lines.iter().cloned().chain(seen.iter().cloned()).collect();
    report.hold_frames("2025-07/real/live-start", &live);
    report.hold_frames("2025-07/sockets/build-logs", &lines);
    report.hold_frames("2025-07/sockets/watch", &seen);
    let started = stand.until(ada, &id, ready).await;
    hold_build(report, stand, ada, "2025-07/real/start", &started, true).await;
    hold_build(report, stand, ada, "2025-07/real/live-start-after", &started, true).await;
    older_reads(report, stand, ada, &started).await;
    older_writes(report, stand, ada, &started).await;

    stand.ask(ada, post(&builds, json!({"transition": "stop"}))).await;
    let stopped = stand.until(ada, &id, |workspace| workspace["latest_build"]["status"] == "stopped").await;
    hold_build(report, stand, ada, "2025-07/real/stop", &stopped, false).await;
    // Its agents are gone, and still listed.
    let first = get("/users/me/workspace/natural/builds/1");
    report.hold("2025-07/workspace/build-by-number", &stand.ask(ada, first).await);
    let update = json!({"transition": "start", "template_version_id": template["active_version_id"]});
    assert_eq!(stand.ask(ada, post(&builds, update)).await.status, 201);
    let updated = stand.until(ada, &id, ready).await;
    hold_build(report, stand, ada, "2025-07/real/updated", &updated, true).await;
    report.hold("2025-07/real/builds", &stand.ask(ada, get(&builds)).await);

    let failing = stand.create_with(ada, "fail-apply-x", &template, region()).await;
    let failed = stand.until(ada, &failing, |workspace| workspace["latest_build"]["status"] == "failed").await;
    hold_build(report, stand, ada, "2025-07/real/apply-failed", &failed, false).await;
    stand.ask(ada, post(&format!("/workspaces/{failing}/builds"), json!({"transition": "delete"}))).await;
    let deleted = stand.until(ada, &failing, |workspace| workspace["latest_build"]["status"] == "deleted").await;
    hold_build(report, stand, ada, "2025-07/real/deleted", &deleted, false).await;

    let body = json!({"template_version_id": older["id"], "name": "script-fails-y", "rich_parameter_values": region()});
    let failing = stand.ask(ada, post("/users/me/workspaces", body)).await.text("id");
    let failed = stand.until(ada, &failing, |workspace| settled(workspace, ["start_error", "start_error"])).await;
    hold_build(report, stand, ada, "2025-07/real/script-failed", &failed, true).await;
    report.hold("2025-07/real/outdated-workspace", &stand.ask(ada, get(&format!("/workspaces/{failing}"))).await);

    let slow = stand.create_with(ada, "slow-build-y", &template, region()).await;
    let seen = stand.until(ada, &slow, |workspace| workspace["latest_build"]["status"] == "starting").await;
    let cancel = format!("/workspacebuilds/{}/cancel", seen["latest_build"]["id"].as_str().unwrap());
    report.hold("2025-07/real/cancel-running", &stand.ask(ada, patch(&cancel, Value::Null)).await);
    report.hold("2025-07/real/canceling-workspace", &stand.ask(ada, get(&format!("/workspaces/{slow}"))).await);
    let ended = |workspace: &Value| !workspace["latest_build"]["job"]["completed_at"].is_null();
    let canceled = stand.until(ada, &slow, ended).await;
    hold_build(report, stand, ada, "2025-07/real/canceled", &canceled, false).await;
    report.hold_list("2025-07/real/list", &stand.ask(ada, get("/workspaces?q=owner:me&limit=25")).await);
}

/// What is read of one workspace of the older server, and of its list.
pub(super) async fn older_reads(report: &mut Report, stand: &Stand, ada: &str, workspace: &Value) {
    let id = workspace["id"].as_str().unwrap();
    let build = workspace["latest_build"]["id"].as_str().unwrap();
    let mut resources = workspace["latest_build"]["resources"].as_array().unwrap().iter();
    let agent = resources.find_map(|resource| resource["agents"][0]["id"].as_str()).unwrap();
    for (name, path) in [
        ("workspace/one", format!("/workspaces/{id}")),
        ("workspace/by-name", "/users/me/workspace/natural".into()),
        ("workspace/by-name-missing", "/users/me/workspace/nothing".into()),
        ("workspace/missing", "/workspaces/00000000-0000-0000-0000-000000000001".into()),
        ("workspace/bad-id", "/workspaces/x".into()),
        ("workspace/acl", format!("/workspaces/{id}/acl")),
        ("workspace/builds", format!("/workspaces/{id}/builds?limit=3")),
        ("workspace/build", format!("/workspacebuilds/{build}")),
        ("workspace/logs", format!("/workspacebuilds/{build}/logs")),
        ("workspace/parameters", format!("/workspacebuilds/{build}/parameters")),
        ("workspace/resources", format!("/workspacebuilds/{build}/resources")),
        ("workspace/timings", format!("/workspacebuilds/{build}/timings")),
        ("workspace/timings-of-workspace", format!("/workspaces/{id}/timings")),
        ("agent/one", format!("/workspaceagents/{agent}")),
        ("agent/logs", format!("/workspaceagents/{agent}/logs")),
        ("agent/listening-ports", format!("/workspaceagents/{agent}/listening-ports")),
        ("workspace/port-share", format!("/workspaces/{id}/port-share")),
        ("workspace/resolve-autostart", format!("/workspaces/{id}/resolve-autostart")),
    ] {
        report.hold(&format!("2025-07/{name}"), &stand.ask(ada, get(&path)).await);
    }
    let figures = stand.collect(ada, &format!("/workspaceagents/{agent}/watch-metadata-ws"), |_| true).await;
    report.hold_items("2025-07/sockets/metadata", &figures);
    for (name, query) in [
        ("all", "limit=25&q=".to_owned()),
        ("mine", "limit=25&q=owner%3Ame".into()),
        ("free", "limit=25&q=natural".into()),
        ("ids", format!("q=id%3A{id}")),
        ("has-agent", "limit=25&q=has-agent%3Aconnected%20name:natural".into()),
        ("organization", "limit=25&q=organization%3Aacme".into()),
        ("outdated", "limit=25&q=outdated%3Atrue%20name:natural".into()),
        ("param", "limit=25&q=param%3Aregion=eu%20name:natural".into()),
        ("running", "limit=25&q=status%3Arunning%20name:natural".into()),
        ("dormant", "limit=25&q=dormant%3Atrue%20name:natural".into()),
    ] {
        report.hold_list(&format!("2025-07/list/{name}"), &stand.ask(ada, get(&format!("/workspaces?{query}"))).await);
    }
    for name in ["bad-key", "bad-status", "healthy", "last-used", "org-deleted", "shared"] {
        let name = format!("2025-07/list/{name}");
        let path = recorded(&name).path;
        report.hold(&name, &stand.ask(ada, get(&path)).await);
    }
}

/// What is changed of one workspace of the older server.
pub(super) async fn older_writes(report: &mut Report, stand: &Stand, ada: &str, workspace: &Value) {
    let id = workspace["id"].as_str().unwrap();
    let of = |path: &str| format!("/workspaces/{id}{path}");
    let cancel = format!("/workspacebuilds/{}/cancel", workspace["latest_build"]["id"].as_str().unwrap());
    let checks = recorded("2025-07/write/authcheck").request_body;
    let schedule = json!({"schedule": "CRON_TZ=Europe/Berlin 30 9 * * 1-5"});
    let taken = json!({"template_version_id": workspace["latest_build"]["template_version_id"], "name": "natural",
        "rich_parameter_values": region()});
    for (name, ask) in [
        ("authcheck", post("/authcheck", checks)),
        ("autostart", put(&of("/autostart"), schedule)),
        ("autoupdates", put(&of("/autoupdates"), json!({"automatic_updates": "always"}))),
        ("favorite", put(&of("/favorite"), Value::Null)),
        ("unfavorite", delete(&of("/favorite"))),
        ("ttl", put(&of("/ttl"), json!({"ttl_ms": 7_200_000}))),
        ("ttl-short", put(&of("/ttl"), json!({"ttl_ms": 1000}))),
        ("cancel-finished", patch(&cancel, Value::Null)),
        ("cancel-expect-pending", patch(&format!("{cancel}?expect_status=pending"), Value::Null)),
        ("create-name-taken", post("/users/me/workspaces", taken)),
        ("dormant", put(&of("/dormant"), json!({"dormant": true}))),
        ("start-dormant", post(&of("/builds"), json!({"transition": "start"}))),
        ("dormant-off", put(&of("/dormant"), json!({"dormant": false}))),
    ] {
        report.hold(&format!("2025-07/write/{name}"), &stand.ask(ada, ask).await);
    }
    let slow = stand.create_with(ada, "slow-build-z", &stand.template(ada, "acme", "aws-linux").await, region()).await;
    stand.until(ada, &slow, |workspace| workspace["latest_build"]["status"] == "starting").await;
    let past = json!({"deadline": "2020-01-01T00:00:00Z"});
    report.hold("2025-07/write/extend", &stand.ask(ada, put(&format!("/workspaces/{slow}/extend"), past)).await);
}

//! The life of a workspace from its first build to its last, and what may come between: parameters, cancelling, a
//! queue.

use crate::likeness::{Report, recorded};
use crate::region;
use crate::stand::{Got, Stand, delete, get, patch, post, put};
use control_plane::{Config, Quota};
use serde_json::{Value, json};

/// One workspace without agents, through its life and its settings.
pub(super) async fn a_life(report: &mut Report, stand: &Stand, ada: &str, ken: &str) {
    let plain = stand.template(ada, "acme", "docker").await;
    let id = stand.create(ada, "no-agent-life", &plain).await;
    let workspace = format!("/workspaces/{id}");
    let builds = format!("{workspace}/builds");
    let status = |wanted: &'static str| move |workspace: &Value| workspace["latest_build"]["status"] == wanted;
    let running = stand.until(ada, &id, status("running")).await;
    report.hold("workspace/running-agentless", &stand.ask(ada, get(&workspace)).await);
    let build = running["latest_build"]["id"].as_str().unwrap().to_owned();
    report.hold("builds/by-number", &stand.ask(ada, get("/users/me/workspace/no-agent-life/builds/1")).await);
    report
        .hold("builds/by-number-not-found", &stand.ask(ada, get("/users/me/workspace/no-agent-life/builds/99")).await);
    report.hold("builds/one", &stand.ask(ada, get(&format!("/workspacebuilds/{build}"))).await);
    report
        .hold("builds/not-found", &stand.ask(ada, get("/workspacebuilds/1c320588-ba4e-4bdd-8898-320bae27599c")).await);
    report.hold("builds/parameters-none", &stand.ask(ada, get(&format!("/workspacebuilds/{build}/parameters"))).await);
    report.hold(
        "builds/cancel-finished",
        &stand.ask(ada, patch(&format!("/workspacebuilds/{build}/cancel"), Value::Null)).await,
    );

    // Refusals.
    for (name, body) in [
        ("builds/start-invalid-transition", json!({"transition": "fly"})),
        ("builds/orphan-with-start", json!({"transition": "start", "orphan": true})),
        ("builds/debug-log-level", json!({"transition": "start", "log_level": "debug"})),
        (
            "builds/start-invalid-version",
            json!({"transition": "start", "template_version_id": "9513243f-74f4-4d6b-a80a-c61700195656"}),
        ),
    ] {
        report.hold(name, &stand.ask(ada, post(&builds, body)).await);
    }
    report.hold(
        "builds/delete-forbidden-to-member",
        &stand.ask(ken, post(&builds, json!({"transition": "delete"}))).await,
    );
    report.hold("workspace/forbidden-to-member", &stand.ask(ken, get(&workspace)).await);
    report.hold("workspace/bad-id", &stand.ask(ada, get("/workspaces/nonsense")).await);
    report.hold("workspace/not-found", &stand.ask(ada, get("/workspaces/2dd05528-a380-43e8-b284-d98afec12f9b")).await);
    report.hold("workspace/by-name-not-found", &stand.ask(ada, get("/users/me/workspace/no-such")).await);
    report
        .hold("agents/not-found", &stand.ask(ada, get("/workspaceagents/360b2e0f-00d7-4b5e-a2bb-afafd94a4b50")).await);
    let template = &plain["id"];
    let version = &plain["active_version_id"];
    for (name, body) in [
        (
            "builds/create-both-template-and-version",
            json!({"template_id": template, "template_version_id": version, "name": "both"}),
        ),
        ("builds/create-name-invalid", json!({"template_id": template, "name": "No Good"})),
    ] {
        report.hold(name, &stand.ask(ada, post("/users/me/workspaces", body)).await);
    }

    // Stop, start, update.
    report.hold("builds/stop-created", &stand.ask(ada, post(&builds, json!({"transition": "stop"}))).await);
    report.hold("workspace/stopping-or-stopped", &Got::seen(stand.until(ada, &id, status("stopping")).await));
    let stopped = stand.until(ada, &id, status("stopped")).await;
    report.hold("workspace/stopped", &stand.ask(ada, get(&workspace)).await);
    let stop = stopped["latest_build"]["id"].as_str().unwrap();
    report.hold("real/stop-timings", &stand.ask(ada, get(&format!("/workspacebuilds/{stop}/timings"))).await);
    let reason = json!({"transition": "start", "reason": "dashboard"});
    report.hold("builds/start-with-reason", &stand.ask(ada, post(&builds, reason)).await);
    stand.until(ada, &id, status("running")).await;
    report.hold("builds/list", &stand.ask(ada, get(&format!("{builds}?limit=25&offset=0"))).await);
    report.hold("builds/list-page-two", &stand.ask(ada, get(&format!("{builds}?limit=1&offset=1"))).await);
    report.hold("builds/list-since", &stand.ask(ada, get(&format!("{builds}?since=2020-01-01T00:00:00Z"))).await);

    // Settings.
    let ttl = format!("{workspace}/ttl");
    report.hold("workspace/ttl-too-short", &stand.ask(ada, put(&ttl, json!({"ttl_ms": 1000}))).await);
    report.hold("workspace/ttl-set", &stand.ask(ada, put(&ttl, json!({"ttl_ms": 7_200_000}))).await);
    report.hold("workspace/ttl-unset", &stand.ask(ada, put(&ttl, json!({"ttl_ms": null}))).await);
    let favorite = format!("{workspace}/favorite");
    report.hold("workspace/favorite", &stand.ask(ada, put(&favorite, Value::Null)).await);
    report.hold("workspace/favorited", &stand.ask(ada, get(&workspace)).await);
    report.hold("workspace/unfavorite", &stand.ask(ada, delete(&favorite)).await);
    let autostart = format!("{workspace}/autostart");
    report.hold("workspace/autostart-invalid", &stand.ask(ada, put(&autostart, json!({"schedule": "not cron"}))).await);
    let schedule = json!({"schedule": "CRON_TZ=Europe/Berlin 30 9 * * 1-5"});
    report.hold("workspace/autostart-set", &stand.ask(ada, put(&autostart, schedule)).await);
    report.hold("workspace/with-autostart", &stand.ask(ada, get(&workspace)).await);
    report.hold("workspace/autostart-unset", &stand.ask(ada, put(&autostart, json!({"schedule": null}))).await);
    let updates = format!("{workspace}/autoupdates");
    report.hold(
        "workspace/autoupdates-invalid",
        &stand.ask(ada, put(&updates, json!({"automatic_updates": "sometimes"}))).await,
    );
    report.hold(
        "workspace/autoupdates-always",
        &stand.ask(ada, put(&updates, json!({"automatic_updates": "always"}))).await,
    );
    let dormant = format!("{workspace}/dormant");
    report.hold("workspace/dormant-set", &stand.ask(ada, put(&dormant, json!({"dormant": true}))).await);
    report.hold("workspace/dormant-set-again", &stand.ask(ada, put(&dormant, json!({"dormant": true}))).await);
    report.hold("workspace/dormant", &stand.ask(ada, get(&workspace)).await);
    report.hold_list("list/dormant", &stand.ask(ada, get("/workspaces?q=dormant:true%20name:no-agent-life")).await);
    report.hold("builds/start-dormant", &stand.ask(ada, post(&builds, json!({"transition": "start"}))).await);
    let active = stand.until(ada, &id, status("running")).await;
    assert!(active["dormant_at"].is_null(), "a start makes a dormant workspace active");
    report.hold("workspace/dormant-unset", &stand.ask(ada, put(&dormant, json!({"dormant": false}))).await);
    report.hold("workspace/usage", &stand.ask(ada, post(&format!("{workspace}/usage"), json!({}))).await);
    report.hold("workspace/rename-invalid", &stand.ask(ada, patch(&workspace, json!({"name": "Not Valid!"}))).await);
    stand.create(ada, "rich-one", &plain).await;
    report.hold("workspace/rename-taken", &stand.ask(ada, patch(&workspace, json!({"name": "rich-one"}))).await);
    let taken = json!({"template_id": template, "name": "rich-one"});
    report.hold("builds/create-name-taken", &stand.ask(ada, post("/users/me/workspaces", taken)).await);
    report.hold("workspace/rename-ok", &stand.ask(ada, patch(&workspace, json!({"name": "life-renamed"}))).await);

    // The end.
    let id = stand.create(ada, "no-agent-gone", &plain).await;
    let workspace = format!("/workspaces/{id}");
    let builds = format!("{workspace}/builds");
    stand.until(ada, &id, status("running")).await;
    report.hold("builds/delete-created", &stand.ask(ada, post(&builds, json!({"transition": "delete"}))).await);
    stand.until(ada, &id, status("deleted")).await;
    report.hold("workspace/deleted-gone", &stand.ask(ada, get(&workspace)).await);
    report.hold("workspace/deleted-included", &stand.ask(ada, get(&format!("{workspace}?include_deleted=true"))).await);
    report.hold("builds/start-deleted", &stand.ask(ada, post(&builds, json!({"transition": "start"}))).await);

    // One that nothing stops.
    let manual = stand.template(ada, "acme", "static-site").await;
    let id = stand.create(ada, "manual", &manual).await;
    stand.until(ada, &id, status("running")).await;
    report.hold("workspace/without-deadline", &stand.ask(ada, get(&format!("/workspaces/{id}"))).await);
    let extend = json!({"deadline": "2030-11-24T15:52:29Z"});
    report.hold(
        "workspace/extend-without-deadline",
        &stand.ask(ada, put(&format!("/workspaces/{id}/extend"), extend)).await,
    );

    let orphan = stand.create(ada, "orphan-me", &plain).await;
    stand.until(ada, &orphan, status("running")).await;
    let body = json!({"transition": "delete", "orphan": true});
    report.hold("builds/orphan-created", &stand.ask(ada, post(&format!("/workspaces/{orphan}/builds"), body)).await);
}

/// Parameters: refused, kept, changed.
pub(super) async fn parameters(report: &mut Report, stand: &Stand, ada: &str) {
    let template = stand.template(ada, "acme", "aws-linux").await;
    let id = &template["id"];
    let missing = json!({"template_id": id, "name": "params-bad"});
    report.hold("builds/create-missing-parameter", &stand.ask(ada, post("/users/me/workspaces", missing)).await);
    let mut invalid = recorded("builds/create-invalid-parameter").request_body;
    invalid["template_id"] = id.clone();
    report.hold("builds/create-invalid-parameter", &stand.ask(ada, post("/users/me/workspaces", invalid)).await);
    let mut good = recorded("builds/create-with-parameters").request_body;
    good["template_id"] = id.clone();
    good["name"] = json!("no-agent-params-ok");
    let made = stand.ask(ada, post("/users/me/workspaces", good)).await;
    report.hold("builds/create-with-parameters", &made);
    let workspace = made.text("id");
    let running = stand.until(ada, &workspace, |workspace| workspace["latest_build"]["status"] == "running").await;
    let build = running["latest_build"]["id"].as_str().unwrap();
    report.hold("builds/parameters", &stand.ask(ada, get(&format!("/workspacebuilds/{build}/parameters"))).await);
    let builds = format!("/workspaces/{workspace}/builds");
    for name in ["builds/change-below-monotonic", "builds/change-immutable"] {
        report.hold(name, &stand.ask(ada, post(&builds, recorded(name).request_body)).await);
    }
    report.hold_list(
        "list/parameter",
        &stand.ask(ada, get("/workspaces?limit=25&offset=0&q=param%3Aregion%3Deu%20name%3Aparams-ok")).await,
    );
}

/// A build that takes its time: seen, cancelled.
pub(super) async fn cancelling(report: &mut Report, stand: &Stand, ada: &str, ken: &str) {
    let template = stand.template(ada, "acme", "aws-linux").await;
    let id = stand.create_with(ada, "slow-build-one", &template, region()).await;
    let workspace = format!("/workspaces/{id}");
    let seen = stand.until(ada, &id, |workspace| workspace["latest_build"]["status"] == "starting").await;
    report.hold("workspace/starting", &stand.ask(ada, get(&workspace)).await);
    report.hold("workspace/just-created", &stand.ask(ada, get(&workspace)).await);
    report.hold_list(
        "list/status-starting",
        &stand.ask(ada, get("/workspaces?q=status:starting%20name:slow-build-one")).await,
    );
    let build = seen["latest_build"]["id"].as_str().unwrap();
    let cancel = format!("/workspacebuilds/{build}/cancel");
    report.hold("timings/starting", &stand.ask(ada, get(&format!("/workspacebuilds/{build}/timings"))).await);
    report.hold(
        "builds/conflict-active-build",
        &stand.ask(ada, post(&format!("{workspace}/builds"), json!({"transition": "stop"}))).await,
    );
    report.hold(
        "builds/cancel-expect-pending",
        &stand.ask(ada, patch(&format!("{cancel}?expect_status=pending"), Value::Null)).await,
    );
    report.hold("builds/cancel-forbidden-to-member", &stand.ask(ken, patch(&cancel, Value::Null)).await);
    report.hold(
        "builds/cancel-ok",
        &stand.ask(ada, patch(&format!("{cancel}?expect_status=running"), Value::Null)).await,
    );
    report.hold("builds/cancel-again", &stand.ask(ada, patch(&cancel, Value::Null)).await);
    report.hold("workspace/canceling", &stand.ask(ada, get(&workspace)).await);
    report.hold("real/canceling-workspace", &stand.ask(ada, get(&workspace)).await);
    stand.until(ada, &id, |workspace| !workspace["latest_build"]["job"]["completed_at"].is_null()).await;
    report.hold("workspace/canceled", &stand.ask(ada, get(&workspace)).await);
    report.hold("real/canceled-workspace", &stand.ask(ada, get(&format!("{workspace}?include_deleted=true"))).await);
    report.hold("real/canceled-timings", &stand.ask(ada, get(&format!("/workspacebuilds/{build}/timings"))).await);
    report.hold("real/canceled-logs", &stand.ask(ada, get(&format!("/workspacebuilds/{build}/logs"))).await);
    report.hold("builds/canceled-logs", &stand.ask(ada, get(&format!("/workspacebuilds/{build}/logs"))).await);
    report
        .hold("real/canceled-parameters", &stand.ask(ada, get(&format!("/workspacebuilds/{build}/parameters"))).await);
}

/// One provisioner, three builds.
pub(super) async fn queueing(report: &mut Report) {
    let stand =
        Stand::start_with(Config { provisioners: 1, quota: Quota::Absent, speed: 20.0, ..Config::default() }).await;
    let ken = stand.sign_in("ken@acme.test", control_plane::DEMO_PASSWORD).await;
    let ken = ken.as_str();
    let template = stand.template(ken, "acme", "docker").await;
    let slow = stand.create(ken, "slow-build-first", &template).await;
    // Whatever the seed left under way goes first.
    let seen = stand.until(ken, &slow, |workspace| workspace["latest_build"]["status"] == "starting").await;
    let first = stand.create(ken, "no-agent-queued-one", &template).await;
    let second = stand.create(ken, "no-agent-queued-two", &template).await;
    let one = stand.ask(ken, get(&format!("/workspaces/{first}"))).await;
    report.hold("workspace/pending-first", &one);
    let two = stand.ask(ken, get(&format!("/workspaces/{second}"))).await;
    report.hold("workspace/pending-second", &two);
    let place = |got: &Got| {
        (
            got.body["latest_build"]["job"]["queue_position"].clone(),
            got.body["latest_build"]["job"]["queue_size"].clone(),
        )
    };
    assert_eq!((place(&one), place(&two)), ((json!(1), json!(2)), (json!(2), json!(2))));
    report.hold_list("list/status-pending", &stand.ask(ken, get("/workspaces?q=status:pending")).await);
    let build = two.body["latest_build"]["id"].as_str().unwrap();
    report.hold("timings/pending", &stand.ask(ken, get(&format!("/workspacebuilds/{build}/timings"))).await);
    let cancel = patch(&format!("/workspacebuilds/{build}/cancel?expect_status=pending"), Value::Null);
    report.hold("builds/cancel-pending", &stand.ask(ken, cancel).await);
    report.hold("workspace/canceled-while-pending", &stand.ask(ken, get(&format!("/workspaces/{second}"))).await);
    report.hold(
        "timings/canceled-while-pending",
        &stand.ask(ken, get(&format!("/workspacebuilds/{build}/timings"))).await,
    );
    report.hold_list("list/canceled", &stand.ask(ken, get("/workspaces?limit=25&offset=0&q=status%3Acanceled")).await);
    let cancel =
        patch(&format!("/workspacebuilds/{}/cancel", seen["latest_build"]["id"].as_str().unwrap()), Value::Null);
    assert_eq!(stand.ask(ken, cancel).await.status, 200);
    stand.until(ken, &first, |workspace| workspace["latest_build"]["status"] == "running").await;
    report.hold("workspace/running-after-queue", &stand.ask(ken, get(&format!("/workspaces/{first}"))).await);
}

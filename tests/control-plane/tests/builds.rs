//! Builds from the request to the end: what they refuse, say, store, cost and forget.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)] // helpers of tests may fail a test

mod common;

use chrono::{DateTime, TimeDelta, Utc};
use common::{Server, company, run};
use control_plane::{Config, Quota, go_on};
use serde_json::{Value, json};

fn agents(workspace: &Value) -> Vec<Value> {
    workspace["latest_build"]["resources"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|resource| resource["agents"].as_array())
        .flatten()
        .cloned()
        .collect()
}

fn stages(log: &Value) -> Vec<String> {
    let mut stages: Vec<String> =
        log.as_array().unwrap().iter().map(|l| l["stage"].as_str().unwrap().to_owned()).collect();
    stages.dedup();
    stages
}

fn outputs(log: &Value, level: &str) -> Vec<String> {
    log.as_array()
        .unwrap()
        .iter()
        .filter(|line| line["log_level"] == level)
        .map(|line| line["output"].as_str().unwrap().to_owned())
        .collect()
}

async fn mira() -> Server {
    let mut server = company().await;
    server.sign_in("mira@acme.test").await;
    server
}

#[test]
fn a_start_goes_through_all_stages_and_its_agent_becomes_ready() {
    run(async {
        let mut server = company().await;
        server.sign_in("jonas@acme.test").await;
        let made = server.create("mine", "docker").await;
        assert_eq!(made["latest_build"]["status"], "pending");
        assert_eq!(made["latest_build"]["template_version_name"], "");
        assert_eq!(made["latest_build"]["matched_provisioners"]["count"], 3);
        assert_eq!(made["latest_build"].get("has_ai_task"), None);
        let id = made["id"].as_str().unwrap();
        let workspace = server.settled(id).await;
        let latest = &workspace["latest_build"];
        assert_eq!(latest["status"], "running");
        assert_eq!(latest["matched_provisioners"], json!({"count": 0, "available": 0, "most_recently_seen": null}));
        assert_eq!(latest["daily_cost"], 12);
        assert_eq!(latest["template_version_name"], "v3");
        assert!(!latest["deadline"].is_null());
        let build = latest["id"].as_str().unwrap();
        let log = server.get(&format!("/workspacebuilds/{build}/logs")).await.expect(200);
        assert_eq!(
            stages(&log),
            [
                "Setting up",
                "Initializing Terraform Directory",
                "Planning Infrastructure",
                "Commit quota",
                "Starting workspace",
                "Cleaning Up"
            ]
        );
        let info = outputs(&log, "info");
        assert!(info.contains(&"docker_image.main: Creating...".to_owned()));
        assert!(info.iter().any(|line| line.starts_with("docker_container.workspace[0]: Creation complete after ")));
        assert!(info.contains(&"Build cost       —   12".to_owned()));
        assert!(info.iter().any(|line| line.starts_with("Apply complete! Resources: ")));

        let ready = server
            .until(&format!("/workspaces/{id}"), |w| agents(w).iter().all(|a| a["lifecycle_state"] == "ready"))
            .await;
        assert_eq!(ready["health"], json!({"healthy": true, "failing_agents": []}));
        let agent = &agents(&ready)[0];
        assert_eq!(agent["status"], "connected");
        server
            .until(&format!("/workspacebuilds/{build}/timings"), |t| {
                t["agent_script_timings"].as_array().is_some_and(|rows| rows.len() == 3)
            })
            .await;
        let timings = server.get(&format!("/workspaces/{id}/timings")).await.expect(200);
        let rows = timings["provisioner_timings"].as_array().unwrap();
        for stage in ["init", "plan", "apply", "graph"] {
            let boundary = rows.iter().find(|r| r["resource"] == format!("coder_stage_{stage}")).unwrap();
            assert!(boundary["started_at"].as_str() < boundary["ended_at"].as_str());
        }
        assert!(
            rows.iter()
                .any(|r| r["resource"] == "docker_volume.home" && r["action"] == "create" && r["source"] == "docker")
        );
        assert_eq!(timings["agent_connection_timings"][0]["workspace_agent_name"], "main");
        let agent_id = agent["id"].as_str().unwrap();
        let lines = server.get(&format!("/workspaceagents/{agent_id}/logs")).await.expect(200);
        assert!(lines.as_array().unwrap().iter().any(|line| line["output"] == "Dotfiles installed."));
        let text = server.get(&format!("/workspaceagents/{agent_id}/logs?format=text")).await;
        assert!(text.text.contains("[info] [agent.main|Dotfiles] Dotfiles installed.\n"), "{}", text.text);
    });
}

#[test]
fn stop_and_delete_destroy_and_forget_earlier_agents() {
    run(async {
        let mut server = company().await;
        server.sign_in("jonas@acme.test").await;
        let made = server.create("mine", "docker").await;
        let id = made["id"].as_str().unwrap();
        let first = made["latest_build"]["id"].as_str().unwrap().to_owned();
        let running = server
            .until(&format!("/workspaces/{id}"), |w| agents(w).first().is_some_and(|a| a["lifecycle_state"] == "ready"))
            .await;
        let agent = agents(&running)[0]["id"].as_str().unwrap().to_owned();
        server
            .until(&format!("/workspacebuilds/{first}/timings"), |t| {
                t["agent_script_timings"].as_array().is_some_and(|rows| rows.len() == 3)
            })
            .await;
        let reply = server.build(id, json!({"transition": "stop"})).await.expect(201);
        assert_eq!((reply["status"].as_str(), reply["build_number"].as_i64()), (Some("pending"), Some(2)));
        assert_eq!(reply["resources"], json!([]));
        let stopped = server.settled(id).await;
        assert_eq!(stopped["latest_build"]["status"], "stopped");
        assert_eq!(stopped["latest_build"]["daily_cost"], 2, "the volume stays");
        assert!(!stopped["latest_build"]["deadline"].is_null(), "as the real server has it");
        let names: Vec<_> =
            stopped["latest_build"]["resources"].as_array().unwrap().iter().map(|r| r["name"].clone()).collect();
        assert_eq!(names, ["home"]);
        let gone = "Agent doesn't exist with that id, or you do not have access to it.";
        server.get(&format!("/workspaceagents/{agent}")).await.refused(404, gone);
        server.get(&format!("/workspaceagents/{agent}/logs")).await.refused(404, gone);
        let old = server.get(&format!("/workspacebuilds/{first}/timings")).await.expect(200);
        assert_eq!(old["agent_connection_timings"], json!([]));
        let scripts = old["agent_script_timings"].as_array().unwrap();
        assert_eq!(scripts.len(), 4, "script rows stay, the stop script's with them");
        assert!(scripts.iter().any(|row| row["stage"] == "stop" && row["display_name"] == "Shut down"));
        let old = server.get(&format!("/workspacebuilds/{first}")).await.expect(200);
        assert!(old["resources"].as_array().unwrap().iter().all(|r| r.get("agents").is_none()));

        server.build(id, json!({"transition": "delete"})).await.expect(201);
        let deleted = server.settled(id).await;
        assert_eq!(deleted["latest_build"]["status"], "deleted");
        server.get(&format!("/workspaces/{id}")).await.expect(410);
        let body =
            server.build(id, json!({"transition": "start"})).await.refused(409, "Cannot start a deleted workspace!");
        assert_eq!(body["detail"], "This workspace has been deleted and cannot be modified.");
        let numbers: Vec<_> = server
            .get(&format!("/workspaces/{id}/builds"))
            .await
            .expect(200)
            .as_array()
            .unwrap()
            .iter()
            .map(|b| b["build_number"].as_i64().unwrap())
            .collect();
        assert_eq!(numbers, [3, 2, 1]);
        server.create("mine", "docker").await;
    });
}

#[test]
fn builds_are_refused_as_recorded() {
    run(async {
        let server = mira().await;
        let id = server.get("/users/me/workspace/experiments").await.expect(200)["id"].as_str().unwrap().to_owned();
        let post = async |body: Value| server.build(&id, body).await;
        for (body, tag) in [(json!({"transition": "fly"}), "fly"), (json!({}), "")] {
            let body = post(body).await.refused(400, "Validation failed.");
            assert_eq!(
                body["validations"][0]["detail"],
                format!("Validation failed for tag \"oneof\" with value: \"{tag}\"")
            );
        }
        post(json!({"transition": "start", "orphan": true}))
            .await
            .refused(400, "Orphan is only permitted when deleting a workspace.");
        post(json!({"transition": "start", "log_level": "debug"}))
            .await
            .refused(400, "Workspace builds with a custom log level are restricted to administrators only.");
        let version = "9513243f-74f4-4d6b-a80a-c61700195656";
        let body = post(json!({"transition": "start", "template_version_id": version}))
            .await
            .refused(400, "template version does not exist");
        assert_eq!(body["detail"], format!("get template version {version}: sql: no rows in result set"));
        let body = post(json!({"transition": "start", "reason": "task_resume"})).await.expect(400);
        assert_eq!(body["validations"][0]["field"], "reason");
        let made = post(json!({"transition": "start", "reason": "dashboard"})).await.expect(201);
        assert_eq!(made["reason"], "dashboard");
        assert_eq!(made["job"]["status"], "pending");
        let old = server.get("/users/me/workspace/experiments").await.expect(200);
        assert_eq!(old["outdated"], true, "the version stays the previous build's");
        let body = post(json!({"transition": "stop"})).await.refused(409, "A workspace build is already active.");
        assert_eq!(body["detail"], "A workspace build is already active.");
        server
            .get("/users/me/workspace/experiments/builds/99")
            .await
            .refused(404, "Workspace \"experiments\" Build 99 does not exist.");
        server
            .get("/users/me/workspace/experiments/builds/x")
            .await
            .refused(400, "Failed to parse build number as integer.");
        server.get("/users/me/workspace/experiments/builds/1").await.expect(200);
    });
}

#[test]
fn creation_is_refused_as_recorded() {
    run(async {
        let server = mira().await;
        let templates = server.get("/templates").await.expect(200);
        let id = |name: &str| templates.as_array().unwrap().iter().find(|t| t["name"] == name).unwrap()["id"].clone();
        let post = async |body: Value| server.send("POST", "/users/me/workspaces", body).await;
        let body =
            post(json!({"template_id": id("docker"), "name": "No Good"})).await.refused(400, "Validation failed.");
        assert_eq!(
            body["validations"][0]["detail"],
            "Validation failed for tag \"workspace_name\" with value: \"No Good\""
        );
        post(json!({"template_id": id("docker"), "name": "web-shop"}))
            .await
            .refused(409, "Workspace \"web-shop\" already exists.");
        let both = json!({"template_id": id("docker"), "template_version_id": id("docker"), "name": "both"});
        assert_eq!(post(both).await.expect(400)["validations"].as_array().unwrap().len(), 2);
        let unable = "Unable to validate parameters";
        let body = post(json!({"template_id": id("aws-linux"), "name": "vm"})).await.refused(400, unable);
        assert_eq!(
            body["validations"],
            json!([{"field": "region", "detail": "Required parameter not provided; parameter value is null"}])
        );
        server.get("/users/me/workspace/vm").await.expect(404);
        let values = json!([{"name": "region", "value": "mars"}, {"name": "branch", "value": "NO SPACES"}]);
        let body = post(json!({"template_id": id("aws-linux"), "name": "vm", "rich_parameter_values": values})).await;
        assert_eq!(
            body.refused(400, unable)["validations"],
            json!([
                {"field": "branch", "detail": "Invalid parameter value according to 'validation' block; Letters, digits, - and / only. (value \"NO SPACES\" does not match \"^[a-z0-9/-]+$\")"},
                {"field": "region", "detail": "Value must be a valid option; the value \"mars\" must be defined as one of options"},
            ])
        );
        let values = json!([{"name": "region", "value": "eu"}, {"name": "disk", "value": "60"}, {"name": "secret", "value": "s"}]);
        let good = json!({"template_id": id("aws-linux"), "name": "vm", "rich_parameter_values": values,
            "ttl_ms": 3_600_000, "autostart_schedule": "CRON_TZ=UTC 0 8 * * 1-5"});
        let made = post(good).await.expect(201);
        let vm = made["id"].as_str().unwrap();
        server.settled(vm).await;
        let change = |name: &str, value: &str| json!({"transition": "start", "rich_parameter_values": [{"name": name, "value": value}]});
        let body = server.build(vm, change("region", "us")).await.refused(400, unable);
        assert_eq!(
            body["validations"][0]["detail"],
            "Immutable parameter changed; Parameter \"region\" is not mutable, so it can't be updated after creating a workspace."
        );
        let body = server.build(vm, change("disk", "20")).await.refused(400, unable);
        assert_eq!(
            body["validations"][0]["detail"],
            "Parameter \"disk\" monotonicity; parameter value '20' must be equal or greater than previous value: 60"
        );
        let made = server.build(vm, change("branch", "release/7")).await.expect(201);
        let parameters =
            server.get(&format!("/workspacebuilds/{}/parameters", made["id"].as_str().unwrap())).await.expect(200);
        assert!(parameters.as_array().unwrap().contains(&json!({"name": "disk", "value": "60"})), "inherited");
        assert!(!parameters.as_array().unwrap().contains(&json!({"name": "secret", "value": "s"})), "used once");
        assert!(parameters.as_array().unwrap().contains(&json!({"name": "branch", "value": "release/7"})));
        let fleet = post(json!({"template_id": id("fleet"), "name": "fl"})).await;
        assert_eq!(fleet.status, 400, "deprecated");
    });
}

#[test]
fn failures_leave_no_timings_and_say_why_in_the_log() {
    run(async {
        let mut server = company().await;
        server.sign_in("jonas@acme.test").await;
        for (name, error, first, made) in [
            (
                "fail-init-1",
                "initialize terraform: terraform init: exit status 1",
                "Error: Failed to query available provider packages",
                0,
            ),
            ("fail-plan-1", "terraform plan: exit status 1", "Error: Invalid index", 0),
            ("fail-condition-1", "terraform plan: exit status 1", "Error: Resource precondition failed", 0),
            (
                "fail-apply-1",
                "terraform apply: exit status 1",
                "Error: Unable to create container: Error response from daemon: failed to set up container networking: address already in use",
                1,
            ),
        ] {
            let workspace = server.create(name, "docker").await;
            let id = workspace["id"].as_str().unwrap();
            let failed = server.settled(id).await;
            let latest = &failed["latest_build"];
            assert_eq!((latest["status"].as_str(), latest["job"]["error"].as_str()), (Some("failed"), Some(error)));
            assert_eq!(latest["resources"], json!([]));
            let build_id = latest["id"].as_str().unwrap();
            let log = server.get(&format!("/workspacebuilds/{build_id}/logs")).await.expect(200);
            assert_eq!(outputs(&log, "error").first().map(String::as_str), Some(first));
            let complete = outputs(&log, "info")
                .iter()
                .filter(|line| line.contains("docker_volume.home: Creation complete"))
                .count();
            assert_eq!(complete, made);
            let timings = server.get(&format!("/workspacebuilds/{build_id}/timings")).await.expect(200);
            assert_eq!(
                timings,
                json!({"provisioner_timings": [], "agent_script_timings": [], "agent_connection_timings": []})
            );
            // What was made is destroyed by the next stop or delete.
            server.build(id, json!({"transition": "delete"})).await.expect(201);
            assert_eq!(server.settled(id).await["latest_build"]["status"], "deleted");
        }
        let workspace = server.create("fail-complete-1", "docker").await;
        let failed = server.settled(workspace["id"].as_str().unwrap()).await;
        let error = failed["latest_build"]["job"]["error"].as_str().unwrap();
        assert!(error.starts_with("internal provisionerserver error: complete job:"), "{error}");
        let build_id = failed["latest_build"]["id"].as_str().unwrap();
        let log = server.get(&format!("/workspacebuilds/{build_id}/logs")).await.expect(200);
        assert!(outputs(&log, "error").is_empty());
    });
}

#[test]
fn the_quota_rejects_inside_the_build_and_only_with_a_licence() {
    run(async {
        let mut server = company().await;
        server.sign_in("jonas@acme.test").await;
        let quota = "/organizations/acme/members/me/workspace-quota";
        let before = server.get(quota).await.expect(200);
        assert_eq!(before["budget"], 130);
        let made = server.create("quota-hog-1", "docker").await;
        let failed = server.settled(made["id"].as_str().unwrap()).await;
        let latest = &failed["latest_build"];
        assert_eq!(latest["job"]["error"], "insufficient quota");
        assert_eq!(latest["job"]["error_code"], "INSUFFICIENT_QUOTA");
        assert_eq!(latest["daily_cost"], 0);
        let log = server.get(&format!("/workspacebuilds/{}/logs", latest["id"].as_str().unwrap())).await.expect(200);
        assert_eq!(stages(&log).last().map(String::as_str), Some("Cleaning Up"));
        assert_eq!(outputs(&log, "warn"), ["This build would exceed your quota. Failing."]);
        assert!(outputs(&log, "info").contains(&"Build cost       —   5012".to_owned()));
        assert!(outputs(&log, "info").contains(&format!("Credits consumed —   {}", before["credits_consumed"])));
        assert_eq!(server.get(quota).await.expect(200), before);
        let made = server.create("small", "docker").await;
        server.settled(made["id"].as_str().unwrap()).await;
        let after = server.get(quota).await.expect(200);
        assert_eq!(after["credits_consumed"].as_i64(), before["credits_consumed"].as_i64().map(|c| c + 12));

        server.sign_in("nils@acme.test").await;
        let none = server.get("/organizations/sandbox/members/me/workspace-quota").await.expect(200);
        assert_eq!(none, json!({"credits_consumed": 0, "budget": 0}));
        server.get(quota).await.expect(404);
        let made = server.create("try", "scratch").await;
        let failed = server.settled(made["id"].as_str().unwrap()).await;
        assert_eq!(failed["latest_build"]["job"]["error_code"], "INSUFFICIENT_QUOTA");

        let mut absent = Server::start(Config { quota: Quota::Absent, speed: 60.0, ..Config::default() }).await;
        absent.sign_in("jonas@acme.test").await;
        absent.get(quota).await.refused(404, "Route not found.");
        let made = absent.create("quota-hog-2", "docker").await;
        let running = absent.settled(made["id"].as_str().unwrap()).await;
        assert_eq!(
            (running["latest_build"]["status"].as_str(), running["latest_build"]["daily_cost"].as_i64()),
            (Some("running"), Some(0))
        );
        let mut unlicensed = Server::start(Config { quota: Quota::Unlicensed, ..Config::default() }).await;
        unlicensed.sign_in("jonas@acme.test").await;
        assert_eq!(unlicensed.get(quota).await.expect(200), json!({"credits_consumed": 0, "budget": -1}));
    });
}

#[test]
fn cancelling_ends_as_on_the_real_server() {
    run(async {
        let mut server = Server::start(Config { speed: 30.0, ..Config::default() }).await;
        server.sign_in("jonas@acme.test").await;
        let made = server.create("held-build-1", "docker").await;
        let id = made["id"].as_str().unwrap();
        let build_id = made["latest_build"]["id"].as_str().unwrap().to_owned();
        let path = format!("/workspacebuilds/{build_id}/cancel");
        server
            .until(&format!("/workspacebuilds/{build_id}/logs"), |log| {
                log.as_array().is_some_and(|l| {
                    l.iter().any(|line| line["output"] == "docker_container.workspace[0]: Creating...")
                })
            })
            .await;
        server
            .send("PATCH", &format!("{path}?expect_status=x"), json!(null))
            .await
            .refused(400, "Invalid expect_status \"x\". Only 'running' or 'pending' are allowed.");
        server
            .send("PATCH", &format!("{path}?expect_status=pending"), json!(null))
            .await
            .refused(412, "Job is not in the expected state.");
        let reply = server.send("PATCH", &format!("{path}?expect_status=running"), json!(null)).await.expect(200);
        assert_eq!(reply["message"], "Job has been marked as canceled...");
        server.send("PATCH", &path, json!(null)).await.refused(400, "Job has already been marked as canceled!");
        let failed = server.settled(id).await;
        let job = &failed["latest_build"]["job"];
        assert_eq!(job["status"], "failed", "a running build that is cancelled ends failed");
        assert_eq!(job["error"], "terraform apply: exit status 1");
        assert!(job["canceled_at"].is_string());
        let log = server.get(&format!("/workspacebuilds/{build_id}/logs")).await.expect(200);
        assert!(outputs(&log, "info").iter().any(|l| l.contains("Interrupt received.")));
        assert!(outputs(&log, "error").contains(&"Original Error: context canceled".to_owned()));
        server.send("PATCH", &path, json!(null)).await.refused(400, "Job has already completed!");

        let made = server.create("stuck-pending-1", "docker").await;
        assert_eq!(made["latest_build"]["matched_provisioners"]["count"], 0);
        let id = made["id"].as_str().unwrap();
        let pending = server.get(&format!("/workspaces/{id}")).await.expect(200);
        assert_eq!(pending["latest_build"]["job"]["queue_size"], 2, "the seed has one too");
        assert_eq!(pending["latest_build"]["job"]["queue_position"], 2);
        let path =
            format!("/workspacebuilds/{}/cancel?expect_status=pending", made["latest_build"]["id"].as_str().unwrap());
        server.send("PATCH", &path, json!(null)).await.expect(200);
        let job = server.settled(id).await["latest_build"]["job"].clone();
        assert_eq!((job["status"].as_str(), job.get("started_at")), (Some("canceled"), None));

        // go-service does not let its people cancel what runs.
        let other = server.create("held-build-2", "go-service").await;
        let other_build = other["latest_build"]["id"].as_str().unwrap();
        server.until(&format!("/workspacebuilds/{other_build}"), |b| b["status"] == "starting").await;
        server
            .send("PATCH", &format!("/workspacebuilds/{other_build}/cancel"), json!(null))
            .await
            .refused(403, "User is not allowed to cancel workspace builds. Owner role is required.");
    });
}

#[test]
fn what_is_held_goes_on_when_it_is_let_go_and_its_past_stays_what_it_was() {
    run(async {
        let mut server = company().await;
        server.sign_in("jonas@acme.test").await;
        let made = server.create("held-build-1", "docker").await;
        let (id, build_id) = (made["id"].as_str().unwrap(), made["latest_build"]["id"].as_str().unwrap());
        let logs = format!("/workspacebuilds/{build_id}/logs");
        let said = |log: &Value, what: &str| {
            log.as_array().is_some_and(|lines| lines.iter().any(|line| line["output"].as_str().unwrap().contains(what)))
        };
        let held = server.until(&logs, |log| said(log, "docker_container.workspace[0]: Creating...")).await;
        assert!(!said(&held, "docker_container.workspace[0]: Creation complete"));
        let told = Utc::now();
        go_on(server.running.app.as_ref().unwrap());
        let over = server.settled(id).await;
        assert_eq!(over["latest_build"]["status"], "running");
        let log = server.get(&logs).await.expect(200);
        let (held, all) = (held.as_array().unwrap(), log.as_array().unwrap());
        assert_eq!(all[..held.len()], held[..], "what was said stays");
        let time = |of: &Value| of.as_str().unwrap().parse::<DateTime<Utc>>().unwrap();
        let times: Vec<DateTime<Utc>> = all.iter().map(|line| time(&line["created_at"])).collect();
        assert!(times.is_sorted(), "{times:?}");
        assert!(said(&log, "docker_container.workspace[0]: Creation complete after"));
        let timings = server.get(&format!("/workspacebuilds/{build_id}/timings")).await.expect(200);
        let create = timings["provisioner_timings"]
            .as_array()
            .unwrap()
            .iter()
            .find(|one| one["resource"] == "docker_container.workspace[0]" && one["action"] == "create");
        let ended = time(&create.unwrap()["ended_at"]);
        assert!(ended >= told && ended - told < TimeDelta::seconds(10), "{ended} {told}");
        // What is asked for later is held again.
        let other = server.create("held-build-2", "docker").await;
        let path = format!("/workspacebuilds/{}/logs", other["latest_build"]["id"].as_str().unwrap());
        server.until(&path, |log| said(log, "docker_container.workspace[0]: Creating...")).await;
    });
}

#[test]
fn a_provisioner_that_ignores_a_cancellation_ends_canceled_with_everything_made() {
    run(async {
        let mut server = Server::start(Config { speed: 20.0, ..Config::default() }).await;
        server.sign_in("jonas@acme.test").await;
        let made = server.create("cancel-fails-1", "docker").await;
        let id = made["id"].as_str().unwrap();
        let build_id = made["latest_build"]["id"].as_str().unwrap();
        server.until(&format!("/workspacebuilds/{build_id}"), |b| b["status"] == "starting").await;
        server.send("PATCH", &format!("/workspacebuilds/{build_id}/cancel"), json!(null)).await.expect(200);
        let over = server.settled(id).await;
        assert_eq!(over["latest_build"]["status"], "canceled");
        assert!(!over["latest_build"]["resources"].as_array().unwrap().is_empty());
    });
}

#[test]
fn a_start_needs_the_active_version_where_the_template_says_so() {
    run(async {
        let mut server = company().await;
        server.sign_in("lucia@acme.test").await;
        let features = server.get("/users/me/workspace/features").await.expect(200);
        assert_eq!(
            (features["outdated"].as_bool(), features["template_require_active_version"].as_bool()),
            (Some(true), Some(true))
        );
        let id = features["id"].as_str().unwrap();
        server.build(id, json!({"transition": "start"})).await.refused(403, "Forbidden.");
        let active = &features["template_active_version_id"];
        server.build(id, json!({"transition": "start", "template_version_id": active})).await.expect(201);
    });
}

#[test]
fn a_dormant_workspace_is_woken_by_a_start() {
    run(async {
        let mut server = company().await;
        server.sign_in("jonas@acme.test").await;
        let dormant = server.get("/users/me/workspace/archive-2025").await.expect(200);
        assert!(!dormant["dormant_at"].is_null());
        let id = dormant["id"].as_str().unwrap();
        server.build(id, json!({"transition": "start"})).await.expect(201);
        let awake = server.get(&format!("/workspaces/{id}")).await.expect(200);
        assert_eq!((&awake["dormant_at"], &awake["deleting_at"]), (&json!(null), &json!(null)));
    });
}

#[test]
fn agents_meet_the_fates_of_their_names() {
    run(async {
        let mut server = company().await;
        server.sign_in("ada@acme.test").await;
        for (name, status, lifecycle, healthy) in [
            ("agent-timeout-1", "timeout", "created", false),
            ("script-fails-1", "connected", "start_error", false),
            ("script-times-out-1", "connected", "start_timeout", true),
            ("agent-lost-1", "disconnected", "ready", false),
            ("next-year-1", "connected", "hibernating", true),
        ] {
            let made = server.create(name, "docker").await;
            let id = made["id"].as_str().unwrap();
            let seen = server
                .until(&format!("/workspaces/{id}"), |w| {
                    agents(w).first().is_some_and(|a| a["status"] == status && a["lifecycle_state"] == lifecycle)
                })
                .await;
            assert_eq!(seen["health"]["healthy"], healthy, "{name}");
            server.build(id, json!({"transition": "delete"})).await.expect(201);
            server.settled(id).await;
        }
        let made = server.create("no-agent-1", "docker").await;
        assert!(agents(&server.settled(made["id"].as_str().unwrap()).await).is_empty());
        let made = server.create("two-agents-1", "docker").await;
        let id = made["id"].as_str().unwrap();
        assert_eq!(agents(&server.settled(id).await).len(), 2);
    });
}

#[test]
fn logs_are_cut_by_id_and_given_as_text() {
    run(async {
        let server = mira().await;
        let shop = server.get("/users/me/workspace/web-shop").await.expect(200);
        let path = format!("/workspacebuilds/{}/logs", shop["latest_build"]["id"].as_str().unwrap());
        let all = server.get(&path).await.expect(200);
        let ids: Vec<i64> = all.as_array().unwrap().iter().map(|line| line["id"].as_i64().unwrap()).collect();
        assert!(ids.windows(2).all(|pair| pair[0] < pair[1]));
        let some = server.get(&format!("{path}?after={}&before={}", ids[2], ids[6])).await.expect(200);
        assert_eq!(some.as_array().unwrap()[..], all.as_array().unwrap()[3..6]);
        let text = server.get(&format!("{path}?format=text")).await;
        assert_eq!(text.header("content-type"), "text/plain; charset=utf-8");
        assert!(text.text.contains(" [info] [provisioner|Setting up] \n"));
        server.get(&format!("{path}?format=xml")).await.refused(400, "Invalid format parameter.");
        server.get(&format!("{path}?after=y")).await.refused(400, "Query param \"after\" must be an integer.");
        let upgrade = server.get(&format!("{path}?follow")).await;
        assert_eq!(upgrade.status, 426);
        let list = server
            .get(&format!("/workspaces/{}/builds?limit=2&offset=1", shop["id"].as_str().unwrap()))
            .await
            .expect(200);
        assert_eq!((list.as_array().unwrap().len(), list[0]["build_number"].as_i64()), (2, Some(8)));
        server
            .get(&format!("/workspaces/{}/builds?since=abc", shop["id"].as_str().unwrap()))
            .await
            .refused(400, "bad `since` format, must be RFC3339");
    });
}

#[test]
fn a_thousand_resources_a_long_log_and_a_clock_ahead_are_survived() {
    run(async {
        let mut server = company().await;
        server.sign_in("jonas@acme.test").await;
        let many = server.create("many-resources-1", "docker").await;
        let many = server.settled(many["id"].as_str().unwrap()).await;
        let path = format!("/workspacebuilds/{}/timings", many["latest_build"]["id"].as_str().unwrap());
        let rows = server.get(&path).await.expect(200)["provisioner_timings"].as_array().unwrap().len();
        assert!(rows > 1000, "{rows}");
        let flood = server.create("log-flood-1", "docker").await;
        let id = flood["id"].as_str().unwrap();
        let flood = server
            .until(&format!("/workspaces/{id}"), |w| agents(w).first().is_some_and(|a| a["logs_overflowed"] == true))
            .await;
        let log = server.get(&format!("/workspacebuilds/{}/logs", flood["latest_build"]["id"].as_str().unwrap())).await;
        assert!(log.text.len() > 3_000_000, "{}", log.text.len());
        assert!(agents(&flood)[0]["logs_length"].as_i64().unwrap() <= 1 << 20);
        let ahead = server.create("skewed-clock-1", "docker").await;
        let ahead = server.settled(ahead["id"].as_str().unwrap()).await;
        let latest = &ahead["latest_build"];
        let rows =
            server.get(&format!("/workspacebuilds/{}/timings", latest["id"].as_str().unwrap())).await.expect(200);
        let last = rows["provisioner_timings"].as_array().unwrap().last().unwrap();
        assert!(
            last["ended_at"].as_str() > latest["job"]["completed_at"].as_str(),
            "the provisioner lives in the future"
        );
    });
}

#[test]
fn values_of_a_preset_are_taken_for_it() {
    run(async {
        let mut server = company().await;
        server.sign_in("jonas@acme.test").await;
        let template = server.get("/templates?q=exact_name:aws-linux").await.expect(200)[0].clone();
        let version = template["active_version_id"].as_str().unwrap();
        let presets = server.get(&format!("/templateversions/{version}/presets")).await.expect(200);
        let values = json!([{"name": "region", "value": "us"}, {"name": "size", "value": "l"}]);
        let body = json!({"template_id": template["id"], "name": "preset", "rich_parameter_values": values});
        let made = server.send("POST", "/users/me/workspaces", body).await.expect(201);
        assert_eq!(made["latest_build"]["template_version_preset_id"], presets[1]["ID"]);
        let path = format!("/users/me/autofill-parameters?template_id={}", template["id"].as_str().unwrap());
        assert!(
            server.get(&path).await.expect(200).as_array().unwrap().contains(&json!({"name": "region", "value": "us"}))
        );
    });
}

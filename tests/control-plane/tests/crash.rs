//! Killed at any time, the program has kept what it acknowledged, and running builds end as the reaper ends them.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)] // helpers of tests may fail a test

mod common;

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use common::{Reply, hear, run};
use serde_json::{Value, json};

/// The program, killed (as by `kill -9`) when dropped.
struct Program {
    child: Child,
    address: String,
    greeting: Vec<String>,
}

impl Program {
    fn start(db: &Path, more: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_control-plane"))
            .args(["--listen", "127.0.0.1:0", "--db"])
            .arg(db)
            .args(more)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        let first = lines.next().unwrap();
        let address = first.strip_prefix("listening on ").unwrap().to_owned();
        let greeting = lines.take(4).collect();
        Self { child, address, greeting }
    }

    async fn call(&self, method: &str, path: &str, token: &str, body: Value) -> Reply {
        let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
        let request = reqwest::Client::new()
            .request(method, format!("{}/api/v2{path}", self.address))
            .header("coder-session-token", token)
            .body(body.to_string());
        Reply::read(request.send().await.unwrap()).await
    }

    /// What a socket says that fits.
    async fn hear(&self, token: &str, path: &str, fits: impl Fn(&Value) -> bool) -> Value {
        hear(self.address.trim_start_matches("http://"), token, path, fits).await
    }

    async fn sign_in(&self) -> String {
        let body = json!({"email": "jonas@acme.test", "password": control_plane::DEMO_PASSWORD});
        self.call("POST", "/users/login", "", body).await.expect(201)["session_token"].as_str().unwrap().to_owned()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn database() -> PathBuf {
    std::env::temp_dir().join(format!("gantry-crash-{}.db", uuid::Uuid::new_v4()))
}

#[test]
fn a_kill_loses_nothing_and_the_reaper_ends_what_ran() {
    run(async {
        let db = database();
        let program = Program::start(&db, &["--speed", "20"]);
        assert_eq!(program.greeting[0], "demo sign-ins (password gantry-demo-1):");
        let token = program.sign_in().await;
        let path = "/templates?q=exact_name:docker";
        let template = program.call("GET", path, &token, Value::Null).await.expect(200)[0]["id"].clone();
        let new = json!({"template_id": template, "name": "slow-build-x", "ttl_ms": 3_600_000});
        let made = program.call("POST", "/users/me/workspaces", &token, new).await.expect(201);
        let id = made["id"].as_str().unwrap().to_owned();
        let build = made["latest_build"]["id"].as_str().unwrap().to_owned();
        let waiting = json!({"template_id": template, "name": "stuck-pending-x"});
        program.call("POST", "/users/me/workspaces", &token, waiting).await.expect(201);
        program
            .hear(&token, &format!("/workspacebuilds/{build}/logs?follow"), |line| {
                line["stage"] == "Starting workspace"
            })
            .await;
        let log = program.call("GET", &format!("/workspacebuilds/{build}/logs"), &token, Value::Null).await.expect(200);
        drop(program);

        let program = Program::start(&db, &["--speed", "20"]);
        let me = program.call("GET", "/users/me", &token, Value::Null).await.expect(200);
        assert_eq!(me["username"], "jonas", "the session is still good");
        let workspace = program.call("GET", &format!("/workspaces/{id}"), &token, Value::Null).await.expect(200);
        assert_eq!(workspace["ttl_ms"], 3_600_000);
        let job = &workspace["latest_build"]["job"];
        assert_eq!(job["status"], "failed");
        let error = "Coder: Build has been detected as hung for 5 minutes and has been terminated by the reaper.";
        assert_eq!(job["error"], error);
        let after =
            program.call("GET", &format!("/workspacebuilds/{build}/logs"), &token, Value::Null).await.expect(200);
        let (before, after) = (log.as_array().unwrap(), after.as_array().unwrap());
        assert_eq!(after[..before.len()], before[..], "what was seen of the log is still there");
        let block: Vec<&str> = after[after.len() - 5..].iter().map(|line| line["output"].as_str().unwrap()).collect();
        assert_eq!(
            block,
            [
                "",
                "====================",
                "Coder: Build has been detected as hung for 5 minutes and will be terminated.",
                "====================",
                ""
            ]
        );
        let last = after.last().unwrap();
        assert_eq!((last["log_level"].as_str(), last["stage"].as_str()), (Some("error"), Some("Starting workspace")));
        let stuck = program.call("GET", "/users/me/workspace/stuck-pending-x", &token, Value::Null).await.expect(200);
        assert_eq!(stuck["latest_build"]["status"], "pending", "who waited waits on");
        // It can be built on.
        let again = json!({"transition": "delete"});
        program.call("POST", &format!("/workspaces/{id}/builds"), &token, again).await.expect(201);
        let _ = std::fs::remove_file(&db);
    });
}

#[test]
fn agents_go_on_where_they_were() {
    run(async {
        let db = database();
        let program = Program::start(&db, &["--speed", "20"]);
        let token = program.sign_in().await;
        let template = program.call("GET", "/templates?q=exact_name:docker", &token, Value::Null).await.expect(200);
        let new = json!({"template_id": template[0]["id"], "name": "slow-agent-x"});
        let made = program.call("POST", "/users/me/workspaces", &token, new).await.expect(201);
        let watch = format!("/workspaces/{}/watch-ws", made["id"].as_str().unwrap());
        let state = |frame: &Value| {
            let resources = frame["data"]["latest_build"]["resources"].as_array().cloned().unwrap_or_default();
            resources.iter().find_map(|r| r["agents"][0]["lifecycle_state"].as_str()).map(str::to_owned)
        };
        let seen = program.hear(&token, &watch, |frame| state(frame).is_some()).await;
        assert_ne!(state(&seen).as_deref(), Some("ready"), "it was killed on the way");
        drop(program);
        let program = Program::start(&db, &["--speed", "20"]);
        program.hear(&token, &watch, |frame| state(frame).as_deref() == Some("ready")).await;
        let _ = std::fs::remove_file(&db);
    });
}

#[test]
fn who_slept_through_a_deadline_is_stopped() {
    run(async {
        // The company as it was on a day long past; today every deadline has passed.
        let db = database();
        drop(Program::start(&db, &["--freeze=2025-01-07T10:00:00Z"]));
        let program = Program::start(&db, &["--speed", "60"]);
        let token = program.sign_in().await;
        let path = "/users/me/workspace/inventory";
        let found = program.call("GET", path, &token, Value::Null).await.expect(200);
        let watch = format!("/workspaces/{}/watch-ws", found["id"].as_str().unwrap());
        let stopped = program.hear(&token, &watch, |frame| frame["data"]["latest_build"]["status"] == "stopped").await;
        let workspace = &stopped["data"];
        assert_eq!(workspace["latest_build"]["reason"], "autostop");
        assert_eq!(workspace["latest_build"]["build_number"], 31);
        let _ = std::fs::remove_file(&db);
    });
}

#[test]
fn a_wrong_option_is_named_in_one_line() {
    for (options, words) in [
        (vec!["--freeze=yesterday"], "--freeze: yesterday is no time such as 2026-11-24T10:00:00Z"),
        (vec!["--site", "/nowhere/dist"], "--site: there is no folder /nowhere/dist (build it with make dist)"),
    ] {
        let output = Command::new(env!("CARGO_BIN_EXE_control-plane"))
            .args(["--listen", "127.0.0.1:0", "--memory"])
            .args(options)
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(1));
        assert_eq!(String::from_utf8_lossy(&output.stderr), format!("control-plane: {words}\n"));
    }
}

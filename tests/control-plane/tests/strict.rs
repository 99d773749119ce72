//! Refusals that a real server was seen to give and that are easily forgotten: the embedded control plane must not be
//! kinder.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)] // helpers of tests may fail a test

mod common;

use common::{Server, company, run};
use control_plane::{Config, Quota};
use serde_json::json;

#[test]
fn creating_is_refused_as_the_real_server_refuses() {
    run(async {
        let mut server = company().await;
        server.sign_in("ada@acme.test").await;
        let template = server.get("/templates?q=exact_name:docker").await.expect(200)[0]["id"].clone();
        let nowhere = "11111111-1111-1111-1111-111111111111";
        let body = json!({"name": "strict", "template_version_id": nowhere});
        let body = server.send("POST", "/users/me/workspaces", body).await;
        let body = body.refused(400, &format!("Template version \"{nowhere}\" doesn't exist."));
        assert_eq!(body["validations"], json!([{"field": "template_version_id", "detail": "template not found"}]));
        let body = json!({"name": "strict", "template_id": template, "automatic_updates": "sometimes"});
        server
            .send("POST", "/users/me/workspaces", body)
            .await
            .refused(400, "Invalid Workspace Automatic Updates setting.");
        server.sign_in("ken@acme.test").await;
        let body = json!({"name": "strict", "template_id": template});
        let body =
            server.send("POST", "/users/ada/workspaces", body).await.refused(403, "Unauthorized to create workspace.");
        assert!(body["detail"].as_str().unwrap().contains("not be able to create a workspace"));
        let body = json!({"name": "strict", "template_id": nowhere});
        server
            .send("POST", "/users/ada/workspaces", body)
            .await
            .refused(400, &format!("Template \"{nowhere}\" doesn't exist."));
        let body = json!({"name": "strict", "template_id": template});
        server.send("POST", "/users/nobody-here/workspaces", body).await.expect(404);
    });
}

#[test]
fn settings_are_refused_as_the_real_server_refuses() {
    run(async {
        let mut server = company().await;
        server.sign_in("ada@acme.test").await;
        let made = server.create("strict", "docker").await;
        let id = made["id"].as_str().unwrap();
        server.settled(id).await;
        let path = format!("/workspaces/{id}");
        for name in ["", "new", "create"] {
            server.send("PATCH", &path, json!({"name": name})).await.refused(400, "Validation failed.");
        }
        server.send("PATCH", &path, json!({})).await.refused(400, "Validation failed.");
        let body = server.send("PUT", &format!("{path}/extend"), json!({})).await.refused(400, "Validation failed.");
        assert_eq!(
            body["validations"][0]["detail"],
            "Validation failed for tag \"required\" with value: \"0001-01-01 00:00:00 +0000 UTC\""
        );
        // Cut to whole minutes before it is looked at; counted in nanoseconds, which may overflow.
        let ttl = format!("{path}/ttl");
        for (ms, kept) in [(90_500_i64, 60_000_i64), (2_592_000_001, 2_592_000_000), (2_592_059_999, 2_592_000_000)] {
            server.send("PUT", &ttl, json!({"ttl_ms": ms})).await.expect(204);
            assert_eq!(server.get(&path).await.body["ttl_ms"], kept);
        }
        let words = "Error updating workspace time until shutdown.";
        for (ms, why) in [
            (59_999_i64, "time until shutdown must be at least one minute"),
            (2_592_060_000, "time until shutdown must be less than 30 days"),
            (10_000_000_000_000, "time until shutdown must be at least one minute"),
        ] {
            let body = server.send("PUT", &ttl, json!({"ttl_ms": ms})).await.refused(400, words);
            assert_eq!(body["validations"][0]["detail"], why);
        }
        let body = server.get("/users/me/workspace/strict?include_deleted=maybe").await.expect(400);
        assert_eq!(body["validations"][0]["field"], "include_deleted");
        let body = server.get(&format!("{path}?include_deleted=maybe")).await.expect(400);
        assert_eq!(body["validations"][0]["field"], "deleted");
        let query = "/workspaces?q=shared_with_group:x";
        let body = server.get(query).await.refused(400, "Invalid workspace search query.");
        assert_eq!(body["validations"][0]["field"], "shared_with_group");
    });
}

#[test]
fn what_is_asked_of_builds_and_agents_is_refused_as_the_real_server_refuses() {
    run(async {
        let mut server = company().await;
        server.sign_in("ada@acme.test").await;
        let made = server.create("strict", "docker").await;
        let id = made["id"].as_str().unwrap();
        let build = made["latest_build"]["id"].as_str().unwrap().to_owned();
        server.get(&format!("/workspacebuilds/{build}/resources")).await.refused(400, "Job hasn't completed!");
        let body = server.get("/users/me/workspace/strict/builds/99999999999").await;
        let body = body.refused(400, "Failed to parse build number as integer.");
        assert_eq!(body["detail"], "strconv.ParseInt: parsing \"99999999999\": value out of range");
        let up = server.settled(id).await;
        let resources = up["latest_build"]["resources"].as_array().unwrap();
        let agent = resources.iter().find_map(|resource| resource["agents"][0]["id"].as_str()).unwrap();
        for (key, status) in [("after=-1", 400), ("after=x", 400), ("after=0", 200), ("before=x", 200)] {
            server.get(&format!("/workspaceagents/{agent}/logs?{key}")).await.expect(status);
        }
        server.get(&format!("/workspacebuilds/{build}/logs?after=-1")).await.expect(200);
        // Once deleted, a workspace's builds are found by their id and no more by its name.
        server.build(id, json!({"transition": "delete"})).await.expect(201);
        server.settled(id).await;
        server.get("/users/me/workspace/strict/builds/1").await.expect(404);
        server.get(&format!("/workspacebuilds/{build}")).await.expect(200);
        server.get("/users/me/workspace/strict?include_deleted=true").await.expect(200);
    });
}

#[test]
fn the_first_user_is_looked_at_before_it_is_refused() {
    run(async {
        let server = company().await;
        server.send("POST", "/users/first", json!({})).await.refused(400, "Validation failed.");
        let weak = json!({"email": "a@acme.test", "username": "a", "password": "1"});
        server.send("POST", "/users/first", weak).await.refused(409, "The initial user has already been created.");
    });
}

#[test]
fn appearance_has_its_own_words_for_nobody() {
    run(async {
        let server = Server::start(Config { quota: Quota::Unlicensed, ..Config::default() }).await;
        let words = "API key or workspace agent token required, but none provided";
        server.get("/appearance").await.refused(401, words);
    });
}

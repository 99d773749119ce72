//! The seed, the list with its language, one workspace and its settings, as the recordings have them.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)] // helpers of tests may fail a test

mod common;

use std::collections::BTreeSet;
use std::time::Instant;

use common::{Server, run};
use control_plane::Config;
use serde_json::{Value, json};

fn encode(text: &str) -> String {
    text.bytes()
        .map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") })
        .collect()
}

async fn search(server: &Server, q: &str) -> Vec<String> {
    let body = server.get(&format!("/workspaces?q={}", encode(q))).await.expect(200);
    let names: Vec<String> =
        body["workspaces"].as_array().unwrap().iter().map(|w| w["name"].as_str().unwrap().to_owned()).collect();
    assert_eq!(body["count"].as_u64(), Some(names.len() as u64));
    names
}

async fn frozen() -> Server {
    let frozen = Some(control_plane::clock::FROZEN);
    let mut server = Server::start(Config { frozen, ..Config::default() }).await;
    server.sign_in("ada@acme.test").await;
    server
}

#[test]
fn the_seed_has_every_state() {
    run(async {
        let server = frozen().await;
        let body = server.get("/workspaces").await.expect(200);
        let all = body["workspaces"].as_array().unwrap();
        assert_eq!(all.len(), 59, "60 less the deleted one");
        let statuses: BTreeSet<&str> = all.iter().map(|w| w["latest_build"]["status"].as_str().unwrap()).collect();
        for status in
            ["pending", "starting", "running", "stopping", "stopped", "failed", "canceling", "canceled", "deleting"]
        {
            assert!(statuses.contains(status), "no workspace is {status}");
        }
        let agents: Vec<&Value> = all
            .iter()
            .flat_map(|w| w["latest_build"]["resources"].as_array().unwrap())
            .filter_map(|r| r["agents"].as_array())
            .flatten()
            .collect();
        for status in ["connected", "timeout", "disconnected"] {
            assert!(agents.iter().any(|agent| agent["status"] == status), "no agent is {status}");
        }
        for lifecycle in ["ready", "start_error", "start_timeout", "hibernating"] {
            assert!(agents.iter().any(|agent| agent["lifecycle_state"] == lifecycle), "no agent is {lifecycle}");
        }
        let long: Vec<&str> = all
            .iter()
            .filter(|w| w["latest_build"]["build_number"] == 30)
            .map(|w| w["name"].as_str().unwrap())
            .collect();
        assert_eq!(long.len(), 5, "{long:?}");
        assert!(all.iter().any(|w| w["outdated"] == true && w["latest_build"]["status"] == "running"));
        assert!(all.iter().any(|w| !w["dormant_at"].is_null() && !w["deleting_at"].is_null()));
        assert_eq!(server.get("/templates").await.expect(200).as_array().unwrap().len(), 8);
    });
}

#[test]
fn the_list_is_ordered_paged_and_counted() {
    run(async {
        let server = frozen().await;
        let body = server.get("/workspaces").await.expect(200);
        let all = body["workspaces"].as_array().unwrap();
        let key = |w: &Value| {
            let running = w["latest_build"]["status"] == "running";
            (w["favorite"] != true, !running, w["owner_name"].to_string(), w["name"].to_string())
        };
        assert!(all.windows(2).all(|pair| key(&pair[0]) <= key(&pair[1])));
        assert_eq!(all[0]["name"], "gantry-web", "her favourite comes first");
        let page = server.get("/workspaces?limit=2&offset=3").await.expect(200);
        assert_eq!(page["count"], body["count"]);
        assert_eq!(page["workspaces"].as_array().unwrap()[..], all[3..5]);
        let past = server.get("/workspaces?limit=2&offset=2000").await.expect(200);
        assert_eq!(past, json!({"workspaces": [], "count": 59}));
        assert_eq!(
            server.get("/workspaces?limit=0&nonsense=1").await.expect(200)["workspaces"].as_array().unwrap().len(),
            59
        );
        let body = server.get("/workspaces?limit=-1").await.refused(400, "Query parameters have invalid values.");
        assert_eq!(
            body["validations"][0]["detail"],
            "Query param \"limit\" must be a valid 32-bit positive integer: value is negative"
        );
    });
}

#[test]
fn the_language_finds_what_it_says() {
    run(async {
        let mut server = frozen().await;
        assert!(search(&server, "owner:me").await.contains(&"gantry-web".to_owned()));
        assert_eq!(search(&server, "owner:ken name:MAIL").await, ["mailer"]);
        assert_eq!(search(&server, "ken/mailer").await, ["mailer"]);
        assert_eq!(search(&server, "stuck").await, ["stuck-pending"]);
        assert_eq!(search(&server, "status:pending").await, ["stuck-pending"]);
        assert_eq!(search(&server, "status:deleted").await, [""; 0]);
        assert_eq!(search(&server, "dormant:true").await, ["old-portal", "archive-2025"]);
        assert!(search(&server, "dormant:false").await.contains(&"old-portal".to_owned()), "false is no filter");
        assert!(search(&server, "outdated:true").await.contains(&"release-train".to_owned()));
        assert_eq!(search(&server, "template:static-site status:running").await, ["docs-site"]);
        assert_eq!(search(&server, "has-agent:timeout").await, ["agent-timeout"]);
        assert_eq!(search(&server, "has-agent:timeout,disconnected").await, ["agent-lost", "agent-timeout"]);
        assert_eq!(search(&server, "healthy:false").await, ["agent-lost", "agent-timeout"]);
        assert_eq!(search(&server, "shared:true").await, ["release-train"]);
        assert_eq!(search(&server, "shared_with_user:ken").await, ["release-train"]);
        assert!(search(&server, "organization:research").await.contains(&"ranker".to_owned()));
        assert!(search(&server, "param:region=eu").await.contains(&"search-index".to_owned()));
        assert_eq!(search(&server, "last_used_before:\"2026-10-01T00:00:00Z\"").await, ["last-words"]);
        assert!(!search(&server, "last_used_after:\"2026-10-01T00:00:00Z\"").await.contains(&"last-words".to_owned()));
        let id = server.get("/users/ken/workspace/mailer").await.expect(200)["id"].as_str().unwrap().to_owned();
        assert_eq!(search(&server, &format!("id:{id}")).await, ["mailer"]);
        assert_eq!(search(&server, "owner:nobody").await, [""; 0]);
        assert_eq!(search(&server, "has-ai-task:true").await, [""; 0]);
        server.sign_in("ken@acme.test").await;
        let mine = search(&server, "").await;
        assert!(mine.contains(&"release-train".to_owned()) && !mine.contains(&"gantry-web".to_owned()));
    });
}

#[test]
fn the_language_refuses_as_recorded() {
    run(async {
        let server = frozen().await;
        for (q, field, detail) in [
            ("nonsense:yes", "nonsense", "\"nonsense\" is not a valid query param"),
            ("deleted:true", "deleted", "\"deleted\" is not a valid query param"),
            ("a:b:c", "q", "Query element \"a:b:c\" can only contain 1 ':'"),
            (":a", "q", "Query element \":a\" cannot start or end with ':'"),
            ("status:flying", "status", "Query param \"status\" has invalid value: \"flying\" is not a valid value"),
            ("id:nonsense", "id", "Query param \"id\" has invalid values: invalid UUID length: 8"),
            (
                "last_used_before:yesterday",
                "last_used_before",
                "Query param \"last_used_before\" must be a valid date format (2006-01-02T15:04:05.999999999Z07:00): parsing time \"YESTERDAY\" as \"2006-01-02T15:04:05.999999999Z07:00\": cannot parse \"YESTERDAY\" as \"2006\"",
            ),
            (
                "owner:me owner:you",
                "owner",
                "Query param \"owner\" provided more than once, found 2 times. Only provide 1 instance of this query param.",
            ),
            (
                "healthy:x",
                "healthy",
                "Query param \"healthy\" must be a valid boolean: strconv.ParseBool: parsing \"x\": invalid syntax",
            ),
            (
                "organization:zzz",
                "organization",
                "Query param \"organization\" has invalid value: organization \"zzz\" either does not exist, or you are unauthorized to view it",
            ),
            (
                "shared_with_user:me",
                "shared_with_user",
                "Query param \"shared_with_user\" has invalid value: user \"me\" either does not exist, or you are unauthorized to view them",
            ),
        ] {
            let reply = server.get(&format!("/workspaces?q={}", encode(q))).await;
            let body = reply.refused(400, "Invalid workspace search query.");
            assert_eq!(body["validations"], json!([{"field": field, "detail": detail}]), "{q}");
        }
        let body = server.get("/templates?q=nonsense:1").await.refused(400, "Invalid template search query.");
        assert_eq!(body["validations"][0]["field"], "nonsense");
    });
}

#[test]
fn one_workspace_is_found_hidden_or_gone() {
    run(async {
        let mut server = frozen().await;
        let body = server.get("/workspaces/nonsense").await.refused(400, "Invalid UUID \"nonsense\".");
        assert_eq!(body["detail"], "invalid UUID length: 8");
        let missing = "Resource not found or you do not have access to this resource";
        server.get("/workspaces/11111111-1111-1111-1111-111111111111").await.refused(404, missing);
        server.get("/users/me/workspace/no-such").await.refused(404, missing);
        server.get("/users/vera/workspace/retired").await.refused(404, missing);
        let retired = server.get("/users/vera/workspace/retired?include_deleted=true").await.expect(200);
        assert_eq!(retired["latest_build"]["status"], "deleted");
        let id = retired["id"].as_str().unwrap();
        server.get(&format!("/workspaces/{id}")).await.refused(410, &format!("Workspace \"{id}\" was deleted, you can view this workspace by specifying '?include_deleted=true' and trying again."));
        server.get(&format!("/workspaces/{id}?include_deleted=true")).await.expect(200);
        let mine = server.get("/users/me/workspace/gantry-web").await.expect(200)["id"].as_str().unwrap().to_owned();
        server.sign_in("ken@acme.test").await;
        server.get(&format!("/workspaces/{mine}")).await.refused(404, missing);
        let shared = server.get("/users/ada/workspace/release-train").await.expect(200);
        assert_eq!(shared["shared_with"][0]["roles"], json!(["use"]));
        let shared = shared["id"].as_str().unwrap();
        let post = async |body: Value| server.build(shared, body).await;
        post(json!({"transition": "delete"}))
            .await
            .refused(403, "You do not have permission to delete this workspace.");
        let ttl = server.send("PUT", &format!("/workspaces/{shared}/ttl"), json!({"ttl_ms": 7_200_000})).await;
        ttl.refused(500, "Error updating workspace time until shutdown.");
        post(json!({"transition": "stop"})).await.expect(201);
    });
}

#[test]
fn settings_are_changed_and_refused_as_recorded() {
    run(async {
        let server = frozen().await;
        let id = server.get("/users/me/workspace/gantry-web").await.expect(200)["id"].as_str().unwrap().to_owned();
        let put = async |what: &str, body: Value| server.send("PUT", &format!("/workspaces/{id}/{what}"), body).await;
        let get = async || server.get(&format!("/workspaces/{id}")).await.expect(200);

        let body = put("autostart", json!({"schedule": "not cron"})).await.refused(400, "Invalid autostart schedule.");
        assert_eq!(body["validations"][0]["field"], "schedule");
        put("autostart", json!({"schedule": "CRON_TZ=Europe/Berlin 30 9 * * 1-5"})).await.expect(204);
        assert_eq!(get().await["next_start_at"], "2026-11-25T08:30:00Z");
        put("autostart", json!({"schedule": null})).await.expect(204);
        assert_eq!(get().await.get("autostart_schedule"), None);

        let body =
            put("ttl", json!({"ttl_ms": 1000})).await.refused(400, "Error updating workspace time until shutdown.");
        assert_eq!(body["validations"][0]["detail"], "time until shutdown must be at least one minute");
        put("ttl", json!({"ttl_ms": 7_230_000})).await.expect(204);
        assert_eq!(get().await["ttl_ms"], 7_200_000, "cut to whole minutes");

        let floor = "Cannot extend workspace: new deadline must be at least 30 minutes in the future";
        put("extend", json!({"deadline": "2026-11-24T10:20:00Z"})).await.refused(400, floor);
        let body = put("extend", json!({"deadline": "2026-11-24T19:52:18Z"})).await.expect(200);
        assert_eq!(body, json!({"message": "Deadline updated to 2026-11-24T19:52:18Z."}));
        assert_eq!(get().await["latest_build"]["deadline"], "2026-11-24T19:52:18Z");
        put("ttl", json!({"ttl_ms": null})).await.expect(204);
        assert_eq!(get().await["latest_build"]["deadline"], json!(null), "off at once");
        put("extend", json!({"deadline": "2026-11-24T19:52:18Z"})).await.refused(409, "Workspace shutdown is manual.");

        assert_eq!(put("dormant", json!({"dormant": false})).await.status, 304);
        let dormant = put("dormant", json!({"dormant": true})).await.expect(200);
        assert_eq!(dormant["dormant_at"], "2026-11-24T10:00:00Z");
        let again = put("dormant", json!({"dormant": true})).await;
        assert_eq!((again.status, again.text.as_str()), (304, ""));
        put("dormant", json!({"dormant": false})).await.expect(200);

        server.send("DELETE", &format!("/workspaces/{id}/favorite"), json!(null)).await.expect(204);
        assert_eq!(get().await["favorite"], false);
        let invalid =
            put("autoupdates", json!({"automatic_updates": "sometimes"})).await.refused(400, "Invalid request");
        assert_eq!(invalid["validations"][0]["detail"], "must be always or never");
        put("autoupdates", json!({"automatic_updates": "always"})).await.expect(204);

        let patch = async |name: &str| server.send("PATCH", &format!("/workspaces/{id}"), json!({"name": name})).await;
        let body = patch("Not Valid!").await.refused(400, "Validation failed.");
        assert_eq!(
            body["validations"][0]["detail"],
            "Validation failed for tag \"username\" with value: \"Not Valid!\""
        );
        patch("ledger").await.refused(409, "Workspace \"ledger\" already exists.");
        patch("gantry-next").await.expect(204);
        server.get("/users/me/workspace/gantry-next").await.expect(200);
        server.get("/users/me/workspace/gantry-web").await.expect(404);
    });
}

#[test]
fn templates_versions_parameters_and_presets_are_there() {
    run(async {
        let mut server = frozen().await;
        let template = server.get("/organizations/acme/templates/aws-linux").await.expect(200);
        let id = template["id"].as_str().unwrap();
        assert_eq!(server.get(&format!("/templates/{id}")).await.expect(200)["name"], "aws-linux");
        assert!(template["build_time_stats"]["start"]["P50"].as_i64().unwrap() > 40_000);
        let versions = server.get(&format!("/templates/{id}/versions")).await.expect(200);
        assert_eq!(versions.as_array().unwrap().len(), 3);
        let active = template["active_version_id"].as_str().unwrap();
        let parameters = server.get(&format!("/templateversions/{active}/rich-parameters")).await.expect(200);
        assert_eq!(parameters[0]["name"], "region");
        assert_eq!(parameters[0]["required"], true);
        let presets = server.get(&format!("/templateversions/{active}/presets")).await.expect(200);
        assert_eq!(presets[0]["Name"], "Small in Europe");
        let plain = server.get("/templates?q=exact_name:docker").await.expect(200)[0]["active_version_id"].clone();
        let none = server.get(&format!("/templateversions/{}/presets", plain.as_str().unwrap())).await.expect(200);
        assert_eq!(none, json!(null));
        assert_eq!(server.get("/templates?q=deprecated:true").await.expect(200)[0]["name"], "fleet");
        assert_eq!(server.get("/templates?q=gpu").await.expect(200)[0]["name"], "gpu-notebook");
        server.get("/templates/not-a-uuid").await.refused(400, "Invalid UUID \"not-a-uuid\".");
        let older = versions[0]["id"].clone();
        let patch = server.send("PATCH", &format!("/templates/{id}/versions"), json!({"id": older})).await;
        assert_eq!(patch.expect(200)["message"], "Updated the active template version!");
        assert_eq!(server.get("/users/ken/workspace/search-index").await.expect(200)["outdated"], true);
        server.sign_in("ken@acme.test").await;
        server.send("PATCH", &format!("/templates/{id}/versions"), json!({"id": active})).await.expect(403);
        assert!(
            server
                .get("/templates")
                .await
                .expect(200)
                .as_array()
                .unwrap()
                .iter()
                .all(|t| t["organization_name"] != "research")
        );
    });
}

#[test]
fn many_rows_start_and_list_quickly() {
    run(async {
        let began = Instant::now();
        let mut server = Server::start(Config { workspaces: 2000, ..Config::default() }).await;
        server.sign_in("ada@acme.test").await;
        let body = server.get("/workspaces?limit=25&q=name:load-0").await.expect(200);
        assert_eq!(body["count"], 2000);
        assert_eq!(body["workspaces"].as_array().unwrap().len(), 25);
        assert!(began.elapsed().as_secs() < 20, "{:?}", began.elapsed());
    });
}

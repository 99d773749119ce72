//! What is around a build: accounts elsewhere, ports, figures of an agent, provisioners, rights, and what gets in the
//! way.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)] // helpers of tests may fail a test

mod common;

use common::{Reply, Server, company, dial, hear, next, run};
use control_plane::{Age, Config, Templates};
use serde_json::{Value, json};

async fn ada(config: Config) -> Server {
    let mut server = Server::start(Config { speed: 60.0, ..config }).await;
    server.sign_in("ada@acme.test").await;
    server
}

async fn gallery() -> Server {
    ada(Config { templates: Templates::All, ..Config::default() }).await
}

fn location(reply: &Reply) -> String {
    reply.header("location").to_owned()
}

fn agent(workspace: &Value) -> String {
    let resources = workspace["latest_build"]["resources"].as_array().unwrap();
    resources.iter().find_map(|resource| resource["agents"][0]["id"].as_str()).unwrap().to_owned()
}

#[test]
fn an_account_elsewhere_is_linked_by_going_there() {
    run(async {
        let server = gallery().await;
        let template = server.get("/organizations/acme/templates/monorepo").await.expect(200);
        let version = format!("/templateversions/{}/external-auth", template["active_version_id"].as_str().unwrap());
        let wanted = server.get(&version).await.expect(200);
        let url = format!("{}/external-auth/git", server.running.access_url);
        assert_eq!(
            wanted[0],
            json!({"id": "git", "type": "gitlab", "display_name": "Acme Git", "display_icon": "/icon/gitlab.svg",
                "authenticate_url": url, "authenticated": false})
        );
        assert_eq!((&wanted[1]["id"], &wanted[1]["optional"]), (&json!("packages"), &json!(true)));
        server.get("/external-auth/nope").await.expect(404);
        assert_eq!(server.get("/external-auth/git").await.expect(200)["authenticated"], false);

        // A build does not look at it.
        let body = json!({"template_id": template["id"], "name": "unlinked"});
        server.send("POST", "/users/me/workspaces", body).await.expect(201);

        // There and back, as a browser goes.
        let go = async |url: &str, cookie: &str| {
            let path = url.strip_prefix(&server.running.access_url).unwrap_or(url);
            Reply::read(server.request("GET", path).header("Cookie", cookie).send().await.unwrap()).await
        };
        let out = go("/external-auth/git/callback?redirect=%2Fgantry%2Fdone", "").await;
        assert_eq!(out.status, 307);
        let cookies: Vec<&str> =
            out.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap()).collect();
        let cookies = cookies.iter().map(|cookie| cookie.split(';').next().unwrap()).collect::<Vec<_>>().join("; ");
        let provider = go(&location(&out), "").await;
        assert_eq!(provider.status, 302);
        let forged = go(&location(&provider), "").await;
        assert_eq!(forged.status, 401, "the state was left with another browser");
        let back = go(&location(&provider), &cookies).await;
        assert_eq!((back.status, location(&back).as_str()), (307, "/gantry/done"));
        assert_eq!(server.get(&version).await.expect(200)[0]["authenticated"], true);
        let all = server.get("/external-auth").await.expect(200);
        assert_eq!((all["providers"].as_array().unwrap().len(), &all["links"][0]["provider_id"]), (2, &json!("git")));
        let body = server.send("DELETE", "/external-auth/git", json!(null)).await.expect(200);
        assert_eq!(body, json!({"token_revoked": true}));
        assert_eq!(server.get(&version).await.expect(200)[0]["authenticated"], false);
        server.send("DELETE", "/external-auth/git", json!(null)).await.expect(404);

        // Signed out, the way begins with signing in.
        let path = server.url("/external-auth/git/callback?redirect=%2Fx");
        let stranger = Reply::read(server.client.get(path).send().await.unwrap()).await;
        assert_eq!(stranger.status, 303);
        assert!(location(&stranger).ends_with("&redirect=%2Fexternal-auth%2Fgit%2Fcallback%3Fredirect%3D%252Fx"));
    });
}

#[test]
fn an_account_elsewhere_is_linked_by_a_code() {
    run(async {
        let server = gallery().await;
        let device = server.get("/external-auth/packages/device").await.expect(200);
        assert_eq!((&device["user_code"], &device["interval"]), (&json!("ABCD-1234"), &json!(1)));
        server.get("/external-auth/git/device").await.expect(400);
        let exchange = async |code: &Value| {
            server.send("POST", "/external-auth/packages/device", json!({"device_code": code})).await
        };
        let words = "Failed to exchange device code.";
        let detail = async |code: &Value| exchange(code).await.refused(400, words)["detail"].clone();
        assert_eq!(detail(&json!("wrong")).await, "bad_verification_code");
        assert_eq!(detail(&device["device_code"]).await, "authorization_pending");
        exchange(&device["device_code"]).await.expect(204);
        assert_eq!(server.get("/external-auth/packages").await.expect(200)["authenticated"], true);
    });
}

#[test]
fn ports_are_shared_and_refused() {
    run(async {
        let server = ada(Config::default()).await;
        let id = server.create("shared", "docker").await["id"].as_str().unwrap().to_owned();
        server.settled(&id).await;
        let path = format!("/workspaces/{id}/port-share");
        let share = async |agent: &str, port: i64, level: &str, protocol: &str| {
            let body = json!({"agent_name": agent, "port": port, "share_level": level, "protocol": protocol});
            server.send("POST", &path, body).await
        };
        for (agent, port, level, protocol, words) in [
            ("main", 5, "public", "http", "Port must be between 9 and 65535."),
            ("main", 70_000, "public", "http", "Port must be between 9 and 65535."),
            ("main", 8000, "owner", "http", "Port sharing level not allowed."),
            ("main", 8000, "public", "ftp", "Port protocol not allowed."),
            ("nobody", 8000, "public", "http", "Agent not found."),
        ] {
            share(agent, port, level, protocol).await.refused(400, words);
        }
        share("main", 8001, "organization", "http").await.expect(200);
        share("main", 8000, "authenticated", "http").await.expect(200);
        let body = share("main", 8000, "public", "https").await.expect(200);
        let mut all = server.get(&path).await.expect(200)["shares"].as_array().unwrap().clone();
        assert_eq!((all.len(), &all[0]), (2, &body), "the same port anew takes the old one's place");
        let gone = json!({"agent_name": "main", "port": 8000});
        server.send("DELETE", &path, gone.clone()).await.expect(200);
        server.send("DELETE", &path, gone).await.refused(404, "Port share not found.");
        all.remove(0);
        assert_eq!(server.get(&path).await.expect(200)["shares"], Value::Array(all));
    });
}

#[test]
fn an_agent_tells_its_figures_over_a_socket() {
    run(async {
        let mut server = company().await;
        let token = server.sign_in("mira@acme.test").await;
        let workspace = server.get("/users/me/workspace/two-agents").await.expect(200);
        let address = server.running.addr.to_string();
        let resources = workspace["latest_build"]["resources"].as_array().unwrap().iter();
        let agents: Vec<&Value> = resources.filter_map(|resource| resource["agents"].get(0)).collect();
        for (name, key, error) in [("main", "cpu", ""), ("db", "version", "run cmd: exit status 127")] {
            let agent = agents.iter().find(|agent| agent["name"] == name).unwrap()["id"].as_str().unwrap();
            let path = format!("/workspaceagents/{agent}/watch-metadata-ws");
            let frame = hear(&address, &token, &path, |frame| frame["type"] == "data").await;
            let items = frame["data"].as_array().unwrap();
            let keys: Vec<&str> = items.iter().map(|item| item["description"]["key"].as_str().unwrap()).collect();
            assert!(keys.is_sorted() && keys.len() == 3, "{keys:?}");
            let item = items.iter().find(|item| item["description"]["key"] == key).unwrap();
            assert_eq!(item["result"]["error"], error);
            assert!(!item["result"]["value"].as_str().unwrap().is_empty());
            let (age, interval) = (item["result"]["age"].as_i64().unwrap(), item["description"]["interval"].as_i64());
            assert!((0..=interval.unwrap()).contains(&age), "{age}");
        }
        // It ends with its agent.
        let agent = agent(&workspace);
        let path = format!("/workspaceagents/{agent}/watch-metadata-ws");
        let mut socket = dial(&address, &path, &[("coder-session-token", &token)]).await.unwrap();
        let id = workspace["id"].as_str().unwrap();
        server.build(id, json!({"transition": "stop"})).await.expect(201);
        server.settled(id).await;
        let end = loop {
            if let Err(end) = next(&mut socket).await {
                break end;
            }
        };
        assert_eq!(end.0, 1000);
    });
}

#[test]
fn provisioners_and_their_jobs_are_for_those_who_keep_templates() {
    run(async {
        let mut server = gallery().await;
        let template = server.get("/organizations/acme/templates/secure-zone").await.expect(200);
        let body = json!({"template_id": template["id"], "name": "waits"});
        let made = server.send("POST", "/users/me/workspaces", body).await.expect(201);
        let latest =
            &server.get(&format!("/workspaces/{}", made["id"].as_str().unwrap())).await.expect(200)["latest_build"];
        assert_eq!(latest["matched_provisioners"], json!({"count": 0, "available": 0, "most_recently_seen": null}));
        assert_eq!(latest["job"]["tags"], json!({"owner": "", "scope": "organization", "zone": "secure"}));
        let daemons = server.get("/organizations/acme/provisionerdaemons").await.expect(200);
        assert_eq!(daemons.as_array().unwrap().len(), 3);
        assert_eq!(daemons[0]["tags"], json!({"owner": "", "scope": "organization"}), "nobody has that tag");
        let jobs = server.get("/organizations/acme/provisionerjobs?status=pending&limit=5").await.expect(200);
        let job = jobs.as_array().unwrap().iter().find(|job| job["id"] == latest["job"]["id"]).unwrap();
        assert_eq!((&job["metadata"]["workspace_name"], &job["available_workers"]), (&json!("waits"), &json!([])));
        let id = job["id"].as_str().unwrap();
        let one = server.get(&format!("/organizations/acme/provisionerjobs/{id}")).await.expect(200);
        assert_eq!(one["metadata"]["template_name"], "secure-zone");

        // What nobody can build can be forgotten, at once.
        let workspace = made["id"].as_str().unwrap();
        let build = latest["id"].as_str().unwrap();
        let cancel = format!("/workspacebuilds/{build}/cancel?expect_status=pending");
        server.send("PATCH", &cancel, json!(null)).await.expect(200);
        let orphan = json!({"transition": "delete", "orphan": true});
        server.build(workspace, orphan).await.expect(201);
        let gone = server.get(&format!("/workspaces/{workspace}?include_deleted=true")).await.expect(200);
        assert_eq!(gone["latest_build"]["status"], "deleted");

        for path in ["provisionerdaemons", "provisionerjobs"] {
            let path = format!("/organizations/acme/{path}?coder_session_token={}", server.token.clone().unwrap());
            server.get(&path).await.refused(400, "Invalid query parameters.");
        }

        server.sign_in("ken@acme.test").await;
        let missing = "Resource not found or you do not have access to this resource";
        for path in ["provisionerdaemons", "provisionerjobs"] {
            server.get(&format!("/organizations/acme/{path}")).await.refused(404, missing);
        }
    });
}

#[test]
fn rights_are_asked_for_in_batches() {
    run(async {
        let server = ada(Config::default()).await;
        let id = server.get("/users/grace/workspace/old-portal").await.expect(200)["id"].clone();
        let ask = async |checks: Value| server.send("POST", "/authcheck", json!({"checks": checks})).await;
        let of = |action: &str| json!({"object": {"resource_type": "workspace", "resource_id": id}, "action": action});
        let actions = ["read", "start", "stop", "update", "delete", "ssh", "application_connect", "share", "create"];
        let checks: serde_json::Map<String, Value> = actions.iter().map(|one| ((*one).to_owned(), of(one))).collect();
        // It is dormant.
        let expected = json!({"application_connect": false, "create": true, "delete": true, "read": true, "share": false,
            "ssh": false, "start": false, "stop": true, "update": true});
        assert_eq!(ask(checks.into()).await.expect(200), expected);
        let eleven: serde_json::Map<String, Value> = (0..11).map(|index| (index.to_string(), of("read"))).collect();
        ask(eleven.into()).await.refused(400, "Endpoint only supports using \"resource_id\" field 10 times, found 11 usages. Remove 1 objects with this field set.");
        let many: serde_json::Map<String, Value> = (0..40)
            .map(|index| {
                (
                    index.to_string(),
                    json!({"object": {"resource_type": "template", "any_org": true}, "action": "create"}),
                )
            })
            .collect();
        assert_eq!(ask(many.into()).await.expect(200).as_object().unwrap().len(), 40);
        for (object, words) in [
            (json!({}), "Object's \"resource_type\" field must be defined for key \"a\"."),
            (json!({"resource_type": "workspace", "resource_id": "xx"}), "Object \"xx\" id is not a valid uuid."),
            (
                json!({"resource_type": "workspace_build", "resource_id": id}),
                "Object type \"workspace_build\" does not support \"resource_id\" field.",
            ),
        ] {
            ask(json!({"a": {"object": object, "action": "read"}})).await.refused(400, words);
        }
    });
}

#[test]
fn what_gets_in_the_way_of_a_build_is_told() {
    run(async {
        let mut server = company().await;
        server.sign_in("jonas@acme.test").await;
        let made = async |name: &str| {
            let id = server.create(name, "docker").await["id"].as_str().unwrap().to_owned();
            server.settled(&id).await;
            id
        };
        let stop = async |id: &str| server.build(id, json!({"transition": "stop"})).await;

        let id = made("raced").await;
        stop(&id).await.refused(409, "A workspace build is already active.");
        let theirs = server.settled(&id).await;
        assert_eq!(theirs["latest_build"]["initiator_name"], "grace");
        stop(&id).await.expect(201);

        let id = made("deleted-meanwhile").await;
        stop(&id).await.refused(409, "Cannot stop a deleted workspace!");
        server.get(&format!("/workspaces/{id}")).await.expect(410);

        let id = made("not-allowed").await;
        stop(&id).await.refused(403, "You do not have permission to stop this workspace.");
        let check = json!({"checks": {"stop": {"object": {"resource_type": "workspace", "resource_id": id}, "action": "stop"}}});
        assert_eq!(server.send("POST", "/authcheck", check).await.expect(200), json!({"stop": false}));

        let id = made("still-importing").await;
        let words = "The provided template version is running. Wait for it to complete importing!";
        stop(&id).await.refused(406, words);

        let id = made("rate-limited").await;
        let limited = stop(&id).await;
        assert_eq!((limited.status, limited.header("retry-after")), (429, "1"));
        stop(&id).await.expect(201);

        // Nobody sees it from then on.
        let id = server.create("vanishes", "docker").await["id"].as_str().unwrap().to_owned();
        let gone = |body: &Value| body["message"] == "Resource not found or you do not have access to this resource";
        server.until(&format!("/workspaces/{id}"), gone).await;
        stop(&id).await.expect(404);
        assert_eq!(server.get("/workspaces?q=name:vanishes").await.expect(200)["count"], 0);
    });
}

#[test]
fn what_waits_cannot_be_cancelled_where_the_template_forbids_it() {
    run(async {
        let mut server = company().await;
        server.sign_in("ken@acme.test").await;
        let made = server.create("stuck-pending-2", "go-service").await;
        let cancel = format!("/workspacebuilds/{}/cancel", made["latest_build"]["id"].as_str().unwrap());
        let words = "User is not allowed to cancel workspace builds. Owner role is required.";
        server.send("PATCH", &cancel, json!(null)).await.refused(403, words);
        let body = server.send("PATCH", &format!("{cancel}?expect_status=pending"), json!(null)).await;
        let body = body.refused(500, "Internal error updating provisioner job.");
        assert_eq!(body["detail"], "only owners can cancel workspace builds");
        let id = made["id"].as_str().unwrap();
        assert_eq!(server.get(&format!("/workspaces/{id}")).await.expect(200)["latest_build"]["status"], "pending");
    });
}

#[test]
fn an_owner_is_told_for_whom_they_may_make_a_workspace() {
    run(async {
        let mut server = company().await;
        server.sign_in("ada@acme.test").await;
        let path = "/organizations/acme/members/me/workspaces/available-users";
        let all = server.get(path).await.expect(200);
        assert_eq!(all.as_array().unwrap().len(), 9);
        let found = server.get(&format!("{path}?q=Ada&limit=1")).await.expect(200);
        assert_eq!((&found[0]["username"], &found[0]["name"]), (&json!("ada"), &json!("Ada Okafor")));
        server.sign_in("ken@acme.test").await;
        server.get(path).await.refused(403, "Forbidden.");
    });
}

#[test]
fn a_provisioner_is_a_moment_faster_or_gone() {
    run(async {
        let mut server = company().await;
        server.sign_in("jonas@acme.test").await;
        let made = server.create("taken-meanwhile", "docker").await;
        let (id, build) = (made["id"].as_str().unwrap(), made["latest_build"]["id"].as_str().unwrap());
        let waiting = server.get(&format!("/workspaces/{id}")).await.expect(200);
        assert_eq!(waiting["latest_build"]["matched_provisioners"]["count"], 3);
        let cancel = format!("/workspacebuilds/{build}/cancel?expect_status=pending");
        server.send("PATCH", &cancel, json!(null)).await.refused(412, "Job is not in the expected state.");
        assert_eq!(server.settled(id).await["latest_build"]["status"], "running");

        let config = Config { speed: 2000.0, ..Config::default() };
        let mut server = Server::start(config).await;
        server.sign_in("jonas@acme.test").await;
        let made = server.create("provisioner-gone", "docker").await;
        let failed = server.settled(made["id"].as_str().unwrap()).await;
        assert_eq!(failed["latest_build"]["status"], "failed");
        assert!(
            failed["latest_build"]["job"]["error"].as_str().unwrap().contains("hung"),
            "{}",
            failed["latest_build"]["job"]
        );
    });
}

#[test]
fn what_an_administrator_may_ask_for_is_refused_to_others() {
    run(async {
        let mut server = ada(Config { debug_builds: true, renames: false, ..Config::default() }).await;
        let id = server.create("told", "docker").await["id"].as_str().unwrap().to_owned();
        server.settled(&id).await;
        let path = format!("/workspaces/{id}");
        assert_eq!(server.get(&path).await.expect(200)["allow_renames"], false);
        let rename = async |name: &str| server.send("PATCH", &path, json!({"name": name})).await;
        rename("told").await.expect(204);
        rename("other").await.refused(400, "Workspace renames are not allowed.");
        let config = server.get("/deployment/config").await.expect(200);
        assert_eq!(config["config"]["enable_terraform_debug_mode"], true);
        server.build(&id, json!({"transition": "stop"})).await.expect(201);
        server.settled(&id).await;
        let loud = server.build(&id, json!({"transition": "start", "log_level": "debug"})).await.expect(201);
        let build = loud["id"].as_str().unwrap().to_owned();
        server.settled(&id).await;
        let log = server.get(&format!("/workspacebuilds/{build}/logs")).await.expect(200);
        assert!(log.as_array().unwrap().iter().any(|line| line["log_level"] == "debug"));
        let state = server.get(&format!("/workspacebuilds/{build}/state")).await;
        assert_eq!((state.status, &state.body["version"]), (200, &json!(4)));
        assert!(!state.body["resources"].as_array().unwrap().is_empty());
        for (body, words) in [
            (
                json!({"transition": "delete", "orphan": true, "state": "aGk="}),
                "ProvisionerState cannot be set alongside Orphan since state intent is unclear.",
            ),
            (json!({"transition": "start", "state": "!!"}), "Request body must be valid JSON."),
        ] {
            server.build(&id, body).await.refused(400, words);
        }

        server.sign_in("ken@acme.test").await;
        let id = server.create("mine", "docker").await["id"].as_str().unwrap().to_owned();
        let settled = server.settled(&id).await;
        let managers = "Only template managers may provide custom state";
        for (body, status, words) in [
            (json!({"transition": "delete", "orphan": true}), 403, managers),
            (json!({"transition": "start", "state": "aGk="}), 403, managers),
            (
                json!({"transition": "start", "log_level": "debug"}),
                400,
                "Workspace builds with a custom log level are restricted to administrators only.",
            ),
        ] {
            let body = server.build(&id, body).await.refused(status, words);
            assert_eq!(body["detail"], words);
        }
        server
            .get(&format!("/workspacebuilds/{}/state", settled["latest_build"]["id"].as_str().unwrap()))
            .await
            .expect(404);
        server.get("/deployment/config").await.expect(403);
    });
}

#[test]
fn the_older_server_knows_no_reason_and_detects_no_preset() {
    run(async {
        let server = ada(Config { age: Age::July2025, ..Config::default() }).await;
        let template = server.get("/organizations/acme/templates/aws-linux").await.expect(200);
        let region = json!([{"name": "region", "value": "eu"}]);
        let body = json!({"template_id": template["id"], "name": "no-agent-old", "rich_parameter_values": region});
        let made = server.send("POST", "/users/me/workspaces", body).await.expect(201);
        assert_eq!(made["latest_build"]["template_version_preset_id"], json!(null));
        let id = made["id"].as_str().unwrap();
        server.settled(id).await;
        let body = json!({"transition": "start", "reason": "whatever"});
        let started = server.build(id, body).await.expect(201);
        assert_eq!(started["reason"], "initiator");
    });
}

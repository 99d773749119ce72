//! What templates ask for: the list, the form over a socket, and how a creation, a start and an update are refused for
//! it.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)] // helpers of tests may fail a test

mod common;

use common::{PATIENCE, Server, dial, next, run};
use control_plane::{Age, Config, Templates};
use futures_util::SinkExt;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

async fn gallery(config: Config) -> Server {
    let mut server = Server::start(Config { templates: Templates::All, speed: 60.0, ..config }).await;
    server.sign_in("ada@acme.test").await;
    server
}

/// The active version of a template.
async fn version(server: &Server, template: &str) -> String {
    let found = server.get(&format!("/organizations/acme/templates/{template}")).await.expect(200);
    found["active_version_id"].as_str().unwrap().to_owned()
}

/// The version of a template by its name.
async fn version_named(server: &Server, template: &str, name: &str) -> String {
    let found = server.get(&format!("/organizations/acme/templates/{template}")).await.expect(200);
    let versions = server.get(&format!("/templates/{}/versions", found["id"].as_str().unwrap())).await.expect(200);
    let found = versions.as_array().unwrap().iter().find(|version| version["name"] == name).unwrap();
    found["id"].as_str().unwrap().to_owned()
}

fn values(pairs: &[(&str, &str)]) -> Value {
    pairs.iter().map(|(name, value)| json!({"name": name, "value": value})).collect()
}

fn of<'a>(frame: &'a Value, name: &str) -> &'a Value {
    let parameters = frame["parameters"].as_array().unwrap();
    parameters.iter().find(|parameter| parameter["name"] == name).unwrap_or_else(|| panic!("no {name} in {frame}"))
}

#[test]
fn the_gallery_is_there_for_whoever_asks_for_it() {
    run(async {
        let server = gallery(Config::default()).await;
        let all = server.get("/templates").await.expect(200);
        assert_eq!(all.as_array().unwrap().len(), 8 + 11);
        let mut usual = Server::start(Config::default()).await;
        usual.sign_in("ada@acme.test").await;
        let few = usual.get("/templates").await.expect(200);
        let ids =
            |list: &Value| -> Vec<Value> { list.as_array().unwrap().iter().map(|one| one["id"].clone()).collect() };
        assert_eq!(few.as_array().unwrap().len(), 8);
        assert!(ids(&few).iter().all(|id| ids(&all).contains(id)), "the others are what they are without it");
        for (template, count, longest) in [("control-room", 200, 3), ("world", 2, 2000), ("old-forms", 4, 2)] {
            let id = version(&server, template).await;
            let list = server.get(&format!("/templateversions/{id}/rich-parameters")).await.expect(200);
            let list = list.as_array().unwrap();
            let most = list.iter().map(|one| one["options"].as_array().unwrap().len()).max();
            assert_eq!((list.len(), most), (count, Some(longest)), "{template}");
        }
        let id = version(&server, "handbook").await;
        let readme = server.get(&format!("/templateversions/{id}")).await.expect(200)["readme"].clone();
        assert!(readme.as_str().unwrap().len() > 10_000 && readme.as_str().unwrap().contains("<script>"));
    });
}

#[test]
fn a_form_is_answered_over_its_socket() {
    run(async {
        let server = gallery(Config::default()).await;
        let path = format!("/templateversions/{}/dynamic-parameters", version(&server, "workbench").await);
        let address = server.running.addr.to_string();
        let token = server.token.clone().unwrap();
        let mut socket = dial(&address, &path, &[("coder-session-token", &token)]).await.unwrap();
        let first = next(&mut socket).await.unwrap();
        assert_eq!((&first["id"], &first["diagnostics"]), (&json!(-1), &json!([])));
        let project = of(&first, "project");
        assert_eq!(project["value"], json!({"value": "data.coder_parameter.project.value", "valid": false}));
        assert_eq!(project["diagnostics"][0]["extra"], json!({"code": "required"}));
        assert_eq!(of(&first, "notes")["styling"], json!({"placeholder": "Anything"}));
        assert_eq!(of(&first, "api_key")["styling"], json!({"mask_input": true}));
        assert_eq!(
            of(&first, "disk")["validations"][0],
            json!({"validation_error": "", "validation_regex": null,
            "validation_min": 10, "validation_max": 200, "validation_monotonic": "increasing"})
        );
        let orders: Vec<i64> =
            first["parameters"].as_array().unwrap().iter().map(|one| one["order"].as_i64().unwrap()).collect();
        assert!(orders.is_sorted() && orders.len() == 18, "{orders:?}");

        // Any number is answered with the same number, smaller ones too.
        for (id, inputs, name, value, summary) in [
            (3, json!({"project": "x", "gpu": "true"}), "gpu_model", "l4", None),
            (2, json!({"cpus": "99"}), "cpus", "99", Some("Invalid parameter value according to 'validation' block")),
            (
                7,
                json!({"tools": "[\"vi\"]", "nobody": "asked"}),
                "tools",
                "[\"vi\"]",
                Some("Values must be a valid option"),
            ),
        ] {
            socket.send(Message::text(json!({"id": id, "inputs": inputs}).to_string())).await.unwrap();
            let frame = next(&mut socket).await.unwrap();
            assert_eq!(frame["id"], id);
            assert_eq!(of(&frame, name)["value"], json!({"value": value, "valid": true}));
            assert_eq!(of(&frame, name)["diagnostics"][0]["summary"].as_str(), summary, "{name}");
        }

        // The owner that is named once stays named, though nobody knows them.
        let nobody = json!({"id": 8, "inputs": {}, "owner_id": "11111111-1111-1111-1111-111111111111"});
        for message in [nobody, json!({"id": 9})] {
            socket.send(Message::text(message.to_string())).await.unwrap();
            let frame = next(&mut socket).await.unwrap();
            assert_eq!(frame["diagnostics"][0]["extra"]["code"], "owner_not_found");
            assert_eq!((&frame["id"], &frame["parameters"]), (&message["id"], &json!(null)));
        }
        socket.send(Message::text("nonsense")).await.unwrap();
        assert_eq!(next(&mut socket).await, Err((1001, String::new())));
    });
}

#[test]
fn a_form_lives_half_an_hour() {
    run(async {
        let config = Config { templates: Templates::All, speed: 20_000.0, ..Config::default() };
        let mut server = Server::start(config).await;
        let token = server.sign_in("ada@acme.test").await;
        let path = format!("/templateversions/{}/dynamic-parameters", version(&server, "workbench").await);
        let address = server.running.addr.to_string();
        let mut socket = dial(&address, &path, &[("coder-session-token", &token)]).await.unwrap();
        assert!(next(&mut socket).await.is_ok());
        let end = tokio::time::timeout(PATIENCE, next(&mut socket)).await.unwrap();
        assert_eq!(end, Err((1001, String::new())));
    });
}

#[test]
fn a_form_is_refused_before_its_socket_opens() {
    run(async {
        let server = gallery(Config::default()).await;
        let good = version(&server, "workbench").await;
        let early = version_named(&server, "releases", "v3").await;
        let failed = version_named(&server, "releases", "v2").await;
        let nowhere = "11111111-1111-1111-1111-111111111111";
        let too_early = "Template version job has not finished";
        let missing = "Resource not found or you do not have access to this resource";
        for (path, status, words) in [
            (format!("{good}/dynamic-parameters?user_id=nope"), 400, "Invalid user_id query parameter"),
            (format!("{early}/dynamic-parameters"), 425, too_early),
            (format!("{early}/rich-parameters"), 425, too_early),
            (format!("{early}/resources"), 400, "Job hasn't completed!"),
            (format!("{early}/variables"), 403, too_early),
            (format!("{nowhere}/dynamic-parameters"), 404, missing),
        ] {
            server.get(&format!("/templateversions/{path}")).await.refused(status, words);
        }
        let evaluate = async |id: &str, body: Value| {
            server.send("POST", &format!("/templateversions/{id}/dynamic-parameters/evaluate"), body).await
        };
        let me = server.get("/users/me").await.expect(200)["id"].clone();
        evaluate(&early, json!({})).await.refused(425, too_early);
        let body = evaluate(&failed, json!({"owner_id": me})).await.expect(200);
        assert_eq!((&body["diagnostics"][0]["severity"], &body["parameters"]), (&json!("warning"), &json!([])));
        let body = evaluate(&good, json!({"id": 7, "inputs": {"project": "x"}})).await.expect(200);
        assert_eq!(body["diagnostics"][0]["extra"]["code"], "owner_not_found", "an owner must be named");
        let body = evaluate(&good, json!({"id": 7, "inputs": {"project": "x"}, "owner_id": me})).await.expect(200);
        assert_eq!((&body["id"], &of(&body, "project")["value"]["value"]), (&json!(0), &json!("x")));
        for path in ["presets", "external-auth"] {
            server.get(&format!("/templateversions/{early}/{path}")).await.expect(200);
        }
    });
}

#[test]
fn creating_is_refused_for_every_value_that_does_not_fit() {
    run(async {
        let server = gallery(Config::default()).await;
        let id = version(&server, "workbench").await;
        let create = async |name: &str, given: &[(&str, &str)]| {
            let body = json!({"template_version_id": id, "name": name, "rich_parameter_values": values(given)});
            server.send("POST", "/users/me/workspaces", body).await
        };
        let body =
            create("w", &[("cpus", "0"), ("region", "mars")]).await.refused(400, "Unable to validate parameters");
        let fields: Vec<&str> =
            body["validations"].as_array().unwrap().iter().map(|one| one["field"].as_str().unwrap()).collect();
        assert_eq!(fields, ["cpus", "project", "region"]);
        let made =
            create("no-agent-w", &[("project", "x"), ("key_file", "secret"), ("nobody", "asked")]).await.expect(201);
        let build = made["latest_build"]["id"].as_str().unwrap();
        let kept = server.get(&format!("/workspacebuilds/{build}/parameters")).await.expect(200);
        assert!(kept.as_array().unwrap().contains(&json!({"name": "key_file", "value": "secret"})));
        assert!(kept.as_array().unwrap().iter().all(|one| one["name"] != "nobody"));
        let id = made["id"].as_str().unwrap();
        server.settled(id).await;

        // What is for one build only is not kept, and what must not change does not.
        let started = server.build(id, json!({"transition": "start"})).await.expect(201);
        let build = started["id"].as_str().unwrap();
        let kept = server.get(&format!("/workspacebuilds/{build}/parameters")).await.expect(200);
        assert!(kept.as_array().unwrap().contains(&json!({"name": "key_file", "value": ""})));
        server.settled(id).await;
        for (given, detail) in [
            (
                ("region", "us"),
                "Immutable parameter changed; Parameter \"region\" is not mutable, so it can't be updated after creating a workspace.",
            ),
            (
                ("disk", "20"),
                "Parameter \"disk\" monotonicity; parameter value '20' must be equal or greater than previous value: 50",
            ),
            (
                ("keep", "31"),
                "Parameter \"keep\" monotonicity; parameter value '31' must be equal or lower than previous value: 30",
            ),
        ] {
            let body = json!({"transition": "start", "rich_parameter_values": values(&[given])});
            let body = server.build(id, body).await.refused(400, "Unable to validate parameters");
            assert_eq!(body["validations"], json!([{"field": given.0, "detail": detail}]));
        }
    });
}

#[test]
fn an_update_is_refused_by_the_rules_of_the_new_version() {
    run(async {
        let server = gallery(Config::default()).await;
        let workspace = server.get("/users/me/workspace/audit-trail").await.expect(200);
        assert_eq!(workspace["outdated"], true);
        let id = workspace["id"].as_str().unwrap();
        let active = version(&server, "compliance-vm").await;
        let update = async |given: &[(&str, &str)]| {
            let given = values(given);
            server
                .build(
                    id,
                    json!({"transition": "start", "template_version_id": active, "rich_parameter_values": given}),
                )
                .await
        };
        let body = update(&[]).await.refused(400, "Unable to validate parameters");
        let fields: Vec<&str> =
            body["validations"].as_array().unwrap().iter().map(|one| one["field"].as_str().unwrap()).collect();
        assert_eq!(fields, ["checks", "cost_centre", "memory", "region"]);
        // The region cannot be changed, and what it is is not offered any more: there is no way to this version.
        let given = [("checks", "[\"pci\"]"), ("cost_centre", "core"), ("memory", "64"), ("region", "dub")];
        let body = update(&given).await.refused(400, "Unable to validate parameters");
        assert_eq!(body["validations"].as_array().unwrap().len(), 1);
        // A schedule that would update it finds that out before.
        let resolve = async || server.get(&format!("/workspaces/{id}/resolve-autostart")).await.expect(200);
        assert_eq!(resolve().await, json!({"parameter_mismatch": false}));
        let always = json!({"automatic_updates": "always"});
        server.send("PUT", &format!("/workspaces/{id}/autoupdates"), always).await.expect(204);
        assert_eq!(resolve().await, json!({"parameter_mismatch": true}));
        server.build(id, json!({"transition": "stop"})).await.expect(201);
    });
}

#[test]
fn presets_win_and_are_refused_when_they_are_out_of_date() {
    run(async {
        let server = gallery(Config::default()).await;
        let id = version(&server, "data-science").await;
        let presets = server.get(&format!("/templateversions/{id}/presets")).await.expect(200);
        let named = |name: &str| {
            presets.as_array().unwrap().iter().find(|preset| preset["Name"] == name).unwrap()["ID"].clone()
        };
        let create = async |name: &str, preset: Value, given: &[(&str, &str)]| {
            let body = json!({"template_version_id": id, "name": name, "template_version_preset_id": preset,
                "rich_parameter_values": values(given)});
            server.send("POST", "/users/me/workspaces", body).await
        };
        let body =
            create("d", named("Out of date"), &[("team", "a")]).await.refused(400, "Unable to validate parameters");
        assert_eq!(body["validations"][0]["field"], "machine");
        let unknown = json!("11111111-1111-1111-1111-111111111111");
        create("d", unknown, &[("team", "a")]).await.refused(500, "failed to fetch preset parameter values");
        let made = create("d", named("Marketing team"), &[("team", "a"), ("disk", "99")]).await.expect(201);
        let build = made["latest_build"]["id"].as_str().unwrap();
        assert_eq!(made["latest_build"]["template_version_preset_id"], named("Marketing team"));
        let kept = server.get(&format!("/workspacebuilds/{build}/parameters")).await.expect(200);
        assert_eq!(kept, values(&[("machine", "cpu-4"), ("disk", "20"), ("team", "marketing")]));
    });
}

#[test]
fn the_classic_way_names_one_parameter_at_a_time() {
    run(async {
        let server = gallery(Config::default()).await;
        let id = version(&server, "old-forms").await;
        let create = async |given: &[(&str, &str)]| {
            let body = json!({"template_version_id": id, "name": "old", "rich_parameter_values": values(given)});
            server.send("POST", "/users/me/workspaces", body).await
        };
        for (given, name, detail) in [
            (&[][..], "purpose", "Parameter \"purpose\" is required but not provided"),
            (
                &[("purpose", "x"), ("size", "q"), ("cpus", "99")],
                "size",
                "can't validate build parameter \"size\": parameter value must match one of options: [s l]",
            ),
        ] {
            let body = create(given).await.refused(400, &format!("Unable to validate parameter \"{name}\""));
            assert_eq!((body["detail"].as_str(), body.get("validations")), (Some(detail), None));
        }
        let made = create(&[("purpose", "x")]).await.expect(201);
        assert_eq!(made["template_use_classic_parameter_flow"], true);

        // The older server has that way everywhere but where it was chosen.
        let older = gallery(Config { age: Age::July2025, ..Config::default() }).await;
        let classic = |template: &Value| template["use_classic_parameter_flow"].as_bool().unwrap();
        let all = older.get("/templates").await.expect(200);
        let not: Vec<&Value> =
            all.as_array().unwrap().iter().filter(|one| !classic(one)).map(|one| &one["name"]).collect();
        assert_eq!(not, ["workbench"]);
        let body = json!({"template_version_id": version(&older, "workbench").await, "name": "newer"});
        older.send("POST", "/users/me/workspaces", body).await.refused(400, "Unable to validate parameters");
    });
}

#[test]
fn versions_that_are_not_imported_are_refused_each_in_its_words() {
    run(async {
        let server = gallery(Config::default()).await;
        let early = version_named(&server, "releases", "v3").await;
        let failed = version_named(&server, "releases", "v2").await;
        let template = server.get("/organizations/acme/templates/releases").await.expect(200)["id"].clone();
        let template = template.as_str().unwrap();
        let create = async |version: &str| {
            let body = json!({"template_version_id": version, "name": "r"});
            server.send("POST", "/users/me/workspaces", body).await
        };
        let words = "The provided template version is running. Wait for it to complete importing!";
        create(&early).await.refused(406, words);
        let words = "The provided template version \"v2\" has failed to import: \"template import provision for start: terraform plan: exit status 1\". You cannot build workspaces with it!";
        create(&failed).await.refused(400, words);
        for (id, how) in [(&early, "pending"), (&failed, "failed")] {
            let body = server.send("PATCH", &format!("/templates/{template}/versions"), json!({"id": id})).await;
            let body = body.refused(403, "Only versions that have been built successfully can be promoted.");
            assert_eq!(body["detail"], format!("Attempted to promote a version with a {how} build"));
        }
        let shown = server.get(&format!("/templateversions/{early}")).await.expect(200);
        assert_eq!((shown["job"]["status"].as_str(), shown["job"].get("completed_at")), (Some("running"), None));
        let shown = server.get(&format!("/templateversions/{failed}")).await.expect(200);
        assert_eq!(shown["job"]["status"], "failed");
        let log = server.get(&format!("/templateversions/{failed}/logs")).await.expect(200);
        assert!(log.as_array().unwrap().iter().any(|line| line["log_level"] == "error"));
    });
}

#[test]
fn what_outlives_a_stop_is_known_from_the_version() {
    run(async {
        let server = gallery(Config::default()).await;
        let id = version(&server, "docker").await;
        let found = server.get(&format!("/templateversions/{id}/resources")).await.expect(200);
        let of = |transition: &str| -> Vec<&str> {
            let rows = found.as_array().unwrap().iter().filter(|row| row["workspace_transition"] == transition);
            rows.map(|row| row["name"].as_str().unwrap()).collect()
        };
        assert_eq!((of("start"), of("stop")), (vec!["workspace", "main", "home"], vec!["home"]));
        let agent = &found.as_array().unwrap().iter().find(|row| row.get("agents").is_some()).unwrap()["agents"][0];
        assert_eq!((agent["name"].as_str(), agent.get("first_connected_at")), (Some("main"), None));
        assert_eq!(
            found,
            server.get(&format!("/templateversions/{id}/resources")).await.expect(200),
            "the same each time"
        );
        let daus = server
            .get(&format!(
                "/templates/{}/daus",
                server.get("/organizations/acme/templates/docker").await.body["id"].as_str().unwrap()
            ))
            .await;
        let daus = daus.expect(200);
        assert_eq!(daus["entries"].as_array().unwrap().len(), 61);
        assert!(daus["entries"].as_array().unwrap().iter().any(|day| day["amount"].as_i64() > Some(0)));
    });
}

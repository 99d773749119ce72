//! The embedded control plane against the recorded answers of a real one (tests/contract/README.md): each situation is made
//! through its API, then status, keys, JSON types, states and messages are compared with the recording. Ids, times and tokens
//! are normalised; nothing is replayed.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod likeness;
mod stand;

use control_plane::{Age, Config, Quota, Seed, Templates};
use likeness::{Report, recorded};
use serde_json::{Value, json};
use stand::{Got, Stand, delete, get, patch, post, put};

/// Recordings of situations that the embedded control plane does not make, each with the reason.
const NOT_MADE: &[(&str, &str)] = &[
    ("agents/connection", "for a tunnel to the agent, which a browser does not build"),
    ("agents/containers", "dev containers are not shown"),
    ("auth/auth-methods-oidc", "it has no OIDC provider"),
    ("auth/built-without-link", "a build looks like any other"),
    ("auth/built-without-link-logs", "a build looks like any other"),
    ("auth/login-password-of-oidc-user", "it has no OIDC provider"),
    ("auth/me-oidc", "it has no OIDC provider"),
    ("auth/oidc-sign-in", "it has no OIDC provider"),
    ("auth/oidc-sign-in-other-host", "it has no OIDC provider"),
    ("session/autofill-parameters", "values are not filled in"),
    ("session/autofill-parameters-none", "values are not filled in"),
    ("session/deployment-stats", "figures of the deployment are not shown"),
    (
        "timings/agentless",
        "its provisioner stored no timings of a success; real/start-timings is what a natural one stores",
    ),
    (
        "timings/delete",
        "its provisioner stored no timings of a success; real/deleted-timings is what a natural one stores",
    ),
    ("timings/stop", "its provisioner stored no timings of a success; real/stop-timings is what a natural one stores"),
    ("timings/scripts-run-twice", "its agents do not restart"),
    ("workspace/agent-shut-down", "its agents do not end by themselves"),
];

/// What the template of virtual machines asks for.
fn region() -> Value {
    json!([{"name": "region", "value": "eu"}])
}

const PASSWORD: &str = "SomeSecurePassword!";

/// A fresh server, set up by its first user.
async fn first_steps(report: &mut Report) {
    let stand = Stand::start(Seed::None, Quota::Absent, 1.0).await;
    let nobody = "";
    report.hold("session/first-user-none", &stand.ask(nobody, get("/users/first")).await);
    report.hold(
        "session/first-user-invalid",
        &stand.ask(nobody, post("/users/first", json!({"email": "x", "username": "Bad Name", "password": "1"}))).await,
    );
    let first = json!({"email": "owner@example.com", "username": "owner", "password": PASSWORD, "trial": false});
    report.hold("session/first-user-created", &stand.ask(nobody, post("/users/first", first)).await);
    report.hold("session/first-user-exists", &stand.ask(nobody, get("/users/first")).await);
    report.hold("session/auth-methods", &stand.ask(nobody, get("/users/authmethods")).await);
    report.hold(
        "session/login-invalid",
        &stand.ask(nobody, post("/users/login", json!({"email": "not an email"}))).await,
    );
    report.hold(
        "session/json-malformed",
        &stand.ask(nobody, post("/users/login", Value::Null).raw("{\"email\": ")).await,
    );
    let wrong = json!({"email": "owner@example.com", "password": "nope-nope-nope"});
    report.hold("session/login-wrong-password", &stand.ask(nobody, post("/users/login", wrong)).await);
    let right = json!({"email": "owner@example.com", "password": PASSWORD});
    let signed_in = stand.ask(nobody, post("/users/login", right.clone())).await;
    report.hold("session/login-ok", &signed_in);
    let owner = signed_in.text("session_token");
    let owner = owner.as_str();

    report.hold("session/me", &stand.ask(owner, get("/users/me")).await);
    report.hold("session/me-signed-out", &stand.ask(nobody, get("/users/me")).await);
    report.hold("session/me-bad-token", &stand.ask("aaaaaaaaaa-bbbbbbbbbbbbbbbbbbbbbb", get("/users/me")).await);
    report.hold("session/me-malformed-token", &stand.ask("garbage", get("/users/me")).await);
    let short =
        stand.ask(owner, post("/users/me/keys/tokens", json!({"lifetime": 1_000_000, "token_name": "short"}))).await;

    report.hold("session/api-root", &stand.ask(nobody, get("/")).await);
    report.hold("session/unknown-route", &stand.ask(owner, get("/does-not-exist")).await);
    report.hold("session/buildinfo", &stand.ask(nobody, get("/buildinfo")).await);
    report.hold("session/update-check", &stand.ask(nobody, get("/updatecheck")).await);
    report.hold("session/entitlements-absent", &stand.ask(owner, get("/entitlements")).await);
    report.hold("session/deployment-appearance", &stand.ask(owner, get("/appearance")).await);
    report.hold("session/experiments", &stand.ask(owner, get("/experiments")).await);
    report.hold("session/experiments-available", &stand.ask(owner, get("/experiments/available")).await);
    report.hold("session/regions", &stand.ask(owner, get("/regions")).await);
    report.hold("session/ssh-config", &stand.ask(owner, get("/deployment/ssh")).await);
    report.hold("session/organizations", &stand.ask(owner, get("/users/me/organizations")).await);
    report.hold("session/organizations-all", &stand.ask(owner, get("/organizations")).await);
    report.hold("session/preferences", &stand.ask(owner, get("/users/me/preferences")).await);
    report.hold("session/appearance", &stand.ask(owner, get("/users/me/appearance")).await);
    report.hold_list("list/none", &stand.ask(owner, get("/workspaces?q=owner:me&limit=25&offset=0")).await);
    report.hold("templates/none", &stand.ask(owner, get("/templates?q=")).await);

    let organizations = stand.ask(owner, get("/users/me/organizations")).await.body;
    let organization = organizations[0]["id"].as_str().unwrap();
    let quota = format!("/organizations/{organization}/members/me/workspace-quota");
    report.hold("quota/absent", &stand.ask(owner, get(&quota)).await);
    report.hold("quota/absent-old-route", &stand.ask(owner, get("/workspace-quota/me")).await);

    // Its millisecond has passed long ago.
    report.hold("session/me-expired", &stand.ask(&short.text("key"), get("/users/me")).await);

    // Rights.
    for (name, who) in [("session/authcheck", owner)] {
        let body = recorded(name).request_body;
        report.hold(name, &stand.ask(who, post("/authcheck", body)).await);
    }

    // Others.
    let new = |name: &str| {
        let full = format!("{}{}", name[..1].to_uppercase(), &name[1..]);
        json!({"email": format!("{name}@example.com"), "username": name, "name": full, "password": PASSWORD,
            "organization_ids": [organization]})
    };
    for name in ["member", "suspended"] {
        let made = stand.ask(owner, post("/users", new(name))).await;
        assert_eq!(made.status, 201, "{}", made.body);
    }
    let member = stand.sign_in("member@example.com", PASSWORD).await;
    let member = member.as_str();
    report.hold("session/me-member", &stand.ask(member, get("/users/me")).await);
    report.hold(
        "session/authcheck-member",
        &stand.ask(member, post("/authcheck", recorded("session/authcheck-member").request_body)).await,
    );
    stand.ask(owner, put("/users/suspended/status/suspend", Value::Null)).await;
    let suspended = json!({"email": "suspended@example.com", "password": PASSWORD});
    report.hold("session/login-suspended", &stand.ask(nobody, post("/users/login", suspended)).await);
    report.hold("session/users", &stand.ask(owner, get("/users?q=&limit=25&offset=0")).await);
    report.hold("session/users-search", &stand.ask(owner, get("/users?q=mem")).await);
    report.hold("session/members", &stand.ask(owner, get(&format!("/organizations/{organization}/members"))).await);
    let token = json!({"lifetime": 3_600_000_000_000_i64, "scope": "all", "token_name": "gantry"});
    report.hold("session/token-created", &stand.ask(owner, post("/users/me/keys/tokens", token)).await);

    // Forgery.
    let check = || post("/authcheck", json!({"checks": {}})).cookie(owner);
    report.hold("session/csrf-cookie-without-header", &stand.ask(nobody, check()).await);
    report.hold("session/csrf-cookie-with-bearer", &stand.ask(nobody, check().bearer(owner)).await);
    report.hold("session/csrf-cookie-with-bearer-word", &stand.ask(nobody, check().bearer("gantry")).await);
    report.hold("session/csrf-cookie-with-session-header", &stand.ask(owner, check()).await);

    report.hold("session/logout", &stand.ask(member, post("/users/logout", Value::Null)).await);
    report.hold("session/after-logout", &stand.ask(member, get("/users/me")).await);
}

/// The enterprise build without a licence.
async fn without_a_licence(report: &mut Report) {
    let stand = Stand::start(Seed::Company, Quota::Unlicensed, 100.0).await;
    let ada = stand.sign_in("ada@acme.test", control_plane::DEMO_PASSWORD).await;
    let ken = stand.sign_in("ken@acme.test", control_plane::DEMO_PASSWORD).await;
    report.hold("session/buildinfo-enterprise", &stand.ask("", get("/buildinfo")).await);
    report.hold("session/entitlements-unlicensed", &stand.ask("", get("/entitlements")).await);
    report.hold("session/deployment-appearance-unlicensed", &stand.ask(&ada, get("/appearance")).await);
    report.hold("quota/unlicensed", &stand.ask(&ada, get("/organizations/acme/members/me/workspace-quota")).await);
    report.hold("quota/unlicensed-old-route", &stand.ask(&ada, get("/workspace-quota/me")).await);
    report.hold(
        "quota/unlicensed-other-user",
        &stand.ask(&ken, get("/organizations/acme/members/ada/workspace-quota")).await,
    );
    let template = stand.template(&ada, "acme", "docker").await;
    let id = stand.create(&ada, "no-agent-costly", &template).await;
    stand.until(&ada, &id, |workspace| workspace["latest_build"]["status"] == "running").await;
    report.hold("quota/unlicensed-workspace", &stand.ask(&ada, get(&format!("/workspaces/{id}"))).await);
    let workspace = stand.ask(&ada, get(&format!("/workspaces/{id}"))).await.body;
    assert_eq!(workspace["latest_build"]["daily_cost"], 0, "without a licence no cost is committed");
}

/// Templates.
async fn templates(report: &mut Report, stand: &Stand, ada: &str) {
    let template = stand.template(ada, "acme", "aws-linux").await;
    let id = template["id"].as_str().unwrap();
    let version = template["active_version_id"].as_str().unwrap();
    report.hold("templates/list", &stand.ask(ada, get("/templates?q=")).await);
    report.hold("templates/list-filter", &stand.ask(ada, get("/templates?q=deprecated:false%20aws")).await);
    report.hold("templates/list-of-organization", &stand.ask(ada, get("/organizations/acme/templates")).await);
    report.hold("templates/by-name", &stand.ask(ada, get("/organizations/acme/templates/aws-linux")).await);
    report.hold("templates/one", &stand.ask(ada, get(&format!("/templates/{id}"))).await);
    report.hold("templates/bad-id", &stand.ask(ada, get("/templates/not-a-uuid")).await);
    report.hold("templates/not-found", &stand.ask(ada, get("/templates/b7e1bdaa-5bbe-402d-9191-76ff9719082b")).await);
    report.hold("templates/versions", &stand.ask(ada, get(&format!("/templates/{id}/versions"))).await);
    report.hold("templates/version", &stand.ask(ada, get(&format!("/templateversions/{version}"))).await);
    let parameters = get(&format!("/templateversions/{version}/rich-parameters"));
    report.hold("templates/version-rich-parameters", &stand.ask(ada, parameters).await);
    let parameters = get(&format!("/templateversions/{version}/rich-parameters"));
    report.hold("real/rich-parameters", &stand.ask(ada, parameters).await);
    let resources = get(&format!("/templateversions/{version}/resources"));
    report.hold("real/version-resources", &stand.ask(ada, resources).await);
    let plain = stand.template(ada, "acme", "docker").await;
    let version = plain["active_version_id"].as_str().unwrap();
    let resources = get(&format!("/templateversions/{version}/resources"));
    report.hold("templates/version-resources", &stand.ask(ada, resources).await);
    report.hold("templates/version-logs", &stand.ask(ada, get(&format!("/templateversions/{version}/logs"))).await);
}

/// Templates of the gallery.
async fn gallery(report: &mut Report) {
    let config = Config { templates: Templates::All, quota: Quota::Absent, speed: 60.0, ..Config::default() };
    let stand = Stand::start_with(config).await;
    let ada = stand.sign_in("ada@acme.test", control_plane::DEMO_PASSWORD).await;
    let ada = ada.as_str();
    let releases = stand.template(ada, "acme", "releases").await;
    let versions = get(&format!("/templates/{}/versions", releases["id"].as_str().unwrap()));
    let versions = stand.ask(ada, versions).await.body;
    let failed = versions.as_array().unwrap().iter().find(|version| version["job"]["status"] == "failed").unwrap();
    let failed = get(&format!("/templateversions/{}", failed["id"].as_str().unwrap()));
    report.hold("templates/version-failed", &stand.ask(ada, failed).await);
    let monorepo = stand.template(ada, "acme", "monorepo").await;
    let unlinked = json!({"template_id": monorepo["id"], "name": "unlinked"});
    report.hold("auth/create-without-link", &stand.ask(ada, post("/users/me/workspaces", unlinked)).await);
}

/// One workspace without agents, through its life and its settings.
async fn a_life(report: &mut Report, stand: &Stand, ada: &str, ken: &str) {
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
async fn parameters(report: &mut Report, stand: &Stand, ada: &str) {
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
async fn cancelling(report: &mut Report, stand: &Stand, ada: &str, ken: &str) {
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
async fn queueing(report: &mut Report) {
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

/// Workspaces with agents: connecting, running, failing, shared, extended.
async fn with_agents(report: &mut Report, stand: &Stand, ada: &str, ken: &str) {
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
async fn natural(report: &mut Report, stand: &Stand, ada: &str) {
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

/// A build and its first agent.
struct Old {
    build: String,
    agent: String,
}

/// Holds the workspace, log, timings and parameters of its latest build, and its agent's log, against recordings of one name.
async fn hold_build(report: &mut Report, stand: &Stand, ada: &str, name: &str, workspace: &Value, agent: bool) -> Old {
    let id = workspace["id"].as_str().unwrap();
    let build = workspace["latest_build"]["id"].as_str().unwrap().to_owned();
    report.hold(
        &format!("{name}-workspace"),
        &stand.ask(ada, get(&format!("/workspaces/{id}?include_deleted=true"))).await,
    );
    report.hold(&format!("{name}-logs"), &stand.ask(ada, get(&format!("/workspacebuilds/{build}/logs"))).await);
    report.hold(&format!("{name}-timings"), &stand.ask(ada, get(&format!("/workspacebuilds/{build}/timings"))).await);
    report.hold(
        &format!("{name}-parameters"),
        &stand.ask(ada, get(&format!("/workspacebuilds/{build}/parameters"))).await,
    );
    let mut agents = workspace["latest_build"]["resources"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|resource| resource["agents"][0]["id"].as_str());
    let first = agents.next().unwrap_or_default().to_owned();
    if agent {
        report
            .hold(&format!("{name}-agent-logs"), &stand.ask(ada, get(&format!("/workspaceagents/{first}/logs"))).await);
    }
    Old { build, agent: first }
}

/// The language of the list.
async fn the_list(report: &mut Report, stand: &Stand, ada: &str, ken: &str) {
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
async fn sockets(report: &mut Report, stand: &Stand, ada: &str) {
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

/// The whole contract of this side, in one run: situations build on each other.
#[tokio::test(flavor = "multi_thread")]
async fn the_embedded_control_plane_answers_as_a_real_one() {
    let mut report = Report::default();
    first_steps(&mut report).await;
    without_a_licence(&mut report).await;
    queueing(&mut report).await;
    gallery(&mut report).await;
    let stand = Stand::start(Seed::Company, Quota::Absent, 20.0).await;
    let ada = stand.sign_in("ada@acme.test", control_plane::DEMO_PASSWORD).await;
    let ken = stand.sign_in("ken@acme.test", control_plane::DEMO_PASSWORD).await;
    templates(&mut report, &stand, &ada).await;
    a_life(&mut report, &stand, &ada, &ken).await;
    parameters(&mut report, &stand, &ada).await;
    cancelling(&mut report, &stand, &ada, &ken).await;
    with_agents(&mut report, &stand, &ada, &ken).await;
    natural(&mut report, &stand, &ada).await;
    the_list(&mut report, &stand, &ada, &ken).await;
    Box::pin(sockets(&mut report, &stand, &ada)).await;
    report.finish(NOT_MADE);
}

/// Recordings of the older server that the embedded one does not make, each with the reason.
const NOT_MADE_OF_OLDER: &[(&str, &str)] = &[
    ("2025-07/agent/connection", "for a tunnel to the agent, which a browser does not build"),
    ("2025-07/agent/containers", "dev containers are not shown"),
    ("2025-07/org/template-acl-available", "who may use a template is for administrators"),
    (
        "2025-07/real/version-resources",
        "its versions were imported long ago: org/version-resources is what an agent is by then",
    ),
    ("2025-07/session/audit", "the audit log is empty"),
    ("2025-07/session/me-roles", "the user says the roles too"),
    ("2025-07/session/stats", "figures of the deployment are not shown"),
    ("2025-07/write/start-bad-parameter", "it looks at parameters itself and refuses them"),
];

/// What the older server answers to whoever asks who and what it is.
async fn older_facts(report: &mut Report, stand: &Stand, ada: &str) {
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
async fn older_gallery(report: &mut Report) {
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
async fn older_builds(report: &mut Report, stand: &Stand, ada: &str) {
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
async fn older_reads(report: &mut Report, stand: &Stand, ada: &str, workspace: &Value) {
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
async fn older_writes(report: &mut Report, stand: &Stand, ada: &str, workspace: &Value) {
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

/// The contract with the recordings of July 2025.
#[tokio::test(flavor = "multi_thread")]
async fn the_embedded_control_plane_stands_in_for_july_2025() {
    let mut report = Report::of_older();
    let config = Config { age: Age::July2025, quota: Quota::Unlicensed, speed: 20.0, ..Config::default() };
    let stand = Stand::start_with(config).await;
    let ada = stand.sign_in("ada@acme.test", control_plane::DEMO_PASSWORD).await;
    older_facts(&mut report, &stand, &ada).await;
    older_gallery(&mut report).await;
    Box::pin(older_builds(&mut report, &stand, &ada)).await;
    report.finish(NOT_MADE_OF_OLDER);
}

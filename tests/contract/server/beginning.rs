//! What a server says before anybody works with it: its first user, the enterprise build without a licence, its
//! templates.

use crate::PASSWORD;
use crate::likeness::{Report, recorded};
use crate::stand::{Stand, get, post, put};
use control_plane::{Config, Quota, Seed, Templates};
use serde_json::{Value, json};

/// A fresh server, set up by its first user.
pub(super) async fn first_steps(report: &mut Report) {
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
pub(super) async fn without_a_licence(report: &mut Report) {
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
pub(super) async fn templates(report: &mut Report, stand: &Stand, ada: &str) {
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
pub(super) async fn gallery(report: &mut Report) {
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

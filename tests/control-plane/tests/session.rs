//! Signing in and out, tokens, CSRF, organizations and the facts of the deployment, as the recordings have them.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)] // helpers of tests may fail a test

mod common;

use common::{Reply, Server, company, run};
use control_plane::{Config, Quota, Seed};
use serde_json::json;

#[test]
fn a_control_plane_without_people_lets_the_first_be_made_once() {
    run(async {
        let mut server = Server::start(Config { seed: Seed::None, ..Config::default() }).await;
        server.get("/users/first").await.refused(404, "The initial user has not been created!");
        let invalid = json!({"email": "x", "username": "Bad Name", "password": "1"});
        let body = server.send("POST", "/users/first", invalid).await.refused(400, "Validation failed.");
        assert_eq!(
            body["validations"],
            json!([
                {"field": "email", "detail": "Validation failed for tag \"email\" with value: \"x\""},
                {"field": "username", "detail": "Validation failed for tag \"username\" with value: \"Bad Name\""},
            ])
        );
        let weak = json!({"email": "ada@acme.test", "username": "ada", "password": "1"});
        let body = server.send("POST", "/users/first", weak).await.refused(400, "Password is invalid");
        assert_eq!(body["validations"][0]["field"], "password");
        let good = json!({"email": "ada@acme.test", "username": "ada", "password": "gantry-demo-1", "trial": false});
        let made = server.send("POST", "/users/first", good.clone()).await.expect(201);
        assert_eq!(made.as_object().unwrap().keys().collect::<Vec<_>>(), ["user_id", "organization_id"]);
        server.send("POST", "/users/first", good).await.refused(409, "The initial user has already been created.");
        let body = server.get("/users/first").await.expect(200);
        assert_eq!(body["message"], "The initial user has already been created!");
        server.sign_in("ada@acme.test").await;
        let me = server.get("/users/me").await.expect(200);
        assert_eq!(me["roles"], json!([{"name": "owner", "display_name": "Owner"}]));
        assert_eq!(me["id"], made["user_id"]);
        assert_eq!(server.get("/users/me/organizations").await.body[0]["id"], made["organization_id"]);
    });
}

#[test]
fn sign_in_succeeds_and_fails_as_recorded() {
    run(async {
        let server = company().await;
        let login = |body| server.send("POST", "/users/login", body);
        let body = login(json!({"email": "not an email"})).await.refused(400, "Validation failed.");
        assert_eq!(
            body["validations"],
            json!([
                {"field": "email", "detail": "Validation failed for tag \"email\" with value: \"not an email\""},
                {"field": "password", "detail": "Validation failed for tag \"required\" with value: \"\""},
            ])
        );
        let wrong = json!({"email": "ada@acme.test", "password": "nope-nope-nope"});
        login(wrong).await.refused(401, "Incorrect email or password.");
        let unknown = json!({"email": "nobody@acme.test", "password": "nope-nope-nope"});
        login(unknown).await.refused(401, "Incorrect email or password.");
        let suspended = json!({"email": "vera@acme.test", "password": "gantry-demo-1"});
        login(suspended).await.refused(401, "Your account is suspended. Contact an admin to reactivate your account.");
        let request = server.request("POST", "/api/v2/users/login").body("{");
        let broken = Reply::read(request.send().await.unwrap()).await;
        let body = broken.refused(400, "Request body must be valid JSON.");
        assert_eq!(body["detail"], "unexpected EOF");

        let reply = login(json!({"email": "ADA@acme.test", "password": "gantry-demo-1"})).await;
        let cookie = reply
            .headers
            .get_all("set-cookie")
            .iter()
            .filter_map(|value| value.to_str().ok())
            .find(|value| value.starts_with("coder_session_token="))
            .unwrap()
            .to_owned();
        assert!(cookie.ends_with("; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax"), "{cookie}");
        assert_eq!(reply.header("x-coder-build-version"), "v2.34.0-gantry");
        assert_eq!(reply.header("x-coder-request-id").len(), 36);
        assert!(!reply.header("date").is_empty());
        assert_eq!(reply.header("content-type"), "application/json; charset=utf-8");
        let token = reply.expect(201)["session_token"].as_str().unwrap().to_owned();
        assert_eq!((token.len(), token.find('-')), (33, Some(10)));
        assert!(cookie.contains(&token));
    });
}

#[test]
fn a_bad_token_says_why_and_how_to_sign_in() {
    run(async {
        let mut server = company().await;
        let message = "You are signed out or your session has expired. Please sign in again to continue.";
        let reply = server.get("/users/me").await;
        let challenge = reply.header("www-authenticate").to_owned();
        assert!(challenge.starts_with("Bearer realm=\"coder\", error=\"invalid_token\""), "{challenge}");
        let body = reply.refused(401, message);
        assert_eq!(body["detail"], "Cookie \"coder_session_token\" or query parameter must be provided.");
        for (token, detail) in [
            ("nonsense", "Invalid API key format: incorrect amount of API key parts, expected 2 got 1"),
            ("aaaaaaaaaa-bbbbbbbbbbbbbbbbbbbbbb", "API key is invalid."),
        ] {
            server.token = Some(token.to_owned());
            assert_eq!(server.get("/users/me").await.refused(401, message)["detail"], detail);
        }
        server.sign_in("ken@acme.test").await;
        server.get("/users/me").await.expect(200);
        let reply = server.send("POST", "/users/logout", json!(null)).await;
        assert!(
            reply
                .headers
                .get_all("set-cookie")
                .iter()
                .any(|v| v.to_str().unwrap().starts_with("coder_session_token=; Path=/; Max-Age=0"))
        );
        assert_eq!(reply.expect(200)["message"], "Logged out!");
        assert_eq!(server.get("/users/me").await.refused(401, message)["detail"], "API key is invalid.");
    });
}

#[test]
fn a_stale_cookie_outranks_every_other_token() {
    run(async {
        let mut server = company().await;
        let token = server.sign_in("ken@acme.test").await;
        let get = async |request: reqwest::RequestBuilder| Reply::read(request.send().await.unwrap()).await;
        let plain = |path: &str| server.client.get(server.url(path));
        let stale = "coder_session_token=aaaaaaaaaa-bbbbbbbbbbbbbbbbbbbbbb";
        get(plain("/api/v2/users/me").header("cookie", stale).header("Coder-Session-Token", &token)).await.expect(401);
        get(plain("/api/v2/users/me").header("cookie", format!("coder_session_token={token}"))).await.expect(200);
        get(plain(&format!("/api/v2/users/me?coder_session_token={token}"))).await.expect(200);
        get(plain(&format!("/api/v2/users/me?access_token={token}"))).await.expect(200);
        get(plain("/api/v2/users/me").header("authorization", format!("Bearer {token}"))).await.expect(200);
    });
}

#[test]
fn a_cookie_without_a_csrf_header_is_refused_in_plain_text() {
    run(async {
        let mut server = company().await;
        let token = server.sign_in("ken@acme.test").await;
        let post = |path: &str| {
            server
                .client
                .post(server.url(path))
                .header("cookie", format!("coder_session_token={token}"))
                .header("content-type", "application/json")
                .body("{\"checks\":{}}")
        };
        let refused = Reply::read(post("/api/v2/authcheck").send().await.unwrap()).await;
        assert_eq!(refused.status, 400);
        assert_eq!(refused.header("content-type"), "text/plain; charset=utf-8");
        assert!(refused.text.starts_with("Something is wrong with your CSRF token."), "{}", refused.text);
        assert_eq!(Reply::read(post("/api/v2/users/login").send().await.unwrap()).await.status, 400);
        let word =
            Reply::read(post("/api/v2/authcheck").header("authorization", "Bearer gantry").send().await.unwrap());
        assert_eq!(word.await.expect(200), json!({}));
        let same = Reply::read(post("/api/v2/authcheck").header("coder-session-token", &token).send().await.unwrap());
        same.await.expect(200);
    });
}

#[test]
fn tokens_are_made_listed_and_removed() {
    run(async {
        let mut server = company().await;
        server.sign_in("ken@acme.test").await;
        assert_eq!(server.get("/users/me/keys/tokens").await.expect(200), json!(null));
        let new = json!({"lifetime": 3_600_000_000_000_i64, "scope": "all", "token_name": "gantry"});
        let key = server.send("POST", "/users/me/keys/tokens", new.clone()).await.expect(201)["key"].clone();
        server.send("POST", "/users/me/keys/tokens", new).await.expect(409);
        let list = server.get("/users/me/keys/tokens").await.expect(200);
        assert_eq!(list[0]["lifetime_seconds"], 3600);
        assert_eq!(list[0]["last_used"], "1970-01-01T00:00:00Z");
        let id = list[0]["id"].as_str().unwrap().to_owned();
        let session = server.token.replace(key.as_str().unwrap().to_owned());
        assert_eq!(server.get("/users/me").await.expect(200)["username"], "ken");
        server.token = session;
        assert_eq!(server.send("DELETE", &format!("/users/me/keys/{id}"), json!(null)).await.status, 204);
        server.get(&format!("/users/me/keys/{id}")).await.expect(404);
        assert_eq!(
            server.get("/users/me/keys/tokens/tokenconfig").await.expect(200)["max_token_lifetime"],
            604_800_000_000_000_i64
        );
    });
}

#[test]
fn people_see_what_they_may() {
    run(async {
        let mut server = company().await;
        server.sign_in("ken@acme.test").await;
        server.get("/users").await.refused(403, "Forbidden.");
        server.get("/users/ada").await.expect(404);
        let mine = server.get("/users/me/organizations").await.expect(200);
        assert_eq!(
            mine.as_array().unwrap().iter().map(|o| o["name"].as_str().unwrap()).collect::<Vec<_>>(),
            ["acme", "sandbox"]
        );
        server.get("/organizations/research").await.expect(404);
        server.sign_in("ada@acme.test").await;
        let users = server.get("/users?q=&limit=5").await.expect(200);
        assert_eq!((users["count"].as_u64(), users["users"].as_array().unwrap().len()), (Some(12), 5));
        assert_eq!(server.get("/users?q=ken").await.expect(200)["users"][0]["username"], "ken");
        assert_eq!(server.get("/organizations").await.expect(200).as_array().unwrap().len(), 3);
        assert_eq!(server.get("/organizations/acme/members").await.expect(200).as_array().unwrap().len(), 9);
        let ken = server.send("PUT", "/users/ken/status/suspend", json!(null)).await.expect(200);
        assert_eq!(ken["status"], "suspended");
        let checks = json!({"checks": {
            "createTemplates": {"object": {"resource_type": "template", "any_org": true}, "action": "create"},
        }});
        assert_eq!(
            server.send("POST", "/authcheck", checks.clone()).await.expect(200),
            json!({"createTemplates": true})
        );
        server.sign_in("mira@acme.test").await;
        assert_eq!(server.send("POST", "/authcheck", checks).await.expect(200), json!({"createTemplates": false}));
    });
}

#[test]
fn the_deployment_says_what_it_is() {
    run(async {
        let server = company().await;
        let info = server.get("/buildinfo").await.expect(200);
        assert_eq!(info["dashboard_url"], format!("http://localhost:{}", server.running.addr.port()));
        assert_eq!(info["external_url"], "https://github.com/coder/coder");
        server.get("/does-not-exist").await.refused(404, "Route not found.");
        assert_eq!(server.get("/").await.expect(200)["message"], "👋");
        let entitlements = server.get("/entitlements").await.expect(200);
        assert_eq!(entitlements["features"]["template_rbac"]["enabled"], true);
        let absent = Server::start(Config { quota: Quota::Absent, ..Config::default() }).await;
        absent.get("/entitlements").await.refused(404, "Route not found.");
        let unlicensed = Server::start(Config { quota: Quota::Unlicensed, ..Config::default() }).await;
        let entitlements = unlicensed.get("/entitlements").await.expect(200);
        assert_eq!(entitlements["features"]["template_rbac"], json!({"entitlement": "not_entitled", "enabled": false}));
    });
}

#[test]
fn sign_in_by_openid_connect_works_on_the_access_url_alone() {
    run(async {
        let server = Server::start(Config { oidc: true, ..Config::default() }).await;
        let port = server.running.addr.port();
        assert_eq!(server.get("/users/authmethods").await.expect(200)["oidc"]["signInText"], "Sign in with Acme");
        let get = async |url: String, cookies: &str| {
            Reply::read(server.client.get(url).header("cookie", cookies).send().await.unwrap()).await
        };
        let cookies = |reply: &Reply| {
            let all = reply.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap());
            all.filter_map(|value| value.split(';').next()).map(str::to_owned).collect::<Vec<_>>()
        };
        let begin = "/api/v2/users/oidc/callback?redirect=%2Fworkspaces%3Fq%3Downer%3Ame";
        let first = get(server.url(begin), "").await;
        assert_eq!(first.status, 307);
        let left = cookies(&first).join("; ");
        assert!(left.contains("oauth_state=") && left.contains("oauth_redirect=/workspaces?q=owner:me"), "{left}");
        let second = get(first.header("location").to_owned(), "").await;
        assert_eq!(second.status, 302);
        let back = second.header("location").to_owned();
        assert!(
            back.starts_with(&format!("http://localhost:{port}/api/v2/users/oidc/callback?code=code&state=")),
            "{back}"
        );
        assert_eq!(get(back.clone(), "").await.status, 401, "on another host the state is missing");
        let third = get(back, &left).await;
        assert_eq!((third.status, third.header("location")), (307, "/workspaces?q=owner:me"));
        let session = cookies(&third).into_iter().find(|cookie| cookie.starts_with("coder_session_token=")).unwrap();
        let me = get(server.url("/api/v2/users/me"), &session).await.expect(200);
        assert_eq!((me["username"].as_str(), me["login_type"].as_str()), (Some("nadia"), Some("oidc")));
        let password = json!({"email": "nadia@acme.test", "password": "whatever-1234"});
        server.send("POST", "/users/login", password).await.refused(401, "Incorrect email or password.");
    });
}

#[test]
fn who_asks_too_often_is_told_when_to_come_back() {
    run(async {
        let mut server = Server::start(Config { rate_limit: Some(3), ..Config::default() }).await;
        server.sign_in("ken@acme.test").await;
        for left in ["2", "1", "0"] {
            let reply = server.get("/users/me").await;
            assert_eq!((reply.status, reply.header("x-ratelimit-remaining")), (200, left));
        }
        let reply = server.get("/users/me").await;
        let wait: u32 = reply.header("retry-after").parse().unwrap();
        assert!((1..=61).contains(&wait));
        reply.refused(429, "You've been rate limited for sending more than 3 requests in 1m0s.");
        server.get("/users/me/organizations").await.expect(200);

        // Signing in is counted more strictly.
        let server = Server::start(Config { rate_limit: Some(100), ..Config::default() }).await;
        assert_eq!(server.get("/buildinfo").await.header("x-ratelimit-limit"), "100");
        assert_eq!(server.send("POST", "/users/login", json!({})).await.header("x-ratelimit-limit"), "60");
    });
}

#[test]
fn the_way_to_github_is_offered_and_ends_there() {
    run(async {
        let server = Server::start(Config { github: true, ..Config::default() }).await;
        assert_eq!(server.get("/users/authmethods").await.expect(200)["github"]["enabled"], true);
        let path = "/users/oauth2/github/callback";
        let reply = server.get(&format!("{path}?redirect=%2Fquota")).await;
        assert_eq!(reply.status, 307);
        assert!(reply.header("location").starts_with("https://github.com/login/oauth/authorize?"));
        server.get(&format!("{path}?code=x")).await.refused(400, "State must be provided.");
        let words = "Cookie \"oauth_state\" must be provided.";
        server.get(&format!("{path}?code=x&state=y")).await.refused(401, words);
        let without = company().await;
        for path in [path, "/users/oidc/callback"] {
            without.get(path).await.refused(400, "The oauth2 method requested is not configured!");
        }
    });
}

#[test]
fn the_time_to_answer_does_not_tell_who_is_known() {
    run(async {
        let server = company().await;
        let mut times = [Vec::new(), Vec::new()];
        for _ in 0..7 {
            for (email, times) in ["ada@acme.test", "nobody@acme.test"].into_iter().zip(&mut times) {
                let began = std::time::Instant::now();
                let wrong = json!({"email": email, "password": "not-the-password"});
                server.send("POST", "/users/login", wrong).await.refused(401, "Incorrect email or password.");
                times.push(began.elapsed());
            }
        }
        // What else the machine does makes some longer, and none shorter.
        let [known, unknown] = times.map(|times| times.into_iter().min().unwrap());
        assert!(unknown * 3 > known && known * 3 > unknown, "known {known:?}, unknown {unknown:?}");
    });
}

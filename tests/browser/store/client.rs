//! Requests: with which headers they go, what is asked again, and what becomes of answers.

use crate::network::{
    always, answer, asked, client, early, early_hangs, forget, made, once, own_api, signed_out, until,
};
use crate::recorded::recorded;
use gantry::testing::api::error::Kind;
use gantry::testing::api::{Access, Call, Noticed, auth, workspaces as calls};
use gantry::testing::browser::timers;
use gantry::testing::model::operation::Setting;
use gloo_net::http::Method;
use serde_json::{Value, json};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
async fn reads_carry_the_cookie_and_writes_prove_their_origin() {
    let client = client();
    always("GET /api/v2/x", 200, &json!(1));
    always("POST /api/v2/x", 201, &json!(2));
    assert_eq!(client.read::<i64>(Call::get("/x")).await, Ok(1));
    assert_eq!(client.read::<i64>(Call::post("/x", &json!({ "a": 1 }))).await, Ok(2));
    let calls = made();
    assert_eq!(calls[0]["credentials"], "same-origin");
    assert_eq!(calls[0]["headers"]["authorization"], Value::Null);
    assert_eq!(calls[1]["headers"]["authorization"], "Bearer gantry");
    assert_eq!(calls[1]["headers"]["content-type"], "application/json");
    assert_eq!(calls[1]["body"], "{\"a\":1}");
    assert_eq!(
        client.socket_url("/w").unwrap(),
        format!("ws://{}{}/w", gantry::testing::browser::page::host(), own_api())
    );
}

#[wasm_bindgen_test]
async fn a_token_leaves_the_cookie_at_home() {
    let client = client();
    client.set_access(Access::Token { token: "abc-def".into(), sockets: true });
    always("PUT /api/v2/x", 204, &Value::Null);
    assert_eq!(client.done(Call::put("/x", &json!({}))).await, Ok(()));
    let call = &made()[0];
    assert_eq!(call["credentials"], "omit");
    assert_eq!(call["headers"]["coder-session-token"], "abc-def");
    assert_eq!(call["headers"]["authorization"], Value::Null);
    assert!(client.socket_url("/w?a=1").unwrap().ends_with("/api/v2/w?a=1&coder_session_token=abc-def"));
    client.set_access(Access::Token { token: "abc-def".into(), sockets: false });
    assert_eq!(client.socket_url("/w"), None);
}

#[wasm_bindgen_test]
async fn a_token_session_signs_the_cookie_out_first() {
    let client = client();
    once("GET /api/v2/users/me", 200, &recorded!("session/me"));
    once("POST /api/v2/users/logout", 200, &json!({ "message": "Logged out!" }));
    once("GET /api/v2/users/me", 401, &signed_out());
    once("GET /api/v2/users/me", 200, &recorded!("session/me-member"));
    let user = auth::open_with_token(&client, "abc-def").await.unwrap();
    assert_eq!(user.username, "member");
    assert_eq!(client.access(), Access::Token { token: "abc-def".into(), sockets: true });
    let calls = made();
    let who: Vec<_> = calls.iter().map(|call| call["credentials"].as_str().unwrap()).collect();
    assert_eq!(who, ["same-origin", "same-origin", "same-origin", "omit"]);
    assert_eq!(calls[1]["headers"]["authorization"], "Bearer gantry");
}

#[wasm_bindgen_test]
async fn a_cookie_that_cannot_be_removed_means_no_sockets() {
    let client = client();
    let worthless = json!({ "message": "You are signed out.", "detail": "API key is invalid." });
    once("GET /api/v2/users/me", 401, &worthless);
    once("GET /api/v2/users/me", 200, &recorded!("session/me-member"));
    auth::open_with_token(&client, "abc-def").await.unwrap();
    assert_eq!(client.access(), Access::Token { token: "abc-def".into(), sockets: false });
    assert_eq!(asked("POST", "/api/v2/users/logout"), 0);
    // A token that is worth nothing changes nothing.
    forget();
    client.set_access(Access::Cookie);
    always("GET /api/v2/users/me", 401, &worthless);
    assert_eq!(auth::open_with_token(&client, "no").await.unwrap_err().kind, Kind::Unauthorized);
    assert!(client.access() == Access::Cookie);
}

#[wasm_bindgen_test]
async fn empty_answers_are_answers() {
    let client = client();
    once("PUT /api/v2/workspaces/00000000-0000-0000-0000-000000000001/dormant", 304, &Value::Null);
    let id = gantry::testing::wire::Id::from_u128(1);
    assert_eq!(calls::set(&client, id, Setting::MakeDormant).await, Ok(None));
    once("GET /api/v2/x", 204, &Value::Null);
    assert_eq!(client.done(Call::get("/x")).await, Ok(()));
}

#[wasm_bindgen_test]
async fn reads_are_asked_again_and_writes_are_not() {
    let client = client();
    once("GET /api/v2/x", 503, &json!({ "message": "shutting down" }));
    answer(&json!({ "to": "GET /api/v2/x", "broken": true }).to_string());
    once("GET /api/v2/x", 200, &json!(7));
    assert_eq!(client.read::<i64>(Call::get("/x")).await, Ok(7));
    assert_eq!(made().len(), 3);
    for _ in 0..4 {
        once("POST /api/v2/y", 503, &json!({ "message": "shutting down" }));
        once("GET /api/v2/z", 503, &json!({ "message": "shutting down" }));
    }
    let error = client.done(Call::post("/y", &json!({}))).await.unwrap_err();
    assert_eq!((error.kind, asked("POST", "/api/v2/y")), (Kind::Server, 1));
    assert!(client.done(Call::get("/z").once()).await.is_err());
    assert_eq!(asked("GET", "/api/v2/z"), 1);
}

#[wasm_bindgen_test]
async fn a_proxys_page_and_half_an_answer_are_told_apart() {
    let client = client();
    answer(&json!({ "to": "GET /api/v2/x", "status": 200, "text": "<!doctype html>", "headers": { "Content-Type": "text/html" } }).to_string());
    assert_eq!(client.read::<i64>(Call::get("/x")).await.unwrap_err().kind, Kind::NotJson);
    answer(&json!({ "to": "GET /api/v2/x", "status": 200, "text": "{\"message\": \"N", "headers": { "Content-Type": "application/json", "X-Coder-Request-Id": "r-1" } }).to_string());
    let error = client.read::<gantry::testing::wire::error::ErrorBody>(Call::get("/x")).await.unwrap_err();
    assert_eq!((error.kind, error.request_id.as_deref()), (Kind::Decode, Some("r-1")));
}

#[wasm_bindgen_test]
async fn who_leaves_aborts_the_request() {
    let client = client();
    answer(&json!({ "to": "GET /api/v2/slow", "never": true }).to_string());
    {
        let call = client.read::<i64>(Call::get("/slow"));
        assert!(timers::within(50, call).await.is_none());
    }
    until("the request is aborted", || made()[0]["aborted"] == true).await;
    // And a limit of its own is a timeout.
    answer(&json!({ "to": "GET /api/v2/slow", "never": true }).to_string());
    let error = client.read::<i64>(Call::get("/slow").within(30)).await.unwrap_err();
    assert_eq!(error.kind, Kind::Timeout);
}

#[wasm_bindgen_test]
async fn an_early_answer_is_used_once() {
    let client = client();
    early("/api/v2/users/me", Some(recorded!("session/me").to_string()));
    assert_eq!(auth::me(&client).await.unwrap().username, "owner");
    assert_eq!(made().len(), 0);
    once("GET /api/v2/users/me", 200, &recorded!("session/me-member"));
    assert_eq!(auth::me(&client).await.unwrap().username, "member");
    // It was asked for nobody.
    early("/api/v2/users/me", Some(recorded!("session/me").to_string()));
    client.set_access(Access::Cookie);
    once("GET /api/v2/users/me", 200, &recorded!("session/me-member"));
    assert_eq!(auth::me(&client).await.unwrap().username, "member");
    // The early request found no network.
    early("/api/v2/users/me", None);
    once("GET /api/v2/users/me", 200, &recorded!("session/me-member"));
    assert_eq!(auth::me(&client).await.unwrap().username, "member");
}

#[wasm_bindgen_test]
async fn a_401_is_noticed_where_somebody_is_expected() {
    let client = client();
    let noticed: Rc<RefCell<Vec<Noticed>>> = Rc::default();
    let heard = Rc::clone(&noticed);
    client.listen(move |what| heard.borrow_mut().push(what));
    always("GET /api/v2/x", 401, &signed_out());
    assert!(client.done(Call::get("/x").expecting_401()).await.is_err());
    assert_eq!(*noticed.borrow(), [Noticed::Answered]);
    // The session lives: something in between said it.
    once("GET /api/v2/users/me", 200, &recorded!("session/me-member"));
    let error = client.done(Call::get("/x")).await.unwrap_err();
    assert_eq!(error.kind, Kind::Between);
    assert_eq!(*noticed.borrow(), [Noticed::Answered]);
    // It cannot be asked: nobody is signed out for that.
    answer(&json!({ "to": "GET /api/v2/users/me", "broken": true }).to_string());
    assert_eq!(client.done(Call::get("/x")).await.unwrap_err().kind, Kind::Between);
    assert_eq!(*noticed.borrow(), [Noticed::Answered]);
    // It has ended. Whoever doubts at the same time asks one question.
    always("GET /api/v2/users/me", 401, &signed_out());
    let before = asked("GET", "/api/v2/users/me");
    let both = futures_util::future::join(client.done(Call::get("/x")), client.done(Call::get("/x")));
    let (error, other) = both.await;
    assert_eq!(noticed.borrow().last(), Some(&Noticed::SignedOut(error.unwrap_err())));
    assert_eq!(other.unwrap_err().kind, Kind::Unauthorized);
    assert_eq!(asked("GET", "/api/v2/users/me"), before + 1);
}

#[wasm_bindgen_test]
async fn a_change_goes_without_the_authorization_header_where_something_wants_that_for_itself() {
    let client = client();
    let mesh = |to: &str| {
        answer(
            &json!({ "to": to, "status": 401, "text": "Jwt is missing", "headers": { "Content-Type": "text/plain" } })
                .to_string(),
        );
    };
    let headers = || made().last().unwrap()["headers"].clone();
    // Whose token this page does not know goes no other way.
    mesh("PUT /api/v2/x");
    let error = client.done(Call::write(Method::PUT, "/x")).await.unwrap_err();
    assert_eq!((error.kind, asked("PUT", "/api/v2/x")), (Kind::Between, 1));
    assert!(error.detail.unwrap().contains("sign in with a token"));
    client.keep_own_token("0123456789-0123456789abcdefghijkl".into());
    mesh("PUT /api/v2/x");
    once("PUT /api/v2/x", 200, &json!({}));
    client.done(Call::write(Method::PUT, "/x")).await.unwrap();
    assert_eq!(asked("PUT", "/api/v2/x"), 3);
    assert_eq!(headers()["coder-session-token"], "0123456789-0123456789abcdefghijkl");
    assert!(headers().get("authorization").is_none());
    // And from then on at once.
    once("PUT /api/v2/x", 409, &json!({ "message": "Active." }));
    assert_eq!(client.done(Call::write(Method::PUT, "/x")).await.unwrap_err().kind, Kind::Conflict);
    assert_eq!(asked("PUT", "/api/v2/x"), 4);
    // The token of one session is not sent for another one.
    client.turn();
    once("PUT /api/v2/x", 200, &json!({}));
    client.done(Call::write(Method::PUT, "/x")).await.unwrap();
    assert!(headers().get("coder-session-token").is_none());
    assert_eq!(headers()["authorization"], "Bearer gantry");
}

#[wasm_bindgen_test]
async fn an_answer_of_an_earlier_person_is_dropped() {
    let client = client();
    once("GET /api/v2/x", 200, &json!({}));
    let under_way = client.done(Call::get("/x"));
    let turned = async {
        client.turn();
    };
    let (answer, ()) = futures_util::future::join(under_way, turned).await;
    assert_eq!(answer.unwrap_err().kind, Kind::Aborted);
}

#[wasm_bindgen_test]
async fn a_first_request_that_hangs_is_sent_again() {
    let client = client();
    early_hangs("/api/v2/users/me");
    once("GET /api/v2/users/me", 200, &recorded!("session/me"));
    let noticed: Rc<RefCell<Vec<Noticed>>> = Rc::default();
    let heard = Rc::clone(&noticed);
    client.listen(move |what| heard.borrow_mut().push(what));
    assert_eq!(auth::me(&client).await.unwrap().username, "owner");
    assert_eq!(*noticed.borrow(), [Noticed::Slow, Noticed::Answered]);
    // Nor does one wait for the second: a third is on its way beside it.
    forget();
    answer(&json!({ "to": "GET /api/v2/users/me", "never": true }).to_string());
    once("GET /api/v2/users/me", 200, &recorded!("session/me-member"));
    assert_eq!(auth::me(&client).await.unwrap().username, "member");
    assert_eq!(asked("GET", "/api/v2/users/me"), 2);
    until("the one that hangs is ended", || made()[0]["aborted"] == true).await;
}

#[wasm_bindgen_test]
async fn a_slow_read_is_given_up_when_the_control_plane_is_gone() {
    let client = client();
    for _ in 0..4 {
        answer(&json!({ "to": "GET /api/v2/slow", "never": true }).to_string());
    }
    let gone = client.clone();
    client.listen(move |what| {
        if what == Noticed::Slow {
            let gone = gone.clone();
            leptos::task::spawn_local(async move { gone.set_reachable(false) });
        }
    });
    let error = client.read::<i64>(Call::get("/slow")).await.unwrap_err();
    assert_eq!(error.kind, Kind::Timeout);
    until("nothing waits any more", || made().iter().all(|call| call["aborted"] == true)).await;
}

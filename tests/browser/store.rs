//! The client, the sockets and the stores in a real browser, against a network that the test plays: what is asked, with which headers, how
//! often, and what becomes of the answers. Bodies are recordings of a real control plane (tests/contract/recordings).

#![cfg(target_family = "wasm")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

mod recorded;

use crate::recorded::{read, recorded};
use gantry::testing::api::error::{ApiError, Kind};
use gantry::testing::api::socket::{End, Followed, Going, follow};
use gantry::testing::api::{Access, Call, Client, Noticed};
use gantry::testing::api::{auth, workspaces as calls};
use gantry::testing::browser::storage::Area;
use gantry::testing::browser::{locks, storage, timers};
use gantry::testing::config::Config;
use gantry::testing::model::actions::Action;
use gantry::testing::model::operation::Setting;
use gantry::testing::model::progress::Usual;
use gantry::testing::model::wants::Want;
use gantry::testing::store::Stores;
use gantry::testing::store::after_rows::AfterRows;
use gantry::testing::store::deferred::{Fetch, Waiting};
use gantry::testing::store::session::{SessionState, Why};
use gantry::testing::store::workspaces::{DetailState, ListStatus};
use gloo_net::http::Method;
use leptos::prelude::*;
use serde_json::{Value, json};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen(inline_js = r#"
const state = { test: 0, calls: [], answers: [], sockets: [] };
export function forget() { state.calls = []; state.answers = []; state.sockets = []; }
// The API of each test lies under a path of its own: what an earlier test still asks is answered with a 404 and not counted.
export function play_network() {
  forget();
  state.test += 1;
  const own = `/test-${state.test}/`;
  globalThis.fetch = async (request) => {
    const url = new URL(request.url);
    const nothing = () => new Response(JSON.stringify({ message: "Route not found." }), { status: 404, headers: { "Content-Type": "application/json" } });
    if (!url.pathname.startsWith(own)) return nothing();
    const call = { method: request.method, path: url.pathname.slice(own.length - 1) + url.search, credentials: request.credentials,
      headers: Object.fromEntries(request.headers), aborted: false };
    state.calls.push(call);
    request.signal.addEventListener("abort", () => { call.aborted = true; });
    const body = await request.text();
    if (body) call.body = body;
    // The first answer that fits; one that is not "kept" is used up. A pattern is a method and the end of a path, or all of it.
    const key = `${call.method} ${call.path}`;
    const index = state.answers.findIndex((answer) => key === answer.to || key.startsWith(answer.to + "*"));
    const at = index >= 0 ? index : state.answers.findIndex((answer) => answer.to.endsWith("*") && key.startsWith(answer.to.slice(0, -1)));
    if (at < 0) return nothing();
    const answer = state.answers[at];
    if (!answer.kept) state.answers.splice(at, 1);
    if (answer.never) return new Promise((_, reject) => request.signal.addEventListener("abort", () => reject(new DOMException("aborted", "AbortError"))));
    if (answer.broken) throw new TypeError("Failed to fetch");
    if (answer.held) await new Promise((release) => { state.release = release; });
    const empty = [204, 205, 304].includes(answer.status);
    return new Response(empty ? null : answer.text ?? JSON.stringify(answer.body), { status: answer.status, headers: answer.headers ?? { "Content-Type": "application/json; charset=utf-8" } });
  };
  globalThis.WebSocket = class extends EventTarget {
    constructor(url) { super(); this.url = url; this.readyState = 0; this.sent = [];
      if (!new URL(url).pathname.startsWith(own)) return;
      state.sockets.push(this);
      queueMicrotask(() => { if (this.readyState === 0) { this.readyState = 1; this.dispatchEvent(new Event("open")); } }); }
    send(data) { this.sent.push(data); }
    close() { this.readyState = 3; this.closedByUs = true; }
  };
}
export function own_api() { return `/test-${state.test}/api/v2`; }
export function network(on) {
  Object.defineProperty(navigator, "onLine", { get: () => on, configurable: true });
  dispatchEvent(new Event(on ? "online" : "offline"));
}
export function release() { state.release(); }
export function answer(text) { state.answers.push(JSON.parse(text)); }
export function calls_made() { return JSON.stringify(state.calls); }
export function sockets() { return JSON.stringify(state.sockets.map((s) => ({ url: s.url, sent: s.sent.length, closed: s.readyState === 3 }))); }
export function frame(index, text) { state.sockets[index].dispatchEvent(new MessageEvent("message", { data: text })); }
export function close_socket(index, code) { const s = state.sockets[index]; s.readyState = 3; if (code !== 1000) s.dispatchEvent(new Event("error")); s.dispatchEvent(new CloseEvent("close", { code, wasClean: code === 1000 })); }
export function early_hangs(url) { globalThis.__gantry = { early: { [`/test-${state.test}${url}`]: new Promise(() => {}) } }; }
const locks = navigator.locks;
export function play_locks(how) {
  const broken = { none: undefined, throws: { request() { throw new DOMException("no", "SecurityError"); } }, nonsense: { request() {} },
    rejects: { request: () => Promise.reject(new DOMException("no", "InvalidStateError")) }, own: locks }[how];
  Object.defineProperty(navigator, "locks", { value: broken, configurable: true });
}
export function early(url, body) { globalThis.__gantry = { early: { [`/test-${state.test}${url}`]: Promise.resolve(body == null ? null : { answer: new Response(body, { headers: { "Content-Type": "application/json" } }), body: new TextEncoder().encode(body) }) } }; }
"#)]
extern "C" {
    fn play_network();
    fn own_api() -> String;
    fn forget();
    fn network(on: bool);
    fn answer(text: &str);
    fn release();
    fn calls_made() -> String;
    fn sockets() -> String;
    fn frame(index: usize, text: &str);
    fn close_socket(index: usize, code: u16);
    fn early(url: &str, body: Option<String>);
    fn early_hangs(url: &str);
    fn play_locks(how: &str);
}

/// An answer to a request `METHOD /path`, used once.
fn once(to: &str, status: u16, body: &Value) {
    answer(&json!({ "to": to, "status": status, "body": body }).to_string());
}

/// An answer that stays; a star at its end fits every path that begins so.
fn always(to: &str, status: u16, body: &Value) {
    answer(&json!({ "to": to, "status": status, "body": body, "kept": true }).to_string());
}

fn made() -> Vec<Value> {
    serde_json::from_str(&calls_made()).unwrap()
}

/// How often something was asked.
fn asked(method: &str, path: &str) -> usize {
    made().iter().filter(|call| call["method"] == method && call["path"].as_str().unwrap().starts_with(path)).count()
}

fn opened() -> Vec<Value> {
    serde_json::from_str(&sockets()).unwrap()
}

/// Resolves in the browser's next frame.
async fn next_frame() {
    let (tell, told) = futures_channel::oneshot::channel();
    request_animation_frame(move || {
        let _ = tell.send(());
    });
    let _ = told.await;
}

/// Waits until something is so, looking once a frame; the test fails by name if it never is.
async fn until(what: &str, so: impl Fn() -> bool) {
    let end = timers::monotonic_ms() + 20_000.0;
    while timers::monotonic_ms() < end {
        if so() {
            return;
        }
        next_frame().await;
    }
    panic!("never: {what}; asked: {}", calls_made());
}

fn signed_out() -> Value {
    json!({ "message": "You are signed out.", "detail": "Cookie \"coder_session_token\" or query parameter must be provided." })
}

fn client() -> Client {
    play_network();
    start_executor();
    Client::new(&own_api())
}

/// As the application's own mount does.
fn start_executor() {
    leptos::mount::mount_to_body(|| ());
}

/// The stores, signed in as the recorded user, with one stopped workspace in the list.
/// The code that the app fetches after the first rows is here at once.
fn after_rows() -> Waiting<Option<AfterRows>> {
    Box::pin(std::future::ready(Some(AfterRows::new())))
}

/// A network on which that code never comes.
fn no_part() -> Waiting<Option<AfterRows>> {
    Box::pin(std::future::ready(None))
}

fn stores() -> (Stores, Value) {
    stores_fetching(after_rows)
}

fn stores_fetching(after_rows: Fetch<AfterRows>) -> (Stores, Value) {
    play_network();
    start_executor();
    storage::remove_all(Area::Local, storage::PREFIX);
    storage::remove_all(Area::Session, storage::PREFIX);
    let workspace = recorded!("workspace/stopped");
    always("GET /api/v2/users/me", 200, &recorded!("session/me"));
    always("GET /api/v2/buildinfo", 200, &recorded!("session/buildinfo"));
    always("GET /api/v2/users/me/organizations", 200, &recorded!("session/organizations"));
    always("GET /api/v2/workspaces?limit=12&q=owner%3Ame", 200, &json!({ "workspaces": [workspace], "count": 1 }));
    (Stores::start(&Config { api: own_api(), ..Config::default() }, after_rows), workspace)
}

fn id_of(workspace: &Value) -> gantry::testing::wire::Id {
    workspace["id"].as_str().unwrap().parse().unwrap()
}

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
async fn after_every_close_the_resource_decides() {
    let client = client();
    let lines: Rc<RefCell<Vec<String>>> = Rc::default();
    let (heard, known) = (Rc::clone(&lines), Rc::clone(&lines));
    let probes: Rc<RefCell<Vec<usize>>> = Rc::default();
    let counted = Rc::clone(&probes);
    let lives: Rc<RefCell<Vec<bool>>> = Rc::default();
    let lived = Rc::clone(&lives);
    let end: Rc<RefCell<Option<End>>> = Rc::default();
    let ended = Rc::clone(&end);
    leptos::task::spawn_local(async move {
        let mut frame = |text: &str| {
            heard.borrow_mut().push(text.to_owned());
            Going::On
        };
        let ask = async || {
            counted.borrow_mut().push(opened().len());
            match counted.borrow().len() {
                2 => Err(ApiError::network("down".into())),
                1 | 3 => Ok(Going::On),
                4 => Ok(Going::Finished),
                _ => panic!("it ended"),
            }
        };
        let followed = Followed {
            path: &|| format!("/logs?after={}", known.borrow().len()),
            frame: &mut frame,
            probe: &|| Box::pin(ask()),
            lively: &|| false,
            live: &|on| lived.borrow_mut().push(on),
        };
        let end = follow(&client, followed).await;
        *ended.borrow_mut() = Some(end);
    });
    until("the socket is open", || opened().len() == 1).await;
    frame(0, "a");
    frame(0, "b");
    until("both lines are there", || lines.borrow().len() == 2).await;
    close_socket(0, 1006);
    until("it resumes", || opened().len() == 2).await;
    assert!(opened()[1]["url"].as_str().unwrap().ends_with("/api/v2/logs?after=2"));
    close_socket(1, 1006);
    until("it comes back although nothing answered at first", || opened().len() == 3).await;
    close_socket(2, 1000);
    until("it ends", || end.borrow().is_some()).await;
    assert_eq!(*end.borrow(), Some(End::Finished));
    assert_eq!(*probes.borrow(), [1, 2, 2, 3], "asked after each close, and again before a socket is opened");
    assert_eq!(lives.borrow().first(), Some(&true));
    assert_eq!(lives.borrow().last(), Some(&false));
    assert!(opened().iter().all(|socket| socket["sent"] == 0), "nothing is ever sent");
}

#[wasm_bindgen_test]
async fn who_comes_back_to_a_silent_socket_has_the_resource_asked_for_and_the_socket_replaced() {
    let client = client();
    let probes: Rc<RefCell<usize>> = Rc::default();
    let counted = Rc::clone(&probes);
    let same = client.clone();
    leptos::task::spawn_local(async move {
        let mut frame = |_: &str| Going::On;
        let ask = async || {
            *counted.borrow_mut() += 1;
            // It has changed, and the socket has not told.
            Ok(if *counted.borrow() == 1 { Going::News } else { Going::On })
        };
        let followed = Followed {
            path: &|| "/watch".to_owned(),
            frame: &mut frame,
            probe: &|| Box::pin(ask()),
            lively: &|| false,
            live: &|_| (),
        };
        follow(&same, followed).await;
    });
    until("the socket is open", || opened().len() == 1).await;
    frame(0, "hello");
    // What was heard this very moment is not doubted yet.
    let looks = || {
        client.looked().notify_waiters();
        *probes.borrow() == 1
    };
    until("it is asked for", looks).await;
    until("the socket is replaced", || opened().len() == 2).await;
    assert_eq!(opened()[0]["closed"], true);
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

#[wasm_bindgen_test]
async fn a_lock_is_held_by_one_and_passed_on() {
    let first = locks::acquire("gantry.test").await;
    let got: Rc<RefCell<bool>> = Rc::default();
    let second = Rc::clone(&got);
    leptos::task::spawn_local(async move {
        let _held = locks::acquire("gantry.test").await;
        *second.borrow_mut() = true;
    });
    assert!(timers::within(100, locks::acquire("gantry.test.other")).await.is_some(), "another lock is free");
    assert!(!*got.borrow());
    drop(first);
    until("the second has it", || *got.borrow()).await;
}

#[wasm_bindgen_test]
async fn nobody_waits_for_a_lock_that_a_browser_does_not_give() {
    for how in ["none", "throws", "rejects", "nonsense"] {
        play_locks(how);
        let held = timers::within(3_000, locks::acquire("gantry.test.none")).await;
        play_locks("own");
        assert!(!held.expect(how).keeps_apart(), "{how}: it keeps nobody apart");
    }
    let held = timers::within(3_000, locks::acquire("gantry.test.none")).await;
    assert!(held.expect("the browser's own").keeps_apart());
}

#[wasm_bindgen_test]
async fn without_locks_an_action_is_sent_all_the_same() {
    play_locks("none");
    let (stores, workspace) = stores();
    let id = id_of(&workspace);
    let list = stores.workspaces.list("owner:me");
    until("the row is there", || list.order.get_untracked().len() == 1).await;
    once(&format!("POST /api/v2/workspaces/{id}/builds"), 201, &workspace["latest_build"]);
    always(&format!("GET /api/v2/workspaces/{id}"), 200, &workspace);
    assert!(stores.operations.start(id, Action::Start));
    until("it is sent", || asked("POST", "/api/v2/workspaces/") == 1).await;
    stores.operations.clear();
    play_locks("own");
}

#[wasm_bindgen_test]
async fn an_action_whose_code_does_not_come_is_taken_back_and_said() {
    let (stores, workspace) = stores_fetching(no_part);
    let id = id_of(&workspace);
    let list = stores.workspaces.list("owner:me");
    until("the row is there", || list.order.get_untracked().len() == 1).await;
    assert!(stores.operations.start(id, Action::Start));
    let operation = stores.operations.of(id);
    assert!(operation.get_untracked().is_some(), "shown at once");
    until("it is taken back", || operation.get_untracked().is_none()).await;
    let said: Vec<String> = stores.toasts.shown.get_untracked().into_iter().map(|toast| toast.text).collect();
    assert!(said.iter().any(|text| text.contains("nothing was sent")), "{said:?}");
    assert_eq!(asked("POST", "/api/v2/workspaces/"), 0);
    let prefix = stores.session.storage_prefix().unwrap();
    assert_eq!(storage::keys(Area::Local, &format!("{prefix}operation.")), Vec::<String>::new());
    // The next try is a new one, and not refused as busy.
    assert!(stores.operations.start(id, Action::Start));
    stores.operations.clear();
}

#[wasm_bindgen_test]
async fn reading_asks_for_nothing_and_what_is_wanted_is_asked_for_once() {
    let (stores, _) = stores();
    until("somebody is signed in", || stores.session.signed_in().is_some()).await;
    stores.session.know_deployment().await;
    let failed = recorded!("real/apply-failed-workspace");
    let build = id_of(&failed["latest_build"]);
    let logs = format!("/api/v2/workspacebuilds/{build}/logs");
    always(&format!("GET {logs}"), 200, &recorded!("real/apply-failed-logs"));
    let why = stores.failures.of(build);
    for _ in 0..20 {
        assert_eq!(stores.failures.of(build).get_untracked(), None);
        next_frame().await;
    }
    assert_eq!(asked("GET", &logs), 0, "reading asks for nothing");
    let (one, two) = (stores.wants.interest(), stores.wants.interest());
    one.set(vec![Want::Failure(build)]);
    two.set(vec![Want::Failure(build)]);
    until("it is known", || why.get_untracked().is_some()).await;
    assert_eq!(asked("GET", &logs), 1);
    // What is known is not asked for by who comes later.
    drop(one);
    stores.wants.interest().set(vec![Want::Failure(build)]);
    next_frame().await;
    next_frame().await;
    assert_eq!(asked("GET", &logs), 1);
}

#[wasm_bindgen_test]
async fn a_log_that_fails_is_not_asked_for_again_and_again_and_not_while_nobody_wants_it() {
    let (stores, _) = stores();
    until("somebody is signed in", || stores.session.signed_in().is_some()).await;
    always("GET /api/v2/workspacebuilds/*", 500, &json!({ "message": "broken" }));
    let interest = stores.wants.interest();
    interest.set((1..=43).map(|number| Want::Failure(gantry::testing::wire::Id::from_u128(number))).collect());
    until("some are asked for", || asked("GET", "/api/v2/workspacebuilds/") >= 3).await;
    let end = timers::monotonic_ms() + 2_000.0;
    while timers::monotonic_ms() < end {
        next_frame().await;
    }
    assert!(asked("GET", "/api/v2/workspacebuilds/") <= 4, "{}", asked("GET", "/api/v2/workspacebuilds/"));
}

#[wasm_bindgen_test]
async fn a_row_that_left_a_list_which_stays_open_is_forgotten() {
    let (stores, workspace) = stores();
    let list = stores.workspaces.list("owner:me");
    until("the list is complete", || list.status.get_untracked() == ListStatus::Complete).await;
    let id = id_of(&workspace);
    assert!(stores.workspaces.row(id).is_some());
    always("GET /api/v2/workspaces?limit=100&q=owner%3Ame", 200, &json!({ "workspaces": [], "count": 0 }));
    list.refresh();
    until("it is gone", || list.order.get_untracked().is_empty()).await;
    until("its signal too", || stores.workspaces.row(id).is_none()).await;
}

#[wasm_bindgen_test]
async fn a_list_is_loaded_refreshed_and_loses_what_was_deleted() {
    let (stores, workspace) = stores();
    let list = stores.workspaces.list("owner:me");
    let id = id_of(&workspace);
    until("the row is there", || list.order.get_untracked().len() == 1).await;
    until("the list is complete", || list.status.get_untracked() == ListStatus::Complete).await;
    assert!(matches!(stores.session.state.get_untracked(), SessionState::SignedIn(_)));
    let row = stores.workspaces.row(id).unwrap();
    assert_eq!(row.get_untracked().name.as_ref(), workspace["name"].as_str().unwrap());
    // A socket's frame is newer than an answer that was asked for before it.
    let (owner, name) = (workspace["owner_name"].as_str().unwrap(), workspace["name"].as_str().unwrap());
    always(&format!("GET /api/v2/users/{owner}/workspace/{name}"), 200, &workspace);
    let detail = stores.workspaces.detail(owner, name);
    until("its socket is open", || opened().len() == 1).await;
    let alone = format!("/api/v2/workspaces/{id}");
    answer(&json!({ "to": format!("GET {alone}"), "status": 200, "body": workspace, "held": true }).to_string());
    let (tell, told) = futures_channel::oneshot::channel();
    let asking = stores.workspaces.clone();
    leptos::task::spawn_local(async move {
        let _ = tell.send(asking.refresh(id).await);
    });
    until("it is asked for", || asked("GET", &alone) == 1).await;
    let mut running: Value = workspace.clone();
    running["latest_build"]["build_number"] = json!(workspace["latest_build"]["build_number"].as_i64().unwrap() + 1);
    let number = running["latest_build"]["build_number"].as_i64().unwrap();
    frame(0, &json!({ "type": "data", "data": running }).to_string());
    until("the frame is there", || row.get_untracked().build.number == number).await;
    release();
    assert_eq!(told.await.unwrap(), Ok(()));
    assert_eq!(row.get_untracked().build.number, number);
    drop(detail);
    // Asked for alone it is gone.
    once(&format!("GET /api/v2/workspaces/{id}"), 410, &json!({ "message": "Workspace deleted." }));
    assert_eq!(stores.workspaces.refresh(id).await.unwrap_err().kind, Kind::Gone);
    assert_eq!(list.order.get_untracked().len(), 0);
    assert!(stores.workspaces.row(id).is_none());
}

#[wasm_bindgen_test]
async fn a_row_that_begins_to_change_is_asked_for_in_the_rhythm_of_changes() {
    let (stores, workspace) = stores();
    let list = stores.workspaces.list("owner:me");
    let id = id_of(&workspace);
    until("the list is complete", || list.status.get_untracked() == ListStatus::Complete).await;
    list.set_visible(vec![id]);
    // The list has looked at its rows: nothing changes, it waits half a minute.
    next_frame().await;
    next_frame().await;
    // Somebody else has started it; this page hears of it by its own action, which is refused for that.
    let mut starting = workspace.clone();
    starting["latest_build"] = recorded!("workspace/starting")["latest_build"].clone();
    starting["latest_build"]["build_number"] = json!(workspace["latest_build"]["build_number"].as_i64().unwrap() + 1);
    always(
        &format!("GET /api/v2/workspaces?limit=1&q=id%3A{id}"),
        200,
        &json!({ "workspaces": [starting], "count": 1 }),
    );
    once(&format!("GET /api/v2/workspaces/{id}"), 200, &starting);
    assert_eq!(stores.workspaces.refresh(id).await, Ok(()));
    until("it is asked for again", || asked("GET", "/api/v2/workspaces?limit=1&q=id") > 0).await;
}

#[wasm_bindgen_test]
async fn a_query_that_the_server_refuses_is_asked_once() {
    let (stores, _) = stores();
    always("GET /api/v2/workspaces?limit=12&q=status%3Aflying", 400, &recorded!("list/invalid-status"));
    let list = stores.workspaces.list("status:flying");
    until("it is refused", || matches!(list.status.get_untracked(), ListStatus::Refused(_))).await;
    let ListStatus::Refused(error) = list.status.get_untracked() else { panic!() };
    assert!(error.of_field("status").is_some());
    // Another list comes and is filled in the meantime.
    let other = stores.workspaces.list("owner:me");
    until("the other list is there", || other.status.get_untracked() == ListStatus::Complete).await;
    assert_eq!(asked("GET", "/api/v2/workspaces?limit=12&q=status"), 1);
}

#[wasm_bindgen_test]
async fn a_whole_workspace_is_followed_until_it_is_left() {
    let (stores, workspace) = stores();
    let id = id_of(&workspace);
    let (owner, name) = (workspace["owner_name"].as_str().unwrap(), workspace["name"].as_str().unwrap());
    always(&format!("GET /api/v2/users/{owner}/workspace/{name}"), 200, &workspace);
    let detail = stores.workspaces.detail(owner, name);
    until("it is there", || matches!(detail.state.get_untracked(), DetailState::Ready(_))).await;
    until("its socket is open", || opened().len() == 1).await;
    assert!(opened()[0]["url"].as_str().unwrap().ends_with(&format!("/api/v2/workspaces/{id}/watch-ws")));
    let mut favorite = workspace.clone();
    favorite["favorite"] = json!(true);
    frame(0, r#"{"type":"ping","data":null}"#);
    frame(0, &json!({ "type": "data", "data": favorite }).to_string());
    until("the change is there", || detail.state.get_untracked().workspace().unwrap().favorite).await;
    assert!(detail.live.get_untracked());
    drop(detail);
    until("its socket is closed", || opened()[0]["closed"] == true).await;
}

#[wasm_bindgen_test]
async fn the_page_of_a_build_follows_it_by_the_one_socket_of_its_workspace() {
    let (stores, _) = stores();
    let workspace = recorded!("workspace/starting");
    let build = &workspace["latest_build"];
    let (owner, name) = (workspace["owner_name"].as_str().unwrap(), workspace["name"].as_str().unwrap());
    let (id, number) = (id_of(build), build["build_number"].as_i64().unwrap());
    always(&format!("GET /api/v2/users/{owner}/workspace/{name}"), 200, &workspace);
    always(&format!("GET /api/v2/users/{owner}/workspace/{name}/builds/{number}"), 200, build);
    always(&format!("GET /api/v2/workspacebuilds/{id}"), 200, build);
    always(&format!("GET /api/v2/workspacebuilds/{id}/logs"), 200, &json!([]));
    let watches = || {
        let of_workspace = |socket: &Value| socket["url"].as_str().unwrap().ends_with("/watch-ws");
        opened().iter().enumerate().filter(|(_, socket)| of_workspace(socket)).map(|(at, _)| at).collect::<Vec<_>>()
    };
    let detail = stores.workspaces.detail(owner, name);
    let page = stores.builds.open(&detail, owner, name, number);
    let is_over =
        || page.build.with_untracked(|build| build.ready().is_some_and(|build| build.job.completed_at.is_some()));
    until("the build is there", || page.build.with_untracked(|build| build.ready().is_some())).await;
    until("its log is followed", || opened().iter().any(|socket| socket["url"].as_str().unwrap().contains("/logs?")))
        .await;
    until("its workspace is followed", || !watches().is_empty()).await;
    assert!(!is_over());
    let mut started = workspace.clone();
    started["latest_build"]["status"] = json!("running");
    started["latest_build"]["job"]["status"] = json!("succeeded");
    started["latest_build"]["job"]["completed_at"] = json!("2026-11-24T10:52:27.630106Z");
    frame(watches()[0], &json!({ "type": "data", "data": started }).to_string());
    until("the build is over", is_over).await;
    assert_eq!(watches().len(), 1);
    // What was asked for before the end and answered after it does not take the end back.
    frame(watches()[0], &json!({ "type": "data", "data": workspace }).to_string());
    next_frame().await;
    next_frame().await;
    assert!(is_over());
}

#[wasm_bindgen_test]
async fn a_memo_that_reads_what_a_row_says_asks_for_nothing() {
    let (stores, _) = stores();
    until("somebody is signed in", || stores.session.signed_in().is_some()).await;
    stores.session.know_deployment().await;
    always("GET /api/v2/workspacebuilds/*", 200, &json!([]));
    always("GET /api/v2/templates*", 200, &json!([]));
    let rows = [recorded!("real/apply-failed-workspace"), recorded!("workspace/starting")]
        .map(|workspace| calls::row(&read(&workspace).unwrap()));
    let owner = Owner::new();
    let memos = owner.with(|| {
        rows.map(|row| {
            let stores = stores.clone();
            Memo::new(move |_| {
                let (why, usual) = (stores.failures.of(row.build.id).get(), stores.durations.of(&row));
                let stage = stores.stages.of(&row, stores.known_ms());
                (why, usual, stage, stores.operations.busy(row.id), stores.operations.is_held(row.id))
            })
        })
    });
    for _ in 0..20 {
        for memo in memos {
            assert_eq!(memo.get_untracked(), (None, Usual::NotAsked, None, None, false));
        }
        next_frame().await;
    }
    assert_eq!((asked("GET", "/api/v2/workspacebuilds/"), asked("GET", "/api/v2/templates")), (0, 0));
    drop(owner);
}

#[wasm_bindgen_test]
async fn an_operation_is_stored_sent_once_proven_and_forgotten() {
    let (stores, workspace) = stores();
    let id = id_of(&workspace);
    let list = stores.workspaces.list("owner:me");
    until("the row is there", || list.order.get_untracked().len() == 1).await;
    let number = workspace["latest_build"]["build_number"].as_i64().unwrap() + 1;
    let mut build = workspace["latest_build"].clone();
    build["build_number"] = json!(number);
    build["transition"] = json!("start");
    build["status"] = json!("pending");
    build["job"]["status"] = json!("pending");
    build["job"].as_object_mut().unwrap().remove("completed_at");
    let mut starting = workspace.clone();
    starting["latest_build"] = build.clone();
    once(&format!("POST /api/v2/workspaces/{id}/builds"), 201, &build);
    once(&format!("GET /api/v2/workspaces/{id}"), 200, &starting);
    assert!(stores.operations.start(id, Action::Start));
    assert!(!stores.operations.start(id, Action::Stop), "one at a time");
    let operation = stores.operations.of(id);
    assert!(operation.get_untracked().unwrap().overlay(0).is_some(), "shown at once");
    until("the row shows the build", || stores.workspaces.snapshot(id).unwrap().build.number == number).await;
    let prefix = stores.session.storage_prefix().unwrap();
    let key = format!("{prefix}operation.{id}");
    assert!(storage::get(Area::Local, &key).is_some(), "a closed tab loses nothing");
    let mut running = starting.clone();
    running["latest_build"]["status"] = json!("running");
    running["latest_build"]["job"]["status"] = json!("succeeded");
    running["latest_build"]["job"]["completed_at"] = json!("2026-11-24T10:52:27.630106Z");
    let alone = format!("/api/v2/workspaces/{id}");
    until("the one answer from before is used", || asked("GET", &alone) >= 1).await;
    always(&format!("GET {alone}"), 200, &running);
    assert_eq!(stores.workspaces.refresh(id).await, Ok(()));
    until("it is over", || operation.get_untracked().is_none()).await;
    assert_eq!(storage::get(Area::Local, &key), None);
    assert_eq!(asked("POST", "/api/v2/workspaces/"), 1);
    let sent = made().into_iter().find(|call| call["method"] == "POST").unwrap();
    assert_eq!(sent["body"], r#"{"transition":"start","reason":"dashboard"}"#);
}

#[wasm_bindgen_test]
async fn a_stored_operation_is_taken_up_and_its_request_is_not_repeated() {
    let (first, workspace) = stores();
    let id = id_of(&workspace);
    let list = first.workspaces.list("owner:me");
    until("the row is there", || list.order.get_untracked().len() == 1).await;
    answer(&json!({ "to": format!("POST /api/v2/workspaces/{id}/builds"), "never": true }).to_string());
    assert!(first.operations.start(id, Action::Start));
    let key = format!("{}operation.{id}", {
        until("the request is on its way", || asked("POST", "/api/v2/workspaces/") == 1).await;
        first.session.storage_prefix().unwrap()
    });
    let stored = storage::get(Area::Local, &key).unwrap();
    // The tab is closed: its driver is gone, its lock is free, what it stored is there.
    first.operations.clear();
    drop(timers::within(3_000, locks::acquire(&format!("gantry.operation.{id}"))).await.expect("the lock is free"));
    let number = workspace["latest_build"]["build_number"].as_i64().unwrap() + 1;
    let mut running = workspace.clone();
    running["latest_build"]["build_number"] = json!(number);
    running["latest_build"]["transition"] = json!("start");
    running["latest_build"]["status"] = json!("running");
    always(&format!("GET /api/v2/workspaces/{id}"), 200, &running);
    storage::set(Area::Local, &key, &stored);
    let second = Stores::start(&Config { api: own_api(), ..Config::default() }, after_rows);
    until("it is done", || storage::get(Area::Local, &key).is_none()).await;
    assert_eq!(asked("POST", "/api/v2/workspaces/"), 1, "never twice");
    drop(second);
}

/// The stores with so many stopped workspaces in their list.
async fn stores_with(count: u128) -> (Stores, Vec<gantry::testing::wire::Id>) {
    let (stores, workspace) = stores();
    forget();
    let all: Vec<Value> = (1..=count)
        .map(|number| {
            let mut one = workspace.clone();
            one["id"] = json!(gantry::testing::wire::Id::from_u128(number).to_string());
            one["name"] = json!(format!("many-{number}"));
            one
        })
        .collect();
    always("GET /api/v2/users/me", 200, &recorded!("session/me"));
    always("GET /api/v2/buildinfo", 200, &recorded!("session/buildinfo"));
    let (first, rest) = all.split_at(all.len().min(12));
    always("GET /api/v2/workspaces?limit=12&q=owner%3Ame", 200, &json!({ "workspaces": first, "count": count }));
    let next = "GET /api/v2/workspaces?limit=100&q=owner%3Ame&offset=12";
    always(next, 200, &json!({ "workspaces": rest, "count": count }));
    until("somebody is signed in", || stores.session.signed_in().is_some()).await;
    let list = stores.workspaces.list("owner:me");
    until("the list is complete", || list.status.get_untracked() == ListStatus::Complete).await;
    stores.session.know_deployment().await;
    std::mem::forget(list);
    (stores, (1..=count).map(gantry::testing::wire::Id::from_u128).collect())
}

#[wasm_bindgen_test]
async fn many_actions_at_once_go_a_few_at_a_time() {
    let (stores, ids) = stores_with(25).await;
    answer(&json!({ "to": "POST /api/v2/workspaces/*", "never": true, "kept": true }).to_string());
    for id in &ids {
        assert!(stores.operations.start(*id, Action::Start));
    }
    until("the first are on their way", || asked("POST", "/api/v2/workspaces/") > 0).await;
    until("all are shown", || ids.iter().all(|id| stores.operations.busy(*id) == Some(Action::Start))).await;
    for _ in 0..30 {
        next_frame().await;
    }
    assert_eq!(asked("POST", "/api/v2/workspaces/"), 4, "{}", calls_made());
    stores.operations.clear();
}

#[wasm_bindgen_test]
async fn many_actions_that_meet_a_dead_network_make_no_storm() {
    let (stores, ids) = stores_with(25).await;
    forget();
    for to in ["GET /api/v2/*", "POST /api/v2/*"] {
        answer(&json!({ "to": to, "broken": true, "kept": true }).to_string());
    }
    let began = timers::monotonic_ms();
    for id in &ids {
        assert!(stores.operations.start(*id, Action::Start));
    }
    until("it is said", || stores.net.offline.get_untracked().is_some()).await;
    until("two seconds have passed", || timers::monotonic_ms() - began > 2_000.0).await;
    assert!(asked("POST", "/api/v2/workspaces/") <= 4, "{}", calls_made());
    assert!(made().len() <= 25, "{} requests: {}", made().len(), calls_made());
    stores.operations.clear();
}

#[wasm_bindgen_test]
async fn signing_out_wipes_what_was_stored_for_the_user() {
    let (stores, _) = stores();
    until("somebody is signed in", || stores.session.signed_in().is_some()).await;
    stores.session.know_deployment().await;
    let prefix = stores.session.storage_prefix().unwrap();
    storage::set(Area::Local, &format!("{prefix}failures"), "{}");
    // What was under way is told of after the next sign-in.
    let under_way = format!("{prefix}operation.{}", gantry::testing::wire::Id::from_u128(7));
    storage::set(Area::Local, &under_way, "{}");
    storage::set(Area::Local, "gantry.theme", "dark");
    once("POST /api/v2/users/logout", 200, &json!({ "message": "Logged out!" }));
    stores.session.sign_out().await.unwrap();
    assert_eq!(storage::keys(Area::Local, &prefix), std::slice::from_ref(&under_way));
    storage::remove(Area::Local, &under_way);
    assert_eq!(storage::get(Area::Local, "gantry.theme").as_deref(), Some("dark"));
    assert!(matches!(stores.session.state.get_untracked(), SessionState::SignedOut { why: Why::Here, .. }));
}

#[wasm_bindgen_test]
async fn a_session_that_ends_leads_to_signing_in() {
    let (stores, _) = stores();
    until("somebody is signed in", || stores.session.signed_in().is_some()).await;
    forget();
    once("GET /api/v2/x", 401, &signed_out());
    always("GET /api/v2/users/me", 401, &signed_out());
    assert!(stores.client.done(Call::get("/x")).await.is_err());
    let SessionState::SignedOut { why, back } = stores.session.state.get_untracked() else { panic!("signed out") };
    assert!(matches!(&why, Why::Ended(error) if error.message == "You are signed out."), "{why:?}");
    assert_eq!(back, gantry::testing::browser::page::path_and_query());
}

#[wasm_bindgen_test]
async fn a_new_control_plane_asks_to_be_set_up() {
    play_network();
    start_executor();
    always("GET /api/v2/users/me", 401, &signed_out());
    always("GET /api/v2/users/first", 404, &recorded!("session/first-user-none"));
    let stores = Stores::start(&Config { api: own_api(), ..Config::default() }, after_rows);
    until("it says so", || stores.session.state.get_untracked() == SessionState::SetupNeeded).await;
}

#[wasm_bindgen_test]
async fn an_answer_that_came_through_just_before_the_network_went_is_doubted() {
    let (stores, _) = stores();
    until("somebody is signed in", || stores.session.signed_in().is_some()).await;
    // What a page asks at its beginning has been asked.
    stores.session.know_deployment().await;
    until("the facts are there", || asked("GET", "/api/v2/entitlements") > 0).await;
    forget();
    once("GET /api/v2/buildinfo", 200, &recorded!("session/buildinfo"));
    answer(&json!({ "to": "GET /api/v2/buildinfo", "broken": true, "kept": true }).to_string());
    network(false);
    until("the banner is there", || stores.net.offline.get_untracked().is_some()).await;
    forget();
    always("GET /api/v2/buildinfo", 200, &recorded!("session/buildinfo"));
    network(true);
    until("it is gone", || stores.net.offline.get_untracked().is_none()).await;
}

#[wasm_bindgen_test]
async fn a_clock_that_is_an_hour_off_is_put_right_by_the_answer_not_by_the_next_tick() {
    let (stores, _) = stores();
    until("somebody is signed in", || stores.session.signed_in().is_some()).await;
    let ahead = |ms: i64| {
        let date: String = js_sys::Date::new(&(timers::now_ms() as f64 + ms as f64).into()).to_utc_string().into();
        answer(
            &json!({ "to": "GET /api/v2/x", "status": 200, "text": "1",
            "headers": { "Content-Type": "application/json", "Date": date } })
            .to_string(),
        );
    };
    let shown = || stores.clock.now_ms.get_untracked() - timers::now_ms();
    assert!(shown().abs() < 5_000, "{}", shown());
    ahead(3_600_000);
    assert_eq!(stores.client.done(Call::get("/x")).await, Ok(()));
    assert!((shown() - 3_600_000).abs() < 5_000, "{}", shown());
}

#[wasm_bindgen_test]
async fn a_lost_control_plane_is_said_and_found_again() {
    let (stores, _) = stores();
    until("somebody is signed in", || stores.session.signed_in().is_some()).await;
    forget();
    always("GET /api/v2/*", 502, &json!({ "message": "bad gateway" }));
    assert!(stores.client.done(Call::write(Method::POST, "/x")).await.is_err(), "404 is an answer");
    assert!(stores.client.done(Call::get("/y").once()).await.is_err());
    until("the banner is there", || stores.net.offline.get_untracked().is_some()).await;
    let offline = stores.net.offline.get_untracked().unwrap();
    assert_eq!(offline.error.status, Some(502));
    assert!(offline.last_answer_ms.is_some());
    forget();
    always("GET /api/v2/buildinfo", 200, &recorded!("session/buildinfo"));
    let again = stores.client.again().notified();
    stores.net.try_now();
    until("it is gone", || stores.net.offline.get_untracked().is_none()).await;
    assert!(timers::within(100, again).await.is_some(), "who waits is woken");
}

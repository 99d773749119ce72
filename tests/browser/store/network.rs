//! The network that the tests play: answers that are laid ready, sockets that say what a test has them say, and the
//! page that stands before them.

use crate::recorded::recorded;
use gantry::testing::api::Client;
use gantry::testing::browser::storage::Area;
use gantry::testing::browser::{storage, timers};
use gantry::testing::config::Config;
use gantry::testing::store::Stores;
use gantry::testing::store::after_rows::AfterRows;
use gantry::testing::store::deferred::{Fetch, Waiting};
use leptos::prelude::*;
use serde_json::{Value, json};
use wasm_bindgen::prelude::*;

#[wasm_bindgen(inline_js = r#"
const state = { test: 0, calls: [], answers: [], sockets: [] };
export function forget() { state.calls = []; state.answers = []; state.sockets = []; }
// The API of each test lies under a path of its own: what an earlier test still asks is answered with a 404 and not
// counted.
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
    // The first answer that fits; one that is not "kept" is used up. A pattern is a method and the end of a path, or
    // all of it.
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
    pub(crate) fn play_network();
    pub(crate) fn own_api() -> String;
    pub(crate) fn forget();
    pub(crate) fn network(on: bool);
    pub(crate) fn answer(text: &str);
    pub(crate) fn release();
    pub(crate) fn calls_made() -> String;
    pub(crate) fn sockets() -> String;
    pub(crate) fn frame(index: usize, text: &str);
    pub(crate) fn close_socket(index: usize, code: u16);
    pub(crate) fn early(url: &str, body: Option<String>);
    pub(crate) fn early_hangs(url: &str);
    pub(crate) fn play_locks(how: &str);
}

/// An answer to a request `METHOD /path`, used once.
pub(crate) fn once(to: &str, status: u16, body: &Value) {
    answer(&json!({ "to": to, "status": status, "body": body }).to_string());
}

/// An answer that stays; a star at its end fits every path that begins so.
pub(crate) fn always(to: &str, status: u16, body: &Value) {
    answer(&json!({ "to": to, "status": status, "body": body, "kept": true }).to_string());
}

pub(crate) fn made() -> Vec<Value> {
    serde_json::from_str(&calls_made()).unwrap()
}

/// How often something was asked.
pub(crate) fn asked(method: &str, path: &str) -> usize {
    made().iter().filter(|call| call["method"] == method && call["path"].as_str().unwrap().starts_with(path)).count()
}

pub(crate) fn opened() -> Vec<Value> {
    serde_json::from_str(&sockets()).unwrap()
}

/// Resolves in the browser's next frame.
pub(crate) async fn next_frame() {
    let (tell, told) = futures_channel::oneshot::channel();
    request_animation_frame(move || {
        let _ = tell.send(());
    });
    let _ = told.await;
}

/// Waits until something is so, looking once a frame; the test fails by name if it never is.
pub(crate) async fn until(what: &str, so: impl Fn() -> bool) {
    let end = timers::monotonic_ms() + 20_000.0;
    while timers::monotonic_ms() < end {
        if so() {
            return;
        }
        next_frame().await;
    }
    panic!("never: {what}; asked: {}", calls_made());
}

pub(crate) fn signed_out() -> Value {
    json!({ "message": "You are signed out.", "detail": "Cookie \"coder_session_token\" or query parameter must be provided." })
}

pub(crate) fn client() -> Client {
    play_network();
    start_executor();
    Client::new(&own_api())
}

/// As the application's own mount does.
pub(crate) fn start_executor() {
    leptos::mount::mount_to_body(|| ());
}

/// The stores, signed in as the recorded user, with one stopped workspace in the list.
/// The code that the app fetches after the first rows is here at once.
pub(crate) fn after_rows() -> Waiting<Option<AfterRows>> {
    Box::pin(std::future::ready(Some(AfterRows::new())))
}

/// A network on which that code never comes.
pub(crate) fn no_part() -> Waiting<Option<AfterRows>> {
    Box::pin(std::future::ready(None))
}

pub(crate) fn stores() -> (Stores, Value) {
    stores_fetching(after_rows)
}

pub(crate) fn stores_fetching(after_rows: Fetch<AfterRows>) -> (Stores, Value) {
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

pub(crate) fn id_of(workspace: &Value) -> gantry::testing::wire::Id {
    workspace["id"].as_str().unwrap().parse().unwrap()
}

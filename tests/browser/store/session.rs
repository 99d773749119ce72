//! Sessions, and a control plane that is lost and found again.

use crate::network::{
    after_rows, always, answer, asked, forget, network, once, own_api, play_network, signed_out, start_executor,
    stores, until,
};
use crate::recorded::recorded;
use gantry::testing::api::Call;
use gantry::testing::browser::storage::Area;
use gantry::testing::browser::{storage, timers};
use gantry::testing::config::Config;
use gantry::testing::store::Stores;
use gantry::testing::store::session::{SessionState, Why};
use gloo_net::http::Method;
use leptos::prelude::*;
use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;

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

//! Actions: locked, stored, sent once, proven, many at once.

use crate::network::{
    after_rows, always, answer, asked, calls_made, forget, id_of, made, next_frame, no_part, once, own_api, play_locks,
    stores, stores_fetching, until,
};
use crate::recorded::recorded;
use gantry::testing::browser::storage::Area;
use gantry::testing::browser::{locks, storage, timers};
use gantry::testing::config::Config;
use gantry::testing::model::actions::Action;
use gantry::testing::store::Stores;
use gantry::testing::store::workspaces::ListStatus;
use leptos::prelude::*;
use serde_json::{Value, json};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen_test::wasm_bindgen_test;

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

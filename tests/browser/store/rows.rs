//! Rows and what is wanted to be known of them: lists, whole workspaces, builds.

use crate::network::{always, answer, asked, frame, id_of, next_frame, once, opened, release, stores, until};
use crate::recorded::{read, recorded};
use gantry::testing::api::error::Kind;
use gantry::testing::api::workspaces as calls;
use gantry::testing::browser::timers;
use gantry::testing::model::progress::Usual;
use gantry::testing::model::wants::Want;
use gantry::testing::store::session::SessionState;
use gantry::testing::store::workspaces::{DetailState, ListStatus};
use leptos::prelude::*;
use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;

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

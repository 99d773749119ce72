//! Sockets: what is asked when one closes, or says nothing.

use crate::network::{client, close_socket, frame, opened, until};
use gantry::testing::api::error::ApiError;
use gantry::testing::api::socket::{End, Followed, Going, follow};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen_test::wasm_bindgen_test;

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

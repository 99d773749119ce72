//! The client, the sockets and the stores in a real browser, against a network that the test plays: what is asked, with
//! which headers, how often, and what becomes of the answers. Bodies are recordings of a real control plane
//! (tests/contract/recordings).

#![cfg(target_family = "wasm")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

mod client;
mod network;
mod operations;
#[path = "../recorded.rs"]
mod recorded;
mod rows;
mod session;
mod sockets;

use wasm_bindgen_test::wasm_bindgen_test_configure;

wasm_bindgen_test_configure!(run_in_browser);

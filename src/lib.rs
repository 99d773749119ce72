//! Gantry: a web console for Coder control planes.
//!
//! The module tree, floor by floor from the ground (docs/architecture.md): a file imports only from floors below its
//! own. The page calls [`start`]. Everything else is the crate's own, so that the compiler names what nobody uses; what
//! `tests/` reaches is listed in [`testing`].

#![warn(unreachable_pub)]

mod paths;

mod config;

mod wire;

mod model;

mod browser;

mod api;

mod store;

#[allow(unreachable_pub, reason = "what `#[component]` writes is public")]
mod components;

#[allow(unreachable_pub, reason = "what `#[component]` writes is public")]
mod waterfall;

#[allow(unreachable_pub, reason = "what `#[component]` writes is public")]
mod panels;

#[allow(unreachable_pub, reason = "what `#[component]` writes is public")]
mod pages;

#[allow(unreachable_pub, reason = "what `#[component]` writes is public")]
mod embed;

#[allow(unreachable_pub, reason = "what `#[component]` writes is public")]
mod app;

#[doc(hidden)]
pub mod testing;

pub use app::{install_panic_hook, start};

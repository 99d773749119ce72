//! Gantry: a web console for Coder control planes.
//!
//! The module tree, floor by floor from the ground (docs/architecture.md): a file imports only from floors below its own. The page calls
//! [`start`]. Everything else is the crate's own, so that the compiler names what nobody uses; what `tests/` reaches is listed in [`testing`].

mod paths;

mod config;

mod wire;

mod model;

mod browser;

mod api;

mod store;

mod components;

mod waterfall;

mod panels;

mod pages;

mod app;

#[doc(hidden)]
pub mod testing;

pub use app::{install_panic_hook, start};

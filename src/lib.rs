//! Gantry: a web console for Coder control planes.
//!
//! The module tree, floor by floor from the ground (docs/architecture.md): a file imports only from floors below its own.
//! Native tests reach every module through this library; the page calls the exports of [`start`](app::start).

pub mod paths;

pub mod config;

pub mod wire;

pub mod model;

pub mod browser;

pub mod api;

pub mod store;

pub mod components;

pub mod waterfall;

pub mod panels;

pub mod pages;

pub mod app;

pub use app::install_panic_hook;

//! The calls: one file per resource, over one client (auth, errors, retry) and one web socket. May import `browser` and below.

pub mod agents;
pub mod answer;
pub mod auth;
pub mod builds;
pub mod call;
pub mod client;
pub mod clock;
pub mod deployment;
pub mod doubt;
pub mod early;
pub mod error;
pub mod quota;
pub mod retry;
pub mod socket;
pub mod templates;
pub mod users;
pub mod workspaces;

pub use call::Call;
pub use client::{Access, Client, Noticed};

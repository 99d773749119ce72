//! The calls: one file per resource, over one client (auth, errors, retry) and one web socket. May import `browser` and below.

pub mod call;

pub mod client;

pub mod clock;

pub mod doubt;

pub mod early;

pub mod error;

pub mod retry;

pub mod socket;

pub mod auth;

pub mod users;

pub mod workspaces;

pub mod builds;

pub mod agents;

pub mod templates;

pub mod quota;

pub mod deployment;

pub use client::{Access, Asked, Call, Client, Noticed};
pub use error::{ApiError, Kind};

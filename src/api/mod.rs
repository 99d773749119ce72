//! The calls: one file per resource, over one client (auth, errors, retry) and one web socket. May import `browser` and
//! below.

mod abort;
pub(crate) mod agents;
pub(crate) mod answer;
pub(crate) mod auth;
pub(crate) mod authorization;
pub(crate) mod builds;
pub(crate) mod call;
pub(crate) mod client;
pub(crate) mod clock;
pub(crate) mod deployment;
pub(crate) mod doubt;
pub(crate) mod early;
pub(crate) mod error;
pub(crate) mod external_auth;
pub(crate) mod parameters;
pub(crate) mod probe;
pub(crate) mod quota;
pub(crate) mod release;
pub(crate) mod retry;
pub(crate) mod socket;
pub(crate) mod templates;
pub(crate) mod users;
pub(crate) mod workspaces;

pub use call::Call;
pub use client::{Access, Client, Noticed};

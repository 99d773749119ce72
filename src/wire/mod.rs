//! What travels: plain types, read by [`json`](crate::json) and written by serde, one file per resource of the API (docs/control-plane-api.md,
//! 1 and 2). Pure; imports nothing above this floor.
//!
//! The rules that every type here keeps, checked against the answers of real servers in `tests/contract`:
//! - field names are the API's; a field that every server sends is required, so foreign JSON does not parse;
//! - `null`, absent and empty are three things and survive a round trip ([`list`]);
//! - unknown enum values are kept as text ([`text_enum!`](crate::text_enum)), unknown fields are ignored;
//! - a field that Gantry has no use for is not declared: what is not read cannot break.

#![allow(clippy::struct_excessive_bools)] // what the API sends as booleans are booleans

pub mod text;

pub mod agent;
pub mod auth;
pub mod build;
pub mod deployment;
pub mod error;
pub mod id;
pub mod list;
pub mod log;
pub mod map;
pub mod quota;
pub mod resource;
pub mod socket;
pub mod template;
pub mod time;
pub mod timings;
pub mod user;
pub mod workspace;

pub use id::Id;
pub use list::List;
pub use time::Timestamp;

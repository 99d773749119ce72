//! What travels: plain types, read by `json_tape` and written by serde by the same attributes, one file per resource of
//! the API (docs/control-plane-api.md, 1 and 2). Pure; imports nothing above this floor.
//!
//! The rules that every type here keeps, checked against the answers of real servers in `tests/contract`:
//! - field names are the API's; a type is read with exactly the fields that Gantry uses, so what is not read cannot
//!   break;
//! - required are ids, names and states: without them there is nothing to show. Everything else may be missing, `null`
//!   or of another shape, for servers of many ages answer: `#[serde(default)]` has it empty then, and what did not fit
//!   is noted ([`LeftOut`](json_tape::LeftOut));
//! - a time that nobody said is Go's zero, an id that nobody said the one of zeros, a word that nobody said the empty
//!   one; a figure is `None`, never 0;
//! - the API's enums grow with every release: a word that is not known is data (`Other`), unknown fields are ignored.

pub(crate) mod agent;
pub(crate) mod auth;
pub(crate) mod authorization;
pub(crate) mod build;
pub(crate) mod deployment;
pub(crate) mod error;
pub(crate) mod id;
pub(crate) mod list;
pub(crate) mod log;
pub(crate) mod map;
pub(crate) mod metadata;
pub(crate) mod name;
pub(crate) mod parameter;
pub(crate) mod port;
pub(crate) mod quiet_hours;
pub(crate) mod quota;
pub(crate) mod resource;
pub(crate) mod sharing;
pub(crate) mod socket;
pub(crate) mod template;
pub(crate) mod template_version;
pub(crate) mod time;
pub(crate) mod timings;
pub(crate) mod user;
pub(crate) mod workspace;

pub use id::Id;
pub use list::List;
pub use time::Timestamp;

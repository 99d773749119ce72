//! What it means: pure functions over wire types, the clock passed in. No browser, no signals. May import `wire`,
//! `paths`, `config`.

pub(crate) mod actions;
pub(crate) mod app_address;
#[allow(dead_code, reason = "the list's own part uses it once it is there")]
pub(crate) mod arrange;
#[allow(dead_code, reason = "the list's own part uses it once it is there")]
pub(crate) mod bulk;
pub(crate) mod channel;
pub(crate) mod connection;
pub(crate) mod consequences;
pub(crate) mod counted;
pub(crate) mod creation;
pub(crate) mod decimal;
pub(crate) mod duration;
pub(crate) mod embed;
pub(crate) mod failure;
#[allow(dead_code, reason = "the list's own part uses it once it is there")]
pub(crate) mod fuzzy;
pub(crate) mod held;
pub(crate) mod left_out;
pub(crate) mod log;
pub(crate) mod metadata;
pub(crate) mod operation;
pub(crate) mod order;
pub(crate) mod pace;
pub(crate) mod parameters;
pub(crate) mod permission;
pub(crate) mod ports;
pub(crate) mod progress;
#[allow(dead_code, unused_imports, reason = "the list's own part uses it once it is there")]
pub(crate) mod query;
pub(crate) mod quota;
#[cfg(test)]
pub(crate) mod recordings;
pub(crate) mod release;
pub(crate) mod resources;
pub(crate) mod row;
#[allow(dead_code, reason = "the list's own part uses it once it is there")]
pub(crate) mod saved_views;
pub(crate) mod schedule;
#[allow(dead_code, reason = "the list's own part uses it once it is there")]
pub(crate) mod selection;
pub(crate) mod status;
pub(crate) mod templates;
pub(crate) mod terminal;
pub(crate) mod timeline;
pub(crate) mod timings;
pub(crate) mod wants;

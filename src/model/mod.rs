//! What it means: pure functions over wire types, the clock passed in. No browser, no signals. May import `wire`,
//! `paths`, `config`.

pub(crate) mod actions;
pub(crate) mod app_address;
pub(crate) mod channel;
pub(crate) mod connection;
pub(crate) mod consequences;
pub(crate) mod counted;
pub(crate) mod creation;
pub(crate) mod decimal;
pub(crate) mod duration;
pub(crate) mod failure;
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
pub(crate) mod query;
pub(crate) mod quota;
#[cfg(test)]
pub(crate) mod recordings;
pub(crate) mod release;
pub(crate) mod resources;
pub(crate) mod row;
pub(crate) mod schedule;
pub(crate) mod status;
pub(crate) mod templates;
pub(crate) mod terminal;
pub(crate) mod timeline;
pub(crate) mod timings;
pub(crate) mod wants;

//! What it means: pure functions over wire types, the clock passed in. No browser, no signals. May import `wire`,
//! `paths`, `config`.

pub mod actions;
pub mod app_address;
pub mod channel;
pub mod counted;
pub mod decimal;
pub mod duration;
pub mod failure;
pub mod left_out;
pub mod log;
pub mod operation;
pub mod order;
pub mod pace;
pub mod query;
pub mod quota;
#[cfg(test)]
pub(crate) mod recordings;
pub mod resources;
pub mod row;
pub mod schedule;
pub mod status;
pub mod terminal;
pub mod timeline;
pub(crate) mod timings;
pub mod wants;

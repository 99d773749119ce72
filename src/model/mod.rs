//! What it means: pure functions over wire types, the clock passed in. No browser, no signals. May import `wire`, `paths`, `config`.

pub mod duration;
pub mod timeline;

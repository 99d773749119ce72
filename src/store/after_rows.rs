//! The code of the stores that the first rows do not need: what drives an action, what reads why builds failed, what
//! asks for permissions. It is fetched right after the first rows
//! (docs/decisions/0012-views-and-what-comes-when.md). May import `api` and below.

use crate::store::deferred::Worker;
use crate::store::{operations, permissions, wants};

/// The functions of the part. They are pointers, so that nothing but the part reaches the code behind them.
#[derive(Clone, Copy)]
pub struct AfterRows {
    pub(super) operations: operations::Driver,
    pub(super) permissions: Worker<permissions::Asking>,
    pub(super) wants: Worker<wants::Wishes>,
}

impl AfterRows {
    /// All of it. Whoever calls this has all that code with it: only the part may.
    pub fn new() -> Self {
        Self { operations: operations::Driver::new(), permissions: permissions::asker(), wants: wants::asker() }
    }
}

impl Default for AfterRows {
    fn default() -> Self {
        Self::new()
    }
}

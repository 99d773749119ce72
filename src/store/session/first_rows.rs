//! Whether what the viewer waits for has been painted: what may wait for that begins after it. Imports `browser`.

use crate::browser::notify::Notify;
use crate::browser::{dom, timers};
use std::cell::Cell;
use std::rc::Rc;

/// How long the facts of the deployment wait for the first rows, in milliseconds: nothing may stand in their way.
const LONGEST_WAIT_MS: i64 = 1_000;

/// Whether the first rows have been painted, and who waits for that.
#[derive(Default)]
pub(super) struct FirstRows {
    /// Whether the page has more to show first.
    held: Cell<bool>,
    shown: Cell<bool>,
    painted: Cell<bool>,
    waiters: Notify,
}

impl FirstRows {
    /// They are in the page, and will have been painted in a moment.
    pub(super) fn shown(self: &Rc<Self>) {
        if !self.held.get() && !self.shown.replace(true) {
            let first_rows = Rc::clone(self);
            dom::after_paint(move || first_rows.painted());
        }
    }

    /// The page shows more first, until it says so.
    pub(super) fn hold(&self, held: bool) {
        self.held.set(held);
    }

    /// They have been painted, or will never come.
    pub(super) fn painted(&self) {
        self.painted.set(true);
        self.waiters.notify_waiters();
    }

    /// Resolves once they have been painted, or were waited for long enough.
    pub(super) async fn after(&self) {
        if !self.painted.get() {
            timers::sleep_or(LONGEST_WAIT_MS, &self.waiters).await;
        }
    }
}

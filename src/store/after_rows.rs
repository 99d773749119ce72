//! The code of the stores that the first rows do not need: what drives an action, and what reads why builds failed. It is a part of the application
//! of its own, which is fetched right after the first rows (docs/decisions/0012-views-and-what-comes-when.md). The app says how the part is fetched, because floors above
//! the stores cut it out. May import `api` and below.

use super::operations::Shared;
use super::permissions::Asking;
use super::wants::Wishes;
use crate::browser::notify::Notify;
use crate::model::operation::{Event, Operation};
use crate::wire::id::Id;
use futures_channel::mpsc::UnboundedReceiver;
use send_wrapper::SendWrapper;
use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

/// A future that stays on the page's one thread.
pub type Waiting<T> = Pin<Box<dyn Future<Output = T>>>;

/// Fetches the part; `None` if it did not come.
pub type Fetch = fn() -> Waiting<Option<AfterRows>>;

/// The functions of the part. They are pointers, so that nothing but the part reaches the code behind them.
#[derive(Clone, Copy)]
pub struct AfterRows {
    pub(super) drive: fn(Rc<Shared>, Operation, Event, UnboundedReceiver<Event>) -> Waiting<()>,
    pub(super) cancel_directly: fn(&Rc<Shared>, Id) -> bool,
    pub(super) ask_for: fn(Rc<Wishes>) -> Waiting<()>,
    pub(super) ask_for_rights: fn(Rc<Asking>) -> Waiting<()>,
}

impl AfterRows {
    /// All of it. Whoever calls this has all that code with it: only the part may.
    pub fn new() -> Self {
        Self {
            drive: |shared, operation, event, events| Box::pin(shared.drive(operation, event, events)),
            cancel_directly: Shared::cancel_directly,
            ask_for: |wishes| Box::pin(wishes.ask_for_all()),
            ask_for_rights: |asking| Box::pin(asking.ask_for_all()),
        }
    }
}

impl Default for AfterRows {
    fn default() -> Self {
        Self::new()
    }
}

/// The part, once it is here. A cheap clone is the same.
#[derive(Clone)]
pub struct Deferred {
    fetch: Fetch,
    here: SendWrapper<Rc<Cell<Option<AfterRows>>>>,
}

impl Deferred {
    /// A part that nobody has asked for yet.
    pub fn new(fetch: Fetch) -> Self {
        Self { fetch, here: SendWrapper::new(Rc::default()) }
    }

    /// The part, if it is here already.
    pub fn here(&self) -> Option<AfterRows> {
        self.here.get()
    }

    /// The part, which is fetched if it is not here; `None` if it did not come.
    pub async fn get(&self) -> Option<AfterRows> {
        if self.here.get().is_none() {
            let came = (self.fetch)().await;
            if came.is_some() {
                self.here.set(came);
            }
        }
        self.here.get()
    }

    /// The part, however long it takes: it is asked for again whenever `again` notifies.
    pub async fn wait(&self, again: &Notify) -> AfterRows {
        loop {
            let notified = again.notified();
            if let Some(here) = self.get().await {
                return here;
            }
            notified.await;
        }
    }
}

//! What every clone of the operations shares: the signals that views read, and the drivers that are told what happened.
//! May import `api` and below.

use crate::api::client::Client;
use crate::browser::locks::Held;
use crate::model::actions::Action;
use crate::model::operation::{Event, Operation, Wish};
use crate::store::deferred::{Deferred, Waiting};
use crate::store::logs::Logs;
use crate::store::net::Net;
use crate::store::quota::Quota;
use crate::store::semaphore::Semaphore;
use crate::store::session::Session;
use crate::store::tabs::Tabs;
use crate::store::toasts::Toasts;
use crate::store::workspaces::Workspaces;
use crate::wire::id::Id;
use futures_channel::mpsc::{UnboundedReceiver, UnboundedSender};
use leptos::prelude::*;
use send_wrapper::SendWrapper;
use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

/// How many signals are kept whatever becomes of their rows.
pub(super) const FEW_SIGNALS: usize = 500;

/// What is known of the operation on one workspace: under way, or over with a report that was not dismissed yet.
pub(crate) type OperationSignal = ArcRwSignal<Option<Operation>>;

/// The functions that drive actions. They are pointers, because their code comes after the first rows.
#[derive(Clone, Copy)]
pub(in crate::store) struct Driver {
    pub(super) begin: fn(Rc<Shared>, Operation, bool, UnboundedReceiver<Event>) -> Waiting<()>,
    pub(super) take_up: fn(Rc<Shared>, Id) -> Waiting<()>,
    pub(super) give_way: fn(&Rc<Shared>, Id),
    pub(super) see_to: fn(Rc<Shared>, Operation, Wish) -> Waiting<()>,
}

impl Driver {
    /// All of them. Whoever calls this has all that code with it: only the part may.
    pub(in crate::store) fn new() -> Self {
        Self {
            begin: |shared, operation, asks_first, events| Box::pin(shared.begin(operation, asks_first, events)),
            take_up: |shared, workspace| Box::pin(shared.take_up(workspace)),
            give_way: Shared::give_way,
            see_to: |shared, operation, wish| Box::pin(shared.see_to(operation, wish)),
        }
    }
}

/// Hears of the workspace about which a request was refused for want of permission.
pub(super) type OnForbidden = Box<dyn Fn(Id)>;

pub(super) struct Shared {
    pub(super) client: Client,
    pub(super) driver: Deferred<Driver>,
    pub(super) net: Net,
    pub(super) session: Session,
    pub(super) workspaces: Workspaces,
    pub(super) quota: Quota,
    pub(super) logs: Logs,
    pub(super) toasts: Toasts,
    pub(super) tabs: Tabs,
    pub(super) known: RefCell<HashMap<Id, OperationSignal>>,
    /// From this many signals on those of rows long gone are looked for.
    pub(super) sweep_at: Cell<usize>,
    /// The operations that this tab drives, and those that it is about to.
    pub(super) driven: RefCell<HashMap<Id, UnboundedSender<Event>>>,
    /// Those that this tab is about to drive: they were begun here, and wait for their lock.
    pub(super) waiting: RefCell<HashMap<Id, Operation>>,
    /// What was wanted last of an operation that another tab drives, by when that began: whoever takes it up does it.
    pub(super) wanted: RefCell<HashMap<Id, (i64, Wish)>>,
    /// The locks of those that were just over.
    pub(super) kept: RefCell<HashMap<Id, Rc<Held>>>,
    /// Those of them that are held back and can be undone.
    pub(super) held: ArcRwSignal<Vec<Id>>,
    /// Those that another tab drives and this one waits for.
    pub(super) watched: RefCell<HashSet<Id>>,
    /// Counts users: a driver of somebody else's operation stops.
    pub(super) epoch: Cell<u32>,
    pub(super) requests: SendWrapper<Semaphore>,
    /// The workspaces that are to be asked for and wait for their turn: once is enough.
    pub(super) fetching: RefCell<HashSet<Id>>,
    /// Hears of a request that was refused for want of permission.
    pub(super) on_forbidden: RefCell<Option<OnForbidden>>,
    /// What was under way when the user went, in words, until somebody is signed in.
    pub(super) left: ArcRwSignal<Vec<(Id, String)>>,
    /// The starts that were not begun, for their version asks for values each time.
    pub(super) to_ask: ArcRwSignal<Vec<(Id, Action)>>,
}

impl Shared {
    pub(super) fn signal(&self, workspace: Id) -> OperationSignal {
        let mut known = self.known.borrow_mut();
        if known.len() >= self.sweep_at.get() && !known.contains_key(&workspace) {
            // Rows long gone, of which nothing is told: a page that stays open for days sees many.
            known.retain(|id, told| told.with_untracked(Option::is_some) || self.workspaces.row(*id).is_some());
            self.sweep_at.set((2 * known.len()).max(FEW_SIGNALS));
        }
        known.entry(workspace).or_insert_with(|| ArcRwSignal::new(None)).clone()
    }

    pub(super) fn tell(&self, workspace: Id, event: impl FnOnce() -> Event) {
        if let Some(driver) = self.driven.borrow().get(&workspace) {
            // A driver that has just ended needs no news.
            let _ = driver.unbounded_send(event());
        }
    }
}

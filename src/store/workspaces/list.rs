//! One list of workspaces: the order of its ids, how far it is, and which of its rows are seen. `polling` asks for it,
//! the index takes out of it what is gone. May import `api` and below.

use crate::api::error::ApiError;
use crate::browser::notify::Notify;
use crate::store::poll::Poller;
use crate::wire::id::Id;
use json_tape::LeftOut;
use leptos::prelude::*;
use send_wrapper::SendWrapper;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

/// How far a list is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ListStatus {
    /// Nothing has arrived yet.
    #[default]
    Loading,
    /// The first rows are there, more are arriving.
    Filling,
    /// All rows are there.
    Complete,
    /// The server does not understand the query: `validations` say why. Nothing more is asked.
    Refused(ApiError),
    /// Nothing could be loaded; asked again by itself.
    Failed(ApiError),
}

/// What all clones of a [`List`] share. It ends with the last of them.
pub(super) struct ListShared {
    pub(super) query: String,
    pub(super) order: ArcRwSignal<Arc<[Id]>>,
    pub(super) status: ArcRwSignal<ListStatus>,
    pub(super) count: ArcRwSignal<Option<usize>>,
    pub(super) trouble: ArcRwSignal<Option<ApiError>>,
    pub(super) unreadable: ArcRwSignal<LeftOut>,
    pub(super) partly: ArcRwSignal<LeftOut>,
    pub(super) as_of_ms: ArcRwSignal<Option<i64>>,
    pub(super) visible: RefCell<Vec<Id>>,
    pub(super) poller: RefCell<Poller>,
    /// How many rows of the order the sweep under way has seen.
    pub(super) seen: Cell<usize>,
    /// Whether a list that was refused is to be asked for once more.
    pub(super) again: Cell<bool>,
    /// Nobody looks at it: it asks for nothing.
    pub(super) left: Cell<bool>,
    pub(super) wake: Notify,
}

impl Drop for ListShared {
    fn drop(&mut self) {
        // Wakes the list's task, which then finds it gone and ends.
        self.wake.notify_waiters();
    }
}

impl ListShared {
    pub(super) fn new(query: &str) -> Rc<Self> {
        Rc::new(Self {
            query: query.to_owned(),
            order: ArcRwSignal::new(Arc::from([])),
            status: ArcRwSignal::default(),
            count: ArcRwSignal::new(None),
            trouble: ArcRwSignal::new(None),
            unreadable: ArcRwSignal::default(),
            partly: ArcRwSignal::default(),
            as_of_ms: ArcRwSignal::new(None),
            visible: RefCell::default(),
            poller: RefCell::default(),
            seen: Cell::new(0),
            again: Cell::new(false),
            left: Cell::new(false),
            wake: Notify::default(),
        })
    }

    /// Forgets its rows: they were another person's.
    pub(super) fn empty(&self) {
        self.order.set(Arc::from([]));
        self.count.set(None);
        self.status.set(ListStatus::Loading);
        *self.poller.borrow_mut() = Poller::default();
    }

    /// Takes out a workspace that is no longer there.
    pub(super) fn remove(&self, id: Id) {
        let order = self.order.get_untracked();
        if order.contains(&id) {
            self.order.set(order.iter().copied().filter(|other| *other != id).collect());
            self.count.update(|count| *count = count.map(|count| count.saturating_sub(1)));
        }
    }

    /// Is brought up to date as soon as its rhythm allows.
    pub(super) fn wake(&self) {
        self.poller.borrow_mut().woken();
        self.wake.notify_waiters();
    }

    /// Is asked for anew, at once.
    pub(super) fn refresh(&self) {
        self.poller.borrow_mut().refresh();
        self.wake.notify_waiters();
    }
}

/// One list, live as long as a clone of this is held.
#[derive(Clone)]
pub struct List {
    /// The ids in the server's order, without repetition.
    pub order: ArcRwSignal<Arc<[Id]>>,
    /// How far it is.
    pub status: ArcRwSignal<ListStatus>,
    /// How many the server says match; more than there are rows if some are hidden from the viewer.
    pub count: ArcRwSignal<Option<usize>>,
    /// Why the last refresh did not work; the rows are then old.
    pub trouble: ArcRwSignal<Option<ApiError>>,
    /// Workspaces that could not be read; to be said, not hidden.
    pub unreadable: ArcRwSignal<LeftOut>,
    /// Workspaces of which something small could not be read.
    pub partly: ArcRwSignal<LeftOut>,
    /// When the list was last asked for with success, by the server's clock.
    pub as_of_ms: ArcRwSignal<Option<i64>>,
    shared: SendWrapper<Rc<ListShared>>,
}

impl List {
    pub(super) fn of(shared: Rc<ListShared>) -> Self {
        Self {
            order: shared.order.clone(),
            status: shared.status.clone(),
            count: shared.count.clone(),
            trouble: shared.trouble.clone(),
            unreadable: shared.unreadable.clone(),
            partly: shared.partly.clone(),
            as_of_ms: shared.as_of_ms.clone(),
            shared: SendWrapper::new(shared),
        }
    }

    /// Whether anybody looks at it: a list that was left asks for nothing.
    pub(super) fn set_left(&self, left: bool) {
        self.shared.left.set(left);
        if !left {
            self.shared.wake();
        }
    }

    /// The query it shows.
    pub fn query(&self) -> &str {
        &self.shared.query
    }

    /// Tells which rows can be seen, in order: only these are kept fresh. Cheap; call it at every scroll.
    pub fn set_visible(&self, ids: Vec<Id>) {
        *self.shared.visible.borrow_mut() = ids;
        self.shared.wake.notify_waiters();
    }

    /// Loads all rows of a list of many.
    pub(crate) fn go_on(&self) {
        self.shared.poller.borrow_mut().go_on();
        self.shared.wake.notify_waiters();
    }

    /// Whether loading was left off because there are many; once rows have arrived, told with their order.
    pub(crate) fn is_held(&self) -> bool {
        self.order.track();
        self.status.track();
        self.shared.poller.borrow().is_held()
    }

    /// Asks for the whole list anew, at once.
    pub fn refresh(&self) {
        self.shared.again.set(true);
        self.shared.refresh();
    }
}

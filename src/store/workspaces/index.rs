//! The index itself: a signal per row, by id and by name, and whoever shows them. The only writer of rows: every
//! answer, frame and reply goes through here, and `model::row` says which of two that crossed wins. May import `api`
//! and below.

use super::detail::DetailShared;
use super::list::{List, ListShared};
use crate::api::client::Client;
use crate::api::error::{ApiError, Kind};
use crate::api::workspaces as calls;
use crate::model::row::{self, LastApplied, Row, Source, Tick, Verdict};
use crate::store::net::Net;
use crate::store::session::Session;
use crate::wire::id::Id;
use crate::wire::workspace::Workspace;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet, VecDeque};
use std::rc::{Rc, Weak};

/// What became of a workspace that is no longer there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Departed {
    /// 410: deleted.
    Deleted,
    /// 404: hidden from the viewer.
    Hidden,
}

/// How many of those that went are remembered: a row says so before it leaves.
const GONE: usize = 200;

/// What other stores are told.
pub enum News<'a> {
    /// A row is new or has changed.
    Row {
        /// As it was.
        before: Option<&'a Row>,
        /// As it is.
        now: &'a Row,
    },
    /// A workspace is no longer there.
    Departed {
        /// Which.
        id: Id,
        /// What became of it.
        how: Departed,
    },
}

pub(super) struct Entry {
    pub(super) row: ArcRwSignal<Row>,
    pub(super) last: LastApplied,
}

type Listener = Rc<dyn Fn(&News)>;

pub(super) struct Index {
    pub(super) client: Client,
    pub(super) net: Net,
    pub(super) session: Session,
    pub(super) entries: RefCell<HashMap<Id, Entry>>,
    lists: RefCell<Vec<Weak<ListShared>>>,
    details: RefCell<Vec<Weak<DetailShared>>>,
    pub(super) listeners: RefCell<Vec<Listener>>,
    /// The list that was left last: who comes back finds its rows.
    pub(super) kept: RefCell<Option<List>>,
    gone: RefCell<VecDeque<(Id, Departed)>>,
    tick: Cell<Tick>,
}

impl Index {
    pub(super) fn new(client: &Client, net: &Net, session: &Session) -> Rc<Self> {
        Rc::new(Self {
            client: client.clone(),
            net: net.clone(),
            session: session.clone(),
            entries: RefCell::default(),
            lists: RefCell::default(),
            details: RefCell::default(),
            listeners: RefCell::default(),
            kept: RefCell::default(),
            gone: RefCell::default(),
            tick: Cell::new(0),
        })
    }

    /// Forgets every row.
    pub(super) fn empty(&self) {
        self.entries.borrow_mut().clear();
    }

    /// The signal of one row, if it is known.
    pub(super) fn row(&self, id: Id) -> Option<ArcRwSignal<Row>> {
        self.entries.borrow().get(&id).map(|entry| entry.row.clone())
    }

    pub(super) fn moment(&self) -> Tick {
        self.tick.set(self.tick.get() + 1);
        self.tick.get()
    }

    pub(super) fn tell(&self, news: &News) {
        // A row that begins to change, by whatever this page heard of it, is asked for in that rhythm: the list may be
        // waiting in the slow one.
        if let News::Row { before, now } = news
            && row::is_changing(now)
            && !before.is_some_and(row::is_changing)
        {
            for list in self.living_lists() {
                list.wake.notify_waiters();
            }
        }
        let listeners: Vec<_> = self.listeners.borrow().clone();
        for listener in listeners {
            listener(news);
        }
    }

    pub(super) fn living_lists(&self) -> Vec<Rc<ListShared>> {
        self.lists.borrow().iter().filter_map(Weak::upgrade).collect()
    }

    fn living_details(&self) -> Vec<Rc<DetailShared>> {
        self.details.borrow().iter().filter_map(Weak::upgrade).collect()
    }

    /// A list that is filled from now on.
    pub(super) fn open_list(&self, list: &Rc<ListShared>) {
        let mut lists = self.lists.borrow_mut();
        lists.retain(|list| list.strong_count() > 0);
        lists.push(Rc::downgrade(list));
    }

    /// A workspace that is followed from now on.
    pub(super) fn open_detail(&self, detail: &Rc<DetailShared>) {
        let mut details = self.details.borrow_mut();
        details.retain(|detail| detail.strong_count() > 0);
        details.push(Rc::downgrade(detail));
    }

    pub(super) fn wake_lists(&self) {
        for list in self.living_lists() {
            list.wake();
        }
    }

    /// Takes in a row; false if it is older than what is known.
    pub(super) fn apply(&self, incoming: Row, source: Source) -> bool {
        let id = incoming.id;
        let known = self.entries.borrow().get(&id).map(|entry| (entry.row.clone(), entry.last));
        let Some((signal, last)) = known else {
            let verdict = row::apply(None, incoming, source, LastApplied::default());
            if let Verdict::Changed(row, last) = verdict {
                self.entries.borrow_mut().insert(id, Entry { row: ArcRwSignal::new((*row).clone()), last });
                self.tell(&News::Row { before: None, now: &row });
            }
            return true;
        };
        let before = signal.get_untracked();
        match row::apply(Some(&before), incoming, source, last) {
            Verdict::Same(last) => {
                self.note(id, last);
                true
            }
            Verdict::Changed(row, last) => {
                self.note(id, last);
                signal.set((*row).clone());
                self.tell(&News::Row { before: Some(&before), now: &row });
                true
            }
            Verdict::Stale(_) => false,
        }
    }

    fn note(&self, id: Id, last: LastApplied) {
        if let Some(entry) = self.entries.borrow_mut().get_mut(&id) {
            entry.last = last;
        }
    }

    /// Takes in a whole workspace: its row, and the pages that show it.
    pub(super) fn apply_whole(&self, workspace: &Workspace, source: Source) {
        if !self.apply(calls::row(workspace), source) {
            return;
        }
        for detail in self.living_details().iter().filter(|detail| detail.id.get() == Some(workspace.id)) {
            (detail.take)(detail, workspace);
        }
    }

    /// The row of that id as it is now.
    pub(super) fn snapshot(&self, id: Id) -> Option<Row> {
        self.entries.borrow().get(&id).map(|entry| entry.row.get_untracked())
    }

    /// A workspace is no longer there: out of every list, and its page is told.
    pub(super) fn depart(&self, id: Id, how: Departed) {
        self.entries.borrow_mut().remove(&id);
        let mut gone = self.gone.borrow_mut();
        gone.truncate(GONE - 1);
        gone.push_front((id, how));
        drop(gone);
        for list in self.living_lists() {
            list.remove(id);
        }
        for detail in self.living_details().iter().filter(|detail| detail.id.get() == Some(id)) {
            match how {
                Departed::Deleted => detail.deleted(),
                Departed::Hidden => detail.hidden(),
            }
        }
        self.tell(&News::Departed { id, how });
    }

    /// What became of a workspace that went a short while ago, and did not come back.
    pub(super) fn departed(&self, id: Id) -> Option<Departed> {
        let gone = self.gone.borrow();
        let (_, how) = gone.iter().find(|(other, _)| *other == id)?;
        (!self.entries.borrow().contains_key(&id)).then_some(*how)
    }

    /// The workspaces that went a short while ago, and did not come back.
    pub(super) fn all_departed(&self) -> Vec<Id> {
        let entries = self.entries.borrow();
        self.gone.borrow().iter().map(|(id, _)| *id).filter(|id| !entries.contains_key(id)).collect()
    }

    /// Asks for one workspace alone.
    pub(super) async fn refresh(&self, id: Id) -> Result<(), ApiError> {
        let began = self.moment();
        match calls::by_id(&self.client, id).await {
            Ok(workspace) => {
                self.apply_whole(&workspace, Source::Answer { began });
                Ok(())
            }
            Err(error) => {
                match error.kind {
                    Kind::Gone => self.depart(id, Departed::Deleted),
                    Kind::NotFound => self.depart(id, Departed::Hidden),
                    _ => {}
                }
                Err(error)
            }
        }
    }

    pub(super) fn refresh_soon(self: &Rc<Self>, id: Id) {
        let index = Rc::clone(self);
        spawn_local(async move {
            // What went wrong shows at the next poll.
            let _ = index.refresh(id).await;
        });
    }

    /// Forgets rows that stand in no list any more and have no page.
    pub(super) fn sweep_up(&self) {
        let mut kept: HashSet<Id> = HashSet::new();
        for list in self.living_lists() {
            kept.extend(list.order.get_untracked().iter().copied());
        }
        kept.extend(self.living_details().iter().filter_map(|detail| detail.id.get()));
        self.entries.borrow_mut().retain(|id, _| kept.contains(id));
        calls::forget_unused_words();
    }
}

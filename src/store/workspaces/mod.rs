//! The live index of workspaces: a signal per row, lists as orders of ids, and whole workspaces for their own pages.
//! The only writer (docs/architecture.md, "Who wins when answers cross"). May import `api` and below.

mod detail;
mod following;
mod index;
mod list;
mod polling;

pub use detail::DetailState;
pub(crate) use detail::WorkspaceDetail;
pub(crate) use index::{Departed, News};
pub(crate) use list::List;
pub use list::ListStatus;

use crate::api::client::Client;
use crate::api::error::ApiError;
use crate::api::workspaces as calls;
use crate::browser::visibility;
use crate::model::row::{self, Row};
use crate::store::net::Net;
use crate::store::session::Session;
use crate::wire::build::WorkspaceBuild;
use crate::wire::id::Id;
use detail::DetailShared;
use futures_util::future::abortable;
use index::Index;
use leptos::prelude::*;
use leptos::task::spawn_local;
use list::ListShared;
use send_wrapper::SendWrapper;
use std::rc::Rc;

/// The index. A cheap clone is the same index.
#[derive(Clone)]
pub struct Workspaces(SendWrapper<Rc<Index>>);

impl Workspaces {
    /// An empty index. [`Workspaces::start`] makes it listen to the browser.
    pub fn new(client: &Client, net: &Net, session: &Session) -> Self {
        Self(SendWrapper::new(Index::new(client, net, session)))
    }

    /// Wakes the lists when the page is seen again and when the control plane is back, for the life of the page.
    pub fn start(&self) {
        let index = self.clone();
        std::mem::forget(visibility::on_change(move |_| index.0.wake_lists()));
        let index = self.clone();
        std::mem::forget(visibility::on_focus(move || index.0.wake_lists()));
        let index = self.clone();
        spawn_local(async move {
            let mut notified = index.0.client.again().notified();
            loop {
                notified.await;
                notified = index.0.client.again().notified();
                index.0.wake_lists();
            }
        });
    }

    /// Tells `listener` of every row that changes and of every workspace that goes.
    pub fn on_news(&self, listener: impl Fn(&News) + 'static) {
        self.0.listeners.borrow_mut().push(Rc::new(listener));
    }

    /// Forgets everything: somebody else is signed in.
    pub fn clear(&self) {
        self.0.empty();
        for list in self.0.living_lists() {
            list.empty();
        }
        calls::forget_unused_words();
    }

    /// Lists that were refused or emptied begin anew: somebody signed in.
    pub fn restart_lists(&self) {
        for list in self.0.living_lists() {
            list.wake.notify_waiters();
        }
    }

    /// A list of what matches `query` (the server's language), live as long as the answer is held.
    pub fn list(&self, query: &str) -> List {
        let list = ListShared::new(query);
        self.0.open_list(&list);
        spawn_local(ListShared::live(Rc::downgrade(&list), Rc::downgrade(&self.0)));
        List::of(list)
    }

    /// Keeps a list that is being left. It asks for nothing until [`Workspaces::reopen`] gives it back; the next one
    /// takes its place.
    pub fn keep(&self, list: List) {
        list.set_left(true);
        self.0.kept.replace(Some(list));
    }

    /// The list of what matches `query`: the one that was left last, brought up to date at once, or a new one.
    pub fn reopen(&self, query: &str) -> List {
        let kept = self.0.kept.borrow_mut().take();
        match kept.filter(|list| list.query() == query && list.order.with_untracked(|order| !order.is_empty())) {
            Some(list) => {
                list.set_left(false);
                list
            }
            None => self.list(query),
        }
    }

    /// The signal of one row, if it is known. It stays valid when the row goes.
    pub fn row(&self, id: Id) -> Option<ArcRwSignal<Row>> {
        self.0.row(id)
    }

    /// The row of that id as it is now.
    pub fn snapshot(&self, id: Id) -> Option<Row> {
        self.row(id).map(|row| row.get_untracked())
    }

    /// Looks at a row where it is, if it is known; not tracked.
    pub(crate) fn look(&self, id: Id, look: &mut dyn FnMut(&Row)) {
        if let Some(entry) = self.0.entries.borrow().get(&id) {
            entry.row.with_untracked(look);
        }
    }

    /// What became of a workspace that went a short while ago; not tracked.
    pub(crate) fn departed(&self, id: Id) -> Option<Departed> {
        self.0.departed(id)
    }

    /// The workspaces that went a short while ago; not tracked. Of many rows these few are looked for, not each of the
    /// rows among them.
    pub(crate) fn all_departed(&self) -> Vec<Id> {
        self.0.all_departed()
    }

    /// All rows that are known, wherever they stand.
    pub(crate) fn known(&self) -> Vec<Row> {
        self.0.entries.borrow().values().map(|entry| entry.row.get_untracked()).collect()
    }

    /// The whole workspace of that name, live as long as the answer is held.
    pub fn detail(&self, owner: &str, name: &str) -> WorkspaceDetail {
        let detail = DetailShared::new();
        self.0.open_detail(&detail);
        let following =
            DetailShared::live(Rc::downgrade(&detail), Rc::downgrade(&self.0), owner.to_owned(), name.to_owned());
        let (task, handle) = abortable(following);
        *detail.task.borrow_mut() = Some(handle);
        spawn_local(async move {
            // Aborted when the last clone is dropped.
            let _ = task.await;
        });
        WorkspaceDetail::of(detail)
    }

    /// The viewer did something to a workspace: answers that were asked for before are old.
    pub fn touch(&self, id: Id) {
        let now = self.0.moment();
        if let Some(entry) = self.0.entries.borrow_mut().get_mut(&id) {
            entry.last = entry.last.touched_at(now);
        }
    }

    /// The sparse reply to a build request.
    pub fn apply_build_reply(&self, reply: &WorkspaceBuild) {
        let Some(signal) = self.row(reply.workspace_id) else { return };
        let before = signal.get_untracked();
        self.touch(reply.workspace_id);
        if let Some(now) = row::apply_build_reply(&before, reply) {
            signal.set(now.clone());
            self.0.tell(&News::Row { before: Some(&before), now: &now });
        }
        self.0.refresh_soon(reply.workspace_id);
    }

    /// Asks for one workspace anew; applied when it arrives.
    pub async fn refresh(&self, id: Id) -> Result<(), ApiError> {
        self.0.refresh(id).await
    }

    /// The other pages of this browser did something to it.
    pub fn acted_elsewhere(&self, id: Id) {
        if visibility::is_visible() && self.row(id).is_some() {
            self.0.refresh_soon(id);
        }
    }
}

//! The live index of workspaces: a signal per row, lists as orders of ids, and whole workspaces for their own pages. The only writer: every
//! answer, frame and reply goes through here, and `model::row` says which of two that crossed wins. May import `api` and below.

use crate::api::client::Client;
use crate::api::error::{ApiError, Kind};
use crate::api::retry::limit_ms;
use crate::api::socket::{End, Followed, Going, follow};
use crate::api::workspaces as calls;
use crate::browser::bell::Bell;
use crate::browser::{timers, visibility};
use crate::json::LeftOut;
use crate::model::row::{self, LastApplied, Row, Source, Tick, Verdict};
use crate::store::net::Net;
use crate::store::poll::{Poller, Situation, Step, splice};
use crate::store::session::Session;
use crate::wire::build::WorkspaceBuild;
use crate::wire::id::Id;
use crate::wire::socket::{Frame, WatchFrame};
use crate::wire::workspace::Workspace;
use futures_util::future::{AbortHandle, abortable, select};
use leptos::prelude::*;
use leptos::task::spawn_local;
use send_wrapper::SendWrapper;
use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};
use std::pin::pin;
use std::rc::{Rc, Weak};
use std::sync::Arc;

/// How many visible rows are asked for at once: their ids make one address of about 3 kB.
const MOST_VISIBLE: usize = 80;

/// How many ids that an answer left out are asked for alone in one round.
const MOST_ALONE: usize = 5;

/// How long an agent that is on its way counts as a change worth the fast rhythm, in milliseconds.
const COMING_MS: i64 = 300_000;

/// How often a waiting build's place in the queue is asked for: it is not pushed.
const QUEUE_MS: i64 = 5_000;

/// What became of a workspace that is no longer there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Departed {
    /// 410: deleted.
    Deleted,
    /// 404: hidden from the viewer.
    Hidden,
}

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

struct Entry {
    row: ArcRwSignal<Row>,
    last: LastApplied,
}

type Listener = Rc<dyn Fn(&News)>;

/// Owner and name.
type Name = (Box<str>, Box<str>);

struct Inner {
    client: Client,
    net: Net,
    session: Session,
    entries: RefCell<HashMap<Id, Entry>>,
    /// By owner and name, both in lower case. Renaming and re-creation move it.
    names: RefCell<HashMap<Name, Id>>,
    lists: RefCell<Vec<Weak<ListInner>>>,
    wholes: RefCell<Vec<Weak<WholeInner>>>,
    listeners: RefCell<Vec<Listener>>,
    /// The list that was left last: who comes back finds its rows.
    kept: RefCell<Option<List>>,
    tick: Cell<Tick>,
}

/// The index. A cheap clone is the same index.
#[derive(Clone)]
pub struct Workspaces(SendWrapper<Rc<Inner>>);

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

struct ListInner {
    query: String,
    order: ArcRwSignal<Arc<[Id]>>,
    status: ArcRwSignal<ListStatus>,
    count: ArcRwSignal<Option<usize>>,
    trouble: ArcRwSignal<Option<ApiError>>,
    unreadable: ArcRwSignal<LeftOut>,
    partly: ArcRwSignal<LeftOut>,
    as_of_ms: ArcRwSignal<Option<i64>>,
    visible: RefCell<Vec<Id>>,
    poller: RefCell<Poller>,
    /// How many rows of the order the sweep under way has seen.
    seen: Cell<usize>,
    /// Whether a list that was refused is to be asked for once more.
    again: Cell<bool>,
    /// Nobody looks at it: it asks for nothing.
    left: Cell<bool>,
    bell: Bell,
    index: Weak<Inner>,
}

impl Drop for ListInner {
    fn drop(&mut self) {
        // Wakes the list's task, which then finds it gone and ends.
        self.bell.ring();
        if let Some(index) = self.index.upgrade() {
            index.sweep_up();
        }
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
    inner: SendWrapper<Rc<ListInner>>,
}

impl List {
    /// The query it shows.
    pub fn query(&self) -> &str {
        &self.inner.query
    }

    /// Tells which rows can be seen, in order: only these are kept fresh. Cheap; call it at every scroll.
    pub fn set_visible(&self, ids: Vec<Id>) {
        *self.inner.visible.borrow_mut() = ids;
        self.inner.bell.ring();
    }

    /// Asks for the whole list anew, at once.
    pub fn refresh(&self) {
        self.inner.poller.borrow_mut().refresh();
        self.inner.again.set(true);
        self.inner.bell.ring();
    }
}

/// What is known of a whole workspace.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum WholeState {
    /// Nothing yet.
    #[default]
    Loading,
    /// It.
    Ready(Arc<Workspace>),
    /// It could not be loaded; asked again by itself.
    Failed(ApiError),
    /// The server says no (403, 404): not there, or hidden.
    Refused(ApiError),
    /// It was deleted; what was last known of it.
    Deleted(Option<Arc<Workspace>>),
    /// It had been deleted before it was asked for; what it was.
    Past(Arc<Workspace>),
}

impl WholeState {
    /// The workspace, as last known.
    pub fn workspace(&self) -> Option<&Arc<Workspace>> {
        match self {
            WholeState::Ready(workspace) | WholeState::Deleted(Some(workspace)) => Some(workspace),
            _ => None,
        }
    }
}

struct WholeInner {
    state: ArcRwSignal<WholeState>,
    live: ArcRwSignal<bool>,
    unreadable: ArcRwSignal<bool>,
    id: Cell<Option<Id>>,
    index: Weak<Inner>,
    task: RefCell<Option<AbortHandle>>,
    poke: Bell,
    /// Rings when the reader wants what is not there to be looked for once more.
    again: Bell,
}

impl Drop for WholeInner {
    fn drop(&mut self) {
        if let Some(task) = self.task.borrow_mut().take() {
            task.abort();
        }
    }
}

/// One whole workspace, live as long as a clone of this is held.
#[derive(Clone)]
pub struct Whole {
    /// What is known of it.
    pub state: ArcRwSignal<WholeState>,
    /// Whether changes are pushed at this moment; false while the socket is down or must not be used.
    pub live: ArcRwSignal<bool>,
    /// Whether the last change that was pushed could not be read: what is shown is older.
    pub unreadable: ArcRwSignal<bool>,
    inner: SendWrapper<Rc<WholeInner>>,
}

impl Whole {
    /// Asks for it anew, at once: after an own change that is not pushed, or because the reader wants it to be tried again.
    pub fn refresh(&self) {
        if self.state.with_untracked(|state| state.workspace().is_none()) {
            return self.inner.again.ring();
        }
        let inner = SendWrapper::clone(&self.inner);
        spawn_local(async move {
            let _ = WholeInner::ask(&Rc::downgrade(&inner)).await;
        });
    }

    /// Its id, once known.
    pub fn id(&self) -> Option<Id> {
        self.inner.id.get()
    }
}

impl Workspaces {
    /// An empty index. [`Workspaces::start`] makes it listen to the browser.
    pub fn new(client: &Client, net: &Net, session: &Session) -> Self {
        Self(SendWrapper::new(Rc::new(Inner {
            client: client.clone(),
            net: net.clone(),
            session: session.clone(),
            entries: RefCell::default(),
            names: RefCell::default(),
            lists: RefCell::default(),
            wholes: RefCell::default(),
            listeners: RefCell::default(),
            kept: RefCell::default(),
            tick: Cell::new(0),
        })))
    }

    /// Wakes the lists when the page is seen again and when the control plane is back, for the life of the page.
    pub fn start(&self) {
        let index = self.clone();
        std::mem::forget(visibility::on_change(move |_| index.0.wake_lists()));
        let index = self.clone();
        std::mem::forget(visibility::on_focus(move || index.0.wake_lists()));
        let index = self.clone();
        spawn_local(async move {
            let mut heard = index.0.client.again().heard();
            loop {
                heard.await;
                heard = index.0.client.again().heard();
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
        self.0.entries.borrow_mut().clear();
        self.0.names.borrow_mut().clear();
        for list in self.0.living_lists() {
            list.order.set(Arc::from([]));
            list.count.set(None);
            list.status.set(ListStatus::Loading);
            *list.poller.borrow_mut() = Poller::default();
        }
        calls::forget_unused_words();
    }

    /// Lists that were refused or emptied begin anew: somebody signed in.
    pub fn restart_lists(&self) {
        for list in self.0.living_lists() {
            list.bell.ring();
        }
    }

    /// A list of what matches `query` (the server's language), live as long as the answer is held.
    pub fn list(&self, query: &str) -> List {
        let inner = Rc::new(ListInner {
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
            bell: Bell::default(),
            index: Rc::downgrade(&self.0),
        });
        {
            let mut lists = self.0.lists.borrow_mut();
            lists.retain(|list| list.strong_count() > 0);
            lists.push(Rc::downgrade(&inner));
        }
        spawn_local(ListInner::live(Rc::downgrade(&inner)));
        List {
            order: inner.order.clone(),
            status: inner.status.clone(),
            count: inner.count.clone(),
            trouble: inner.trouble.clone(),
            unreadable: inner.unreadable.clone(),
            partly: inner.partly.clone(),
            as_of_ms: inner.as_of_ms.clone(),
            inner: SendWrapper::new(inner),
        }
    }

    /// Keeps a list that is being left. It asks for nothing until [`Workspaces::reopen`] gives it back; the next one takes its place.
    pub fn keep(&self, list: List) {
        list.inner.left.set(true);
        let before = self.0.kept.replace(Some(list));
        // Its end sweeps up, which looks at this index again.
        drop(before);
    }

    /// The list of what matches `query`: the one that was left last, brought up to date at once, or a new one.
    pub fn reopen(&self, query: &str) -> List {
        let kept = self.0.kept.borrow_mut().take();
        match kept.filter(|list| list.query() == query && list.order.with_untracked(|order| !order.is_empty())) {
            Some(list) => {
                list.inner.left.set(false);
                list.inner.poller.borrow_mut().woken();
                list.inner.bell.ring();
                list
            }
            None => self.list(query),
        }
    }

    /// The signal of one row, if it is known. It stays valid when the row goes.
    pub fn row(&self, id: Id) -> Option<ArcRwSignal<Row>> {
        self.0.entries.borrow().get(&id).map(|entry| entry.row.clone())
    }

    /// The row of that id as it is now.
    pub fn snapshot(&self, id: Id) -> Option<Row> {
        self.row(id).map(|row| row.get_untracked())
    }

    /// The id of a workspace that is known by its owner's and its own name.
    pub fn id_of(&self, owner: &str, name: &str) -> Option<Id> {
        self.0.names.borrow().get(&key(owner, name)).copied()
    }

    /// The whole workspace of that name, live as long as the answer is held.
    pub fn whole(&self, owner: &str, name: &str) -> Whole {
        let inner = Rc::new(WholeInner {
            state: ArcRwSignal::default(),
            live: ArcRwSignal::new(false),
            unreadable: ArcRwSignal::new(false),
            id: Cell::new(None),
            index: Rc::downgrade(&self.0),
            task: RefCell::new(None),
            poke: Bell::default(),
            again: Bell::default(),
        });
        {
            let mut wholes = self.0.wholes.borrow_mut();
            wholes.retain(|whole| whole.strong_count() > 0);
            wholes.push(Rc::downgrade(&inner));
        }
        let (task, handle) = abortable(WholeInner::live(Rc::downgrade(&inner), owner.to_owned(), name.to_owned()));
        *inner.task.borrow_mut() = Some(handle);
        spawn_local(async move {
            // Aborted when the whole is dropped.
            let _ = task.await;
        });
        let (live, unreadable) = (inner.live.clone(), inner.unreadable.clone());
        Whole { state: inner.state.clone(), live, unreadable, inner: SendWrapper::new(inner) }
    }

    /// A moment of this page's own: before a request whose answer is handed to [`Workspaces::apply_answer`].
    pub fn moment(&self) -> Tick {
        self.0.moment()
    }

    /// An answer with a whole workspace to a request that began at `began`.
    pub fn apply_answer(&self, workspace: &Workspace, began: Tick) {
        self.0.apply_whole(workspace, Source::Answer { began });
    }

    /// A frame of a socket with a whole workspace.
    pub fn apply_frame(&self, workspace: &Workspace) {
        let at = self.0.moment();
        self.0.apply_whole(workspace, Source::Frame { at });
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

    /// All lists are asked for anew: something was made.
    pub fn refresh_lists(&self) {
        for list in self.0.living_lists() {
            list.poller.borrow_mut().refresh();
            list.bell.ring();
        }
    }
}

fn key(owner: &str, name: &str) -> Name {
    (owner.to_ascii_lowercase().into(), name.to_ascii_lowercase().into())
}

impl Inner {
    fn moment(&self) -> Tick {
        self.tick.set(self.tick.get() + 1);
        self.tick.get()
    }

    fn tell(&self, news: &News) {
        // A row that begins to change, by whatever this page heard of it, is asked for in that rhythm: the list may be waiting in the slow one.
        if let News::Row { before, now } = news
            && row::is_changing(now)
            && !before.is_some_and(row::is_changing)
        {
            for list in self.living_lists() {
                list.bell.ring();
            }
        }
        let listeners: Vec<_> = self.listeners.borrow().clone();
        for listener in listeners {
            listener(news);
        }
    }

    fn living_lists(&self) -> Vec<Rc<ListInner>> {
        self.lists.borrow().iter().filter_map(Weak::upgrade).collect()
    }

    fn wake_lists(&self) {
        for list in self.living_lists() {
            list.poller.borrow_mut().woken();
            list.bell.ring();
        }
    }

    /// Takes in a row; false if it is older than what is known.
    fn apply(&self, incoming: Row, source: Source) -> bool {
        let id = incoming.id;
        let known = self.entries.borrow().get(&id).map(|entry| (entry.row.clone(), entry.last));
        let Some((signal, last)) = known else {
            let verdict = row::apply(None, incoming, source, LastApplied::default());
            if let Verdict::Changed(row, last) = verdict {
                self.names.borrow_mut().insert(key(&row.owner_name, &row.name), id);
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
                if before.name != row.name || before.owner_name != row.owner_name {
                    let mut names = self.names.borrow_mut();
                    let old = key(&before.owner_name, &before.name);
                    if names.get(&old) == Some(&id) {
                        names.remove(&old);
                    }
                    names.insert(key(&row.owner_name, &row.name), id);
                }
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
    fn apply_whole(&self, workspace: &Workspace, source: Source) {
        if !self.apply(calls::row(workspace), source) {
            return;
        }
        let wholes: Vec<_> = self.wholes.borrow().iter().filter_map(Weak::upgrade).collect();
        let mut shared = None;
        for whole in wholes.iter().filter(|whole| whole.id.get() == Some(workspace.id)) {
            let shared = shared.get_or_insert_with(|| Arc::new(workspace.clone()));
            let same = whole.state.with_untracked(|state| matches!(state, WholeState::Ready(known) if known == shared));
            if !same {
                whole.state.set(WholeState::Ready(Arc::clone(shared)));
            }
        }
    }

    /// The row of that id as it is now.
    fn snapshot(&self, id: Id) -> Option<Row> {
        self.entries.borrow().get(&id).map(|entry| entry.row.get_untracked())
    }

    /// A workspace is no longer there: out of every list, and its page is told.
    fn depart(&self, id: Id, how: Departed) {
        if let Some(entry) = self.entries.borrow_mut().remove(&id) {
            let row = entry.row.get_untracked();
            let mut names = self.names.borrow_mut();
            let name = key(&row.owner_name, &row.name);
            if names.get(&name) == Some(&id) {
                names.remove(&name);
            }
        }
        for list in self.living_lists() {
            let order = list.order.get_untracked();
            if order.contains(&id) {
                list.order.set(order.iter().copied().filter(|other| *other != id).collect());
                list.count.update(|count| *count = count.map(|count| count.saturating_sub(1)));
            }
        }
        let wholes: Vec<_> = self.wholes.borrow().iter().filter_map(Weak::upgrade).collect();
        for whole in wholes.iter().filter(|whole| whole.id.get() == Some(id)) {
            let state = match how {
                Departed::Deleted => {
                    WholeState::Deleted(whole.state.with_untracked(|state| state.workspace().cloned()))
                }
                Departed::Hidden => WholeState::Refused(ApiError {
                    status: Some(404),
                    ..ApiError::local(Kind::NotFound, "This does not exist any more, or you may not see it.")
                }),
            };
            whole.state.set(state);
        }
        self.tell(&News::Departed { id, how });
    }

    /// Asks for one workspace alone.
    async fn refresh(&self, id: Id) -> Result<(), ApiError> {
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

    fn refresh_soon(self: &Rc<Self>, id: Id) {
        let index = Rc::clone(self);
        spawn_local(async move {
            // What went wrong shows at the next poll.
            let _ = index.refresh(id).await;
        });
    }

    /// Forgets rows that stand in no list any more and have no page.
    fn sweep_up(&self) {
        let mut kept: HashSet<Id> = HashSet::new();
        for list in self.living_lists() {
            kept.extend(list.order.get_untracked().iter().copied());
        }
        kept.extend(self.wholes.borrow().iter().filter_map(Weak::upgrade).filter_map(|whole| whole.id.get()));
        self.entries.borrow_mut().retain(|id, _| kept.contains(id));
        self.names.borrow_mut().retain(|_, id| kept.contains(id));
        calls::forget_unused_words();
    }
}

impl ListInner {
    fn situation(&self, index: &Inner) -> Situation {
        let visible = self.visible.borrow();
        let now_ms = index.client.now_ms();
        let entries = index.entries.borrow();
        let lively = |id: &Id| {
            entries.get(id).is_some_and(|entry| {
                entry.row.with_untracked(|row| {
                    row::is_changing(row)
                        || row.health.coming.as_ref().is_some_and(|coming| now_ms - coming.since_ms < COMING_MS)
                })
            })
        };
        Situation {
            now_ms: timers::monotonic_ms() as i64,
            seen: visibility::is_visible() && !self.left.get(),
            online: index.net.is_online() && index.session.signed_in().is_some(),
            active: visible.iter().any(lively),
            visible: visible.len(),
        }
    }

    /// The life of a list: asks, applies, waits, until nobody holds it.
    async fn live(weak: Weak<Self>) {
        loop {
            let Some(list) = weak.upgrade() else { return };
            let Some(index) = list.index.upgrade() else { return };
            let heard = list.bell.heard();
            if matches!(list.status.get_untracked(), ListStatus::Refused(_)) && list.poller.borrow().is_loading() {
                // Only another query, another user or the viewer's wish changes the answer.
                if list.again.replace(false) {
                    list.status.set(ListStatus::Loading);
                } else {
                    drop((list, index));
                    heard.await;
                }
                continue;
            }
            let situation = list.situation(&index);
            let step = list.poller.borrow_mut().next(situation);
            match step {
                Step::Page { offset, limit } => list.ask_page(&index, offset, limit).await,
                Step::Visible => list.ask_visible(&index).await,
                Step::Wait(wait) => {
                    let bell = list.bell.clone();
                    drop((list, index));
                    timers::sleep_or(wait, &bell).await;
                }
                Step::Sleep => {
                    drop((list, index));
                    heard.await;
                }
            }
        }
    }

    async fn ask_page(&self, index: &Rc<Inner>, offset: usize, limit: usize) {
        let began = index.moment();
        let first = self.poller.borrow().is_loading() && offset == 0;
        let page = match calls::list(&index.client, &self.query, limit, offset, !first).await {
            Ok(page) => page,
            Err(error) => return self.failed(error),
        };
        let ids: Vec<Id> = page.rows.iter().map(|row| row.id).collect();
        for row in page.rows {
            index.apply(row, Source::Answer { began });
        }
        // Where it is not said, a page that is full may have others after it.
        let at_least = offset + ids.len() + usize::from(ids.len() >= limit);
        let count = page.count.map_or(at_least, |count| usize::try_from(count).unwrap_or(0));
        let complete = self.poller.borrow_mut().page_arrived(timers::monotonic_ms() as i64, offset, limit, count);
        let before = self.order.get_untracked();
        let (order, seen) = splice(&before, if offset == 0 { 0 } else { self.seen.get() }, &ids, complete);
        self.seen.set(seen);
        if order[..] != before[..] {
            self.order.set(Arc::from(order));
        }
        if self.count.get_untracked() != Some(count) {
            self.count.set(Some(count));
        }
        for (told, found) in [(&self.unreadable, page.unreadable), (&self.partly, page.partly)] {
            if offset == 0 && told.with_untracked(|known| *known != found) {
                told.set(found);
            } else if offset > 0 && !found.is_empty() {
                told.update(|known| known.extend(found));
            }
        }
        let status = if self.poller.borrow().is_loading() { ListStatus::Filling } else { ListStatus::Complete };
        self.worked(index, status);
        if complete {
            // What has left the list in the meantime is not kept for as long as the list is open.
            index.sweep_up();
        }
        index.session.first_rows_shown();
    }

    async fn ask_visible(&self, index: &Rc<Inner>) {
        let mut asked: Vec<Id> = self.visible.borrow().clone();
        asked.retain(|id| index.entries.borrow().contains_key(id));
        asked.truncate(MOST_VISIBLE);
        if asked.is_empty() {
            return;
        }
        let began = index.moment();
        let page = match calls::list(&index.client, &calls::query_of_ids(&asked), asked.len(), 0, true).await {
            Ok(page) => page,
            Err(error) => return self.failed(error),
        };
        let missing = row::missing(&asked, &page.rows);
        for row in page.rows {
            index.apply(row, Source::Answer { began });
        }
        // What could not be read is missing as well, but not gone.
        if page.unreadable.is_empty() {
            for id in missing.into_iter().take(MOST_ALONE) {
                let _ = index.refresh(id).await;
            }
        }
        self.worked(index, ListStatus::Complete);
    }

    fn worked(&self, index: &Inner, status: ListStatus) {
        if self.status.get_untracked() != status {
            self.status.set(status);
        }
        if self.trouble.with_untracked(Option::is_some) {
            self.trouble.set(None);
        }
        self.as_of_ms.set(Some(index.client.now_ms()));
    }

    fn failed(&self, error: ApiError) {
        // Somebody else is signed in, or nobody: the list was emptied and begins anew.
        if error.kind == Kind::Aborted {
            return;
        }
        self.poller.borrow_mut().failed(timers::monotonic_ms() as i64, limit_ms(&error));
        let nothing_yet = self.order.with_untracked(|order| order.is_empty());
        if error.kind == Kind::Validation && nothing_yet {
            self.status.set(ListStatus::Refused(error));
        } else if nothing_yet && self.poller.borrow().is_loading() {
            self.status.set(ListStatus::Failed(error));
        } else {
            self.trouble.set(Some(error));
        }
    }
}

impl WholeInner {
    /// Asks for the workspace, applies the answer, and tells whether there is more to hear, and whether its build changed: that is pushed too.
    async fn ask(weak: &Weak<Self>) -> Result<Going, ApiError> {
        let gone = || ApiError::local(Kind::Aborted, "Not needed any more.");
        let (id, index) = {
            let whole = weak.upgrade().ok_or_else(gone)?;
            (whole.id.get().ok_or_else(gone)?, whole.index.upgrade().ok_or_else(gone)?)
        };
        let mark =
            || index.snapshot(id).map(|row| (row.build.number, row.build.status.clone(), row.build.job_status.clone()));
        let before = mark();
        index.refresh(id).await?;
        Ok(if mark() == before { Going::On } else { Going::News })
    }

    /// The life of a whole workspace. What ends it (deleted, hidden, forbidden) may be otherwise later: when the reader wants it to be tried again, it
    /// is looked for anew.
    async fn live(weak: Weak<Self>, owner: String, name: String) {
        spawn_local(Self::watch_queue(weak.clone()));
        while let Some(again) = weak.upgrade().map(|whole| whole.again.heard()) {
            Self::find_and_follow(&weak, &owner, &name).await;
            again.await;
        }
    }

    /// Finds it by its name, then follows it by its id, until it is no longer there.
    async fn find_and_follow(weak: &Weak<Self>, owner: &str, name: &str) {
        let Some(index) = weak.upgrade().and_then(|whole| whole.index.upgrade()) else { return };
        let client = index.client.clone();
        let mut wait = 500;
        let id = loop {
            let began = index.moment();
            let found = calls::by_name(&client, owner, name).await;
            let Some(whole) = weak.upgrade() else { return };
            match found {
                Ok(workspace) => {
                    whole.id.set(Some(workspace.id));
                    index.apply_whole(&workspace, Source::Answer { began });
                    // A first answer that crossed something newer is still the only whole one.
                    if whole.state.with_untracked(|state| state.workspace().is_none()) {
                        whole.state.set(WholeState::Ready(Arc::new(workspace.clone())));
                    }
                    break workspace.id;
                }
                Err(error) => match error.kind {
                    Kind::NotFound => {
                        let past = calls::deleted_by_name(&client, owner, name).await;
                        return whole
                            .state
                            .set(past.map_or(WholeState::Refused(error), |past| WholeState::Past(Arc::new(past))));
                    }
                    Kind::Forbidden => return whole.state.set(WholeState::Refused(error)),
                    Kind::Gone => return whole.state.set(WholeState::Deleted(None)),
                    Kind::Aborted | Kind::Unauthorized => return,
                    _ => whole.state.set(WholeState::Failed(error)),
                },
            }
            let again = whole.again.heard();
            drop(whole);
            select(pin!(client.pause(wait)), pin!(again)).await;
            wait = (wait * 2).min(5_000);
        };
        index.session.first_rows_shown();
        let mut frame = |text: &str| {
            let Some(whole) = weak.upgrade() else { return Going::Finished };
            match WatchFrame::parse(text) {
                Ok(Frame::Data(workspace)) => {
                    if whole.unreadable.get_untracked() {
                        whole.unreadable.set(false);
                    }
                    let at = index.moment();
                    index.apply_whole(&workspace, Source::Frame { at });
                }
                // The socket stays open after an error of the server's; the next frame tells more.
                Ok(Frame::Ping | Frame::Error(_) | Frame::Other(_)) => {}
                Err(why) => {
                    leptos::logging::warn!("a frame could not be read: {why}");
                    whole.unreadable.set(true);
                }
            }
            Going::On
        };
        let live = |on: bool| {
            if let Some(whole) = weak.upgrade()
                && whole.live.get_untracked() != on
            {
                whole.live.set(on);
            }
        };
        let lively = || index.snapshot(id).is_some_and(|row| row::is_lively(&row));
        let followed = Followed {
            path: &|| calls::watch_path(id),
            frame: &mut frame,
            probe: &|| Box::pin(Self::ask(weak)),
            lively: &lively,
            live: &live,
        };
        let end = follow(&client, followed).await;
        if let (End::Refused(error), Some(whole)) = (end, weak.upgrade())
            && error.kind != Kind::Gone
        {
            whole.state.set(WholeState::Refused(error));
        }
    }

    /// While the build waits, its place in the queue is asked for: it is not pushed.
    async fn watch_queue(weak: Weak<Self>) {
        loop {
            let Some(poke) = weak.upgrade().map(|whole| whole.poke.clone()) else { return };
            timers::sleep_or(QUEUE_MS, &poke).await;
            let Some(whole) = weak.upgrade() else { return };
            let waiting = whole.state.with_untracked(|state| {
                matches!(state, WholeState::Ready(workspace) if workspace.latest_build.job.status.as_str() == "pending")
            });
            let reachable = whole.index.upgrade().is_some_and(|index| index.client.is_reachable());
            let wanted = waiting && reachable && visibility::is_visible();
            drop(whole);
            if wanted {
                let _ = Self::ask(&weak).await;
            }
        }
    }
}

//! Drives `model::operation`: what the viewer asked for becomes requests, answers and news become events, and what is under way is stored, so that
//! a closed tab loses nothing. One tab drives an operation, by a Web Lock per workspace; the others watch what it stores, and one of them takes
//! over when it is gone. May import `api` and below.

use crate::api::client::Client;
use crate::api::error::{ApiError, Kind};
use crate::api::{builds, workspaces as calls};
use crate::browser::storage::Area;
use crate::browser::{locks, storage, timers};
use crate::model::actions::Action;
use crate::model::failure;
use crate::model::operation;
use crate::model::operation::{Command, Event, Facts, Operation, Outcome, Refusal, RefusalKind};
use crate::model::order;
use crate::model::row::is_changing;
use crate::paths;
use crate::store::lanes::{Lanes, Pass};
use crate::store::logs::Logs;
use crate::store::net::Net;
use crate::store::session::{OPERATIONS, Session};
use crate::store::tabs::{Message, Tabs};
use crate::store::toasts::{Toasts, Tone};
use crate::store::workspaces::{Departed, News, Workspaces};
use crate::wire::build::{BuildReason, CreateBuildRequest, JobStatus, Transition};
use crate::wire::id::Id;
use futures_channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
use futures_util::StreamExt as _;
use leptos::prelude::*;
use leptos::task::spawn_local;
use send_wrapper::SendWrapper;
use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

/// How often a driven operation is told that time passes, in milliseconds.
const TICK_MS: i64 = 2_000;

/// How long the message of a failed build waits for the build's log, in milliseconds.
const LOG_MS: i64 = 3_000;

/// How many requests of operations are under way at the same time: many that begin or end together go one after the other.
const LANES: usize = 4;

/// How many signals are kept whatever becomes of their rows.
const FEW_SIGNALS: usize = 500;

/// The version of what is stored.
const VERSION: u32 = 1;

/// What is known of the operation on one workspace: under way, or over with a report that was not dismissed yet.
pub type OperationSignal = ArcRwSignal<Option<Operation>>;

struct Inner {
    client: Client,
    net: Net,
    session: Session,
    workspaces: Workspaces,
    logs: Logs,
    toasts: Toasts,
    tabs: Tabs,
    known: RefCell<HashMap<Id, OperationSignal>>,
    /// From this many signals on those of rows long gone are looked for.
    sweep_at: Cell<usize>,
    /// The operations that this tab drives.
    driven: RefCell<HashMap<Id, UnboundedSender<Event>>>,
    /// Those of them that are held back and can be undone.
    held: ArcRwSignal<Vec<Id>>,
    /// Those that another tab drives and this one waits for.
    watched: RefCell<HashSet<Id>>,
    /// Counts users: a driver of somebody else's operation stops.
    epoch: Cell<u32>,
    lanes: SendWrapper<Lanes>,
    /// The workspaces that are to be asked for and wait for a lane: once is enough.
    fetching: RefCell<HashSet<Id>>,
    /// What was under way when the user went, in words, until somebody is signed in.
    left: ArcRwSignal<Vec<(Id, String)>>,
}

/// The operations. A cheap clone is the same.
#[derive(Clone)]
pub struct Operations(SendWrapper<Rc<Inner>>);

impl Operations {
    /// Nothing under way. [`Operations::start_listening`] connects it.
    pub fn new(
        client: &Client,
        net: &Net,
        session: &Session,
        workspaces: &Workspaces,
        logs: &Logs,
        toasts: &Toasts,
        tabs: &Tabs,
    ) -> Self {
        Self(SendWrapper::new(Rc::new(Inner {
            client: client.clone(),
            net: net.clone(),
            session: session.clone(),
            workspaces: workspaces.clone(),
            logs: logs.clone(),
            toasts: toasts.clone(),
            tabs: tabs.clone(),
            known: RefCell::default(),
            sweep_at: Cell::new(FEW_SIGNALS),
            driven: RefCell::default(),
            held: ArcRwSignal::default(),
            watched: RefCell::default(),
            epoch: Cell::new(0),
            lanes: SendWrapper::new(Lanes::new(LANES)),
            fetching: RefCell::default(),
            left: ArcRwSignal::default(),
        })))
    }

    /// Hears of every row that changes, for the life of the page.
    pub fn start_listening(&self) {
        let inner = Rc::downgrade(&self.0);
        self.0.workspaces.on_news(move |news| {
            let Some(inner) = inner.upgrade() else { return };
            match news {
                News::Row { now, .. } => inner.tell(now.id, || Event::Row(Facts::of(now))),
                News::Departed { id, how: Departed::Deleted } => inner.tell(*id, || Event::Gone),
                News::Departed { id, how: Departed::Hidden } => inner.tell(*id, || Event::Hidden),
            }
        });
    }

    /// The operation on a workspace, and its report when it is over. The row shows [`Operation::overlay`]; `busy` is
    /// [`Operations::busy`].
    pub fn of(&self, workspace: Id) -> OperationSignal {
        self.0.signal(workspace)
    }

    /// The action under way on a workspace, told of changes.
    pub fn busy(&self, workspace: Id) -> Option<Action> {
        self.0.signal(workspace).with(|operation| {
            let busy = operation.as_ref().filter(|operation| !operation.is_over() && !operation.is_asking());
            busy.map(|operation| operation.action)
        })
    }

    /// The workspaces whose stop this tab holds back still, oldest first: nothing of it was sent.
    pub fn held(&self) -> ArcRwSignal<Vec<Id>> {
        self.0.held.clone()
    }

    /// Whether the action under way on a workspace can be undone, told of changes.
    pub fn is_held(&self, workspace: Id) -> bool {
        let signal = self.0.signal(workspace);
        signal.with(|operation| operation.as_ref().is_some_and(|operation| operation.held_until_ms().is_some()))
    }

    /// Takes back what was not sent yet. The tab that drives it does so: with `tell_others` it is told if that is another one.
    pub fn undo(&self, workspace: Id, tell_others: bool) {
        if self.0.driven.borrow().contains_key(&workspace) {
            self.0.tell(workspace, || Event::Undo);
        } else if tell_others {
            self.0.tabs.tell(&Message::Undo { workspace });
        }
    }

    /// Begins an action on a workspace that is known; false if it cannot be begun in this state. Canceling while an own operation is under way
    /// ends that one.
    pub fn start(&self, workspace: Id, action: Action) -> bool {
        if action == Action::Undo {
            self.undo(workspace, true);
            return true;
        }
        if let Some(begun) = self.as_answer(workspace, action) {
            return begun;
        }
        let signal = self.0.signal(workspace);
        let under_way =
            signal.with_untracked(|operation| operation.as_ref().is_some_and(|operation| !operation.is_over()));
        if under_way && action == Action::Cancel && self.0.driven.borrow().contains_key(&workspace) {
            self.0.tell(workspace, || Event::Cancel);
            return true;
        }
        if under_way && action == Action::Cancel {
            return self.0.cancel_directly(workspace);
        }
        if under_way {
            return false;
        }
        let Some(row) = self.0.workspaces.snapshot(workspace) else { return false };
        let Some(mut operation) = operation::plan(&row, action, self.0.client.now_ms()) else { return false };
        operation.mine = self.0.session.signed_in().is_some_and(|signed_in| signed_in.user.id == row.owner_id);
        // Shown at once; stored before anything is sent.
        signal.set(Some(operation.clone()));
        let inner = Rc::clone(&self.0);
        spawn_local(async move { inner.begin(operation).await });
        true
    }

    /// What the viewer asks for while an operation waits for an answer is the answer: a start goes on with it, anything else ends it and
    /// begins then. `None` if no operation waits.
    fn as_answer(&self, workspace: Id, action: Action) -> Option<bool> {
        let operation = self.0.signal(workspace).get_untracked().filter(Operation::is_asking)?;
        if !self.0.driven.borrow().contains_key(&workspace) {
            let text = format!("{} waits for an answer in another tab of this browser.", operation.name);
            self.0.toasts.show(Tone::Info, text, None, None);
            return Some(false);
        }
        let go_on = action == Action::Start || action == operation.action;
        self.answer(workspace, go_on);
        if !go_on {
            let operations = self.clone();
            spawn_local(async move {
                // The driver of the one that ends is gone with its next turn.
                timers::sleep(0).await;
                if operations.busy(workspace).is_none() {
                    operations.start(workspace, action);
                }
            });
        }
        Some(true)
    }

    /// Ends an operation of this tab, as far as it still can be.
    pub fn cancel(&self, workspace: Id) {
        self.0.tell(workspace, || Event::Cancel);
    }

    /// Answers the question of an operation that nobody drove for a while ([`Operation::question`]).
    pub fn answer(&self, workspace: Id, go_on: bool) {
        self.0.tell(workspace, || Event::Answer(go_on));
    }

    /// Takes away the report of an operation that is over, and its toast.
    pub fn dismiss(&self, workspace: Id) {
        let signal = self.0.signal(workspace);
        let text = signal.with_untracked(|operation| Some(operation.as_ref()?.report()?.text.clone()));
        if let Some(text) = text {
            self.0.toasts.dismiss_text(&text);
            signal.set(None);
        }
    }

    /// Takes up what was stored: operations whose tab was closed, and those that another tab drives.
    pub fn resume(&self) {
        self.0.left.set(Vec::new());
        // Nothing stored at all: nothing to wait for.
        let stored = storage::keys(Area::Local, &format!("{}user.", storage::PREFIX));
        if !stored.iter().any(|key| key.contains(".operation.")) {
            return;
        }
        let inner = Rc::clone(&self.0);
        spawn_local(async move {
            let epoch = inner.epoch.get();
            inner.session.know_deployment().await;
            if epoch != inner.epoch.get() {
                return;
            }
            for workspace in inner.all_stored() {
                inner.watch(workspace);
            }
        });
    }

    /// Another tab did something to a workspace: what it stored is read anew.
    pub fn acted_elsewhere(&self, workspace: Id) {
        let inner = Rc::clone(&self.0);
        spawn_local(async move {
            let epoch = inner.epoch.get();
            // Where it is stored depends on the deployment, which a tab that did nothing yet has not asked for.
            inner.session.know_deployment().await;
            // The message may be here before what the other tab stored is: browsers bring the two by different ways.
            for wait_ms in [0, 150, 1_000] {
                timers::sleep(wait_ms).await;
                if epoch != inner.epoch.get() || inner.driven.borrow().contains_key(&workspace) {
                    return;
                }
                inner.read_elsewhere(workspace);
            }
        });
    }

    /// What is under way, in this tab or in another one of this browser, and what becomes of it when the user signs out now: a sentence each.
    pub fn on_leaving(&self) -> Vec<(Id, String)> {
        let mut all: Vec<Id> = self.0.known.borrow().keys().copied().collect();
        all.extend(self.0.all_stored().into_iter().filter(|id| !self.0.known.borrow().contains_key(id)));
        let said = |id: &Id| {
            let known = self.0.known.borrow().get(id).and_then(|signal| signal.get_untracked());
            known.or_else(|| self.0.stored(*id))?.on_leaving().map(|text| (*id, text))
        };
        let mut said: Vec<(Id, String)> = all.iter().filter_map(said).collect();
        order::sort_by_key(&mut said, |(_, text)| text.clone());
        said
    }

    /// What was under way when the user went, to be said where one signs in; empty once somebody has.
    pub fn left(&self) -> ArcRwSignal<Vec<(Id, String)>> {
        self.0.left.clone()
    }

    /// Stops driving everything. What is stored stays: the same person is told of it after the next sign-in.
    pub fn clear(&self) {
        self.0.left.set(self.on_leaving());
        self.0.epoch.set(self.0.epoch.get().wrapping_add(1));
        self.0.driven.borrow_mut().clear();
        self.0.held.set(Vec::new());
        self.0.watched.borrow_mut().clear();
        self.0.fetching.borrow_mut().clear();
        self.0.known.borrow_mut().clear();
    }
}

/// The server's refusal in the machine's words; `None` if no answer came at all.
fn refusal(error: &ApiError) -> Option<Refusal> {
    let kind = match error.kind {
        Kind::Network | Kind::Timeout | Kind::Aborted => return None,
        Kind::Unauthorized => RefusalKind::Unauthorized,
        Kind::Forbidden => RefusalKind::Forbidden,
        Kind::NotFound => RefusalKind::NotFound,
        Kind::Gone => RefusalKind::Gone,
        Kind::Conflict => RefusalKind::Conflict,
        Kind::Validation => RefusalKind::Validation,
        Kind::Precondition => RefusalKind::Precondition,
        Kind::RateLimited => RefusalKind::RateLimited,
        // Something between, or an answer that cannot be read: the request may have been carried out.
        Kind::Server | Kind::NotJson | Kind::Decode => RefusalKind::Server,
        // What refuses on the way does not pass it on.
        Kind::Between | Kind::Csrf | Kind::TooEarly | Kind::Unsupported => RefusalKind::Other,
    };
    Some(Refusal {
        kind,
        message: error.message.clone(),
        detail: error.detail.clone(),
        validations: error.validations.clone(),
    })
}

/// What the machine is told of a request that failed.
fn failed(error: &ApiError) -> Event {
    refusal(error).map_or(Event::Lost, Event::Refused)
}

/// What the machine is told of a wish to cancel that failed: without an answer it may be tried again by hand.
fn cancel_failed(error: &ApiError) -> Event {
    Event::CancelRefused(refusal(error).unwrap_or_else(|| Refusal {
        kind: RefusalKind::Other,
        message: error.message.clone(),
        detail: error.detail.clone(),
        validations: Vec::new(),
    }))
}

impl Inner {
    fn signal(&self, workspace: Id) -> OperationSignal {
        let mut known = self.known.borrow_mut();
        if known.len() >= self.sweep_at.get() && !known.contains_key(&workspace) {
            // Rows long gone, of which nothing is told: a page that stays open for days sees many.
            known.retain(|id, told| told.with_untracked(Option::is_some) || self.workspaces.row(*id).is_some());
            self.sweep_at.set((2 * known.len()).max(FEW_SIGNALS));
        }
        known.entry(workspace).or_insert_with(|| ArcRwSignal::new(None)).clone()
    }

    fn tell(&self, workspace: Id, event: impl FnOnce() -> Event) {
        if let Some(driver) = self.driven.borrow().get(&workspace) {
            // A driver that has just ended needs no news.
            let _ = driver.unbounded_send(event());
        }
    }

    /// Cancels the build of an operation that another tab drives: its driver sees what became of it.
    fn cancel_directly(self: &Rc<Self>, workspace: Id) -> bool {
        let Some(row) = self.workspaces.snapshot(workspace).filter(is_changing) else { return false };
        let expect = (row.build.job_status == JobStatus::Pending).then_some("pending");
        let inner = Rc::clone(self);
        spawn_local(async move {
            let Some(_pass) = inner.lane().await else { return };
            if let Err(error) = builds::cancel(&inner.client, row.build.id, expect).await {
                inner.toasts.failed(&format!("{} was not canceled.", row.name), &error);
            }
            inner.workspaces.touch(workspace);
            inner.fetch_soon(workspace);
        });
        true
    }

    fn key(&self, workspace: Id) -> Option<String> {
        self.session.storage_prefix().map(|prefix| format!("{prefix}{OPERATIONS}{workspace}"))
    }

    /// The workspaces of all operations that are stored for the user.
    fn all_stored(&self) -> Vec<Id> {
        let Some(prefix) = self.session.storage_prefix().map(|prefix| prefix + OPERATIONS) else { return Vec::new() };
        let keys = storage::keys(Area::Local, &prefix);
        keys.iter().filter_map(|key| key.strip_prefix(&prefix)?.parse().ok()).collect()
    }

    fn stored(&self, workspace: Id) -> Option<Operation> {
        storage::load(Area::Local, &self.key(workspace)?, VERSION)
    }

    fn save(&self, operation: &Operation) {
        if let Some(key) = self.key(operation.workspace) {
            storage::save(Area::Local, &key, VERSION, operation);
        }
        self.tabs.tell(&Message::Acted { workspace: operation.workspace });
    }

    fn forget(&self, workspace: Id) {
        if let Some(key) = self.key(workspace) {
            storage::remove(Area::Local, &key);
        }
        self.tabs.tell(&Message::Acted { workspace });
    }

    /// Becomes the driver of a new operation.
    async fn begin(self: Rc<Self>, operation: Operation) {
        let workspace = operation.workspace;
        // The driver is there before the lock is: the viewer may cancel at once.
        let (sender, receiver) = unbounded();
        self.driven.borrow_mut().insert(workspace, sender);
        let epoch = self.epoch.get();
        self.session.know_deployment().await;
        let _held = locks::acquire(&lock_name(workspace)).await;
        if epoch == self.epoch.get() {
            self.drive(operation, Event::Begin, receiver).await;
        }
    }

    /// Shows what another tab stored, or that it stores nothing any more.
    fn read_elsewhere(self: &Rc<Self>, workspace: Id) {
        self.watch(workspace);
        if self.stored(workspace).is_none() {
            let signal = self.signal(workspace);
            // A report stays until it was read here.
            if signal.with_untracked(|operation| operation.as_ref().is_some_and(|operation| !operation.is_over())) {
                signal.set(None);
            }
        }
    }

    /// Shows a stored operation and waits for its driver to be gone; takes it up if there is still something to do.
    fn watch(self: &Rc<Self>, workspace: Id) {
        let Some(operation) = self.stored(workspace) else { return };
        self.signal(workspace).set(Some(operation));
        if self.driven.borrow().contains_key(&workspace) || !self.watched.borrow_mut().insert(workspace) {
            return;
        }
        let inner = Rc::clone(self);
        let epoch = self.epoch.get();
        spawn_local(async move {
            let held = locks::acquire(&lock_name(workspace)).await;
            // Where no lock tells, the tab that holds it may be there still: after this time it sends it no more.
            if !held.keeps_apart()
                && inner.stored(workspace).is_some_and(|operation| operation.held_until_ms().is_some())
            {
                timers::sleep(operation::HOLD_MS + operation::OVERSLEEP_MS).await;
            }
            if epoch != inner.epoch.get() {
                return;
            }
            inner.watched.borrow_mut().remove(&workspace);
            if let Some(operation) = inner.stored(workspace) {
                let (sender, receiver) = unbounded();
                inner.driven.borrow_mut().insert(workspace, sender);
                inner.drive(operation, Event::Resumed, receiver).await;
            }
        });
    }

    /// Drives an operation to its end.
    async fn drive(self: &Rc<Self>, operation: Operation, first: Event, mut events: UnboundedReceiver<Event>) {
        let workspace = operation.workspace;
        let epoch = self.epoch.get();
        let signal = self.signal(workspace);
        let mut operation = operation;
        let mut event = first;
        let (mut said_refusal, mut said_question) = (None, None);
        loop {
            let (after, commands) = operation::next(operation.clone(), &event, self.client.now_ms());
            if after != operation {
                signal.set(Some(after.clone()));
            }
            operation = after;
            let until = operation.held_until_ms();
            self.list_held(workspace, until.is_some());
            for command in commands {
                self.carry_out(&operation, command);
            }
            let refusal = operation.cancel_refusal();
            if let Some(text) = refusal.as_ref().filter(|_| refusal != said_refusal) {
                self.toasts.show(Tone::Bad, text.clone(), None, None);
            }
            said_refusal = refusal;
            let question = operation.question();
            if question != said_question {
                self.say_question(&operation, question.as_deref(), said_question.as_deref());
            }
            said_question = question;
            if operation.is_over() {
                break;
            }
            let wait = match until {
                Some(until) if !operation.waits_for_answer() => (until - self.client.now_ms()).clamp(0, TICK_MS),
                _ => TICK_MS,
            };
            event = match timers::within(wait, events.next()).await {
                Some(Some(event)) => event,
                // Nobody can tell it anything any more: somebody else is signed in.
                Some(None) => return,
                None if self.net.is_settled() => Event::Tick,
                None => Event::Offline,
            };
            if epoch != self.epoch.get() {
                return;
            }
        }
        self.driven.borrow_mut().remove(&workspace);
        self.report(&operation, &signal);
    }

    /// Asks what the viewer has to answer, wherever the viewer is: the row that asks may stand in no list that is shown. The answer takes it away.
    fn say_question(&self, operation: &Operation, now: Option<&str>, before: Option<&str>) {
        if let Some(before) = before {
            self.toasts.dismiss_text(before);
        }
        if let Some(now) = now {
            let link = (format!("Open {}", operation.name), paths::workspace(&operation.owner, &operation.name));
            self.toasts.show(Tone::Bad, now, None, Some(link));
        }
    }

    /// Keeps the list of what can be undone.
    fn list_held(&self, workspace: Id, on: bool) {
        if self.held.with_untracked(|held| held.contains(&workspace)) != on {
            self.held.update(|held| if on { held.push(workspace) } else { held.retain(|other| *other != workspace) });
        }
    }

    /// Says how it went: failures as a toast and beside the row until dismissed, success only to who cannot see the row change.
    fn report(self: &Rc<Self>, operation: &Operation, signal: &OperationSignal) {
        let Some(report) = operation.report() else { return };
        let detail = (!report.lines.is_empty()).then(|| report.lines.join(" · "));
        let link = report
            .build
            .filter(|_| report.result != Outcome::Succeeded)
            .map(|number| (format!("Build {number}"), paths::build(&operation.owner, &operation.name, number)));
        match report.result {
            Outcome::Succeeded => {
                if operation.action == Action::Delete {
                    self.toasts.show(Tone::Good, report.text.clone(), detail, None);
                } else {
                    self.toasts.say(report.text.clone());
                }
                signal.set(None);
            }
            Outcome::Canceled | Outcome::Abandoned | Outcome::Unknown => {
                self.toasts.show(Tone::Info, report.text.clone(), detail, link);
            }
            Outcome::Failed => {
                let row = self.workspaces.snapshot(operation.workspace);
                let build = row.filter(|row| Some(row.build.number) == report.build).map(|row| row.build.id);
                let (inner, text) = (Rc::clone(self), report.text.clone());
                spawn_local(async move {
                    // In Terraform's words too, if the log is there within a moment.
                    let words = match build {
                        Some(build) => timers::within(LOG_MS, inner.logs.of(build)).await,
                        None => None,
                    };
                    let words = words.and_then(Result::ok).and_then(|told| failure::in_full(&told.lines));
                    inner.toasts.show(Tone::Bad, text, words.or(detail), link);
                });
            }
            Outcome::Interrupted | Outcome::Refused | Outcome::NotSent => {
                self.toasts.show(Tone::Bad, report.text.clone(), detail, link);
            }
        }
    }

    fn carry_out(self: &Rc<Self>, operation: &Operation, command: Command) {
        let workspace = operation.workspace;
        let inner = Rc::clone(self);
        // Where it is stored, while somebody is signed in.
        let key = self.key(workspace);
        match command {
            Command::Save => self.save(operation),
            Command::Forget => self.forget(workspace),
            Command::PostBuild { transition, version } => {
                spawn_local(async move { inner.post(workspace, transition, version, key).await });
            }
            Command::CancelBuild { build, expect_pending, own_step } => {
                self.workspaces.touch(workspace);
                spawn_local(async move {
                    let Some(_pass) = inner.lane().await else { return };
                    let answer = builds::cancel(&inner.client, build, expect_pending.then_some("pending")).await;
                    inner.workspaces.touch(workspace);
                    inner.tell(workspace, || match (&answer, own_step) {
                        (Ok(()), true) => Event::Done,
                        (Ok(()), false) => Event::CancelTaken,
                        (Err(error), true) => failed(error),
                        (Err(error), false) => cancel_failed(error),
                    });
                    if own_step {
                        inner.turned_away(key, answer.as_ref().err());
                    }
                    // Not everything is pushed or polled at once.
                    inner.fetch_soon(workspace);
                });
            }
            Command::Activate => {
                self.workspaces.touch(workspace);
                spawn_local(async move {
                    let Some(_pass) = inner.lane().await else { return };
                    let answer = calls::set_dormant(&inner.client, workspace, false).await;
                    inner.workspaces.touch(workspace);
                    inner.tell(workspace, || answer.as_ref().map_or_else(failed, |_| Event::Done));
                    inner.turned_away(key, answer.as_ref().err());
                    inner.fetch_soon(workspace);
                });
            }
            Command::SetFavorite { on } => {
                self.workspaces.touch(workspace);
                spawn_local(async move {
                    let Some(_pass) = inner.lane().await else { return };
                    let answer = calls::set_favorite(&inner.client, workspace, on).await;
                    inner.workspaces.touch(workspace);
                    inner.tell(workspace, || answer.as_ref().map_or_else(failed, |()| Event::Done));
                    inner.turned_away(key, answer.as_ref().err());
                    inner.fetch_soon(workspace);
                });
            }
            Command::Fetch => self.fetch_soon(workspace),
        }
    }

    async fn post(self: Rc<Self>, workspace: Id, transition: Transition, version: Option<Id>, key: Option<String>) {
        let request = CreateBuildRequest {
            template_version_id: version,
            // Not taken for a deletion.
            reason: (transition != Transition::Delete).then_some(BuildReason::Dashboard),
            ..CreateBuildRequest::new(transition)
        };
        let Some(_pass) = self.lane().await else { return };
        self.workspaces.touch(workspace);
        match builds::create(&self.client, workspace, &request).await {
            Ok(reply) => {
                self.tell(workspace, || Event::BuildCreated { number: reply.build_number, build: reply.id });
                self.workspaces.apply_build_reply(&reply);
            }
            Err(error) => {
                self.tell(workspace, || failed(&error));
                self.turned_away(key, Some(&error));
                self.fetch_soon(workspace);
            }
        }
    }

    /// The session ended with this very request: who drove the operation is gone with it, but the control plane did say that the request was not
    /// carried out. Said now, and not to be looked for after the next sign-in.
    fn turned_away(&self, key: Option<String>, error: Option<&ApiError>) {
        let Some(error) = error.filter(|error| error.kind == Kind::Unauthorized) else { return };
        let Some(key) = key else { return };
        let Some(operation) = storage::load::<Operation>(Area::Local, &key, VERSION) else { return };
        let (over, _) = operation::next(operation, &failed(error), self.client.now_ms());
        if let Some(report) = over.report() {
            storage::remove(Area::Local, &key);
            // It is over, and not left half way.
            self.left.update(|left| left.retain(|(id, _)| *id != over.workspace));
            self.toasts.show(Tone::Bad, report.text.clone(), None, None);
        }
    }

    /// Waits for a lane, and until the control plane can be reached: what is sent when a network goes does not storm it when it is back. `None` if
    /// somebody else is signed in by then.
    async fn lane(&self) -> Option<Pass> {
        let epoch = self.epoch.get();
        loop {
            let pass = self.lanes.pass().await;
            if epoch != self.epoch.get() {
                return None;
            }
            if self.net.is_settled() {
                return Some(pass);
            }
            drop(pass);
            timers::sleep_or(TICK_MS, self.client.again()).await;
        }
    }

    /// Asks for the workspace and tells the machine what is so, changed or not. A workspace that is gone is told by the index.
    fn fetch_soon(self: &Rc<Self>, workspace: Id) {
        if !self.fetching.borrow_mut().insert(workspace) {
            return;
        }
        let inner = Rc::clone(self);
        spawn_local(async move {
            let Some(_pass) = inner.lane().await else { return };
            inner.fetching.borrow_mut().remove(&workspace);
            if inner.workspaces.refresh(workspace).await.is_ok()
                && let Some(row) = inner.workspaces.snapshot(workspace)
            {
                inner.tell(workspace, || Event::Row(Facts::of(&row)));
            }
        });
    }
}

/// The lock that the driver of a workspace's operation holds.
fn lock_name(workspace: Id) -> String {
    format!("{}operation.{workspace}", storage::PREFIX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::error::Validation;

    #[test]
    fn no_answer_is_lost_and_a_gateways_answer_is_not_believed() {
        assert_eq!(failed(&ApiError::network("refused".into())), Event::Lost);
        assert_eq!(failed(&ApiError::timeout(60_000)), Event::Lost);
        for kind in [Kind::Server, Kind::NotJson, Kind::Decode] {
            let Event::Refused(refusal) = failed(&ApiError::local(kind, "x")) else { panic!("{kind:?} is an answer") };
            assert_eq!(refusal.kind, RefusalKind::Server, "{kind:?}");
        }
    }

    #[test]
    fn the_servers_words_reach_the_machine() {
        let error = ApiError {
            status: Some(400),
            detail: Some("d".into()),
            validations: vec![Validation { field: "region".into(), detail: "required".into() }],
            ..ApiError::local(Kind::Validation, "Unable to validate parameters.")
        };
        assert_eq!(
            failed(&error),
            Event::Refused(Refusal {
                kind: RefusalKind::Validation,
                message: "Unable to validate parameters.".into(),
                detail: Some("d".into()),
                validations: error.validations.clone(),
            })
        );
        let Event::CancelRefused(refusal) = cancel_failed(&ApiError::network("refused".into())) else { panic!() };
        assert_eq!(refusal.kind, RefusalKind::Other);
    }
}

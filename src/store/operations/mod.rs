//! Drives `model::operation`: what the viewer asked for becomes requests, answers and news become events, and what is
//! under way is stored, so that a closed tab loses nothing. May import `api` and below.

mod answers;
mod commands;
mod driver;
mod per_start;
mod report;
mod shared;
mod stored;
mod watch;
mod wishes;

pub(super) use shared::Driver;
pub(crate) use shared::OperationSignal;

use crate::api::client::Client;
use crate::browser::storage::Area;
use crate::browser::{storage, timers};
use crate::model::actions::Action;
use crate::model::operation;
use crate::model::operation::{BuildInput, Event, Facts, Operation, Setting, Wish};
use crate::model::order;
use crate::store::deferred::Deferred;
use crate::store::logs::Logs;
use crate::store::net::Net;
use crate::store::quota::Quota;
use crate::store::semaphore::Semaphore;
use crate::store::session::Session;
use crate::store::tabs::{Message, Tabs};
use crate::store::toasts::Toasts;
use crate::store::workspaces::{Departed, News, Workspaces};
use crate::wire::id::Id;
use leptos::prelude::*;
use leptos::task::spawn_local;
use send_wrapper::SendWrapper;
use shared::{FEW_SIGNALS, Shared};
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// How many requests of operations are under way at the same time: many that begin or end together go one after the
/// other.
const AT_ONCE: usize = 4;

/// What the user said beside which action it is.
#[derive(Clone, PartialEq)]
enum Said {
    /// What is said of a build; often nothing.
    Build(BuildInput),
    /// What is to be set.
    Set(Setting),
    /// Nothing; it was asked about already, and is not held back.
    AtOnce,
}

/// The operations. A cheap clone is the same.
#[derive(Clone)]
pub struct Operations(SendWrapper<Rc<Shared>>);

impl Operations {
    /// Nothing under way. [`Operations::start_listening`] connects it.
    #[allow(
        clippy::too_many_arguments,
        reason = "each store that actions change or read is named once, where all are made"
    )]
    pub(super) fn new(
        client: &Client,
        driver: &Deferred<Driver>,
        net: &Net,
        session: &Session,
        workspaces: &Workspaces,
        quota: &Quota,
        logs: &Logs,
        toasts: &Toasts,
        tabs: &Tabs,
    ) -> Self {
        Self(SendWrapper::new(Rc::new(Shared {
            client: client.clone(),
            driver: driver.clone(),
            net: net.clone(),
            session: session.clone(),
            workspaces: workspaces.clone(),
            quota: quota.clone(),
            logs: logs.clone(),
            toasts: toasts.clone(),
            tabs: tabs.clone(),
            known: RefCell::default(),
            sweep_at: Cell::new(FEW_SIGNALS),
            driven: RefCell::default(),
            waiting: RefCell::default(),
            wanted: RefCell::default(),
            kept: RefCell::default(),
            held: ArcRwSignal::default(),
            watched: RefCell::default(),
            epoch: Cell::new(0),
            requests: SendWrapper::new(Semaphore::new(AT_ONCE)),
            fetching: RefCell::default(),
            on_forbidden: RefCell::default(),
            left: ArcRwSignal::default(),
            to_ask: ArcRwSignal::default(),
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

    /// Is told of the workspace whenever a request about it is refused for want of permission.
    pub fn on_forbidden(&self, listener: impl Fn(Id) + 'static) {
        *self.0.on_forbidden.borrow_mut() = Some(Box::new(listener));
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

    /// The starts that were not begun, for their version asks for values each time: the user is to be asked, the first
    /// of them first.
    pub fn to_ask(&self) -> ArcRwSignal<Vec<(Id, Action)>> {
        self.0.to_ask.clone()
    }

    /// Whether the action under way on a workspace can be undone, told of changes.
    pub fn is_held(&self, workspace: Id) -> bool {
        let signal = self.0.signal(workspace);
        signal.with(|operation| operation.as_ref().is_some_and(|operation| operation.held_until_ms().is_some()))
    }

    /// Takes back what was not sent yet, whichever tab holds it.
    pub fn undo(&self, workspace: Id) {
        let now_ms = self.0.client.now_ms();
        let operation = self.0.signal(workspace);
        let is_double_click = self.0.driven.borrow().contains_key(&workspace)
            && operation.with_untracked(|held| held.as_ref().is_some_and(|held| held.is_double_click(now_ms)));
        if !is_double_click {
            self.want(workspace, Wish::Undo);
        }
    }

    /// Answers the question of an operation that nobody drove for a while ([`Operation::question`]).
    pub fn answer(&self, workspace: Id, go_on: bool) {
        self.want(workspace, if go_on { Wish::GoOn } else { Wish::LetGo });
    }

    /// Tells the tab that drives an operation what the viewer wants of it: this one, another one, or the one that takes
    /// it up when its tab is gone.
    fn want(&self, workspace: Id, wish: Wish) {
        let Some(operation) = self.0.signal(workspace).get_untracked().filter(|operation| !operation.is_over()) else {
            return;
        };
        self.0.tell(workspace, || wish.event());
        let is_here = self.0.driven.borrow().contains_key(&workspace);
        if is_here && !self.0.waiting.borrow().contains_key(&workspace) {
            return;
        }
        let began_ms = operation.began_ms;
        self.0.wanted.borrow_mut().insert(workspace, (began_ms, wish));
        self.0.tabs.tell(&Message::Wish { workspace, began_ms, wish });
        if !is_here {
            let inner = Rc::clone(&self.0);
            spawn_local(async move {
                let driver = inner.driver.wait().await;
                (driver.see_to)(inner, operation, wish).await;
            });
        }
    }

    /// Another tab wants something of an operation. To take back what was not sent does no harm, even if it was another
    /// one that it saw.
    pub fn heard_wish(&self, workspace: Id, began_ms: i64, wish: Wish) {
        let known = self.0.known.borrow().get(&workspace).and_then(|signal| signal.get_untracked());
        if !self.0.driven.borrow().contains_key(&workspace) {
            self.0.wanted.borrow_mut().insert(workspace, (began_ms, wish));
        } else if wish == Wish::Undo || known.is_some_and(|operation| operation.began_ms == began_ms) {
            self.0.tell(workspace, || wish.event());
        }
    }

    /// Begins an action on a workspace that is known; false if it cannot be begun in this state. Canceling while an own
    /// operation is under way ends that one.
    pub fn start(&self, workspace: Id, action: Action) -> bool {
        self.start_with(workspace, action, BuildInput::default())
    }

    /// The same, with what is said of the build beside what it does: a version, values of parameters, a preset.
    pub fn start_with(&self, workspace: Id, action: Action, input: BuildInput) -> bool {
        self.start_as_said(workspace, action, Said::Build(input))
    }

    /// Begins an action that was asked about together with others: nothing holds it back.
    pub(crate) fn start_at_once(&self, workspace: Id, action: Action) -> bool {
        self.start_as_said(workspace, action, Said::AtOnce)
    }

    /// Begins to set what the user said: a name.
    pub fn set(&self, workspace: Id, action: Action, setting: Setting) -> bool {
        self.start_as_said(workspace, action, Said::Set(setting))
    }

    fn start_as_said(&self, workspace: Id, action: Action, said: Said) -> bool {
        if action == Action::Undo {
            self.undo(workspace);
            return true;
        }
        if let Some(begun) = self.as_answer(workspace, action, &said) {
            return begun;
        }
        let signal = self.0.signal(workspace);
        let (under_way, can_be_ended) = signal.with_untracked(|operation| {
            let now = operation.as_ref().filter(|operation| !operation.is_over());
            (now.is_some(), now.is_some_and(|operation| !operation.is_setting()))
        });
        if can_be_ended && action == Action::Cancel {
            self.want(workspace, Wish::Cancel);
            return true;
        }
        if under_way {
            if matches!(said, Said::Build(_)) {
                self.0.say_busy(workspace, action);
            }
            return false;
        }
        let Some(row) = self.0.workspaces.snapshot(workspace) else { return false };
        let now_ms = self.0.client.now_ms();
        let asks_first = matches!(&said, Said::Build(input) if !input.asked && input.is_plain())
            && matches!(action, Action::Start | Action::Retry | Action::DebugRetry);
        let planned = match said {
            Said::Build(input) => operation::plan(&row, action, input, now_ms),
            Said::Set(setting) => Some(operation::plan_setting(&row, action, setting, now_ms)),
            Said::AtOnce => operation::plan(&row, action, BuildInput::default(), now_ms).map(Operation::without_hold),
        };
        let Some(mut operation) = planned else { return false };
        operation.mine = self.0.session.signed_in().is_some_and(|signed_in| signed_in.user.id == row.owner_id);
        // Shown at once; stored before anything is sent.
        signal.set(Some(operation.clone()));
        let inner = Rc::clone(&self.0);
        spawn_local(async move { inner.prepare(operation, asks_first).await });
        true
    }

    /// What the viewer asks for while an operation waits for an answer is the answer: a start goes on with it, anything
    /// else ends it and begins then. `None` if no operation waits.
    fn as_answer(&self, workspace: Id, action: Action, said: &Said) -> Option<bool> {
        let operation = self.0.signal(workspace).get_untracked().filter(Operation::is_asking)?;
        let go_on = matches!(said, Said::Build(input) if input.is_plain()) && operation.is_answered_by(action);
        self.answer(workspace, go_on);
        if !go_on {
            let (operations, said) = (self.clone(), said.clone());
            spawn_local(async move {
                // The driver of the one that ends is gone with its next turn; another tab's is heard of later.
                for wait_ms in [0, 150, 350, 1_000] {
                    timers::sleep(wait_ms).await;
                    let now = operations.0.signal(workspace).get_untracked();
                    if !now.is_some_and(|operation| operation.is_asking()) {
                        operations.start_as_said(workspace, action, said);
                        return;
                    }
                }
            });
        }
        Some(true)
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

    /// What is under way, in this tab or in another one of this browser, and what becomes of it when the user signs out
    /// now: a sentence each.
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
        self.0.waiting.borrow_mut().clear();
        self.0.wanted.borrow_mut().clear();
        self.0.kept.borrow_mut().clear();
        self.0.held.set(Vec::new());
        self.0.to_ask.set(Vec::new());
        self.0.watched.borrow_mut().clear();
        self.0.fetching.borrow_mut().clear();
        self.0.known.borrow_mut().clear();
    }
}

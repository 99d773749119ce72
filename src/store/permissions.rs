//! What the user may do: asked for when a view wants to know it, after the first rows, in few requests
//! (`model::permission`). Until it is known, and where the control plane does not tell, nothing is forbidden by us: it
//! refuses by itself. May import `api` and below.

use crate::api::client::Client;
use crate::api::error::ApiError;
use crate::api::retry::limit_ms;
use crate::api::{authorization, deployment};
use crate::browser::notify::Notify;
use crate::browser::{timers, visibility};
use crate::model::pace::back_off;
use crate::model::permission::{self, Act, Right};
use crate::model::row::Row;
use crate::model::status::{self, State};
use crate::store::deferred::{Deferred, Worker};
use crate::store::session::Session;
use crate::wire::id::Id;
use leptos::prelude::*;
use leptos::task::spawn_local;
use send_wrapper::SendWrapper;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

/// For how long an answer is believed, in milliseconds: roles change, and what is shared is shared no more.
const GOOD_MS: i64 = 600_000;

/// How long wishes are gathered before they are asked together, in milliseconds.
const GATHER_MS: i64 = 30;

/// The first wait after a request that failed, in milliseconds, and the longest.
const FAILED_MS: (i64, i64) = (5_000, 300_000);

/// What is known of one right.
#[derive(Clone, Default)]
struct Known {
    answer: ArcRwSignal<Option<bool>>,
    /// When it was answered last.
    at_ms: Option<i64>,
}

/// What asks, for the part that comes after the first rows.
pub(super) fn asker() -> Worker<Asking> {
    Worker::new(|asking| Box::pin(asking.ask_for_all()))
}

pub(super) struct Asking {
    client: Client,
    asker: Deferred<Worker<Asking>>,
    session: Session,
    known: RefCell<HashMap<Right, Known>>,
    /// Whether the deployment lets builds log all, and whether a view wants to know it.
    debug: ArcRwSignal<Option<bool>>,
    debug_wanted: Cell<bool>,
    /// The workspaces on which an action was refused: they are asked for by their ids.
    doubted: ArcRwSignal<Vec<Id>>,
    /// Rings when something is wanted that is not known.
    wake: Notify,
    /// Counts users: an answer to a question of the one before is nobody's.
    epoch: Cell<u32>,
}

/// The permissions. A cheap clone is the same.
#[derive(Clone)]
pub struct Permissions(SendWrapper<Rc<Asking>>);

impl Permissions {
    /// Nothing known yet. [`Permissions::start`] makes it asked for.
    pub(super) fn new(client: &Client, asker: &Deferred<Worker<Asking>>, session: &Session) -> Self {
        Self(SendWrapper::new(Rc::new(Asking {
            client: client.clone(),
            asker: asker.clone(),
            session: session.clone(),
            known: RefCell::default(),
            debug: ArcRwSignal::default(),
            debug_wanted: Cell::new(false),
            doubted: ArcRwSignal::default(),
            wake: Notify::default(),
            epoch: Cell::new(0),
        })))
    }

    /// Whether the user may; `None` while it is not known, and then it is asked for. Tracked.
    pub(crate) fn may(&self, right: Right) -> Option<bool> {
        let asking = &self.0;
        let known = asking.known.borrow().get(&right).map(|known| known.answer.clone());
        let answer = known.unwrap_or_else(|| {
            asking.wake.notify_waiters();
            asking.known.borrow_mut().entry(right).or_default().answer.clone()
        });
        answer.get()
    }

    /// Whether the user may act on the workspace of a row. Tracked.
    pub(crate) fn on_row(&self, row: &Row, act: Act) -> Option<bool> {
        let user = self.0.session.user()?;
        let is_doubted = self.0.doubted.with(|doubted| doubted.contains(&row.id));
        permission::on_row(row, user.user.id, act, is_doubted, |right| self.may(right))
    }

    /// Whether builds of this row may log all that Terraform does; `None` for whom it is not said, and where there is
    /// nothing to do again. Tracked.
    pub(crate) fn debug_builds(&self, row: &Row) -> Option<bool> {
        if status::state(row) != State::Failed || self.may(Right::ReadDeploymentConfig) != Some(true) {
            return None;
        }
        if !self.0.debug_wanted.replace(true) {
            self.0.wake.notify_waiters();
        }
        self.0.debug.get()
    }

    /// Asks for what is wanted, for the life of the page.
    pub(crate) fn start(&self) {
        let inner = Rc::clone(&self.0);
        std::mem::forget(visibility::on_change(move |_| inner.wake.notify_waiters()));
        let inner = Rc::clone(&self.0);
        spawn_local(async move {
            loop {
                inner.client.again().notified().await;
                inner.wake.notify_waiters();
            }
        });
        let inner = Rc::clone(&self.0);
        spawn_local(async move {
            inner.session.after_first_rows().await;
            let asker = inner.asker.wait().await;
            asker.work_on(inner).await;
        });
    }

    /// Somebody signed in or out: what is known is another's.
    pub(crate) fn clear(&self) {
        self.0.epoch.set(self.0.epoch.get().wrapping_add(1));
        // Views that are still there hear of what is asked for the next user.
        let answers: Vec<_> = {
            let mut known = self.0.known.borrow_mut();
            for known in known.values_mut() {
                known.at_ms = None;
            }
            known.values().map(|known| known.answer.clone()).collect()
        };
        for answer in answers {
            answer.set(None);
        }
        self.0.debug.set(None);
        self.0.doubted.set(Vec::new());
        self.0.wake.notify_waiters();
    }

    /// The control plane refused something for want of permission: what was believed is asked again, and the workspace
    /// that it was about, if any, by its id.
    pub(crate) fn doubt(&self, workspace: Option<Id>) {
        if let Some(workspace) = workspace {
            self.0.doubted.update(|doubted| doubted.push(workspace));
        }
        for known in self.0.known.borrow_mut().values_mut() {
            known.at_ms = None;
        }
        self.0.wake.notify_waiters();
    }
}

impl Asking {
    /// What is wanted and not known, or known for too long.
    fn wanted(&self, now_ms: i64) -> Vec<Right> {
        let known = self.known.borrow();
        let old = |known: &Known| known.at_ms.is_none_or(|at_ms| now_ms.saturating_sub(at_ms) >= GOOD_MS);
        known.iter().filter(|(_, known)| old(known)).map(|(right, _)| *right).collect()
    }

    /// Asks for what is wanted, one request after the other. Reached by [`Asker`] alone.
    async fn ask_for_all(self: Rc<Self>) {
        let mut failed: u32 = 0;
        loop {
            let wanted = self.wanted(now_ms());
            let asks = visibility::is_visible() && self.client.is_reachable() && self.session.signed_in().is_some();
            let debug = self.debug_wanted.get() && self.debug.get_untracked().is_none();
            if (wanted.is_empty() && !debug) || !asks {
                // A view that stays open reads nothing anew: what it was told grows old all the same.
                timers::sleep_or(GOOD_MS, &self.wake).await;
                continue;
            }
            timers::sleep(GATHER_MS).await;
            let rights = permission::batch(&self.wanted(now_ms()));
            let asked = if rights.is_empty() { self.ask_debug().await } else { self.ask(&rights).await };
            match asked {
                Ok(()) => failed = 0,
                Err(error) => {
                    let (first, longest) = FAILED_MS;
                    let wait = back_off(failed, first, longest, timers::random()).max(limit_ms(&error).unwrap_or(0));
                    failed = failed.saturating_add(1);
                    timers::sleep_or(wait, self.client.again()).await;
                }
            }
        }
    }

    async fn ask(&self, rights: &[Right]) -> Result<(), ApiError> {
        let epoch = self.epoch.get();
        let answers = authorization::check(&self.client, rights).await?;
        if epoch == self.epoch.get() {
            for (place, right) in rights.iter().enumerate() {
                self.learned(*right, answers.get(&place.to_string()).copied());
            }
        }
        Ok(())
    }

    async fn ask_debug(&self) -> Result<(), ApiError> {
        let epoch = self.epoch.get();
        let config = deployment::config(&self.client).await?.config;
        if epoch == self.epoch.get() {
            self.debug.set(Some(config.enable_terraform_debug_mode));
        }
        Ok(())
    }

    fn learned(&self, right: Right, answer: Option<bool>) {
        let mut all = self.known.borrow_mut();
        let Some(known) = all.get_mut(&right) else { return };
        // What was not answered is not asked again at once either.
        known.at_ms = Some(now_ms());
        let signal = known.answer.clone();
        drop(all);
        if signal.get_untracked() != answer {
            signal.set(answer);
        }
    }
}

/// A clock that never jumps.
fn now_ms() -> i64 {
    timers::monotonic_ms() as i64
}

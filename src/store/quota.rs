//! What the user has used and may use, per organization: asked for when somebody looks, and again when builds settle,
//! because credits are committed inside the build. May import `api` and below.

use crate::api::client::Client;
use crate::api::error::{ApiError, Kind};
use crate::api::quota as calls;
use crate::browser::storage;
use crate::browser::storage::Area;
use crate::browser::{timers, visibility};
use crate::model::quota::Standing;
use crate::store::session::Session;
use crate::wire::id::Id;
use crate::wire::quota::WorkspaceQuota;
use crate::wire::user::Organization;
use leptos::prelude::*;
use leptos::task::spawn_local;
use send_wrapper::SendWrapper;
use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;

/// How long after a build settled the figures are asked for: several often settle together.
const SETTLE_MS: i64 = 1_500;

/// How long after one question the next one is asked for that reason: where builds settle all the time the figures are
/// asked for in a rhythm.
const APART_MS: f64 = 10_000.0;

/// Figures younger than this are fresh enough for who comes back to the page.
const FRESH_MS: f64 = 60_000.0;

/// Where it is kept that this control plane knows no quota, so that each reload need not be told so: for the tab, and
/// until it is signed in anew. A page of another control plane has another session.
const NONE_KEY: &str = "gantry.no-quota";

/// The answer for one organization.
#[derive(Clone, Debug, PartialEq)]
pub struct OfOrganization {
    /// Which.
    pub organization: Organization,
    /// The answer; `Ok(None)`: this control plane knows no quota (404).
    pub answer: Result<Option<WorkspaceQuota>, ApiError>,
}

/// The quota. A cheap clone is the same.
#[derive(Clone)]
pub struct Quota {
    /// One answer per organization of the user, in the server's order; `None` until asked.
    pub answers: ArcRwSignal<Option<Arc<[OfOrganization]>>>,
    /// When they were last asked for with success, by the server's clock.
    pub as_of_ms: ArcRwSignal<Option<i64>>,
    /// The organization of what the reader looks at; the strip in the top bar is about that.
    pub here: ArcRwSignal<Option<Id>>,
    client: Client,
    session: Session,
    state: SendWrapper<Rc<State>>,
}

impl Quota {
    /// What is consumed and allowed where a workspace of this owner takes from, as far as that is limited, and the
    /// owner is the user. Not tracked.
    pub(crate) fn figures_of(&self, owner: Id, organization: Id) -> Option<(i64, i64)> {
        let mine = self.session.signed_in().is_some_and(|signed_in| signed_in.user.id == owner);
        let answers = self.answers.get_untracked().filter(|_| mine)?;
        let answer = answers.iter().find(|one| one.organization.id == organization)?.answer.clone().ok()?;
        Standing::of(answer).figures()
    }
}

#[derive(Default)]
struct State {
    asking: Cell<bool>,
    again: Cell<bool>,
    soon: Cell<bool>,
    /// Somebody asked before the organizations were known.
    wanted: Cell<bool>,
    /// By the page's own clock.
    asked_ms: Cell<Option<f64>>,
}

impl Quota {
    /// Nothing known yet.
    pub fn new(client: &Client, session: &Session) -> Self {
        Self {
            answers: ArcRwSignal::new(None),
            as_of_ms: ArcRwSignal::new(None),
            here: ArcRwSignal::new(None),
            client: client.clone(),
            session: session.clone(),
            state: SendWrapper::new(Rc::default()),
        }
    }

    /// Keeps the figures fresh for who comes back to the page, for its life.
    pub fn start(&self) {
        let quota = self.clone();
        std::mem::forget(visibility::on_focus(move || {
            let old = quota.state.asked_ms.get().is_some_and(|asked| timers::monotonic_ms() - asked > FRESH_MS);
            if old {
                quota.refresh();
            }
        }));
    }

    /// The organizations became known: asks, unless it is known that there is no quota and nobody wants to hear it
    /// again.
    pub fn begin(&self) {
        let known = storage::get(Area::Session, NONE_KEY).is_some();
        if !known || self.state.wanted.get() {
            return self.refresh();
        }
        let organizations = self.session.organizations.get_untracked();
        self.answers.set(Some(organizations.iter().map(none_of).collect()));
    }

    /// Asks now, or as soon as the organizations are known.
    pub fn refresh(&self) {
        let organizations = self.session.organizations.get_untracked();
        self.state.wanted.set(organizations.is_empty());
        if organizations.is_empty() {
            return;
        }
        if self.state.asking.replace(true) {
            self.state.again.set(true);
            return;
        }
        let quota = self.clone();
        spawn_local(async move {
            let mut answers = Vec::with_capacity(organizations.len());
            for organization in organizations.iter() {
                let answer = calls::mine(&quota.client, organization.id).await;
                if answer.as_ref().is_err_and(|error| error.kind == Kind::Aborted) {
                    quota.state.asking.set(false);
                    return;
                }
                let none = matches!(answer, Ok(None));
                answers.push(OfOrganization { organization: organization.clone(), answer });
                // A control plane without quota has none in any organization.
                if none {
                    answers = organizations.iter().map(none_of).collect();
                    break;
                }
            }
            if answers.iter().all(|one| one.answer == Ok(None)) {
                storage::set(Area::Session, NONE_KEY, "1");
            } else {
                storage::remove(Area::Session, NONE_KEY);
            }
            if answers.iter().any(|one| one.answer.is_ok()) {
                quota.as_of_ms.set(Some(quota.client.now_ms()));
            }
            let answers: Arc<[OfOrganization]> = Arc::from(answers);
            if quota.answers.with_untracked(|known| known.as_ref() != Some(&answers)) {
                quota.answers.set(Some(answers));
            }
            quota.state.asked_ms.set(Some(timers::monotonic_ms()));
            quota.state.asking.set(false);
            if quota.state.again.replace(false) {
                quota.refresh();
            }
        });
    }

    /// A build settled: the figures may have changed. Several calls are one question.
    pub fn settled(&self) {
        // Nobody looks at them where there is no quota, which may become known while this waits.
        if self.is_none() || self.state.soon.replace(true) {
            return;
        }
        let quota = self.clone();
        spawn_local(async move {
            let since = quota.state.asked_ms.get().map_or(APART_MS, |asked| timers::monotonic_ms() - asked);
            timers::sleep(SETTLE_MS.max((APART_MS - since) as i64)).await;
            quota.state.soon.set(false);
            if !quota.is_none() {
                quota.refresh();
            }
        });
    }

    /// Whether it is known that there is no quota.
    fn is_none(&self) -> bool {
        self.answers.with_untracked(|answers| {
            answers.as_ref().is_some_and(|answers| answers.iter().all(|one| matches!(one.answer, Ok(None))))
        })
    }

    /// Forgets everything: somebody else is signed in.
    pub fn clear(&self) {
        self.answers.set(None);
        self.as_of_ms.set(None);
        self.state.asked_ms.set(None);
        storage::remove(Area::Session, NONE_KEY);
    }
}

fn none_of(organization: &Organization) -> OfOrganization {
    OfOrganization { organization: organization.clone(), answer: Ok(None) }
}

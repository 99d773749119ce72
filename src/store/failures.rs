//! Why builds failed, in Terraform's own words: read from the log of each failed build that somebody can see, at most two at a time, and kept
//! for good, because a finished log does not change. May import `api` and below.

use crate::api::error::Kind;
use crate::browser::storage;
use crate::browser::storage::Area;
use crate::model::failure;
use crate::model::failure::{Failure, QuotaRefusal};
use crate::record;
use crate::store::logs::Logs;
use crate::store::session::Session;
use crate::wire::id::Id;
use leptos::prelude::*;
use leptos::task::spawn_local;
use send_wrapper::SendWrapper;
use serde::Serialize;
use std::cell::{Cell, RefCell};
use std::collections::{HashMap, VecDeque};
use std::rc::Rc;
use std::sync::Arc;

/// How many logs are read at once.
const AT_ONCE: usize = 2;

/// How many wait; whoever scrolled past long ago is forgotten first.
const MOST_WAITING: usize = 40;

/// How many failures are kept in the browser.
const MOST_KEPT: usize = 300;

/// The longest line that is kept, in characters.
const LONGEST: usize = 300;

/// The version of what is stored, and of how a log is read.
const VERSION: u32 = 4;

record! {
    /// A failure as it is stored.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    struct Kept {
        build: Id,
        error: Option<String>,
        line: Option<i64>,
        quota: Option<QuotaRefusal>,
    }
}

impl Kept {
    fn new(build: Id, failure: &Failure) -> Self {
        Self {
            build,
            error: failure.first_error.as_ref().map(|error| error.chars().take(LONGEST).collect()),
            line: failure.line,
            quota: failure.refusal,
        }
    }

    fn failure(&self) -> Failure {
        Failure { first_error: self.error.clone(), line: self.line, refusal: self.quota }
    }
}

/// A build's failure; `None` until its log was read.
pub type FailureSignal = ArcRwSignal<Option<Arc<Failure>>>;

struct Inner {
    logs: Logs,
    session: Session,
    known: RefCell<HashMap<Id, FailureSignal>>,
    /// Newest last; what is written to the storage.
    kept: RefCell<VecDeque<Kept>>,
    loaded_for: RefCell<Option<String>>,
    waiting: RefCell<Vec<Id>>,
    running: Cell<usize>,
}

/// The failures. A cheap clone is the same.
#[derive(Clone)]
pub struct Failures(SendWrapper<Rc<Inner>>);

impl Failures {
    /// Nothing known yet.
    pub fn new(logs: &Logs, session: &Session) -> Self {
        Self(SendWrapper::new(Rc::new(Inner {
            logs: logs.clone(),
            session: session.clone(),
            known: RefCell::default(),
            kept: RefCell::default(),
            loaded_for: RefCell::default(),
            waiting: RefCell::default(),
            running: Cell::new(0),
        })))
    }

    /// Why a failed build failed. Call it for a failed build that can be seen: its log is read if it is not known yet.
    pub fn of(&self, build: Id) -> FailureSignal {
        self.0.load();
        if let Some(signal) = self.0.known.borrow().get(&build) {
            return signal.clone();
        }
        let kept = self.0.kept.borrow().iter().find(|kept| kept.build == build).map(|kept| Arc::new(kept.failure()));
        let wanted = kept.is_none();
        let signal = ArcRwSignal::new(kept);
        self.0.known.borrow_mut().insert(build, signal.clone());
        if wanted {
            self.0.want(build);
        }
        signal
    }

    /// Forgets everything: somebody else is signed in.
    pub fn clear(&self) {
        self.0.known.borrow_mut().clear();
        self.0.kept.borrow_mut().clear();
        self.0.waiting.borrow_mut().clear();
        *self.0.loaded_for.borrow_mut() = None;
    }
}

/// The newest failures that fit, one per build.
fn keep(kept: &mut VecDeque<Kept>, new: Kept) {
    kept.retain(|other| other.build != new.build);
    kept.push_back(new);
    while kept.len() > MOST_KEPT {
        kept.pop_front();
    }
}

/// Adds a build to those that wait, as the next one; false if it waits already. The oldest wish goes if there are too many.
fn enqueue(waiting: &mut Vec<Id>, build: Id) -> Option<Id> {
    waiting.retain(|other| *other != build);
    waiting.push(build);
    (waiting.len() > MOST_WAITING).then(|| waiting.remove(0))
}

impl Inner {
    fn storage_key(&self) -> Option<String> {
        self.session.storage_prefix().map(|prefix| format!("{prefix}failures"))
    }

    /// Reads what is stored, once it is known for whom.
    fn load(&self) {
        let Some(key) = self.storage_key() else { return };
        if self.loaded_for.borrow().as_ref() == Some(&key) {
            return;
        }
        let stored: Vec<Kept> = storage::load(Area::Local, &key, VERSION).unwrap_or_default();
        let fresh: Vec<Kept> = self.kept.borrow_mut().drain(..).collect();
        let mut kept = self.kept.borrow_mut();
        for one in stored.into_iter().chain(fresh) {
            keep(&mut kept, one);
        }
        *self.loaded_for.borrow_mut() = Some(key);
    }

    fn save(&self) {
        if let Some(key) = self.storage_key() {
            storage::save(Area::Local, &key, VERSION, &*self.kept.borrow());
        }
    }

    fn want(self: &Rc<Self>, build: Id) {
        if let Some(forgotten) = enqueue(&mut self.waiting.borrow_mut(), build) {
            // Asked for again when it is seen again.
            self.known.borrow_mut().remove(&forgotten);
        }
        self.pump();
    }

    fn pump(self: &Rc<Self>) {
        while self.running.get() < AT_ONCE {
            let Some(build) = self.waiting.borrow_mut().pop() else { return };
            self.running.set(self.running.get() + 1);
            let inner = Rc::clone(self);
            spawn_local(async move {
                inner.session.after_first_rows().await;
                match inner.logs.of(build).await {
                    Ok(told) => inner.learned(build, &failure::from_logs(&told.lines)),
                    // A log that may not be read says nothing, once and for all.
                    Err(error) if matches!(error.kind, Kind::Forbidden | Kind::NotFound | Kind::Gone) => {}
                    // Anything else may pass: asked for again when it is seen again.
                    Err(_) => {
                        inner.known.borrow_mut().remove(&build);
                    }
                }
                inner.running.set(inner.running.get() - 1);
                inner.pump();
            });
        }
    }

    fn learned(&self, build: Id, failure: &Failure) {
        self.load();
        keep(&mut self.kept.borrow_mut(), Kept::new(build, failure));
        self.save();
        let signal = self.known.borrow_mut().entry(build).or_insert_with(|| ArcRwSignal::new(None)).clone();
        signal.set(Some(Arc::new(failure.clone())));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_bounded_and_comes_back() {
        let failure = Failure {
            first_error: Some("x".repeat(1_000)),
            line: Some(7),
            refusal: Some(QuotaRefusal { cost: 20, budget: 30, consumed: 27 }),
        };
        let mut kept = VecDeque::new();
        for number in 0..400 {
            keep(&mut kept, Kept::new(Id::from_u128(number), &failure));
        }
        keep(&mut kept, Kept::new(Id::from_u128(399), &failure));
        assert_eq!(kept.len(), MOST_KEPT);
        assert_eq!(kept.front().unwrap().build, Id::from_u128(100));
        let text = storage::encode(VERSION, &kept).unwrap();
        let back: Vec<Kept> = storage::decode(VERSION, &text).unwrap();
        assert_eq!(back, Vec::from(kept));
        assert_eq!(back[0].failure().first_error.unwrap().len(), LONGEST);
        assert_eq!(back[0].failure().refusal, failure.refusal);
    }

    #[test]
    fn the_last_wish_is_first_and_the_oldest_is_forgotten() {
        let mut waiting = Vec::new();
        for number in 0..MOST_WAITING as u128 {
            assert_eq!(enqueue(&mut waiting, Id::from_u128(number)), None);
        }
        assert_eq!(enqueue(&mut waiting, Id::from_u128(0)), None, "wished for again");
        assert_eq!(waiting.last(), Some(&Id::from_u128(0)));
        assert_eq!(enqueue(&mut waiting, Id::from_u128(999)), Some(Id::from_u128(1)));
    }
}

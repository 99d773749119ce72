//! Why builds failed, in Terraform's own words: read from the log of each failed build that somebody can see, when the
//! queue of wishes says so (`store::wants`), and kept for good, because a finished log does not change. May import
//! `api` and below.

use crate::api::error::Kind;
use crate::api::retry::limit_ms;
use crate::browser::storage;
use crate::browser::storage::Area;
use crate::model::failure;
use crate::model::failure::{Failure, QuotaRefusal};
use crate::model::wants::Answer;
use crate::store::logs::Logs;
use crate::store::session::Session;
use crate::wire::id::Id;
use json_tape::Read;
use leptos::prelude::*;
use send_wrapper::SendWrapper;
use serde::Serialize;
use std::cell::RefCell;
use std::collections::{HashMap, HashSet, VecDeque};
use std::rc::Rc;
use std::sync::Arc;

/// How many signals are kept before those go that nobody wants.
const MOST_SIGNALS: usize = 200;

/// How many failures are kept in the browser.
const MOST_KEPT: usize = 300;

/// The longest line that is kept, in characters.
const LONGEST: usize = 600;

/// The version of what is stored, and of how a log is read.
const VERSION: u32 = 5;

/// A failure as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Read)]
struct Kept {
    build: Id,
    error: Option<String>,
    more: i64,
    bare: bool,
    line: Option<i64>,
    quota: Option<QuotaRefusal>,
}

impl Kept {
    fn new(build: Id, failure: &Failure) -> Self {
        Self {
            build,
            error: failure.first_error.as_ref().map(|error| error.chars().take(LONGEST).collect()),
            more: failure.more,
            bare: failure.bare,
            line: failure.line,
            quota: failure.refusal,
        }
    }

    fn failure(&self) -> Failure {
        Failure {
            first_error: self.error.clone(),
            more: self.more,
            bare: self.bare,
            line: self.line,
            refusal: self.quota,
        }
    }
}

/// A build's failure; `None` until its log was read.
pub(crate) type FailureSignal = ArcRwSignal<Option<Arc<Failure>>>;

struct Inner {
    logs: Logs,
    session: Session,
    known: RefCell<HashMap<Id, FailureSignal>>,
    /// Newest last; what is written to the storage.
    kept: RefCell<VecDeque<Kept>>,
    loaded_for: RefCell<Option<String>>,
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
        })))
    }

    /// Why a failed build failed, as far as is known. Asks for nothing: who shows it says so to `store::wants`.
    pub fn of(&self, build: Id) -> FailureSignal {
        self.0.load();
        if let Some(signal) = self.0.known.borrow().get(&build) {
            return signal.clone();
        }
        let kept = self.0.kept.borrow().iter().find(|kept| kept.build == build).map(|kept| Arc::new(kept.failure()));
        let signal = ArcRwSignal::new(kept);
        self.0.known.borrow_mut().insert(build, signal.clone());
        signal
    }

    /// Whether the log of a build has to be read still.
    pub fn lacks(&self, build: Id) -> bool {
        self.of(build).with_untracked(Option::is_none)
    }

    /// Reads the log of a build.
    pub async fn ask(&self, build: Id) -> Answer {
        match self.0.logs.of(build).await {
            Ok(told) => {
                self.0.learned(build, &failure::from_logs(&told.lines));
                Answer::Done
            }
            // A log that may not be read says nothing, once and for all.
            Err(error) if matches!(error.kind, Kind::Forbidden | Kind::NotFound | Kind::Gone) => Answer::Done,
            Err(error) => Answer::Failed(limit_ms(&error)),
        }
    }

    /// Forgets the signals of builds that nobody shows: what was learned of them is kept beside.
    pub fn keep_only(&self, wanted: &HashSet<Id>) {
        let mut known = self.0.known.borrow_mut();
        if known.len() > MOST_SIGNALS {
            known.retain(|build, _| wanted.contains(build));
        }
    }

    /// Forgets everything: somebody else is signed in.
    pub fn clear(&self) {
        self.0.known.borrow_mut().clear();
        self.0.kept.borrow_mut().clear();
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
            more: 2,
            bare: true,
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
        let back = back[0].failure();
        assert_eq!((back.refusal, back.more, back.bare), (failure.refusal, 2, true));
    }
}

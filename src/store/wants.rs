//! What views want to know beyond what they were given, and the one place that asks for it. A view says which rows it
//! shows ([`Interest`]); the queue (`model::wants`) says what is asked when: a few at once, ever more rarely what
//! fails, nothing while nobody looks, nobody is signed in or the control plane cannot be reached. Reading what is known
//! asks for nothing. May import `api` and below.

use crate::api::client::Client;
use crate::browser::notify::Notify;
use crate::browser::{timers, visibility};
use crate::model::wants::{Answer, Next, Queue, Want};
use crate::store::deferred::{Deferred, Worker};
use crate::store::durations::BuildDurations;
use crate::store::failures::Failures;
use crate::store::session::Session;
use crate::store::stages::BuildStages;
use crate::wire::id::Id;
use leptos::task::spawn_local;
use send_wrapper::SendWrapper;
use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::rc::{Rc, Weak};

type OfView = RefCell<Vec<Want>>;

/// What asks, for the part that comes after the first rows.
pub(super) fn asker() -> Worker<Wishes> {
    Worker::new(|wishes| Box::pin(wishes.ask_for_all()))
}

/// All wishes, and how far the questions for them are.
pub(super) struct Wishes {
    client: Client,
    asker: Deferred<Worker<Wishes>>,
    session: Session,
    failures: Failures,
    stages: BuildStages,
    durations: BuildDurations,
    queue: RefCell<Queue<Want>>,
    /// What each view wants; the newest view last.
    interests: RefCell<Vec<Weak<OfView>>>,
    /// Rings when what is wanted, or may be asked, has changed.
    wake: Notify,
    /// Counts users: an answer to a question of the one before is nobody's.
    epoch: Cell<u32>,
}

/// The wishes. A cheap clone is the same.
#[derive(Clone)]
pub struct Wants(SendWrapper<Rc<Wishes>>);

/// What one view wants, until it is dropped.
pub struct Interest {
    wishes: SendWrapper<Rc<OfView>>,
    wants: Wants,
}

impl Interest {
    /// Says what the view wants from now on, the most wanted first.
    pub fn set(&self, wishes: Vec<Want>) {
        if *self.wishes.borrow() != wishes {
            *self.wishes.borrow_mut() = wishes;
            self.wants.0.wake.notify_waiters();
        }
    }
}

impl Wants {
    /// No wishes yet. [`Wants::start`] makes them asked for.
    pub(super) fn new(
        client: &Client,
        asker: &Deferred<Worker<Wishes>>,
        session: &Session,
        failures: &Failures,
        stages: &BuildStages,
        durations: &BuildDurations,
    ) -> Self {
        Self(SendWrapper::new(Rc::new(Wishes {
            client: client.clone(),
            asker: asker.clone(),
            session: session.clone(),
            failures: failures.clone(),
            stages: stages.clone(),
            durations: durations.clone(),
            queue: RefCell::default(),
            interests: RefCell::default(),
            wake: Notify::default(),
            epoch: Cell::new(0),
        })))
    }

    /// The interest of one view; it wants nothing yet.
    pub fn interest(&self) -> Interest {
        let wishes = Rc::new(OfView::default());
        self.0.interests.borrow_mut().push(Rc::downgrade(&wishes));
        Interest { wishes: SendWrapper::new(wishes), wants: self.clone() }
    }

    /// Asks for what is wanted, for the life of the page.
    pub fn start(&self) {
        let inner = Rc::clone(&self.0);
        std::mem::forget(visibility::on_change(move |_| inner.wake.notify_waiters()));
        let inner = Rc::clone(&self.0);
        spawn_local(async move {
            loop {
                inner.client.again().notified().await;
                inner.queue.borrow_mut().returned(now_ms());
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

    /// Somebody signed in or out.
    pub fn clear(&self) {
        self.0.epoch.set(self.0.epoch.get().wrapping_add(1));
        self.0.queue.borrow_mut().clear();
        self.0.wake.notify_waiters();
    }

    /// What kept questions back may be over.
    pub fn look_again(&self) {
        self.0.wake.notify_waiters();
    }
}

/// A clock that never jumps.
fn now_ms() -> i64 {
    timers::monotonic_ms() as i64
}

impl Wishes {
    fn next(&self) -> Next<Want> {
        let wishes = self.wishes();
        let asks = visibility::is_visible() && self.client.is_reachable() && self.session.signed_in().is_some();
        if !asks {
            return Next::Sleep;
        }
        self.queue.borrow_mut().next(&wishes, now_ms())
    }

    /// What the views want and is not known, each thing once, the newest view's first.
    fn wishes(&self) -> Vec<Want> {
        self.interests.borrow_mut().retain(|interest| interest.strong_count() > 0);
        let interests: Vec<_> = self.interests.borrow().iter().rev().filter_map(Weak::upgrade).collect();
        let (mut seen, mut shown, mut wishes) = (HashSet::new(), HashSet::<Id>::new(), Vec::new());
        for want in interests.iter().flat_map(|interest| interest.borrow().clone()) {
            if !seen.insert(want) {
                continue;
            }
            if let Want::Failure(build) = want {
                shown.insert(build);
                if !self.failures.lacks(build) {
                    continue;
                }
            }
            wishes.push(want);
        }
        self.failures.keep_only(&shown);
        wishes
    }

    /// Asks for what is wanted, one thing after the other. Reached by [`Asker`] alone.
    async fn ask_for_all(self: Rc<Self>) {
        loop {
            let changed = self.wake.notified();
            match self.next() {
                Next::Ask(want) => self.ask(want),
                Next::Wait(wait) => {
                    timers::sleep_or(wait, &self.wake).await;
                }
                Next::Sleep => changed.await,
            }
        }
    }

    fn ask(self: &Rc<Self>, want: Want) {
        let (inner, epoch) = (Rc::clone(self), self.epoch.get());
        spawn_local(async move {
            let answer: Answer = match want {
                Want::Failure(build) => inner.failures.ask(build).await,
                Want::Stage(build) => inner.stages.ask(build).await,
                Want::Durations => inner.durations.ask().await,
            };
            if epoch == inner.epoch.get() {
                inner.queue.borrow_mut().answered(want, answer, now_ms(), timers::random());
                inner.wake.notify_waiters();
            }
        });
    }
}

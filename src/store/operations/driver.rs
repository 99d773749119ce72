//! Drives one operation from its first event to its end. One tab drives, by a Web Lock per workspace; the others watch
//! what it stores, and one of them takes over when it is gone. May import `api` and below.

use super::shared::Shared;
use crate::browser::locks::{self, Held};
use crate::browser::{storage, timers};
use crate::model::operation;
use crate::model::operation::{Event, Operation};
use crate::store::toasts::Tone;
use crate::wire::id::Id;
use futures_channel::mpsc::{UnboundedReceiver, unbounded};
use futures_util::StreamExt as _;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::rc::Rc;

/// For how long the lock of an operation is kept after its end, in milliseconds: that it is over comes to other tabs by
/// the storage, another way than the lock's and at times a slower one, and who has the lock first takes it up again.
const SETTLED_MS: i64 = 300;

/// How often a driven operation is told that time passes, in milliseconds.
const TICK_MS: i64 = 2_000;

impl Shared {
    /// Becomes the driver of a new operation. With `asks_first` it is not begun where its version asks for values at
    /// each start.
    pub(super) async fn begin(self: Rc<Self>, operation: Operation, asks_first: bool) {
        let workspace = operation.workspace;
        // The driver is there before the lock is: the viewer may cancel at once.
        let (sender, receiver) = unbounded();
        self.driven.borrow_mut().insert(workspace, sender);
        let epoch = self.epoch.get();
        self.session.know_deployment().await;
        // Who cannot drive keeps nobody else from it: the lock comes after the code.
        let driver = self.driver.get().await;
        if epoch != self.epoch.get() {
            return;
        }
        let Some(driver) = driver else { return self.not_begun(&operation) };
        if asks_first && (driver.is_asked_first)(Rc::clone(&self), operation.clone()).await {
            return;
        }
        // Of an own operation that has just ended it is held still.
        let kept = self.kept.borrow_mut().remove(&workspace);
        let held = match kept {
            Some(held) => held,
            None => Rc::new(locks::acquire(&lock_name(workspace)).await),
        };
        if epoch == self.epoch.get() {
            (driver.drive)(Rc::clone(&self), operation, Event::Begin, receiver).await;
            self.keep(workspace, held).await;
        }
    }

    /// Keeps the lock of an operation that is over, until other tabs know that it is.
    async fn keep(&self, workspace: Id, held: Rc<Held>) {
        self.kept.borrow_mut().insert(workspace, Rc::clone(&held));
        timers::sleep(SETTLED_MS).await;
        let mut kept = self.kept.borrow_mut();
        if kept.get(&workspace).is_some_and(|other| Rc::ptr_eq(other, &held)) {
            kept.remove(&workspace);
        }
    }

    /// Takes an operation back that nothing can drive: nothing of it was stored or sent.
    fn not_begun(&self, operation: &Operation) {
        self.driven.borrow_mut().remove(&operation.workspace);
        self.signal(operation.workspace).set(None);
        self.say_missing(&format!("{} of {} was not begun", operation.action.noun(), operation.name));
    }

    /// Says what did not happen because the part of the application that does it did not come.
    pub(super) fn say_missing(&self, what: &str) {
        let text = format!(
            "{what}, and nothing was sent: a part of Gantry could not be loaded from this server. Reload the page and try again."
        );
        self.toasts.show(Tone::Bad, text, None, None);
    }

    /// Shows what another tab stored, or that it stores nothing any more.
    pub(super) fn read_elsewhere(self: &Rc<Self>, workspace: Id) {
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
    pub(super) fn watch(self: &Rc<Self>, workspace: Id) {
        let Some(operation) = self.stored(workspace) else { return };
        self.signal(workspace).set(Some(operation));
        if self.driven.borrow().contains_key(&workspace) || !self.watched.borrow_mut().insert(workspace) {
            return;
        }
        let inner = Rc::clone(self);
        let epoch = self.epoch.get();
        spawn_local(async move {
            // Who cannot drive keeps nobody else from it: the lock comes after the code.
            let driver = inner.driver.wait().await;
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
                (driver.drive)(Rc::clone(&inner), operation, Event::Resumed, receiver).await;
                inner.keep(workspace, Rc::new(held)).await;
            }
        });
    }

    /// Drives an operation to its end. Reached by [`Driver`] alone.
    pub(in crate::store) async fn drive(
        self: Rc<Self>,
        operation: Operation,
        first: Event,
        mut events: UnboundedReceiver<Event>,
    ) {
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
                self.toasts.show(Tone::Bad, text.clone(), operation.after_cancel_refusal(), None);
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

    /// Keeps the list of what can be undone.
    fn list_held(&self, workspace: Id, on: bool) {
        if self.held.with_untracked(|held| held.contains(&workspace)) != on {
            self.held.update(|held| if on { held.push(workspace) } else { held.retain(|other| *other != workspace) });
        }
    }
}

/// The lock that the driver of a workspace's operation holds.
fn lock_name(workspace: Id) -> String {
    format!("{}operation.{workspace}", storage::PREFIX)
}

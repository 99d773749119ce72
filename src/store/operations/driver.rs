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
    /// Drives a new operation, once the lock is here. With `asks_first` it is not begun where its version asks for
    /// values at each start; nor is it where another tab was faster. Reached by [`super::Driver`] alone.
    pub(super) async fn begin(
        self: Rc<Self>,
        operation: Operation,
        asks_first: bool,
        events: UnboundedReceiver<Event>,
    ) {
        let workspace = operation.workspace;
        let epoch = self.epoch.get();
        if asks_first && self.is_asked_first(&operation).await {
            return;
        }
        // Of an own operation that has just ended it is held still.
        let kept = self.kept.borrow_mut().remove(&workspace);
        let held = match kept {
            Some(held) => held,
            None => Rc::new(locks::acquire(&lock_name(workspace)).await),
        };
        if epoch != self.epoch.get() || !self.is_waiting(&operation) {
            return;
        }
        if self.stored(workspace).is_some() {
            drop(held);
            return self.give_way(workspace);
        }
        self.waiting.borrow_mut().remove(&workspace);
        Rc::clone(&self).drive(operation, Event::Begin, events).await;
        self.keep(workspace, held).await;
    }

    /// Whether an operation was begun here, waits for its lock, and did not give way meanwhile.
    pub(super) fn is_waiting(&self, operation: &Operation) -> bool {
        let waiting = self.waiting.borrow();
        waiting.get(&operation.workspace).is_some_and(|other| other.began_ms == operation.began_ms)
    }

    /// Another tab was faster than the operation that waits here: nothing is sent of this one, which is said unless it
    /// is the same, and the other one is shown. Reached by [`super::Driver`] alone.
    pub(super) fn give_way(self: &Rc<Self>, workspace: Id) {
        let (own, other) = (self.waiting.borrow_mut().remove(&workspace), self.stored(workspace));
        let Some(own) = own else { return };
        self.driven.borrow_mut().remove(&workspace);
        if !other.is_some_and(|other| own.is_done_by(&other)) {
            let signal = self.signal(workspace);
            let (over, _) = operation::next(own, &Event::BegunElsewhere, self.client.now_ms());
            signal.set(Some(over.clone()));
            self.report(&over, &signal);
        }
        let inner = Rc::clone(self);
        spawn_local(async move {
            // A form that waits for the end of this one sees it first.
            timers::sleep(0).await;
            inner.watch(workspace);
        });
    }

    /// Waits for the driver of a stored operation to be gone, and takes it up if there is still something to do.
    /// Reached by [`super::Driver`] alone.
    pub(super) async fn take_up(self: Rc<Self>, workspace: Id) {
        let epoch = self.epoch.get();
        let held = locks::acquire(&lock_name(workspace)).await;
        // Where no lock tells, the tab that holds it may be there still: after this time it sends it no more.
        if !held.keeps_apart() && self.stored(workspace).is_some_and(|operation| operation.held_until_ms().is_some()) {
            timers::sleep(operation::HOLD_MS + operation::OVERSLEEP_MS).await;
        }
        if epoch != self.epoch.get() {
            return;
        }
        self.watched.borrow_mut().remove(&workspace);
        if let Some(operation) = self.stored(workspace) {
            let (sender, receiver) = unbounded();
            // What was wanted of it, and perhaps not heard by the tab that had it.
            let wanted = self.wanted.borrow_mut().remove(&workspace);
            if let Some((_, wish)) = wanted.filter(|(began_ms, _)| *began_ms == operation.began_ms) {
                let _ = sender.unbounded_send(wish.event());
            }
            self.driven.borrow_mut().insert(workspace, sender);
            Rc::clone(&self).drive(operation, Event::Resumed, receiver).await;
            self.keep(workspace, Rc::new(held)).await;
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

    /// Drives an operation to its end.
    async fn drive(self: Rc<Self>, operation: Operation, first: Event, mut events: UnboundedReceiver<Event>) {
        let workspace = operation.workspace;
        let epoch = self.epoch.get();
        let signal = self.signal(workspace);
        let mut operation = operation;
        // What was wanted while the lock was waited for comes before the beginning: nothing is sent then.
        let mut first = Some(first);
        let mut event = early(&mut first, &mut events);
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
            if first.is_some() {
                event = early(&mut first, &mut events);
                continue;
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

/// The next event of an operation whose first one is still to come.
fn early(first: &mut Option<Event>, events: &mut UnboundedReceiver<Event>) -> Event {
    let waited = if *first == Some(Event::Begin) { events.try_recv().ok() } else { None };
    waited.or_else(|| first.take()).unwrap_or(Event::Tick)
}

/// The lock that the driver of a workspace's operation holds.
fn lock_name(workspace: Id) -> String {
    format!("{}operation.{workspace}", storage::PREFIX)
}

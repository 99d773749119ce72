//! What there is of operations before the code that drives them is here: one is announced, one is read from storage,
//! and both wait for that code. May import `api` and below.

use super::shared::Shared;
use crate::model::operation::Operation;
use crate::store::toasts::Tone;
use crate::wire::id::Id;
use futures_channel::mpsc::unbounded;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::rc::Rc;

impl Shared {
    /// Prepares a new operation, and has it driven.
    pub(super) async fn prepare(self: Rc<Self>, operation: Operation, asks_first: bool) {
        let workspace = operation.workspace;
        // It can be told of something before the lock is here: the viewer may cancel at once.
        let (sender, receiver) = unbounded();
        self.driven.borrow_mut().insert(workspace, sender);
        self.waiting.borrow_mut().insert(workspace, operation.clone());
        let epoch = self.epoch.get();
        self.session.know_deployment().await;
        // Who cannot drive keeps nobody else from it: the lock comes after the code.
        let driver = self.driver.get().await;
        if epoch != self.epoch.get() {
            return;
        }
        match driver {
            Some(driver) => (driver.begin)(self, operation, asks_first, receiver).await,
            None => self.not_begun(&operation),
        }
    }

    /// Takes an operation back that nothing can drive: nothing of it was stored or sent.
    fn not_begun(&self, operation: &Operation) {
        self.driven.borrow_mut().remove(&operation.workspace);
        self.waiting.borrow_mut().remove(&operation.workspace);
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

    /// Shows a stored operation, which is another tab's or was, and takes it up once that is gone.
    pub(super) fn watch(self: &Rc<Self>, workspace: Id) {
        let Some(operation) = self.stored(workspace) else { return };
        if self.waiting.borrow().contains_key(&workspace) {
            // Without that code nothing is begun, and with it this is looked at before.
            if let Some(driver) = self.driver.here.get_untracked() {
                (driver.give_way)(self, workspace);
            }
            return;
        }
        self.signal(workspace).set(Some(operation));
        if self.driven.borrow().contains_key(&workspace) || !self.watched.borrow_mut().insert(workspace) {
            return;
        }
        let inner = Rc::clone(self);
        let epoch = self.epoch.get();
        spawn_local(async move {
            // Who cannot drive keeps nobody else from it: the lock comes after the code.
            let driver = inner.driver.wait().await;
            if epoch == inner.epoch.get() {
                (driver.take_up)(inner, workspace).await;
            }
        });
    }
}

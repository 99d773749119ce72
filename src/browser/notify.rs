//! Wakes futures: each notification wakes all that wait at this moment, as `notify_waiters` of tokio's `Notify` does.
//! It rests on futures' one-shot channel, because a dropped sender resolves every clone of the shared receiver. Imports
//! nothing of the crate.

use futures_channel::oneshot;
use futures_util::FutureExt as _;
use futures_util::future::Shared;
use std::cell::RefCell;
use std::rc::Rc;

struct Inner {
    /// Dropped, and so resolved, by the next notification.
    sender: oneshot::Sender<()>,
    receiver: Shared<oneshot::Receiver<()>>,
}

impl Inner {
    fn new() -> Self {
        let (sender, receiver) = oneshot::channel();
        Self { sender, receiver: receiver.shared() }
    }
}

/// Wakes everybody who waits. A clone is cheap and notifies the same waiters.
#[derive(Clone)]
pub struct Notify(Rc<RefCell<Inner>>);

impl Default for Notify {
    fn default() -> Self {
        Self(Rc::new(RefCell::new(Inner::new())))
    }
}

impl Notify {
    /// Wakes all who wait at this moment; who waits later waits for the next notification.
    pub fn notify_waiters(&self) {
        let old = std::mem::replace(&mut *self.0.borrow_mut(), Inner::new());
        drop(old.sender);
    }

    /// Resolves at the next notification after this call, whenever it is first polled.
    pub fn notified(&self) -> impl Future<Output = ()> + use<> {
        self.0.borrow().receiver.clone().map(|_| ())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notification_wakes_all_who_wait_and_nobody_later() {
        let notify = Notify::default();
        let (first, second) = (notify.notified(), notify.notified());
        let mut first = Box::pin(first);
        assert!(first.as_mut().now_or_never().is_none(), "nothing was notified");
        notify.notify_waiters();
        assert!(first.now_or_never().is_some());
        assert!(second.now_or_never().is_some());
        assert!(notify.notified().now_or_never().is_none(), "a notification is not remembered");
    }

    #[test]
    fn a_clone_notifies_the_same_waiters() {
        let notify = Notify::default();
        let notified = notify.notified();
        notify.clone().notify_waiters();
        assert!(notified.now_or_never().is_some());
    }
}

//! A bell that several futures can wait for: every ring wakes all who wait now. Uses futures' one-shot channel, whose dropped
//! sender resolves every clone of the shared receiver. Imports nothing of the crate.

use futures_channel::oneshot;
use futures_util::FutureExt as _;
use futures_util::future::Shared;
use std::cell::RefCell;
use std::rc::Rc;

struct Inner {
    /// Dropped (and so resolved) by the next ring.
    sender: oneshot::Sender<()>,
    receiver: Shared<oneshot::Receiver<()>>,
}

impl Inner {
    fn new() -> Self {
        let (sender, receiver) = oneshot::channel();
        Self { sender, receiver: receiver.shared() }
    }
}

/// Wakes everybody who waits. A cheap clone rings the same bell.
#[derive(Clone)]
pub struct Bell(Rc<RefCell<Inner>>);

impl Default for Bell {
    fn default() -> Self {
        Self(Rc::new(RefCell::new(Inner::new())))
    }
}

impl Bell {
    /// Wakes all who wait at this moment; who waits later waits for the next ring.
    pub fn ring(&self) {
        let old = std::mem::replace(&mut *self.0.borrow_mut(), Inner::new());
        drop(old.sender);
    }

    /// Resolves at the next ring. The place in the queue is taken at the call, not at the first poll.
    pub fn heard(&self) -> impl Future<Output = ()> + use<> {
        self.0.borrow().receiver.clone().map(|_| ())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ring_wakes_all_who_wait_and_nobody_later() {
        let bell = Bell::default();
        let (first, second) = (bell.heard(), bell.heard());
        let mut first = Box::pin(first);
        assert!(first.as_mut().now_or_never().is_none(), "nobody rang");
        bell.ring();
        assert!(first.now_or_never().is_some());
        assert!(second.now_or_never().is_some());
        assert!(bell.heard().now_or_never().is_none(), "a ring is not remembered");
    }

    #[test]
    fn a_clone_is_the_same_bell() {
        let bell = Bell::default();
        let heard = bell.heard();
        bell.clone().ring();
        assert!(heard.now_or_never().is_some());
    }
}

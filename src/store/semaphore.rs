//! A bound on what is under way at the same time: who wants to begin waits for a free place, in the order of arrival.
//! May import nothing of the crate.

use futures_channel::oneshot;
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

struct Inner {
    free: Cell<usize>,
    waiting: RefCell<VecDeque<oneshot::Sender<Permit>>>,
}

/// The semaphore. A cheap clone is the same.
#[derive(Clone)]
pub(crate) struct Semaphore(Rc<Inner>);

/// A place that is taken, until this is dropped.
pub(crate) struct Permit(Option<Semaphore>);

impl Drop for Permit {
    fn drop(&mut self) {
        if let Some(semaphore) = self.0.take() {
            semaphore.give_back();
        }
    }
}

impl Semaphore {
    /// So many places, all free.
    pub(crate) fn new(count: usize) -> Self {
        Self(Rc::new(Inner { free: Cell::new(count), waiting: RefCell::default() }))
    }

    /// Waits for a free place and takes it.
    pub(crate) async fn acquire(&self) -> Permit {
        if let Some(left) = self.0.free.get().checked_sub(1) {
            self.0.free.set(left);
            return Permit(Some(self.clone()));
        }
        let (tell, told) = oneshot::channel();
        self.0.waiting.borrow_mut().push_back(tell);
        // The sender stays in the queue for as long as the semaphore is there.
        told.await.unwrap_or(Permit(None))
    }

    /// Hands a place to whoever waits longest; who is gone meanwhile is passed over.
    fn give_back(self) {
        loop {
            let next = self.0.waiting.borrow_mut().pop_front();
            let Some(next) = next else { break };
            match next.send(Permit(Some(self.clone()))) {
                Ok(()) => return,
                // The permit came back: it must not give the place back a second time.
                Err(mut refused) => refused.0 = None,
            }
        }
        self.0.free.set(self.0.free.get() + 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt as _;

    #[test]
    fn no_more_begin_than_there_are_places_and_the_first_come_first() {
        let semaphore = Semaphore::new(2);
        let first = semaphore.acquire().now_or_never().unwrap();
        let _second = semaphore.acquire().now_or_never().unwrap();
        let (mut third, mut fourth) = (Box::pin(semaphore.acquire()), Box::pin(semaphore.acquire()));
        assert!(third.as_mut().now_or_never().is_none());
        assert!(fourth.as_mut().now_or_never().is_none());
        drop(first);
        assert!(fourth.as_mut().now_or_never().is_none(), "the third was there before");
        let third = third.now_or_never().unwrap();
        drop(third);
        assert!(fourth.now_or_never().is_some());
    }

    #[test]
    fn who_is_gone_holds_nobody_up() {
        let semaphore = Semaphore::new(1);
        let first = semaphore.acquire().now_or_never().unwrap();
        let mut gone = Box::pin(semaphore.acquire());
        assert!(gone.as_mut().now_or_never().is_none());
        let mut given = Box::pin(semaphore.acquire());
        assert!(given.as_mut().now_or_never().is_none());
        drop(gone);
        drop(first);
        // It was given the place and is dropped before it took it.
        drop(given);
        let last = semaphore.acquire().now_or_never().expect("the place is free");
        assert!(semaphore.acquire().now_or_never().is_none());
        drop(last);
        assert!(semaphore.acquire().now_or_never().is_some());
    }
}

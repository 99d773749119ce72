//! A bound on what is under way at the same time: who wants to go waits for a free lane, in the order of arrival. May import nothing of the crate.

use futures_channel::oneshot;
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

struct Inner {
    free: Cell<usize>,
    waiting: RefCell<VecDeque<oneshot::Sender<Pass>>>,
}

/// The lanes. A cheap clone is the same.
#[derive(Clone)]
pub struct Lanes(Rc<Inner>);

/// A lane that is taken, until this is dropped.
pub struct Pass(Option<Lanes>);

impl Drop for Pass {
    fn drop(&mut self) {
        if let Some(lanes) = self.0.take() {
            lanes.give_back();
        }
    }
}

impl Lanes {
    /// So many lanes, all free.
    pub fn new(count: usize) -> Self {
        Self(Rc::new(Inner { free: Cell::new(count), waiting: RefCell::default() }))
    }

    /// Waits for a free lane and takes it.
    pub async fn pass(&self) -> Pass {
        if let Some(left) = self.0.free.get().checked_sub(1) {
            self.0.free.set(left);
            return Pass(Some(self.clone()));
        }
        let (tell, told) = oneshot::channel();
        self.0.waiting.borrow_mut().push_back(tell);
        // The sender stays in the queue for as long as the lanes are there.
        told.await.unwrap_or(Pass(None))
    }

    /// Hands a lane to whoever waits longest; who is gone meanwhile is passed over.
    fn give_back(self) {
        loop {
            let next = self.0.waiting.borrow_mut().pop_front();
            let Some(next) = next else { break };
            match next.send(Pass(Some(self.clone()))) {
                Ok(()) => return,
                // The pass came back: it must not give the lane back a second time.
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
    fn no_more_go_than_there_are_lanes_and_the_first_come_first() {
        let lanes = Lanes::new(2);
        let first = lanes.pass().now_or_never().unwrap();
        let _second = lanes.pass().now_or_never().unwrap();
        let (mut third, mut fourth) = (Box::pin(lanes.pass()), Box::pin(lanes.pass()));
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
        let lanes = Lanes::new(1);
        let first = lanes.pass().now_or_never().unwrap();
        let mut gone = Box::pin(lanes.pass());
        assert!(gone.as_mut().now_or_never().is_none());
        let mut given = Box::pin(lanes.pass());
        assert!(given.as_mut().now_or_never().is_none());
        drop(gone);
        drop(first);
        // It was given the lane and is dropped before it took it.
        drop(given);
        let last = lanes.pass().now_or_never().expect("the lane is free");
        assert!(lanes.pass().now_or_never().is_none());
        drop(last);
        assert!(lanes.pass().now_or_never().is_some());
    }
}

//! Now, by the server's clock: ticks once a second while anybody can see the page. May import `api` and below.

use crate::api::client::Client;
use crate::api::clock::WORTH_SAYING_MS;
use crate::browser::timers::Ticker;
use crate::browser::{timers, visibility};
use leptos::prelude::*;
use send_wrapper::SendWrapper;
use std::cell::Cell;
use std::rc::Rc;

/// A jump of the browser's clock between two ticks that means the machine slept or its clock was set.
const SLEPT_MS: i64 = 10_000;

/// The time that is shown may be this far off until the next tick; a second of it is the time since the last one.
const JUMP_MS: i64 = 2_000;

/// The clock. A cheap clone is the same clock.
#[derive(Clone)]
pub struct Clock {
    /// The server's time in Unix milliseconds, renewed once a second while the page is visible and whenever it becomes
    /// visible.
    pub now_ms: ArcRwSignal<i64>,
    /// How far the browser's clock is off, in milliseconds, once it is worth saying; set at most once per page.
    pub skew_ms: ArcRwSignal<Option<i64>>,
    client: Client,
    last_tick: SendWrapper<Rc<Cell<i64>>>,
}

impl Clock {
    /// A clock that reads the client's idea of the server's time. [`Clock::start`] makes it tick.
    pub fn new(client: &Client) -> Self {
        Self {
            now_ms: ArcRwSignal::new(client.now_ms()),
            skew_ms: ArcRwSignal::new(None),
            client: client.clone(),
            last_tick: SendWrapper::new(Rc::new(Cell::new(timers::now_ms()))),
        }
    }

    /// Ticks for the life of the page.
    pub fn start(&self) {
        let clock = self.clone();
        std::mem::forget(Ticker::every(1_000, move || {
            if visibility::is_visible() {
                clock.tick();
            }
        }));
        let clock = self.clone();
        std::mem::forget(visibility::on_change(move |visible| {
            if visible {
                clock.tick();
            }
        }));
    }

    /// Now, without being told of changes.
    pub fn now(&self) -> i64 {
        self.client.now_ms()
    }

    /// The control plane has answered: where its clock turns out to be another than was thought, nothing waits for the
    /// next tick.
    pub fn answered(&self) {
        if (self.client.now_ms() - self.now_ms.get_untracked()).abs() > JUMP_MS {
            self.tick();
        }
    }

    fn tick(&self) {
        let local = timers::now_ms();
        let passed = local - self.last_tick.replace(local);
        // A hidden page does not tick either; asking anew does no harm.
        if !(0..SLEPT_MS).contains(&passed) {
            self.client.forget_clock();
            self.client.again().notify_waiters();
        }
        self.now_ms.set(self.client.now_ms());
        let offset = self.client.offset_ms();
        if offset.abs() > WORTH_SAYING_MS && self.skew_ms.get_untracked().is_none() {
            self.skew_ms.set(Some(offset));
        }
    }
}

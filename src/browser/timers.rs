//! Time and timers: gloo-timers for the sleeping, the browser's clocks for the reading. Imports `notify`.

use crate::browser::notify::Notify;
use futures_util::future::{Either, select};
use gloo_timers::future::TimeoutFuture;
use std::pin::pin;
use wasm_bindgen::JsValue;

/// The longest sleep a browser can do at once (a signed 32-bit number of milliseconds); longer ones fire at once.
const LONGEST_MS: i64 = 0x7fff_ffff;

/// Milliseconds since the Unix epoch by the browser's clock, which may be wrong.
pub fn now_ms() -> i64 {
    js_sys::Date::now() as i64
}

/// Milliseconds since the page was opened; never jumps, stands still while some machines sleep.
pub fn monotonic_ms() -> f64 {
    web_sys::window().and_then(|window| window.performance()).map_or_else(js_sys::Date::now, |clock| clock.now())
}

/// A number in `[0, 1)`, for jitter.
pub(crate) fn random() -> f64 {
    js_sys::Math::random()
}

/// Resolves after `ms` milliseconds (negative is at once, more than 24 days is 24 days).
pub(crate) async fn sleep(ms: i64) {
    TimeoutFuture::new(ms.clamp(0, LONGEST_MS) as u32).await;
}

/// Resolves when the browser has nothing else to do; at once in one that does not tell.
pub(crate) async fn idle() {
    let promise = js_sys::Promise::new(&mut |resolve, _| {
        let waits = web_sys::window().is_some_and(|window| window.request_idle_callback(&resolve).is_ok());
        if !waits {
            let _ = resolve.call0(&JsValue::UNDEFINED);
        }
    });
    let _ = wasm_bindgen_futures::JsFuture::from(promise).await;
}

/// Why a sleep ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Woken {
    /// The time is over.
    ByTime,
    /// It was notified.
    ByNotify,
}

/// Sleeps until the time is over or `notify` notifies.
pub(crate) async fn sleep_or(ms: i64, notify: &Notify) -> Woken {
    let notified = notify.notified();
    match select(pin!(sleep(ms)), pin!(notified)).await {
        Either::Left(_) => Woken::ByTime,
        Either::Right(_) => Woken::ByNotify,
    }
}

/// Runs `future`, but no longer than `ms`: `None` when the time was over first (the future is dropped, which ends what
/// it does).
pub async fn within<T>(ms: i64, future: impl Future<Output = T>) -> Option<T> {
    match select(pin!(future), pin!(sleep(ms))).await {
        Either::Left((value, _)) => Some(value),
        Either::Right(_) => None,
    }
}

/// A callback every `ms` milliseconds, until it is dropped.
pub(crate) struct Ticker(
    #[expect(dead_code, reason = "held for its Drop, which clears the interval")] gloo_timers::callback::Interval,
);

impl Ticker {
    /// Calls `tick` every `ms` milliseconds.
    pub(crate) fn every(ms: u32, tick: impl FnMut() + 'static) -> Self {
        Self(gloo_timers::callback::Interval::new(ms, tick))
    }
}

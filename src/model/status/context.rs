//! What is known beside a row, for the words about it: the time, the reader's calendar, how long such builds take.
//! Pure.

use crate::model::duration::{self, LocalTime};
use crate::model::failure::Failure;
use crate::model::progress::Usual;

/// What is known beside the row, for the words.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The server's time now, in Unix milliseconds.
    pub now_ms: i64,
    /// The reader's calendar.
    pub local: &'a dyn LocalTime,
    /// How long builds of this template and transition take.
    pub usual: Usual,
    /// The phase that the build is in (`apply`), if its log is followed.
    pub phase: Option<&'a str>,
    /// What the log of the failed build says, if it was read.
    pub failure: Option<&'a Failure>,
    /// When the control plane last answered, while it cannot be reached; `None` while all is well. How long something
    /// has been going on is known up to then, and how long it will still take is not known at all.
    pub held_ms: Option<i64>,
}

impl<'a> Context<'a> {
    /// Nothing known but the time.
    pub fn new(now_ms: i64, local: &'a dyn LocalTime) -> Context<'a> {
        Context { now_ms, local, usual: Usual::NotAsked, phase: None, failure: None, held_ms: None }
    }
}

/// The moment up to which what is shown is known to go on: now, or the last answer while the control plane is away.
pub(super) fn known_ms(context: &Context) -> i64 {
    context.held_ms.unwrap_or(context.now_ms)
}

/// How long something has been going on: `42 s`, `3 m 05 s`.
pub(super) fn since_text(since_ms: i64, context: &Context) -> String {
    if since_ms <= duration::UNSAID_MS {
        return "an unknown time".to_owned();
    }
    duration::elapsed(known_ms(context).saturating_sub(since_ms))
}

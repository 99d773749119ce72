//! One live channel: a web socket that tells of changes, and the resource itself, which is asked where the socket may
//! be wrong. A socket may never open (a proxy that does not answer the upgrade), break, or stay open and say nothing
//! more; a browser does not see the protocol's own pings, so silence looks like calm. It is told from calm by asking
//! the resource: rarely while the socket has spoken, more often while it has not, and at once when the reader comes
//! back. An answer that a socket should have told proves it silent: it is opened anew. A pure state machine: the
//! situation is passed in, the next thing to do comes out. Imports `model`.

use crate::model::pace::back_off;

/// How long a socket may take to open, in milliseconds.
pub(crate) const OPENING_MS: i64 = 8_000;

/// How long after the last sign of life the resource is asked for while it is changing and the socket has spoken.
pub(crate) const LIVELY_MS: i64 = 10_000;

/// The same at rest; it grows to [`CALM_LONGEST_MS`] while the answers are no news.
pub(crate) const CALM_MS: i64 = 10_000;

/// The longest silence at rest: the rhythm of a list.
pub(crate) const CALM_LONGEST_MS: i64 = 30_000;

/// How often the resource is asked for without a socket that has spoken, while it is changing.
pub(crate) const ALONE_MS: i64 = 5_000;

/// The same at rest.
pub(crate) const ALONE_CALM_MS: i64 = 10_000;

/// How long a socket may take to tell what an answer told already, before it is taken to be silent.
pub(crate) const GRACE_MS: i64 = 2_000;

/// A socket that spoke and lived this long starts again with the shortest wait.
const LIVED_MS: i64 = 10_000;

/// The waits before a socket is opened again.
const REOPEN_MS: i64 = 500;
const REOPEN_LONGEST_MS: i64 = 30_000;

/// The waits after a question that was not answered.
const FAILED_MS: i64 = 500;
const FAILED_LONGEST_MS: i64 = 5_000;

/// The longest wait that a control plane may ask for (`Retry-After`).
const LIMIT_LONGEST_MS: i64 = 60_000;

/// Between two questions lies at least this time, whatever happens.
pub(crate) const GAP_MS: i64 = 1_000;

/// What the channel finds itself in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Situation {
    /// A clock that never jumps, in milliseconds.
    pub now_ms: i64,
    /// Whether anybody can see the page.
    pub seen: bool,
    /// Whether the control plane can be reached, as far as is known.
    pub online: bool,
    /// Whether sockets may be used.
    pub sockets: bool,
    /// Whether the resource is changing.
    pub lively: bool,
}

/// What to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Open the socket. It counts as being opened.
    Open,
    /// Leave the socket: it does not open, or is silent. It counts as closed.
    Leave,
    /// Ask for the resource. It counts as being asked for.
    Ask,
    /// Nothing before this many milliseconds have passed (or something happens).
    Wait(i64),
    /// Nothing until something happens.
    Sleep,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Line {
    Closed,
    /// Opened at this moment; no frame has come through it yet.
    Mute {
        since_ms: i64,
    },
    /// Opened at this moment; it has spoken.
    Spoken {
        since_ms: i64,
    },
}

/// The channel.
#[derive(Clone, Debug)]
pub(crate) struct Channel {
    line: Line,
    /// Whether the browser says that the handshake is through.
    open: bool,
    /// How many sockets came to nothing since the last one that lived.
    lost: u32,
    reopen_ms: i64,
    /// When something of the resource was last heard or answered.
    sign_ms: i64,
    /// When the last frame came.
    frame_ms: Option<i64>,
    /// How many answers since the last frame were no news.
    quiet: u32,
    /// A question is under way since.
    asking_ms: Option<i64>,
    asked_ms: Option<i64>,
    /// How many questions in a row were not answered.
    failed: u32,
    /// No question before this time; the control plane itself asked for it if `limited`.
    held_until_ms: i64,
    limited: bool,
    /// The resource is asked for as soon as may be: the socket closed, the reader came back, the last question failed.
    owed: bool,
    /// The socket has not told what an answer told: it is left at this time unless it speaks.
    doubt_ms: Option<i64>,
}

impl Channel {
    /// A channel about a resource that was just asked for.
    pub(crate) fn new(now_ms: i64) -> Self {
        Self {
            line: Line::Closed,
            open: false,
            lost: 0,
            reopen_ms: now_ms,
            sign_ms: now_ms,
            frame_ms: None,
            quiet: 0,
            asking_ms: None,
            asked_ms: None,
            failed: 0,
            held_until_ms: i64::MIN,
            limited: false,
            owed: false,
            doubt_ms: None,
        }
    }

    /// What to do now.
    pub(crate) fn next(&mut self, situation: Situation) -> Step {
        let Situation { now_ms: now, seen, online, sockets, lively } = situation;
        let mut wake: Option<i64> = None;
        let mut due = |at: i64| {
            wake = Some(wake.map_or(at, |known: i64| known.min(at)));
            at <= now
        };
        // A socket that nobody needs is left to itself: it costs nothing, and may still tell something.
        if let Line::Mute { since_ms } = self.line
            && !self.open
            && due(since_ms + OPENING_MS)
        {
            self.closed(now, 0.0);
            return Step::Leave;
        }
        if self.doubt_ms.is_some_and(&mut due) {
            self.closed(now, 0.0);
            return Step::Leave;
        }
        if !seen || !online {
            return wake.map_or(Step::Sleep, |at| Step::Wait((at - now).max(1)));
        }
        if self.asking_ms.is_none() {
            let at = if self.owed { now } else { self.sign_ms.saturating_add(self.interval(lively)) };
            let gap = self.asked_ms.map_or(i64::MIN, |asked| asked + GAP_MS);
            if due(at.max(gap).max(self.held_until_ms)) {
                self.asking_ms = Some(now);
                self.asked_ms = Some(now);
                self.owed = false;
                return Step::Ask;
            }
        }
        // After a close the resource is asked first, and its answer decides.
        if self.line == Line::Closed && sockets && self.asking_ms.is_none() && !self.owed && due(self.reopen_ms) {
            self.line = Line::Mute { since_ms: now };
            self.open = false;
            return Step::Open;
        }
        wake.map_or(Step::Sleep, |at| Step::Wait((at - now).max(1)))
    }

    fn interval(&self, lively: bool) -> i64 {
        match self.line {
            Line::Spoken { .. } if lively => LIVELY_MS,
            Line::Spoken { .. } => CALM_MS.saturating_mul(1 << self.quiet.min(8)).min(CALM_LONGEST_MS),
            _ if lively => ALONE_MS,
            _ => ALONE_CALM_MS,
        }
    }

    /// The browser says that the handshake is through.
    pub(crate) fn opened(&mut self) {
        self.open = true;
    }

    /// A frame came.
    pub(crate) fn heard(&mut self, now_ms: i64) {
        if let Line::Mute { since_ms } = self.line {
            self.line = Line::Spoken { since_ms };
        }
        self.open = true;
        self.sign_ms = now_ms;
        self.frame_ms = Some(now_ms);
        self.quiet = 0;
        self.doubt_ms = None;
    }

    /// The socket closed, or was left.
    pub(crate) fn closed(&mut self, now_ms: i64, chance: f64) {
        let lived = matches!(self.line, Line::Spoken { since_ms } if now_ms - since_ms >= LIVED_MS);
        if lived && self.doubt_ms.is_none() {
            self.lost = 0;
        }
        self.reopen_ms = now_ms + back_off(self.lost, REOPEN_MS, REOPEN_LONGEST_MS, chance);
        self.lost = self.lost.saturating_add(1);
        self.line = Line::Closed;
        self.open = false;
        self.doubt_ms = None;
        self.owed = true;
    }

    /// The resource answered; with `news` it has changed in a way that the socket tells of.
    pub(crate) fn answered(&mut self, now_ms: i64, news: bool) {
        let asked = self.asking_ms.take().unwrap_or(now_ms);
        self.sign_ms = now_ms;
        (self.failed, self.held_until_ms, self.limited) = (0, i64::MIN, false);
        if !news {
            self.quiet = self.quiet.saturating_add(1);
            return;
        }
        self.quiet = 0;
        let told = self.frame_ms.is_some_and(|heard| heard >= asked);
        if self.line != Line::Closed && !told && self.doubt_ms.is_none() {
            self.doubt_ms = Some(now_ms + GRACE_MS);
        }
    }

    /// The resource was not answered, in a way that may pass.
    pub(crate) fn failed(&mut self, now_ms: i64, retry_after_ms: Option<i64>, chance: f64) {
        self.asking_ms = None;
        let wait = back_off(self.failed, FAILED_MS, FAILED_LONGEST_MS, chance);
        self.failed = self.failed.saturating_add(1);
        self.limited = retry_after_ms.is_some();
        self.held_until_ms = now_ms + retry_after_ms.unwrap_or(0).clamp(wait, LIMIT_LONGEST_MS.max(wait));
        self.owed = true;
    }

    /// The reader came back, or the control plane did: unless something was heard this very moment, the resource is
    /// asked for. Only what the control plane itself asked to wait for is waited for.
    pub(crate) fn woken(&mut self, now_ms: i64) {
        if !self.limited {
            self.held_until_ms = i64::MIN;
        }
        self.reopen_ms = self.reopen_ms.min(now_ms);
        let asking = self.asking_ms.is_some_and(|asked| now_ms - asked < GRACE_MS);
        if now_ms - self.sign_ms >= GAP_MS && !asking {
            self.owed = true;
        }
    }
}

#[cfg(test)]
mod tests;

//! One live channel: a web socket that tells of changes, and the resource itself, which is asked where the socket may be wrong. A socket may never
//! open (a proxy that does not answer the upgrade), break, or stay open and say nothing more; a browser does not see the protocol's own pings, so
//! silence looks like calm. It is told from calm by asking the resource: rarely while the socket has spoken, more often while it has not, and at
//! once when the reader comes back. An answer that a socket should have told proves it silent: it is opened anew. A pure state machine: the
//! situation is passed in, the next thing to do comes out. Imports `model`.

use crate::model::pace::back_off;

/// How long a socket may take to open, in milliseconds.
pub const OPENING_MS: i64 = 8_000;

/// How long after the last sign of life the resource is asked for while it is changing and the socket has spoken.
pub const LIVELY_MS: i64 = 10_000;

/// The same at rest; it grows to [`CALM_LONGEST_MS`] while the answers are no news.
pub const CALM_MS: i64 = 10_000;

/// The longest silence at rest: the rhythm of a list.
pub const CALM_LONGEST_MS: i64 = 30_000;

/// How often the resource is asked for without a socket that has spoken, while it is changing.
pub const ALONE_MS: i64 = 5_000;

/// The same at rest.
pub const ALONE_CALM_MS: i64 = 10_000;

/// How long a socket may take to tell what an answer told already, before it is taken to be silent.
pub const GRACE_MS: i64 = 2_000;

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
pub const GAP_MS: i64 = 1_000;

/// What the channel finds itself in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Situation {
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
pub enum Step {
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
pub struct Channel {
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
    pub fn new(now_ms: i64) -> Self {
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
    pub fn next(&mut self, situation: Situation) -> Step {
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
    pub fn opened(&mut self) {
        self.open = true;
    }

    /// A frame came.
    pub fn heard(&mut self, now_ms: i64) {
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
    pub fn closed(&mut self, now_ms: i64, chance: f64) {
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
    pub fn answered(&mut self, now_ms: i64, news: bool) {
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
    pub fn failed(&mut self, now_ms: i64, retry_after_ms: Option<i64>, chance: f64) {
        self.asking_ms = None;
        let wait = back_off(self.failed, FAILED_MS, FAILED_LONGEST_MS, chance);
        self.failed = self.failed.saturating_add(1);
        self.limited = retry_after_ms.is_some();
        self.held_until_ms = now_ms + retry_after_ms.unwrap_or(0).clamp(wait, LIMIT_LONGEST_MS.max(wait));
        self.owed = true;
    }

    /// The reader came back, or the control plane did: unless something was heard this very moment, the resource is asked for. Only what the
    /// control plane itself asked to wait for is waited for.
    pub fn woken(&mut self, now_ms: i64) {
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
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::VecDeque;

    fn seen(now_ms: i64) -> Situation {
        Situation { now_ms, seen: true, online: true, sockets: true, lively: false }
    }

    fn lively(now_ms: i64) -> Situation {
        Situation { lively: true, ..seen(now_ms) }
    }

    /// A channel whose socket has spoken at 0.
    fn spoken() -> Channel {
        let mut channel = Channel::new(0);
        assert_eq!(channel.next(seen(0)), Step::Open);
        channel.opened();
        channel.heard(0);
        channel
    }

    #[test]
    fn a_socket_that_speaks_is_believed_and_asked_about_ever_more_rarely() {
        let mut channel = spoken();
        let mut asked = Vec::new();
        let mut now = 0;
        while now < 150_000 {
            match channel.next(seen(now)) {
                Step::Ask => {
                    asked.push(now);
                    channel.answered(now, false);
                }
                Step::Wait(wait) => now += wait,
                step => panic!("{step:?} at {now}"),
            }
        }
        assert_eq!(asked, [10_000, 30_000, 60_000, 90_000, 120_000]);
        // Each frame begins it anew.
        channel.heard(149_000);
        assert_eq!(channel.next(seen(149_000)), Step::Wait(CALM_MS));
    }

    #[test]
    fn what_is_changing_is_asked_for_every_ten_seconds_of_silence() {
        let mut channel = spoken();
        for round in 1..5 {
            assert_eq!(channel.next(lively(round * LIVELY_MS)), Step::Ask);
            channel.answered(round * LIVELY_MS, false);
        }
        channel.heard(45_000);
        assert_eq!(channel.next(lively(50_000)), Step::Wait(5_000));
    }

    #[test]
    fn an_upgrade_that_is_never_answered_does_not_keep_the_truth_away() {
        let mut channel = Channel::new(0);
        assert_eq!(channel.next(lively(0)), Step::Open);
        assert_eq!(channel.next(lively(0)), Step::Wait(ALONE_MS));
        assert_eq!(channel.next(lively(ALONE_MS)), Step::Ask);
        channel.answered(ALONE_MS, false);
        assert_eq!(channel.next(lively(ALONE_MS)), Step::Wait(OPENING_MS - ALONE_MS));
        assert_eq!(channel.next(lively(OPENING_MS)), Step::Leave);
        assert_eq!(channel.next(lively(OPENING_MS)), Step::Ask, "after a close the resource decides");
        channel.answered(OPENING_MS, false);
        assert_eq!(channel.next(lively(OPENING_MS)), Step::Wait(REOPEN_MS));
        assert_eq!(channel.next(lively(OPENING_MS + REOPEN_MS)), Step::Open);
    }

    #[test]
    fn a_socket_that_does_not_tell_what_an_answer_told_is_opened_anew() {
        let mut channel = spoken();
        assert_eq!(channel.next(seen(10_000)), Step::Ask);
        channel.answered(10_100, true);
        assert_eq!(channel.next(seen(10_100)), Step::Wait(GRACE_MS));
        assert_eq!(channel.next(seen(10_100 + GRACE_MS)), Step::Leave);
        assert_eq!(channel.next(seen(10_100 + GRACE_MS)), Step::Ask);
        channel.answered(12_200, false);
        assert_eq!(channel.next(seen(12_700)), Step::Open);
        // Not if its frame was only a little late.
        let mut channel = spoken();
        assert_eq!(channel.next(seen(10_000)), Step::Ask);
        channel.answered(10_100, true);
        channel.heard(10_900);
        assert_eq!(channel.next(seen(12_100)), Step::Wait(10_900 + CALM_MS - 12_100));
        // Nor if it was first.
        let mut channel = spoken();
        assert_eq!(channel.next(seen(10_000)), Step::Ask);
        channel.heard(10_050);
        channel.answered(10_100, true);
        assert_eq!(channel.next(seen(10_100)), Step::Wait(CALM_MS));
    }

    #[test]
    fn who_comes_back_is_told_at_once_unless_something_was_just_heard() {
        let mut channel = spoken();
        channel.woken(500);
        assert!(matches!(channel.next(seen(500)), Step::Wait(_)));
        channel.woken(4_000);
        assert_eq!(channel.next(seen(4_000)), Step::Ask);
        channel.woken(4_100);
        assert_eq!(channel.next(seen(4_100)), Step::Sleep, "one question at a time");
        channel.answered(4_200, false);
        assert!(matches!(channel.next(seen(5_100)), Step::Wait(_)), "and its answer is the one that was wanted");
    }

    #[test]
    fn nobody_looks_or_nothing_answers_then_nothing_is_asked_or_opened() {
        for away in [Situation { seen: false, ..lively(900_000) }, Situation { online: false, ..lively(900_000) }] {
            let mut channel = spoken();
            assert_eq!(channel.next(away), Step::Sleep);
            channel.closed(900_000, 0.0);
            assert_eq!(channel.next(away), Step::Sleep);
            channel.woken(900_001);
            assert_eq!(channel.next(seen(900_001)), Step::Ask);
        }
    }

    #[test]
    fn without_sockets_the_resource_is_asked_in_a_rhythm() {
        let mut channel = Channel::new(0);
        let alone = |now_ms| Situation { sockets: false, ..lively(now_ms) };
        assert_eq!(channel.next(alone(0)), Step::Wait(ALONE_MS));
        assert_eq!(channel.next(alone(ALONE_MS)), Step::Ask);
        channel.answered(ALONE_MS, true);
        assert_eq!(channel.next(alone(ALONE_MS)), Step::Wait(ALONE_MS));
    }

    #[test]
    fn a_question_that_fails_is_asked_again_within_five_seconds_for_ever() {
        let mut channel = spoken();
        let mut now = 10_000;
        assert_eq!(channel.next(seen(now)), Step::Ask);
        for round in 0..1_000 {
            channel.failed(now, None, f64::from(round % 10) / 10.0);
            let Step::Wait(wait) = channel.next(seen(now)) else { panic!("at once") };
            assert!((GAP_MS / 2..=FAILED_LONGEST_MS).contains(&wait), "{wait}");
            now += wait;
            assert_eq!(channel.next(seen(now)), Step::Ask);
        }
    }

    #[test]
    fn a_rate_limit_is_respected_also_by_who_comes_back_but_not_for_ever() {
        let mut channel = spoken();
        assert_eq!(channel.next(seen(10_000)), Step::Ask);
        channel.failed(10_000, Some(9_000), 0.0);
        assert_eq!(channel.next(seen(10_000)), Step::Wait(9_000));
        channel.woken(12_000);
        assert_eq!(channel.next(seen(12_000)), Step::Wait(7_000));
        assert_eq!(channel.next(seen(19_000)), Step::Ask);
        channel.failed(19_000, Some(86_400_000), 0.0);
        assert_eq!(channel.next(seen(19_000)), Step::Wait(60_000));
    }

    /// What a socket does for a while.
    #[derive(Clone, Copy, Debug, PartialEq)]
    enum Wire {
        Well,
        NeverOpens,
        Swallows,
        Refuses,
    }

    fn wires() -> impl Strategy<Value = Wire> {
        prop_oneof![Just(Wire::Well), Just(Wire::NeverOpens), Just(Wire::Swallows), Just(Wire::Refuses)]
    }

    proptest! {
        /// Whatever the sockets do: while questions are answered and somebody looks, a change is known within the longest silence, and no more is
        /// asked than the rhythm allows.
        #[test]
        fn the_truth_comes_without_the_socket(
            phases in prop::collection::vec((wires(), 1_000_i64..90_000, prop::collection::vec(0_i64..90_000, 0..4), any::<bool>()), 1..8),
        ) {
            let (mut now, mut truth, mut shown, mut changed_ms) = (0_i64, 0_u32, 0_u32, None::<i64>);
            let mut channel = Channel::new(0);
            // The socket: what it was opened as; what is on its way to the page.
            let mut socket = None::<Wire>;
            let mut frames: VecDeque<i64> = VecDeque::new();
            let mut answers: VecDeque<(i64, u32)> = VecDeque::new();
            let mut asked = Vec::new();
            for (wire, length, mut changes, lively) in phases {
                let end = now + length;
                let begin = now;
                changes.sort_unstable();
                changes.retain(|at| *at < length);
                let mut changes: VecDeque<i64> = changes.into_iter().map(|at| begin + at).collect();
                if wire == Wire::Swallows { socket = socket.map(|_| Wire::Swallows); }
                while now < end {
                    while changes.front().is_some_and(|at| *at <= now) {
                        changes.pop_front();
                        truth += 1;
                        changed_ms = changed_ms.or(Some(now));
                        if socket == Some(Wire::Well) { frames.push_back(now + 30); }
                    }
                    while frames.front().is_some_and(|at| *at <= now) {
                        frames.pop_front();
                        channel.heard(now);
                        shown = truth;
                    }
                    while answers.front().is_some_and(|(at, _)| *at <= now) {
                        let (_, told) = answers.pop_front().unwrap();
                        channel.answered(now, told != shown);
                        shown = shown.max(told);
                    }
                    if shown == truth { changed_ms = None; }
                    let late = changed_ms.map_or(0, |at| now - at);
                    prop_assert!(late <= CALM_LONGEST_MS + 1_000, "{late} ms late at {now}");
                    let wait = match channel.next(Situation { lively, ..seen(now) }) {
                        Step::Open => {
                            frames.clear();
                            socket = Some(wire);
                            match wire {
                                Wire::Well => { channel.opened(); frames.push_back(now + 30); }
                                Wire::Swallows => channel.opened(),
                                Wire::NeverOpens => {}
                                Wire::Refuses => { socket = None; channel.closed(now, 0.3); }
                            }
                            0
                        }
                        Step::Leave => { socket = None; frames.clear(); 0 }
                        Step::Ask => { asked.push(now); answers.push_back((now + 40, truth)); 0 }
                        Step::Wait(wait) => { prop_assert!(wait > 0); wait }
                        Step::Sleep => end - now,
                    };
                    let soonest = [frames.front().copied(), answers.front().map(|one| one.0), changes.front().copied()];
                    now = soonest.into_iter().flatten().fold((now + wait).min(end), i64::min).max(now);
                }
            }
            for (at, first) in asked.iter().enumerate() {
                let within = |ms: i64| asked[at..].iter().take_while(|other| **other < first + ms).count();
                prop_assert!(within(10_000) <= 10, "{} in 10 s", within(10_000));
                prop_assert!(within(60_000) <= 24, "{} in a minute", within(60_000));
            }
        }
    }
}

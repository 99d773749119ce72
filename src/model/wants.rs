//! What rows want beyond what the list brings (why a build failed, in which stage one is, how long builds usually
//! take), and the one queue that decides when it is asked for. Reading a value starts no request: a view says what it
//! wants to know, the queue says what is asked next. However many rows there are and whatever the control plane
//! answers, no more is asked than the bounds below allow. Pure: time, chance and the situation are passed in. Imports
//! `model`.

use crate::model::order;
use crate::model::pace::back_off;
use crate::model::row::Row;
use crate::model::row::is_changing;
use crate::model::status;
use crate::model::status::State;
use crate::wire::build::JobStatus;
use crate::wire::id::Id;
use std::collections::HashMap;
use std::collections::HashSet;
use std::collections::VecDeque;

/// How many questions are under way at once: the list and the reader's own actions come first on the few connections
/// that a browser has.
pub(crate) const AT_ONCE: usize = 2;

/// How many questions may begin within [`WINDOW_MS`], whatever happens.
pub(crate) const MOST_IN_WINDOW: usize = 60;

/// The window of [`MOST_IN_WINDOW`], in milliseconds.
pub(crate) const WINDOW_MS: i64 = 10_000;

/// The first wait after a question that failed, in milliseconds; it doubles with each failure of the same question.
const FAILED_MS: i64 = 5_000;

/// The longest wait after a question that failed.
const FAILED_LONGEST_MS: i64 = 300_000;

/// From this many failures in a row on the whole queue waits: what answers so is not better asked about the next row.
const STREAK: u32 = 3;

/// The longest wait of the whole queue, unless the control plane asked for a longer one.
const PAUSE_LONGEST_MS: i64 = 60_000;

/// How many questions are remembered that nobody wants now, so that scrolling to and fro does not ask a failing one
/// again.
const MOST_REMEMBERED: usize = 300;

/// How many builds have their stage asked for at once; further ones show none.
pub(crate) const MOST_STAGES: usize = 6;

/// Something that a row wants to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Want {
    /// Why this build failed: its log.
    Failure(Id),
    /// In which stage this build is: the new lines of its log.
    Stage(Id),
    /// How long builds usually take: the templates.
    Durations,
}

/// What these rows want to know, in their order, each thing once.
pub(crate) fn wanted_by<'a>(rows: impl IntoIterator<Item = &'a Row>) -> Vec<Want> {
    let (mut wants, mut stages, mut usual) = (Vec::new(), 0, false);
    for row in rows {
        if status::state(row) == State::Failed {
            wants.push(Want::Failure(row.build.id));
        }
        if row.build.job_status == JobStatus::Running && stages < MOST_STAGES {
            stages += 1;
            wants.push(Want::Stage(row.build.id));
        }
        if is_changing(row) && !std::mem::replace(&mut usual, true) {
            wants.push(Want::Durations);
        }
    }
    wants
}

/// What became of a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It is known for good, or never will be: not asked again.
    Done,
    /// It is known for now: asked again after this many milliseconds, if somebody wants it then.
    Again(i64),
    /// It may work another time. With what the control plane asked for by `Retry-After`.
    Failed(Option<i64>),
}

/// What to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next<K> {
    /// Ask this. It counts as asked.
    Ask(K),
    /// Nothing before this many milliseconds have passed, or the wishes change, or an answer comes.
    Wait(i64),
    /// Nothing until the wishes change or an answer comes.
    Sleep,
}

/// What is known of one question.
#[derive(Clone, Copy, Debug, Default)]
struct Known {
    /// When it was last asked; `None` for never.
    asked_ms: Option<i64>,
    /// Not before this time; `None`: never again.
    due_ms: Option<i64>,
    /// How often it failed in a row.
    failed: u32,
    running: bool,
}

/// The queue.
#[derive(Debug)]
pub(crate) struct Queue<K> {
    known: HashMap<K, Known>,
    /// When the questions of the last window began.
    begun: VecDeque<i64>,
    /// How many failed in a row, whichever they were.
    streak: u32,
    /// Nothing is asked before this time.
    paused_until_ms: i64,
    /// The control plane itself asked for the pause.
    limited: bool,
    running: usize,
}

impl<K> Default for Queue<K> {
    fn default() -> Self {
        Self {
            known: HashMap::new(),
            begun: VecDeque::new(),
            streak: 0,
            paused_until_ms: i64::MIN,
            limited: false,
            running: 0,
        }
    }
}

impl<K: Copy + Eq + std::hash::Hash> Queue<K> {
    /// What to ask now, of what is wished for. What was asked longest ago, or never, comes first.
    pub(crate) fn next(&mut self, wished: &[K], now_ms: i64) -> Next<K> {
        self.forget(wished, now_ms);
        // While all of them fail one at a time is enough to find out that they work again.
        let at_once = if self.streak >= STREAK { 1 } else { AT_ONCE };
        if self.running >= at_once {
            return Next::Sleep;
        }
        let mut open: Vec<(K, Known)> = Vec::new();
        for key in wished {
            let known = self.known.get(key).copied().unwrap_or(Known { due_ms: Some(i64::MIN), ..Known::default() });
            if !known.running && known.due_ms.is_some() {
                open.push((*key, known));
            }
        }
        let Some(first_due) = open.iter().filter_map(|(_, known)| known.due_ms).min() else { return Next::Sleep };
        let room = match self.begun.front() {
            Some(oldest) if self.begun.len() >= MOST_IN_WINDOW => oldest.saturating_add(WINDOW_MS),
            _ => i64::MIN,
        };
        let earliest = first_due.max(self.paused_until_ms).max(room);
        if earliest > now_ms {
            return Next::Wait(earliest - now_ms);
        }
        open.retain(|(_, known)| known.due_ms.is_some_and(|due| due <= now_ms));
        order::sort_by_key(&mut open, |(_, known)| known.asked_ms.unwrap_or(i64::MIN));
        let Some((key, known)) = open.first().copied() else { return Next::Sleep };
        self.known.insert(key, Known { asked_ms: Some(now_ms), running: true, ..known });
        self.running += 1;
        self.begun.push_back(now_ms);
        Next::Ask(key)
    }

    /// An answer came, or none will.
    pub(crate) fn answered(&mut self, key: K, answer: Answer, now_ms: i64, chance: f64) {
        let Some(known) = self.known.get_mut(&key).filter(|known| known.running) else { return };
        self.running -= 1;
        known.running = false;
        match answer {
            Answer::Done | Answer::Again(_) => {
                (known.failed, self.streak, self.limited) = (0, 0, false);
                known.due_ms = if let Answer::Again(wait) = answer { Some(now_ms + wait.max(1)) } else { None };
            }
            Answer::Failed(retry_after_ms) => {
                let wait = back_off(known.failed, FAILED_MS, FAILED_LONGEST_MS, chance);
                known.failed = known.failed.saturating_add(1);
                known.due_ms = Some(now_ms + wait);
                self.streak = self.streak.saturating_add(1);
                if self.streak >= STREAK {
                    let pause = back_off(self.streak - STREAK, FAILED_MS, PAUSE_LONGEST_MS, chance);
                    self.paused_until_ms = self.paused_until_ms.max(now_ms + pause);
                }
                if let Some(asked_for) = retry_after_ms {
                    self.limited = true;
                    self.paused_until_ms = self.paused_until_ms.max(now_ms.saturating_add(asked_for));
                }
            }
        }
    }

    /// The control plane is back: what failed meanwhile is asked at once. What it asked to wait for itself is waited
    /// for.
    pub(crate) fn returned(&mut self, now_ms: i64) {
        self.streak = 0;
        if !self.limited {
            self.paused_until_ms = now_ms;
        }
        for known in self.known.values_mut().filter(|known| known.failed > 0 && known.due_ms.is_some()) {
            known.failed = 0;
            known.due_ms = Some(now_ms);
        }
    }

    /// Forgets everything but how much was asked lately: somebody else is signed in.
    pub(crate) fn clear(&mut self) {
        *self = Self { begun: std::mem::take(&mut self.begun), ..Self::default() };
    }

    /// Forgets what has left the window, and questions that nobody wants and that could be asked again anyway.
    fn forget(&mut self, wished: &[K], now_ms: i64) {
        while self.begun.front().is_some_and(|begun| *begun <= now_ms.saturating_sub(WINDOW_MS)) {
            self.begun.pop_front();
        }
        if self.known.len() > MOST_REMEMBERED {
            let wished: HashSet<K> = wished.iter().copied().collect();
            self.known.retain(|key, known| {
                known.running
                    || wished.contains(key)
                    || (known.failed > 0 && known.due_ms.is_some_and(|due| due > now_ms))
            });
            if self.known.len() > 4 * MOST_REMEMBERED {
                self.known.retain(|key, known| known.running || wished.contains(key));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::recordings;
    use proptest::prelude::*;

    /// Plays the queue against a control plane that takes 20 ms to answer; when each question began.
    fn play(rows: u32, ms: i64, mut answer: impl FnMut(u32, i64) -> Answer) -> Vec<(i64, u32)> {
        let wished: Vec<u32> = (0..rows).collect();
        let (mut queue, mut now, mut begun) = (Queue::default(), 0_i64, Vec::new());
        let mut under_way: VecDeque<(i64, u32)> = VecDeque::new();
        while now < ms {
            match queue.next(&wished, now) {
                Next::Ask(key) => {
                    begun.push((now, key));
                    under_way.push_back((now + 20, key));
                    assert!(under_way.len() <= AT_ONCE);
                }
                next => {
                    let wait = if let Next::Wait(wait) = next { now + wait } else { ms };
                    now = under_way.front().map_or(wait, |(at, _)| wait.min(*at)).max(now);
                    while under_way.front().is_some_and(|(at, _)| *at <= now) {
                        let (_, key) = under_way.pop_front().unwrap();
                        let answer = answer(key, now);
                        queue.answered(key, answer, now, 0.0);
                    }
                }
            }
        }
        begun
    }

    #[test]
    fn what_is_known_for_good_is_asked_once() {
        let begun = play(43, 600_000, |_, _| Answer::Done);
        assert_eq!(begun.len(), 43);
        assert!(begun.last().unwrap().0 < 1_000, "and soon: {begun:?}");
    }

    #[test]
    fn forty_three_rows_whose_logs_all_fail_are_a_handful_of_requests() {
        let begun = play(43, 30_000, |_, _| Answer::Failed(None));
        assert!(begun.len() <= 7, "{} in 30 s", begun.len());
        let hour = play(43, 3_600_000, |_, _| Answer::Failed(None));
        assert!(hour.len() <= 70, "{} in an hour", hour.len());
    }

    #[test]
    fn one_that_always_fails_does_not_hold_up_the_others_and_is_asked_ever_more_rarely() {
        let begun = play(20, 3_600_000, |key, _| if key == 3 { Answer::Failed(None) } else { Answer::Done });
        assert!(begun.iter().filter(|(at, key)| *key != 3 && *at < 1_000).count() == 19);
        let of_three: Vec<i64> = begun.iter().filter(|(_, key)| *key == 3).map(|(at, _)| *at).collect();
        assert!((7..=18).contains(&of_three.len()), "{of_three:?}");
        let gaps: Vec<i64> = of_three.windows(2).map(|pair| pair[1] - pair[0]).collect();
        assert!(gaps.windows(2).all(|pair| pair[1] >= pair[0]), "{gaps:?}");
    }

    #[test]
    fn what_works_again_is_found_within_a_minute_and_at_once_when_the_network_returned() {
        let begun = play(43, 400_000, |_, now| if now < 200_000 { Answer::Failed(None) } else { Answer::Done });
        let first = begun.iter().find(|(at, _)| *at >= 200_000).unwrap().0;
        assert!(first <= 260_000, "{first}");
        let mut queue: Queue<u32> = Queue::default();
        for _ in 0..4 {
            let Next::Ask(key) = queue.next(&[1, 2, 3, 4, 5], 0) else { panic!() };
            queue.answered(key, Answer::Failed(None), 0, 0.0);
            queue.paused_until_ms = 0;
        }
        queue.paused_until_ms = 60_000;
        assert!(matches!(queue.next(&[1], 10), Next::Wait(_)));
        queue.returned(10);
        assert_eq!(queue.next(&[1], 10), Next::Ask(1));
    }

    #[test]
    fn what_the_control_plane_asks_to_wait_for_is_waited_for_whatever_happens() {
        let mut queue = Queue::default();
        assert_eq!(queue.next(&[1, 2], 0), Next::Ask(1));
        queue.answered(1, Answer::Failed(Some(90_000)), 100, 0.0);
        assert_eq!(queue.next(&[1, 2], 200), Next::Wait(89_900));
        queue.returned(300);
        assert_eq!(queue.next(&[1, 2], 300), Next::Wait(89_800));
        assert_eq!(queue.next(&[1, 2], 90_100), Next::Ask(2), "never asked comes first");
    }

    #[test]
    fn a_rhythm_is_kept_and_starves_nobody() {
        let begun = play(6, 60_000, |key, _| if key < 5 { Answer::Again(5_000) } else { Answer::Done });
        for key in 0..5 {
            let times = begun.iter().filter(|(_, other)| *other == key).count();
            assert!((11..=12).contains(&times), "{key}: {times}");
        }
        assert_eq!(begun.iter().filter(|(_, key)| *key == 5).count(), 1);
    }

    #[test]
    fn nobody_wants_it_nothing_is_asked() {
        let mut queue: Queue<u32> = Queue::default();
        assert_eq!(queue.next(&[], 0), Next::Sleep);
        assert_eq!(queue.next(&[7], 0), Next::Ask(7));
        assert_eq!(queue.next(&[7], 0), Next::Sleep, "under way");
        queue.answered(7, Answer::Again(1_000), 50, 0.0);
        assert_eq!(queue.next(&[], 9_000), Next::Sleep);
        assert_eq!(queue.next(&[7], 9_000), Next::Ask(7));
        // Somebody else signs in while it is under way: its answer is nobody's.
        queue.clear();
        queue.answered(7, Answer::Failed(None), 9_100, 0.0);
        assert_eq!(queue.next(&[7], 9_100), Next::Ask(7));
    }

    #[test]
    fn what_is_remembered_is_bounded_and_a_failure_is_not_forgotten_by_scrolling() {
        let mut queue: Queue<u32> = Queue::default();
        let mut now = 0;
        for key in 0..5_000 {
            now += 1_000;
            assert_eq!(queue.next(&[key], now), Next::Ask(key));
            queue.answered(key, Answer::Done, now, 0.0);
        }
        assert!(queue.known.len() <= MOST_REMEMBERED + 2, "{}", queue.known.len());
        assert_eq!(queue.next(&[9_999], now + 1), Next::Ask(9_999));
        queue.answered(9_999, Answer::Failed(None), now + 1, 0.0);
        assert!(matches!(queue.next(&[], now + 2), Next::Sleep));
        assert!(matches!(queue.next(&[9_999], now + 3), Next::Wait(_)));
    }

    #[test]
    fn rows_want_what_their_words_need() {
        let failed = recordings::row("real/apply-failed-workspace");
        let running = recordings::row("workspace/starting");
        let stopped = recordings::row("workspace/stopped");
        assert_eq!(wanted_by([&stopped]), []);
        assert_eq!(wanted_by([&failed]), [Want::Failure(failed.build.id)]);
        let wants = wanted_by(std::iter::repeat_n(&running, 9).chain([&failed]));
        let stages = wants.iter().filter(|want| matches!(want, Want::Stage(_))).count();
        let of_stage = usize::from(running.build.job_status == JobStatus::Running) * MOST_STAGES;
        assert_eq!((stages, wants.iter().filter(|want| **want == Want::Durations).count()), (of_stage, 1));
        assert_eq!(wants.last(), Some(&Want::Failure(failed.build.id)));
    }

    proptest! {
        #[test]
        fn never_more_than_so_many_in_any_window(
            events in prop::collection::vec((0_i64..900, 0_u8..12, 0_u32..80, 0_usize..80), 1..800),
        ) {
            let (mut queue, mut now, mut begun): (Queue<u32>, i64, Vec<i64>) = (Queue::default(), 0, Vec::new());
            let mut under_way: VecDeque<u32> = VecDeque::new();
            for (passed, what, from, count) in events {
                now += passed;
                let wished: Vec<u32> = (from..from + count as u32).collect();
                match what {
                    0 => { queue.returned(now); }
                    1 => { queue.clear(); under_way.clear(); }
                    2..=6 => if let Some(key) = under_way.pop_front() {
                        let answer = match what { 2 => Answer::Done, 3 => Answer::Again(passed), 4 => Answer::Failed(Some(passed)), _ => Answer::Failed(None) };
                        queue.answered(key, answer, now, 0.5);
                    },
                    _ => {}
                }
                loop {
                    match queue.next(&wished, now) {
                        Next::Ask(key) => {
                            prop_assert!(wished.contains(&key));
                            prop_assert!(!under_way.contains(&key), "twice at once");
                            under_way.push_back(key);
                            begun.push(now);
                            prop_assert!(under_way.len() <= AT_ONCE);
                        }
                        Next::Wait(wait) => { prop_assert!(wait > 0); break; }
                        Next::Sleep => break,
                    }
                }
            }
            for (at, first) in begun.iter().enumerate() {
                let within = begun[at..].iter().take_while(|other| **other < first + WINDOW_MS).count();
                prop_assert!(within <= MOST_IN_WINDOW, "{} from {}", within, first);
            }
        }

        #[test]
        fn when_everything_fails_half_a_minute_holds_few(rows in 1_u32..500, chance in 0.0_f64..1.0) {
            let wished: Vec<u32> = (0..rows).collect();
            let (mut queue, mut now, mut begun) = (Queue::default(), 0_i64, Vec::new());
            while now < 300_000 {
                match queue.next(&wished, now) {
                    Next::Ask(key) => {
                        begun.push(now);
                        queue.answered(key, Answer::Failed(None), now, chance);
                    }
                    Next::Wait(wait) => now += wait,
                    Next::Sleep => break,
                }
            }
            for (at, first) in begun.iter().enumerate() {
                let within = begun[at..].iter().take_while(|other| **other < first + 30_000).count();
                prop_assert!(within <= 10, "{} from {}", within, first);
            }
        }
    }
}

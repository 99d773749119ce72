//! What a list asks next, and when (docs/architecture.md, "Live updates"): first its pages one after the other, then
//! the visible rows in a rhythm, and now and then the whole list, a page at a time. A pure state machine: the situation
//! is passed in, a step comes out. Imports nothing.

use std::collections::HashSet;

/// The first page: what `inline.js` has asked for already. It is about a screenful and not more, because a workspace is
/// some 5 kB, which share the network with the application on a first visit.
pub const FIRST_PAGE: usize = 12;

/// The pages after it: small enough that a page of large workspaces does not make the memory grow.
pub(crate) const PAGE: usize = 100;

/// The pages of a long list: fewer requests, and a sweep through it ends sooner.
pub(crate) const LONG_PAGE: usize = 250;

/// How many rows make a list long.
const LONG: usize = 1_000;

/// The rhythm while a visible row is changing, in milliseconds; also the shortest distance between two requests of a
/// loaded list.
pub(crate) const ACTIVE_MS: i64 = 5_000;

/// The rhythm while nothing is changing.
pub(crate) const IDLE_MS: i64 = 30_000;

/// How long after the end of a sweep through the whole list the next one begins: what is new elsewhere shows within two
/// minutes.
const SWEEP_MS: i64 = 90_000;

/// The same for a list of more than one page, whose sweep takes several requests: it holds for 1,000 rows too.
const LONG_SWEEP_MS: i64 = 60_000;

/// From this many rows on the viewer is asked whether all are to be loaded: each page costs the control plane much.
pub(crate) const MANY: usize = 2_000;

/// How long after a failure the next attempt is made.
const AFTER_FAILURE_MS: i64 = 5_000;

/// What the list finds itself in.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Situation {
    /// A clock that never jumps, in milliseconds.
    pub(crate) now_ms: i64,
    /// Whether anybody can see the page.
    pub(crate) seen: bool,
    /// Whether the control plane can be reached.
    pub(crate) online: bool,
    /// Whether a visible row is changing.
    pub(crate) active: bool,
    /// How many rows are visible.
    pub(crate) visible: usize,
}

/// What to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Ask for a page of the list.
    Page {
        /// From this row.
        offset: usize,
        /// That many.
        limit: usize,
    },
    /// Ask for the visible rows by their ids.
    Visible,
    /// Nothing before this many milliseconds have passed (or something wakes the list).
    Wait(i64),
    /// Nothing until something wakes the list.
    Sleep,
}

/// How far a list is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// Its pages arrive; the next one begins here.
    Loading { offset: usize },
    /// All are there.
    Loaded,
}

/// The rhythm of one list.
#[derive(Clone, Debug)]
pub(crate) struct Poller {
    phase: Phase,
    /// How many rows are asked for at once after the first page.
    page: usize,
    /// When the last request was sent.
    asked_ms: Option<i64>,
    /// No request before this time: the last one failed.
    held_until_ms: Option<i64>,
    /// The server itself asked for that pause (`Retry-After`): who comes back waits for it as well.
    limited: bool,
    /// The last request failed: what it asked for is still to be known, in the fast rhythm.
    owed: bool,
    /// Where a sweep goes on; `None` while none is under way.
    sweep: Option<usize>,
    /// When the last sweep ended.
    swept_ms: i64,
    /// Whether the visible rows' turn was last: a sweep and they take turns.
    visible_was_last: bool,
    /// One page holds the whole list.
    short: bool,
    /// Somebody came back to the page: a sweep is wanted before its time.
    hurry: bool,
    /// The pages were asked for a second time, because rows moved between them.
    again: bool,
    /// Where loading was left off because there are many, until the viewer says to go on.
    held: Option<usize>,
    /// The viewer wants all of them.
    all: bool,
}

impl Default for Poller {
    fn default() -> Self {
        Self {
            phase: Phase::Loading { offset: 0 },
            page: PAGE,
            asked_ms: None,
            held_until_ms: None,
            limited: false,
            owed: false,
            sweep: None,
            swept_ms: 0,
            visible_was_last: false,
            short: true,
            hurry: false,
            again: false,
            held: None,
            all: false,
        }
    }
}

impl Poller {
    /// What to do now. A page or the visible rows are counted as asked for.
    pub(crate) fn next(&mut self, situation: Situation) -> Step {
        let now = situation.now_ms;
        if !situation.seen || !situation.online {
            return Step::Sleep;
        }
        if let Some(until) = self.held_until_ms {
            if now < until {
                return Step::Wait(until - now);
            }
            self.held_until_ms = None;
            self.limited = false;
        }
        match self.phase {
            // One after the other, as fast as the answers come: somebody is waiting for them.
            Phase::Loading { offset } => {
                self.asked_ms = Some(now);
                Step::Page { offset, limit: if offset == 0 { FIRST_PAGE } else { self.page } }
            }
            Phase::Loaded => {
                let sweeping = self.sweep.is_some() && !self.short;
                let fast = situation.active || self.hurry || self.owed || sweeping;
                let rhythm = if fast { ACTIVE_MS } else { IDLE_MS };
                let due = self.asked_ms.map_or(now, |asked| asked + rhythm);
                if now < due {
                    return Step::Wait(due - now);
                }
                self.asked_ms = Some(now);
                let pause = if self.short { SWEEP_MS } else { LONG_SWEEP_MS };
                if self.held.is_some() {
                    self.owed = false;
                } else if self.sweep.is_none() && (self.hurry || now - self.swept_ms >= pause) {
                    self.sweep = Some(0);
                    // Who came back wants to see the list as it is: the sweep goes first where one page is all of it,
                    // else what is seen.
                    self.visible_was_last = if self.hurry { self.short } else { self.visible_was_last };
                    // And the other one in the same rhythm.
                    self.owed = self.hurry && !self.short;
                } else {
                    self.owed = false;
                }
                self.hurry = false;
                match self.sweep {
                    Some(offset) if self.visible_was_last || situation.visible == 0 => {
                        self.visible_was_last = false;
                        Step::Page { offset, limit: self.page }
                    }
                    None if situation.visible == 0 && self.held.is_none() => {
                        self.sweep = Some(0);
                        Step::Page { offset: 0, limit: self.page }
                    }
                    _ => {
                        self.visible_was_last = true;
                        Step::Visible
                    }
                }
            }
        }
    }

    /// A page arrived: it began at `offset`, `limit` rows were asked for, `count` match in all. True when the list (or
    /// the sweep) is complete with it.
    pub(crate) fn page_arrived(&mut self, now_ms: i64, offset: usize, limit: usize, count: usize) -> bool {
        let next = offset + limit;
        let more = next < count;
        self.short = count <= PAGE;
        // A sweep of a list of several pages ends sooner with large ones.
        let is_long = count > LONG || (count > LONG_PAGE && self.phase == Phase::Loaded);
        self.page = if is_long { LONG_PAGE } else { PAGE };
        match self.phase {
            Phase::Loading { .. } if more && next >= MANY && !self.all => {
                self.phase = Phase::Loaded;
                self.held = Some(next);
                self.swept_ms = now_ms;
                self.hurry = false;
                return false;
            }
            Phase::Loading { .. } if more => self.phase = Phase::Loading { offset: next },
            Phase::Loading { .. } => {
                self.phase = Phase::Loaded;
                self.swept_ms = now_ms;
                self.visible_was_last = false;
                self.hurry = false;
                self.owed = false;
            }
            Phase::Loaded if more => self.sweep = Some(next),
            Phase::Loaded => {
                self.sweep = None;
                self.swept_ms = now_ms;
            }
        }
        !more
    }

    /// The viewer wants all rows of a list of many.
    pub(crate) fn go_on(&mut self) {
        self.all = true;
        if let Some(offset) = self.held.take() {
            self.phase = Phase::Loading { offset };
        }
    }

    /// Whether loading was left off because there are many.
    pub(crate) fn is_held(&self) -> bool {
        self.held.is_some()
    }

    /// The pages are all there and hold fewer rows than match: a row may have moved to an earlier page between two
    /// answers. They are asked for once more, at once; what is missing then is hidden from the viewer. A long list
    /// waits for its next sweep.
    pub(crate) fn fell_short(&mut self, count: usize) {
        if !self.again && count <= LONG && self.phase == Phase::Loaded {
            self.again = true;
            self.phase = Phase::Loading { offset: 0 };
        }
    }

    /// A request failed; `retry_after_ms` is what the server asked for.
    pub(crate) fn failed(&mut self, now_ms: i64, retry_after_ms: Option<i64>) {
        self.held_until_ms = Some(now_ms + retry_after_ms.unwrap_or(0).max(AFTER_FAILURE_MS));
        self.limited = retry_after_ms.is_some();
        self.owed = true;
    }

    /// Somebody came back, or the control plane did: the list is asked for as soon as the shortest distance and the
    /// server's own limit allow.
    pub(crate) fn woken(&mut self) {
        self.hurry = true;
        if !self.limited {
            self.held_until_ms = None;
        }
    }

    /// The viewer asks for the list anew: at once.
    pub(crate) fn refresh(&mut self) {
        self.limited = false;
        self.woken();
        self.asked_ms = None;
        self.sweep = None;
    }

    /// Whether the pages are still arriving for the first time.
    pub(crate) fn is_loading(&self) -> bool {
        matches!(self.phase, Phase::Loading { .. })
    }
}

/// The order of a list after a page of a sweep, and how many rows the sweep has seen with it. Of `before` the first
/// `seen` are what the sweep has seen so far (fewer than were asked for, where rows are hidden from the viewer); then
/// comes the page, then what was not seen yet; without repetition. With `complete`, what the sweep has not seen is
/// gone.
pub(crate) fn splice<T: Copy + Eq + std::hash::Hash>(
    before: &[T],
    seen: usize,
    page: &[T],
    complete: bool,
) -> (Vec<T>, usize) {
    // The page is right about its own rows: they are taken out of what stands before it.
    let fresh: HashSet<T> = page.iter().copied().collect();
    let mut known = HashSet::with_capacity(before.len() + page.len());
    let (head, rest) = before.split_at(seen.min(before.len()));
    let mut order: Vec<T> = Vec::with_capacity(before.len() + page.len());
    order.extend(head.iter().chain(page).copied().enumerate().filter_map(|(index, id)| {
        let kept = (index >= head.len() || !fresh.contains(&id)) && known.insert(id);
        kept.then_some(id)
    }));
    let seen = order.len();
    if !complete {
        order.extend(rest.iter().copied().filter(|id| known.insert(*id)));
    }
    (order, seen)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn seen(now_ms: i64) -> Situation {
        Situation { now_ms, seen: true, online: true, active: false, visible: 20 }
    }

    fn loaded(count: usize, now_ms: i64) -> Poller {
        let mut poller = Poller { all: true, ..Poller::default() };
        while let Step::Page { offset, limit } = poller.next(seen(now_ms)) {
            if poller.page_arrived(now_ms, offset, limit, count) {
                break;
            }
        }
        assert!(!poller.is_loading());
        poller
    }

    #[test]
    fn the_first_page_is_small_and_the_rest_follows_at_once() {
        let mut poller = Poller::default();
        assert_eq!(poller.next(seen(0)), Step::Page { offset: 0, limit: FIRST_PAGE });
        assert!(!poller.page_arrived(0, 0, FIRST_PAGE, 212));
        assert_eq!(poller.next(seen(0)), Step::Page { offset: 12, limit: 100 });
        assert!(!poller.page_arrived(0, 12, 100, 212));
        assert_eq!(poller.next(seen(0)), Step::Page { offset: 112, limit: 100 });
        assert!(poller.page_arrived(0, 112, 100, 212));
        assert_eq!(poller.next(seen(10)), Step::Wait(IDLE_MS - 10));
    }

    #[test]
    fn a_list_whose_rows_moved_between_its_pages_is_asked_for_once_more() {
        let mut poller = loaded(112, 0);
        poller.fell_short(112);
        assert_eq!(poller.next(seen(0)), Step::Page { offset: 0, limit: FIRST_PAGE });
        assert!(!poller.page_arrived(0, 0, FIRST_PAGE, 112));
        assert_eq!(poller.next(seen(0)), Step::Page { offset: 12, limit: 100 });
        assert!(poller.page_arrived(0, 12, 100, 112));
        // What is missing still is hidden from the viewer.
        poller.fell_short(112);
        assert_eq!(poller.next(seen(10)), Step::Wait(IDLE_MS - 10));
        let mut long = loaded(10_000, 0);
        long.fell_short(10_000);
        assert_eq!(long.next(seen(10)), Step::Wait(IDLE_MS - 10));
    }

    #[test]
    fn a_long_list_has_larger_pages() {
        let mut poller = Poller { all: true, ..Poller::default() };
        let mut requests = 0;
        while let Step::Page { offset, limit } = poller.next(seen(0)) {
            requests += 1;
            poller.page_arrived(0, offset, limit, 10_000);
        }
        assert_eq!(requests, 1 + (10_000_usize - FIRST_PAGE).div_ceil(LONG_PAGE));
    }

    #[test]
    fn many_are_loaded_only_when_the_viewer_says_so() {
        let mut poller = Poller::default();
        let mut loaded = 0;
        while let Step::Page { offset, limit } = poller.next(seen(0)) {
            poller.page_arrived(0, offset, limit, 10_000);
            loaded = offset + limit;
        }
        assert!(poller.is_held() && !poller.is_loading());
        assert!((MANY..MANY + LONG_PAGE).contains(&loaded), "{loaded}");
        assert_eq!(poller.next(seen(IDLE_MS)), Step::Visible, "what is seen is kept fresh");
        assert_eq!(poller.next(seen(10 * SWEEP_MS)), Step::Visible, "and nothing more is loaded");
        poller.go_on();
        assert_eq!(poller.next(seen(10 * SWEEP_MS)), Step::Page { offset: loaded, limit: LONG_PAGE });
    }

    #[test]
    fn what_is_new_in_a_thousand_shows_within_two_minutes() {
        let mut poller = loaded(1_000, 0);
        let (mut now, mut asked) = (0, Vec::new());
        while now < 240_000 {
            match poller.next(seen(now)) {
                Step::Page { offset, limit } => {
                    asked.push((offset, now));
                    poller.page_arrived(now, offset, limit, 1_000);
                }
                Step::Wait(wait) => now += wait,
                _ => {}
            }
        }
        let of_first: Vec<i64> = asked.iter().filter(|(offset, _)| *offset == 0).map(|(_, at)| *at).collect();
        assert!(of_first.len() >= 2 && of_first.windows(2).all(|pair| pair[1] - pair[0] <= 115_000), "{asked:?}");
    }

    #[test]
    fn idle_is_every_thirty_seconds_and_active_every_five() {
        let mut poller = loaded(10, 0);
        assert_eq!(poller.next(seen(IDLE_MS)), Step::Visible);
        assert_eq!(poller.next(seen(IDLE_MS + 1)), Step::Wait(IDLE_MS - 1));
        let active = |now_ms| Situation { active: true, ..seen(now_ms) };
        assert_eq!(poller.next(active(IDLE_MS + 1)), Step::Wait(ACTIVE_MS - 1));
        assert_eq!(poller.next(active(IDLE_MS + ACTIVE_MS)), Step::Visible);
    }

    #[test]
    fn hidden_or_offline_asks_nothing() {
        for situation in [Situation { seen: false, ..seen(900_000) }, Situation { online: false, ..seen(900_000) }] {
            assert_eq!(loaded(10, 0).next(situation), Step::Sleep);
            assert_eq!(Poller::default().next(situation), Step::Sleep);
            let mut woken = loaded(10, 0);
            woken.woken();
            assert_eq!(woken.next(situation), Step::Sleep);
        }
    }

    #[test]
    fn who_comes_back_sees_the_list_soon_but_not_more_often_than_every_five_seconds() {
        let mut poller = loaded(10, 0);
        poller.woken();
        assert_eq!(poller.next(seen(2_000)), Step::Wait(3_000));
        assert_eq!(poller.next(seen(5_000)), Step::Page { offset: 0, limit: PAGE });
        poller.page_arrived(5_000, 0, PAGE, 10);
        assert_eq!(poller.next(seen(5_000)), Step::Wait(IDLE_MS), "once");
    }

    #[test]
    fn a_refresh_is_at_once() {
        let mut poller = loaded(10, 0);
        poller.refresh();
        assert_eq!(poller.next(seen(1)), Step::Page { offset: 0, limit: PAGE });
    }

    #[test]
    fn a_failure_is_followed_by_a_pause() {
        let mut poller = Poller::default();
        assert_eq!(poller.next(seen(0)), Step::Page { offset: 0, limit: FIRST_PAGE });
        poller.failed(100, Some(9_000));
        assert_eq!(poller.next(seen(200)), Step::Wait(8_900));
        assert_eq!(poller.next(seen(9_100)), Step::Page { offset: 0, limit: FIRST_PAGE });
        poller.failed(9_200, None);
        poller.woken();
        assert_eq!(poller.next(seen(9_300)), Step::Page { offset: 0, limit: FIRST_PAGE }, "the control plane is back");
    }

    #[test]
    fn what_failed_is_not_left_to_the_slow_rhythm() {
        // An answer that was cut, a 429 without a time, a 500: whatever it was, others' changes are known soon after it
        // works again.
        let mut poller = loaded(10, 0);
        assert_eq!(poller.next(seen(IDLE_MS)), Step::Visible);
        for round in 0..10 {
            let now = IDLE_MS + round * AFTER_FAILURE_MS;
            poller.failed(now, None);
            assert_eq!(poller.next(seen(now)), Step::Wait(AFTER_FAILURE_MS));
            assert_eq!(poller.next(seen(now + AFTER_FAILURE_MS)), Step::Visible);
        }
        // Once it was answered the rhythm is the slow one again.
        assert_eq!(poller.next(seen(IDLE_MS + 10 * AFTER_FAILURE_MS)), Step::Wait(IDLE_MS));
    }

    #[test]
    fn a_limit_of_the_server_holds_for_who_comes_back_too_and_a_reader_may_ask_all_the_same() {
        let mut poller = loaded(10, 0);
        assert_eq!(poller.next(seen(IDLE_MS)), Step::Visible);
        poller.failed(IDLE_MS, Some(60_000));
        poller.woken();
        assert_eq!(poller.next(seen(IDLE_MS + 10_000)), Step::Wait(50_000));
        assert!(matches!(poller.next(seen(IDLE_MS + 60_000)), Step::Page { .. }), "and at once when it is over");
        poller.failed(IDLE_MS + 60_000, Some(60_000));
        poller.refresh();
        assert!(matches!(poller.next(seen(IDLE_MS + 61_000)), Step::Page { .. }));
    }

    #[test]
    fn in_a_long_list_who_comes_back_is_told_first_of_what_is_seen() {
        let mut poller = loaded(5_000, 0);
        poller.woken();
        assert_eq!(poller.next(seen(9_000)), Step::Visible);
        assert_eq!(poller.next(seen(9_000)), Step::Wait(ACTIVE_MS));
        assert_eq!(poller.next(seen(9_000 + ACTIVE_MS)), Step::Page { offset: 0, limit: LONG_PAGE });
    }

    #[test]
    fn a_long_list_is_swept_between_the_visible_rows() {
        let mut poller = loaded(250, 0);
        let mut now = SWEEP_MS;
        let mut steps = Vec::new();
        for _ in 0..6 {
            let step = poller.next(seen(now));
            if let Step::Page { offset, limit } = step {
                poller.page_arrived(now, offset, limit, 250);
            }
            steps.push(step);
            now += IDLE_MS;
        }
        let page = |offset| Step::Page { offset, limit: PAGE };
        assert_eq!(steps, [Step::Visible, page(0), Step::Visible, page(100), Step::Visible, page(200)]);
    }

    #[test]
    fn what_is_new_elsewhere_shows_within_two_minutes() {
        for (count, active) in
            [1, 50, 100, 101, 577, 1_000].into_iter().flat_map(|count| [(count, false), (count, true)])
        {
            let mut poller = loaded(count, 0);
            let mut asked = vec![0; count];
            for now in (0..1_800_000).step_by(1_000) {
                if let Step::Page { offset, limit } = poller.next(Situation { active, ..seen(now) }) {
                    asked.iter_mut().skip(offset).take(limit).for_each(|asked| *asked = now);
                    poller.page_arrived(now, offset, limit, count);
                }
                let oldest = asked.iter().min().unwrap();
                assert!(now - oldest <= 120_000, "of {count}: one is {} s old", (now - oldest) / 1_000);
            }
        }
    }

    #[test]
    fn an_empty_list_asks_for_itself() {
        let mut poller = loaded(0, 0);
        let situation = Situation { visible: 0, ..seen(IDLE_MS) };
        assert_eq!(poller.next(situation), Step::Page { offset: 0, limit: PAGE });
    }

    #[test]
    fn a_sweep_corrects_the_order() {
        let before = [1, 2, 3, 4, 5];
        // What has moved further down is still there until the sweep has passed.
        assert_eq!(splice(&before, 0, &[1, 3, 9], false), (vec![1, 3, 9, 2, 4, 5], 3));
        assert_eq!(splice(&[1, 3, 9, 2, 4, 5], 3, &[4, 5], true), (vec![1, 3, 9, 4, 5], 5));
        assert_eq!(splice(&before, 2, &[4, 2], true), (vec![1, 4, 2], 3));
        assert_eq!(splice(&before, 0, &[5, 4], true), (vec![5, 4], 2));
        assert_eq!(splice(&[], 0, &[7, 7, 8], false), (vec![7, 8], 2));
    }

    proptest! {
        #[test]
        fn a_loaded_list_never_asks_more_often_than_allowed(
            events in prop::collection::vec((0_i64..4_000, any::<bool>(), any::<bool>(), 0_usize..3, any::<bool>()), 1..300),
            count in 0_usize..2_000,
        ) {
            let mut poller = loaded(count, 0);
            let (mut now, mut last) = (0, 0);
            for (passed, active, woken, visible, failed) in events {
                now += passed;
                if woken {
                    poller.woken();
                }
                match poller.next(Situation { active, visible, ..seen(now) }) {
                    Step::Wait(wait) => prop_assert!(wait > 0 && wait <= IDLE_MS),
                    Step::Sleep => prop_assert!(false, "somebody is looking"),
                    step => {
                        prop_assert!(now - last >= ACTIVE_MS || last == 0, "{} after {}", now, last);
                        last = now;
                        if failed {
                            poller.failed(now, None);
                        } else if let Step::Page { offset, limit } = step {
                            prop_assert!(offset == 0 || offset < count);
                            poller.page_arrived(now, offset, limit, count);
                        }
                    }
                }
            }
        }

        #[test]
        fn an_order_has_no_repetition_and_keeps_the_page(before in prop::collection::vec(0_u32..40, 0..40), offset in 0_usize..50, page in prop::collection::vec(0_u32..40, 0..20), complete in any::<bool>()) {
            let (order, seen) = splice(&before, offset, &page, complete);
            prop_assert!(seen <= order.len() && (!complete || seen == order.len()));
            let unique: HashSet<u32> = order.iter().copied().collect();
            prop_assert_eq!(unique.len(), order.len());
            prop_assert!(page.iter().all(|id| unique.contains(id)));
            if !complete {
                prop_assert!(before.iter().all(|id| unique.contains(id)));
            }
        }
    }
}

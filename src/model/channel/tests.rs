//! A socket that is refused, silent, slow or well.

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
    /// Whatever the sockets do: while questions are answered and somebody looks, a change is known within the longest
    /// silence, and no more is asked than the rhythm allows.
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

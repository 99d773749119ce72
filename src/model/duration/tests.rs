//! Lengths and moments as a reader writes them.

use super::*;
use proptest::prelude::*;

const UTC: FixedZone = FixedZone { east_minutes: 0 };
/// Monday 23 November 2026, 16:32 UTC.
const NOW: i64 = 1_795_451_520_000;
const MIN: i64 = 60_000;
const HOUR: i64 = 60 * MIN;
const DAY: i64 = 24 * HOUR;

#[test]
fn spans_read_as_in_a_timetable() {
    for (us, text) in [
        (0, "0 ms"),
        (1, "<1 ms"),
        (999, "<1 ms"),
        (1_000, "1 ms"),
        (1_499, "1 ms"),
        (420_000, "420 ms"),
        (999_499, "999 ms"),
        (999_500, "1.0 s"),
        (12_440_000, "12.4 s"),
        (59_949_999, "59.9 s"),
        (59_950_000, "1 m 00 s"),
        (82_000_000, "1 m 22 s"),
        (62_000_000, "1 m 02 s"),
        (3_599_400_000, "59 m 59 s"),
        (3_599_600_000, "1 h 00 m"),
        (3_900_000_000, "1 h 05 m"),
        (86_399_000_000, "1 d 0 h"),
        (183_600_000_000, "2 d 3 h"),
        (-420_000, "−420 ms"),
        (-1, "−<1 ms"),
        (-82_000_000, "−1 m 22 s"),
    ] {
        assert_eq!(span_text(us), text, "{us} µs");
    }
}

#[test]
fn offsets_keep_tenths() {
    for (us, text) in [
        (0, "0.0 s"),
        (-10, "0.0 s"),
        (12_449_999, "12.4 s"),
        (59_960_000, "1:00.0"),
        (61_200_000, "1:01.2"),
        (3_661_200_000, "1:01:01.2"),
        (-1_500_000, "−1.5 s"),
    ] {
        assert_eq!(offset_text(us), text, "{us} µs");
    }
}

#[test]
fn sentences_use_whole_seconds() {
    for (ms, text) in [
        (0, "0 s"),
        (499, "<1 s"),
        (500, "1 s"),
        (31_400, "31 s"),
        (59_500, "1 m 00 s"),
        (82_000, "1 m 22 s"),
        (3_900_000, "1 h 05 m"),
        (-31_000, "−31 s"),
    ] {
        assert_eq!(about(ms), text, "{ms} ms");
    }
}

#[test]
fn elapsed_never_runs_ahead() {
    for (ms, text) in [(-5_000, "0 s"), (999, "0 s"), (42_999, "42 s"), (72_000, "1 m 12 s"), (3_959_000, "1 h 05 m")] {
        assert_eq!(elapsed(ms), text, "{ms} ms");
    }
}

#[test]
fn what_is_left_is_coarse() {
    for (ms, text) in [
        (-1, "0 s"),
        (42_000, "42 s"),
        (48 * MIN + 59_000, "48 m"),
        (2 * HOUR + 10 * MIN, "2 h 10 m"),
        (16 * HOUR + 28 * MIN, "16 h 28 m"),
        (2 * DAY + 3 * HOUR, "2 d 3 h"),
        (7 * DAY - 1, "6 d 23 h"),
        (7 * DAY + 3 * HOUR, "7 d"),
        (12 * DAY + 3 * HOUR, "12 d"),
    ] {
        assert_eq!(left(ms), text, "{ms} ms");
    }
}

#[test]
fn settings_are_exact_and_have_no_empty_units() {
    for (ms, text) in [
        (-1, "0 s"),
        (0, "0 s"),
        (30 * MIN, "30 m"),
        (8 * HOUR, "8 h"),
        (90 * MIN, "1 h 30 m"),
        (DAY, "1 d"),
        (DAY + HOUR + MIN + 1_000, "1 d 1 h 1 m 1 s"),
    ] {
        assert_eq!(setting(ms), text, "{ms} ms");
    }
}

#[test]
fn ranges_round_outwards() {
    for (from, to, text) in [
        (20_000, 45_000, "20–45 s"),
        (23_000, 41_000, "20–45 s"),
        (4_900, 9_100, "4–10 s"),
        (0, 9_100, "up to 10 s"),
        (-5, 9_100, "up to 10 s"),
        (5_000, 5_000, "5 s"),
        (40_000, 150_000, "40 s–3 m"),
        (120_000, 150_000, "2–3 m"),
        (9_100, 4_900, "4–10 s"),
    ] {
        assert_eq!(range(from, to), text, "{from}..{to}");
    }
}

#[test]
fn the_past_is_relative() {
    for (passed, text) in [
        (-2 * MIN, "in 2 m"),
        (-30_000, "now"),
        (59_000, "now"),
        (4 * MIN, "4 m ago"),
        (HOUR, "1 h ago"),
        (23 * HOUR, "23 h ago"),
        (25 * HOUR, "yesterday"),
        // 16:32 on Monday less 40.6 h is Saturday night, not yesterday, though less than two days ago.
        (40 * HOUR + 36 * MIN, "2 d ago"),
        (6 * DAY, "6 d ago"),
        (29 * DAY, "29 d ago"),
        (95 * DAY, "3 mo ago"),
        (800 * DAY, "2 y ago"),
    ] {
        assert_eq!(ago(NOW - passed, NOW, &UTC), text, "{passed} ms");
    }
    assert_eq!(last_used(None, NOW, &UTC), "never");
    assert_eq!(last_used(Some(NOW), NOW, &UTC), "now");
}

#[test]
fn moments_are_as_short_as_the_distance_allows() {
    let berlin = FixedZone { east_minutes: 60 };
    for (ms, text) in [
        (NOW + 2 * HOUR + 10 * MIN, "19:42"),
        (NOW + 7 * HOUR, "Tue 00:32"),
        (NOW - 3 * DAY, "Fri 17:32"),
        (NOW + 7 * DAY, "Mon 30 Nov 17:32"),
        (NOW - 6 * DAY, "Tue 17:32"),
        (NOW - 7 * DAY, "Mon 16 Nov 17:32"),
        // Another year is said, from its first second to its last by the reader's clock, and only beyond the days of
        // the week.
        (NOW + 38 * DAY + 6 * HOUR + 27 * MIN + 59_999, "Thu 31 Dec 23:59"),
        (NOW + 38 * DAY + 6 * HOUR + 28 * MIN, "Fri 1 Jan 2027 00:00"),
        (NOW + 405 * DAY, "Sun 2 Jan 2028 17:32"),
        (NOW - 365 * DAY, "Sun 23 Nov 2025 17:32"),
        (NOW - 10_000 * DAY, "Thu 8 Jul 1999 17:32"),
    ] {
        assert_eq!(at(ms, NOW, &berlin), text);
    }
    assert_eq!(at_in_sentence(NOW - HOUR, NOW, &berlin), "today at 16:32");
    assert_eq!(at_in_sentence(NOW - DAY, NOW, &berlin), "Sun 17:32");
}

proptest! {
    #[test]
    fn no_number_panics(a in any::<i64>(), b in any::<i64>()) {
        for text in [span_text(a), offset_text(a), about(a), elapsed(a), left(a), range(a, b), ago(a, b, &UTC), at(a, b, &UTC)] {
            prop_assert!(!text.is_empty());
        }
    }

    #[test]
    fn sixty_is_never_shown(us in 0_i64..400_000_000_000) {
        for text in [span_text(us), about(us / 1_000), elapsed(us / 1_000), left(us / 1_000)] {
            prop_assert!(!text.contains("60 s") && !text.contains("60 m") && !text.contains("60.0") && !text.contains("24 h"), "{}", text);
        }
    }

    #[test]
    fn elapsed_only_grows(a in 0_i64..100_000_000, step in 0_i64..100_000) {
        // Reading the text back gives at most the true value, and at least the true value less its last unit.
        let read = |text: &str| -> i64 {
            let parts: Vec<&str> = text.split(' ').collect();
            parts.chunks(2).map(|pair| {
                let number: i64 = pair[0].parse().unwrap();
                number * match pair[1] { "s" => 1_000, "m" => MIN, "h" => HOUR, _ => DAY }
            }).sum()
        };
        prop_assert!(read(&elapsed(a)) <= a && read(&left(a)) <= a);
        prop_assert!(read(&elapsed(a)) <= read(&elapsed(a + step)));
    }
}

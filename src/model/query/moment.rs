//! Moments as the query's language has them: a whole date and time, which stands in quotes because of its colons. Days
//! are offered for who does not know that by heart. Pure.

use chrono::{DateTime, Days, NaiveDate};

/// Days before today that are offered, with their names.
const AGO: [(u64, &str); 5] =
    [(0, "today"), (1, "yesterday"), (7, "a week ago"), (30, "30 days ago"), (90, "90 days ago")];

/// What may be meant by what is typed, each with what it is: the beginning of a day that was written out, or of one of
/// the days before now.
pub(super) fn offered(word: &str, now_ms: i64) -> Vec<(String, String)> {
    let word = word.trim();
    // `2026-11-2` may go on.
    if let Some(day) = word.parse::<NaiveDate>().ok().filter(|_| word.len() == 10) {
        return vec![(beginning(day), "as that day begins".to_owned())];
    }
    let Some(today) = DateTime::from_timestamp_millis(now_ms).map(|now| now.date_naive()) else { return Vec::new() };
    AGO.into_iter()
        .filter_map(|(days, name)| Some((beginning(today.checked_sub_days(Days::new(days))?), name.to_owned())))
        .filter(|(moment, name)| moment.starts_with(word) || name.contains(&word.to_lowercase()))
        .collect()
}

/// Whether the control plane reads it.
pub(super) fn is_whole(word: &str) -> bool {
    DateTime::parse_from_rfc3339(word).is_ok()
}

fn beginning(day: NaiveDate) -> String {
    format!("{day}T00:00:00Z")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-29T15:00:00Z.
    const NOW_MS: i64 = 1_795_964_400_000;

    #[test]
    fn days_are_offered_by_their_names_and_by_their_figures() {
        let first = |word: &str| offered(word, NOW_MS).into_iter().map(|(moment, _)| moment).next();
        for (word, expected) in [
            ("", Some("2026-11-29T00:00:00Z")),
            ("yest", Some("2026-11-28T00:00:00Z")),
            ("Week", Some("2026-11-22T00:00:00Z")),
            ("2026-10", Some("2026-10-30T00:00:00Z")),
            ("2025-01-31", Some("2025-01-31T00:00:00Z")),
            ("2025-02-31", None),
            ("2026-11-22T00:00:00Z", Some("2026-11-22T00:00:00Z")),
            ("soon", None),
        ] {
            assert_eq!(first(word).as_deref(), expected, "{word}");
        }
        assert_eq!(offered("", NOW_MS).len(), AGO.len());
        assert!(offered("", i64::MAX).is_empty(), "a clock that is out of range offers nothing");
    }

    #[test]
    fn what_is_offered_is_whole_and_a_day_alone_is_not() {
        assert!(offered("", NOW_MS).iter().all(|(moment, _)| is_whole(moment)));
        for (word, whole) in [("2026-11-01", false), ("2026-11-01T12:00:00+01:00", true), ("2026-11-01T12:00", false)] {
            assert_eq!(is_whole(word), whole, "{word}");
        }
    }
}

//! Moving the next stop of what runs: how far it may go, and why not further (docs/control-plane-api.md, 2.5). Pure.

use crate::model::duration::{self, LocalTime};
use crate::model::row::Row;
use crate::wire::build::{BuildStatus, Transition};

/// A stop is at least this far away. The control plane takes a minute less, for the way that a request takes.
const FLOOR_MS: i64 = 30 * 60_000;

/// Where a stop is moved to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Moved {
    pub at_ms: i64,
    /// Why it does not go all the way, in a sentence.
    pub short: Option<String>,
}

/// Why the stop of a workspace cannot be moved at all; `None` if it can.
pub(crate) fn fixed(row: &Row) -> Option<&'static str> {
    if row.build.status != BuildStatus::Running || row.build.transition != Transition::Start {
        return Some("It does not run.");
    }
    if row.deadline_ms.is_none() {
        return Some("It has no stop to move: it runs until it is stopped.");
    }
    None
}

/// The stop so much later, or earlier. It stays within what is allowed; where it cannot move at all, why.
pub(crate) fn moved_by(row: &Row, by_ms: i64, now_ms: i64, local: &dyn LocalTime) -> Result<Moved, String> {
    if let Some(why) = fixed(row) {
        return Err(why.to_owned());
    }
    let deadline = row.deadline_ms.unwrap_or(now_ms);
    let wanted = deadline.saturating_add(by_ms);
    let floor = now_ms.saturating_add(FLOOR_MS);
    if by_ms < 0 && deadline <= floor {
        return Err(
            "It stops within 30 minutes, which is as soon as a stop can be planned. Stop it now instead.".to_owned()
        );
    }
    if by_ms > 0
        && let Some(max) = row.max_deadline_ms.filter(|max| deadline >= *max)
    {
        let when = duration::at(max, now_ms, local);
        return Err(format!("The template requires its stop {when}: nothing puts it off."));
    }
    if wanted < floor {
        let short = (by_ms < 0).then(|| "A stop is at least 30 minutes away.".to_owned());
        return Ok(Moved { at_ms: floor, short });
    }
    match row.max_deadline_ms {
        Some(max) if wanted > max => {
            let short =
                Some(format!("No later than {}: the template requires that stop.", duration::at(max, now_ms, local)));
            Ok(Moved { at_ms: max, short })
        }
        _ => Ok(Moved { at_ms: wanted, short: None }),
    }
}

/// Why a stop cannot be at a moment; `None` if it can.
pub(crate) fn why_not_at(row: &Row, at_ms: i64, now_ms: i64, local: &dyn LocalTime) -> Option<String> {
    if let Some(why) = fixed(row) {
        return Some(why.to_owned());
    }
    if at_ms < now_ms.saturating_add(FLOOR_MS) {
        return Some("A stop is at least 30 minutes away. Stop it now instead, or choose a later time.".to_owned());
    }
    let max = row.max_deadline_ms.filter(|max| at_ms > *max)?;
    Some(format!("No later than {}: the template requires that stop.", duration::at(max, now_ms, local)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::recordings;
    use crate::model::schedule::fixtures::{HOUR, MIN, NOW, UTC, running};
    use proptest::prelude::*;

    #[test]
    fn an_hour_more_or_less_stays_within_what_is_allowed() {
        for (deadline, max, by, to, short) in [
            (2 * HOUR, None, HOUR, 3 * HOUR, None),
            (2 * HOUR, None, -HOUR, HOUR, None),
            (70 * MIN, None, -HOUR, 30 * MIN, Some("A stop is at least 30 minutes away.")),
            (2 * HOUR, Some(150 * MIN), HOUR, 150 * MIN, Some("No later than 19:02: the template requires that stop.")),
            (10 * MIN, None, HOUR, 70 * MIN, None),
            // One that is due can be put off.
            (-5 * MIN, None, HOUR, 55 * MIN, None),
            (-HOUR, None, HOUR, 30 * MIN, None),
        ] {
            let moved = moved_by(&running(Some(deadline), max), by, NOW, &UTC).unwrap();
            assert_eq!((moved.at_ms - NOW, moved.short.as_deref()), (to, short), "{deadline} {by}");
        }
        let why = |row: &Row, by| moved_by(row, by, NOW, &UTC).unwrap_err();
        assert!(why(&running(Some(20 * MIN), None), -HOUR).starts_with("It stops within 30 minutes"));
        assert_eq!(
            why(&running(Some(2 * HOUR), Some(2 * HOUR)), HOUR),
            "The template requires its stop 18:32: nothing puts it off."
        );
        assert!(why(&running(None, None), HOUR).starts_with("It has no stop"));
        assert_eq!(why(&recordings::row("workspace/stopped"), HOUR), "It does not run.");
    }

    proptest! {
        #[test]
        fn where_it_is_moved_to_is_where_it_may_be(deadline in -60_i64..2_000, max in prop::option::of(40_i64..3_000), by in -300_i64..300) {
            let row = running(Some(deadline * MIN), max.map(|max| max * MIN));
            if let Ok(moved) = moved_by(&row, by * MIN, NOW, &UTC) {
                prop_assert_eq!(why_not_at(&row, moved.at_ms, NOW, &UTC), None);
            }
        }
    }
}

//! What the tests of schedules begin with.

use crate::model::duration::FixedZone;
use crate::model::recordings;
use crate::model::row::Row;
use crate::model::schedule::Zones;
use chrono::{Offset as _, TimeZone as _, Utc};

/// Zones by the tables of a crate.
pub(super) struct Tables;

impl Zones for Tables {
    fn east_minutes(&self, zone: &str, unix_ms: i64) -> Option<i32> {
        let zone: chrono_tz::Tz = zone.parse().ok()?;
        let at = Utc.timestamp_millis_opt(unix_ms).single()?.with_timezone(&zone);
        Some(at.offset().fix().local_minus_utc() / 60)
    }
}

pub(super) const UTC: FixedZone = FixedZone { east_minutes: 0 };
/// Monday 23 November 2026, 16:32 UTC.
pub(super) const NOW: i64 = 1_795_451_520_000;
pub(super) const MIN: i64 = 60_000;
pub(super) const HOUR: i64 = 60 * MIN;

/// One that runs, with its stop and the last moment of it so far from now.
pub(super) fn running(deadline: Option<i64>, max: Option<i64>) -> Row {
    let mut row = recordings::row("real/start-workspace");
    row.deadline_ms = deadline.map(|ms| NOW + ms);
    row.max_deadline_ms = max.map(|ms| NOW + ms);
    row
}

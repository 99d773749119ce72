//! The same moments on another wall: in the zone of a workspace's schedule, where that is not the viewer's. Pure; zones
//! are asked of whoever knows them.

use super::week::Zones;
use super::weekly::Weekly;
use crate::model::duration::{self, FixedZone, LocalTime};
use crate::model::row::Row;
use crate::wire::build::BuildStatus;

const WEEK_MS: i64 = 7 * 86_400_000;

/// A calendar in a zone, daylight saving included; that of UTC where nobody knows the zone.
pub(crate) struct Zoned<'a> {
    pub name: &'a str,
    pub zones: &'a dyn Zones,
}

impl Zoned<'_> {
    fn at(&self, unix_ms: i64) -> FixedZone {
        FixedZone { east_minutes: self.zones.east_minutes(self.name, unix_ms).unwrap_or_default() }
    }
}

impl LocalTime for Zoned<'_> {
    fn day(&self, unix_ms: i64) -> i64 {
        self.at(unix_ms).day(unix_ms)
    }
    fn clock(&self, unix_ms: i64) -> String {
        self.at(unix_ms).clock(unix_ms)
    }
    fn weekday(&self, unix_ms: i64) -> String {
        self.at(unix_ms).weekday(unix_ms)
    }
    fn date(&self, unix_ms: i64) -> String {
        self.at(unix_ms).date(unix_ms)
    }
    fn year(&self, unix_ms: i64) -> i64 {
        self.at(unix_ms).year(unix_ms)
    }
}

/// The zone of a schedule, if clocks there show something else at that moment than where the viewer is.
pub(crate) fn other_zone(cron: Option<&str>, here: &str, at_ms: i64, zones: &dyn Zones) -> Option<String> {
    let zone = Weekly::read(cron?)?.zone;
    let (there, here) = (zones.east_minutes(&zone, at_ms)?, zones.east_minutes(here, at_ms)?);
    (there != here).then_some(zone)
}

/// When it stops and starts by the clocks of its schedule's zone, in a sentence; `None` where they are the viewer's.
pub(crate) fn there(row: &Row, here: &str, now_ms: i64, zones: &dyn Zones) -> Option<String> {
    let is_up = row.build.status == BuildStatus::Running;
    let moments = [
        row.deadline_ms.filter(|_| is_up).map(|at| ("stops", at)),
        row.next_start_ms.filter(|_| row.dormant_ms.is_none()).map(|at| ("starts", at)),
    ];
    let ahead: Vec<(&str, i64)> = moments.into_iter().flatten().filter(|(_, at)| *at > now_ms).collect();
    let zone = ahead.iter().find_map(|(_, at)| other_zone(row.autostart.as_deref(), here, *at, zones))?;
    let local = Zoned { name: &zone, zones };
    let told: Vec<String> =
        ahead.iter().map(|(verb, at)| format!("{verb} {}", duration::at_in_sentence(*at, now_ms, &local))).collect();
    Some(format!("By the clocks of its schedule, {zone}: {}.", told.join(", ")))
}

/// What time a schedule's time is where the viewer is: `08:00 in Europe/London is 09:00 here, all year.` `None` where
/// it is the same all year, or a zone is not known.
pub(crate) fn here(weekly: &Weekly, viewer: &str, now_ms: i64, zones: &dyn Zones) -> Option<String> {
    let apart = |at: i64| Some(zones.east_minutes(viewer, at)? - zones.east_minutes(&weekly.zone, at)?);
    let clock = |apart: i32| {
        let minutes = (i32::from(weekly.hour) * 60 + i32::from(weekly.minute) + apart).rem_euclid(1440);
        format!("{:02}:{:02}", minutes / 60, minutes % 60)
    };
    let now = apart(now_ms)?;
    let mut year = (1..=52_i64).filter_map(|week| apart(now_ms.saturating_add(week * WEEK_MS)));
    let other = year.find(|apart| *apart != now);
    let (time, zone) = (weekly.clock(), &weekly.zone);
    match other {
        None if now == 0 => None,
        None => Some(format!("{time} in {zone} is {} here, all year.", clock(now))),
        Some(other) => Some(format!(
            "{time} in {zone} is {} here now, and {} for a part of the year: clocks change on other days there.",
            clock(now),
            clock(other)
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::recordings;
    use crate::model::schedule::fixtures::Tables;

    fn at(text: &str) -> i64 {
        chrono::DateTime::parse_from_rfc3339(text).unwrap().timestamp_millis()
    }

    #[test]
    fn moments_are_told_by_the_clocks_of_the_schedule_where_they_differ() {
        let mut row = recordings::row("workspace/stopped");
        (row.dormant_ms, row.deadline_ms) = (None, None);
        let mut told = |cron: &str, now: &str, next: &str, viewer: &str| {
            (row.autostart, row.next_start_ms) = (Some(cron.into()), Some(at(next)));
            there(&row, viewer, at(now), &Tables)
        };
        let london = "CRON_TZ=Europe/London 0 8 * * 1-5";
        assert_eq!(
            told(london, "2026-11-23T16:32:00Z", "2026-11-24T08:00:00Z", "Europe/Berlin").as_deref(),
            Some("By the clocks of its schedule, Europe/London: starts Tue 08:00.")
        );
        // In winter London has the clocks of UTC, in summer it has not.
        assert_eq!(told(london, "2026-11-23T16:32:00Z", "2026-11-24T08:00:00Z", "UTC"), None);
        let summer = told(london, "2026-07-01T16:32:00Z", "2026-07-02T07:00:00Z", "UTC").unwrap();
        assert!(summer.contains("Europe/London: starts") && summer.contains("08:00"), "{summer}");
        // Over a change of clocks each moment has its own distance: New York changes them a week later than Berlin.
        let new_york = "CRON_TZ=America/New_York 0 9 * * *";
        let before = told(new_york, "2026-10-24T20:00:00Z", "2026-10-25T13:00:00Z", "Europe/Berlin").unwrap();
        let after = told(new_york, "2026-11-01T20:00:00Z", "2026-11-02T14:00:00Z", "Europe/Berlin").unwrap();
        assert!(before.contains("09:00") && after.contains("09:00"), "{before} {after}");
        assert_eq!(told("every morning", "2026-11-23T16:32:00Z", "2026-11-24T08:00:00Z", "UTC"), None);
        assert_eq!(told("CRON_TZ=Mars/X 0 8 * * 1", "2026-11-23T16:32:00Z", "2026-11-24T08:00:00Z", "UTC"), None);
    }

    #[test]
    fn a_time_there_is_told_as_a_time_here() {
        let told = |cron: &str, viewer: &str, now: &str| here(&Weekly::read(cron).unwrap(), viewer, at(now), &Tables);
        for (cron, viewer, now, expected) in [
            (
                "CRON_TZ=Europe/London 0 8 * * 1-5",
                "Europe/Berlin",
                "2026-11-23T10:00:00Z",
                Some("08:00 in Europe/London is 09:00 here, all year."),
            ),
            ("CRON_TZ=Europe/Paris 0 8 * * 1-5", "Europe/Berlin", "2026-11-23T10:00:00Z", None),
            (
                "CRON_TZ=UTC 30 23 * * *",
                "Asia/Kathmandu",
                "2026-11-23T10:00:00Z",
                Some("23:30 in UTC is 05:15 here, all year."),
            ),
            (
                "CRON_TZ=UTC 0 8 * * *",
                "Europe/Berlin",
                "2026-11-23T10:00:00Z",
                Some(
                    "08:00 in UTC is 09:00 here now, and 10:00 for a part of the year: clocks change on other days there.",
                ),
            ),
            (
                "CRON_TZ=America/New_York 0 9 * * *",
                "Europe/Berlin",
                "2026-07-01T10:00:00Z",
                Some(
                    "09:00 in America/New_York is 15:00 here now, and 14:00 for a part of the year: clocks change on other days there.",
                ),
            ),
            ("CRON_TZ=Mars/X 0 9 * * *", "Europe/Berlin", "2026-07-01T10:00:00Z", None),
        ] {
            assert_eq!(told(cron, viewer, now).as_deref(), expected, "{cron} {viewer}");
        }
    }
}

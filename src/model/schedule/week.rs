//! What a schedule does in the next days: when it starts and stops a workspace, what is left out and why, and how long
//! it runs. Zones are asked of whoever knows them, daylight saving included. Pure.

use super::weekly::Weekly;
use crate::model::row::Row;
use crate::wire::build::{BuildStatus, Transition};

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
const DAY_MS: i64 = 24 * HOUR_MS;

/// How far a zone is from UTC at a moment.
pub(crate) trait Zones {
    /// Minutes east; `None` for a zone that nobody knows.
    fn east_minutes(&self, zone: &str, unix_ms: i64) -> Option<i32>;
}

/// The moments of a weekly schedule after `after_ms` and up to `until_ms`. A time that a day does not have, because its
/// clocks go forward, is left out as the control plane does; of one that it has twice the first counts. `None` for a
/// zone that nobody knows.
pub(crate) fn moments(weekly: &Weekly, after_ms: i64, until_ms: i64, zones: &dyn Zones) -> Option<Vec<i64>> {
    let east = |unix_ms: i64| zones.east_minutes(&weekly.zone, unix_ms).map(|east| i64::from(east) * MINUTE_MS);
    let first_day = after_ms.saturating_add(east(after_ms)?).div_euclid(DAY_MS) - 1;
    let last_day = until_ms.saturating_add(east(until_ms)?).div_euclid(DAY_MS) + 1;
    let time = i64::from(weekly.hour) * HOUR_MS + i64::from(weekly.minute) * MINUTE_MS;
    let mut found = Vec::new();
    for day in first_day..=last_day {
        // The first of January 1970 was a Thursday.
        let weekday = usize::try_from((day + 4).rem_euclid(7)).unwrap_or_default();
        if !weekly.days.get(weekday).copied().unwrap_or_default() {
            continue;
        }
        let wall = day * DAY_MS + time;
        let (before, after) = (east(wall - DAY_MS)?, east(wall + DAY_MS)?);
        let mut offsets = [before.max(after), before.min(after)].into_iter();
        let at = offsets.find_map(|offset| {
            let at = wall - offset;
            (east(at) == Some(offset)).then_some(at)
        });
        found.extend(at.filter(|at| *at > after_ms && *at <= until_ms));
    }
    Some(found)
}

/// Why the schedule starts nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoStart {
    Dormant,
    Failed,
    /// The active version asks for values that the workspace lacks.
    Mismatch,
    Forbidden,
}

impl NoStart {
    /// In a sentence, after "Will not start Tue 09:00:".
    pub(crate) fn text(self) -> &'static str {
        match self {
            NoStart::Dormant => "it is dormant; activate it first.",
            NoStart::Failed => "its last build failed, and a schedule starts it only after one that succeeded.",
            NoStart::Mismatch => {
                "the version that it would start asks for values that it does not have; update it by hand first."
            }
            NoStart::Forbidden => "its template does not let schedules start it.",
        }
    }
}

/// What happens at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Happening {
    Start,
    /// A start that is planned and will not happen.
    Skipped,
    Stop,
    /// A stop that the template requires, and nothing puts off.
    RequiredStop,
    Dormant,
    Deleted,
}

/// How a stretch of time is spent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Spent {
    /// It runs, and has by now.
    Running,
    /// It will run, as it is planned.
    Planned,
    /// It would run, but will not.
    Skipped,
    Dormant,
}

/// The next days of a workspace.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Week {
    /// What happens, in order.
    pub events: Vec<(i64, Happening)>,
    /// From when to when it runs, or does not.
    pub runs: Vec<(i64, i64, Spent)>,
    /// Why its schedule starts nothing.
    pub no_start: Option<NoStart>,
}

impl Week {
    /// From when to when it runs or will run; what ends where the next begins is one of them.
    pub(crate) fn spans(&self) -> Vec<(i64, i64)> {
        let mut spans: Vec<(i64, i64)> = Vec::new();
        for (from, to, _) in self.runs.iter().filter(|run| matches!(run.2, Spent::Running | Spent::Planned)) {
            match spans.last_mut() {
                Some(last) if last.1 >= *from => last.1 = last.1.max(*to),
                _ => spans.push((*from, *to)),
            }
        }
        spans
    }
}

/// What is known beside the row.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Around {
    /// Whether the control plane says that its next start lacks values.
    pub mismatch: bool,
    /// Whether the template lets schedules start its workspaces.
    pub may_start: Option<bool>,
    /// After how long without use it becomes dormant.
    pub until_dormant_ms: Option<i64>,
    /// After how long it is deleted then.
    pub until_deleted_ms: Option<i64>,
}

/// Plans the time from `now_ms` to `until_ms`; dormancy and deletion are told however far they are. `starts` and
/// `ttl_ms` may be others than those of the row: what they would make of it.
pub(crate) fn week(
    row: &Row,
    starts: Option<&Weekly>,
    ttl_ms: Option<i64>,
    around: Around,
    (now_ms, until_ms): (i64, i64),
    zones: &dyn Zones,
) -> Week {
    let mut week = Week::default();
    let is_up = row.build.status == BuildStatus::Running;
    let ttl = ttl_ms.filter(|ttl| *ttl > 0);
    let mut busy_until = now_ms;
    if is_up {
        let since = row.build.completed_ms.unwrap_or(now_ms).min(now_ms);
        week.runs.push((since, now_ms, Spent::Running));
        let end = row.deadline_ms.map(|at| at.max(now_ms));
        week.runs.push((now_ms, end.unwrap_or(until_ms), Spent::Planned));
        busy_until = end.unwrap_or(i64::MAX);
        if let Some(at) = row.deadline_ms {
            let required = row.max_deadline_ms.is_some_and(|max| at >= max);
            week.events.push((at, if required { Happening::RequiredStop } else { Happening::Stop }));
        }
        if let Some(max) = row.max_deadline_ms.filter(|max| row.deadline_ms.is_none_or(|at| at < *max)) {
            week.events.push((max, Happening::RequiredStop));
        }
    }
    let failed = matches!(row.build.status, BuildStatus::Failed | BuildStatus::Canceled);
    week.no_start = match () {
        () if starts.is_none() => None,
        () if around.may_start == Some(false) => Some(NoStart::Forbidden),
        () if row.dormant_ms.is_some() => Some(NoStart::Dormant),
        () if failed || row.build.transition == Transition::Delete => Some(NoStart::Failed),
        () if around.mismatch => Some(NoStart::Mismatch),
        () => None,
    };
    for at in starts.and_then(|weekly| moments(weekly, now_ms, until_ms, zones)).unwrap_or_default() {
        let end = ttl.map_or(until_ms, |ttl| at.saturating_add(ttl)).min(until_ms.max(at));
        if week.no_start.is_some() {
            week.events.push((at, Happening::Skipped));
            week.runs.push((at, end, Spent::Skipped));
        } else if at >= busy_until {
            week.events.push((at, Happening::Start));
            week.runs.push((at, end, Spent::Planned));
            if let Some(ttl) = ttl {
                week.events.push((at.saturating_add(ttl), Happening::Stop));
            }
            busy_until = ttl.map_or(i64::MAX, |ttl| at.saturating_add(ttl));
        }
    }
    sleep(row, around, now_ms, until_ms, is_up, &mut week);
    week.events.sort_by_key(|(at, _)| *at);
    week
}

/// When it becomes dormant, and is deleted.
fn sleep(row: &Row, around: Around, now_ms: i64, until_ms: i64, is_up: bool, week: &mut Week) {
    if let Some(since) = row.dormant_ms {
        week.runs.push((since.min(now_ms), now_ms, Spent::Dormant));
        week.runs.push((now_ms, row.deleting_ms.unwrap_or(until_ms).min(until_ms), Spent::Dormant));
        week.events.extend(row.deleting_ms.map(|at| (at, Happening::Deleted)));
        return;
    }
    let Some(wait) = around.until_dormant_ms.filter(|wait| *wait > 0) else { return };
    // What runs is used by whoever keeps it running: nobody can say how long.
    let Some(used) = row.last_used_ms.filter(|_| !is_up) else { return };
    let at = used.saturating_add(wait).max(now_ms);
    week.events.push((at, Happening::Dormant));
    week.events.extend(
        around.until_deleted_ms.filter(|wait| *wait > 0).map(|wait| (at.saturating_add(wait), Happening::Deleted)),
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::recordings;
    use crate::model::schedule::fixtures::Tables;
    use chrono::{TimeZone as _, Utc};
    use proptest::prelude::*;

    fn at(text: &str) -> i64 {
        chrono::DateTime::parse_from_rfc3339(text).unwrap().timestamp_millis()
    }

    fn told(cron: &str, from: &str, to: &str) -> Vec<String> {
        let found = moments(&Weekly::read(cron).unwrap(), at(from), at(to), &Tables).unwrap();
        found.into_iter().map(|ms| Utc.timestamp_millis_opt(ms).unwrap().format("%a %d %H:%M").to_string()).collect()
    }

    #[test]
    fn moments_follow_their_zone_over_daylight_saving() {
        assert_eq!(
            told("CRON_TZ=Europe/Berlin 0 9 * * 1-5", "2026-11-23T10:00:00Z", "2026-11-28T10:00:00Z"),
            ["Tue 24 08:00", "Wed 25 08:00", "Thu 26 08:00", "Fri 27 08:00"]
        );
        // Clocks go back on 25 October 2026, and forward on 29 March 2026.
        assert_eq!(
            told("CRON_TZ=Europe/Berlin 0 9 * * *", "2026-10-24T00:00:00Z", "2026-10-26T23:00:00Z"),
            ["Sat 24 07:00", "Sun 25 08:00", "Mon 26 08:00"]
        );
        assert_eq!(
            told("CRON_TZ=Europe/Berlin 30 2 * * *", "2026-10-24T12:00:00Z", "2026-10-26T12:00:00Z"),
            ["Sun 25 00:30", "Mon 26 01:30"],
            "half past two comes twice: the first counts"
        );
        assert_eq!(
            told("CRON_TZ=Europe/Berlin 30 2 * * *", "2026-03-28T00:00:00Z", "2026-03-30T12:00:00Z"),
            ["Sat 28 01:30", "Mon 30 00:30"],
            "there is no half past two on that Sunday"
        );
        // Half hours, and a day that begins elsewhere.
        assert_eq!(
            told("CRON_TZ=Australia/Lord_Howe 0 0 * * 1", "2026-11-20T00:00:00Z", "2026-11-24T00:00:00Z"),
            ["Sun 22 13:00"]
        );
        assert_eq!(told("CRON_TZ=UTC 0 9 * * 1", "2026-11-23T09:00:00Z", "2026-11-30T09:00:00Z"), ["Mon 30 09:00"]);
        let nowhere = Weekly::read("CRON_TZ=Mars/X 0 9 * * 1").unwrap();
        assert_eq!(moments(&nowhere, 0, DAY_MS, &Tables), None);
    }

    const NOW: &str = "2026-11-23T16:32:00Z";

    fn weekdays() -> Weekly {
        Weekly::read("CRON_TZ=UTC 0 9 * * 2-5").unwrap()
    }

    fn planned(row: &Row, around: Around) -> Week {
        let now = at(NOW);
        week(row, Some(&weekdays()), Some(8 * HOUR_MS), around, (now, now + 4 * DAY_MS), &Tables)
    }

    fn line(week: &Week) -> Vec<String> {
        let text = |(ms, what): &(i64, Happening)| {
            format!("{} {what:?}", Utc.timestamp_millis_opt(*ms).unwrap().format("%a %H:%M"))
        };
        week.events.iter().map(text).collect()
    }

    #[test]
    fn what_runs_stops_and_starts_again_by_its_schedule() {
        let mut row = recordings::row("real/start-workspace");
        row.deadline_ms = Some(at("2026-11-23T18:42:00Z"));
        row.max_deadline_ms = Some(at("2026-11-27T00:00:00Z"));
        row.build.completed_ms = Some(at("2026-11-23T10:42:00Z"));
        let week = planned(&row, Around::default());
        assert_eq!(
            line(&week),
            [
                "Mon 18:42 Stop",
                "Tue 09:00 Start",
                "Tue 17:00 Stop",
                "Wed 09:00 Start",
                "Wed 17:00 Stop",
                "Thu 09:00 Start",
                "Thu 17:00 Stop",
                "Fri 00:00 RequiredStop",
                "Fri 09:00 Start",
                "Fri 17:00 Stop",
            ]
        );
        assert_eq!(week.runs.first().map(|run| run.2), Some(Spent::Running));
        let spans = week.spans();
        assert_eq!(
            spans.first(),
            Some(&(at("2026-11-23T10:42:00Z"), at("2026-11-23T18:42:00Z"))),
            "what ran and what is left are one"
        );
        assert_eq!(spans.get(1), Some(&(at("2026-11-24T09:00:00Z"), at("2026-11-24T17:00:00Z"))));
        assert_eq!(week.no_start, None);
        // Without a deadline it runs on, and no start is anything.
        row.deadline_ms = None;
        row.max_deadline_ms = None;
        assert_eq!(line(&planned(&row, Around::default())), Vec::<String>::new());
        // A required stop that is the next one.
        row.deadline_ms = Some(at("2026-11-24T00:00:00Z"));
        row.max_deadline_ms = row.deadline_ms;
        assert_eq!(line(&planned(&row, Around::default()))[0], "Tue 00:00 RequiredStop");
    }

    #[test]
    fn what_will_not_start_says_why() {
        let mut row = recordings::row("workspace/stopped");
        row.dormant_ms = None;
        row.last_used_ms = None;
        assert_eq!(planned(&row, Around::default()).no_start, None);
        let mismatch = planned(&row, Around { mismatch: true, ..Around::default() });
        assert_eq!(mismatch.no_start, Some(NoStart::Mismatch));
        assert!(mismatch.events.iter().all(|(_, what)| *what == Happening::Skipped));
        assert!(mismatch.runs.iter().all(|run| run.2 == Spent::Skipped));
        let forbidden = Around { may_start: Some(false), ..Around::default() };
        assert_eq!(planned(&row, forbidden).no_start, Some(NoStart::Forbidden));
        let failed = recordings::row("real/apply-failed-workspace");
        assert_eq!(planned(&failed, Around::default()).no_start, Some(NoStart::Failed));
        row.dormant_ms = Some(at("2026-10-29T00:00:00Z"));
        row.deleting_ms = Some(at("2026-11-25T00:00:00Z"));
        let asleep = planned(&row, Around::default());
        assert_eq!(asleep.no_start, Some(NoStart::Dormant));
        assert!(line(&asleep).contains(&"Wed 00:00 Deleted".to_owned()));
    }

    #[test]
    fn dormancy_and_deletion_are_foreseen_of_what_nobody_uses() {
        let mut row = recordings::row("workspace/stopped");
        row.dormant_ms = None;
        row.last_used_ms = Some(at("2026-11-20T16:32:00Z"));
        let around =
            Around { until_dormant_ms: Some(10 * DAY_MS), until_deleted_ms: Some(30 * DAY_MS), ..Around::default() };
        let now = at(NOW);
        let found = week(&row, None, None, around, (now, now + 7 * DAY_MS), &Tables);
        assert_eq!(found.events, [(now + 7 * DAY_MS, Happening::Dormant), (now + 37 * DAY_MS, Happening::Deleted)]);
        // Long due: at once.
        row.last_used_ms = Some(0);
        assert_eq!(week(&row, None, None, around, (now, now + DAY_MS), &Tables).events[0].0, now);
    }

    proptest! {
        #[test]
        fn moments_are_in_order_apart_and_on_their_minute(
            hour in 0_u8..24, minute in 0_u8..60, bits in 1_u8..128, days in 0_i64..400, zone in prop::sample::select(vec![
                "UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Apia",
            ]),
        ) {
            let weekly = Weekly { zone: zone.into(), hour, minute, days: std::array::from_fn(|day| bits & (1 << day) != 0) };
            let from = at("2026-01-01T00:00:00Z") + days * DAY_MS;
            let found = moments(&weekly, from, from + 14 * DAY_MS, &Tables).unwrap();
            prop_assert!(found.windows(2).all(|pair| pair[1] - pair[0] >= 22 * HOUR_MS));
            // One a chosen day, but for the one that daylight saving may take.
            let chosen = usize::try_from(bits.count_ones()).unwrap() * 2;
            prop_assert!(found.len() + 1 >= chosen && found.len() <= chosen + 1);
            for at in found {
                let zone: chrono_tz::Tz = weekly.zone.parse().unwrap();
                let local = Utc.timestamp_millis_opt(at).unwrap().with_timezone(&zone);
                prop_assert_eq!(local.format("%H:%M").to_string(), weekly.clock());
            }
        }
    }
}

//! Weekly schedules, as they are written for an automatic start. May import `clock`.

use chrono::{DateTime, Datelike, Days, TimeZone, Utc};

use crate::clock::Us;

/// When quiet hours begin, unless somebody set theirs.
pub const QUIET: &str = "CRON_TZ=UTC 0 0 * * *";

/// A weekly schedule: minute, hour, days of the week, in a time zone.
#[derive(Debug, Clone, PartialEq)]
pub struct Schedule {
    zone: chrono_tz::Tz,
    minutes: Vec<u32>,
    hours: Vec<u32>,
    days: Vec<u32>,
}

impl Schedule {
    /// Reads `CRON_TZ=Europe/Berlin 30 9 * * 1-5`. Errors are the details that the server gives.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut fields: Vec<&str> = text.split_whitespace().collect();
        let mut zone = chrono_tz::UTC;
        if let Some(name) = fields.first().and_then(|first| first.strip_prefix("CRON_TZ=")) {
            zone = name
                .parse()
                .map_err(|_| format!("parse schedule: provided bad location {name}: unknown time zone {name}"))?;
            fields.remove(0);
        }
        let [minute, hour, day, month, weekdays] = fields.as_slice() else {
            return Err("validate weekly schedule: expected schedule to consist of 5 fields with an optional CRON_TZ=<timezone> prefix".to_owned());
        };
        if *day != "*" || *month != "*" {
            return Err("validate weekly schedule: expected day-of-month and month to be *".to_owned());
        }
        Ok(Self {
            zone,
            minutes: field(minute, 0, 59, &[])?,
            hours: field(hour, 0, 23, &[])?,
            days: field(weekdays, 0, 6, &["sun", "mon", "tue", "wed", "thu", "fri", "sat"])?,
        })
    }

    /// Whether it names one time of every day.
    pub fn is_daily(&self) -> bool {
        self.minutes.len() == 1 && self.hours.len() == 1 && self.days.len() == 7
    }

    /// Its first time of a day: `22:30`.
    pub fn clock(&self) -> String {
        let first = |all: &[u32]| all.first().copied().unwrap_or_default();
        format!("{:02}:{:02}", first(&self.hours), first(&self.minutes))
    }

    /// The name of its zone.
    pub fn zone(&self) -> &'static str {
        self.zone.name()
    }

    /// The day of the week of a moment in its zone, Monday first.
    pub fn weekday(&self, at: Us) -> Option<chrono::Weekday> {
        Some(DateTime::<Utc>::from_timestamp_micros(at)?.with_timezone(&self.zone).weekday())
    }

    /// The next time after `now`.
    pub fn next(&self, now: Us) -> Option<Us> {
        let local = DateTime::<Utc>::from_timestamp_micros(now)?.with_timezone(&self.zone);
        (0..8).find_map(|ahead| {
            let day = local.date_naive().checked_add_days(Days::new(ahead))?;
            if !self.days.contains(&day.weekday().num_days_from_sunday()) {
                return None;
            }
            self.hours
                .iter()
                .flat_map(|hour| self.minutes.iter().map(move |minute| (*hour, *minute)))
                .filter_map(|(hour, minute)| {
                    let at = day.and_hms_opt(hour, minute, 0)?;
                    Some(self.zone.from_local_datetime(&at).earliest()?.timestamp_micros())
                })
                .filter(|at| *at > now)
                .min()
        })
    }
}

/// The numbers of a cron field: `*`, `1`, `1-5`, `1,3`, `*/15`.
fn field(text: &str, low: u32, high: u32, names: &[&str]) -> Result<Vec<u32>, String> {
    let number = |text: &str| match names.iter().position(|name| text.eq_ignore_ascii_case(name)) {
        Some(index) => Ok(u32::try_from(index).unwrap_or_default()),
        None => text.parse::<u32>().map_err(|_| {
            format!("parse schedule: failed to parse int from {text}: strconv.Atoi: parsing \"{text}\": invalid syntax")
        }),
    };
    let mut numbers = Vec::new();
    for part in text.split(',') {
        let (range, step) = match part.split_once('/') {
            Some((range, step)) => (range, number(step)?),
            None => (part, 1),
        };
        let (from, to) = match (range, range.split_once('-')) {
            ("*", _) => (low, high),
            (_, Some((from, to))) => (number(from)?, number(to)?),
            (one, None) => {
                let one = number(one)?;
                (one, if part.contains('/') { high } else { one })
            }
        };
        if from < low {
            return Err(format!("parse schedule: beginning of range ({from}) below minimum ({low}): {part}"));
        }
        if to > high {
            return Err(format!("parse schedule: end of range ({to}) above maximum ({high}): {part}"));
        }
        if from > to {
            return Err(format!("parse schedule: beginning of range ({from}) beyond end of range ({to}): {part}"));
        }
        let step = usize::try_from(step).ok().filter(|step| *step > 0);
        let step = step.ok_or_else(|| format!("parse schedule: step of range should be a positive number: {part}"))?;
        numbers.extend((from..=to).step_by(step));
    }
    numbers.sort_unstable();
    numbers.dedup();
    Ok(numbers)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::{FROZEN, parse_rfc3339, rfc3339};

    #[test]
    fn schedules_know_their_next_time_in_their_zone() {
        let next = |text: &str| rfc3339(Schedule::parse(text).unwrap().next(FROZEN).unwrap());
        // Tuesday, 10:00 UTC.
        assert_eq!(next("CRON_TZ=Europe/Berlin 30 9 * * 1-5"), "2026-11-25T08:30:00Z");
        assert_eq!(next("0 12 * * *"), "2026-11-24T12:00:00Z");
        assert_eq!(next("CRON_TZ=UTC 0 8 * * mon"), "2026-11-30T08:00:00Z");
        assert_eq!(next("*/15 10 * * 2"), "2026-11-24T10:15:00Z");
        let summer = parse_rfc3339("2026-07-01T00:00:00Z").unwrap();
        let berlin = Schedule::parse("CRON_TZ=Europe/Berlin 30 9 * * *").unwrap();
        assert_eq!(rfc3339(berlin.next(summer).unwrap()), "2026-07-01T07:30:00Z");
    }

    #[test]
    fn schedules_are_refused_in_the_servers_words() {
        for (text, expected) in [
            (
                "not cron",
                "validate weekly schedule: expected schedule to consist of 5 fields with an optional CRON_TZ=<timezone> prefix",
            ),
            ("30 9 1 * 1", "validate weekly schedule: expected day-of-month and month to be *"),
            ("CRON_TZ=Mars/X 30 9 * * 1", "parse schedule: provided bad location Mars/X: unknown time zone Mars/X"),
        ] {
            assert_eq!(Schedule::parse(text).unwrap_err(), expected);
        }
        for (text, why) in [
            ("99 9 * * 1", "end of range (99) above maximum (59): 99"),
            ("9 99 * * 1", "end of range (99) above maximum (23): 99"),
            ("9 9 * * 7", "end of range (7) above maximum (6): 7"),
            ("9 9 * * 5-1", "beginning of range (5) beyond end of range (1): 5-1"),
            ("9 9 * * x", "failed to parse int from x: strconv.Atoi: parsing \"x\": invalid syntax"),
        ] {
            assert_eq!(Schedule::parse(text).unwrap_err(), format!("parse schedule: {why}"));
        }
    }
}

//! Instants as the API writes them: RFC 3339 with up to nine digits, as Go's `time.Time` does. By hand and not by chrono,
//! because what is written back must be Go's spelling (trailing zeros trimmed), because a list of 10,000 workspaces holds
//! a million of them, and because nothing of chrono's formatting then lands in the artefact. Pure.

use json_tape::{Read, Reader};
use serde::ser::{Serialize, Serializer};
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

const SECONDS_PER_DAY: i64 = 86_400;

/// An instant, to the nanosecond, with the offset it was written with. Ordered, equal and hashed by the instant alone.
#[derive(Clone, Copy)]
pub struct Timestamp {
    /// Seconds since the Unix epoch, floored.
    seconds: i64,
    nanos: u32,
    /// Minutes east of UTC, kept only to write back what was read.
    offset: i16,
}

impl Timestamp {
    /// Go's zero time, year 1: where nobody said when.
    pub const ZERO: Timestamp = Timestamp { seconds: days_of_civil(1, 1, 1) * SECONDS_PER_DAY, nanos: 0, offset: 0 };

    /// Of microseconds since the Unix epoch.
    pub fn from_micros(micros: i64) -> Timestamp {
        Timestamp {
            seconds: micros.div_euclid(1_000_000),
            nanos: (micros.rem_euclid(1_000_000) * 1_000) as u32,
            offset: 0,
        }
    }

    /// Of milliseconds since the Unix epoch.
    pub fn from_millis(millis: i64) -> Timestamp {
        Timestamp::from_micros(millis.saturating_mul(1_000))
    }

    /// Microseconds since the Unix epoch, floored.
    pub fn micros(self) -> i64 {
        self.seconds.saturating_mul(1_000_000).saturating_add(i64::from(self.nanos / 1_000))
    }

    /// Milliseconds since the Unix epoch, floored.
    pub fn millis(self) -> i64 {
        self.seconds.saturating_mul(1_000).saturating_add(i64::from(self.nanos / 1_000_000))
    }

    /// Whether this is Go's zero time, year 1: "never", where a server has no better word.
    pub fn is_zero(self) -> bool {
        self == Timestamp::ZERO
    }

    /// The time, if anybody said when.
    pub fn known(self) -> Option<Timestamp> {
        (!self.is_zero()).then_some(self)
    }
}

impl PartialEq for Timestamp {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Timestamp {}

impl PartialOrd for Timestamp {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Timestamp {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.seconds, self.nanos).cmp(&(other.seconds, other.nanos))
    }
}

impl Hash for Timestamp {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.seconds, self.nanos).hash(state);
    }
}

/// Days since the Unix epoch of a date of the Gregorian calendar, extended to all years.
const fn days_of_civil(year: i64, month: i64, day: i64) -> i64 {
    // Years counted from March, so that the day that leaps is the last one.
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// The date (year, month, day) of a day since the Unix epoch.
fn civil_of_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    (era * 400 + year_of_era + i64::from(month <= 2), month, day)
}

fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Text that is no RFC 3339 instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotATime;

impl fmt::Display for NotATime {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("not an RFC 3339 time")
    }
}

impl std::error::Error for NotATime {}

/// Takes `count` digits off the front.
fn digits(text: &[u8], count: usize) -> Option<(i64, &[u8])> {
    let (front, rest) = text.split_at_checked(count)?;
    let mut value = 0;
    for byte in front {
        if !byte.is_ascii_digit() {
            return None;
        }
        value = value * 10 + i64::from(byte - b'0');
    }
    Some((value, rest))
}

fn parse(text: &str) -> Option<Timestamp> {
    let (year, rest) = digits(text.as_bytes(), 4)?;
    let (month, rest) = digits(rest.strip_prefix(b"-")?, 2)?;
    let (day, rest) = digits(rest.strip_prefix(b"-")?, 2)?;
    let (hour, rest) = digits(rest.strip_prefix(b"T")?, 2)?;
    let (minute, rest) = digits(rest.strip_prefix(b":")?, 2)?;
    let (second, mut rest) = digits(rest.strip_prefix(b":")?, 2)?;
    if !(1..=12).contains(&month) || day < 1 || day > days_in_month(year, month) {
        return None;
    }
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let mut nanos = 0_u32;
    if let Some(fraction) = rest.strip_prefix(b".") {
        let count = fraction.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if count == 0 || count > 9 {
            return None;
        }
        let (value, after) = digits(fraction, count)?;
        nanos = value as u32 * 10_u32.pow(9 - count as u32);
        rest = after;
    }
    let offset = match rest.split_first()? {
        (b'Z', []) => 0,
        (sign @ (b'+' | b'-'), zone) => {
            let (hours, zone) = digits(zone, 2)?;
            let (minutes, zone) = digits(zone.strip_prefix(b":")?, 2)?;
            if !zone.is_empty() || hours > 23 || minutes > 59 {
                return None;
            }
            let east = hours * 60 + minutes;
            if *sign == b'+' { east } else { -east }
        }
        _ => return None,
    };
    let local = days_of_civil(year, month, day) * SECONDS_PER_DAY + hour * 3_600 + minute * 60 + second;
    Some(Timestamp { seconds: local - offset * 60, nanos, offset: offset as i16 })
}

impl FromStr for Timestamp {
    type Err = NotATime;
    fn from_str(text: &str) -> Result<Timestamp, NotATime> {
        parse(text).ok_or(NotATime)
    }
}

impl fmt::Display for Timestamp {
    /// As Go writes it: RFC 3339, at most nine digits, trailing zeros trimmed, `Z` for UTC.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let local = self.seconds + i64::from(self.offset) * 60;
        let (year, month, day) = civil_of_days(local.div_euclid(SECONDS_PER_DAY));
        let of_day = local.rem_euclid(SECONDS_PER_DAY);
        let (hour, minute, second) = (of_day / 3_600, of_day / 60 % 60, of_day % 60);
        write!(formatter, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")?;
        if self.nanos > 0 {
            let (mut value, mut width) = (self.nanos, 9);
            while value % 10 == 0 {
                value /= 10;
                width -= 1;
            }
            write!(formatter, ".{value:0width$}")?;
        }
        match self.offset {
            0 => formatter.write_str("Z"),
            offset => {
                let sign = if offset < 0 { '-' } else { '+' };
                let minutes = offset.unsigned_abs();
                write!(formatter, "{sign}{:02}:{:02}", minutes / 60, minutes % 60)
            }
        }
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl Read for Timestamp {
    #[inline(never)]
    fn read(reader: &mut Reader<'_>) -> Self {
        const EXPECTED: &str = "an RFC 3339 time";
        parse(reader.text(EXPECTED)).unwrap_or_else(|| {
            reader.expected(EXPECTED);
            Timestamp::ZERO
        })
    }
}

/// A time that nobody said is Go's zero, as where the server itself has no better word.
impl Default for Timestamp {
    fn default() -> Self {
        Timestamp::ZERO
    }
}

#[cfg(test)]
mod tests {
    use super::{Timestamp, civil_of_days, days_of_civil};

    #[test]
    fn is_written_as_it_was_read() {
        for text in [
            "2026-11-24T10:51:42.754535Z",
            "2026-11-24T10:51:42.90098Z",
            "2026-11-24T10:53:57.385738859Z",
            "2026-11-24T10:51:51.661Z",
            "2026-11-24T10:51:52Z",
            "0001-01-01T00:00:00Z",
            "1969-12-31T23:59:59.999999Z",
            "2024-02-29T23:59:59.000001+01:00",
            "2000-02-29T00:00:00Z",
            "2024-03-01T00:30:00-03:30",
            "9999-12-31T23:59:59.999999999Z",
        ] {
            assert_eq!(text.parse::<Timestamp>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn counts_from_the_unix_epoch() {
        let time: Timestamp = "2026-11-24T10:51:42.754535Z".parse().unwrap();
        assert_eq!(time.micros(), 1_795_517_502_754_535);
        assert_eq!(time.millis(), 1_795_517_502_754);
        assert_eq!(Timestamp::from_micros(time.micros()), time);
        let before: Timestamp = "1969-12-31T23:59:59.75Z".parse().unwrap();
        assert_eq!(before.millis(), -250);
        assert_eq!(Timestamp::from_millis(-250), before);
        assert_eq!(Timestamp::from_millis(-250).to_string(), "1969-12-31T23:59:59.75Z");
        assert_eq!("1970-01-01T01:00:00+01:00".parse::<Timestamp>().unwrap().micros(), 0);
    }

    #[test]
    fn orders_by_the_instant() {
        let one: Timestamp = "2026-06-01T12:00:00+02:00".parse().unwrap();
        let same: Timestamp = "2026-06-01T10:00:00Z".parse().unwrap();
        let later: Timestamp = "2026-06-01T10:00:00.000000001Z".parse().unwrap();
        assert_eq!(one, same);
        assert!(later > one);
    }

    #[test]
    fn knows_gos_zero() {
        assert!("0001-01-01T00:00:00Z".parse::<Timestamp>().unwrap().is_zero());
        assert!(!"0001-01-01T00:00:01Z".parse::<Timestamp>().unwrap().is_zero());
        assert!(!Timestamp::from_millis(0).is_zero());
    }

    #[test]
    fn refuses_what_is_no_instant() {
        for text in [
            "",
            "2026",
            "2026-11-24",
            "2026-11-24T10:51:42",
            "2026-11-24 10:51:42Z",
            "2026-13-24T10:51:42Z",
            "2026-02-29T10:51:42Z",
            "1900-02-29T00:00:00Z",
            "2026-11-24T24:00:00Z",
            "2026-11-24T10:60:00Z",
            "2026-11-24T10:51:42.Z",
            "2026-11-24T10:51:42.1234567890Z",
            "2026-11-24T10:51:42ZZ",
            "2026-11-24T10:51:42+0100",
            "2026-00-10T00:00:00Z",
            "2026-01-00T00:00:00Z",
            "2026-1é-00T00:00:00Z",
        ] {
            assert!(text.parse::<Timestamp>().is_err(), "{text}");
        }
        assert!(json_tape::from_slice::<Timestamp>(b"1795517502").is_err());
    }

    #[test]
    fn every_day_of_a_thousand_years_survives() {
        let start = days_of_civil(1600, 1, 1);
        for days in start..start + 366_000 {
            let (year, month, day) = civil_of_days(days);
            assert_eq!(days_of_civil(year, month, day), days);
        }
    }
}

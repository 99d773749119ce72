//! Instants as the API writes them: RFC 3339, as Go's `time.Time` does. chrono reads, writes and counts them. The dates
//! of HTTP's own headers are read by `httpdate`, because chrono brings all of its formats with its one for mail. Pure.

use chrono::{DateTime, SecondsFormat, Utc};
use json_tape::{Read, Reader};
use serde::ser::{Serialize, Serializer};
use std::fmt;
use std::str::FromStr;
use std::time::SystemTime;

/// An instant, to the nanosecond. By default it is Go's zero time.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(DateTime<Utc>);

impl Timestamp {
    /// Go's zero time, year 1: where nobody said when.
    pub const ZERO: Timestamp = Timestamp(match DateTime::from_timestamp(-62_135_596_800, 0) {
        Some(year_1) => year_1,
        None => DateTime::UNIX_EPOCH,
    });

    /// Of microseconds since the Unix epoch.
    pub fn from_micros(micros: i64) -> Timestamp {
        Timestamp(DateTime::from_timestamp_micros(micros).unwrap_or(DateTime::<Utc>::MAX_UTC))
    }

    /// Of milliseconds since the Unix epoch.
    pub fn from_millis(millis: i64) -> Timestamp {
        Timestamp(DateTime::from_timestamp_millis(millis).unwrap_or(DateTime::<Utc>::MAX_UTC))
    }

    /// Microseconds since the Unix epoch, floored.
    pub fn micros(self) -> i64 {
        self.0.timestamp_micros()
    }

    /// Milliseconds since the Unix epoch, floored.
    pub fn millis(self) -> i64 {
        self.0.timestamp_millis()
    }

    /// Whether this is Go's zero time: "never", where a server has no better word.
    pub fn is_zero(self) -> bool {
        self == Timestamp::ZERO
    }

    /// The time, if anybody said when.
    pub fn known(self) -> Option<Timestamp> {
        (!self.is_zero()).then_some(self)
    }
}

/// Unix milliseconds of a date in a header of HTTP: `Tue, 24 Nov 2026 10:51:42 GMT`, or one of the two obsolete forms
/// that RFC 9110 has a reader take.
pub(crate) fn http_date_ms(text: &str) -> Option<i64> {
    let since = httpdate::parse_http_date(text).ok()?.duration_since(SystemTime::UNIX_EPOCH).ok()?;
    i64::try_from(since.as_millis()).ok()
}

impl Default for Timestamp {
    fn default() -> Self {
        Timestamp::ZERO
    }
}

impl FromStr for Timestamp {
    type Err = chrono::ParseError;

    fn from_str(text: &str) -> Result<Timestamp, chrono::ParseError> {
        DateTime::parse_from_rfc3339(text).map(|time| Timestamp(time.to_utc()))
    }
}

impl fmt::Display for Timestamp {
    /// Without the zeros that a fraction ends with, as Go writes it.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.0.to_rfc3339_opts(SecondsFormat::AutoSi, true);
        match text.strip_suffix('Z') {
            Some(plain) if plain.contains('.') => write!(formatter, "{}Z", plain.trim_end_matches('0')),
            _ => formatter.write_str(&text),
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
        reader.text(EXPECTED).parse().unwrap_or_else(|_| {
            reader.expected(EXPECTED);
            Timestamp::ZERO
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Timestamp;

    #[test]
    fn is_written_as_it_was_read() {
        for text in [
            "2026-11-24T10:51:42.754535Z",
            "2026-11-24T10:51:42.90098Z",
            "2026-11-24T10:53:57.385738859Z",
            "2026-11-24T10:51:51.661Z",
            "2026-11-24T10:51:52Z",
            "2026-11-24T10:51:50Z",
            "0001-01-01T00:00:00Z",
            "1969-12-31T23:59:59.999999Z",
            "2000-02-29T00:00:00Z",
            "9999-12-31T23:59:59.999999999Z",
        ] {
            assert_eq!(text.parse::<Timestamp>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn is_the_instant_whatever_the_offset() {
        for (text, utc) in [
            ("2024-02-29T23:59:59.000001+01:00", "2024-02-29T22:59:59.000001Z"),
            ("2024-03-01T00:30:00-03:30", "2024-03-01T04:00:00Z"),
            // RFC 3339 allows both; nothing below a nanosecond is kept.
            ("2026-11-24 10:51:42Z", "2026-11-24T10:51:42Z"),
            ("2026-11-24T10:51:42.1234567899Z", "2026-11-24T10:51:42.123456789Z"),
        ] {
            assert_eq!(text.parse::<Timestamp>().unwrap().to_string(), utc);
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
            "2026-13-24T10:51:42Z",
            "2026-02-29T10:51:42Z",
            "1900-02-29T00:00:00Z",
            "2026-11-24T24:00:00Z",
            "2026-11-24T10:60:00Z",
            "2026-11-24T10:51:42.Z",
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
}

//! The server's clock: real, or frozen for screenshots, and how fast builds run. May import nothing of this crate.

use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, SecondsFormat, Utc};

/// Microseconds since the Unix epoch.
pub type Us = i64;

/// One millisecond in microseconds.
pub const MILLISECOND: Us = 1000;
/// One second in microseconds.
pub const SECOND: Us = 1_000_000;
/// One minute in microseconds.
pub const MINUTE: Us = 60 * SECOND;
/// One hour in microseconds.
pub const HOUR: Us = 60 * MINUTE;
/// One day in microseconds.
pub const DAY: Us = 24 * HOUR;

/// The time at which a frozen server stands unless told otherwise: 24 November 2026, 10:00 UTC, a Tuesday.
pub const FROZEN: Us = 1_795_514_400 * SECOND;

/// Tells the time and scales the lengths of builds.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    frozen: Option<Us>,
    speed: f64,
    /// How far a test has moved it ahead; it lives as long as the program.
    ahead: &'static AtomicI64,
}

impl Clock {
    /// A clock that runs, or stands at `frozen`; builds take their length divided by `speed`.
    pub fn new(frozen: Option<Us>, speed: f64) -> Self {
        Self {
            frozen,
            ahead: Box::leak(Box::default()),
            speed: if speed.is_finite() && speed > 0.0 { speed } else { 1.0 },
        }
    }

    /// Now, in microseconds since the Unix epoch.
    pub fn now(&self) -> Us {
        self.frozen.unwrap_or_else(|| Utc::now().timestamp_micros()) + self.ahead.load(Ordering::Relaxed)
    }

    /// Moves it ahead. Back it does not go.
    pub fn advance(&self, by: Us) {
        self.ahead.fetch_add(by.max(0), Ordering::Relaxed);
    }

    /// Whether it tells another time than the wall.
    pub fn is_off(&self) -> bool {
        self.is_frozen() || self.ahead.load(Ordering::Relaxed) != 0
    }

    /// Whether time stands still; builds then stay where they are.
    pub fn is_frozen(&self) -> bool {
        self.frozen.is_some()
    }

    /// How long something of the given natural length takes here.
    pub fn scale(&self, natural: Us) -> Us {
        ((natural as f64) / self.speed).round() as Us
    }
}

/// A time as Go writes it: RFC 3339 in UTC, up to microseconds, trailing zeros trimmed. 0 is Go's zero time.
pub fn rfc3339(us: Us) -> String {
    if us == 0 {
        return "0001-01-01T00:00:00Z".to_owned();
    }
    let Some(time) = DateTime::<Utc>::from_timestamp_micros(us) else {
        return "0001-01-01T00:00:00Z".to_owned();
    };
    let whole = time.to_rfc3339_opts(SecondsFormat::Secs, true);
    let fraction = us.rem_euclid(SECOND);
    if fraction == 0 {
        return whole;
    }
    let digits = format!("{fraction:06}");
    format!("{}.{}Z", whole.trim_end_matches('Z'), digits.trim_end_matches('0'))
}

/// Parses RFC 3339 into microseconds.
pub fn parse_rfc3339(text: &str) -> Option<Us> {
    DateTime::parse_from_rfc3339(text).ok().map(|time| time.timestamp_micros())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_go_writes_them() {
        assert_eq!(rfc3339(0), "0001-01-01T00:00:00Z");
        assert_eq!(rfc3339(FROZEN), "2026-11-24T10:00:00Z");
        assert_eq!(rfc3339(FROZEN + 450_000), "2026-11-24T10:00:00.45Z");
        assert_eq!(rfc3339(FROZEN + 7), "2026-11-24T10:00:00.000007Z");
        assert_eq!(parse_rfc3339("2026-11-24T11:00:00.000007+01:00"), Some(FROZEN + 7));
    }

    #[test]
    fn speed_shortens_builds_and_nonsense_is_one() {
        assert_eq!(Clock::new(None, 20.0).scale(40 * SECOND), 2 * SECOND);
        assert_eq!(Clock::new(None, 0.0).scale(SECOND), SECOND);
        assert_eq!(Clock::new(Some(FROZEN), 1.0).now(), FROZEN);
    }
}

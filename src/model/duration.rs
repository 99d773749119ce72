//! Durations, moments and countdowns as text, in the words of docs/look.md ("Words"): `420 ms`, `12.4 s`, `1 m 22 s`,
//! `1 h 05 m`, `2 d 3 h`; whole seconds in sentences. Pure; imports nothing of the crate. Texts that need the reader's
//! calendar take a [`LocalTime`], which the browser floor implements; [`FixedZone`] does it without a browser. Own code
//! because the wording is Gantry's; the calendar of [`FixedZone`] is chrono's.

const SECOND_US: u64 = 1_000_000;
const MINUTE_S: u64 = 60;
const HOUR_S: u64 = 60 * MINUTE_S;
const DAY_S: u64 = 24 * HOUR_S;

/// The reader's calendar and clock. All arguments are Unix milliseconds.
pub trait LocalTime {
    /// The number of the local calendar day, from any origin: two moments are on the same day if these are equal, and
    /// their difference is that in days.
    fn day(&self, unix_ms: i64) -> i64;
    /// The clock time: `18:42`.
    fn clock(&self, unix_ms: i64) -> String;
    /// The short name of the day of the week: `Tue`.
    fn weekday(&self, unix_ms: i64) -> String;
    /// The date without the year: `Sat 28 Nov`.
    fn date(&self, unix_ms: i64) -> String;
    /// The year.
    fn year(&self, unix_ms: i64) -> i64;
}

/// A calendar at a fixed distance from UTC, for tests and wherever the reader's own is not known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FixedZone {
    /// Minutes east of UTC.
    pub east_minutes: i32,
}

impl FixedZone {
    fn local(self, unix_ms: i64) -> Option<chrono::DateTime<chrono::Utc>> {
        chrono::DateTime::from_timestamp_millis(
            unix_ms.saturating_add(i64::from(self.east_minutes).saturating_mul(60_000)),
        )
    }

    fn format(self, unix_ms: i64, pattern: &str) -> String {
        self.local(unix_ms).map_or_else(|| UNKNOWN.to_owned(), |at| at.format(pattern).to_string())
    }
}

impl LocalTime for FixedZone {
    fn day(&self, unix_ms: i64) -> i64 {
        unix_ms.saturating_add(i64::from(self.east_minutes).saturating_mul(60_000)).div_euclid(86_400_000)
    }
    fn clock(&self, unix_ms: i64) -> String {
        self.format(unix_ms, "%H:%M")
    }
    fn weekday(&self, unix_ms: i64) -> String {
        self.format(unix_ms, "%a")
    }
    fn date(&self, unix_ms: i64) -> String {
        self.format(unix_ms, "%a %-d %b")
    }
    fn year(&self, unix_ms: i64) -> i64 {
        use chrono::Datelike as _;
        self.local(unix_ms).map_or(0, |at| i64::from(at.year()))
    }
}

/// What stands where a value is not known.
pub(crate) const UNKNOWN: &str = "—";

/// A time that nobody said, in Unix milliseconds: Go's zero, the first day of year 1.
pub(crate) const UNSAID_MS: i64 = -62_135_596_800_000;

/// What stands in a sentence for a moment that nobody said.
const UNSAID: &str = "at an unknown time";

fn signed(negative: bool, text: String) -> String {
    if negative { format!("−{text}") } else { text }
}

/// From a minute up: `1 m 22 s`, `1 h 05 m`, `2 d 3 h`. `seconds` is whole.
fn long_text(seconds: u64) -> String {
    if seconds < HOUR_S {
        format!("{} m {:02} s", seconds / MINUTE_S, seconds % MINUTE_S)
    } else if seconds < DAY_S {
        format!("{} h {:02} m", seconds / HOUR_S, seconds % HOUR_S / MINUTE_S)
    } else {
        format!("{} d {} h", seconds / DAY_S, seconds % DAY_S / HOUR_S)
    }
}

/// Rounds whole seconds to what [`long_text`] will show, so that 59 m 59.6 s is 1 h and not 60 m.
fn rounded_seconds(us: u64) -> u64 {
    let seconds = us.saturating_add(SECOND_US / 2) / SECOND_US;
    if seconds < HOUR_S {
        seconds
    } else if seconds < DAY_S - MINUTE_S / 2 {
        (seconds + MINUTE_S / 2) / MINUTE_S * MINUTE_S
    } else {
        (seconds + HOUR_S / 2) / HOUR_S * HOUR_S
    }
}

/// The length of a span in microseconds: `0 ms`, `<1 ms`, `420 ms`, `12.4 s`, `1 m 22 s`, `1 h 05 m`, `2 d 3 h`; a
/// negative one has a minus sign.
pub(crate) fn span_text(us: i64) -> String {
    let length = us.unsigned_abs();
    let text = if length == 0 {
        return "0 ms".to_owned();
    } else if length < 1_000 {
        return if us < 0 { "−<1 ms".to_owned() } else { "<1 ms".to_owned() };
    } else if length < 999_500 {
        format!("{} ms", (length + 500) / 1_000)
    } else if length < 59_950_000 {
        let tenths = (length + 50_000) / 100_000;
        format!("{}.{} s", tenths / 10, tenths % 10)
    } else {
        long_text(rounded_seconds(length))
    };
    signed(us < 0, text)
}

/// A moment on the scale of a build, in microseconds from its origin: `0.0 s`, `12.4 s`, `1:01.2`, `1:01:01.2`; a
/// negative one has a minus sign.
pub(crate) fn offset_text(us: i64) -> String {
    let tenths = us.unsigned_abs().saturating_add(50_000) / 100_000;
    let (seconds, tenth) = (tenths / 10, tenths % 10);
    let text = if seconds < MINUTE_S {
        format!("{seconds}.{tenth} s")
    } else if seconds < HOUR_S {
        format!("{}:{:02}.{tenth}", seconds / MINUTE_S, seconds % MINUTE_S)
    } else {
        format!("{}:{:02}:{:02}.{tenth}", seconds / HOUR_S, seconds % HOUR_S / MINUTE_S, seconds % MINUTE_S)
    };
    signed(us < 0 && tenths > 0, text)
}

/// A length in milliseconds for a sentence, to the nearest whole second: `<1 s`, `31 s`, `1 m 22 s`, `1 h 05 m`.
pub(crate) fn about(ms: i64) -> String {
    let length = ms.unsigned_abs();
    if length == 0 {
        return "0 s".to_owned();
    }
    if length < 500 {
        return "<1 s".to_owned();
    }
    let seconds = rounded_seconds(length.saturating_mul(1_000));
    let text = if seconds < MINUTE_S { format!("{seconds} s") } else { long_text(seconds) };
    signed(ms < 0, text)
}

/// Time that has passed so far, in milliseconds, in whole seconds that are over: `0 s`, `42 s`, `1 m 12 s`. Negative (a
/// skewed clock) is `0 s`.
pub(crate) fn elapsed(ms: i64) -> String {
    let seconds = ms.max(0).unsigned_abs() / 1_000;
    if seconds < MINUTE_S { format!("{seconds} s") } else { long_text(seconds) }
}

/// Time that is left, in milliseconds, for "stops in …": `42 s`, `48 m`, `2 h 10 m`, `2 d 3 h`, `12 d`. What is over is
/// `0 s`.
pub(crate) fn left(ms: i64) -> String {
    let seconds = ms.max(0).unsigned_abs() / 1_000;
    if seconds < MINUTE_S {
        format!("{seconds} s")
    } else if seconds < HOUR_S {
        format!("{} m", seconds / MINUTE_S)
    } else if seconds < 7 * DAY_S {
        long_text(seconds)
    } else {
        format!("{} d", seconds / DAY_S)
    }
}

/// A length that somebody set, in milliseconds, without units that are nothing: `30 m`, `8 h`, `1 h 30 m`, `1 d`.
pub(crate) fn setting(ms: i64) -> String {
    let seconds = ms.max(0).unsigned_abs() / 1_000;
    let units = [(DAY_S, "d"), (HOUR_S, "h"), (MINUTE_S, "m"), (1, "s")];
    let mut rest = seconds;
    let mut parts = Vec::new();
    for (unit, name) in units {
        if rest >= unit {
            parts.push(format!("{} {name}", rest / unit));
            rest %= unit;
        }
    }
    if parts.is_empty() { "0 s".to_owned() } else { parts.join(" ") }
}

/// A range of milliseconds for an estimate, without "about": `20–45 s`, `1–3 m`, `40 s–2 m`. The bounds are rounded
/// outwards, from 20 s to steps of five, so that it does not pretend to be exact.
pub(crate) fn range(from_ms: i64, to_ms: i64) -> String {
    let (from_ms, to_ms) = (from_ms.max(0).min(to_ms.max(0)), to_ms.max(0).max(from_ms));
    let (from, from_unit) = bound(from_ms.unsigned_abs(), false);
    let (to, to_unit) = bound(to_ms.unsigned_abs(), true);
    if from == 0 {
        format!("up to {to} {to_unit}")
    } else if from_unit != to_unit {
        format!("{from} {from_unit}–{to} {to_unit}")
    } else if from == to {
        format!("{to} {to_unit}")
    } else {
        format!("{from}–{to} {to_unit}")
    }
}

fn bound(ms: u64, up: bool) -> (u64, &'static str) {
    let rounded = |unit_ms: u64, step: u64| {
        let step_ms = unit_ms * step;
        (if up { ms.div_ceil(step_ms) } else { ms / step_ms }) * step
    };
    if ms < 20_000 {
        (rounded(1_000, 1), "s")
    } else if ms <= 90_000 {
        (rounded(1_000, 5), "s")
    } else if ms < 90 * 60_000 {
        (rounded(60_000, 1), "m")
    } else {
        (rounded(3_600_000, 1), "h")
    }
}

/// How long ago a moment was: `now` (within a minute), `4 m ago`, `1 h ago`, `yesterday`, `5 d ago`, `3 mo ago`, `2 y
/// ago`. A moment more than a minute in the future, which only a skewed clock makes, is `in 4 m`.
pub(crate) fn ago(then_ms: i64, now_ms: i64, local: &dyn LocalTime) -> String {
    if then_ms <= UNSAID_MS {
        return UNSAID.to_owned();
    }
    let passed = now_ms.saturating_sub(then_ms);
    if passed <= -60_000 {
        return format!("in {}", left(passed.saturating_neg()));
    }
    let seconds = passed.max(0).unsigned_abs() / 1_000;
    if seconds < MINUTE_S {
        return "now".to_owned();
    }
    if seconds < HOUR_S {
        return format!("{} m ago", seconds / MINUTE_S);
    }
    if seconds < DAY_S {
        return format!("{} h ago", seconds / HOUR_S);
    }
    match local.day(now_ms).saturating_sub(local.day(then_ms)) {
        ..=1 => "yesterday".to_owned(),
        days @ 2..30 => format!("{days} d ago"),
        days @ 30..365 => format!("{} mo ago", days / 30),
        days => format!("{} y ago", days / 365),
    }
}

/// The text of "last used": [`ago`], or `never` for what was never used.
pub(crate) fn last_used(then_ms: Option<i64>, now_ms: i64, local: &dyn LocalTime) -> String {
    then_ms.map_or_else(|| "never".to_owned(), |then| ago(then, now_ms, local))
}

/// A day on the reader's calendar: `Sat 28 Nov`, with its year where that is another one than today's: `Sun 2 Jan
/// 2028`.
pub(crate) fn date(unix_ms: i64, now_ms: i64, local: &dyn LocalTime) -> String {
    let (day, year) = (local.date(unix_ms), local.year(unix_ms));
    if year == local.year(now_ms) { day } else { format!("{day} {year}") }
}

/// A moment on the reader's clock, as short as the distance allows: `18:42` today, `Tue 09:00` within six days, `Mon 30
/// Nov 09:00` beyond, `Sun 2 Jan 2028 12:41` in another year.
pub(crate) fn at(unix_ms: i64, now_ms: i64, local: &dyn LocalTime) -> String {
    if unix_ms <= UNSAID_MS {
        return UNKNOWN.to_owned();
    }
    match local.day(unix_ms).saturating_sub(local.day(now_ms)) {
        0 => local.clock(unix_ms),
        -6..=6 => format!("{} {}", local.weekday(unix_ms), local.clock(unix_ms)),
        _ => format!("{} {}", date(unix_ms, now_ms, local), local.clock(unix_ms)),
    }
}

/// [`at`] for a sentence: `today at 10:42`, `Fri 19:02`, `Mon 30 Nov 09:00`.
pub(crate) fn at_in_sentence(unix_ms: i64, now_ms: i64, local: &dyn LocalTime) -> String {
    if unix_ms <= UNSAID_MS {
        UNSAID.to_owned()
    } else if local.day(unix_ms) == local.day(now_ms) {
        format!("today at {}", local.clock(unix_ms))
    } else {
        at(unix_ms, now_ms, local)
    }
}

#[cfg(test)]
mod tests;

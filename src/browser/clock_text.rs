//! The viewer's calendar and clock, for the texts of `model::duration` ("18:42", "Tue", "Sat 28 Nov"). The zone is the
//! browser's own (its `Date` and `Intl`): no zone tables travel with the app. Imports `model::duration`.

use crate::model::duration::LocalTime;
use wasm_bindgen::JsValue;

const WEEKDAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// A point in time as a wall clock and a calendar in some zone show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Local {
    /// The year, four digits.
    pub year: i32,
    /// The month, 1 to 12.
    pub month: u32,
    /// The day of the month, 1 to 31.
    pub day: u32,
    /// The day of the week, 0 is Sunday.
    pub weekday: u32,
    /// The hour, 0 to 23.
    pub hour: u32,
    /// The minute.
    pub minute: u32,
    /// The second.
    pub second: u32,
}

impl Local {
    /// "18:42".
    pub fn clock(&self) -> String {
        format!("{:02}:{:02}", self.hour, self.minute)
    }

    /// "18:42:07".
    pub fn clock_with_seconds(&self) -> String {
        format!("{:02}:{:02}:{:02}", self.hour, self.minute, self.second)
    }

    /// "Tue".
    pub fn weekday_name(&self) -> &'static str {
        WEEKDAYS.get(self.weekday as usize).copied().unwrap_or("")
    }

    /// "Nov".
    pub fn month_name(&self) -> &'static str {
        MONTHS.get(self.month.wrapping_sub(1) as usize).copied().unwrap_or("")
    }

    /// "Sat 28 Nov".
    pub fn date(&self) -> String {
        format!("{} {} {}", self.weekday_name(), self.day, self.month_name())
    }

    /// Days since 1 January 1970, to compare calendar days.
    pub fn day_number(&self) -> i64 {
        let (year, month) = if self.month > 2 {
            (i64::from(self.year), i64::from(self.month) - 3)
        } else {
            (i64::from(self.year) - 1, i64::from(self.month) + 9)
        };
        365 * year + year.div_euclid(4) - year.div_euclid(100)
            + year.div_euclid(400)
            + (153 * month + 2) / 5
            + i64::from(self.day)
            - 719_469
    }
}

/// The viewer's zone, by the browser.
#[derive(Clone, Copy, Debug, Default)]
pub struct Viewer;

impl LocalTime for Viewer {
    fn day(&self, unix_ms: i64) -> i64 {
        local(unix_ms).day_number()
    }
    fn clock(&self, unix_ms: i64) -> String {
        local(unix_ms).clock()
    }
    fn weekday(&self, unix_ms: i64) -> String {
        local(unix_ms).weekday_name().to_owned()
    }
    fn date(&self, unix_ms: i64) -> String {
        local(unix_ms).date()
    }
    fn year(&self, unix_ms: i64) -> i64 {
        i64::from(local(unix_ms).year)
    }
}

/// A Unix time in milliseconds on the viewer's wall.
pub fn local(unix_ms: i64) -> Local {
    let date = js_sys::Date::new(&JsValue::from_f64(unix_ms as f64));
    Local {
        year: date.get_full_year().cast_signed(),
        month: date.get_month() + 1,
        day: date.get_date(),
        weekday: date.get_day(),
        hour: date.get_hours(),
        minute: date.get_minutes(),
        second: date.get_seconds(),
    }
}

/// Date and clock in full, for titles: "Tue 24 Nov 2026, 18:42:07".
pub fn full_at(unix_ms: i64) -> String {
    let at = local(unix_ms);
    format!("{} {}, {}", at.date(), at.year, at.clock_with_seconds())
}

/// The name of the viewer's zone ("Europe/Dublin"); empty when the browser does not say.
pub fn zone() -> String {
    let options = js_sys::Intl::DateTimeFormat::new(&js_sys::Array::new(), &js_sys::Object::new()).resolved_options();
    js_sys::Reflect::get(&options, &JsValue::from_str("timeZone"))
        .ok()
        .and_then(|zone| zone.as_string())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Local = Local { year: 2026, month: 11, day: 24, weekday: 2, hour: 16, minute: 24, second: 9 };

    #[test]
    fn days_are_counted_over_months_and_leap_years() {
        let day = |year, month, day| Local { year, month, day, ..NOW }.day_number();
        assert_eq!(day(2026, 3, 1) - day(2026, 2, 28), 1);
        assert_eq!(day(2028, 3, 1) - day(2028, 2, 28), 2);
        assert_eq!(day(2027, 1, 1) - day(2026, 12, 31), 1);
        assert_eq!(day(2027, 11, 24) - day(2026, 11, 24), 365);
        assert_eq!(day(1970, 1, 1), 0);
        assert_eq!(day(2026, 11, 24), 1_795_478_400 / 86_400);
    }

    #[test]
    fn clocks_have_two_digits() {
        assert_eq!(NOW.clock(), "16:24");
        assert_eq!(NOW.clock_with_seconds(), "16:24:09");
        assert_eq!(NOW.date(), "Tue 24 Nov");
    }
}

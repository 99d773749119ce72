//! The viewer's calendar and clock, for the texts of `model::duration` ("18:42", "Tue", "Sat 28 Nov"). The zone is the
//! browser's own (its `Date` and `Intl`): no zone tables travel with the app. Imports `model::duration`.

use crate::model::duration::LocalTime;
use chrono::{Datelike as _, NaiveDate, NaiveDateTime, Timelike as _};
use wasm_bindgen::JsValue;

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// A point in time as a wall clock and a calendar in the viewer's zone show it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Local(NaiveDateTime);

impl Local {
    /// "18:42".
    pub(crate) fn clock(&self) -> String {
        format!("{:02}:{:02}", self.0.hour(), self.0.minute())
    }

    /// "18:42:07".
    pub(crate) fn clock_with_seconds(&self) -> String {
        format!("{}:{:02}", self.clock(), self.0.second())
    }

    /// "Sat 28 Nov".
    fn date(&self) -> String {
        let month = MONTHS.get(self.0.month0() as usize).copied().unwrap_or_default();
        format!("{} {} {month}", self.0.weekday(), self.0.day())
    }
}

/// The viewer's zone, by the browser.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Viewer;

impl LocalTime for Viewer {
    fn day(&self, unix_ms: i64) -> i64 {
        i64::from(local(unix_ms).0.num_days_from_ce())
    }
    fn clock(&self, unix_ms: i64) -> String {
        local(unix_ms).clock()
    }
    fn weekday(&self, unix_ms: i64) -> String {
        local(unix_ms).0.weekday().to_string()
    }
    fn date(&self, unix_ms: i64) -> String {
        local(unix_ms).date()
    }
    fn year(&self, unix_ms: i64) -> i64 {
        i64::from(local(unix_ms).0.year())
    }
}

/// A Unix time in milliseconds on the viewer's wall.
pub(crate) fn local(unix_ms: i64) -> Local {
    let date = js_sys::Date::new(&JsValue::from_f64(unix_ms as f64));
    let day = NaiveDate::from_ymd_opt(date.get_full_year().cast_signed(), date.get_month() + 1, date.get_date());
    let at = day.and_then(|day| day.and_hms_opt(date.get_hours(), date.get_minutes(), date.get_seconds()));
    Local(at.unwrap_or_default())
}

/// A moment as a field for a day and a time holds it: `2026-11-23T18:42`, in the viewer's zone.
pub(crate) fn to_field(unix_ms: i64) -> String {
    let Local(at) = local(unix_ms);
    format!("{:04}-{:02}-{:02}T{:02}:{:02}", at.year(), at.month(), at.day(), at.hour(), at.minute())
}

/// The moment that such a field says; `None` while it says none.
pub(crate) fn from_field(text: &str) -> Option<i64> {
    let at = js_sys::Date::new(&JsValue::from_str(text)).get_time();
    (text.contains('T') && at.is_finite()).then_some(at as i64)
}

/// The name of the viewer's zone ("Europe/Dublin"); empty when the browser does not say.
pub(crate) fn zone() -> String {
    let options = js_sys::Intl::DateTimeFormat::new(&js_sys::Array::new(), &js_sys::Object::new()).resolved_options();
    js_sys::Reflect::get(&options, &JsValue::from_str("timeZone"))
        .ok()
        .and_then(|zone| zone.as_string())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_have_two_digits() {
        let now = Local(NaiveDate::from_ymd_opt(2026, 11, 4).unwrap().and_hms_opt(6, 24, 9).unwrap());
        assert_eq!(now.clock(), "06:24");
        assert_eq!(now.clock_with_seconds(), "06:24:09");
        assert_eq!(now.date(), "Wed 4 Nov");
    }
}

//! The reader's calendar for `model`: the browser's own zone. Imports `browser` and `model`.

use crate::browser::clock_text;
use crate::model::duration::LocalTime;

/// The viewer's zone.
#[derive(Clone, Copy, Debug, Default)]
pub struct Viewer;

impl LocalTime for Viewer {
    fn day(&self, unix_ms: i64) -> i64 {
        let east = i64::from(clock_text::viewer_offset_minutes(unix_ms)) * 60_000;
        unix_ms.saturating_add(east).div_euclid(86_400_000)
    }
    fn clock(&self, unix_ms: i64) -> String {
        clock_text::local(unix_ms).clock()
    }
    fn weekday(&self, unix_ms: i64) -> String {
        clock_text::local(unix_ms).weekday_name().to_owned()
    }
    fn date(&self, unix_ms: i64) -> String {
        clock_text::local(unix_ms).date()
    }
}

//! The chart's coordinates for plotters: times across, device pixels down. Pure but for plotters; imports the viewport.

use crate::waterfall::viewport::Viewport;
use plotters::coord::ranged1d::{KeyPointHint, NoDefaultFormatting, Ranged};
use std::ops::Range;

/// The horizontal axis: times in µs, as the viewport maps them, with the ticks as its key points.
pub(super) struct TimeAxis<'a> {
    pub(super) view: Viewport,
    pub(super) ticks: &'a [i64],
}

impl Ranged for TimeAxis<'_> {
    type FormatOption = NoDefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, limit: (i32, i32)) -> i32 {
        let width = f64::from(limit.1 - limit.0);
        limit.0 + self.view.x(*value, width).round().clamp(-1e8, 1e8) as i32
    }

    fn key_points<Hint: KeyPointHint>(&self, _hint: Hint) -> Vec<f64> {
        self.ticks.iter().map(|at| *at as f64).collect()
    }

    fn range(&self) -> Range<f64> {
        self.view.start_us..self.view.end_us
    }
}

/// The vertical axis: device pixels from the top, no lines of its own.
pub(super) struct Down(pub(super) i32);

impl Ranged for Down {
    type FormatOption = NoDefaultFormatting;
    type ValueType = i32;

    fn map(&self, value: &i32, limit: (i32, i32)) -> i32 {
        limit.0 + value
    }

    fn key_points<Hint: KeyPointHint>(&self, _hint: Hint) -> Vec<i32> {
        Vec::new()
    }

    fn range(&self) -> Range<i32> {
        0..self.0
    }
}

//! What a frame shows: the data, the rows, the range of time and the size, and how lengths become device pixels. Pure; imports `model`, the index and
//! the viewport.

use super::pixels::{device, line};
use crate::model::timeline::Timeline;
use crate::waterfall::index::{Folds, Index};
use crate::waterfall::looks::ColorBy;
use crate::waterfall::outlines::Outlines;
use crate::waterfall::viewport::Viewport;

/// Height of a row, CSS pixels. The label rows have the same (`--row-chart`).
pub const ROW: f64 = 24.0;
/// Height of the axis, CSS pixels.
pub(crate) const AXIS: f64 = 28.0;

/// What a frame shows.
pub struct Frame<'a> {
    /// The data.
    pub timeline: &'a Timeline,
    /// Its index.
    pub index: &'a Index,
    /// What is unfolded.
    pub folds: &'a Folds,
    /// The rows, from [`Index::rows`].
    pub rows: &'a [u32],
    /// The range of time.
    pub view: Viewport,
    /// Width of the canvas, device pixels.
    pub width: i32,
    /// Height of the canvas, device pixels.
    pub height: i32,
    /// Device pixels per CSS pixel.
    pub ratio: f64,
    /// CSS pixels of the rows that are scrolled out above.
    pub scroll: f64,
    /// The selected span.
    pub selected: Option<u32>,
    /// What stands behind the bars.
    pub outlines: Option<&'a Outlines>,
    /// What colours mean.
    pub color: ColorBy,
    /// The wall clock at a time, if it is to be said.
    pub clock: Option<&'a dyn Fn(i64) -> String>,
    /// Width of a text 12 CSS pixels high, in CSS pixels; the second argument: bold.
    pub measure: &'a dyn Fn(&str, bool) -> f64,
}

impl Frame<'_> {
    pub(super) fn px(&self, css: f64) -> i32 {
        device(css, self.ratio)
    }

    pub(super) fn line(&self, css: f64) -> i32 {
        line(css, self.ratio)
    }

    /// The device pixel of a time, not limited to the canvas but to what an i32 can carry.
    pub(super) fn x(&self, at_us: i64) -> i32 {
        self.view.x(at_us as f64, f64::from(self.width)).round().clamp(-1e8, 1e8) as i32
    }

    pub(super) fn width_css(&self) -> f64 {
        f64::from(self.width) / self.ratio
    }

    pub(super) fn is_narrow(&self) -> bool {
        self.width_css() < 420.0
    }
}

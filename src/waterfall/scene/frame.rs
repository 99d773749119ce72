//! What a frame shows: the data, the rows, the range of time and the size, and how lengths become device pixels. Pure;
//! imports `model`, the index and the viewport.

use super::pixels::{device, line};
use crate::model::timeline::{Marker, MarkerKind, Span, Timeline};
use crate::waterfall::index::{Folds, Index};
use crate::waterfall::looks::ColorBy;
use crate::waterfall::moving::Moving;
use crate::waterfall::outlines::Outlines;
use crate::waterfall::scale::Scale;
use crate::waterfall::viewport::{Tick, Viewport, step_us, ticks_between};

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
    /// What is on its way, and how far.
    pub moving: Option<(&'a Moving, f64)>,
    /// The rows, from [`Index::rows`].
    pub rows: &'a [u32],
    /// The range of time.
    pub view: Viewport,
    /// The scale on which it is one.
    pub scale: &'a Scale,
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
        self.view.x(self.scale.place(at_us as f64), f64::from(self.width)).round().clamp(-1e8, 1e8) as i32
    }

    /// Start and end of a span's bar as they are drawn in this frame, µs after the origin.
    pub(super) fn range(&self, span: &Span) -> Option<(i64, i64)> {
        let to = span.range(self.timeline.now_us)?;
        Some(self.moving.map_or(to, |(moving, part)| moving.range(span.id, to, part)))
    }

    /// Where a marker is drawn in this frame.
    pub(super) fn marker(&self, marker: &Marker) -> i32 {
        let moving = self.moving.filter(|_| marker.kind == MarkerKind::Now);
        self.x(moving.map_or(marker.at_us, |(moving, part)| moving.now(marker.at_us, part)))
    }

    /// The time at a place of the canvas, device pixels.
    pub(super) fn time(&self, x: f64) -> f64 {
        self.scale.time(self.view.time(x, f64::from(self.width)))
    }

    /// The ticks in view; none in a stretch that is shortened.
    pub(crate) fn ticks(&self) -> Vec<Tick> {
        let step = step_us(self.view, self.width_css());
        let (from, until) = (self.time(0.0), self.time(f64::from(self.width)));
        let mut at = from;
        let mut found = Vec::new();
        for one in self.scale.breaks().iter().filter(|one| (one.until_us as f64) > from && (one.from_us as f64) < until)
        {
            found.extend(ticks_between(at, one.from_us as f64, step));
            at = at.max(one.until_us as f64);
        }
        found.extend(ticks_between(at, until, step));
        found
    }

    pub(super) fn width_css(&self) -> f64 {
        f64::from(self.width) / self.ratio
    }

    pub(super) fn is_narrow(&self) -> bool {
        self.width_css() < 420.0
    }
}

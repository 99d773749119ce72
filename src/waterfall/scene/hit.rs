//! What lies under a point of the chart. Pure; imports the shapes.

use super::pixels::device;
use super::shapes::{Rect, Scene};

/// What lies under a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    /// The span of the row.
    pub span: u32,
    /// Whether the point is on what is drawn of the span (2 CSS pixels around it count).
    pub on_bar: bool,
}

impl Scene {
    /// What lies under a point in device pixels. None: below the last row, or outside.
    pub fn hit(&self, x: i32, y: i32) -> Option<Hit> {
        if x < 0 || x >= self.width || y < 0 || y >= self.height {
            return None;
        }
        let at = self.rows.partition_point(|row| row.y1 <= y);
        let row = self.rows.get(at).filter(|row| row.y0 <= y)?;
        let near = device(2.0, self.ratio);
        let on = |rect: Rect| x >= rect.x0 - near && x < rect.x1 + near;
        let on_bar = self.bars.iter().filter(|bar| bar.span == row.span).any(|bar| on(bar.rect))
            || self.slivers.iter().filter(|sliver| sliver.span == row.span).any(|sliver| on(sliver.rect))
            || self.brackets.iter().filter(|group| group.span == row.span).any(|group| on(group.beam));
        Some(Hit { span: row.span, on_bar })
    }
}

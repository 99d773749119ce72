//! What of a timeline can be seen, in whole device pixels: a timeline, the rows that are open, a viewport and a scroll
//! position go in; bars, hatches, words and lines come out, at most one bar a row and, for folded rows, one run a pixel
//! column, whatever the data (docs/architecture.md, "A waterfall"). Also answers what lies under a point. Pure; imports
//! `model` and the viewport.

mod axis;
mod frame;
mod hit;
mod mini;
mod pixels;
mod row;
mod shapes;
#[cfg(test)]
mod tests;
mod tip;

pub(crate) use axis::{AxisScene, axis, cursor_text};
pub(crate) use frame::AXIS;
pub use frame::{Frame, ROW};
pub(crate) use hit::Hit;
pub(crate) use mini::{HANDLE, Hold, MINI, MiniScene, hold, mini};
pub(crate) use shapes::{Anchor, Bar, Bracket, Fill, Line, Outline, Rect, RowAt, Scene, Sliver, Tone, Words};
pub(crate) use tip::{Tip, tip};

use crate::model::timeline::{MarkerKind, SpanKind};

/// The scene of the chart. Costs what is in view: rows × width at most.
pub fn scene(frame: &Frame<'_>) -> Scene {
    let mut scene = Scene {
        width: frame.width,
        height: frame.height,
        ratio: frame.ratio,
        view: Some(frame.view),
        ..Scene::default()
    };
    if frame.width <= 0 || frame.height <= 0 || frame.view.range_us() <= 0.0 {
        return scene;
    }
    // What is drawn in the coordinates of the scale: places, not times.
    scene.grid = frame.ticks().iter().map(|tick| frame.scale.place(tick.at_us as f64).round() as i64).collect();
    for one in frame.scale.breaks() {
        let (x0, x1) = (frame.x(one.from_us), frame.x(one.until_us));
        if x1 >= 0 && x0 <= frame.width {
            scene.breaks.push((x0, x1.max(x0 + frame.px(4.0))));
        }
    }
    for marker in &frame.timeline.markers {
        let x = frame.marker(marker);
        if x < 0 || x > frame.width {
            continue;
        }
        let (tone, dotted) = match marker.kind {
            MarkerKind::Failed => (Tone::Fail, false),
            MarkerKind::Now => (Tone::Accent, false),
            MarkerKind::Ready | MarkerKind::Canceled => (Tone::Ink2, true),
        };
        scene.lines.push(Line { x: x.min(frame.width - scene.line_width()).max(0), tone, dotted });
    }
    let first = (frame.scroll / ROW).floor().max(0.0) as usize;
    for (at, id) in frame.rows.iter().enumerate().skip(first) {
        let top = at as f64 * ROW - frame.scroll;
        let (y0, y1) = (frame.px(top), frame.px(top + ROW));
        if y0 >= frame.height {
            break;
        }
        let Some(span) = frame.timeline.span(*id) else { continue };
        let selected = frame.selected == Some(*id);
        let paper = if selected {
            Tone::Selected
        } else if span.kind == SpanKind::Group {
            Tone::Sunken
        } else {
            Tone::Surface
        };
        scene.rows.push(RowAt { span: *id, y0, y1, paper });
        row::outline(frame, &mut scene, *id, top);
        row::add(frame, &mut scene, span, top, paper, selected);
    }
    scene
}

//! The whole build in a strip above the chart, with the range that is shown as a window on it. Pure; imports `model`,
//! the frame and the viewport.

use super::frame::Frame;
use super::row::tone;
use super::shapes::{Rect, Tone};
use crate::model::timeline::{Span, SpanKind};
use crate::waterfall::viewport::Viewport;

/// Height of the strip, CSS pixels.
pub(crate) const MINI: f64 = 32.0;
/// Up to this many bars all of them are drawn, above it stages alone.
const BARS: usize = 300;

/// What is drawn of the strip.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct MiniScene {
    /// Width of the canvas, device pixels.
    pub width: i32,
    /// Height of the canvas, device pixels.
    pub height: i32,
    /// Device pixels per CSS pixel.
    pub ratio: f64,
    /// The bars.
    pub bars: Vec<(Rect, Tone)>,
    /// The range that is shown.
    pub window: Rect,
    /// Whether that is all.
    pub whole: bool,
}

/// The scene of the strip.
pub(crate) fn mini(frame: &Frame<'_>) -> MiniScene {
    let (width, height) = (frame.width, frame.px(MINI));
    let whole = Viewport::fit(frame.scale.end(frame.timeline.end_us));
    let x = |us: f64| whole.x(us, f64::from(width)).round().clamp(0.0, f64::from(width)) as i32;
    let drawn = |span: &&Span| span.has_bar() && !matches!(span.kind, SpanKind::Group | SpanKind::Module);
    let many = frame.timeline.spans.iter().filter(drawn).take(BARS + 1).count() > BARS;
    let bars: Vec<&Span> = frame
        .timeline
        .spans
        .iter()
        .filter(drawn)
        .filter(|span| !many || span.kind != SpanKind::Resource)
        .take(BARS)
        .collect();
    let room = f64::from(height - frame.px(6.0)).max(1.0);
    let step = room / bars.len().max(1) as f64;
    let high = (step.floor() as i32).clamp(1, frame.px(4.0).max(1));
    let bars = bars.iter().enumerate().filter_map(|(at, span)| {
        let (start, end) = span.range(frame.timeline.now_us)?;
        let (x0, y0) = (
            x(frame.scale.place(start as f64)).min(width - 1).max(0),
            frame.px(3.0) + (at as f64 * step).round() as i32,
        );
        Some((
            Rect { x0, y0, x1: x(frame.scale.place(end as f64)).max(x0 + 1), y1: y0 + high },
            tone(span, frame.color),
        ))
    });
    let (x0, x1) = (x(frame.view.start_us), x(frame.view.end_us));
    let window = Rect { x0: x0.min(width - 2).max(0), y0: 0, x1: x1.max(x0 + 2).min(width), y1: height };
    MiniScene {
        width,
        height,
        ratio: frame.ratio,
        bars: bars.collect(),
        window,
        whole: frame.view.range_us() >= whole.range_us() * 0.9999,
    }
}

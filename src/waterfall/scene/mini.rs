//! The whole build in a strip above the chart, with the range that is shown as a window on it, and what of that window
//! a hand takes hold of. Pure; imports `model`, the frame and the viewport.

use super::frame::Frame;
use super::row::tone;
use super::shapes::{Rect, Tone};
use crate::model::timeline::{Span, SpanKind};
use crate::waterfall::viewport::Viewport;

/// Height of the strip, CSS pixels.
pub(crate) const MINI: f64 = 32.0;
/// Up to this many bars all of them are drawn, above it stages alone.
const BARS: usize = 300;

/// How wide the handle at an edge of the window is, CSS pixels.
pub(crate) const HANDLE: f64 = 4.0;
/// How near an edge of the window a hand holds that edge, CSS pixels.
const NEAR: f64 = 10.0;

/// What of the strip a hand takes hold of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hold {
    /// The left edge of the window.
    Start,
    /// The right edge of the window.
    End,
    /// The window, which can be moved.
    Window,
    /// Nothing: a new window begins here.
    Nothing,
}

/// What a hand at `x` takes hold of, where the window lies from `start` to `end`, all in CSS pixels; `whole`: the
/// window is as wide as the strip, so that it cannot be moved. In a narrow window the middle third stays free to move
/// it.
pub(crate) fn hold(x: f64, (start, end): (f64, f64), whole: bool) -> Hold {
    let inside = NEAR.min((end - start) / 3.0);
    if x >= start - NEAR && x < start + inside {
        Hold::Start
    } else if x > end - inside && x <= end + NEAR {
        Hold::End
    } else if x >= start && x <= end && !whole {
        Hold::Window
    } else {
        Hold::Nothing
    }
}

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
}

/// The scene of the strip.
pub(crate) fn mini(frame: &Frame<'_>) -> MiniScene {
    let (width, height) = (frame.width, frame.px(MINI));
    let whole = Viewport::fit(frame.scale.end(frame.timeline.end_us));
    let x = |us: f64| whole.x(us, f64::from(width)).round().clamp(0.0, f64::from(width)) as i32;
    let drawn = |span: &&Span| span.has_bar() && !matches!(span.kind, SpanKind::Group | SpanKind::Module);
    let many = frame.timeline.spans.iter().filter(drawn).take(BARS + 1).count() > BARS;
    let bars: Vec<&Span> = if many {
        frame.timeline.heads().filter(drawn).take(BARS).collect()
    } else {
        frame.timeline.spans.iter().filter(drawn).collect()
    };
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
    MiniScene { width, height, ratio: frame.ratio, bars: bars.collect(), window }
}

#[cfg(test)]
mod tests {
    use super::{Hold, hold};
    use proptest::prelude::*;

    #[test]
    fn a_window_is_held_by_its_edges_and_between_them() {
        for (x, window, whole, expected) in [
            (0.0, (0.0, 800.0), true, Hold::Start),
            (800.0, (0.0, 800.0), true, Hold::End),
            (400.0, (0.0, 800.0), true, Hold::Nothing),
            (100.0, (100.0, 300.0), false, Hold::Start),
            (92.0, (100.0, 300.0), false, Hold::Start),
            (89.0, (100.0, 300.0), false, Hold::Nothing),
            (200.0, (100.0, 300.0), false, Hold::Window),
            (305.0, (100.0, 300.0), false, Hold::End),
            (311.0, (100.0, 300.0), false, Hold::Nothing),
            // Six pixels wide: it can be moved all the same.
            (100.0, (100.0, 106.0), false, Hold::Start),
            (103.0, (100.0, 106.0), false, Hold::Window),
            (106.0, (100.0, 106.0), false, Hold::End),
        ] {
            assert_eq!(hold(x, window, whole), expected, "{x} in {window:?}");
        }
    }

    proptest! {
        #[test]
        fn both_edges_of_any_window_can_be_held(start in 0.0_f64..1_000.0, wide in 0.5_f64..1_000.0, whole: bool) {
            let end = start + wide;
            prop_assert_eq!(hold(start, (start, end), whole), Hold::Start);
            prop_assert_eq!(hold(end, (start, end), whole), Hold::End);
        }
    }
}

//! The words that float beside the pointer. Pure.

use super::frame::Frame;
use super::shapes::{Anchor, Rect, Tone, Words};

/// Words that float beside the pointer.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Tip {
    /// Their paper.
    pub rect: Rect,
    /// The lines; the first is bold.
    pub lines: Vec<Words>,
}

/// Lines of words beside a point, in device pixels, moved so that they lie within the canvas.
pub(crate) fn tip(frame: &Frame<'_>, lines: Vec<String>, x: i32, y: i32) -> Tip {
    let wide = |at: usize, text: &str| ((frame.measure)(text, at == 0) * frame.ratio).ceil() as i32;
    let widest = lines.iter().enumerate().map(|(at, text)| wide(at, text)).max().unwrap_or(0);
    let room = frame.px(8.0);
    let width = widest + 2 * room;
    let height = frame.px(16.0 * lines.len() as f64 + 8.0);
    let beside =
        if x + frame.px(12.0) + width <= frame.width { x + frame.px(12.0) } else { x - frame.px(12.0) - width };
    let x0 = beside.clamp(0, (frame.width - width).max(0));
    let below =
        if y + frame.px(16.0) + height <= frame.height { y + frame.px(16.0) } else { y - frame.px(10.0) - height };
    let y0 = below.clamp(0, (frame.height - height).max(0));
    let lines = lines
        .into_iter()
        .enumerate()
        .map(|(at, text)| Words {
            width: wide(at, &text),
            text,
            x: x0 + room,
            y: y0 + frame.px(16.0 * at as f64 + 12.0),
            anchor: Anchor::Left,
            tone: if at == 0 { Tone::Ink } else { Tone::Ink2 },
            strong: at == 0,
            halo: None,
        })
        .collect();
    Tip { rect: Rect { x0, y0, x1: x0 + width, y1: y0 + height }, lines }
}

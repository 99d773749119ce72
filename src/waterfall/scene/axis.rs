//! The axis above the chart: ticks, and the chips of markers and of the cursor. Pure.

use super::frame::{AXIS, Frame};
use super::shapes::{Anchor, Chip, Line, Rect, Tone, Words};
use crate::model::duration::{offset_text, span_text};
use crate::model::timeline::MarkerKind;
use crate::waterfall::viewport::step_us;

/// What is drawn of the axis.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct AxisScene {
    /// Width of the canvas, device pixels.
    pub width: i32,
    /// Height of the canvas, device pixels.
    pub height: i32,
    /// Device pixels per CSS pixel.
    pub ratio: f64,
    /// Short lines at the bottom.
    pub marks: Vec<i32>,
    /// The words of the ticks.
    pub labels: Vec<Words>,
    /// Lines that continue those of the chart.
    pub lines: Vec<Line>,
    /// Chips of the markers.
    pub chips: Vec<Chip>,
}

/// The scene of the axis: ticks as many as have room for their words, chips of the markers, and of the cursor if there
/// is one (`cursor`: device pixels).
pub(crate) fn axis(frame: &Frame<'_>, cursor: Option<i32>) -> AxisScene {
    let height = frame.px(AXIS);
    let mut scene = AxisScene { width: frame.width, height, ratio: frame.ratio, ..AxisScene::default() };
    if frame.width <= 0 || frame.view.range_us() <= 0.0 {
        return scene;
    }
    let middle = frame.px(14.0);
    for marker in &frame.timeline.markers {
        let x = frame.marker(marker);
        if x < 0 || x > frame.width {
            continue;
        }
        let (tone, on) = match marker.kind {
            MarkerKind::Failed => (Tone::Fail, Tone::Surface),
            MarkerKind::Now => (Tone::Accent, Tone::OnAccent),
            MarkerKind::Ready | MarkerKind::Canceled => (Tone::Ink2, Tone::Surface),
        };
        let chip = chip(frame, marker.label.clone(), x, tone, on, middle);
        // Two markers at nearly one place: the later chip would hide the first, so only the line of it is drawn.
        if scene.chips.iter().all(|other| apart(other.rect, chip.rect)) {
            scene.chips.push(chip);
        }
        scene.lines.push(Line { x: x.min(frame.width - frame.line(1.5)).max(0), tone, dotted: false });
    }
    // How long what is left out at a break is stands there.
    for one in frame.scale.breaks() {
        let x = frame.x(one.from_us.midpoint(one.until_us));
        if x < 0 || x > frame.width {
            continue;
        }
        let text = format!("⁄⁄ {}", span_text(one.until_us.saturating_sub(one.from_us)));
        let chip = chip(frame, text, x, Tone::Sunken, Tone::Ink2, middle);
        if scene.chips.iter().all(|other| apart(other.rect, chip.rect)) {
            scene.chips.push(chip);
        }
    }
    if let Some(x) = cursor {
        let at = frame.time(f64::from(x)) as i64;
        let step = step_us(frame.view, frame.width_css());
        let text = match frame.clock {
            Some(clock) => format!("{}  {}", cursor_text(at, step), clock(at)),
            None => cursor_text(at, step),
        };
        let chip = chip(frame, text, x, Tone::Ink, Tone::Surface, middle);
        scene.chips.retain(|other| apart(other.rect, chip.rect));
        scene.chips.push(chip);
    }
    let ticks = frame.ticks();
    let step = step_us(frame.view, frame.width_css());
    let spacing = step as f64 / frame.view.range_us() * frame.width_css();
    let widest = ticks.iter().map(|tick| (frame.measure)(&tick.label, false)).fold(0.0, f64::max);
    let every = [1_i64, 2, 5, 10].into_iter().find(|every| *every as f64 * spacing >= widest + 14.0).unwrap_or(10);
    for tick in ticks {
        let x = frame.x(tick.at_us);
        scene.marks.push(x);
        if (tick.at_us / step) % every != 0 {
            continue;
        }
        let width = ((frame.measure)(&tick.label, false) * frame.ratio).ceil() as i32;
        let (anchor, left) = if x < width / 2 { (Anchor::Left, x) } else { (Anchor::Middle, x - width / 2) };
        let taken = Rect { x0: left - frame.px(4.0), y0: 0, x1: left + width + frame.px(4.0), y1: height };
        if left + width > frame.width || scene.chips.iter().any(|chip| !apart(chip.rect, taken)) {
            continue;
        }
        scene.labels.push(Words {
            text: tick.label,
            x,
            y: middle,
            anchor,
            tone: Tone::Ink2,
            strong: false,
            halo: None,
            width,
        });
    }
    scene
}

/// Whether two rectangles leave each other alone, from left to right.
pub(super) const fn apart(a: Rect, b: Rect) -> bool {
    a.x1 <= b.x0 || b.x1 <= a.x0
}

fn chip(frame: &Frame<'_>, text: String, x: i32, tone: Tone, on: Tone, middle: i32) -> Chip {
    let width = ((frame.measure)(&text, true) * frame.ratio).ceil() as i32;
    let whole = (width + frame.px(14.0)).min(frame.width);
    let x0 = (x - whole / 2).clamp(0, (frame.width - whole).max(0));
    Chip {
        rect: Rect { x0, y0: frame.px(3.0), x1: x0 + whole, y1: frame.px(23.0) },
        words: Words {
            text,
            x: x0 + whole / 2,
            y: middle - frame.px(1.0),
            anchor: Anchor::Middle,
            tone: on,
            strong: true,
            halo: None,
            width,
        },
        tone,
    }
}

/// The time under the cursor, finer than the ticks: tenths of a second, or milliseconds and microseconds when zoomed.
pub(crate) fn cursor_text(at_us: i64, step_us: i64) -> String {
    if step_us >= 500_000 {
        return offset_text(at_us);
    }
    let (sign, us) = (if at_us < 0 { "−" } else { "" }, at_us.unsigned_abs());
    if step_us < 1_000 {
        return format!("{sign}{}.{:06} s", us / 1_000_000, us % 1_000_000);
    }
    format!("{sign}{}.{:03} s", us / 1_000_000, us % 1_000_000 / 1_000)
}

//! What of a timeline can be seen, in whole device pixels: a timeline, the rows that are open, a viewport and a scroll position go
//! in; bars, hatches, words and lines come out, at most one bar a row and, for folded rows, one run a pixel column, whatever the
//! data (docs/architecture.md, "A waterfall"). Also answers what lies under a point. Pure; imports `model` and the viewport.

mod axis;
#[cfg(test)]
mod tests;

pub use super::index::Folds;
pub use super::index::Index;
pub use axis::Tip;
pub use axis::axis;
pub use axis::cursor_text;
pub use axis::tip;

use super::viewport::Viewport;
use super::viewport::ticks;
use crate::model::duration::span_text;
use crate::model::timeline::MarkerKind;
use crate::model::timeline::Phase;
use crate::model::timeline::Precision;
use crate::model::timeline::Span;
use crate::model::timeline::SpanKind;
use crate::model::timeline::SpanOutcome;
use crate::model::timeline::Timeline;

/// Height of a row, CSS pixels. The label rows have the same (`--row-chart`).
pub const ROW: f64 = 24.0;
/// Height of the axis, CSS pixels.
pub const AXIS: f64 = 28.0;
/// Where a bar begins in its row, and how high it is, CSS pixels.
const BAR_TOP: f64 = 5.0;
const BAR_HEIGHT: f64 = 14.0;
/// A span narrower than this is drawn as a line of this width with a wedge above it, CSS pixels.
pub const SLIVER: f64 = 2.0;
/// Room between a bar and the words beside it, CSS pixels.
const GAP: f64 = 8.0;
/// Longest words beside a bar, characters.
const WORDS: usize = 44;

/// A rectangle in device pixels; right and bottom edge are outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rect {
    /// Left edge.
    pub x0: i32,
    /// Top edge.
    pub y0: i32,
    /// Right edge, outside.
    pub x1: i32,
    /// Bottom edge, outside.
    pub y1: i32,
}

impl Rect {
    /// Width, device pixels.
    pub const fn width(self) -> i32 {
        self.x1 - self.x0
    }
    /// Height, device pixels.
    pub const fn height(self) -> i32 {
        self.y1 - self.y0
    }
    /// Whether the pixel lies in it.
    pub const fn has(self, x: i32, y: i32) -> bool {
        x >= self.x0 && x < self.x1 && y >= self.y0 && y < self.y1
    }
}

/// A colour by its meaning; `paint::Palette` knows what it looks like in the theme of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Tone {
    /// The paper.
    Surface,
    /// The paper of group rows.
    Sunken,
    /// The paper of the selected row.
    Selected,
    /// First ink.
    Ink,
    /// Second ink.
    Ink2,
    /// Third ink.
    Ink3,
    /// Hairlines.
    Rule,
    /// Firm lines.
    RuleFirm,
    /// Now, growing.
    Accent,
    /// Text on the accent.
    OnAccent,
    /// Failure, as a line or a fill.
    Fail,
    /// The paper of a failed bar.
    FailBg,
    /// Failure, as text.
    Bad,
    /// The paper of a connect bar.
    ConnectBg,
    /// A phase.
    Phase(Phase),
    /// A stage that is no phase.
    Other,
}

/// How a bar is filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fill {
    /// Exact.
    Solid,
    /// Estimated: pale, with an outline of the tone.
    Pale,
    /// Connect: rising hatch, three things in one.
    Hatched,
    /// Failure: falling, dense hatch.
    Failed,
}

/// A span that is at least [`SLIVER`] wide on the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bar {
    /// The span.
    pub span: u32,
    /// Where.
    pub rect: Rect,
    /// Its colour.
    pub tone: Tone,
    /// How it is filled.
    pub fill: Fill,
    /// It begins before the left edge.
    pub cut_left: bool,
    /// It ends after the right edge.
    pub cut_right: bool,
    /// It still grows: an accent edge at its end.
    pub growing: bool,
    /// It is the selected span: an outline in ink.
    pub selected: bool,
}

/// A span that is narrower than [`SLIVER`]: a line, and a wedge above it so that it is found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sliver {
    /// The span.
    pub span: u32,
    /// The line.
    pub rect: Rect,
    /// Its colour.
    pub tone: Tone,
    /// Solid: a line. Pale: a dashed line, an open wedge. Failed: a pennant.
    pub fill: Fill,
    /// Whether the pennant flies to the left.
    pub left: bool,
    /// It is the selected span.
    pub selected: bool,
}

/// A group: a bracket over its spans.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bracket {
    /// The span of the group.
    pub span: u32,
    /// The bracket's beam.
    pub beam: Rect,
    /// Its left end is in view.
    pub left: bool,
    /// Its right end is in view and fixed (not growing).
    pub right: bool,
    /// It is the selected span.
    pub selected: bool,
}

/// The rows below a folded row, merged per pixel column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Strip {
    /// Where.
    pub rect: Rect,
    /// [`Tone::Ink3`], or [`Tone::Fail`] where one of them failed.
    pub tone: Tone,
}

/// Where the given x of words is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// The words begin there.
    Left,
    /// Their middle is there.
    Middle,
    /// They end there.
    Right,
}

/// Words on the canvas, 12 CSS pixels high.
#[derive(Clone, Debug, PartialEq)]
pub struct Words {
    /// What is written.
    pub text: String,
    /// Where, device pixels.
    pub x: i32,
    /// Middle of the line, device pixels.
    pub y: i32,
    /// What x is.
    pub anchor: Anchor,
    /// Their colour.
    pub tone: Tone,
    /// Bold.
    pub strong: bool,
    /// What lies behind them is painted over with this.
    pub halo: Option<Tone>,
    /// Their width, device pixels.
    pub width: i32,
}

/// A vertical line through the chart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Where it begins, device pixels; [`Scene::line_width`] wide.
    pub x: i32,
    /// Its colour.
    pub tone: Tone,
    /// Dotted.
    pub dotted: bool,
}

/// A label on the axis with a background.
#[derive(Clone, Debug, PartialEq)]
pub struct Chip {
    /// Its background.
    pub rect: Rect,
    /// Its words, centred.
    pub words: Words,
    /// Colour of the background.
    pub tone: Tone,
}

/// A row on the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowAt {
    /// The span of the row.
    pub span: u32,
    /// Top edge, device pixels (may be above the canvas).
    pub y0: i32,
    /// Bottom edge, outside.
    pub y1: i32,
    /// Paper of the row.
    pub paper: Tone,
}

/// All that is to be drawn, in device pixels, in the order of the fields.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scene {
    /// Width of the canvas.
    pub width: i32,
    /// Height of the canvas.
    pub height: i32,
    /// Device pixels per CSS pixel.
    pub ratio: f64,
    /// The rows in view, from the top.
    pub rows: Vec<RowAt>,
    /// The range of time that the width shows.
    pub view: Option<Viewport>,
    /// Times that have a line, µs after the origin.
    pub grid: Vec<i64>,
    /// Brackets of groups.
    pub brackets: Vec<Bracket>,
    /// Strips of folded rows.
    pub strips: Vec<Strip>,
    /// Bars.
    pub bars: Vec<Bar>,
    /// Narrow spans.
    pub slivers: Vec<Sliver>,
    /// Ready, failed, canceled, now.
    pub lines: Vec<Line>,
    /// Words beside bars.
    pub words: Vec<Words>,
}

/// What is drawn of the axis.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AxisScene {
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

/// CSS pixels as device pixels, rounded.
fn device(css: f64, ratio: f64) -> i32 {
    (css * ratio).round() as i32
}

/// The same, never 0: for lines.
fn line(css: f64, ratio: f64) -> i32 {
    device(css, ratio).max(1)
}

impl Scene {
    /// Width of marker lines, device pixels.
    pub fn line_width(&self) -> i32 {
        line(1.5, self.ratio)
    }
}

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
    /// Width of a text 12 CSS pixels high, in CSS pixels; the second argument: bold.
    pub measure: &'a dyn Fn(&str, bool) -> f64,
}

impl Frame<'_> {
    fn px(&self, css: f64) -> i32 {
        device(css, self.ratio)
    }

    fn line(&self, css: f64) -> i32 {
        line(css, self.ratio)
    }

    /// The device pixel of a time, not limited to the canvas but to what an i32 can carry.
    fn x(&self, at_us: i64) -> i32 {
        self.view.x(at_us as f64, f64::from(self.width)).round().clamp(-1e8, 1e8) as i32
    }

    fn width_css(&self) -> f64 {
        f64::from(self.width) / self.ratio
    }

    fn is_narrow(&self) -> bool {
        self.width_css() < 420.0
    }
}

/// What a span's bar is filled with.
fn fill(span: &Span) -> Fill {
    if span.outcome.is_failure() && !matches!(span.kind, SpanKind::Group | SpanKind::Stage) {
        Fill::Failed
    } else if span.kind == SpanKind::Connect || span.phase == Some(Phase::Connect) {
        Fill::Hatched
    } else if span.precision != Precision::Exact && span.kind != SpanKind::Queue {
        // The queue is the job's own time and stays solid, also while the build is under way.
        Fill::Pale
    } else {
        Fill::Solid
    }
}

fn tone(span: &Span) -> Tone {
    span.phase.map_or(Tone::Other, Tone::Phase)
}

/// At most [`WORDS`] characters, cut with three dots.
fn short(text: &str) -> String {
    let first = text.lines().next().unwrap_or_default().trim();
    if first.chars().count() <= WORDS {
        first.to_owned()
    } else {
        let kept: String = first.chars().take(WORDS - 1).collect();
        format!("{}…", kept.trim_end())
    }
}

/// What is written beside a span: failures always, else what must be said.
fn said(span: &Span, now_us: i64, narrow: bool) -> Option<(String, Tone, bool)> {
    let bad = |text: String| Some((text, Tone::Bad, true));
    let plain = |text: String| Some((text, Tone::Ink2, false));
    match &span.outcome {
        SpanOutcome::Failed { message } => match span.kind {
            SpanKind::Group | SpanKind::Stage => None,
            SpanKind::Resource if narrow => bad("errored".to_owned()),
            SpanKind::Resource => bad(span
                .duration_us(now_us)
                .map_or_else(|| "errored".to_owned(), |us| format!("errored after {}", span_text(us)))),
            _ => bad(span.exit_code.map_or_else(
                || if message.trim().is_empty() { "failed".to_owned() } else { short(message) },
                |code| format!("exit code {code}"),
            )),
        },
        SpanOutcome::TimedOut => bad("timed out".to_owned()),
        SpanOutcome::PipesLeftOpen => plain("left its output open".to_owned()),
        SpanOutcome::Unfinished if span.kind == SpanKind::Script => plain("its end is not known".to_owned()),
        SpanOutcome::Unfinished => plain("no end in the log".to_owned()),
        SpanOutcome::Unknown(word) => plain(short(word)),
        SpanOutcome::Ok if narrow => None,
        SpanOutcome::Ok if span.kind == SpanKind::Connect => {
            span.note.as_deref().and_then(|note| plain(short_note(note)))
        }
        SpanOutcome::Ok => None,
        SpanOutcome::NotStarted => {
            let words = if span.kind == SpanKind::Connect { "not connected" } else { "not started" };
            Some((words.to_owned(), Tone::Ink3, false))
        }
        SpanOutcome::NotKept => {
            let words = span.note.as_deref().map_or_else(|| "not kept by the server".to_owned(), short_note);
            Some((words, Tone::Ink3, false))
        }
    }
}

/// A note is ours, so it may be as long as it is; only its first line fits.
fn short_note(note: &str) -> String {
    note.lines().next().unwrap_or_default().to_owned()
}

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
    scene.grid = ticks(frame.view, frame.width_css()).iter().map(|tick| tick.at_us).collect();
    for marker in &frame.timeline.markers {
        let x = frame.x(marker.at_us);
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
        row(frame, &mut scene, span, top, paper, selected);
    }
    scene
}

/// Adds what one row shows.
fn row(frame: &Frame<'_>, scene: &mut Scene, span: &Span, top: f64, paper: Tone, selected: bool) {
    let middle = frame.px(top + ROW / 2.0);
    if !span.has_bar() {
        missing(frame, scene, span, middle, paper);
        return;
    }
    let Some((start, end)) = span.range(frame.timeline.now_us) else { return };
    let (from, to) = (frame.x(start), frame.x(end));
    if to < 0 || from > frame.width {
        return;
    }
    // A zero-length span at the very edge belongs to the last pixel.
    let (x0, x1) = (from.clamp(0, frame.width), to.clamp(0, frame.width));
    if span.kind == SpanKind::Group {
        let beam_top = frame.px(top + 10.0);
        let least = frame.line(1.5);
        let x1 = x1.max(x0 + least).min(frame.width);
        scene.brackets.push(Bracket {
            span: span.id,
            beam: Rect { x0: x0.min(x1 - least).max(0), y0: beam_top, x1, y1: beam_top + frame.line(3.0) },
            left: from >= 0,
            right: to <= frame.width && !span.is_growing(),
            selected,
        });
    } else {
        let bar_top = frame.px(top + BAR_TOP);
        let height = frame.line(BAR_HEIGHT);
        let sliver = frame.line(SLIVER);
        let (tone, fill) = (tone(span), fill(span));
        let taken;
        if to - from < sliver && !span.is_growing() {
            let left = x0.min(frame.width - sliver).max(0);
            let rect = Rect { x0: left, y0: bar_top, x1: left + sliver, y1: bar_top + height };
            let flies_left = left > frame.px(26.0);
            taken = if fill == Fill::Failed {
                let flag = frame.px(24.0);
                if flies_left { (left - flag, rect.x1) } else { (left, rect.x1 + flag) }
            } else {
                (left - frame.px(3.0), rect.x1 + frame.px(3.0))
            };
            scene.slivers.push(Sliver { span: span.id, rect, tone, fill, left: flies_left, selected });
        } else {
            let x1 = x1.max(x0 + 1).min(frame.width);
            let rect = Rect { x0: x0.min(x1 - 1), y0: bar_top, x1, y1: bar_top + height };
            taken = (rect.x0, rect.x1);
            scene.bars.push(Bar {
                span: span.id,
                rect,
                tone,
                fill,
                cut_left: from < 0,
                cut_right: to > frame.width,
                growing: span.is_growing() && to <= frame.width,
                selected,
            });
        }
        if let Some((text, tone, strong)) = said(span, frame.timeline.now_us, frame.is_narrow()) {
            beside(frame, scene, text, tone, strong, taken, middle, paper);
        }
    }
    if let Some(lane) = frame.index.lane(span.id)
        && !frame.index.is_open(span.id, frame.folds)
    {
        let y0 = frame.px(top + 20.0);
        let y1 = y0 + frame.line(2.0);
        strip(frame, scene, &lane.all, Tone::Ink3, y0, y1);
        strip(frame, scene, &lane.failed, Tone::Fail, y0, y1);
    }
}

/// What stands in a row without a bar.
fn missing(frame: &Frame<'_>, scene: &mut Scene, span: &Span, middle: i32, paper: Tone) {
    let narrow = frame.is_narrow();
    let text = if span.off_scale && span.has_times() {
        let words = span.note.as_deref().map_or_else(|| "outside this build".to_owned(), short_note);
        if narrow { None } else { Some((words, Tone::Ink3, false)) }
    } else {
        said(span, frame.timeline.now_us, narrow)
    };
    let Some((text, tone, strong)) = text else { return };
    // Beside the line of the failure if that is why, else where it would have begun.
    let failed = frame.timeline.markers.iter().find(|marker| marker.kind == MarkerKind::Failed);
    let at = match failed {
        Some(marker) if span.outcome == SpanOutcome::NotStarted => frame.x(marker.at_us),
        _ if span.off_scale => 0,
        _ => frame.x(span.start_us),
    };
    let at = at.clamp(0, frame.width);
    beside(frame, scene, text, tone, strong, (at, at), middle, paper);
}

/// Words beside what takes `taken.0..taken.1`: left of it, else right of it, else nowhere but in the table and the details.
#[expect(clippy::too_many_arguments, reason = "all of them are the words' own")]
fn beside(
    frame: &Frame<'_>,
    scene: &mut Scene,
    text: String,
    tone: Tone,
    strong: bool,
    taken: (i32, i32),
    middle: i32,
    paper: Tone,
) {
    let width = ((frame.measure)(&text, strong) * frame.ratio).ceil() as i32;
    let gap = frame.px(GAP);
    let (x, anchor) = if taken.0 - gap - width >= 0 {
        (taken.0 - gap, Anchor::Right)
    } else if taken.1 + gap + width <= frame.width {
        (taken.1 + gap, Anchor::Left)
    } else if taken.1 - taken.0 >= width + 2 * gap {
        (taken.0 + gap, Anchor::Left)
    } else {
        return;
    };
    scene.words.push(Words { text, x, y: middle, anchor, tone, strong, halo: Some(paper), width });
}

/// The stretches in view, merged per device pixel: at most one rectangle a column, found by binary search.
fn strip(frame: &Frame<'_>, scene: &mut Scene, stretches: &[(i64, i64)], tone: Tone, y0: i32, y1: i32) {
    let left = frame.view.start_us.floor() as i64;
    let mut at = stretches.partition_point(|stretch| stretch.1 < left);
    let mut open: Option<(i32, i32)> = None;
    while let Some((start, end)) = stretches.get(at) {
        let x0 = frame.x(*start).clamp(0, frame.width - 1);
        if frame.x(*start) > frame.width {
            break;
        }
        let x1 = frame.x(*end).clamp(x0 + 1, frame.width);
        match &mut open {
            Some(last) if x0 <= last.1 => last.1 = last.1.max(x1),
            _ => {
                if let Some((x0, x1)) = open.replace((x0, x1)) {
                    scene.strips.push(Strip { rect: Rect { x0, y0, x1, y1 }, tone });
                }
            }
        }
        if x1 >= frame.width {
            break;
        }
        // Everything that begins before the end of this pixel column is in it already.
        let next = frame.view.time(f64::from(x1) - 0.5, f64::from(frame.width)).floor() as i64;
        let rest = stretches.get(at + 1..).unwrap_or_default();
        at += 1 + rest.partition_point(|stretch| stretch.1 < next && frame.x(stretch.1) <= x1);
    }
    if let Some((x0, x1)) = open {
        scene.strips.push(Strip { rect: Rect { x0, y0, x1, y1 }, tone });
    }
}

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

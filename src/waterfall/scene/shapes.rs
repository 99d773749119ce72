//! What a scene is made of: rectangles, bars, words and lines in whole device pixels, and colours by their meaning.
//! Pure; imports `model`.

use super::pixels::line;
use crate::model::timeline::Phase;
use crate::waterfall::viewport::Viewport;

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

/// Where a bar is expected, or was in another build.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outline {
    /// Where.
    pub rect: Rect,
    /// Expected: a dashed frame. Else a thin bar.
    pub dashed: bool,
}

/// A mark at the edge of a row whose bar lies beyond it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edge {
    /// The span.
    pub span: u32,
    /// Beyond the left edge, not the right one.
    pub left: bool,
    /// Where its point is, device pixels.
    pub x: i32,
    /// Its middle.
    pub y: i32,
    /// The colour of the bar.
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
pub(crate) struct Chip {
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
    /// Places of the scale that have a line.
    pub grid: Vec<i64>,
    /// Brackets of groups.
    pub brackets: Vec<Bracket>,
    /// Strips of folded rows.
    pub strips: Vec<Strip>,
    /// What stands behind the bars.
    pub outlines: Vec<Outline>,
    /// Bars.
    pub bars: Vec<Bar>,
    /// Narrow spans.
    pub slivers: Vec<Sliver>,
    /// Ready, failed, canceled, now.
    pub lines: Vec<Line>,
    /// Where the scale is broken: from where to where, device pixels.
    pub breaks: Vec<(i32, i32)>,
    /// Marks of bars out of view.
    pub edges: Vec<Edge>,
    /// Words beside bars.
    pub words: Vec<Words>,
}

impl Scene {
    /// Width of marker lines, device pixels.
    pub fn line_width(&self) -> i32 {
        line(1.5, self.ratio)
    }
}

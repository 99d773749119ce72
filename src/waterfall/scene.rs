//! What of a timeline can be seen, in whole device pixels: a timeline, the rows that are open, a viewport and a scroll position go
//! in; bars, hatches, words and lines come out, at most one bar a row and, for folded rows, one run a pixel column, whatever the
//! data (docs/architecture.md, "A waterfall"). Also answers what lies under a point. Pure; imports `model` and the viewport.

use super::viewport::Viewport;
use super::viewport::step_us;
use super::viewport::ticks;
use crate::model::duration::offset_text;
use crate::model::duration::span_text;
use crate::model::timeline::MarkerKind;
use crate::model::timeline::Phase;
use crate::model::timeline::Precision;
use crate::model::timeline::Span;
use crate::model::timeline::SpanKind;
use crate::model::timeline::SpanOutcome;
use crate::model::timeline::Timeline;
use std::collections::HashMap;
use std::collections::HashSet;

/// Height of a row, CSS pixels. The label rows have the same (`--row-chart`).
pub const ROW: f64 = 24.0;
/// Height of the axis, CSS pixels.
pub const AXIS: f64 = 28.0;
/// Where a bar begins in its row, and how high it is, CSS pixels.
const BAR_TOP: f64 = 5.0;
const BAR_HEIGHT: f64 = 14.0;
/// A span narrower than this is drawn as a line of this width with a wedge above it, CSS pixels.
pub const SLIVER: f64 = 2.0;
/// From this many rows below it on, a folded row shows them as a thin strip under its bar.
const STRIP_FROM: usize = 8;
/// A timeline of at most this many rows is shown unfolded.
const UNFOLDED: usize = 200;
/// In a longer one, rows with more than this many below them begin folded.
const LARGE: usize = 40;
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
#[expect(clippy::struct_excessive_bools, reason = "four independent facts about one bar")]
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

/// The disjoint stretches of time in which something below a row happened, sorted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Lane {
    all: Vec<(i64, i64)>,
    failed: Vec<(i64, i64)>,
}

/// Joins stretches that touch or overlap.
fn join(mut stretches: Vec<(i64, i64)>) -> Vec<(i64, i64)> {
    stretches.sort_unstable();
    let mut joined: Vec<(i64, i64)> = Vec::with_capacity(stretches.len());
    for (start, end) in stretches {
        match joined.last_mut() {
            Some(last) if last.1 >= start => last.1 = last.1.max(end),
            _ => joined.push((start, end)),
        }
    }
    joined
}

/// What is worked out once for each timeline, so that a frame costs what it shows and not what there is.
#[derive(Clone, Debug, Default)]
pub struct Index {
    /// One past the last row below each row.
    ends: Vec<u32>,
    /// What a row is, whichever timeline it is in: its label path. Survives the next answer of a growing build.
    keys: Vec<u64>,
    by_key: HashMap<u64, u32>,
    open: Vec<bool>,
    lanes: HashMap<u32, Lane>,
    bare: HashSet<u32>,
}

/// In a timeline of at most this many rows, names are compared to see which are enough without their type.
const NAMED: usize = 2_000;

/// Where the type in a Terraform address begins, and where the name after it does: `module.x.docker_image.main[0]` → 9, 22.
/// Modules and `data.` stand before the type, an index after the name.
pub fn address(label: &str) -> Option<(usize, usize)> {
    let path = label.get(..label.find(['[', ' ']).unwrap_or(label.len()))?;
    let dot = path.rfind('.')?;
    let from = path.get(..dot)?.rfind('.').map_or(0, |at| at + 1);
    Some((from, dot + 1))
}

/// The resources whose name is the only one of its kind beside them, so that a phone may leave their type out.
fn bare(timeline: &Timeline) -> HashSet<u32> {
    if timeline.spans.len() > NAMED {
        return HashSet::new();
    }
    let mut seen: HashMap<(Option<u32>, &str), Vec<u32>> = HashMap::new();
    for span in timeline.spans.iter().filter(|span| span.kind == SpanKind::Resource) {
        let Some((kind, name)) = address(&span.label) else { continue };
        // Coder's own say what they are by their type: "agent.main", "app.preview".
        if span.label.get(kind..).is_some_and(|rest| !rest.starts_with("coder_")) {
            seen.entry((span.parent, span.label.get(name..).unwrap_or_default())).or_default().push(span.id);
        }
    }
    seen.into_iter()
        // "main" is what most things are called: it tells nothing.
        .filter(|((_, name), ids)| ids.len() == 1 && !name.starts_with("main") && !name.starts_with("this"))
        .flat_map(|(_, ids)| ids)
        .collect()
}

/// One step of FNV-1a over bytes: keys must be the same in every tab and version, which `std`'s hasher does not promise.
fn fnv(mut hash: u64, bytes: &[u8]) -> u64 {
    for byte in bytes {
        hash ^= u64::from(*byte);
        hash = hash.wrapping_mul(0x0000_0100_0000_01b3);
    }
    hash
}

impl Index {
    /// Of this timeline. O(n log n).
    pub fn of(timeline: &Timeline) -> Self {
        let count = timeline.spans.len();
        let mut ends: Vec<u32> = (0..count).map(|at| u32::try_from(at + 1).unwrap_or(u32::MAX)).collect();
        let mut keys = Vec::with_capacity(count);
        let mut by_key: HashMap<u64, u32> = HashMap::with_capacity(count);
        let mut times: HashMap<u64, u32> = HashMap::with_capacity(count);
        for (at, span) in timeline.spans.iter().enumerate() {
            let above =
                span.parent.and_then(|parent| keys.get(parent as usize)).copied().unwrap_or(0xcbf2_9ce4_8422_2325);
            let mut key = fnv(fnv(above, span.label.as_bytes()), &[0xff]);
            key = fnv(key, span.action.as_deref().unwrap_or_default().as_bytes());
            // The same thing twice under one parent (a script that ran again): the second has a key of its own.
            let before = times.entry(key).or_insert(0_u32);
            if *before > 0 {
                key = fnv(key, &before.to_le_bytes());
            }
            *before += 1;
            by_key.insert(key, at as u32);
            keys.push(key);
        }
        // Children come after their parents, so one pass from the end hands every end upwards.
        for at in (0..count).rev() {
            let end = ends.get(at).copied().unwrap_or_default();
            let parent = timeline.spans.get(at).and_then(|span| span.parent);
            if let Some(above) = parent.and_then(|parent| ends.get_mut(parent as usize)) {
                *above = (*above).max(end);
            }
        }
        let below = |at: usize| (ends.get(at).copied().unwrap_or_default() as usize).saturating_sub(at + 1);
        let mut open = vec![true; count];
        if count > UNFOLDED {
            for (at, open) in open.iter_mut().enumerate() {
                let group = timeline.spans.get(at).is_some_and(|span| span.kind == SpanKind::Group);
                *open = group || below(at) <= LARGE;
            }
        }
        let mut lanes = HashMap::new();
        for at in 0..count {
            if below(at) >= STRIP_FROM {
                let stretches = |failed: bool| {
                    let rows = timeline.spans.get(at + 1..at + 1 + below(at)).unwrap_or_default();
                    join(
                        rows.iter()
                            .filter(|span| span.has_bar() && (!failed || span.outcome.is_failure()))
                            .filter_map(|span| span.range(timeline.now_us))
                            .collect(),
                    )
                };
                lanes.insert(at as u32, Lane { all: stretches(false), failed: stretches(true) });
            }
        }
        Self { ends, keys, by_key, open, lanes, bare: bare(timeline) }
    }

    /// How many rows lie below this one, at any depth.
    pub fn below(&self, span: u32) -> usize {
        (self.ends.get(span as usize).copied().unwrap_or_default() as usize).saturating_sub(span as usize + 1)
    }

    /// The row's lasting key.
    pub fn key(&self, span: u32) -> Option<u64> {
        self.keys.get(span as usize).copied()
    }

    /// Whether the name of a resource is enough without its type.
    pub fn is_bare(&self, span: u32) -> bool {
        self.bare.contains(&span)
    }

    /// The row of a key in this timeline.
    pub fn find(&self, key: u64) -> Option<u32> {
        self.by_key.get(&key).copied()
    }

    /// Whether the row shows what is below it, given what the reader has folded and unfolded.
    pub fn is_open(&self, span: u32, folds: &Folds) -> bool {
        let asked = self.key(span).and_then(|key| folds.get(&key)).copied();
        asked.unwrap_or_else(|| self.open.get(span as usize).copied().unwrap_or(true))
    }

    /// The rows to show, in order.
    pub fn rows(&self, folds: &Folds) -> Vec<u32> {
        let mut rows = Vec::new();
        let mut at = 0_u32;
        while let Some(end) = self.ends.get(at as usize) {
            rows.push(at);
            at = if self.is_open(at, folds) { at + 1 } else { *end };
        }
        rows
    }
}

/// What the reader has folded (false) and unfolded (true), by [`Index::key`].
pub type Folds = HashMap<u64, bool>;

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
        SpanOutcome::Unfinished => plain("not seen to end".to_owned()),
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
    if let Some(lane) = frame.index.lanes.get(&span.id)
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

/// The scene of the axis: ticks as many as have room for their words, chips of the markers, and of the cursor if there is one
/// (`cursor`: device pixels).
pub fn axis(frame: &Frame<'_>, cursor: Option<i32>) -> AxisScene {
    let height = frame.px(AXIS);
    let mut scene = AxisScene { width: frame.width, height, ratio: frame.ratio, ..AxisScene::default() };
    if frame.width <= 0 || frame.view.range_us() <= 0.0 {
        return scene;
    }
    let middle = frame.px(14.0);
    for marker in &frame.timeline.markers {
        let x = frame.x(marker.at_us);
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
    if let Some(x) = cursor {
        let at = frame.view.time(f64::from(x), f64::from(frame.width)) as i64;
        let step = step_us(frame.view, frame.width_css());
        let chip = chip(frame, cursor_text(at, step), x, Tone::Ink, Tone::Surface, middle);
        scene.chips.retain(|other| apart(other.rect, chip.rect));
        scene.chips.push(chip);
    }
    let ticks = ticks(frame.view, frame.width_css());
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
const fn apart(a: Rect, b: Rect) -> bool {
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
pub fn cursor_text(at_us: i64, step_us: i64) -> String {
    if step_us >= 500_000 {
        return offset_text(at_us);
    }
    let (sign, us) = (if at_us < 0 { "−" } else { "" }, at_us.unsigned_abs());
    if step_us < 1_000 {
        return format!("{sign}{}.{:06} s", us / 1_000_000, us % 1_000_000);
    }
    format!("{sign}{}.{:03} s", us / 1_000_000, us % 1_000_000 / 1_000)
}

/// Words that float beside the pointer.
#[derive(Clone, Debug, PartialEq)]
pub struct Tip {
    /// Their paper.
    pub rect: Rect,
    /// The lines; the first is bold.
    pub lines: Vec<Words>,
}

/// Lines of words beside a point, in device pixels, moved so that they lie within the canvas.
pub fn tip(frame: &Frame<'_>, lines: Vec<String>, x: i32, y: i32) -> Tip {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::timeline::Marker;
    use crate::model::timeline::Outcome;
    use crate::wire::build::Transition;
    use proptest::prelude::*;

    /// What the tests measure text with: 6 pixels a character, 7 if bold.
    fn measure(text: &str, bold: bool) -> f64 {
        text.chars().count() as f64 * if bold { 7.0 } else { 6.0 }
    }

    fn span(id: u32, parent: Option<u32>, depth: u8, kind: SpanKind, label: &str, start_us: i64, end_us: i64) -> Span {
        Span {
            id,
            parent,
            depth,
            kind,
            phase: Some(Phase::Apply),
            label: label.to_owned(),
            start_us,
            end_us: Some(end_us),
            told: None,
            precision: Precision::Exact,
            outcome: SpanOutcome::Ok,
            action: None,
            source: None,
            exit_code: None,
            clamped: false,
            off_scale: false,
            note: None,
            log: None,
        }
    }

    fn timeline(spans: Vec<Span>, end_us: i64) -> Timeline {
        Timeline {
            origin_us: 1_000_000_000,
            end_us,
            now_us: end_us,
            build_number: 1,
            transition: Transition::Start,
            spans,
            markers: Vec::new(),
            precision: Precision::Exact,
            outcome: Outcome::Succeeded,
            first_error: None,
            job_us: Some(end_us),
            live: false,
            notes: Vec::new(),
        }
    }

    /// One group, one stage, and `children` below it.
    fn stage_of(children: Vec<Span>, end_us: i64) -> Timeline {
        let mut spans = vec![
            span(0, None, 0, SpanKind::Group, "provisioner", 0, end_us),
            span(1, Some(0), 1, SpanKind::Stage, "apply", 0, end_us),
        ];
        spans.extend(children.into_iter().enumerate().map(|(at, child)| Span {
            id: at as u32 + 2,
            parent: Some(1),
            depth: 2,
            ..child
        }));
        timeline(spans, end_us)
    }

    #[derive(Debug)]
    struct Case {
        timeline: Timeline,
        folds: Folds,
        view: Viewport,
        width: i32,
        height: i32,
        ratio: f64,
        scroll: f64,
        selected: Option<u32>,
    }

    impl Case {
        fn of(timeline: Timeline) -> Self {
            let view = Viewport { start_us: 0.0, end_us: timeline.end_us as f64 };
            Self {
                timeline,
                folds: Folds::new(),
                view,
                width: 1_000,
                height: 600,
                ratio: 1.0,
                scroll: 0.0,
                selected: None,
            }
        }

        fn with<T>(&self, then: impl FnOnce(&Frame<'_>) -> T) -> T {
            let index = Index::of(&self.timeline);
            let rows = index.rows(&self.folds);
            then(&Frame {
                timeline: &self.timeline,
                index: &index,
                folds: &self.folds,
                rows: &rows,
                view: self.view,
                width: self.width,
                height: self.height,
                ratio: self.ratio,
                scroll: self.scroll,
                selected: self.selected,
                measure: &measure,
            })
        }

        fn scene(&self) -> Scene {
            self.with(scene)
        }
    }

    fn resource(start_us: i64, end_us: i64) -> Span {
        span(0, None, 2, SpanKind::Resource, "x.y", start_us, end_us)
    }

    #[test]
    fn a_bar_is_where_its_times_are() {
        let scene = Case::of(stage_of(vec![resource(250_000, 500_000)], 1_000_000)).scene();
        assert_eq!(scene.bars[1].rect, Rect { x0: 250, y0: 53, x1: 500, y1: 67 });
        assert_eq!(scene.brackets[0].beam, Rect { x0: 0, y0: 10, x1: 1_000, y1: 13 });
        let papers: Vec<Tone> = scene.rows.iter().map(|row| row.paper).collect();
        assert_eq!(papers, [Tone::Sunken, Tone::Surface, Tone::Surface]);
    }

    #[test]
    fn in_device_pixels_of_any_ratio() {
        for (ratio, y0, y1) in [(1.0, 53, 67), (1.25, 66, 84), (1.5, 80, 101), (2.0, 106, 134)] {
            let mut case = Case::of(stage_of(vec![resource(250_000, 500_000)], 1_000_000));
            case.ratio = ratio;
            case.width = (1_000.0 * ratio) as i32;
            let rect = case.scene().bars[1].rect;
            assert_eq!((rect.x0, rect.x1), ((250.0 * ratio).round() as i32, (500.0 * ratio) as i32), "{ratio}");
            assert_eq!((rect.y0, rect.y1), (y0, y1), "{ratio}");
        }
    }

    #[test]
    fn below_two_pixels_a_line_with_a_wedge() {
        let mut failed = resource(500_000, 500_900);
        failed.outcome = SpanOutcome::Failed { message: "no".to_owned() };
        let mut early = failed.clone();
        (early.start_us, early.end_us) = (1_000, Some(1_000));
        let scene = Case::of(stage_of(vec![resource(1_000_000, 1_000_000), failed, early], 1_000_000)).scene();
        assert_eq!(scene.bars.len(), 1);
        // A zero length at the very end is inside the canvas all the same.
        assert_eq!((scene.slivers[0].rect.x0, scene.slivers[0].rect.x1), (998, 1_000));
        assert_eq!((scene.slivers[1].fill, scene.slivers[1].left), (Fill::Failed, true));
        assert!(!scene.slivers[2].left, "no room for the pennant at the left edge");
        let words: Vec<&str> = scene.words.iter().map(|words| words.text.as_str()).collect();
        assert_eq!(words, ["errored after <1 ms", "errored after 0 ms"]);
    }

    #[test]
    fn what_is_cut_says_so_and_what_is_outside_is_not_drawn() {
        let mut case = Case::of(stage_of(vec![resource(0, 100), resource(400_000, 900_000)], 1_000_000));
        case.view = Viewport { start_us: 500_000.0, end_us: 600_000.0 };
        let scene = case.scene();
        assert_eq!(scene.bars.len(), 2);
        let bar = &scene.bars[1];
        assert!(bar.cut_left && bar.cut_right);
        assert_eq!((bar.rect.x0, bar.rect.x1), (0, 1_000));
        assert!(!scene.brackets[0].left && !scene.brackets[0].right);
        assert!(scene.slivers.is_empty());
    }

    #[test]
    fn fills_tell_what_is_known() {
        let at = |change: &dyn Fn(&mut Span)| {
            let mut span = resource(0, 900_000);
            change(&mut span);
            Case::of(stage_of(vec![span], 1_000_000)).scene().bars[1].clone()
        };
        assert_eq!(at(&|_| ()).fill, Fill::Solid);
        assert_eq!(at(&|span| span.precision = Precision::Estimated).fill, Fill::Pale);
        let queue = at(&|span| (span.kind, span.precision) = (SpanKind::Queue, Precision::Live));
        assert_eq!(queue.fill, Fill::Solid);
        let connect = at(&|span| (span.kind, span.phase) = (SpanKind::Connect, Some(Phase::Connect)));
        assert_eq!((connect.fill, connect.tone), (Fill::Hatched, Tone::Phase(Phase::Connect)));
        assert_eq!(at(&|span| span.outcome = SpanOutcome::TimedOut).fill, Fill::Failed);
        assert_eq!(at(&|span| span.phase = None).tone, Tone::Other);
        let growing = at(&|span| (span.end_us, span.precision) = (None, Precision::Live));
        assert!(growing.growing);
        assert_eq!(growing.rect.x1, 1_000, "it reaches to now");
    }

    #[test]
    fn what_has_no_bar_has_words() {
        let with = |outcome: SpanOutcome, note: Option<&str>| {
            let span = Span { end_us: None, outcome, note: note.map(str::to_owned), ..resource(500_000, 0) };
            let scene = Case::of(stage_of(vec![span], 1_000_000)).scene();
            assert_eq!(scene.bars.len(), 1, "only the stage has a bar");
            scene.words.first().map(|words| words.text.clone())
        };
        assert_eq!(with(SpanOutcome::NotKept, Some("not kept by Coder")).as_deref(), Some("not kept by Coder"));
        assert_eq!(with(SpanOutcome::NotKept, None).as_deref(), Some("not kept by the server"));
        assert_eq!(with(SpanOutcome::NotStarted, None).as_deref(), Some("not started"));
        let connect = Span { kind: SpanKind::Connect, outcome: SpanOutcome::NotStarted, ..resource(0, 0) };
        assert_eq!(said(&connect, 0, true).unwrap().0, "not connected", "as the table says it");
    }

    #[test]
    fn words_stand_where_there_is_room() {
        let mut left = resource(500_000, 600_000);
        left.outcome = SpanOutcome::TimedOut;
        let right = Span { start_us: 10_000, end_us: Some(100_000), ..left.clone() };
        let inside = Span { start_us: 10_000, end_us: Some(990_000), ..left.clone() };
        let scene = Case::of(stage_of(vec![left, right, inside], 1_000_000)).scene();
        let places: Vec<(i32, Anchor)> = scene.words.iter().map(|words| (words.x, words.anchor)).collect();
        assert_eq!(places, [(492, Anchor::Right), (108, Anchor::Left), (18, Anchor::Left)]);
    }

    #[test]
    fn markers_have_lines_and_chips_that_do_not_cover_each_other() {
        let mut case = Case::of(stage_of(Vec::new(), 1_000_000));
        let marker = |kind, at_us, label: &str| Marker { kind, at_us, label: label.to_owned() };
        case.timeline.markers = vec![
            marker(MarkerKind::Failed, 500_000, "failed, 500 ms"),
            marker(MarkerKind::Canceled, 510_000, "canceled"),
            marker(MarkerKind::Ready, 900_000, "ready"),
            marker(MarkerKind::Now, 5_000_000, "now"),
        ];
        assert_eq!(case.scene().lines.iter().map(|line| line.x).collect::<Vec<_>>(), [500, 510, 900]);
        let axis = case.with(|frame| axis(frame, None));
        let chips: Vec<&str> = axis.chips.iter().map(|chip| chip.words.text.as_str()).collect();
        assert_eq!(chips, ["failed, 500 ms", "ready"]);
        for label in &axis.labels {
            for chip in &axis.chips {
                let taken = Rect { x0: label.x - label.width / 2, y0: 0, x1: label.x + label.width / 2, y1: 1 };
                assert!(apart(taken, chip.rect), "{} lies under {}", label.text, chip.words.text);
            }
        }
        let cursor = case.with(|frame| super::axis(frame, Some(890)));
        let chips: Vec<&str> = cursor.chips.iter().map(|chip| chip.words.text.as_str()).collect();
        assert_eq!(chips, ["failed, 500 ms", "0.890 s"], "the cursor's chip goes before those it would cover");
    }

    #[test]
    fn a_thousand_rows_begin_folded_and_unfold() {
        let children: Vec<Span> = (0..1_000).map(|at| resource(at * 1_000, at * 1_000 + 100)).collect();
        let mut case = Case::of(stage_of(children, 1_000_000));
        let index = Index::of(&case.timeline);
        assert_eq!(index.rows(&case.folds), [0, 1]);
        assert_eq!(index.below(0), 1_001);
        let folded = case.scene();
        // 1,000 spans of a tenth of a pixel in 1,000 columns: one strip.
        assert_eq!(folded.strips, [Strip { rect: Rect { x0: 0, y0: 44, x1: 1_000, y1: 46 }, tone: Tone::Ink3 }]);
        case.folds.insert(index.key(1).expect("a row"), true);
        assert_eq!(index.rows(&case.folds).len(), 1_002);
        let open = case.scene();
        assert!(open.strips.is_empty());
        assert_eq!(open.rows.len(), 25, "only what is in view");
        case.scroll = 24.0 * 990.0;
        assert_eq!(case.scene().rows.last().map(|row| row.span), Some(1_001));
    }

    #[test]
    fn a_failure_inside_a_folded_row_is_seen() {
        let mut children: Vec<Span> = (0..300).map(|at| resource(at * 1_000, at * 1_000 + 900)).collect();
        children[150].outcome = SpanOutcome::Failed { message: "no".to_owned() };
        let scene = Case::of(stage_of(children, 300_000)).scene();
        let failed: Vec<&Strip> = scene.strips.iter().filter(|strip| strip.tone == Tone::Fail).collect();
        assert_eq!(failed.len(), 1);
        assert_eq!((failed[0].rect.x0, failed[0].rect.x1), (500, 503));
    }

    #[test]
    fn keys_outlive_a_timeline() {
        let before = stage_of(vec![resource(0, 10), resource(20, 30)], 100);
        let mut grown = before.clone();
        grown.spans.insert(1, span(1, Some(0), 1, SpanKind::Queue, "queue", 0, 0));
        for (at, span) in grown.spans.iter_mut().enumerate() {
            span.id = at as u32;
            if at > 1 {
                span.parent = span.parent.map(|parent| if parent == 0 { 0 } else { parent + 1 });
            }
        }
        let (old, new) = (Index::of(&before), Index::of(&grown));
        assert_ne!(old.key(2), old.key(3), "the same label twice");
        for (id, now) in [(0, 0), (1, 2), (2, 3), (3, 4)] {
            assert_eq!(old.key(id).and_then(|key| new.find(key)), Some(now));
        }
    }

    #[test]
    fn a_hundred_thousand_spans_cost_what_is_seen() {
        let children: Vec<Span> = (0..100_000).map(|at| resource(at * 10, at * 10 + 9)).collect();
        let mut case = Case::of(stage_of(children, 1_000_000));
        let index = Index::of(&case.timeline);
        case.folds.insert(index.key(1).expect("a row"), true);
        assert!(case.scene().rows.len() <= 26);
        case.folds.clear();
        for zoom in [1.0, 3.7, 50.0, 900.0] {
            case.view = Viewport { start_us: 0.0, end_us: 1_000_000.0 / zoom };
            assert!(case.scene().strips.len() <= 1_000);
        }
    }

    #[test]
    fn nothing_is_nothing() {
        let mut case = Case::of(timeline(Vec::new(), 1));
        assert!(case.scene().rows.is_empty());
        case.width = 0;
        assert!(case.scene().grid.is_empty());
        assert!(case.with(|frame| axis(frame, Some(3))).chips.is_empty());
        assert_eq!(case.scene().hit(0, 0), None);
    }

    #[test]
    fn the_cursor_is_as_fine_as_the_zoom() {
        assert_eq!(cursor_text(47_300_000, 10_000_000), "47.3 s");
        assert_eq!(cursor_text(61_234_567, 100_000), "61.234 s");
        assert_eq!(cursor_text(1_234_567, 100), "1.234567 s");
    }

    fn outcomes() -> impl Strategy<Value = SpanOutcome> {
        prop_oneof![
            4 => Just(SpanOutcome::Ok),
            1 => "[a-z ]{0,60}".prop_map(|message| SpanOutcome::Failed { message }),
            1 => Just(SpanOutcome::TimedOut),
            1 => Just(SpanOutcome::NotKept),
            1 => Just(SpanOutcome::NotStarted),
            1 => "[a-z]{0,9}".prop_map(SpanOutcome::Unknown),
        ]
    }

    fn cases() -> impl Strategy<Value = Case> {
        let child = (0_i64..1_100_000, 0_i64..400_000, outcomes(), 0_u8..8).prop_map(|(start, long, outcome, odd)| {
            let mut span = resource(start, start + if odd == 0 { 0 } else { long });
            span.outcome = outcome;
            match odd {
                1 => span.precision = Precision::Estimated,
                2 => (span.precision, span.end_us) = (Precision::Live, None),
                3 => span.kind = SpanKind::Script,
                4 => (span.kind, span.phase) = (SpanKind::Connect, Some(Phase::Connect)),
                5 => span.off_scale = true,
                _ => {}
            }
            span
        });
        let ratios = prop_oneof![Just(1.0), Just(1.25), Just(1.5), Just(2.0), 0.5_f64..4.0];
        let view = (0.0_f64..0.9, 0.001_f64..1.0);
        (
            prop::collection::vec(child, 0..400),
            view,
            ratios,
            1_i32..3_000,
            1_i32..1_500,
            0.0_f64..3_000.0,
            any::<bool>(),
            0_u32..400,
        )
            .prop_map(|(children, (from, long), ratio, width, height, scroll, open, selected)| {
                let timeline = stage_of(children, 1_000_000);
                let mut folds = Folds::new();
                if let Some(key) = Index::of(&timeline).key(1) {
                    folds.insert(key, open);
                }
                let view = Viewport { start_us: from * 1e6, end_us: (from + long) * 1e6 };
                Case { timeline, folds, view, width, height, ratio, scroll, selected: Some(selected) }
            })
    }

    proptest! {
        #[test]
        fn everything_lies_within_the_canvas(case in cases()) {
            let scene = case.scene();
            let rects = scene.bars.iter().map(|bar| bar.rect).chain(scene.strips.iter().map(|strip| strip.rect))
                .chain(scene.brackets.iter().map(|bracket| bracket.beam));
            for rect in rects {
                prop_assert!(rect.x0 >= 0 && rect.x1 <= case.width && rect.x0 < rect.x1, "{rect:?} in {}", case.width);
            }
            // A line of two CSS pixels needs a canvas of at least two.
            for sliver in &scene.slivers {
                prop_assert!(sliver.rect.x0 >= 0 && (sliver.rect.x1 <= case.width || case.width < device(SLIVER, case.ratio)));
            }
            for line in &scene.lines {
                prop_assert!(line.x >= 0 && line.x < case.width);
            }
        }

        #[test]
        fn no_more_than_rows_times_width(case in cases()) {
            let scene = case.scene();
            let rows = (f64::from(case.height) / case.ratio / ROW).ceil() as usize + 2;
            prop_assert!(scene.rows.len() <= rows);
            prop_assert!(scene.bars.len() + scene.slivers.len() + scene.brackets.len() <= rows);
            prop_assert!(scene.strips.len() <= 2 * rows * usize::try_from(case.width).unwrap_or(0));
            prop_assert!(scene.words.len() <= rows);
        }

        #[test]
        fn every_span_in_view_covers_a_pixel(case in cases()) {
            let scene = case.scene();
            for row in &scene.rows {
                let span = case.timeline.span(row.span).expect("a row has a span");
                let Some((start, end)) = span.range(case.timeline.now_us).filter(|_| span.has_bar()) else { continue };
                if (end as f64) < case.view.start_us || (start as f64) > case.view.end_us {
                    continue;
                }
                let drawn = scene.bars.iter().any(|bar| bar.span == row.span)
                    || scene.slivers.iter().any(|sliver| sliver.span == row.span)
                    || scene.brackets.iter().any(|bracket| bracket.span == row.span);
                prop_assert!(drawn, "{} from {start} to {end}", span.label);
            }
        }

        #[test]
        fn a_folded_row_covers_the_pixels_of_all_below(case in cases()) {
            let mut case = case;
            case.folds.values_mut().for_each(|open| *open = false);
            case.scroll = 0.0;
            case.height = 600;
            let (scene, index) = (case.scene(), Index::of(&case.timeline));
            if index.below(1) < STRIP_FROM {
                return Ok(());
            }
            case.with(|frame| {
                for span in case.timeline.spans.iter().skip(2).filter(|span| span.has_bar()) {
                    let (start, end) = span.range(case.timeline.now_us).expect("a bar");
                    let (x0, x1) = (frame.x(start), frame.x(end));
                    if (end as f64) < case.view.start_us || x1 < 0 || x0 >= case.width {
                        continue;
                    }
                    let middle = i32::midpoint(x0, x1).clamp(0, case.width - 1);
                    let covered = |tone: Tone| scene.strips.iter().any(|strip| strip.tone == tone && strip.rect.x0 <= middle && middle <= strip.rect.x1);
                    prop_assert!(covered(Tone::Ink3), "{start}..{end} at {middle}");
                    prop_assert!(!span.outcome.is_failure() || covered(Tone::Fail), "failure {start}..{end} at {middle}");
                }
                Ok(())
            })?;
        }

        #[test]
        fn what_is_hit_is_what_is_painted(case in cases(), x in 0_i32..3_000, y in 0_i32..1_500) {
            let scene = case.scene();
            let hit = scene.hit(x, y);
            for bar in scene.bars.iter().filter(|bar| bar.rect.has(x, y) && bar.rect.y1 <= case.height) {
                prop_assert_eq!(hit, Some(Hit { span: bar.span, on_bar: true }));
            }
            for sliver in scene.slivers.iter().filter(|sliver| sliver.rect.has(x, y) && sliver.rect.x1 <= case.width) {
                if y < case.height {
                    prop_assert_eq!(hit, Some(Hit { span: sliver.span, on_bar: true }));
                }
            }
            if let Some(hit) = hit {
                let row = scene.rows.iter().find(|row| row.span == hit.span).expect("a hit is in a row");
                prop_assert!(row.y0 <= y && y < row.y1);
            }
        }
    }
}

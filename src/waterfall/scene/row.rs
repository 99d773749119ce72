//! What one row of the chart shows: its bar, sliver or bracket, the words beside it, and the strip of what lies folded
//! below it. Pure; imports `model` and the shapes.

use super::frame::{Frame, ROW};
use super::shapes::{Anchor, Bar, Bracket, Edge, Fill, Outline, Rect, Scene, Sliver, Strip, Tone, Words};
use crate::model::duration::span_text;
use crate::model::timeline::{MarkerKind, Phase, Precision, Span, SpanKind, SpanOutcome};
use crate::waterfall::looks::ColorBy;
use crate::waterfall::outlines::Meaning;

/// Where a bar begins in its row, and how high it is, CSS pixels.
const BAR_TOP: f64 = 5.0;
const BAR_HEIGHT: f64 = 14.0;
/// A span narrower than this is drawn as a line of this width with a wedge above it, CSS pixels.
pub(super) const SLIVER: f64 = 2.0;
/// Room between a bar and the words beside it, CSS pixels.
const GAP: f64 = 8.0;
/// Longest words beside a bar, characters.
const WORDS: usize = 44;

/// What a span's bar is filled with.
fn fill(span: &Span) -> Fill {
    if span.outcome.is_failure() && !matches!(span.kind, SpanKind::Group | SpanKind::Module | SpanKind::Stage) {
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

/// The colour of a bar. Actions and statuses have those of phases that look like them: green for what is made, blue for
/// what is read.
pub(super) fn tone(span: &Span, color: ColorBy) -> Tone {
    match color {
        ColorBy::Phase => span.phase.map_or(Tone::Other, Tone::Phase),
        ColorBy::Action => match span.action.as_deref() {
            Some("create") => Tone::Phase(Phase::Connect),
            Some("delete") => Tone::Phase(Phase::Apply),
            Some("read" | "load") => Tone::Phase(Phase::Plan),
            Some("update" | "replace") => Tone::Phase(Phase::Graph),
            Some("provision" | "start" | "stop" | "cron") => Tone::Phase(Phase::Scripts),
            Some("state refresh") => Tone::Phase(Phase::Init),
            _ => Tone::Other,
        },
        ColorBy::Status => match span.outcome {
            SpanOutcome::Failed { .. } | SpanOutcome::TimedOut => Tone::Fail,
            SpanOutcome::Unfinished | SpanOutcome::PipesLeftOpen => Tone::Phase(Phase::Apply),
            SpanOutcome::Ok if span.is_growing() => Tone::Accent,
            SpanOutcome::Ok => Tone::Phase(Phase::Connect),
            _ => Tone::Other,
        },
    }
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
pub(super) fn said(span: &Span, now_us: i64, narrow: bool) -> Option<(String, Tone, bool)> {
    let bad = |text: String| Some((text, Tone::Bad, true));
    let plain = |text: String| Some((text, Tone::Ink2, false));
    match &span.outcome {
        SpanOutcome::Failed { message } => match span.kind {
            SpanKind::Group | SpanKind::Module | SpanKind::Stage => None,
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

/// Adds what one row shows.
pub(super) fn add(frame: &Frame<'_>, scene: &mut Scene, span: &Span, top: f64, paper: Tone, selected: bool) {
    let middle = frame.px(top + ROW / 2.0);
    if !span.has_bar() {
        missing(frame, scene, span, middle, paper);
        return;
    }
    let Some((start, end)) = frame.range(span) else { return };
    let (from, to) = (frame.x(start), frame.x(end));
    if to < 0 || from > frame.width {
        if span.kind != SpanKind::Group {
            let (left, room) = (to < 0, frame.px(4.0));
            let x = if left { room } else { frame.width - room };
            scene.edges.push(Edge { span: span.id, left, x, y: middle, tone: tone(span, frame.color) });
        }
        return;
    }
    // A zero-length span at the very edge belongs to the last pixel.
    let (x0, x1) = (from.clamp(0, frame.width), to.clamp(0, frame.width));
    if matches!(span.kind, SpanKind::Group | SpanKind::Module) {
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
        let (tone, fill) = (tone(span, frame.color), fill(span));
        // What it waited before it began is a thin line up to the bar.
        let waited = frame.timeline.waited_from(span).map(|from| frame.x(from).clamp(0, frame.width));
        if let Some(wait) = waited.filter(|wait| *wait < x0) {
            let y0 = middle - frame.line(1.0);
            scene
                .strips
                .push(Strip { rect: Rect { x0: wait, y0, x1: x0, y1: y0 + frame.line(2.0) }, tone: Tone::Ink3 });
        }
        let mut taken;
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
        taken.0 = waited.map_or(taken.0, |wait| wait.min(taken.0));
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

/// What stands behind the bar of a row.
pub(super) fn outline(frame: &Frame<'_>, scene: &mut Scene, span: u32, top: f64) {
    let Some(outlines) = frame.outlines else { return };
    let Some((start, end)) = outlines.ranges.get(&span) else { return };
    let (from, to) = (frame.x(*start), frame.x(*end));
    if to < 0 || from > frame.width {
        return;
    }
    let dashed = outlines.meaning == Meaning::Expected;
    let (y0, high) = if dashed { (top + BAR_TOP, BAR_HEIGHT) } else { (top + 19.5, 3.0) };
    let y0 = frame.px(y0);
    let x0 = from.clamp(0, frame.width - 1);
    let x1 = to.clamp(x0 + 1, frame.width);
    scene.outlines.push(Outline { rect: Rect { x0, y0, x1, y1: y0 + frame.line(high) }, dashed });
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

/// Words beside what takes `taken.0..taken.1`: left of it, else right of it, else nowhere but in the table and the
/// details.
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
    let left = frame.time(0.0).floor() as i64;
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
        let next = frame.time(f64::from(x1) - 0.5).floor() as i64;
        let rest = stretches.get(at + 1..).unwrap_or_default();
        at += 1 + rest.partition_point(|stretch| stretch.1 < next && frame.x(stretch.1) <= x1);
    }
    if let Some((x0, x1)) = open {
        scene.strips.push(Strip { rect: Rect { x0, y0, x1, y1 }, tone });
    }
}

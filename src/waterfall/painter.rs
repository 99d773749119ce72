//! What draws a frame: the canvases, and the scene of the last frame, which answers the pointer. Imports `browser` and
//! `model`.

use super::canvas::Surface;
use super::chart::Chart;
use super::data::ChartData;
use super::moving::Moving;
use super::paint::{self, Palette};
use super::rows::start_text;
use super::scene::{self, Frame, Scene};
use super::viewport::Viewport;
use crate::browser::{clock_text, dom, timers};
use crate::model::timeline::{Precision, Span, Timeline, summary};
use leptos::prelude::*;

/// What draws: three canvases, and the scene of the last frame, which answers the pointer.
#[derive(Default)]
pub(super) struct Painter {
    pub(super) chart: Option<Surface>,
    pub(super) axis: Option<Surface>,
    pub(super) over: Option<Surface>,
    pub(super) mini: Option<Surface>,
    pub(super) palette: Option<Palette>,
    pub(super) scene: Scene,
    pub(super) frame: Option<AnimationFrameRequestHandle>,
    pub(super) dirty: Dirty,
    /// What is on its way to where the newest timeline has it.
    pub(super) moving: Option<Moving>,
    /// What was drawn last: the timeline, the range, and whether that was all of it.
    pub(super) last: Option<(ChartData, Viewport, bool)>,
    /// Told once.
    pub(super) on_painted: Option<Callback<()>>,
}

/// What has to be drawn again.
#[derive(Clone, Copy, Default)]
pub(super) struct Dirty {
    pub(super) theme: bool,
    pub(super) chart: bool,
    pub(super) over: bool,
}

impl Dirty {
    pub(super) fn add(&mut self, more: Self) {
        self.theme |= more.theme;
        self.chart |= more.chart;
        self.over |= more.over;
    }
}

impl Painter {
    /// Whether something is on its way, so that another frame has to be drawn.
    pub(super) const fn moves(&self) -> bool {
        self.moving.is_some()
    }

    /// Draws what is dirty. Answers nothing: a canvas that cannot be drawn on leaves the table, which says the same.
    pub(super) fn draw(&mut self, root: &web_sys::Element, from: Chart) {
        let dirty = std::mem::take(&mut self.dirty);
        let (Some(chart), Some(axis), Some(over), Some(mini)) = (&self.chart, &self.axis, &self.over, &self.mini)
        else {
            return;
        };
        // The frame may come after the view is gone.
        let (Some(data), Some(folds), Some(rows), Some(view)) = (
            from.data.try_get_untracked(),
            from.folding.folds.try_get_untracked(),
            from.folding.rows.try_get_untracked(),
            from.zooming.view.try_get_untracked(),
        ) else {
            return;
        };
        let (Some(size), Some(scroll), Some(selected), Some(cursor)) = (
            from.size.try_get_untracked(),
            from.scroll.try_get_untracked(),
            from.selection.id.try_get_untracked(),
            from.cursor.try_get_untracked(),
        ) else {
            return;
        };
        let (color, swept) =
            (from.color.try_get_untracked().unwrap_or_default(), from.swept.try_get_untracked().flatten());
        let outlines = from.outlines.try_get_untracked().flatten();
        let scale = from.zooming.scale.try_get_untracked().unwrap_or_default();
        if size.width == 0 || size.height == 0 {
            return;
        }
        if dirty.theme || self.palette.is_none() {
            self.palette = Some(chart.palette(root));
            let family = root_family(root);
            axis.set_family(&family);
            over.set_family(&family);
        }
        let palette = self.palette.unwrap_or_default();
        let whole = from.zooming.asked.try_get_untracked().is_some_and(|asked| asked.is_none());
        let now_ms = timers::monotonic_ms();
        if let Some((last, shown, _)) = self.last.as_ref().filter(|(last, ..)| *last != data) {
            let on_its_way = self.moving.take().and_then(|moving| Some((moving.part(now_ms)?, moving)));
            let was = |span: &Span| {
                let to = span.range(last.timeline.now_us)?;
                Some(on_its_way.as_ref().map_or(to, |(part, moving)| moving.range(span.id, to, *part)))
            };
            if !dom::wants_less_motion() {
                self.moving = Moving::between(&last.timeline, &data.timeline, was, *shown, now_ms);
            }
        }
        let part = self.moving.as_ref().and_then(|moving| moving.part(now_ms));
        if part.is_none() {
            self.moving = None;
        }
        let moving = self.moving.as_ref().zip(part);
        // The range follows where all of it is shown, and was; else it is the reader's own.
        let follows = whole && self.last.as_ref().is_some_and(|(_, _, whole)| *whole);
        let view = moving.filter(|_| follows).map_or(view, |(moving, part)| moving.view(view, part));
        let dirty = Dirty { chart: dirty.chart || moving.is_some(), ..dirty };
        chart.resize(size.width, size.height, size.ratio);
        over.resize(size.width, size.height, size.ratio);
        axis.resize(size.width, (scene::AXIS * size.ratio).round() as u32, size.ratio);
        mini.resize(size.width, (scene::MINI * size.ratio).round() as u32, size.ratio);
        let clock =
            |us: i64| clock_text::local(data.timeline.origin_us.saturating_add(us) / 1_000).clock_with_seconds();
        let measure = |text: &str, bold: bool| axis.measure(text, bold);
        let frame = Frame {
            timeline: &data.timeline,
            index: &data.index,
            folds: &folds,
            rows: &rows,
            view,
            scale: &scale,
            moving,
            width: size.width.cast_signed(),
            height: size.height.cast_signed(),
            ratio: size.ratio,
            scroll,
            selected,
            outlines: outlines.as_deref(),
            color,
            clock: Some(&clock),
            measure: &measure,
        };
        if dirty.chart || dirty.theme {
            self.scene = scene::scene(&frame);
            report(paint::chart(&chart.area(), &self.scene, &palette));
            report(paint::mini(&mini.area(), &scene::mini(&frame), &palette));
            if let Some(done) = self.on_painted.take() {
                // The next frame begins when this one is on the screen.
                request_animation_frame(move || {
                    done.try_run(());
                });
            }
        }
        let at = cursor.map(|(x, y)| ((x * size.ratio).round() as i32, (y * size.ratio).round() as i32));
        report(paint::axis(&axis.area(), &scene::axis(&frame, at.map(|(x, _)| x)), &palette));
        self.last = Some((data.clone(), view, whole));
        over.clear();
        if let Some((from, to)) = swept {
            let px = |css: f64| (css * size.ratio).round() as i32;
            report(paint::band(&over.area(), (px(from.min(to)), px(from.max(to))), self.scene.height, &palette));
        }
        if let Some((x, y)) = at {
            let area = over.area();
            report(paint::cursor(&area, x, self.scene.height, size.ratio, &palette));
            let hit = self.scene.hit(x, y).filter(|hit| hit.on_bar).and_then(|hit| data.timeline.span(hit.span));
            if let Some(span) = hit {
                let lines = tip_lines(&data.timeline, span);
                let tip = scene::tip(&frame, lines, x, y);
                report(paint::tip(&area, &tip, size.ratio, &palette));
            }
        }
    }
}

/// The words that float beside the pointer.
fn tip_lines(timeline: &Timeline, span: &Span) -> Vec<String> {
    let mut figures = summary::duration_text(span, timeline.now_us);
    let start = start_text(timeline, span);
    if !start.is_empty() {
        figures = format!("{figures} from {start}");
    }
    let outcome = summary::outcome_text(timeline, span);
    if !outcome.is_empty() {
        figures = format!("{figures}, {outcome}");
    }
    if span.precision == Precision::Estimated {
        figures.push_str(", estimated");
    }
    vec![timeline.address(span).into_owned(), figures]
}

/// A failed drawing is a defect of ours: it is said on the console, where tests fail on it, and the table still tells
/// everything.
fn report<E: std::fmt::Display>(drawn: Result<(), E>) {
    if let Err(error) = drawn {
        leptos::logging::error!("the chart could not be drawn: {error}");
    }
}

fn root_family(root: &web_sys::Element) -> String {
    web_sys::window()
        .and_then(|window| window.get_computed_style(root).ok().flatten())
        .and_then(|styles| styles.get_property_value("font-family").ok())
        .unwrap_or_default()
}

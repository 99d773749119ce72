//! The range of time that the chart shows: all of it, also when the build grows, or what the reader asked for; and the
//! way back through the ranges before. Imports `browser`, `model`, the viewport and the canvas's size.

use super::canvas::Size;
use super::data::ChartData;
use super::scale::Scale;
use super::viewport::Viewport;
use crate::browser::timers;
use leptos::prelude::*;
use std::sync::Arc;

/// How many steps back are kept.
const STEPS: usize = 50;
/// Movements that follow each other faster than this are one step, milliseconds.
const ONE_STEP_MS: f64 = 700.0;

/// The range of time.
#[derive(Clone, Copy)]
pub(super) struct Zooming {
    data: Memo<ChartData>,
    size: RwSignal<Size>,
    /// The scale on which it is shown; ranges that others hand in or get are on it, `asked` is in times.
    pub(super) scale: Memo<Arc<Scale>>,
    /// None: everything.
    pub(super) asked: RwSignal<Option<Viewport>>,
    steps: RwSignal<Vec<Option<Viewport>>>,
    moved_ms: StoredValue<f64>,
    /// What is shown.
    pub(super) view: Memo<Viewport>,
}

impl Zooming {
    pub(super) fn new(
        data: Memo<ChartData>,
        size: RwSignal<Size>,
        first: Option<Viewport>,
        scale: Memo<Arc<Scale>>,
    ) -> Self {
        let asked = RwSignal::new(first);
        let view = Memo::new(move |_| {
            let scale = scale.get();
            let end = scale.end(data.get().timeline.end_us);
            asked.get().map_or_else(|| Viewport::fit(end), |asked| on_scale(&scale, asked).clamp(end))
        });
        Self { data, size, scale, asked, steps: RwSignal::new(Vec::new()), moved_ms: StoredValue::new(f64::MIN), view }
    }

    fn end_us(self) -> i64 {
        self.scale.get_untracked().end(self.data.get_untracked().timeline.end_us)
    }

    /// Everything, on the scale.
    pub(super) fn whole(self) -> Viewport {
        Viewport::fit(self.end_us())
    }

    /// Asks for a range of the scale.
    fn ask_for(self, view: Viewport) {
        let scale = self.scale.get_untracked();
        self.asked.set(Some(Viewport { start_us: scale.time(view.start_us), end_us: scale.time(view.end_us) }));
    }

    /// Where a bar is on the scale.
    fn places(self, (start, end): (i64, i64)) -> (f64, f64) {
        let scale = self.scale.get_untracked();
        (scale.place(start as f64), scale.place(end as f64))
    }

    /// Width of the chart, CSS pixels.
    pub(super) fn width_css(self) -> f64 {
        self.size.get_untracked().width_css()
    }

    /// Whether everything is shown.
    pub(super) fn is_whole(self) -> bool {
        self.asked.with(Option::is_none)
    }

    /// Whether there is a range to go back to.
    pub(super) fn has_steps(self) -> bool {
        self.steps.with(|steps| !steps.is_empty())
    }

    /// Keeps the range that is shown as a step to go back to.
    fn step(self) {
        let now = self.asked.get_untracked();
        self.steps.update(|steps| {
            if steps.last() != Some(&now) {
                if steps.len() >= STEPS {
                    steps.remove(0);
                }
                steps.push(now);
            }
        });
    }

    /// The same for movements, of which many are one step.
    fn movement(self) {
        let now = timers::monotonic_ms();
        if now - self.moved_ms.get_value() > ONE_STEP_MS {
            self.step();
        }
        self.moved_ms.set_value(now);
    }

    /// What shows everything is no range of its own.
    fn ask(self, view: Viewport) {
        if view.range_us() >= self.whole().range_us() * 0.9999 {
            self.asked.set(None);
        } else {
            self.ask_for(view);
        }
    }

    /// Shows the range before.
    pub(super) fn back(self) {
        if let Some(before) = self.steps.try_update(Vec::pop).flatten() {
            self.asked.set(before);
        }
        self.moved_ms.set_value(f64::MIN);
    }

    /// Shows everything.
    pub(super) fn fit(self) {
        if self.asked.with_untracked(Option::is_some) {
            self.step();
            self.asked.set(None);
        }
    }

    /// Shows this range.
    pub(super) fn show(self, range: Viewport) {
        self.step();
        self.ask(range.clamp(self.end_us()));
    }

    /// Shows this range while the hand still moves.
    pub(super) fn sweep(self, range: Viewport) {
        self.movement();
        self.ask(range.clamp(self.end_us()));
    }

    /// Shows a span with some room around it.
    pub(super) fn to_span(self, id: u32) {
        let data = self.data.get_untracked();
        let Some((start, end)) =
            data.timeline.span(id).filter(|span| span.has_bar()).and_then(|span| span.range(data.timeline.now_us))
        else {
            return;
        };
        let (start, end) = self.places((start, end));
        let room = ((end - start) * 0.1).max(500.0);
        self.show(Viewport { start_us: start - room, end_us: end + room });
    }

    /// Zooms by `factor`, above 1 closer, around `x`.
    pub(super) fn zoom(self, factor: f64, x: f64) {
        self.movement();
        self.ask(self.view.get_untracked().zoom(factor, x, self.width_css(), self.end_us()));
    }

    /// Zooms without a pointer: around this span if it is in view, else around the middle.
    pub(super) fn zoom_around(self, factor: f64, id: Option<u32>) {
        let (data, width) = (self.data.get_untracked(), self.width_css());
        let span = id.and_then(|id| data.timeline.span(id)).filter(|span| span.has_bar());
        let middle = span
            .and_then(|span| span.range(data.timeline.now_us))
            .map(|range| self.places(range))
            .map(|(start, end)| self.view.get_untracked().x(f64::midpoint(start, end), width));
        self.zoom(factor, middle.filter(|x| (0.0..=width).contains(x)).unwrap_or(width / 2.0));
    }

    /// Shows what lies `dx` CSS pixels further right, where not everything is shown.
    pub(super) fn pan(self, dx: f64) {
        if self.asked.with_untracked(Option::is_some) {
            self.movement();
            self.ask_for(self.view.get_untracked().pan(dx, self.width_css(), self.end_us()));
        }
    }

    /// Moves as far as this span needs to be seen, where not everything is shown.
    pub(super) fn reveal(self, id: u32) {
        let data = self.data.get_untracked();
        if self.asked.with_untracked(Option::is_some)
            && let Some(span) = data.timeline.span(id).filter(|span| span.has_bar())
            && let Some(range) = span.range(data.timeline.now_us)
        {
            let (start, end) = self.places(range);
            self.ask_for(self.view.get_untracked().reveal(start as i64, end.ceil() as i64, self.end_us()));
        }
    }
}

/// A range of times as a range of the scale.
fn on_scale(scale: &Scale, range: Viewport) -> Viewport {
    Viewport { start_us: scale.place(range.start_us), end_us: scale.place(range.end_us) }
}

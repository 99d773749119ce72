//! The range of time that the chart shows: all of it, also when the build grows, or what the reader asked for. Imports `model`, the viewport and the
//! canvas's size.

use super::canvas::Size;
use super::data::ChartData;
use super::viewport::Viewport;
use leptos::prelude::*;

/// The range of time.
#[derive(Clone, Copy)]
pub(super) struct Zooming {
    data: Memo<ChartData>,
    size: RwSignal<Size>,
    /// None: everything.
    asked: RwSignal<Option<Viewport>>,
    /// What is shown.
    pub(super) view: Memo<Viewport>,
}

impl Zooming {
    pub(super) fn new(data: Memo<ChartData>, size: RwSignal<Size>) -> Self {
        let asked = RwSignal::new(None::<Viewport>);
        let view = Memo::new(move |_| {
            let end = data.get().timeline.end_us;
            asked.get().map_or_else(|| Viewport::fit(end), |asked| asked.clamp(end))
        });
        Self { data, size, asked, view }
    }

    /// Width of the chart, CSS pixels.
    pub(super) fn width_css(self) -> f64 {
        self.size.get_untracked().width_css()
    }

    /// Whether everything is shown.
    pub(super) fn is_whole(self) -> bool {
        self.asked.with(Option::is_none)
    }

    /// Shows everything.
    pub(super) fn fit(self) {
        self.asked.set(None);
    }

    /// Zooms by `factor`, above 1 closer, around `x`.
    pub(super) fn zoom(self, factor: f64, x: f64) {
        let end = self.data.get_untracked().timeline.end_us;
        let next = self.view.get_untracked().zoom(factor, x, self.width_css(), end);
        let whole = Viewport::fit(end);
        self.asked.set(if next.range_us() >= whole.range_us() * 0.9999 { None } else { Some(next) });
    }

    /// Zooms without a pointer: around this span if it is in view, else around the middle.
    pub(super) fn zoom_around(self, factor: f64, id: Option<u32>) {
        let (data, width) = (self.data.get_untracked(), self.width_css());
        let span = id.and_then(|id| data.timeline.span(id)).filter(|span| span.has_bar());
        let middle = span
            .and_then(|span| span.range(data.timeline.now_us))
            .map(|(start, end)| self.view.get_untracked().x(f64::midpoint(start as f64, end as f64), width));
        self.zoom(factor, middle.filter(|x| (0.0..=width).contains(x)).unwrap_or(width / 2.0));
    }

    /// Shows what lies `dx` CSS pixels further right, where not everything is shown.
    pub(super) fn pan(self, dx: f64) {
        if self.asked.with_untracked(Option::is_some) {
            let end = self.data.get_untracked().timeline.end_us;
            self.asked.set(Some(self.view.get_untracked().pan(dx, self.width_css(), end)));
        }
    }

    /// Moves as far as this span needs to be seen, where not everything is shown.
    pub(super) fn reveal(self, id: u32) {
        let data = self.data.get_untracked();
        if self.asked.with_untracked(Option::is_some)
            && let Some(span) = data.timeline.span(id).filter(|span| span.has_bar())
            && let Some((start, end)) = span.range(data.timeline.now_us)
        {
            self.asked.set(Some(self.view.get_untracked().reveal(start, end, data.timeline.end_us)));
        }
    }
}

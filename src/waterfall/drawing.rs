//! When the chart is drawn: effects mark what is dirty, one animation frame draws it; a new size is drawn at once.
//! Imports `browser` and the painter.

use super::canvas::{SizeWatch, Surface, ThemeWatch};
use super::chart::Chart;
use super::painter::{Dirty, Painter};
use super::scene::Hit;
use leptos::html;
use leptos::prelude::*;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsCast as _;

/// The canvases: the bars, the axis above them, and what follows the mouse over both.
#[derive(Clone, Copy)]
pub(super) struct Canvases {
    pub(super) bars: NodeRef<html::Canvas>,
    pub(super) axis: NodeRef<html::Canvas>,
    pub(super) over: NodeRef<html::Canvas>,
    pub(super) mini: NodeRef<html::Canvas>,
}

/// What draws the chart.
#[derive(Clone, Copy)]
pub(super) struct Drawing {
    chart: Chart,
    painter: StoredValue<Rc<RefCell<Painter>>, LocalStorage>,
}

impl Drawing {
    /// Draws the chart on these canvases from now on; `on_painted` is told of the first picture.
    pub(super) fn start(chart: Chart, canvases: Canvases, on_painted: Option<Callback<()>>) -> Self {
        let painter = Rc::new(RefCell::new(Painter { on_painted, ..Painter::default() }));
        let drawing = Self { chart, painter: StoredValue::new_local(painter) };
        drawing.watch(canvases);
        Effect::new(move |_| {
            // A memo that nobody reads computes nothing and tells of no change: `track` is not enough.
            chart.data.with(|_| ());
            chart.folding.rows.with(|_| ());
            chart.zooming.view.with(|_| ());
            chart.zooming.scale.with(|_| ());
            chart.selection.id.get();
            chart.scroll.track();
            chart.outlines.track();
            chart.color.track();
            drawing.ask(Dirty { chart: true, ..Dirty::default() });
        });
        Effect::new(move |_| {
            chart.cursor.track();
            chart.swept.track();
            drawing.ask(Dirty { over: true, ..Dirty::default() });
        });
        on_cleanup(move || {
            // The canvases go with their owner; the frame that the browser still holds is taken back here.
            if let Some(painter) = drawing.painter.try_get_value()
                && let Ok(mut painter) = painter.try_borrow_mut()
                && let Some(frame) = painter.frame.take()
            {
                frame.cancel();
            }
        });
        drawing
    }

    /// What lies under a point, CSS pixels.
    pub(super) fn hit(self, x: f64, y: f64) -> Option<Hit> {
        let ratio = self.chart.size.get_untracked().ratio;
        let painter = self.painter.try_get_value()?;
        let painter = painter.try_borrow().ok()?;
        painter.scene.hit((x * ratio).floor() as i32, (y * ratio).floor() as i32)
    }

    /// Watches the size and the colours once the canvases are there.
    fn watch(self, canvases: Canvases) {
        let watches = StoredValue::new_local(None::<(Option<SizeWatch>, ThemeWatch)>);
        Effect::new(move |_| {
            let (Some(bars), Some(axis), Some(over), Some(mini)) =
                (canvases.bars.get(), canvases.axis.get(), canvases.over.get(), canvases.mini.get())
            else {
                return;
            };
            let element: web_sys::Element = bars.clone().unchecked_into();
            if let Some(painter) = self.painter.try_get_value() {
                let mut painter = painter.borrow_mut();
                painter.chart = Surface::new(bars, true);
                painter.axis = Surface::new(axis, true);
                painter.over = Surface::new(over, false);
                painter.mini = Surface::new(mini, true);
                painter.palette = None;
            }
            let sized = SizeWatch::new(&element, move |new| {
                self.chart.size.try_set(new);
                // The browser says the size between layout and paint: drawn at once it is right in this frame, not
                // stretched until the next.
                self.draw(Dirty { chart: true, over: true, ..Dirty::default() });
            });
            let themed = ThemeWatch::new(move || self.ask(Dirty { theme: true, ..Dirty::default() }));
            watches.set_value(Some((sized, themed)));
            self.ask(Dirty { theme: true, chart: true, over: true });
        });
        on_cleanup(move || {
            watches.try_update_value(|watches| *watches = None);
        });
    }

    fn draw(self, dirty: Dirty) {
        let Some(painter) = self.painter.try_get_value() else { return };
        let Ok(mut painter) = painter.try_borrow_mut() else { return };
        if let Some(frame) = painter.frame.take() {
            frame.cancel();
        }
        painter.dirty.add(dirty);
        if let Some(root) = self.chart.root.try_get_untracked().flatten() {
            painter.draw(&root, self.chart);
        }
        let moves = painter.moves();
        drop(painter);
        if moves {
            self.ask(Dirty { chart: true, ..Dirty::default() });
        }
    }

    /// Has it drawn in the next frame.
    fn ask(self, dirty: Dirty) {
        let Some(painter) = self.painter.try_get_value() else { return };
        let mut painter = painter.borrow_mut();
        painter.dirty.add(dirty);
        if painter.frame.is_none() {
            painter.frame = request_animation_frame_with_handle(move || self.draw(Dirty::default())).ok();
        }
    }
}

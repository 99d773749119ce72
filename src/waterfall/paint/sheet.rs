//! What a sheet has beside the chart: paper, words, and the chart's grid as rectangles, for a sheet's chart does not
//! begin at its corner, where the grid of plotters would. Pure but for plotters; imports the scene.

use super::brush::{Brush, Drawn};
use super::palette::Palette;
use crate::waterfall::scene::{Anchor, Rect, Scene, Tone, Words};
use plotters::coord::Shift;
use plotters::drawing::DrawingArea;
use plotters_backend::DrawingBackend;

/// The paper of the whole sheet.
pub(crate) fn paper<DB: DrawingBackend>(
    area: &DrawingArea<DB, Shift>,
    width: i32,
    height: i32,
    ratio: f64,
    palette: &Palette,
) -> Drawn<DB> {
    Brush { area, palette, ratio }.rect(Rect { x0: 0, y0: 0, x1: width, y1: height }, palette.surface)
}

/// Words at a place: from there on, or up to it.
pub(crate) fn words<DB: DrawingBackend>(
    area: &DrawingArea<DB, Shift>,
    text: &str,
    at: (i32, i32),
    strong: bool,
    until: bool,
    ratio: f64,
    palette: &Palette,
) -> Drawn<DB> {
    let anchor = if until { Anchor::Right } else { Anchor::Left };
    let (x, y) = at;
    let words = Words { text: text.to_owned(), x, y, anchor, tone: Tone::Ink, strong, halo: None, width: 0 };
    Brush { area, palette, ratio }.words(&words)
}

/// The bars, on a grid of rectangles.
pub(crate) fn chart<DB: DrawingBackend>(area: &DrawingArea<DB, Shift>, scene: &Scene, palette: &Palette) -> Drawn<DB> {
    let brush = Brush { area, palette, ratio: scene.ratio };
    let plain = Scene { view: None, ..scene.clone() };
    super::papers(&brush, &plain)?;
    if let Some(view) = scene.view {
        for at in &scene.grid {
            let x = view.x(*at as f64, f64::from(scene.width)).round() as i32;
            let line = Rect { x0: x, x1: x + brush.line(1.0), y0: 0, y1: scene.height };
            brush.rect(line, palette.rule)?;
        }
    }
    super::marks(&brush, &plain)
}

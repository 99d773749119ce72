//! Draws a scene through plotters on any of its backends, in device pixels: the grid in chart coordinates (time ×
//! rows), everything else as the rectangles, polygons and words that the scene has worked out. Pure but for plotters;
//! imports the scene and the viewport.

mod brush;
mod palette;
mod scales;
pub(crate) mod sheet;

pub(crate) use brush::{Drawn, TEXT};
pub use palette::Palette;

use super::scene::{AxisScene, HANDLE, MiniScene, Rect, Scene, Tip, Tone};
use brush::Brush;
use plotters::coord::Shift;
use plotters::coord::cartesian::{Cartesian2d, MeshLine};
use plotters::drawing::DrawingArea;
use plotters::element::Rectangle;
use plotters::style::Color as _;
use plotters_backend::DrawingBackend;
use scales::{Down, TimeAxis};

/// Draws the chart. The area must be as large as the scene says.
///
/// # Errors
/// What the backend says.
pub fn chart<DB: DrawingBackend>(area: &DrawingArea<DB, Shift>, scene: &Scene, palette: &Palette) -> Drawn<DB> {
    let brush = Brush { area, palette, ratio: scene.ratio };
    papers(&brush, scene)?;
    if let Some(view) = scene.view {
        let axes = Cartesian2d::<TimeAxis<'_>, Down>::new(
            TimeAxis { view, ticks: &scene.grid },
            Down(scene.height),
            (0..scene.width, 0..scene.height),
        );
        let (color, width) = (palette.rule, brush.line(1.0));
        area.clone().apply_coord_spec(axes).draw_mesh(
            |backend, line| match line {
                MeshLine::XMesh((x, top), (_, bottom), _) => {
                    backend.draw_rect((x, top), (x + width, bottom), &color, true)
                }
                MeshLine::YMesh(..) => Ok(()),
            },
            0,
            scene.grid.len(),
        )?;
    }
    marks(&brush, scene)
}

/// The papers of the rows.
fn papers<DB: DrawingBackend>(brush: &Brush<'_, DB>, scene: &Scene) -> Drawn<DB> {
    let palette = brush.palette;
    brush.rect(Rect { x0: 0, y0: 0, x1: scene.width, y1: scene.height }, palette.surface)?;
    for row in &scene.rows {
        if row.paper != Tone::Surface {
            brush.rect(Rect { x0: 0, x1: scene.width, y0: row.y0, y1: row.y1 }, palette.of(row.paper))?;
        }
    }
    Ok(())
}

/// What stands on the papers and the grid.
fn marks<DB: DrawingBackend>(brush: &Brush<'_, DB>, scene: &Scene) -> Drawn<DB> {
    let palette = brush.palette;
    for bracket in &scene.brackets {
        brush.bracket(bracket)?;
    }
    for strip in &scene.strips {
        brush.rect(strip.rect, palette.of(strip.tone))?;
    }
    for outline in &scene.outlines {
        brush.outline(outline)?;
    }
    for bar in &scene.bars {
        brush.bar(bar)?;
    }
    for line in &scene.lines {
        brush.marker(line, scene.height)?;
    }
    for sliver in &scene.slivers {
        let paper = scene.rows.iter().find(|row| row.span == sliver.span).map_or(Tone::Surface, |row| row.paper);
        brush.sliver(sliver, palette.of(paper))?;
    }
    for (x0, x1) in &scene.breaks {
        // Paper over whatever goes through, between two edges: nothing looks as if it had been drawn on.
        let whole = Rect { x0: *x0, x1: *x1, y0: 0, y1: scene.height };
        brush.rect(whole, palette.surface)?;
        let (width, dash) = (brush.line(1.0), brush.line(3.0));
        brush.dots(*x0, width, 0, scene.height, dash, palette.ink3)?;
        brush.dots(x1 - width, width, 0, scene.height, dash, palette.ink3)?;
    }
    for edge in &scene.edges {
        brush.chevron(edge.x, edge.y, if edge.left { -1 } else { 1 }, palette.of(edge.tone))?;
    }
    for words in &scene.words {
        brush.words(words)?;
    }
    Ok(())
}

/// The strip above the chart: what is not shown lies on another paper than what is, which has a frame and two handles.
pub(crate) fn mini<DB: DrawingBackend>(
    area: &DrawingArea<DB, Shift>,
    scene: &MiniScene,
    palette: &Palette,
) -> Drawn<DB> {
    let brush = Brush { area, palette, ratio: scene.ratio };
    let (window, edge) = (scene.window, brush.line(1.0));
    let whole = Rect { x0: 0, y0: 0, x1: scene.width, y1: scene.height };
    brush.rect(whole, palette.sunken)?;
    brush.rect(Rect { y0: scene.height - edge, ..whole }, palette.rule)?;
    brush.rect(window, palette.accent)?;
    let inner = Rect { x0: window.x0 + edge, x1: window.x1 - edge, y0: edge, y1: scene.height - edge };
    brush.rect(inner, palette.selected)?;
    for (rect, tone) in &scene.bars {
        brush.rect(*rect, palette.of(*tone))?;
    }
    let (handle, radius) = (brush.line(HANDLE), brush.px(2.0));
    let (y0, y1) = (brush.px(8.0), scene.height - brush.px(8.0));
    for x0 in [window.x0, window.x1 - handle] {
        brush.rounded(Rect { x0, x1: x0 + handle, y0, y1 }, radius, true, true, palette.accent)?;
    }
    Ok(())
}

/// What is being swept: its two edges, so that the bars below stay readable.
pub(crate) fn band<DB: DrawingBackend>(
    area: &DrawingArea<DB, Shift>,
    (x0, x1): (i32, i32),
    height: i32,
    palette: &Palette,
) -> Drawn<DB> {
    let tint = palette.accent.mix(0.12);
    area.draw(&Rectangle::new([(x0, 0), (x1.max(x0 + 1), height)], tint.filled()))?;
    let edge = palette.accent.filled();
    area.draw(&Rectangle::new([(x0, 0), (x0 + 1, height)], edge))?;
    area.draw(&Rectangle::new([(x1, 0), (x1 + 1, height)], edge))
}

/// Draws the axis.
///
/// # Errors
/// What the backend says.
pub(crate) fn axis<DB: DrawingBackend>(
    area: &DrawingArea<DB, Shift>,
    scene: &AxisScene,
    palette: &Palette,
) -> Drawn<DB> {
    let brush = Brush { area, palette, ratio: scene.ratio };
    brush.rect(Rect { x0: 0, y0: 0, x1: scene.width, y1: scene.height }, palette.surface)?;
    let (width, top) = (brush.line(1.0), scene.height - brush.px(5.0));
    for x in &scene.marks {
        brush.rect(Rect { x0: *x, x1: x + width, y0: top, y1: scene.height }, palette.rule_firm)?;
    }
    for words in &scene.labels {
        brush.words(words)?;
    }
    for line in &scene.lines {
        let chip = Rect { x0: line.x, x1: line.x + brush.line(1.5), y0: brush.px(20.0), y1: scene.height };
        brush.rect(chip, palette.of(line.tone))?;
    }
    for chip in &scene.chips {
        brush.rounded(chip.rect, brush.px(3.0), true, true, palette.of(chip.tone))?;
        brush.words(&chip.words)?;
    }
    Ok(())
}

/// Draws the layer of the cursor: a dotted line, `x` in device pixels, over nothing.
///
/// # Errors
/// What the backend says.
pub(crate) fn cursor<DB: DrawingBackend>(
    area: &DrawingArea<DB, Shift>,
    x: i32,
    height: i32,
    ratio: f64,
    palette: &Palette,
) -> Drawn<DB> {
    let brush = Brush { area, palette, ratio };
    brush.dots(x, brush.line(1.0), 0, height, brush.line(2.0), palette.ink)
}

/// Draws the words beside the pointer: paper with a hairline around it.
///
/// # Errors
/// What the backend says.
pub(crate) fn tip<DB: DrawingBackend>(
    area: &DrawingArea<DB, Shift>,
    tip: &Tip,
    ratio: f64,
    palette: &Palette,
) -> Drawn<DB> {
    let brush = Brush { area, palette, ratio };
    let (rect, edge) = (tip.rect, brush.line(1.0));
    brush.rounded(rect, brush.px(4.0), true, true, palette.rule_firm)?;
    let inner = Rect { x0: rect.x0 + edge, y0: rect.y0 + edge, x1: rect.x1 - edge, y1: rect.y1 - edge };
    brush.rounded(inner, brush.px(3.0), true, true, palette.surface)?;
    for words in &tip.lines {
        brush.words(words)?;
    }
    Ok(())
}

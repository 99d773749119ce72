//! Plotters' backend on a [`Surface`], in device pixels. Paths and circles go through plotters-canvas. Imports the
//! surface.

use super::surface::Surface;
use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, IntoDrawingArea as _};
use plotters_backend::text_anchor::{HPos, VPos};
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind, FontStyle,
};
use plotters_canvas::CanvasBackend;

/// The error of the wrapped backend, which does not export its name.
type CanvasError = <CanvasBackend as DrawingBackend>::ErrorType;

/// Plotters' backend on a [`Surface`]: one unit is one device pixel.
pub struct HiDpi(Surface);

impl Surface {
    /// The canvas as plotters' drawing area.
    pub fn area(&self) -> DrawingArea<HiDpi, Shift> {
        HiDpi(self.clone()).into_drawing_area()
    }
}

type Done = Result<(), DrawingErrorKind<CanvasError>>;

impl HiDpi {
    fn shapes(&self, draw: impl FnOnce(&mut CanvasBackend) -> Done) -> Done {
        let done = draw(&mut self.0.0.shapes.borrow_mut());
        self.0.forget();
        done
    }
}

impl DrawingBackend for HiDpi {
    type ErrorType = CanvasError;

    fn get_size(&self) -> (u32, u32) {
        self.0.size()
    }

    fn ensure_prepared(&mut self) -> Done {
        Ok(())
    }

    fn present(&mut self) -> Done {
        Ok(())
    }

    fn draw_pixel(&mut self, point: BackendCoord, color: BackendColor) -> Done {
        self.0.set_fill(color);
        self.0.0.context.fill_rect(f64::from(point.0), f64::from(point.1), 1.0, 1.0);
        Ok(())
    }

    fn draw_rect<S: BackendStyle>(&mut self, from: BackendCoord, to: BackendCoord, style: &S, fill: bool) -> Done {
        if !fill {
            return self.shapes(|shapes| shapes.draw_rect(from, to, style, false));
        }
        if style.color().alpha == 0.0 {
            return Ok(());
        }
        self.0.set_fill(style.color());
        let (width, height) = (to.0 - from.0, to.1 - from.1);
        self.0.0.context.fill_rect(f64::from(from.0), f64::from(from.1), f64::from(width), f64::from(height));
        Ok(())
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(&mut self, path: I, style: &S) -> Done {
        self.shapes(|shapes| shapes.draw_path(path, style))
    }

    fn draw_circle<S: BackendStyle>(&mut self, center: BackendCoord, radius: u32, style: &S, fill: bool) -> Done {
        self.shapes(|shapes| shapes.draw_circle(center, radius, style, fill))
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(&mut self, path: I, style: &S) -> Done {
        if style.color().alpha == 0.0 {
            return Ok(());
        }
        self.0.set_fill(style.color());
        let context = &self.0.0.context;
        context.begin_path();
        for (at, (x, y)) in path.into_iter().enumerate() {
            if at == 0 {
                context.move_to(f64::from(x), f64::from(y));
            } else {
                context.line_to(f64::from(x), f64::from(y));
            }
        }
        context.close_path();
        context.fill();
        Ok(())
    }

    fn draw_text<S: BackendTextStyle>(&mut self, text: &str, style: &S, at: BackendCoord) -> Done {
        let color = style.color();
        if color.alpha == 0.0 {
            return Ok(());
        }
        // Only upright text: the chart has no other.
        let anchor = style.anchor();
        let align = match anchor.h_pos {
            HPos::Left => "left",
            HPos::Right => "right",
            HPos::Center => "center",
        };
        let baseline = match anchor.v_pos {
            VPos::Top => "top",
            VPos::Center => "middle",
            VPos::Bottom => "bottom",
        };
        let context = &self.0.0.context;
        if self.0.0.align.get() != Some((align, baseline)) {
            context.set_text_align(align);
            context.set_text_baseline(baseline);
            self.0.0.align.set(Some((align, baseline)));
        }
        self.0.set_fill(color);
        self.0.set_font(matches!(style.style(), FontStyle::Bold), style.size());
        // The middle of the em box lies above the middle of the figures by about half a pixel.
        let drop = if matches!(anchor.v_pos, VPos::Center) { 0.5 * self.0.0.ratio.get() } else { 0.0 };
        let _ = context.fill_text(text, f64::from(at.0), f64::from(at.1) + drop);
        Ok(())
    }

    fn estimate_text_size<S: BackendTextStyle>(
        &self,
        text: &str,
        style: &S,
    ) -> Result<(u32, u32), DrawingErrorKind<CanvasError>> {
        let width = self.0.width(text, matches!(style.style(), FontStyle::Bold), style.size());
        Ok((width.ceil() as u32, style.size().ceil() as u32))
    }
}

//! Draws the parts of a scene, one by one: every edge is a whole device pixel. Pure but for plotters; imports the
//! scene.

use super::palette::Palette;
use crate::waterfall::scene::{Anchor, Bar, Bracket, Fill, Line, Outline, Rect, Sliver, Tone, Words};
use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, DrawingAreaErrorKind};
use plotters::element::{Polygon, Rectangle, Text};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color as _, FontStyle, IntoFont as _, RGBColor, TextStyle};
use plotters_backend::DrawingBackend;

/// Size of all text on the canvas, CSS pixels.
pub(crate) const TEXT: f64 = 12.0;

/// What drawing on a backend gives.
pub(crate) type Drawn<DB> = Result<(), DrawingAreaErrorKind<<DB as DrawingBackend>::ErrorType>>;

/// A scene being drawn.
pub(super) struct Brush<'a, DB: DrawingBackend> {
    pub(super) area: &'a DrawingArea<DB, Shift>,
    pub(super) palette: &'a Palette,
    pub(super) ratio: f64,
}

impl<DB: DrawingBackend> Brush<'_, DB> {
    pub(super) fn px(&self, css: f64) -> i32 {
        (css * self.ratio).round() as i32
    }

    pub(super) fn line(&self, css: f64) -> i32 {
        self.px(css).max(1)
    }

    pub(super) fn rect(&self, rect: Rect, color: RGBColor) -> Drawn<DB> {
        if rect.width() <= 0 || rect.height() <= 0 {
            return Ok(());
        }
        self.area.draw(&Rectangle::new([(rect.x0, rect.y0), (rect.x1, rect.y1)], color.filled()))
    }

    pub(super) fn polygon(&self, points: Vec<(i32, i32)>, color: RGBColor) -> Drawn<DB> {
        self.area.draw(&Polygon::new(points, color))
    }

    /// A rectangle with corners of `radius` device pixels, made of whole pixels; `left` and `right`: which sides are
    /// round.
    pub(super) fn rounded(&self, rect: Rect, radius: i32, left: bool, right: bool, color: RGBColor) -> Drawn<DB> {
        let radius = radius.min(rect.height() / 2).min(rect.width() / 2).max(0);
        let full = f64::from(radius);
        for step in 0..radius {
            let up = full - f64::from(step) - 0.5;
            let inset = (full - (full * full - up * up).max(0.0).sqrt()).round() as i32;
            let (x0, x1) = (rect.x0 + if left { inset } else { 0 }, rect.x1 - if right { inset } else { 0 });
            self.rect(Rect { x0, x1, y0: rect.y0 + step, y1: rect.y0 + step + 1 }, color)?;
            self.rect(Rect { x0, x1, y0: rect.y1 - step - 1, y1: rect.y1 - step }, color)?;
        }
        self.rect(Rect { y0: rect.y0 + radius, y1: rect.y1 - radius, ..rect }, color)
    }

    /// Diagonal lines over a rectangle: `period` and `width` along the x axis in CSS pixels.
    pub(super) fn hatch(&self, rect: Rect, rising: bool, period: f64, width: f64, color: RGBColor) -> Drawn<DB> {
        let (period, width) = (period * self.ratio, width * self.ratio);
        let high = f64::from(rect.height());
        let (x0, x1) = (f64::from(rect.x0), f64::from(rect.x1));
        let mut at = x0 - high;
        while at < x1 {
            let (top, bottom) = if rising { (at + high, at) } else { (at, at + high) };
            let band = [
                (top, f64::from(rect.y0)),
                (top + width, f64::from(rect.y0)),
                (bottom + width, f64::from(rect.y1)),
                (bottom, f64::from(rect.y1)),
            ];
            let points = between(&band, x0, x1);
            if points.len() > 2 {
                self.polygon(points, color)?;
            }
            at += period;
        }
        Ok(())
    }

    /// A vertical line of dots, `on` device pixels long and as far apart.
    pub(super) fn dots(&self, x: i32, width: i32, y0: i32, y1: i32, on: i32, color: RGBColor) -> Drawn<DB> {
        let mut y = y0;
        while y < y1 {
            self.rect(Rect { x0: x, x1: x + width, y0: y, y1: (y + on).min(y1) }, color)?;
            y += 2 * on.max(1);
        }
        Ok(())
    }

    pub(super) fn words(&self, words: &Words) -> Drawn<DB> {
        if let Some(halo) = words.halo {
            let x0 = match words.anchor {
                Anchor::Left => words.x,
                Anchor::Middle => words.x - words.width / 2,
                Anchor::Right => words.x - words.width,
            };
            let (room, half) = (self.px(3.0), self.px(8.0));
            let behind = Rect { x0: x0 - room, x1: x0 + words.width + room, y0: words.y - half, y1: words.y + half };
            self.rect(behind, self.palette.of(halo))?;
        }
        let place = match words.anchor {
            Anchor::Left => HPos::Left,
            Anchor::Middle => HPos::Center,
            Anchor::Right => HPos::Right,
        };
        let font = ("sans-serif", TEXT * self.ratio).into_font();
        let font = if words.strong { font.style(FontStyle::Bold) } else { font };
        let color = self.palette.of(words.tone);
        let style = TextStyle::from(font).color(&color).pos(Pos::new(place, VPos::Center));
        self.area.draw(&Text::new(words.text.as_str(), (words.x, words.y), style))
    }

    pub(super) fn marker(&self, line: &Line, height: i32) -> Drawn<DB> {
        let (width, color) = (self.line(1.5), self.palette.of(line.tone));
        if line.dotted {
            self.dots(line.x, width, 0, height, self.line(2.0), color)
        } else {
            self.rect(Rect { x0: line.x, x1: line.x + width, y0: 0, y1: height }, color)
        }
    }

    /// Where a bar is expected: a dashed frame; where it was in another build: a thin bar.
    pub(super) fn outline(&self, outline: &Outline) -> Drawn<DB> {
        let (rect, color) = (outline.rect, self.palette.ink3);
        if !outline.dashed {
            return self.rect(rect, color);
        }
        let (edge, dash) = (self.line(1.0), self.line(3.0));
        let mut x = rect.x0;
        while x < rect.x1 {
            let x1 = (x + dash).min(rect.x1);
            self.rect(Rect { x0: x, x1, y0: rect.y0, y1: rect.y0 + edge }, color)?;
            self.rect(Rect { x0: x, x1, y0: rect.y1 - edge, y1: rect.y1 }, color)?;
            x += 2 * dash;
        }
        self.dots(rect.x0, edge, rect.y0, rect.y1, dash, color)?;
        self.dots(rect.x1 - edge, edge, rect.y0, rect.y1, dash, color)
    }

    pub(super) fn bracket(&self, bracket: &Bracket) -> Drawn<DB> {
        let color = self.palette.of(if bracket.selected { Tone::Ink } else { Tone::Ink3 });
        let (beam, end, reach) = (bracket.beam, self.line(1.5), self.px(3.0));
        self.rect(beam, color)?;
        let post = Rect { y0: beam.y0 - reach, y1: beam.y1 + reach, ..beam };
        if bracket.left {
            self.rect(Rect { x1: post.x0 + end, ..post }, color)?;
        }
        if bracket.right {
            self.rect(Rect { x0: post.x1 - end, ..post }, color)?;
        }
        Ok(())
    }

    pub(super) fn bar(&self, bar: &Bar) -> Drawn<DB> {
        let (rect, color) = (bar.rect, self.palette.of(bar.tone));
        let radius = if rect.width() >= self.px(5.0) { self.px(2.0) } else { 0 };
        let (left, right) = (!bar.cut_left, !bar.cut_right && !bar.growing);
        if bar.selected {
            // An outline around it, half a pixel apart from the bar in the look, a whole device pixel here.
            let (far, near) = (self.line(2.0), self.line(1.0) / 2);
            let around = |by: i32| Rect { x0: rect.x0 - by, y0: rect.y0 - by, x1: rect.x1 + by, y1: rect.y1 + by };
            self.rounded(around(far), self.px(3.0), left, right, self.palette.ink)?;
            if near > 0 {
                self.rounded(around(near), radius, left, right, self.palette.selected)?;
            }
        }
        let edge = self.line(1.0);
        let inner = Rect {
            x0: rect.x0 + if left { edge } else { 0 },
            y0: rect.y0 + edge,
            x1: rect.x1 - if right { edge } else { 0 },
            y1: rect.y1 - edge,
        };
        let inside = (radius - edge).max(0);
        match bar.fill {
            Fill::Solid => self.rounded(rect, radius, left, right, color)?,
            Fill::Pale => {
                self.rounded(rect, radius, left, right, color)?;
                self.rounded(inner, inside, left, right, self.palette.pale(bar.tone))?;
            }
            Fill::Hatched => {
                self.rounded(rect, radius, left, right, color)?;
                self.rounded(inner, inside, left, right, self.palette.connect_bg)?;
                self.hatch(inner, true, 8.5, 2.8, color)?;
            }
            Fill::Failed => {
                self.rounded(rect, radius, left, right, self.palette.fail)?;
                self.rounded(inner, inside, left, right, self.palette.fail_bg)?;
                self.hatch(inner, false, 6.0, 3.0, self.palette.fail)?;
            }
        }
        let wide = rect.width() >= self.px(18.0);
        let middle = i32::midpoint(rect.y0, rect.y1);
        // What the zoom cuts carries a chevron, in the paper's colour, or in the bar's where the bar is pale.
        let chevron = if bar.fill == Fill::Solid { self.palette.surface } else { color };
        if wide && bar.cut_left {
            self.chevron(rect.x0 + self.px(5.0), middle, -1, chevron)?;
        }
        if wide && bar.cut_right {
            self.chevron(rect.x1 - self.px(5.0), middle, 1, chevron)?;
        }
        if bar.growing {
            let over = self.px(2.0);
            let end = Rect { x0: rect.x1 - self.line(3.0), x1: rect.x1, y0: rect.y0 - over, y1: rect.y1 + over };
            self.rect(end, self.palette.accent)?;
        }
        Ok(())
    }

    /// A "<" (`way` −1) or ">" (1) whose tip is at x, y.
    pub(super) fn chevron(&self, x: i32, y: i32, way: i32, color: RGBColor) -> Drawn<DB> {
        let (reach, thick) = (self.px(4.0), self.line(2.0));
        let back = x - way * reach;
        self.polygon(
            vec![
                (x, y),
                (back, y - reach),
                (back - way * thick, y - reach),
                (x - way * thick, y),
                (back - way * thick, y + reach),
                (back, y + reach),
            ],
            color,
        )
    }

    pub(super) fn sliver(&self, sliver: &Sliver, paper: RGBColor) -> Drawn<DB> {
        let (rect, color) = (sliver.rect, self.palette.of(sliver.tone));
        let at = |x: f64, y: f64| (rect.x0 + self.px(x), rect.y0 + self.px(y - 5.0));
        if sliver.selected {
            let (side, over) = (self.line(3.0), self.px(3.0));
            let around = Rect { x0: rect.x0 - side, x1: rect.x1 + side, y0: rect.y0 - over, y1: rect.y1 + over };
            let edge = self.line(1.5);
            let inner = Rect { x0: around.x0 + edge, x1: around.x1 - edge, y0: around.y0 + edge, y1: around.y1 - edge };
            self.rounded(around, self.px(2.0), true, true, self.palette.ink)?;
            self.rounded(inner, self.px(1.0), true, true, paper)?;
        }
        match sliver.fill {
            Fill::Failed => {
                let way = if sliver.left { -1 } else { 1 };
                let mast = if sliver.left { rect.x0 } else { rect.x1 };
                let (tip, half) = (mast + way * self.px(22.0), self.px(7.5));
                let middle = i32::midpoint(rect.y0, rect.y1);
                self.polygon(vec![(mast, middle - half), (tip, middle), (mast, middle + half)], self.palette.fail)?;
                let edge = self.line(1.0);
                let inner = vec![
                    (mast, middle - half + 2 * edge),
                    (tip - way * 4 * edge, middle),
                    (mast, middle + half - 2 * edge),
                ];
                self.polygon(inner, self.palette.fail_bg)?;
                self.pennant_hatch(mast, tip, middle, half)?;
                let pole = Rect { y0: rect.y0 - self.px(4.0), y1: rect.y1 + self.px(4.0), ..rect };
                return self.rect(pole, self.palette.fail);
            }
            Fill::Pale => {
                self.dots(rect.x0, rect.width(), rect.y0, rect.y1, self.line(2.0), color)?;
                self.polygon(vec![at(-3.0, 1.0), at(5.0, 1.0), at(1.0, 5.0)], self.palette.ink2)?;
                self.polygon(vec![at(-0.5, 2.0), at(2.5, 2.0), at(1.0, 3.5)], paper)?;
            }
            Fill::Solid | Fill::Hatched => {
                self.rect(rect, color)?;
                self.polygon(vec![at(-3.0, 1.0), at(5.0, 1.0), at(1.0, 5.0)], self.palette.ink2)?;
            }
        }
        Ok(())
    }

    /// Lines across the pennant, as high as it is where they stand.
    pub(super) fn pennant_hatch(&self, mast: i32, tip: i32, middle: i32, half: i32) -> Drawn<DB> {
        let long = f64::from((tip - mast).abs()).max(1.0);
        let way = if tip < mast { -1.0 } else { 1.0 };
        let mut along = 2.0 * self.ratio;
        while along < long - 4.0 * self.ratio {
            let high = f64::from(half) * (1.0 - along / long);
            let x = f64::from(mast) + way * along;
            let (lean, thick) = (high * 0.5, 2.0 * self.ratio);
            let point = |dx: f64, dy: f64| ((x + dx).round() as i32, (f64::from(middle) + dy).round() as i32);
            self.polygon(
                vec![point(-lean, -high), point(thick - lean, -high), point(lean + thick, high), point(lean, high)],
                self.palette.fail,
            )?;
            along += 5.0 * self.ratio;
        }
        Ok(())
    }
}

/// The part of a convex polygon between two vertical lines (Sutherland and Hodgman), in whole pixels.
fn between(points: &[(f64, f64)], x0: f64, x1: f64) -> Vec<(i32, i32)> {
    let cut = |points: &[(f64, f64)], at: f64, keep: &dyn Fn(f64) -> bool| -> Vec<(f64, f64)> {
        let mut kept = Vec::with_capacity(points.len() + 2);
        let mut before = points.last().copied();
        for &(x, y) in points {
            if let Some((bx, by)) = before {
                if keep(bx) != keep(x) {
                    kept.push((at, by + (y - by) * (at - bx) / (x - bx)));
                }
                if keep(x) {
                    kept.push((x, y));
                }
            }
            before = Some((x, y));
        }
        kept
    };
    let right = cut(points, x0, &|x| x >= x0);
    let both = cut(&right, x1, &|x| x <= x1);
    both.into_iter().map(|(x, y)| (x.round() as i32, y.round() as i32)).collect()
}

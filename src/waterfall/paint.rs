//! Draws a scene through plotters on any of its backends, in device pixels: the grid in chart coordinates (time × rows), everything
//! else as the rectangles, polygons and words that the scene has worked out. Every edge is a whole device pixel. Pure but for
//! plotters; imports the scene and the viewport.

use super::scene::Anchor;
use super::scene::AxisScene;
use super::scene::Bar;
use super::scene::Bracket;
use super::scene::Fill;
use super::scene::Line;
use super::scene::Rect;
use super::scene::Scene;
use super::scene::Sliver;
use super::scene::Tip;
use super::scene::Tone;
use super::scene::Words;
use super::viewport::Viewport;
use crate::model::timeline::Phase;
use plotters::coord::Shift;
use plotters::coord::cartesian::Cartesian2d;
use plotters::coord::cartesian::MeshLine;
use plotters::coord::ranged1d::KeyPointHint;
use plotters::coord::ranged1d::NoDefaultFormatting;
use plotters::coord::ranged1d::Ranged;
use plotters::drawing::DrawingArea;
use plotters::drawing::DrawingAreaErrorKind;
use plotters::element::Polygon;
use plotters::element::Rectangle;
use plotters::element::Text;
use plotters::style::Color as _;
use plotters::style::FontStyle;
use plotters::style::IntoFont as _;
use plotters::style::RGBColor;
use plotters::style::TextStyle;
use plotters::style::text_anchor::HPos;
use plotters::style::text_anchor::Pos;
use plotters::style::text_anchor::VPos;
use plotters_backend::DrawingBackend;
use std::ops::Range;

/// Size of all text on the canvas, CSS pixels.
pub const TEXT: f64 = 12.0;

/// The colours of a theme, read from the page's custom properties. The default is the light theme of the look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Palette {
    /// `--surface`
    pub surface: RGBColor,
    /// `--sunken`
    pub sunken: RGBColor,
    /// `--selected`
    pub selected: RGBColor,
    /// `--ink`
    pub ink: RGBColor,
    /// `--ink-2`
    pub ink2: RGBColor,
    /// `--ink-3`
    pub ink3: RGBColor,
    /// `--rule`
    pub rule: RGBColor,
    /// `--rule-firm`
    pub rule_firm: RGBColor,
    /// `--accent`
    pub accent: RGBColor,
    /// `--on-accent`
    pub on_accent: RGBColor,
    /// `--fail`
    pub fail: RGBColor,
    /// `--fail-bg`
    pub fail_bg: RGBColor,
    /// `--bad`
    pub bad: RGBColor,
    /// `--phase-connect-bg`
    pub connect_bg: RGBColor,
    /// `--phase-…`, in the order of [`Phase::ALL`].
    pub phases: [RGBColor; 7],
}

impl Default for Palette {
    fn default() -> Self {
        Self {
            surface: RGBColor(0xff, 0xff, 0xff),
            sunken: RGBColor(0xf4, 0xf5, 0xf6),
            selected: RGBColor(0xea, 0xf1, 0xfb),
            ink: RGBColor(0x16, 0x19, 0x1d),
            ink2: RGBColor(0x44, 0x4c, 0x55),
            ink3: RGBColor(0x5c, 0x65, 0x70),
            rule: RGBColor(0xe1, 0xe5, 0xe8),
            rule_firm: RGBColor(0xc2, 0xc9, 0xcf),
            accent: RGBColor(0x1a, 0x56, 0xb8),
            on_accent: RGBColor(0xff, 0xff, 0xff),
            fail: RGBColor(0xc8, 0x32, 0x1c),
            fail_bg: RGBColor(0xfb, 0xe3, 0xde),
            bad: RGBColor(0xb0, 0x2a, 0x17),
            connect_bg: RGBColor(0xe8, 0xf4, 0xef),
            phases: [
                RGBColor(0x81, 0x88, 0x91),
                RGBColor(0x37, 0x96, 0xca),
                RGBColor(0x12, 0x72, 0xb4),
                RGBColor(0xbf, 0x7c, 0x00),
                RGBColor(0x9f, 0x4e, 0x7e),
                RGBColor(0x00, 0x6d, 0x4e),
                RGBColor(0x4e, 0x4d, 0x00),
            ],
        }
    }
}

impl Palette {
    /// The colour of a tone.
    pub fn of(&self, tone: Tone) -> RGBColor {
        match tone {
            Tone::Surface => self.surface,
            Tone::Sunken => self.sunken,
            Tone::Selected => self.selected,
            Tone::Ink => self.ink,
            Tone::Ink2 => self.ink2,
            Tone::Ink3 | Tone::Other => self.ink3,
            Tone::Rule => self.rule,
            Tone::RuleFirm => self.rule_firm,
            Tone::Accent => self.accent,
            Tone::OnAccent => self.on_accent,
            Tone::Fail => self.fail,
            Tone::FailBg => self.fail_bg,
            Tone::Bad => self.bad,
            Tone::ConnectBg => self.connect_bg,
            Tone::Phase(phase) => {
                let at = Phase::ALL.iter().position(|other| *other == phase);
                at.and_then(|at| self.phases.get(at)).copied().unwrap_or(self.ink3)
            }
        }
    }

    /// The pale fill of an estimated span: 28 % of the tone on the paper.
    pub fn pale(&self, tone: Tone) -> RGBColor {
        let (tone, paper) = (self.of(tone), self.surface);
        let mix = |a: u8, b: u8| ((u32::from(a) * 28 + u32::from(b) * 72 + 50) / 100).min(255) as u8;
        RGBColor(mix(tone.0, paper.0), mix(tone.1, paper.1), mix(tone.2, paper.2))
    }
}

/// What drawing on a backend gives.
pub type Drawn<DB> = Result<(), DrawingAreaErrorKind<<DB as DrawingBackend>::ErrorType>>;

/// The horizontal axis: times in µs, as the viewport maps them, with the ticks as its key points.
struct TimeAxis<'a> {
    view: Viewport,
    ticks: &'a [i64],
}

impl Ranged for TimeAxis<'_> {
    type FormatOption = NoDefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, limit: (i32, i32)) -> i32 {
        let width = f64::from(limit.1 - limit.0);
        limit.0 + self.view.x(*value, width).round().clamp(-1e8, 1e8) as i32
    }

    fn key_points<Hint: KeyPointHint>(&self, _hint: Hint) -> Vec<f64> {
        self.ticks.iter().map(|at| *at as f64).collect()
    }

    fn range(&self) -> Range<f64> {
        self.view.start_us..self.view.end_us
    }
}

/// The vertical axis: device pixels from the top, no lines of its own.
struct Down(i32);

impl Ranged for Down {
    type FormatOption = NoDefaultFormatting;
    type ValueType = i32;

    fn map(&self, value: &i32, limit: (i32, i32)) -> i32 {
        limit.0 + value
    }

    fn key_points<Hint: KeyPointHint>(&self, _hint: Hint) -> Vec<i32> {
        Vec::new()
    }

    fn range(&self) -> Range<i32> {
        0..self.0
    }
}

/// A scene being drawn.
struct Brush<'a, DB: DrawingBackend> {
    area: &'a DrawingArea<DB, Shift>,
    palette: &'a Palette,
    ratio: f64,
}

impl<DB: DrawingBackend> Brush<'_, DB> {
    fn px(&self, css: f64) -> i32 {
        (css * self.ratio).round() as i32
    }

    fn line(&self, css: f64) -> i32 {
        self.px(css).max(1)
    }

    fn rect(&self, rect: Rect, color: RGBColor) -> Drawn<DB> {
        if rect.width() <= 0 || rect.height() <= 0 {
            return Ok(());
        }
        self.area.draw(&Rectangle::new([(rect.x0, rect.y0), (rect.x1, rect.y1)], color.filled()))
    }

    fn polygon(&self, points: Vec<(i32, i32)>, color: RGBColor) -> Drawn<DB> {
        self.area.draw(&Polygon::new(points, color))
    }

    /// A rectangle with corners of `radius` device pixels, made of whole pixels; `left` and `right`: which sides are round.
    fn rounded(&self, rect: Rect, radius: i32, left: bool, right: bool, color: RGBColor) -> Drawn<DB> {
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
    fn hatch(&self, rect: Rect, rising: bool, period: f64, width: f64, color: RGBColor) -> Drawn<DB> {
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
    fn dots(&self, x: i32, width: i32, y0: i32, y1: i32, on: i32, color: RGBColor) -> Drawn<DB> {
        let mut y = y0;
        while y < y1 {
            self.rect(Rect { x0: x, x1: x + width, y0: y, y1: (y + on).min(y1) }, color)?;
            y += 2 * on.max(1);
        }
        Ok(())
    }

    fn words(&self, words: &Words) -> Drawn<DB> {
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

    fn marker(&self, line: &Line, height: i32) -> Drawn<DB> {
        let (width, color) = (self.line(1.5), self.palette.of(line.tone));
        if line.dotted {
            self.dots(line.x, width, 0, height, self.line(2.0), color)
        } else {
            self.rect(Rect { x0: line.x, x1: line.x + width, y0: 0, y1: height }, color)
        }
    }

    fn bracket(&self, bracket: &Bracket) -> Drawn<DB> {
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

    fn bar(&self, bar: &Bar) -> Drawn<DB> {
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
    fn chevron(&self, x: i32, y: i32, way: i32, color: RGBColor) -> Drawn<DB> {
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

    fn sliver(&self, sliver: &Sliver, paper: RGBColor) -> Drawn<DB> {
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
    fn pennant_hatch(&self, mast: i32, tip: i32, middle: i32, half: i32) -> Drawn<DB> {
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

/// Draws the chart. The area must be as large as the scene says.
///
/// # Errors
/// What the backend says.
pub fn chart<DB: DrawingBackend>(area: &DrawingArea<DB, Shift>, scene: &Scene, palette: &Palette) -> Drawn<DB> {
    let brush = Brush { area, palette, ratio: scene.ratio };
    brush.rect(Rect { x0: 0, y0: 0, x1: scene.width, y1: scene.height }, palette.surface)?;
    for row in &scene.rows {
        if row.paper != Tone::Surface {
            brush.rect(Rect { x0: 0, x1: scene.width, y0: row.y0, y1: row.y1 }, palette.of(row.paper))?;
        }
    }
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
    for bracket in &scene.brackets {
        brush.bracket(bracket)?;
    }
    for strip in &scene.strips {
        brush.rect(strip.rect, palette.of(strip.tone))?;
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
    for words in &scene.words {
        brush.words(words)?;
    }
    Ok(())
}

/// Draws the axis.
///
/// # Errors
/// What the backend says.
pub fn axis<DB: DrawingBackend>(area: &DrawingArea<DB, Shift>, scene: &AxisScene, palette: &Palette) -> Drawn<DB> {
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
pub fn cursor<DB: DrawingBackend>(
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
pub fn tip<DB: DrawingBackend>(area: &DrawingArea<DB, Shift>, tip: &Tip, ratio: f64, palette: &Palette) -> Drawn<DB> {
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

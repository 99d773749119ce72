//! A whole chart as a file: names, axis and bars on one sheet, as SVG (plotters-svg draws it) or on a canvas of its own
//! for a PNG, through the same scene and paint as the chart on the page. The sheet is always light: it goes into
//! documents. Imports the scene, the paint and `browser`'s canvas.

use super::canvas::Surface;
use super::index::{Folds, Index};
use super::looks::ColorBy;
use super::paint::{self, Drawn, Palette, TEXT};
use super::scale::Scale;
use super::scene::{self, AXIS, Frame, ROW, Scene};
use super::viewport::Viewport;
use crate::model::duration::span_text;
use crate::model::order;
use crate::model::timeline::{Span, SpanKind, Timeline};
use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, IntoDrawingArea as _};
use plotters_backend::DrawingBackend;
use plotters_svg::SVGBackend;
use std::cmp::Reverse;
use std::collections::BTreeSet;
use wasm_bindgen::JsCast as _;
use web_sys::HtmlCanvasElement;

/// What a sheet has room for: the columns for names, lengths and bars, CSS pixels, and how many rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Room {
    names: i32,
    figures: i32,
    bars: i32,
    most: usize,
}

/// A file: with more rows no viewer opens it any more.
const FILE: Room = Room { names: 320, figures: 88, bars: 960, most: 1_000 };
/// A page of paper that stands, and one that lies: letters of 12 pixels stay legible when all is as wide as the page.
const UPRIGHT: Room = Room { names: 250, figures: 72, bars: 440, most: 40 };
const ACROSS: Room = Room { names: 290, figures: 80, bars: 660, most: 24 };

/// Room around the sheet, and for its title.
const EDGE: i32 = 16;
const TITLE: i32 = 28;

/// A sheet that can be drawn.
pub(crate) struct Picture<'a> {
    timeline: &'a Timeline,
    index: Index,
    rows: Vec<u32>,
    left_out: usize,
    view: Viewport,
    title: &'a str,
    room: Room,
}

/// The width of a text where nothing can be measured, CSS pixels: a little more than most letters take.
fn rough(text: &str, bold: bool) -> f64 {
    let letter = if bold { 0.6 } else { 0.56 };
    text.chars().count() as f64 * TEXT * letter
}

/// As much of a name as has room, cut in the middle.
fn cut(name: &str, room: f64, measure: &dyn Fn(&str, bool) -> f64) -> String {
    let letters: Vec<char> = name.chars().collect();
    let wide = measure(name, false);
    if wide <= room || letters.len() < 4 {
        return name.to_owned();
    }
    let kept = ((letters.len() as f64 * room / wide).floor() as usize).saturating_sub(1).max(2);
    let (head, tail) = (kept / 3, kept - kept / 3);
    let first: String = letters.iter().take(head).collect();
    let last: String = letters.iter().skip(letters.len() - tail).collect();
    format!("{first}…{last}")
}

/// Which rows to show where there is room for so many: what failed, then groups and stages, then the longest, each with
/// what it lies in; in display order.
fn telling(timeline: &Timeline, most: usize) -> Vec<u32> {
    if timeline.spans.len() <= most {
        return timeline.spans.iter().map(|span| span.id).collect();
    }
    let mut ranked: Vec<&Span> = timeline.spans.iter().collect();
    order::sort_by_key(&mut ranked, |span| {
        let inner = matches!(span.kind, SpanKind::Resource | SpanKind::Module | SpanKind::Script);
        (!span.outcome.is_failure(), inner, Reverse(span.duration_us(timeline.now_us)), span.id)
    });
    let mut chosen = BTreeSet::new();
    for span in ranked {
        let parent = |span: &&Span| span.parent.filter(|parent| *parent < span.id).and_then(|at| timeline.span(at));
        let with_hosts = std::iter::successors(Some(span), parent).map(|span| span.id);
        let missing: Vec<u32> = with_hosts.filter(|id| !chosen.contains(id)).collect();
        if chosen.len() + missing.len() <= most {
            chosen.extend(missing);
        }
    }
    chosen.into_iter().collect()
}

impl<'a> Picture<'a> {
    /// Of a timeline, in this range of time; None: all of it.
    pub(crate) fn of(timeline: &'a Timeline, range: Option<Viewport>, title: &'a str) -> Self {
        let index = Index::of(timeline);
        let mut rows = index.rows(&Folds::new());
        let left_out = rows.len().saturating_sub(FILE.most);
        rows.truncate(FILE.most);
        let view = range.map_or_else(|| Viewport::fit(timeline.end_us), |range| range.clamp(timeline.end_us));
        Self { timeline, index, rows, left_out, view, title, room: FILE }
    }

    /// For one page of paper, upright or across, in this range of time: the rows that say the most.
    pub(crate) fn on_paper(timeline: &'a Timeline, range: Viewport, across: bool) -> Self {
        let room = if across { ACROSS } else { UPRIGHT };
        let rows = telling(timeline, room.most);
        let left_out = timeline.spans.len() - rows.len();
        Self {
            timeline,
            index: Index::of(timeline),
            rows,
            left_out,
            view: range.clamp(timeline.end_us),
            title: "",
            room,
        }
    }

    /// Width and height, CSS pixels.
    fn size(&self) -> (i32, i32) {
        let rows = self.rows.len() as i32 * ROW as i32;
        let more = if self.left_out > 0 { ROW as i32 } else { 0 };
        let Room { names, figures, bars, .. } = self.room;
        (2 * EDGE + names + figures + bars, 2 * EDGE + self.head() + AXIS as i32 + rows + more)
    }

    /// The height of the title, CSS pixels.
    const fn head(&self) -> i32 {
        if self.title.is_empty() { 0 } else { TITLE }
    }

    /// Draws the sheet at so many device pixels per CSS pixel.
    fn draw<DB: DrawingBackend>(
        &self,
        area: &DrawingArea<DB, Shift>,
        ratio: f64,
        measure: &dyn Fn(&str, bool) -> f64,
    ) -> Drawn<DB> {
        let palette = Palette::default();
        let px = |css: i32| (f64::from(css) * ratio).round() as i32;
        let (width, height) = self.size();
        let Room { names, figures, bars, .. } = self.room;
        let no_folds = Folds::new();
        let bars_height = self.rows.len() as i32 * ROW as i32;
        let frame = Frame {
            timeline: self.timeline,
            index: &self.index,
            folds: &no_folds,
            rows: &self.rows,
            view: self.view,
            scale: &Scale::default(),
            moving: None,
            width: px(bars),
            height: px(bars_height).max(1),
            ratio,
            scroll: 0.0,
            selected: None,
            outlines: None,
            color: ColorBy::Phase,
            clock: None,
            measure,
        };
        let chart: Scene = scene::scene(&frame);
        paint::sheet::paper(area, px(width), px(height), ratio, &palette)?;
        let left = px(EDGE);
        let top = px(EDGE + self.head() + AXIS as i32);
        paint::sheet::words(area, self.title, (left, px(EDGE + TITLE / 2)), true, false, ratio, &palette)?;
        let (bars_at, bars_wide) = (left + px(names + figures), px(bars));
        let axis_area = area.clone().shrink((bars_at, px(EDGE + self.head())), (bars_wide, px(AXIS as i32)));
        paint::axis(&axis_area, &scene::axis(&frame, None), &palette)?;
        let chart_area = area.clone().shrink((bars_at, top), (bars_wide, px(bars_height).max(1)));
        paint::sheet::chart(&chart_area, &chart, &palette)?;
        for (at, id) in self.rows.iter().enumerate() {
            let Some(span) = self.timeline.span(*id) else { continue };
            let middle = top + px(at as i32 * ROW as i32 + ROW as i32 / 2);
            let indent = i32::from(span.depth.min(6)) * 14;
            let room = f64::from(names - indent - 8);
            let strong = span.kind == SpanKind::Group;
            let name = cut(&span.label, room, measure);
            paint::sheet::words(area, &name, (left + px(indent), middle), strong, false, ratio, &palette)?;
            let length = span.duration_us(self.timeline.now_us).map_or_else(|| "—".to_owned(), span_text);
            let end = left + px(names + figures - 12);
            paint::sheet::words(area, &length, (end, middle), false, true, ratio, &palette)?;
        }
        if self.left_out > 0 {
            let shorter = if self.room == FILE { "" } else { ", each of them shorter" };
            let more = format!("and {} rows more{shorter}", self.left_out);
            let at = (left, top + px(bars_height + ROW as i32 / 2));
            paint::sheet::words(area, &more, at, false, false, ratio, &palette)?;
        }
        Ok(())
    }

    /// The sheet as SVG.
    pub(crate) fn svg(&self) -> Option<String> {
        let mut text = String::new();
        let (width, height) = self.size();
        {
            let area =
                SVGBackend::with_string(&mut text, (width.unsigned_abs(), height.unsigned_abs())).into_drawing_area();
            self.draw(&area, 1.0, &rough).ok()?;
            area.present().ok()?;
        }
        Some(text)
    }

    /// The sheet on a canvas that stands in no document: two device pixels per CSS pixel where it is not too large for
    /// that, three for paper.
    pub(crate) fn canvas(&self) -> Option<HtmlCanvasElement> {
        let canvas: HtmlCanvasElement =
            web_sys::window()?.document()?.create_element("canvas").ok()?.dyn_into().ok()?;
        let (width, height) = self.size();
        // Printers have several dots for each of a screen's pixels.
        let ratio = if self.room != FILE {
            3.0
        } else if height > 5_500 {
            1.0
        } else {
            2.0
        };
        let surface = Surface::new(canvas.clone(), true)?;
        let device = |css: i32| (f64::from(css) * ratio).round() as u32;
        surface.resize(device(width), device(height), ratio);
        let measure = |text: &str, bold: bool| surface.measure(text, bold);
        self.draw(&surface.area(), ratio, &measure).ok()?;
        Some(canvas)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::recordings;
    use crate::model::timeline::{Input, build_timeline};

    fn timeline() -> Timeline {
        let build = recordings::workspace("real/start-workspace").latest_build;
        let timings: crate::wire::timings::BuildTimings = recordings::body("real/start-timings");
        build_timeline(&Input { build: &build, timings: Some(&timings), logs: &[], now_ms: 1_900_000_000_000 })
    }

    #[test]
    fn a_sheet_has_every_name_and_every_bar() {
        let timeline = timeline();
        let svg = Picture::of(&timeline, None, "w-1, build 1").svg().unwrap();
        assert!(svg.starts_with("<svg ") && svg.trim_end().ends_with("</svg>"), "{}", &svg[..80]);
        assert!(svg.contains("w-1, build 1") && svg.contains("queue") && svg.contains("apply"));
        let bars = timeline.spans.iter().filter(|span| span.has_bar() && span.kind != SpanKind::Group).count();
        assert!(svg.matches("<rect").count() > bars, "{bars} bars");
        // What lies beyond the range is not drawn, its name is.
        let short = Picture::of(&timeline, Some(Viewport { start_us: 0.0, end_us: 1_000.0 }), "t").svg().unwrap();
        assert!(short.matches("<rect").count() < svg.matches("<rect").count());
    }

    #[test]
    fn a_page_of_paper_has_what_tells_the_most() {
        let mut timeline = timeline();
        let view = Viewport::fit(timeline.end_us);
        let svg = Picture::on_paper(&timeline, view, false).svg().unwrap();
        for span in timeline.spans.iter().filter(|span| span.label.len() < 20) {
            assert!(svg.contains(&span.label), "{}", span.label);
        }
        let apply = timeline.spans.iter().find(|span| span.label == "apply").unwrap().clone();
        let first = timeline.spans.len() as u32;
        for at in 0..300 {
            let long = i64::from(at * 7 % 300) * 1_000;
            let (id, label) = (first + at, format!("null_resource.r{at}"));
            timeline.spans.push(Span {
                id,
                parent: Some(apply.id),
                depth: apply.depth + 1,
                kind: SpanKind::Resource,
                end_us: Some(apply.start_us + long),
                label,
                ..apply.clone()
            });
        }
        timeline.spans[first as usize + 2].outcome =
            crate::model::timeline::SpanOutcome::Failed { message: "exit code 1".to_owned() };
        for (across, most) in [(false, UPRIGHT.most), (true, ACROSS.most)] {
            let rows = telling(&timeline, most);
            assert_eq!(rows.len(), most);
            assert!(rows.is_sorted() && rows.contains(&apply.id) && rows.contains(&(first + 2)), "{rows:?}");
            // 257 · 7 is 299 beyond a multiple of 300.
            assert!(rows.contains(&(first + 257)) && !rows.contains(&first), "{rows:?}");
            let svg = Picture::on_paper(&timeline, view, across).svg().unwrap();
            let left = timeline.spans.len() - most;
            assert!(svg.contains(&format!("and {left} rows more, each of them shorter")), "{across}");
        }
    }

    #[test]
    fn markup_in_a_name_is_text() {
        let mut timeline = timeline();
        timeline.spans[1].label = "<script>&\"".to_owned();
        let svg = Picture::of(&timeline, None, "<b>").svg().unwrap();
        assert!(!svg.contains("<script>") && !svg.contains("<b>"), "{svg}");
    }

    #[test]
    fn a_name_is_cut_in_its_middle() {
        let measure = |text: &str, _: bool| text.chars().count() as f64 * 10.0;
        assert_eq!(cut("short", 100.0, &measure), "short");
        let name = cut("kubernetes_config_map.settings[12]", 120.0, &measure);
        assert!(name.starts_with("kub") && name.ends_with("s[12]") && name.chars().count() <= 12, "{name}");
    }

    #[test]
    fn a_long_build_says_how_many_rows_are_left_out() {
        let mut timeline = timeline();
        let leaf = timeline.spans.iter().find(|span| span.kind == SpanKind::Queue).unwrap().clone();
        timeline.spans =
            (0..1_200).map(|id| crate::model::timeline::Span { id, parent: None, depth: 0, ..leaf.clone() }).collect();
        assert!(Picture::of(&timeline, None, "t").svg().unwrap().contains("and 200 rows more"));
    }
}

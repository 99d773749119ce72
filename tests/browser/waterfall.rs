//! The chart in a real browser: every bar of three recorded builds read back from the canvas's pixels at ratios 1, 1.5
//! and 2, and the component's rows, table, keys, theme and size.

#![cfg(target_family = "wasm")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

mod recorded;
mod view;

use crate::recorded::{read, recorded};
use gantry::testing::model::timeline::{Input, Precision, SpanKey, SpanKind, Timeline, build_timeline};
use gantry::testing::waterfall::canvas::Surface;
use gantry::testing::waterfall::index::{Folds, Index};
use gantry::testing::waterfall::paint::{self, Palette};
use gantry::testing::waterfall::scale::Scale;
use gantry::testing::waterfall::scene::{self, Frame};
use gantry::testing::waterfall::viewport::Viewport;
use gantry::testing::waterfall::{Shown, Waterfall};
use gantry::testing::wire::workspace::Workspace;
use leptos::prelude::*;
use plotters::style::RGBColor;
use serde_json::Value;
use std::sync::Arc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{Element, HtmlCanvasElement, HtmlElement};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen(inline_js = r#"
export function pixels(canvas) {
  const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  return new Uint8Array(data.buffer);
}
// Two animation frames and a task: whatever was asked for is drawn, and whoever observes sizes was told.
export function painted() {
  return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 0))));
}
export function press(target, key) {
  target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
}
"#)]
extern "C" {
    fn pixels(canvas: &HtmlCanvasElement) -> js_sys::Uint8Array;
    fn painted() -> js_sys::Promise;
    fn press(target: &Element, key: &str);
}

macro_rules! built {
    ($name:literal) => {
        timeline(
            &recorded!(concat!("real/", $name, "-workspace")),
            &recorded!(concat!("real/", $name, "-timings")),
            &recorded!(concat!("real/", $name, "-logs")),
        )
    };
}

fn timeline(workspace: &Value, timings: &Value, logs: &Value) -> Timeline {
    let workspace: Workspace = read(workspace).unwrap();
    let timings = read(timings).unwrap();
    let logs: Vec<gantry::testing::wire::log::ProvisionerJobLog> = read(logs).unwrap();
    build_timeline(&Input {
        build: &workspace.latest_build,
        timings: Some(&timings),
        logs: &logs,
        now_ms: 1_900_000_000_000,
    })
}

fn element(name: &str) -> Element {
    web_sys::window().unwrap().document().unwrap().create_element(name).unwrap()
}

async fn frame() {
    JsFuture::from(painted()).await.unwrap();
    leptos::task::tick().await;
    JsFuture::from(painted()).await.unwrap();
}

/// A canvas's pixels.
struct Picture {
    width: usize,
    height: usize,
    data: Vec<u8>,
}

impl Picture {
    fn of(canvas: &HtmlCanvasElement) -> Self {
        Self { width: canvas.width() as usize, height: canvas.height() as usize, data: pixels(canvas).to_vec() }
    }

    fn at(&self, x: usize, y: usize) -> RGBColor {
        let at = (y * self.width + x) * 4;
        RGBColor(self.data[at], self.data[at + 1], self.data[at + 2])
    }
}

/// Each bar begins and ends within one device pixel of its figure, in its full colour from the first to the last pixel
/// of its edge; what is too short for that is a line of two CSS pixels that begins there.
fn bars_are_where_their_figures_are(timeline: &Timeline, ratio: f64) -> usize {
    // Lines through the chart have the colours of bars.
    let timeline = &Timeline { markers: Vec::new(), ..timeline.clone() };
    let canvas: HtmlCanvasElement = element("canvas").unchecked_into();
    let (width, rows) = ((1000.0 * ratio) as u32, timeline.spans.len());
    let height = (rows as f64 * scene::ROW * ratio).round() as u32;
    let surface = Surface::new(canvas.clone(), true).unwrap();
    surface.resize(width, height, ratio);
    let (index, folds, palette) = (Index::of(timeline), Folds::new(), Palette::default());
    let rows = index.rows(&folds);
    assert_eq!(rows.len(), timeline.spans.len(), "a small build is shown unfolded");
    let view = Viewport { start_us: 0.0, end_us: timeline.end_us as f64 * 1.05 };
    let measure = |text: &str, bold: bool| surface.measure(text, bold);
    let scene = scene::scene(&Frame {
        timeline,
        index: &index,
        folds: &folds,
        rows: &rows,
        view,
        scale: &Scale::default(),
        moving: None,
        width: width as i32,
        height: height as i32,
        ratio,
        scroll: 0.0,
        selected: None,
        outlines: None,
        color: gantry::testing::waterfall::ColorBy::Phase,
        clock: None,
        measure: &measure,
    });
    paint::chart(&surface.area(), &scene, &palette).unwrap();
    let picture = Picture::of(&canvas);
    let mut checked = 0;
    for (row, span) in timeline.spans.iter().enumerate() {
        let Some((start, end)) = span.range(timeline.now_us).filter(|_| span.has_bar()) else { continue };
        // The figure's own place, worked out here and not by the scene.
        let place = |us: i64| us as f64 / (timeline.end_us as f64 * 1.05) * f64::from(width);
        let (from, to) = (place(start), place(end));
        let failed = span.outcome.is_failure() && span.kind != SpanKind::Stage;
        let color = span.phase.filter(|_| !failed).map_or(if failed { palette.fail } else { palette.ink3 }, |phase| {
            palette.phases
                [gantry::testing::model::timeline::Phase::ALL.iter().position(|other| *other == phase).unwrap()]
        });
        let narrow = to - from < 2.0 * ratio;
        let down = |css: f64| ((row as f64 * scene::ROW + css) * ratio) as usize;
        let y = down(12.0);
        // Where an estimated span is narrow, its line is dashed: look along the whole bar for its columns. Where a
        // failed one is, a pennant flies from it: look above.
        let (top, bottom) = if narrow && failed { (down(2.0), down(4.0)) } else { (down(7.0), down(17.0)) };
        let columns: Vec<usize> =
            (0..picture.width).filter(|x| (top..bottom).any(|y| picture.at(*x, y) == color)).collect();
        let (first, last) = (*columns.first().expect("a bar"), *columns.last().expect("a bar") + 1);
        assert!((first as f64 - from).abs() <= 1.0, "{} begins at {first}, not {from} (ratio {ratio})", span.label);
        if narrow {
            assert!(
                last - first <= (2.0 * ratio).round() as usize,
                "{}: {first} to {last} (ratio {ratio})",
                span.label
            );
        } else {
            assert!((last as f64 - to).abs() <= 1.0, "{} ends at {last}, not {to} (ratio {ratio})", span.label);
            // Sharp: outside the paper, a line of the grid or of what was waited, never a mixture with the bar's colour.
            for x in [first.wrapping_sub(1), last] {
                if x < picture.width {
                    let outside = picture.at(x, y);
                    let known =
                        [palette.surface, palette.sunken, palette.rule, palette.ink2, palette.ink3, palette.fail];
                    assert!(
                        known.contains(&outside),
                        "{}: {outside:?} beside the bar at {x} (ratio {ratio})",
                        span.label
                    );
                }
            }
        }
        checked += 1;
    }
    checked
}

#[wasm_bindgen_test]
fn every_bar_of_three_recorded_builds_at_three_ratios() {
    for (name, timeline, least) in [
        ("start", built!("start"), 20),
        ("script-failed", built!("script-failed"), 20),
        ("apply-failed", built!("apply-failed"), 15),
    ] {
        for ratio in [1.0, 1.5, 2.0] {
            let checked = bars_are_where_their_figures_are(&timeline, ratio);
            assert!(checked >= least, "{name}: only {checked} bars were read");
        }
    }
}

/// The component in a section of its own, 1,000 CSS pixels wide, with the style of the page.
struct Mounted {
    section: HtmlElement,
    timeline: Arc<Timeline>,
    selected: RwSignal<Option<SpanKey>>,
    shown: RwSignal<Shown>,
    handle: Option<Box<dyn std::any::Any>>,
}

impl Mounted {
    /// The selected span, by its place in the timeline.
    fn selected_id(&self) -> Option<u32> {
        self.selected.with_untracked(|key| self.timeline.find(key.as_ref()?))
    }

    async fn new(timeline: Timeline) -> Self {
        let document = web_sys::window().unwrap().document().unwrap();
        if document.query_selector("#look").unwrap().is_none() {
            let style = element("style");
            style.set_id("look");
            let css = [
                include_str!("../../style/tokens.css"),
                include_str!("../../style/base.css"),
                include_str!("../../style/components/waterfall.css"),
                ".at-1000 { width: 1000px; } .at-600 { width: 600px; }",
            ];
            style.set_text_content(Some(&css.concat()));
            document.head().unwrap().append_child(&style).unwrap();
        }
        let section: HtmlElement = element("section").unchecked_into();
        section.set_class_name("at-1000");
        section.set_attribute("data-theme", "light").unwrap();
        document.body().unwrap().append_child(&section).unwrap();
        let timeline = Arc::new(timeline);
        let own = Arc::clone(&timeline);
        let (send, receive) = std::sync::mpsc::channel();
        let handle = leptos::mount::mount_to(section.clone(), move || {
            let (selected, shown) = (RwSignal::new(None), RwSignal::new(Shown::Chart));
            let names_width = RwSignal::new(None);
            send.send((selected, shown)).unwrap();
            let timeline = Signal::derive(move || Arc::clone(&timeline));
            view! { <Waterfall timeline selected select=selected shown show=shown names_width set_names_width=names_width /> }
        });
        let (selected, shown) = receive.recv().unwrap();
        frame().await;
        Self { section, timeline: own, selected, shown, handle: Some(Box::new(handle)) }
    }

    fn all(&self, selector: &str) -> Vec<Element> {
        let list = self.section.query_selector_all(selector).unwrap();
        (0..list.length()).map(|at| list.get(at).unwrap().unchecked_into()).collect()
    }

    fn one(&self, selector: &str) -> Element {
        self.section.query_selector(selector).unwrap().unwrap_or_else(|| panic!("no {selector}"))
    }

    fn chart(&self) -> HtmlCanvasElement {
        self.one(".wf-plot canvas").unchecked_into()
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        self.handle.take();
        self.section.remove();
    }
}

#[wasm_bindgen_test]
async fn rows_table_and_description_say_the_same() {
    let timeline = built!("apply-failed");
    let page = Mounted::new(timeline.clone()).await;
    let names = |selector: &str| -> Vec<String> {
        page.all(selector).iter().map(|it| it.text_content().unwrap_or_default().trim().to_owned()).collect()
    };
    let labels: Vec<String> = timeline.spans.iter().map(|span| span.label.clone()).collect();
    assert_eq!(names("[role=treeitem] .tx"), labels);
    assert_eq!(names("table tbody th"), labels);
    let words = names("table tbody td:last-child");
    for (span, words) in timeline.spans.iter().zip(&words) {
        assert_eq!(
            words.contains("estimated"),
            span.precision == Precision::Estimated && span.has_times(),
            "{}",
            span.label
        );
    }
    // The table's figures are exact to the microsecond.
    for (span, row) in timeline.spans.iter().zip(page.all("table tbody tr")) {
        let times = row.query_selector_all("time").unwrap();
        let Some(us) = span.duration_us(timeline.now_us) else {
            assert_eq!(times.length(), 0, "{}", span.label);
            continue;
        };
        let exact = times.get(1).unwrap().unchecked_into::<Element>().get_attribute("datetime").unwrap();
        assert_eq!(exact, format!("PT{}.{:06}S", us / 1_000_000, us % 1_000_000));
    }
    let canvas = page.chart();
    assert_eq!(canvas.get_attribute("role").as_deref(), Some("img"));
    let described = page.one(&format!("#{}", canvas.get_attribute("aria-describedby").unwrap()));
    assert!(described.text_content().unwrap().contains("failed after 4.6 s at null_resource.machine[0]"));
    assert_eq!(page.all("[style]").len(), 0, "no style attributes");
}

#[wasm_bindgen_test]
async fn keys_select_fold_and_clear() {
    let page = Mounted::new(built!("start")).await;
    let tree = page.one("[role=tree]");
    press(&tree, "ArrowDown");
    press(&tree, "ArrowDown");
    frame().await;
    assert_eq!(page.selected_id(), Some(1));
    let active = tree.get_attribute("aria-activedescendant").expect("the selected row is announced");
    let row = page.one(&format!("#{active}"));
    assert_eq!(row.get_attribute("aria-selected").as_deref(), Some("true"));
    assert!(
        row.query_selector(".vh")
            .unwrap()
            .unwrap()
            .text_content()
            .unwrap()
            .starts_with("queue, starts at 0.0 s, takes 16 ms")
    );
    assert!(page.one("aside").text_content().unwrap().contains("queue"));
    press(&tree, "Home");
    let before = page.all("[role=treeitem]").len();
    press(&tree, "ArrowLeft");
    frame().await;
    assert!(page.all("[role=treeitem]").len() < before, "the group is folded");
    press(&tree, " ");
    frame().await;
    assert_eq!(page.all("[role=treeitem]").len(), before);
    press(&tree, "End");
    frame().await;
    assert_eq!(page.selected_id(), Some(before as u32 - 1));
    press(&tree, "+");
    frame().await;
    assert!(page.all(".wf-plot.moved").len() == 1, "zoomed in");
    press(&tree, "0");
    press(&tree, "Escape");
    frame().await;
    assert!(page.all(".wf-plot.moved").is_empty());
    assert_eq!(page.selected_id(), None);
    assert!(page.all("aside:not(.none)").is_empty(), "no details are left");
}

#[wasm_bindgen_test]
async fn theme_and_size_are_followed() {
    let page = Mounted::new(built!("start")).await;
    let ratio = web_sys::window().unwrap().device_pixel_ratio();
    let canvas = page.chart();
    let css = canvas.get_bounding_client_rect();
    assert_eq!(f64::from(canvas.width()), (css.width() * ratio).round());
    assert_eq!(f64::from(canvas.height()), (css.height() * ratio).round());
    let light = Picture::of(&canvas);
    let (x, y) = (light.width - 2, light.height - 2);
    assert_eq!(light.at(x, y), RGBColor(255, 255, 255));
    page.section.set_attribute("data-theme", "dark").unwrap();
    frame().await;
    assert_eq!(Picture::of(&canvas).at(x, y), RGBColor(0x15, 0x18, 0x1b), "the dark paper of tokens.css");
    page.section.set_class_name("at-600");
    frame().await;
    let css = canvas.get_bounding_client_rect();
    assert_eq!(f64::from(canvas.width()), (css.width() * ratio).round(), "the new width");
    assert!(canvas.width() < light.width as u32);
    let small = Picture::of(&canvas);
    assert!(
        (0..small.width).any(|x| small.at(x, (12.0 * ratio) as usize) != small.at(small.width - 1, 0)),
        "repainted"
    );
    page.shown.set(Shown::Table);
    frame().await;
    assert!(page.all(".vh table").is_empty() && page.all("table").len() == 1, "the table is shown, once");
}

#[wasm_bindgen_test]
async fn nothing_is_left_behind() {
    let page = Mounted::new(built!("start")).await;
    let (section, canvas) = (page.section.clone(), page.chart());
    let corner = |canvas: &web_sys::HtmlCanvasElement| {
        let picture = Picture::of(canvas);
        picture.at(picture.width - 2, picture.height - 2)
    };
    // While the chart is there another theme is followed.
    section.set_attribute("data-theme", "dark").unwrap();
    frame().await;
    let dark = corner(&canvas);
    section.set_attribute("data-theme", "light").unwrap();
    frame().await;
    let light = corner(&canvas);
    assert_ne!(light, dark);
    drop(page);
    frame().await;
    assert_eq!(section.child_element_count(), 0);
    // A theme and a size that change after the chart is gone find nobody who would draw on its canvas.
    section.set_attribute("data-theme", "dark").unwrap();
    section.set_class_name("at-600");
    frame().await;
    frame().await;
    assert_eq!(corner(&canvas), light, "the canvas is as it was left");
}

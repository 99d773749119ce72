//! A canvas in device pixels: styles set only when they change, text measured by `measureText` instead of by an element
//! with an inline style, a backing store of exactly the device's pixels, and the colours of the page's theme. Imports
//! the palette.

use super::color::parse;
use crate::waterfall::paint::{Palette, TEXT};
use plotters::style::RGBColor;
use plotters_backend::BackendColor;
use plotters_canvas::CanvasBackend;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{CanvasRenderingContext2d, Element, HtmlCanvasElement};

/// Most texts whose widths are remembered; a zoom makes new labels all the time.
const REMEMBERED: usize = 2_000;

/// A colour and its alpha, as the context was told.
type Paint = ((u8, u8, u8), f64);

pub(super) struct Inner {
    pub(super) canvas: HtmlCanvasElement,
    pub(super) context: CanvasRenderingContext2d,
    pub(super) shapes: RefCell<CanvasBackend>,
    pub(super) ratio: Cell<f64>,
    pub(super) family: RefCell<String>,
    // What the context is set to, so that it is told only of changes: a style costs more than a rectangle.
    pub(super) fill: Cell<Option<Paint>>,
    pub(super) font: RefCell<Option<(bool, f64)>>,
    pub(super) align: Cell<Option<(&'static str, &'static str)>>,
    pub(super) widths: RefCell<HashMap<(bool, String), f64>>,
}

/// A canvas that is drawn on in device pixels. Cheap to clone: all clones are one canvas.
#[derive(Clone)]
pub struct Surface(pub(super) Rc<Inner>);

impl Surface {
    /// Of this canvas. `opaque`: nothing behind it is ever seen (faster). None where there is no 2d context.
    pub fn new(canvas: HtmlCanvasElement, opaque: bool) -> Option<Self> {
        let options = js_sys::Object::new();
        let _ = js_sys::Reflect::set(&options, &JsValue::from_str("alpha"), &JsValue::from_bool(!opaque));
        let context = canvas.get_context_with_context_options("2d", &options).ok()??.dyn_into().ok()?;
        let shapes = RefCell::new(CanvasBackend::with_canvas_object(canvas.clone())?);
        Some(Self(Rc::new(Inner {
            canvas,
            context,
            shapes,
            ratio: Cell::new(1.0),
            family: RefCell::new("sans-serif".to_owned()),
            fill: Cell::new(None),
            font: RefCell::new(None),
            align: Cell::new(None),
            widths: RefCell::default(),
        })))
    }

    /// The canvas.
    pub fn canvas(&self) -> &HtmlCanvasElement {
        &self.0.canvas
    }

    /// Gives the canvas this many device pixels; clears it only if that is a change.
    pub fn resize(&self, width: u32, height: u32, ratio: f64) {
        let inner = &self.0;
        if inner.canvas.width() != width || inner.canvas.height() != height {
            inner.canvas.set_width(width);
            inner.canvas.set_height(height);
            self.forget();
        }
        if (inner.ratio.get() - ratio).abs() > f64::EPSILON {
            inner.ratio.set(ratio);
            inner.widths.borrow_mut().clear();
        }
    }

    /// Sets the font family of all text, as CSS says it.
    pub fn set_family(&self, family: &str) {
        if *self.0.family.borrow() != family && !family.is_empty() {
            family.clone_into(&mut self.0.family.borrow_mut());
            self.0.widths.borrow_mut().clear();
            self.0.font.replace(None);
        }
    }

    /// The context was changed behind our back, or reset.
    pub(super) fn forget(&self) {
        self.0.fill.set(None);
        self.0.font.replace(None);
        self.0.align.set(None);
    }

    /// Width of a text of the chart's size, CSS pixels.
    pub fn measure(&self, text: &str, bold: bool) -> f64 {
        let ratio = self.0.ratio.get().max(0.1);
        self.width(text, bold, TEXT * ratio) / ratio
    }

    /// Width of a text in device pixels.
    pub(super) fn width(&self, text: &str, bold: bool, size: f64) -> f64 {
        // Only texts of the one size are kept; there is no other.
        let usual = (size - TEXT * self.0.ratio.get()).abs() < 1e-6;
        let key = (bold, text.to_owned());
        if usual && let Some(width) = self.0.widths.borrow().get(&key) {
            return *width;
        }
        self.set_font(bold, size);
        let width = self.0.context.measure_text(text).map_or(0.0, |measured| measured.width());
        if usual {
            let mut widths = self.0.widths.borrow_mut();
            if widths.len() >= REMEMBERED {
                widths.clear();
            }
            widths.insert(key, width);
        }
        width
    }

    pub(super) fn set_font(&self, bold: bool, size: f64) {
        let mut font = self.0.font.borrow_mut();
        if *font == Some((bold, size)) {
            return;
        }
        let weight = if bold { 600 } else { 400 };
        self.0.context.set_font(&format!("{weight} {size}px {}", self.0.family.borrow()));
        *font = Some((bold, size));
    }

    pub(super) fn set_fill(&self, color: BackendColor) {
        let asked = Some((color.rgb, color.alpha));
        if self.0.fill.get() != asked {
            let (r, g, b) = color.rgb;
            self.0.context.set_fill_style_str(&if color.alpha >= 1.0 {
                format!("#{r:02x}{g:02x}{b:02x}")
            } else {
                format!("rgba({r},{g},{b},{})", color.alpha)
            });
            self.0.fill.set(asked);
        }
    }

    /// Makes a transparent canvas empty.
    pub fn clear(&self) {
        let (width, height) = self.size();
        self.0.context.clear_rect(0.0, 0.0, f64::from(width), f64::from(height));
    }

    /// Device pixels, across and down.
    pub fn size(&self) -> (u32, u32) {
        (self.0.canvas.width(), self.0.canvas.height())
    }

    /// A colour in any CSS notation as sRGB: the canvas itself is asked, so system colours of forced-colors mode work
    /// too.
    fn resolve(&self, css: &str) -> Option<RGBColor> {
        if let Some(color) = parse(css) {
            return Some(color);
        }
        // Two different backgrounds: what the canvas does not understand leaves both as they were.
        let ask = |before: &str| {
            self.0.context.set_fill_style_str(before);
            self.0.context.set_fill_style_str(css);
            self.0.fill.set(None);
            self.0.context.fill_style().as_string()
        };
        let (first, second) = (ask("#000000")?, ask("#ffffff")?);
        if first == second { parse(&first) } else { None }
    }

    /// The colours of the theme at this element. What is missing keeps the light theme's.
    pub fn palette(&self, at: &Element) -> Palette {
        let mut palette = Palette::default();
        let Some(styles) = web_sys::window().and_then(|window| window.get_computed_style(at).ok().flatten()) else {
            return palette;
        };
        let read = |name: &str, into: &mut RGBColor| {
            let value = styles.get_property_value(name).unwrap_or_default();
            if let Some(color) = self.resolve(value.trim()) {
                *into = color;
            }
        };
        read("--surface", &mut palette.surface);
        read("--sunken", &mut palette.sunken);
        read("--selected", &mut palette.selected);
        read("--ink", &mut palette.ink);
        read("--ink-2", &mut palette.ink2);
        read("--ink-3", &mut palette.ink3);
        read("--rule", &mut palette.rule);
        read("--rule-firm", &mut palette.rule_firm);
        read("--accent", &mut palette.accent);
        read("--on-accent", &mut palette.on_accent);
        read("--fail", &mut palette.fail);
        read("--fail-bg", &mut palette.fail_bg);
        read("--bad", &mut palette.bad);
        read("--phase-connect-bg", &mut palette.connect_bg);
        let names = [
            "--phase-queue",
            "--phase-init",
            "--phase-plan",
            "--phase-apply",
            "--phase-graph",
            "--phase-connect",
            "--phase-scripts",
        ];
        for (name, into) in names.into_iter().zip(palette.phases.iter_mut()) {
            read(name, into);
        }
        self.set_family(&styles.get_property_value("font-family").unwrap_or_default());
        palette
    }
}

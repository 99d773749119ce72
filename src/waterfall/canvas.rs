//! The canvas: plotters' backend in device pixels, its size, and the colours of the page's theme. Wraps plotters-canvas (paths,
//! circles, its error type) and adds what that lacks: styles set only when they change, text measured by `measureText` instead of by
//! an element with an inline style, a backing store of exactly the device's pixels. Size and theme are watched by hand: none of the
//! micro-crates of leptos-use knows the device-pixel content box, nor a theme that is set on some element above. Imports `browser`
//! and the files beside it.

use super::paint::Palette;
use super::paint::TEXT;
use gloo_events::EventListener;
use plotters::coord::Shift;
use plotters::drawing::DrawingArea;
use plotters::drawing::IntoDrawingArea as _;
use plotters::style::RGBColor;
use plotters_backend::BackendColor;
use plotters_backend::BackendCoord;
use plotters_backend::BackendStyle;
use plotters_backend::BackendTextStyle;
use plotters_backend::DrawingBackend;
use plotters_backend::DrawingErrorKind;
use plotters_backend::FontStyle;
use plotters_backend::text_anchor::HPos;
use plotters_backend::text_anchor::VPos;
use plotters_canvas::CanvasBackend;
use std::cell::Cell;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use wasm_bindgen::JsCast as _;
use wasm_bindgen::JsValue;
use wasm_bindgen::closure::Closure;
use web_sys::CanvasRenderingContext2d;
use web_sys::Element;
use web_sys::HtmlCanvasElement;

/// Most texts whose widths are remembered; a zoom makes new labels all the time.
const REMEMBERED: usize = 2_000;

/// The error of the wrapped backend, which does not export its name.
type CanvasError = <CanvasBackend as DrawingBackend>::ErrorType;

/// A colour and its alpha, as the context was told.
type Paint = ((u8, u8, u8), f64);

struct Inner {
    canvas: HtmlCanvasElement,
    context: CanvasRenderingContext2d,
    shapes: RefCell<CanvasBackend>,
    ratio: Cell<f64>,
    family: RefCell<String>,
    // What the context is set to, so that it is told only of changes: a style costs more than a rectangle.
    fill: Cell<Option<Paint>>,
    font: RefCell<Option<(bool, f64)>>,
    align: Cell<Option<(&'static str, &'static str)>>,
    widths: RefCell<HashMap<(bool, String), f64>>,
}

/// A canvas that is drawn on in device pixels. Cheap to clone: all clones are one canvas.
#[derive(Clone)]
pub struct Surface(Rc<Inner>);

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
    fn forget(&self) {
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
    fn width(&self, text: &str, bold: bool, size: f64) -> f64 {
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

    fn set_font(&self, bold: bool, size: f64) {
        let mut font = self.0.font.borrow_mut();
        if *font == Some((bold, size)) {
            return;
        }
        let weight = if bold { 600 } else { 400 };
        self.0.context.set_font(&format!("{weight} {size}px {}", self.0.family.borrow()));
        *font = Some((bold, size));
    }

    fn set_fill(&self, color: BackendColor) {
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

    /// The canvas as plotters' drawing area.
    pub fn area(&self) -> DrawingArea<HiDpi, Shift> {
        HiDpi(self.clone()).into_drawing_area()
    }

    /// A colour in any CSS notation as sRGB: the canvas itself is asked, so system colours of forced-colors mode work too.
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

/// `#rrggbb`, `rgb(1, 2, 3)`, `rgba(1, 2, 3, 0.5)` (the alpha is dropped: the chart's colours are opaque), `rgb(1 2 3)`.
fn parse(css: &str) -> Option<RGBColor> {
    if let Some(hex) = css.strip_prefix('#') {
        if hex.len() != 6 || !hex.is_ascii() {
            return None;
        }
        let part = |at: usize| hex.get(at..at + 2).and_then(|two| u8::from_str_radix(two, 16).ok());
        return Some(RGBColor(part(0)?, part(2)?, part(4)?));
    }
    let inside = css.strip_prefix("rgba(").or_else(|| css.strip_prefix("rgb("))?.strip_suffix(')')?;
    let mut parts = inside.split([',', ' ', '/']).filter(|part| !part.is_empty()).map(channel);
    Some(RGBColor(parts.next()??, parts.next()??, parts.next()??))
}

/// One number of a colour, rounded. By hand: the library's reader of fractions is ten kilobytes of tables.
fn channel(text: &str) -> Option<u8> {
    let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
    let up = i32::from(matches!(rest.as_bytes().first(), Some(b'5'..=b'9')));
    Some((whole.parse::<i32>().ok()?.saturating_add(up)).clamp(0, 255) as u8)
}

/// Plotters' backend on a [`Surface`]: one unit is one device pixel.
pub struct HiDpi(Surface);

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

/// The size of an element in device pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Size {
    /// Device pixels across.
    pub width: u32,
    /// Device pixels down.
    pub height: u32,
    /// Device pixels per CSS pixel.
    pub ratio: f64,
}

/// Device pixels per CSS pixel of the window; 1 where it does not say.
pub fn ratio() -> f64 {
    let ratio = web_sys::window().map_or(1.0, |window| window.device_pixel_ratio());
    if ratio.is_finite() && ratio > 0.0 { ratio } else { 1.0 }
}

/// Watches the size of elements until it is dropped.
pub struct SizeWatch {
    observer: web_sys::ResizeObserver,
    #[expect(dead_code, reason = "held for the observer, which calls it")]
    callback: Closure<dyn FnMut(js_sys::Array)>,
}

impl SizeWatch {
    /// Calls `changed` with the size of `element`, at once and whenever it or the device's pixel ratio changes. None without a
    /// `ResizeObserver`.
    pub fn new(element: &Element, mut changed: impl FnMut(Size) + 'static) -> Option<Self> {
        let callback = Closure::<dyn FnMut(js_sys::Array)>::new(move |entries: js_sys::Array| {
            let Some(entry) = entries.iter().last() else { return };
            let entry: web_sys::ResizeObserverEntry = entry.unchecked_into();
            changed(size_of(&entry));
        });
        let observer = web_sys::ResizeObserver::new(callback.as_ref().unchecked_ref()).ok()?;
        let options = web_sys::ResizeObserverOptions::new();
        options.set_box(web_sys::ResizeObserverBoxOptions::DevicePixelContentBox);
        // An engine without that box refuses the whole call, which throws; the binding does not catch.
        let exact = js_sys::Reflect::has(
            &js_sys::Reflect::get(&js_sys::global(), &JsValue::from_str("ResizeObserverEntry"))
                .and_then(|class| js_sys::Reflect::get(&class, &JsValue::from_str("prototype")))
                .unwrap_or_else(|_| js_sys::Object::new().into()),
            &JsValue::from_str("devicePixelContentBoxSize"),
        )
        .unwrap_or(false);
        if exact {
            observer.observe_with_options(element, &options);
        } else {
            observer.observe(element);
        }
        Some(Self { observer, callback })
    }
}

impl Drop for SizeWatch {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}

/// The device's own count of pixels if it gives one, else CSS pixels × ratio, rounded.
fn size_of(entry: &web_sys::ResizeObserverEntry) -> Size {
    let ratio = ratio();
    let exact = js_sys::Reflect::get(entry, &JsValue::from_str("devicePixelContentBoxSize"))
        .ok()
        .and_then(|boxes| js_sys::Reflect::get_u32(&boxes, 0).ok())
        .filter(JsValue::is_object);
    let rect = entry.content_rect();
    let (width, height) = (rect.width() * ratio, rect.height() * ratio);
    if let Some(exact) = exact {
        let exact: web_sys::ResizeObserverSize = exact.unchecked_into();
        // An emulated ratio (developer tools, test drivers) does not reach this box: it is then off by more than its rounding.
        if (exact.inline_size() - width).abs() < 1.5 && (exact.block_size() - height).abs() < 1.5 {
            return Size { width: exact.inline_size() as u32, height: exact.block_size() as u32, ratio };
        }
    }
    Size { width: width.round() as u32, height: height.round() as u32, ratio }
}

/// Watches everything that can change the colours: the system's scheme, contrast and forced colours, and `data-theme` on any element
/// of the page; until it is dropped.
pub struct ThemeWatch {
    observer: Option<web_sys::MutationObserver>,
    #[expect(dead_code, reason = "held for the observer, which calls it")]
    callback: Closure<dyn FnMut()>,
    #[expect(dead_code, reason = "held for its Drop, which removes them")]
    media: Vec<EventListener>,
}

impl ThemeWatch {
    /// Calls `changed` after each such change.
    pub fn new(changed: impl Fn() + Clone + 'static) -> Self {
        let window = web_sys::window();
        let media = ["(prefers-color-scheme: dark)", "(forced-colors: active)", "(prefers-contrast: more)"]
            .into_iter()
            .filter_map(|query| {
                let list = window.as_ref()?.match_media(query).ok()??;
                let changed = changed.clone();
                Some(EventListener::new(&list, "change", move |_| changed()))
            })
            .collect();
        let callback = Closure::<dyn FnMut()>::new(changed);
        let observer = web_sys::MutationObserver::new(callback.as_ref().unchecked_ref()).ok();
        let root = window.and_then(|window| window.document()).and_then(|document| document.document_element());
        if let (Some(observer), Some(root)) = (&observer, root) {
            let options = web_sys::MutationObserverInit::new();
            options.set_attributes(true);
            options.set_subtree(true);
            options.set_attribute_filter(&js_sys::Array::of1(&JsValue::from_str("data-theme")));
            let _ = observer.observe_with_options(&root, &options);
        }
        Self { observer, callback, media }
    }
}

impl Drop for ThemeWatch {
    fn drop(&mut self) {
        if let Some(observer) = &self.observer {
            observer.disconnect();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_in_every_notation_a_browser_answers_with() {
        assert_eq!(parse("#16191d"), Some(RGBColor(0x16, 0x19, 0x1d)));
        assert_eq!(parse("rgb(22, 25, 29)"), Some(RGBColor(22, 25, 29)));
        assert_eq!(parse("rgba(22, 25, 29, 0.5)"), Some(RGBColor(22, 25, 29)));
        assert_eq!(parse("rgb(22 25 29 / 0.5)"), Some(RGBColor(22, 25, 29)));
        assert_eq!(parse("rgb(300, -4, 29.6)"), Some(RGBColor(255, 0, 30)));
        for unknown in ["", "#fff", "#ggrrzz", "light-dark(#fff, #000)", "rgb(1, 2)", "CanvasText", "#äöü"] {
            assert_eq!(parse(unknown), None, "{unknown}");
        }
    }
}

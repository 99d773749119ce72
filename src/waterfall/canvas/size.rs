//! The size of an element in device pixels, watched by hand: none of the micro-crates of leptos-use knows the
//! device-pixel content box. Imports nothing of the crate.

use wasm_bindgen::JsCast as _;
use wasm_bindgen::JsValue;
use wasm_bindgen::closure::Closure;
use web_sys::Element;

/// The most device pixels of a canvas, which take 64 MB; and of one of its sides, beyond which browsers draw nothing.
const MOST_PIXELS: f64 = 16_777_216.0;
const LONGEST_SIDE: f64 = 16_384.0;

/// The size of an element in device pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Size {
    /// Device pixels across.
    pub width: u32,
    /// Device pixels down.
    pub height: u32,
    /// Device pixels per CSS pixel.
    pub ratio: f64,
}

impl Size {
    /// CSS pixels across.
    pub(crate) fn width_css(self) -> f64 {
        f64::from(self.width) / self.ratio.max(0.1)
    }

    /// CSS pixels down.
    pub(crate) fn height_css(self) -> f64 {
        f64::from(self.height) / self.ratio.max(0.1)
    }

    /// The same with fewer device pixels per CSS pixel where there would be too many of them: a little blurred, but
    /// there.
    fn bounded(self) -> Self {
        let (width, height) = (f64::from(self.width), f64::from(self.height));
        let part = (MOST_PIXELS / (width * height).max(1.0)).sqrt().min(LONGEST_SIDE / width.max(height).max(1.0));
        if part >= 1.0 {
            return self;
        }
        let fewer = |pixels: f64| (pixels * part).floor().max(1.0) as u32;
        Self { width: fewer(width), height: fewer(height), ratio: self.ratio * part }
    }
}

/// Device pixels per CSS pixel of the window; 1 where it does not say.
pub(super) fn ratio() -> f64 {
    let ratio = web_sys::window().map_or(1.0, |window| window.device_pixel_ratio());
    if ratio.is_finite() && ratio > 0.0 { ratio } else { 1.0 }
}

/// Watches the size of elements until it is dropped.
pub(crate) struct SizeWatch {
    observer: web_sys::ResizeObserver,
    #[expect(dead_code, reason = "held for the observer, which calls it")]
    callback: Closure<dyn FnMut(js_sys::Array)>,
}

impl SizeWatch {
    /// Calls `changed` with the size of `element`, at once and whenever it or the device's pixel ratio changes. None
    /// without a `ResizeObserver`.
    pub(crate) fn new(element: &Element, mut changed: impl FnMut(Size) + 'static) -> Option<Self> {
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
        // An emulated ratio (developer tools, test drivers) does not reach this box: it is then off by more than its
        // rounding.
        if (exact.inline_size() - width).abs() < 1.5 && (exact.block_size() - height).abs() < 1.5 {
            return Size { width: exact.inline_size() as u32, height: exact.block_size() as u32, ratio }.bounded();
        }
    }
    Size { width: width.round() as u32, height: height.round() as u32, ratio }.bounded()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_canvas_is_larger_than_browsers_draw() {
        let usual = Size { width: 2_560, height: 1_440, ratio: 2.0 };
        assert_eq!(usual.bounded(), usual);
        for (width, height, ratio) in
            [(15_360, 8_640, 2.0), (40_000, 10, 1.0), (3, 70_000, 8.0), (u32::MAX, u32::MAX, 500.0), (0, 0, 1.0)]
        {
            let size = Size { width, height, ratio };
            let less = size.bounded();
            assert!(f64::from(less.width) * f64::from(less.height) <= MOST_PIXELS, "{less:?}");
            assert!(f64::from(less.width.max(less.height)) <= LONGEST_SIDE, "{less:?}");
            // What is drawn on it stands where it stood.
            if width > 100 && height > 100 {
                let (before, after) = (f64::from(width) / ratio, f64::from(less.width) / less.ratio);
                assert!((before / after - 1.0).abs() < 0.001, "{less:?}");
            }
        }
    }
}

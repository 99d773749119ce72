//! Lengths in CSS pixels as whole device pixels. Pure; imports nothing.

/// CSS pixels as device pixels, rounded.
pub(super) fn device(css: f64, ratio: f64) -> i32 {
    (css * ratio).round() as i32
}

/// The same, never 0: for lines.
pub(super) fn line(css: f64, ratio: f64) -> i32 {
    device(css, ratio).max(1)
}

//! The canvas: plotters' backend in device pixels, its size, and the colours of the page's theme. Wraps plotters-canvas
//! (paths, circles, its error type) and adds what that lacks. Imports `browser` and the palette.

mod backend;
mod color;
mod size;
mod surface;
mod theme;

pub(crate) use size::{Size, SizeWatch};
pub use surface::Surface;
pub(crate) use theme::ThemeWatch;

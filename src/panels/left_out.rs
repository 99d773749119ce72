//! Says what could not be read: a number and one example. May import `components` and below.

use crate::components::banner::Banner;
use crate::components::banner::BannerTone;
use leptos::prelude::*;

/// A banner, if there is something to say.
pub fn left_out(said: Option<(String, String)>) -> Option<AnyView> {
    said.map(|(title, text)| view! { <Banner tone=BannerTone::Warn title text/> }.into_any())
}

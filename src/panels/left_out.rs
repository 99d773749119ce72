//! Says what could not be read: a number and one example. May import `components` and below.

use crate::components::banner::{Banner, BannerTone};
use leptos::prelude::*;

/// A banner while there is something to say: its title and its text.
#[component]
pub(crate) fn LeftOutBanner(
    /// What `model::left_out` says.
    #[prop(into)]
    said: Signal<Option<(String, String)>>,
) -> impl IntoView {
    let part = move |of: fn((String, String)) -> String| Signal::derive(move || said.get().map(of).unwrap_or_default());
    let (title, text) = (part(|said| said.0), part(|said| said.1));
    view! { <Show when=move || said.with(Option::is_some)><Banner tone=BannerTone::Warn title text/></Show> }
}

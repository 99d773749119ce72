//! The templates that the viewer may see. May import `panels` and below.

use crate::browser::page;
use crate::panels::brand::title;
use leptos::prelude::*;

/// The page.
#[component]
pub(crate) fn TemplatesPage() -> impl IntoView {
    page::set_title(&title("Templates"));
    view! { <div class="page-head"><h1 tabindex="-1">"Templates"</h1></div> }
}

//! One template. May import `panels` and below.

use crate::browser::page;
use crate::panels::brand::title;
use leptos::prelude::*;

/// The page.
#[component]
pub(crate) fn TemplatePage() -> impl IntoView {
    page::set_title(&title("Template"));
    view! { <div class="page-head"><h1 tabindex="-1">"Template"</h1></div> }
}

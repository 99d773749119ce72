//! The form that makes a workspace of a template. May import `panels` and below.

use crate::browser::page;
use crate::panels::brand::title;
use leptos::prelude::*;

/// The page.
#[component]
pub(crate) fn NewWorkspacePage() -> impl IntoView {
    page::set_title(&title("New workspace"));
    view! { <div class="page-head"><h1 tabindex="-1">"New workspace"</h1></div> }
}

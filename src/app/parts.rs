//! The parts of the app that a visit to the list does not need: each is a file of its own beside the application,
//! fetched when its page is first opened (docs/decisions/0010-parts.md). Leptos's own `wasm_split` marks where they
//! begin, `tools/parts.mjs` cuts them out. May import every floor below.
#![allow(
    unsafe_code,
    reason = "what wasm_split writes declares the functions of a part to the linker; none is written by hand"
)]

use crate::embed::EmbedPage;
use crate::embed::chart::{self, MakesChart};
use crate::pages::build::BuildPageView;
use crate::pages::connection::ConnectionPage;
use crate::pages::new_workspace::NewWorkspacePage;
use crate::pages::parameters::ParametersPage;
use crate::pages::quota::QuotaPage;
use crate::pages::schedule::SchedulePage;
use crate::pages::setup::Setup;
use crate::pages::sign_in::SignIn;
use crate::pages::template::TemplatePage;
use crate::pages::templates::TemplatesPage;
use crate::pages::workspace::WorkspacePage;
use crate::panels;
use crate::panels::late::LateViews;
use crate::store::after_rows::AfterRows;
use crate::store::deferred::Waiting;
use leptos::prelude::*;
use leptos::wasm_split::SplitLoaderError;

/// Makes a page. It is handed out rather than called, so that the page is made where it is shown: with its owner and
/// its context.
pub(super) type Page = fn() -> AnyView;

/// Something, and the part that it is in. What fetches it gives `None` if it did not come; it is boxed, so that whoever
/// waits for parts is compiled once and not once for each of them.
macro_rules! part {
    ($(#[$doc:meta])* $part:ident :: $name:ident -> $what:ty = $made:expr) => {
        mod $name {
            use super::*;

            #[cfg(feature = "parts")]
            #[leptos::wasm_split::wasm_split($part, wasm_split_path = ::leptos::wasm_split, fallible)]
            pub(super) fn $name() -> Result<$what, SplitLoaderError> {
                Ok($made)
            }

            #[cfg(not(feature = "parts"))]
            #[allow(clippy::unused_async, reason = "in parts it is fetched")]
            pub(super) async fn $name() -> Result<$what, SplitLoaderError> {
                Ok($made)
            }
        }

        $(#[$doc])*
        pub(super) fn $name() -> Waiting<Option<$what>> {
            Box::pin(async { $name::$name().await.ok() })
        }
    };
}

part! {
    /// A build: its waterfall, its table, its log.
    build::build -> Page = || view! { <BuildPageView/> }.into_any()
}

part! {
    /// A workspace.
    workspace::workspace -> Page = || view! { <WorkspacePage/> }.into_any()
}

part! {
    /// The parameters of a workspace.
    form::parameters -> Page = || view! { <ParametersPage/> }.into_any()
}

part! {
    /// The schedule of a workspace.
    form::schedule -> Page = || view! { <SchedulePage/> }.into_any()
}

part! {
    /// What is left of the quota.
    workspace::quota -> Page = || view! { <QuotaPage/> }.into_any()
}

part! {
    /// The list of templates.
    templates::templates -> Page = || view! { <TemplatesPage/> }.into_any()
}

part! {
    /// A template.
    templates::template -> Page = || view! { <TemplatePage/> }.into_any()
}

part! {
    /// Making a workspace.
    templates::new_workspace -> Page = || view! { <NewWorkspacePage/> }.into_any()
}

part! {
    /// Signing in.
    sign_in::sign_in -> Page = || view! { <SignIn/> }.into_any()
}

part! {
    /// Setting a new control plane up.
    sign_in::setup -> Page = || view! { <Setup/> }.into_any()
}

part! {
    /// The self-test.
    connection::connection -> Page = || view! { <ConnectionPage/> }.into_any()
}

part! {
    /// What stands in other pages.
    embed::embed -> Page = || {
        chart::provide(panel_chart);
        view! { <EmbedPage/> }.into_any()
    }
}

part! {
    /// The chart of a panel, which comes with the page of a build.
    build::panel_chart -> MakesChart = chart::chart as MakesChart
}

part! {
    /// What drives actions and reads why builds failed: fetched right after the first rows.
    after_rows::after_rows -> AfterRows = AfterRows::new()
}

part! {
    /// The views that the first rows do not need, in the same part.
    after_rows::late_views -> LateViews = panels::late_views::late_views()
}

/// A part that panics while it is being loaded: what it was fetched for never comes.
#[cfg(all(feature = "drill", feature = "parts"))]
#[leptos::wasm_split::wasm_split(drill, wasm_split_path = ::leptos::wasm_split, fallible)]
#[allow(clippy::panic, reason = "a panic is what is tested")]
pub fn broken() -> Result<Page, SplitLoaderError> {
    panic!("drill: in a part")
}

//! A banner: one sentence in bold, its explanation, what can be done. Imports `components`.

use crate::components::icon::icon;
use leptos::prelude::*;

/// How urgent a banner is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum BannerTone {
    /// Good to know.
    Info,
    /// Something is not as it should be.
    Warn,
    /// Something failed.
    Bad,
}

/// A banner; `actions` stand at its end.
#[component]
pub(crate) fn Banner(
    /// How urgent it is.
    tone: BannerTone,
    /// What is so.
    #[prop(into)]
    title: Signal<String>,
    /// Why, and what follows.
    #[prop(optional, into)]
    text: Signal<String>,
    /// Buttons and links.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let (class, mark) = match tone {
        BannerTone::Info => ("banner", "info"),
        BannerTone::Warn => ("banner b-warn", "warn"),
        BannerTone::Bad => ("banner b-bad", "failed"),
    };
    view! {
        <div class=class role=(tone != BannerTone::Info).then_some("alert")>
            {icon(mark)}
            <p><b>{move || title.get()}</b>" "<span class="soft">{move || text.get()}</span></p>
            {children.map(|children| view! { <div class="end">{children()}</div> })}
        </div>
    }
}

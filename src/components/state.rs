//! A state of a page or a section: a mark, what is so, why, one next step (docs/look.md, "State"). Imports
//! `components`.

use crate::components::icon::icon_with;
use crate::components::kv::Kv;
use leptos::prelude::*;

/// The figures of a failed request.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct Failure {
    /// The status and what it was, e.g. "500".
    pub answer: Option<String>,
    /// The server's detail.
    pub detail: Option<String>,
    /// The id under which the control plane's log has the request.
    pub request_id: Option<String>,
}

/// A state; the children are its next step.
#[component]
pub(crate) fn StateBlock(
    /// The mark.
    mark: &'static str,
    /// Further classes of the mark: `bad`, `muted`.
    #[prop(optional)]
    tone: &'static str,
    /// What is so.
    #[prop(into)]
    title: String,
    /// Why.
    #[prop(optional, into)]
    text: String,
    /// Figures of a failed request.
    #[prop(optional)]
    failure: Failure,
    /// It is the page's own heading.
    #[prop(optional)]
    page: bool,
    /// The next step.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let mut pairs: Vec<(String, AnyView)> = Vec::new();
    if let Some(answer) = failure.answer {
        pairs.push(("Answer".into(), answer.into_any()));
    }
    if let Some(detail) = failure.detail {
        pairs.push(("Detail".into(), detail.into_any()));
    }
    if let Some(request) = failure.request_id {
        pairs.push(("Request id".into(), view! { <span class="mono">{request}</span> }.into_any()));
    }
    let heading =
        if page { view! { <h1 tabindex="-1">{title}</h1> }.into_any() } else { view! { <h2>{title}</h2> }.into_any() };
    view! {
        <div class="state">
            {icon_with(mark, if tone.is_empty() { "muted" } else { tone })}
            {heading}
            {(!text.is_empty()).then(|| view! { <p class="soft">{text}</p> })}
            {(!pairs.is_empty()).then(|| view! { <Kv pairs small=true/> })}
            {children.map(|children| view! { <div class="row">{children()}</div> })}
        </div>
    }
}

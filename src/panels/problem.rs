//! A failed read as a state of a page or section: what is so, the server's words, its request id, and the next step (docs/look.md,
//! "State"). Imports `api`'s error and `components`.

use crate::api::error::ApiError;
use crate::api::error::Kind;
use crate::browser::view::view;
use crate::components::button::Button;
use crate::components::state::Failure;
use crate::components::state::StateBlock;
use leptos::prelude::*;

/// What was to be read: `noun` as in "these builds", `verb` as in "list the builds".
#[derive(Clone, Copy)]
pub struct Subject {
    /// "these builds".
    pub noun: &'static str,
    /// "list the builds".
    pub verb: &'static str,
    /// The title for 404: "No such workspace, or not for you".
    pub missing: &'static str,
}

/// The figures of an error.
pub fn failure(error: &ApiError) -> Failure {
    Failure {
        answer: error.status.map(|status| status.to_string()),
        detail: error.detail.clone().filter(|detail| !detail.is_empty() && *detail != error.message),
        request_id: error.request_id.clone(),
    }
}

fn words(error: &ApiError, subject: Subject) -> (&'static str, &'static str, String, String) {
    let quoted = format!("“{}”", error.message.trim_end_matches('.').to_owned() + ".");
    match error.kind {
        Kind::NotFound => (
            "search",
            "muted",
            subject.missing.to_owned(),
            "The control plane answers the same for what is gone and for what you may not see.".into(),
        ),
        Kind::Gone => ("trash", "muted", "This workspace was deleted".into(), quoted),
        Kind::Forbidden => ("canceled", "muted", format!("You may not see {}", subject.noun), quoted),
        Kind::Network | Kind::Timeout => (
            "failed",
            "bad",
            "The control plane does not answer".into(),
            format!("{} Reading again changes nothing.", error.message),
        ),
        Kind::NotJson => (
            "failed",
            "bad",
            "Something else answered".into(),
            format!("{} A proxy or a sign-in page may stand between this page and the control plane.", error.message),
        ),
        Kind::Decode => ("failed", "bad", "The answer could not be read".into(), error.message.clone()),
        _ => (
            "failed",
            "bad",
            format!("The control plane could not {}", subject.verb),
            format!("{quoted} Reading again changes nothing."),
        ),
    }
}

/// The state; `page` makes its title the page's heading.
pub fn problem(error: &ApiError, subject: Subject, page: bool, again: Callback<()>) -> AnyView {
    let (mark, tone, title, text) = words(error, subject);
    view! {
        <StateBlock mark tone title text failure=failure(error) page>
            <Button on_click=again>"Try again"</Button>
        </StateBlock>
    }
    .into_any()
}

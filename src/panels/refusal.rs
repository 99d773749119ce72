//! A refusal where a form stands: the control plane's words, what it says of each field, one next step, and what its
//! log calls the request. What was filled in stays in the form around it. May import `store` and below.

use crate::api::error::{ApiError, Kind};
use crate::model::duration;
use crate::model::operation::Report;
use leptos::prelude::*;

/// What to do after a change of a workspace was refused; a sentence.
pub(crate) fn step_after(error: &ApiError) -> String {
    let step = match error.kind {
        Kind::Forbidden => "Its owner or an administrator can change it.",
        Kind::NotFound | Kind::Gone => "Look for it in the list.",
        Kind::Conflict => "Wait until its build is over, then try again.",
        Kind::Validation if error.status == Some(406) => "Try again once the import of its version is over.",
        Kind::TooEarly => "Try again once the import of its version is over.",
        Kind::Validation => "Change what the control plane names, then try again.",
        Kind::Precondition => "Look at how it is now, then try again.",
        Kind::Unauthorized => "Sign in again, then try again.",
        Kind::RateLimited => {
            let wait = error.retry_after_ms.filter(|wait| *wait > 0);
            let when = wait.map_or_else(|| "in a minute".to_owned(), |wait| format!("in {}", duration::elapsed(wait)));
            return format!("Try again {when}.");
        }
        Kind::Server => "Try again; an administrator finds the request by its number.",
        _ => "Try again.",
    };
    step.to_owned()
}

/// The control plane's words: its sentence, more of it, and what is wrong with which field.
fn words_of(error: &ApiError) -> String {
    let detail = error.detail.clone().filter(|detail| !detail.is_empty() && *detail != error.message);
    let fields = error.validations.iter().map(|one| format!("{}: {}", one.field, one.detail));
    let all = [error.message.clone()].into_iter().chain(detail).chain(fields);
    let whole = |text: String| if text.ends_with(['.', '!', '?']) { text } else { format!("{text}.") };
    all.filter(|text| !text.trim().is_empty()).map(whole).collect::<Vec<_>>().join(" ")
}

/// The refusal of a request; `what` says what did not happen.
pub(crate) fn refusal(what: &'static str, error: &ApiError) -> impl IntoView + use<> {
    view! {
        <p class="say-parts bad" role="alert">
            <b>{words_of(error)}</b>" "{what}" "{step_after(error)}
            {error.request_id.clone().map(|id| view! { <span class="muted small">" Request "<span class="mono">{id}</span></span> })}
        </p>
    }
}

/// The refusal of an action, as its report tells it.
pub(crate) fn refused_action(report: &Report) -> impl IntoView + use<> {
    let step = report.advice.as_ref().map(|advice| advice.text.clone()).filter(|text| !text.is_empty());
    let lines = report.lines.join(" · ");
    view! {
        <p class="say-parts bad" role="alert">
            <b>{report.text.clone()}</b>{step.map(|step| format!(" {step}"))}
            {(!lines.is_empty()).then(|| view! { <span class="muted small">" "{lines}</span> })}
        </p>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::error::Validation;

    #[test]
    fn every_refusal_has_one_next_step() {
        for (kind, status, step) in [
            (Kind::Validation, 400, "Change what the control plane names, then try again."),
            (Kind::Unauthorized, 401, "Sign in again, then try again."),
            (Kind::Forbidden, 403, "Its owner or an administrator can change it."),
            (Kind::NotFound, 404, "Look for it in the list."),
            (Kind::Validation, 406, "Try again once the import of its version is over."),
            (Kind::Conflict, 409, "Wait until its build is over, then try again."),
            (Kind::Gone, 410, "Look for it in the list."),
            (Kind::Precondition, 412, "Look at how it is now, then try again."),
            (Kind::TooEarly, 425, "Try again once the import of its version is over."),
            (Kind::RateLimited, 429, "Try again in a minute."),
            (Kind::Server, 500, "Try again; an administrator finds the request by its number."),
            (Kind::Between, 403, "Try again."),
        ] {
            let error = ApiError { status: Some(status), ..ApiError::local(kind, "No.") };
            assert_eq!(step_after(&error), step, "{status}");
        }
        let limited = ApiError { retry_after_ms: Some(17_000), ..ApiError::local(Kind::RateLimited, "Too many.") };
        assert_eq!(step_after(&limited), "Try again in 17 s.");
    }

    #[test]
    fn nothing_of_what_was_said_is_left_out_or_said_twice() {
        let error = ApiError {
            detail: Some("It is too long".into()),
            validations: vec![Validation { field: "ttl_ms".into(), detail: "at most 30 days".into() }],
            ..ApiError::local(Kind::Validation, "Invalid TTL.")
        };
        assert_eq!(words_of(&error), "Invalid TTL. It is too long. ttl_ms: at most 30 days.");
        let twice = ApiError { detail: Some("Forbidden.".into()), ..ApiError::local(Kind::Forbidden, "Forbidden.") };
        assert_eq!(words_of(&twice), "Forbidden.");
    }
}

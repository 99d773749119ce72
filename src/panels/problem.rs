//! A failed read as a state of a page or section: what is so, the server's words, its request id, and the next steps
//! (docs/look.md, "State"). Imports `store` and below.

use crate::api::error::{ApiError, Kind};
use crate::browser::{clock_text, page, route_focus};
use crate::components::button::Button;
use crate::components::state::{Failure, StateBlock};
use crate::paths;
use crate::store::use_stores;
use leptos::prelude::*;
use std::cell::RefCell;

/// What was to be read: `noun` as in "these builds", `verb` as in "list the builds".
#[derive(Clone, Copy)]
pub(crate) struct Subject {
    /// "these builds".
    pub noun: &'static str,
    /// "list the builds".
    pub verb: &'static str,
    /// The title for 404, where another one says more than [`MISSING`].
    pub missing: &'static str,
}

/// The title for 404: which of the two it is, the control plane does not say.
pub(crate) const MISSING: &str = "Not found, or you have no access";

/// The words of the way to the self-test.
pub(crate) const TEST_THE_CONNECTION: &str = "Test the connection";

/// The way to the self-test, where that can tell what is wrong.
pub(crate) fn connection_way(error: &ApiError) -> Option<Way> {
    error.is_of_the_connection().then(|| (TEST_THE_CONNECTION.to_owned(), paths::connection()))
}

/// A way on from a state: words and whole path.
pub(crate) type Way = (String, String);

/// The figures of an error.
pub(crate) fn failure(error: &ApiError) -> Failure {
    Failure {
        answer: error.status.map(|status| status.to_string()),
        detail: error.detail.clone().filter(|detail| !detail.is_empty() && *detail != error.message),
        request_id: error.request_id.clone(),
    }
}

/// What a state says of an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ProblemText {
    /// Its mark.
    pub mark: &'static str,
    /// The colour of the mark.
    pub tone: &'static str,
    /// What is so.
    pub title: String,
    /// Why, and what that means.
    pub text: String,
}

/// What is said of an error that met who wanted to read `subject`.
pub(crate) fn problem_text(error: &ApiError, subject: Subject) -> ProblemText {
    let quoted = format!("“{}.”", error.message.trim_end_matches('.'));
    let bad = |title: String, text: String| ProblemText { mark: "failed", tone: "bad", title, text };
    match error.kind {
        Kind::NotFound => ProblemText {
            mark: "search",
            tone: "muted",
            title: subject.missing.to_owned(),
            text: "The control plane answers the same for what is gone and for what you may not see.".into(),
        },
        Kind::Gone => ProblemText {
            mark: "trash",
            tone: "muted",
            title: "This workspace was deleted".into(),
            text: "Its builds can be read still, as long as the control plane keeps them.".into(),
        },
        Kind::Forbidden => ProblemText {
            mark: "canceled",
            tone: "muted",
            title: format!("You may not see {}", subject.noun),
            text: quoted,
        },
        Kind::Unauthorized => bad("You are signed out".into(), quoted),
        // A proxy's page for a dead upstream is no answer either.
        _ if error.is_unreachable() => {
            bad("The control plane does not answer".into(), format!("{} It is safe to try again.", error.message))
        }
        Kind::NotJson => bad(
            "Something else answered".into(),
            format!("{} A proxy or a sign-in page may stand between this page and the control plane.", error.message),
        ),
        Kind::Between => bad("Something on the way refused it".into(), error.message.clone()),
        Kind::Decode => bad("The answer could not be read".into(), error.message.clone()),
        _ => bad(format!("The control plane could not {}", subject.verb), format!("{quoted} It is safe to try again.")),
    }
}

/// Whether an error says that reading fails, and not how things are: who may not see something, or finds it gone, has a
/// true answer.
pub(crate) fn is_failure(error: &ApiError) -> bool {
    !matches!(error.kind, Kind::NotFound | Kind::Gone | Kind::Forbidden | Kind::Aborted)
}

/// While this is in the view and `failing`, the page's own reading fails: the top bar does not claim to be live.
pub(crate) fn says_failing(failing: impl Fn() -> bool + Send + Sync + 'static) {
    let count = use_stores().net.failing;
    let on = StoredValue::new(false);
    let counted = count.clone();
    Effect::new(move |_| {
        let now = failing();
        if on.try_update_value(|on| std::mem::replace(on, now)).is_some_and(|before| before != now) {
            counted.update(|count| *count = if now { *count + 1 } else { count.saturating_sub(1) });
        }
    });
    on_cleanup(move || {
        if on.try_get_value() == Some(true) {
            count.update(|count| *count = count.saturating_sub(1));
        }
    });
}

/// The state; `page` makes its title the page's heading. `ways` lead on from here.
pub(crate) fn problem(error: &ApiError, subject: Subject, page: bool, again: Callback<()>, ways: Vec<Way>) -> AnyView {
    let ProblemText { mark, tone, title, text } = problem_text(error, subject);
    let failing = is_failure(error);
    let ways = ways.into_iter().chain(connection_way(error));
    says_failing(move || failing);
    view! {
        <StateBlock mark tone title text failure=failure(error) page>
            <Again again/>
            {ways.map(|(words, href)| view! { <a class="btn" href=href>{words}</a> }).collect_view()}
        </StateBlock>
    }
    .into_any()
}

thread_local! {
    /// How often it was asked again, and when last, while one state takes the place of another: with each answer, a
    /// state is built anew.
    static TRIES: RefCell<Option<(u32, String)>> = const { RefCell::new(None) };
}

/// The button that asks again, and that it did: the answer may be the same as before. When another state takes the
/// place of this one, the focus goes to its button, else to the heading, never nowhere.
#[component]
pub(crate) fn Again(
    /// Asks again.
    again: Callback<()>,
) -> impl IntoView {
    let stores = use_stores();
    let tries = RwSignal::new(TRIES.take().unwrap_or_default());
    let pressed = StoredValue::new(false);
    on_cleanup(move || {
        if pressed.try_get_value() == Some(true) {
            TRIES.set(tries.try_get_untracked());
            request_animation_frame(|| {
                TRIES.take();
                let lost = page::focused().is_none_or(|element| element.tag_name() == "BODY");
                if lost && !page::focus_first("#main .state button") {
                    route_focus::focus_heading(|| ());
                }
            });
        }
    });
    let press = move |()| {
        pressed.set_value(true);
        let at = clock_text::local(stores.clock.now()).clock_with_seconds();
        tries.update(|(count, last)| {
            *count += 1;
            *last = at;
        });
        again.run(());
    };
    let said = move || {
        tries.with(|(count, at)| match count {
            0 => String::new(),
            1 => format!("Asked again at {at}."),
            count => format!("Asked again {count} times, last at {at}."),
        })
    };
    view! {
        <Button on_click=press>"Try again"</Button>
        <span class="small muted" role="status">{said}</span>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_error_has_its_words_and_none_says_that_trying_is_useless() {
        let subject = Subject { noun: "these builds", verb: "list the builds", missing: MISSING };
        let error = |kind, status: Option<u16>| ApiError { status, ..ApiError::local(kind, "No.") };
        for (kind, status, title, failing) in [
            (Kind::NotFound, Some(404), MISSING, false),
            (Kind::Gone, Some(410), "This workspace was deleted", false),
            (Kind::Forbidden, Some(403), "You may not see these builds", false),
            (Kind::Network, None, "The control plane does not answer", true),
            (Kind::Timeout, None, "The control plane does not answer", true),
            (Kind::NotJson, Some(502), "The control plane does not answer", true),
            (Kind::Server, Some(503), "The control plane does not answer", true),
            (Kind::NotJson, Some(200), "Something else answered", true),
            (Kind::Between, Some(401), "Something on the way refused it", true),
            (Kind::Decode, Some(200), "The answer could not be read", true),
            (Kind::Server, Some(500), "The control plane could not list the builds", true),
            (Kind::RateLimited, Some(429), "The control plane could not list the builds", true),
            (Kind::Validation, Some(400), "The control plane could not list the builds", true),
            (Kind::Unauthorized, Some(401), "You are signed out", true),
        ] {
            let error = error(kind, status);
            let said = problem_text(&error, subject);
            assert_eq!(said.title, title, "{kind:?} {status:?}");
            assert_eq!(is_failure(&error), failing, "{kind:?}");
            assert!(!said.text.contains("changes nothing") && !said.text.is_empty(), "{}", said.text);
            assert!(!said.text.starts_with(&said.title), "the same thing is not said twice: {}", said.text);
        }
    }
}

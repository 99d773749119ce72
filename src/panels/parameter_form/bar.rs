//! What still hinders a form from being sent: a sentence with a link to each thing (docs/look.md, "Form bar"). May
//! import `store` and below.

use crate::browser::page;
use crate::browser::pattern::matches;
use crate::store::parameters::{ParameterSession, SessionState};
use leptos::prelude::*;

/// How many things are named.
const MOST_NAMED: usize = 3;

/// Takes the reader to a field.
pub(crate) fn focus_field(session: &ParameterSession, name: &str) {
    page::focus(&session.field_id(name, ""));
}

/// "Not yet:" and what is missing; nothing while nothing is.
#[component]
pub(crate) fn NotYet(
    /// The form.
    session: ParameterSession,
) -> impl IntoView {
    let session = StoredValue::new(session);
    // Name, label, and what is wrong.
    let wrong = Memo::new(move |_| {
        session.with_value(|session| {
            if session.state() != SessionState::Ready {
                return Vec::new();
            }
            session.with(|form| {
                let problems = form.problems(matches).into_iter();
                let labelled = problems.map(|(name, _)| {
                    let label = form.rule(&name).map_or_else(|| name.clone(), |rule| rule.label.clone());
                    (name, label)
                });
                labelled.collect::<Vec<_>>()
            })
        })
    });
    let named = move || wrong.with(|wrong| wrong.iter().take(MOST_NAMED).cloned().enumerate().collect::<Vec<_>>());
    let rest = move || {
        wrong.with(|wrong| match wrong.len().saturating_sub(MOST_NAMED) {
            0 => ".".to_owned(),
            more => format!(" and {more} more."),
        })
    };
    view! {
        <Show when=move || wrong.with(|wrong| !wrong.is_empty())>
            "Not yet: "
            <For each=named key=Clone::clone let((at, (name, label)))>
                {(at > 0).then_some(", ")}
                <button type="button" class="link" on:click=move |_| session.with_value(|session| focus_field(session, &name))>{label.clone()}</button>
            </For>
            {rest}
        </Show>
    }
}

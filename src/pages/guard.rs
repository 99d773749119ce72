//! What stands before every page that needs a session: asks who is signed in, leads to sign-in and back, or to set-up.
//! May import `panels` and below.

use crate::api::error::Kind;
use crate::browser::page;
use crate::components::button::Button;
use crate::components::state::StateBlock;
use crate::panels::go::use_go;
use crate::panels::late::while_unreachable;
use crate::panels::problem::{MISSING, ProblemText, Subject, connection_way, failure, problem_text};
use crate::panels::waiting::waiting;
use crate::paths;
use crate::store::session::SessionState;
use crate::store::use_stores;
use leptos::prelude::*;

const SUBJECT: Subject = Subject { noun: "who is signed in", verb: "say who is signed in", missing: MISSING };

/// How the session stands, without who it is: a page is not built anew because a fact about the user changed.
#[derive(Clone, PartialEq)]
enum Stand {
    Asking,
    Unreachable(crate::api::error::ApiError),
    Elsewhere,
    In,
}

/// Shows the page to who is signed in.
#[component]
pub(crate) fn Guarded(
    /// The page.
    children: ChildrenFn,
) -> impl IntoView {
    let stores = use_stores();
    let go = use_go();
    let state = stores.session.state.clone();
    let goes = state.clone();
    Effect::new(move |_| match goes.get() {
        SessionState::SignedOut { back, .. } => go.instead(paths::sign_in(Some(&back))),
        SessionState::SetupNeeded => go.instead(paths::setup()),
        _ => {}
    });
    let stand = Memo::new(move |_| match state.get() {
        SessionState::Unknown => Stand::Asking,
        SessionState::Unreachable(error) => Stand::Unreachable(error),
        SessionState::SetupNeeded | SessionState::SignedOut { .. } => Stand::Elsewhere,
        SessionState::SignedIn(_) => Stand::In,
    });
    let (net, session) = (stores.net, stores.session);
    move || match stand.get() {
        Stand::Asking => waiting("Asking who is signed in"),
        Stand::Elsewhere => ().into_any(),
        Stand::In => children().into_any(),
        Stand::Unreachable(error) => {
            let (net, session) = (net.clone(), session.clone());
            let ProblemText { mark, tone, title, text } = problem_text(&error, SUBJECT);
            let text =
                format!("{text} It is tried again every few seconds; what you asked for opens as soon as it answers.");
            let now = move |()| {
                net.try_now();
                session.ask_again();
            };
            // What stands in between may have a page of its own to sign in, which only a page load leads to.
            let way = connection_way(&error).map(|(words, href)| view! { <a class="btn" href=href>{words}</a> });
            let reload = matches!(error.kind, Kind::Between | Kind::NotJson);
            view! {
                <StateBlock mark tone title text failure=failure(&error) page=true>
                    <Button on_click=now>"Try now"</Button>
                    {reload.then(|| view! { <Button on_click=|()| page::reload()>"Load this page anew"</Button> })}
                    {way}
                </StateBlock>
                {while_unreachable(|views| (views.last_list)())}
            }
            .into_any()
        }
    }
}

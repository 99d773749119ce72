//! What stands before every page that needs a session: asks who is signed in, leads to sign-in and back, or to set-up. May import `panels` and
//! below.

use crate::browser::memo::Effect;
use crate::browser::memo::Memo;
use crate::browser::view::view;
use crate::components::button::Button;
use crate::components::state::StateBlock;
use crate::panels::go::use_go;
use crate::panels::problem::failure;
use crate::panels::waiting::waiting;
use crate::paths;
use crate::store::session::SessionState;
use crate::store::use_stores;
use leptos::prelude::*;

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
pub fn Guarded(
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
    let net = stores.net;
    move || match stand.get() {
        Stand::Asking => waiting("Asking who is signed in"),
        Stand::Elsewhere => ().into_any(),
        Stand::In => children().into_any(),
        Stand::Unreachable(error) => {
            let net = net.clone();
            let text = format!(
                "{} It is tried again every few seconds; what you asked for opens as soon as it answers.",
                error.message
            );
            view! {
                <StateBlock mark="failed" tone="bad" title="The control plane does not answer" text failure=failure(&error) page=true>
                    <Button on_click=move |()| net.try_now()>"Try now"</Button>
                </StateBlock>
            }
            .into_any()
        }
    }
}

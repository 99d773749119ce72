//! Signing out while something is under way: what that is and what becomes of it is said before. May import `store` and
//! below.

use crate::components::button::Button;
use crate::components::dialog::Dialog;
use crate::components::icon::icon;
use crate::store::{Stores, use_stores};
use leptos::prelude::*;
use leptos::task::spawn_local;

const TITLE: &str = "Sign out while this is under way?";
const KEPT: &str =
    "Gantry notes in this browser what was under way, and tells you what became of it when you have signed in again.";

/// Signs out, and says if the control plane could not be told.
pub(crate) fn sign_out(stores: &Stores) {
    let (session, toasts) = (stores.session.clone(), stores.toasts.clone());
    spawn_local(async move {
        if let Err(error) = session.sign_out().await {
            toasts.failed("You are signed out here, but the control plane was not told.", &error);
        }
    });
}

/// The question.
#[component]
pub(crate) fn SignOut(
    /// What is under way, a sentence each.
    under_way: Vec<String>,
    /// Called when it was answered, or left.
    #[prop(into)]
    on_close: Callback<()>,
) -> impl IntoView {
    let stores = use_stores();
    let lines = under_way
        .into_iter()
        .map(|text| view! { <li class="warn">{icon("warn")}<span>{text}</span></li> })
        .collect_view();
    let go = move |()| {
        on_close.run(());
        sign_out(&stores);
    };
    view! {
        <Dialog title=TITLE on_close>
            <div class="body">
                <ul class="facts-list">{lines}<li>{icon("info")}<span>{KEPT}</span></li></ul>
            </div>
            <footer>
                <Button on_click=on_close>"Stay signed in"</Button>
                <Button class="fill" on_click=go>"Sign out"</Button>
            </footer>
        </Dialog>
    }
}

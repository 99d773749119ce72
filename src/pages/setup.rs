//! A control plane without users: its first one, the owner, is created here. The server's validation stands at the
//! fields.

use crate::api::auth;
use crate::api::error::{ApiError, Kind};
use crate::browser::notify::Notify;
use crate::browser::{page, timers};
use crate::components::banner::{Banner, BannerTone};
use crate::components::button::Button;
use crate::components::field::{Field, FieldKind};
use crate::components::icon::icon;
use crate::model::pace::back_off;
use crate::panels::brand::{name, title};
use crate::panels::go::use_go;
use crate::panels::problem::{MISSING, ProblemText, Subject, connection_way, problem_text};
use crate::paths;
use crate::store::session::SessionState;
use crate::store::use_stores;
use crate::wire::auth::CreateFirstUserRequest;
use futures_util::future::select;
use leptos::prelude::*;
use leptos::task::spawn_local_scoped_with_cancellation;
use std::pin::pin;

const TITLE: &str = "Set up this control plane";
const INTRO: &str =
    "It has no users yet. The first user owns it, creates templates, sees every workspace and invites others.";
const EXISTS: &str = "This control plane has its first user already.";
const ASKING: &str = "The control plane is asked whether it has users.";
const SUBJECT: Subject = Subject { noun: "whether it has users", verb: "say whether it has users", missing: MISSING };

/// The first and the longest wait before it is asked again, in milliseconds.
const SHORTEST_WAIT_MS: i64 = 500;
const LONGEST_WAIT_MS: i64 = 30_000;

/// The page.
#[component]
pub(crate) fn Setup() -> impl IntoView {
    page::set_title(&title(TITLE));
    let stores = use_stores();
    // Where the session led here, it has the answer; otherwise nothing is claimed before there is one.
    let needed = stores.session.state.with_untracked(|state| *state == SessionState::SetupNeeded);
    let exists = RwSignal::new(needed.then_some(false));
    let failed = RwSignal::new(None::<ApiError>);
    let client = stores.client.clone();
    // Asked again by itself, less and less often, and at once when the reader wants it.
    let now = StoredValue::new_local(Notify::default());
    let asked_again = now.with_value(Notify::clone);
    spawn_local_scoped_with_cancellation(async move {
        let mut attempt = 0;
        loop {
            let again = asked_again.notified();
            match auth::first_user_exists(&client).await {
                Ok(answer) => {
                    failed.try_set(None);
                    exists.try_set(Some(answer));
                    return;
                }
                // A question is given up when the session learns that nobody is signed in: it is asked anew.
                Err(error) if error.kind == Kind::Aborted => {}
                Err(error) => {
                    failed.try_set(Some(error));
                }
            }
            let wait = back_off(attempt, SHORTEST_WAIT_MS, LONGEST_WAIT_MS, timers::random());
            attempt += 1;
            select(pin!(timers::sleep_or(wait, client.again())), pin!(again)).await;
        }
    });
    let again = move |()| now.with_value(Notify::notify_waiters);
    let asking = move || {
        if exists.with(Option::is_some) {
            return None;
        }
        let error = failed.get()?;
        let ProblemText { title, text, .. } = problem_text(&error, SUBJECT);
        let text = format!("{text} It is asked again by itself.");
        Some(view! {
            <Banner tone=BannerTone::Bad title=format!("{title}.") text/>
            <Button class="fill" on_click=again>"Try now"</Button>
            {connection_way(&error).map(|(words, href)| view! { <a class="btn" href=href>{words}</a> })}
        })
    };
    view! {
        <div class="sign">
            <div class="brand">
                <p class="mark">{icon("mark")}{name()}</p>
                <h1 tabindex="-1">{TITLE}</h1>
                <p class="soft">{move || match exists.get() { Some(true) => EXISTS, Some(false) => INTRO, None => ASKING }}</p>
            </div>
            {asking}
            {move || exists.get().map(|exists| if exists {
                view! { <a class="btn fill" href=paths::sign_in(None)>"Sign in"</a> }.into_any()
            } else {
                view! { <FirstUser/> }.into_any()
            })}
        </div>
    }
}

#[component]
fn FirstUser() -> impl IntoView {
    let stores = use_stores();
    let go = use_go();
    let email = RwSignal::new(String::new());
    let username = RwSignal::new(String::new());
    let password = RwSignal::new(String::new());
    let busy = RwSignal::new(false);
    let failed = RwSignal::new(None::<ApiError>);
    let of = move |field: &'static str, empty: &'static str| {
        Signal::derive(move || {
            failed.with(|failed| {
                failed
                    .as_ref()
                    .and_then(|error| error.of_field(field))
                    .map(|detail| (empty.to_owned(), detail.to_owned()))
            })
        })
    };
    let whole = move || {
        failed.with(|failed| {
            failed.as_ref().filter(|error| error.validations.is_empty()).map(|error| {
                view! { <Banner tone=BannerTone::Bad title=error.message.clone() text=error.detail.clone().unwrap_or_default()/> }
            })
        })
    };
    let send = move || {
        failed.set(None);
        busy.set(true);
        let session = stores.session.clone();
        let request = CreateFirstUserRequest {
            email: email.get_untracked().trim().to_owned(),
            username: username.get_untracked().trim().to_owned(),
            name: None,
            password: password.get_untracked(),
            trial: false,
        };
        spawn_local_scoped_with_cancellation(async move {
            let answer = session.set_up(&request).await;
            busy.try_set(false);
            match answer {
                Ok(()) => go.instead(paths::workspaces(None)),
                Err(error) if error.kind == Kind::Conflict => go.instead(paths::sign_in(None)),
                Err(error) => {
                    failed.try_set(Some(error));
                }
            }
        });
    };
    let busy_reason = Signal::derive(move || busy.get().then(|| "The control plane is being asked.".to_owned()));
    view! {
        {whole}
        <form novalidate=true on:submit=move |event| { event.prevent_default(); if !busy.get_untracked() { send(); } }>
            <Field label="E-mail" kind=FieldKind::Email value=email error=of("email", "The control plane does not take this e-mail.") autofocus=true/>
            <Field label="User name" kind=FieldKind::Username value=username error=of("username", "The control plane does not take this name.")/>
            <Field label="Password" kind=FieldKind::NewPassword value=password error=of("password", "The control plane does not take this password.")/>
            <Button class="fill" submit=true reason=busy_reason on_click=|()| ()>{move || if busy.get() { "Creating the first user" } else { "Create the first user" }}</Button>
        </form>
    }
}

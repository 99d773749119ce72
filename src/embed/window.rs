//! The window in which somebody signs in for a panel: a page of this site that stands alone, so its cookie counts. It
//! asks whether the panel may have a token, makes one that ends by itself, and hands it to the panel that opened it, by
//! a message that only a page of this site can hear. May import `pages` and below.

use crate::api::auth;
use crate::api::error::ApiError;
use crate::browser::frame as windows;
use crate::browser::{page, popup, timers};
use crate::components::button::Button;
use crate::components::state::StateBlock;
use crate::model::embed::handover::Handover;
use crate::panels::brand::title;
use crate::panels::go::use_go;
use crate::panels::problem::{MISSING, Subject, problem};
use crate::panels::waiting::waiting;
use crate::paths;
use crate::paths::embed::EmbedPanel;
use crate::store::session::SessionState;
use crate::store::use_stores;
use crate::wire::auth::CreateTokenRequest;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// How long a panel's token lives, in nanoseconds: a working day, unless the control plane lets it live less long.
const LIFE_NS: i64 = 10 * 3_600 * 1_000_000_000;

const SUBJECT: Subject = Subject { noun: "who is signed in", verb: "say who is signed in", missing: MISSING };
const TOKEN: Subject = Subject { noun: "a token for the panel", verb: "make a token for the panel", missing: MISSING };

/// What is known of the panel.
#[derive(Clone, Debug, PartialEq)]
enum Panel {
    /// It has not spoken yet.
    Waited,
    /// It asks, for a page of this host; `None` where it stands alone.
    Asks(Option<String>),
    /// No panel knows this window.
    Nobody,
}

/// How far the token is.
#[derive(Clone, Debug, PartialEq)]
enum Token {
    Unasked,
    Making,
    Failed(ApiError),
    Handed,
}

/// How long a panel has to speak, in milliseconds.
const PATIENCE_MS: i64 = 5_000;

/// The page.
#[component]
pub(super) fn SignInWindow() -> impl IntoView {
    page::set_title(&title("Sign in for a panel"));
    let stores = use_stores();
    let go = use_go();
    let state = stores.session.state.clone();
    let goes = state.clone();
    Effect::new(move |_| match goes.get() {
        SessionState::SignedOut { .. } => go.instead(paths::sign_in(Some(&EmbedPanel::SignIn.address()))),
        SessionState::SetupNeeded => go.instead(paths::setup()),
        _ => {}
    });
    let user = {
        let session = stores.session.clone();
        Memo::new(move |_| session.user().map(|user| user.user.username.clone()))
    };
    let panel = RwSignal::new(Panel::Waited);
    let own = page::origin();
    if let Some(opener) = windows::opener() {
        let (listening, origin) = (opener.clone(), own.clone());
        windows::on_message(move |message| {
            let from = message.origin();
            if from != origin || !listening.sent(&message) {
                return;
            }
            let said = message.json().and_then(|text| Handover::hear(&from, &origin, true, &text));
            if let Some(Handover::Asked { host }) = said {
                panel.try_set(Panel::Asks(host));
            }
        });
        opener.send(&Handover::WindowReady.text(), &own);
        spawn_local(async move {
            timers::sleep(PATIENCE_MS).await;
            if panel.try_get_untracked() == Some(Panel::Waited) {
                panel.set(Panel::Nobody);
            }
        });
    } else {
        panel.set(Panel::Nobody);
    }
    let (net, session) = (stores.net.clone(), stores.session.clone());
    let again = Callback::new(move |()| {
        net.try_now();
        session.ask_again();
    });
    let stand = Memo::new(move |_| match state.get() {
        SessionState::Unreachable(error) => Err(error),
        SessionState::SignedIn(_) => Ok(true),
        _ => Ok(false),
    });
    move || match stand.get() {
        Err(error) => problem(&error, SUBJECT, true, again, Vec::new()),
        Ok(false) => waiting("Asking who is signed in"),
        Ok(true) => view! { <Consent panel user/> }.into_any(),
    }
}

/// Whether the panel may have a token.
#[component]
fn Consent(panel: RwSignal<Panel>, user: Memo<Option<String>>) -> impl IntoView {
    let client = StoredValue::new(use_stores().client);
    let token = RwSignal::new(Token::Unasked);
    let hand = move || {
        if token.get_untracked() == Token::Making {
            return;
        }
        token.set(Token::Making);
        let Some(client) = client.try_get_value() else { return };
        spawn_local(async move {
            let longest = auth::longest_token_life(&client).await.map_or(0, |config| config.max_token_lifetime);
            let lifetime = if longest > 0 { LIFE_NS.min(longest) } else { LIFE_NS };
            // Names of tokens are each person's own, and may be there once.
            let token_name = format!("gantry-panel-{:x}", client.now_ms());
            let made = auth::create_token(&client, &CreateTokenRequest { lifetime, token_name }).await;
            match made {
                Ok(made) => {
                    if let Some(opener) = windows::opener() {
                        opener.send(&Handover::Handed { token: made.key }.text(), &page::origin());
                    }
                    token.try_set(Token::Handed);
                    popup::close_own();
                }
                Err(error) => {
                    token.try_set(Token::Failed(error));
                }
            }
        });
    };
    let who = move || user.get().unwrap_or_default();
    let reason = Signal::derive(move || (token.get() == Token::Making).then(|| "The token is being made.".to_owned()));
    move || {
        match (panel.get(), token.with(|token| if *token == Token::Making { Token::Unasked } else { token.clone() })) {
        (_, Token::Handed) => view! { <StateBlock mark="check" title="The panel is signed in" text="This window can be closed." page=true/> }.into_any(),
        (_, Token::Failed(error)) => {
            problem(&error, TOKEN, true, Callback::new(move |()| hand()), Vec::new())
        }
        (Panel::Waited, _) => waiting("Asking the panel what it wants"),
        (Panel::Nobody, _) => view! {
            <StateBlock mark="info" title="No panel knows this window" page=true
                text="It was not opened by a panel, or something keeps the two apart: a Cross-Origin-Opener-Policy on the page around the panel or on this one, or a sign-in elsewhere on the way. You are signed in here all the same: close this window and press Sign in once more.">
                <Button on_click=|()| popup::close_own()>"Close this window"</Button>
                <a class="btn" href=paths::connection()>"Test the connection"</a>
            </StateBlock>
        }
        .into_any(),
        (Panel::Asks(host), _) => {
            let place = host.map_or_else(|| "a panel of this site".to_owned(), |host| format!("a panel on {host}"));
            let title = format!("Let {place} in?");
            let text = format!("It will see what {} sees and may do what {} may, until the token ends (10 hours at most). Pages of that address decide what is done with it: allow it only if you know them.", who(), who());
            view! {
                <StateBlock mark="info" title text page=true>
                    <Button class="fill" on_click=move |()| hand() reason>"Allow"</Button>
                    <Button on_click=|()| popup::close_own()>"Cancel"</Button>
                </StateBlock>
            }
            .into_any()
        }
    }
    }
}

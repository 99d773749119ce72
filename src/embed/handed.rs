//! The token that the page around hands over: asked for when the panel begins and whenever the last one has ended,
//! taken in, and kept in memory alone. May import `panels` and below.

use crate::api::error::{ApiError, Kind};
use crate::browser::{frame as windows, timers};
use crate::embed::host::Host;
use crate::model::embed::protocol::{ToHost, Why};
use crate::store::session::{self, SessionState};
use crate::store::{Stores, use_stores};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::time::Duration;

/// How long the page around has to speak, and to hand a token over.
const PATIENCE: Duration = Duration::from_secs(10);

const NONE_GIVEN: &str = "The page around this panel was asked for a token and gave none.";

/// After how many milliseconds a token is tried again with which nothing answered.
const AGAIN_MS: i64 = 5_000;

/// How it stands with the token.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum Tokens {
    /// The page around is being asked, or its token is being tried.
    #[default]
    Waiting,
    /// A token is tried, and nothing answers.
    Unreachable(ApiError),
    /// There is no token to wait for: the session is whose it is.
    Settled,
    /// It gave none, or one that was not taken: why.
    Refused(String),
}

/// How it stands, and the way to ask again.
#[derive(Clone, Copy)]
pub(super) struct Handed {
    stand: RwSignal<Tokens>,
    host: Host,
    asked: StoredValue<u32>,
    stores: StoredValue<Stores>,
    wants_sockets: bool,
}

/// How it stands with the token of the page around. Call it once, in the component that stands before the panel.
pub(super) fn use_tokens(host: Host, wants_sockets: bool) -> Handed {
    let is_awaited = host.options.with_value(|options| options.host) && windows::parent().is_some();
    let handed = Handed {
        stand: RwSignal::new(if is_awaited { Tokens::Waiting } else { Tokens::Settled }),
        host,
        asked: StoredValue::new(0),
        stores: StoredValue::new(use_stores()),
        wants_sockets,
    };
    if is_awaited {
        // A page around that says nothing has no token to give.
        set_timeout(
            move || {
                if host.heard.try_get_untracked() == Some(None) {
                    handed.stand.set(Tokens::Settled);
                }
            },
            PATIENCE,
        );
    }
    Effect::new(move |before: Option<Option<bool>>| {
        let heard = host.heard.get();
        match heard {
            Some(true) if before != Some(heard) => handed.ask(Why::First),
            Some(false) if before != Some(heard) => handed.stand.set(Tokens::Settled),
            _ => {}
        }
        heard
    });
    Effect::new(move |taken: Option<Option<u32>>| {
        let (id, token) = host.token.get()?;
        let taken = taken.flatten();
        // What nobody asked for is not taken, and nothing twice: each would stop the other.
        let is_asked_for = id == handed.asked.get_value() && untrack(|| handed.stand.get()) == Tokens::Waiting;
        if taken == Some(id) || !is_asked_for {
            return taken;
        }
        match token {
            Some(token) => handed.take(token),
            None => handed.stand.set(Tokens::Refused(NONE_GIVEN.to_owned())),
        }
        Some(id)
    });
    let state = handed.stores.with_value(|stores| stores.session.state.clone());
    Effect::new(move |_| {
        let has_ended =
            state.with(|state| matches!(state, SessionState::SignedOut { why: session::Why::Ended(_), .. }));
        if has_ended && untrack(|| handed.are_there() && handed.get() == Tokens::Settled) {
            handed.ask(Why::Ended);
        }
    });
    handed
}

impl Handed {
    /// How it stands. Tracked.
    pub(super) fn get(self) -> Tokens {
        self.stand.get()
    }

    /// Whether the page around hands tokens over. Tracked.
    pub(super) fn are_there(self) -> bool {
        self.host.heard.get() == Some(true)
    }

    /// Asks the page around for a token.
    pub(super) fn ask(self, reason: Why) {
        let Some(id) = self.asked.try_update_value(|asked| {
            *asked = asked.wrapping_add(1);
            *asked
        }) else {
            return;
        };
        self.stand.set(Tokens::Waiting);
        // The first one may have been asked for before the application was here.
        if !(id == 1 && self.host.begun.asked) {
            self.host.tell(&ToHost::Token { id, reason });
        }
        set_timeout(
            move || {
                let given = self.host.token.try_get_untracked().flatten().is_some_and(|(given, _)| given == id);
                let waits = self.stand.try_get_untracked() == Some(Tokens::Waiting);
                if !given && waits && self.asked.try_get_value() == Some(id) {
                    self.stand.set(Tokens::Refused(NONE_GIVEN.to_owned()));
                }
            },
            PATIENCE,
        );
    }

    /// Takes a token in, wherever it comes from.
    pub(super) fn take(self, token: String) {
        let Some(stores) = self.stores.try_get_value() else { return };
        self.stand.set(Tokens::Waiting);
        let asked = self.asked.try_get_value();
        spawn_local(async move {
            loop {
                let answer = stores.session.take_token(&token, self.wants_sockets).await;
                // Another one was asked for meanwhile.
                if self.asked.try_get_value() != asked {
                    return;
                }
                match answer {
                    Ok(()) => return self.stand.set(Tokens::Settled),
                    Err(error) if matches!(error.kind, Kind::Unauthorized) => {
                        let text = "The token that was handed over is not taken: it has ended, or belongs to another control plane.";
                        return self.stand.set(Tokens::Refused(text.to_owned()));
                    }
                    Err(error) if error.kind == Kind::Aborted => {}
                    Err(error) => self.stand.set(Tokens::Unreachable(error)),
                }
                timers::sleep_or(AGAIN_MS, stores.client.again()).await;
            }
        });
    }
}

//! Linking an account by a code that is typed elsewhere. May import `panels` and below.

use crate::api::client::Client;
use crate::api::error::{ApiError, Kind};
use crate::api::external_auth as calls;
use crate::browser::{clipboard, timers};
use crate::components::button::Button;
use crate::components::icon::icon_with;
use crate::paths::outside;
use crate::wire::template_version::DeviceCode;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// How long to wait between two questions at least, and where nobody says, in seconds.
const INTERVAL_S: (i64, i64) = (1, 5);

/// How much longer after the provider said that it was asked too often, in seconds.
const SLOWER_S: i64 = 5;

/// How far it is.
#[derive(Clone, Debug, PartialEq)]
enum Stage {
    Off,
    Asking,
    /// The code is waited for; what became of the last question, if it could not be told.
    Code(DeviceCode, Option<String>),
    Ended(String),
}

/// The linking of one account.
#[derive(Clone, Copy)]
pub(super) struct DeviceFlow {
    stage: RwSignal<Stage>,
    client: StoredValue<Client, LocalStorage>,
    provider: StoredValue<String>,
    linked: Callback<()>,
    turn: StoredValue<u32>,
}

/// What an answer to "was it typed?" means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answer {
    NotYet,
    Slower,
    Over,
    Unknown,
}

fn answer(error: &ApiError) -> Answer {
    let said = format!("{} {}", error.message, error.detail.as_deref().unwrap_or_default());
    if said.contains("authorization_pending") {
        Answer::NotYet
    } else if said.contains("slow_down") {
        Answer::Slower
    } else if error.kind == Kind::Validation {
        Answer::Over
    } else {
        Answer::Unknown
    }
}

impl DeviceFlow {
    pub(super) fn new(client: &Client, provider: &str, linked: Callback<()>) -> Self {
        Self {
            stage: RwSignal::new(Stage::Off),
            client: StoredValue::new_local(client.clone()),
            provider: StoredValue::new(provider.to_owned()),
            linked,
            turn: StoredValue::new(0),
        }
    }

    /// Asks for a code, and then whether it was typed.
    pub(super) fn begin(self) {
        let (client, provider) = (self.client.get_value(), self.provider.get_value());
        let turn = self.turn.try_update_value(|turn| {
            *turn = turn.wrapping_add(1);
            *turn
        });
        self.stage.set(Stage::Asking);
        spawn_local(async move {
            let code = match calls::device_code(&client, &provider).await {
                Ok(code) => code,
                Err(error) => {
                    self.stage.try_set(Stage::Ended(error.sentence()));
                    return;
                }
            };
            let mut wait = code.interval.unwrap_or(INTERVAL_S.1).max(INTERVAL_S.0);
            let until = code.expires_in.map(|seconds| timers::monotonic_ms() + seconds as f64 * 1_000.0);
            self.stage.try_set(Stage::Code(code.clone(), None));
            loop {
                timers::sleep(wait.saturating_mul(1_000)).await;
                // The page was left, or another code was asked for.
                if self.turn.try_get_value() != turn
                    || self.stage.try_with_untracked(|stage| matches!(stage, Stage::Code(..))) != Some(true)
                {
                    return;
                }
                if until.is_some_and(|until| timers::monotonic_ms() > until) {
                    self.stage.try_set(Stage::Ended("The code was not typed in time.".to_owned()));
                    return;
                }
                match calls::exchange(&client, &provider, code.device_code.clone()).await {
                    Ok(()) => {
                        self.stage.try_set(Stage::Off);
                        self.linked.run(());
                        return;
                    }
                    Err(error) => match answer(&error) {
                        Answer::NotYet => {}
                        Answer::Slower => wait += SLOWER_S,
                        Answer::Over => {
                            self.stage.try_set(Stage::Ended(error.sentence()));
                            return;
                        }
                        Answer::Unknown => {
                            self.stage.try_set(Stage::Code(code.clone(), Some(error.sentence())));
                        }
                    },
                }
            }
        });
    }

    fn end(self) {
        self.turn.try_update_value(|turn| *turn = turn.wrapping_add(1));
        self.stage.set(Stage::Off);
    }
}

/// The code, where it is typed, and how far it is.
#[component]
pub(super) fn Device(flow: DeviceFlow, name: Memo<String>) -> impl IntoView {
    let copied = RwSignal::new(None::<bool>);
    move || match flow.stage.get() {
        Stage::Off => ().into_any(),
        Stage::Asking => view! { <p class="note" role="status">"Asking for a code"</p> }.into_any(),
        Stage::Ended(why) => view! {
            <p class="note" role="alert">{icon_with("failed", "bad")}<span>
                <b class="bad">{format!("{} is not connected. ", name.get())}</b>{why}" "
                <button type="button" class="link" on:click=move |_| flow.begin()>"Get another code"</button>
            </span></p>
        }
        .into_any(),
        Stage::Code(code, trouble) => {
            let text = code.user_code.clone();
            let copy = move |()| {
                let text = text.clone();
                spawn_local(async move {
                    let done = clipboard::copy(&text).await;
                    copied.try_set(Some(done));
                });
            };
            let place = outside::web(&code.verification_uri).map(str::to_owned);
            view! {
                <p class="note" role="status">{icon_with("clock", "muted")}<span>
                    "Type the code "<b class="mono">{code.user_code.clone()}</b>" at "
                    {match place {
                        Some(href) => view! { <a href=href.clone() target="_blank" rel="external noreferrer">{href.clone()}</a> }.into_any(),
                        None => code.verification_uri.clone().into_any(),
                    }}
                    ". It is noticed by itself when you have. "
                    {trouble.map(|trouble| view! { <span class="warn">{trouble}" It is asked again. "</span> })}
                    <Button class="s" on_click=copy>{move || match copied.get() { Some(true) => "Copied", Some(false) => "Could not be copied", None => "Copy the code" }}</Button>
                    " "<button type="button" class="link" on:click=move |_| flow.end()>"Stop waiting"</button>
                </span></p>
            }
            .into_any()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_provider_says_decides_whether_it_is_asked_again() {
        let refused = |detail: &str| ApiError {
            detail: Some(detail.to_owned()),
            ..ApiError::local(Kind::Validation, "Failed to exchange device code.")
        };
        for (error, meaning) in [
            (refused("authorization_pending"), Answer::NotYet),
            (refused("slow_down"), Answer::Slower),
            (refused("expired_token"), Answer::Over),
            (refused("access_denied"), Answer::Over),
            (ApiError::local(Kind::Network, "x"), Answer::Unknown),
            (ApiError::local(Kind::RateLimited, "x"), Answer::Unknown),
        ] {
            assert_eq!(answer(&error), meaning, "{error}");
        }
    }
}

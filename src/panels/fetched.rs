//! Something that a section of a page asks for beside what the page needs first: after that, while somebody looks, and
//! again by itself when it did not come. Each section says its own trouble and its next step. May import `store` and
//! below.

use crate::api::answer::Asked;
use crate::api::client::Client;
use crate::browser::timers;
use crate::panels::problem::{Subject, problem};
use crate::store::builds::Loaded;
use crate::store::use_stores;
use leptos::prelude::*;
use leptos::task::spawn_local_scoped_with_cancellation;

/// The first pause after an answer that did not come, in milliseconds.
const PAUSE_MS: i64 = 4_000;

/// The longest.
const LONGEST_MS: i64 = 60_000;

/// What was asked for. `Copy`, so that every part of a section can hold it.
pub(crate) struct Fetched<T: Send + Sync + 'static> {
    /// What is known of it.
    pub state: RwSignal<Loaded<T>>,
    turn: RwSignal<u32>,
}

impl<T: Send + Sync + 'static> Clone for Fetched<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Fetched<T> {}

impl<T: Clone + Send + Sync + 'static> Fetched<T> {
    /// Asks for it once more, now.
    pub(crate) fn again(&self) {
        self.turn.update(|turn| *turn = turn.wrapping_add(1));
    }

    /// What `of` says of it; `None` while it is not there. Tracked.
    pub(crate) fn map<U>(&self, of: impl FnOnce(&T) -> U) -> Option<U> {
        self.state.with(|state| state.ready().map(of))
    }

    /// Why it is not there, with a way to ask once more; nothing while it is being asked for, or there.
    pub(crate) fn trouble(self, subject: Subject) -> impl IntoView {
        let error = Memo::new(move |_| {
            self.state.with(|state| match state {
                Loaded::Failed(error) | Loaded::Refused(error) => Some(error.clone()),
                Loaded::Loading | Loaded::Ready(_) => None,
            })
        });
        let again = Callback::new(move |()| self.again());
        move || error.get().map(|error| problem(&error, subject, false, again, Vec::new()))
    }
}

/// Asks `ask` about `key` once there is one, and whenever it is another. What was known stays until the next answer.
pub(crate) fn fetched<K, T>(key: Memo<Option<K>>, ask: fn(&Client, K) -> Asked<T>) -> Fetched<T>
where
    K: Clone + PartialEq + Send + Sync + 'static,
    T: Clone + PartialEq + Send + Sync + 'static,
{
    let (state, turn) = (RwSignal::new(Loaded::Loading), RwSignal::new(0));
    let client = StoredValue::new(use_stores().client);
    Effect::new(move |_| {
        turn.track();
        let Some(key) = key.get() else { return };
        let client = client.get_value();
        // Ended with the page, and by the next turn.
        spawn_local_scoped_with_cancellation(async move {
            // What the page needs first goes first.
            timers::idle().await;
            let mut pause = PAUSE_MS;
            loop {
                client.pause(0).await;
                match ask(&client, key.clone()).await {
                    Ok(value) => {
                        state.try_set(Loaded::Ready(value));
                        return;
                    }
                    Err(error) => {
                        let failed = Loaded::of_error(error);
                        let is_over = matches!(failed, Loaded::Refused(_));
                        state.try_update(|known| {
                            if known.ready().is_none() {
                                *known = failed;
                            }
                        });
                        if is_over {
                            return;
                        }
                    }
                }
                client.pause(pause).await;
                pause = (pause * 2).min(LONGEST_MS);
            }
        });
    });
    Fetched { state, turn }
}

//! Whether the control plane can be reached: since when not, when it is tried again. While it cannot be, one small
//! request finds out when it is back, and everything that waits is woken. May import `api` and below.

use crate::api::client::{Client, Noticed};
use crate::api::deployment;
use crate::api::error::ApiError;
use crate::browser::notify::Notify;
use crate::browser::{network, page, timers, visibility};
use crate::model::pace::back_off;
use futures_channel::oneshot;
use leptos::prelude::*;
use leptos::task::spawn_local;
use send_wrapper::SendWrapper;
use std::cell::Cell;
use std::rc::Rc;

/// The longest time from one try to the next while somebody is looking.
const LONGEST_WAIT_MS: i64 = 5_000;

/// The shortest wait after a try, however long that took.
const SHORTEST_WAIT_MS: i64 = 500;

/// How long a try is waited for before the next one. A connection that was accepted by something that never answers
/// must not keep the next one waiting.
const TRY_MS: i64 = 4_000;

/// How long a try may take in all, beside those after it: a far control plane answers late, and is not gone.
const LATE_MS: i64 = 12_000;

/// When an answer is doubted that came although the browser has no network.
const SOON_MS: i64 = 1_000;

/// That the control plane cannot be reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offline {
    /// When it was last known to answer, in milliseconds of the server's clock; `None` if it never did.
    pub last_answer_ms: Option<i64>,
    /// When it is tried again; `None` while it is being tried, or while the browser has no network.
    pub next_try_ms: Option<i64>,
    /// Whether the browser itself says that there is no network.
    pub no_network: bool,
    /// What went wrong last.
    pub error: ApiError,
}

/// The connection to the control plane. A cheap clone is the same.
#[derive(Clone)]
pub struct Net {
    /// `None` while all is well: the offline banner's data otherwise.
    pub offline: ArcRwSignal<Option<Offline>>,
    /// When the control plane last answered anything, by the server's clock.
    pub last_answer_ms: ArcRwSignal<Option<i64>>,
    /// How many parts of the page say at this moment that they could not be read, though the control plane answers.
    pub failing: ArcRwSignal<usize>,
    client: Client,
    trying: SendWrapper<Rc<Cell<bool>>>,
    try_now: SendWrapper<Notify>,
}

impl Net {
    /// A connection that is taken to be well. [`Net::start`] makes it listen to the browser.
    pub fn new(client: &Client) -> Self {
        Self {
            offline: ArcRwSignal::new(None),
            last_answer_ms: ArcRwSignal::new(None),
            failing: ArcRwSignal::new(0),
            client: client.clone(),
            trying: SendWrapper::new(Rc::new(Cell::new(false))),
            try_now: SendWrapper::new(Notify::default()),
        }
    }

    /// Listens to the browser for the life of the page.
    pub fn start(&self) {
        let net = self.clone();
        std::mem::forget(network::on_change(move |online| {
            if online {
                net.try_now.notify_waiters();
            }
            net.suspect();
        }));
        let net = self.clone();
        std::mem::forget(visibility::on_change(move |visible| {
            if visible {
                net.try_now.notify_waiters();
                net.client.looked().notify_waiters();
            }
        }));
        let net = self.clone();
        std::mem::forget(visibility::on_focus(move || net.client.looked().notify_waiters()));
    }

    /// Whether it can be reached, as far as is known.
    pub fn is_online(&self) -> bool {
        self.offline.with_untracked(Option::is_none)
    }

    /// Whether it can be reached, and there is no doubt about that at this moment.
    pub fn is_settled(&self) -> bool {
        self.is_online() && !self.trying.get()
    }

    /// When the control plane last answered, while it cannot be reached; `None` while all is well. Tracked.
    pub fn held_ms(&self) -> Option<i64> {
        self.offline.with(|offline| offline.as_ref()?.last_answer_ms)
    }

    /// Tries at once, for the banner's button.
    pub fn try_now(&self) {
        self.try_now.notify_waiters();
    }

    /// Takes in what the client noticed.
    pub fn noticed(&self, noticed: &Noticed) {
        match noticed {
            Noticed::Answered | Noticed::SignedOut(_) => self.answered(),
            Noticed::Unreachable(_) | Noticed::Slow => self.suspect(),
        }
    }

    fn answered(&self) {
        self.last_answer_ms.set(Some(self.client.now_ms()));
        if !self.is_online() {
            self.offline.set(None);
            self.client.set_reachable(true);
        }
    }

    /// One call failed: asks once more at once, and says so only if that fails as well.
    fn suspect(&self) {
        if self.trying.replace(true) {
            return;
        }
        let net = self.clone();
        spawn_local(async move {
            let (mut attempt, mut asked_again) = (0, false);
            loop {
                // Any other refusal is an answer.
                let began = timers::monotonic_ms();
                let Some(error) = net.try_once().await.err().filter(ApiError::is_unreachable) else {
                    if network::is_online() || asked_again {
                        break;
                    }
                    // The browser says that the network is gone: this may have come through just before. (On the same
                    // machine it goes on.)
                    asked_again = true;
                    timers::sleep_or(SOON_MS, &net.try_now).await;
                    continue;
                };
                let took = (timers::monotonic_ms() - began) as i64;
                let wait = (back_off(attempt, 1_000, LONGEST_WAIT_MS, timers::random()) - took).max(SHORTEST_WAIT_MS);
                attempt = attempt.saturating_add(1);
                let no_network = !network::is_online();
                // An answer, if only of a gateway, has come over a connection: those of files work, too.
                let is_silent = error.status.is_none();
                net.offline.set(Some(Offline {
                    last_answer_ms: net.last_answer_ms.get_untracked(),
                    next_try_ms: (!no_network).then(|| net.client.now_ms() + wait),
                    no_network,
                    error,
                }));
                net.client.set_reachable(false);
                if is_silent {
                    page::tell_unreachable();
                }
                // Without network, or without anybody who looks, what tries at once (network, visibility, the button)
                // is waited for; a long sleep is the safety net for browsers that tell neither.
                let wait = if no_network || !visibility::is_visible() { 30_000 } else { wait };
                timers::sleep_or(wait, &net.try_now).await;
                net.offline.update(|offline| {
                    if let Some(offline) = offline {
                        offline.next_try_ms = None;
                    }
                });
            }
            net.trying.set(false);
            net.answered();
        });
    }

    /// One try. That it is waited for no longer does not end it: its answer is noticed whenever it comes.
    async fn try_once(&self) -> Result<(), ApiError> {
        let (tell, told) = oneshot::channel();
        let client = self.client.clone();
        spawn_local(async move {
            // Nobody waits any more if it came too late.
            let _ = tell.send(deployment::answers(&client, LATE_MS).await);
        });
        match timers::within(TRY_MS, told).await {
            Some(Ok(answer)) => answer,
            Some(Err(_)) | None => Err(ApiError::timeout(TRY_MS)),
        }
    }
}

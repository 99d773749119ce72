//! What is said beside the page: toasts, and what only a screen reader hears. Data; the shell draws it. May import
//! `api` and below.

use crate::api::error::ApiError;
use crate::browser::timers;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// How long a toast that is no error stays, in milliseconds.
const STAYS_MS: i64 = 8_000;

/// How many are shown at once; the oldest goes first.
const AT_ONCE: usize = 4;

/// What a toast claims.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Something went as asked.
    Good,
    /// Something to know.
    Info,
    /// Something failed; stays until it is dismissed.
    Bad,
}

/// One toast.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Toast {
    /// Names it.
    pub id: u32,
    /// What it claims.
    pub tone: Tone,
    /// What it says, in one sentence.
    pub text: String,
    /// More, perhaps: the server's detail, the request id.
    pub detail: Option<String>,
    /// A link that leads on: words and whole path.
    pub link: Option<(String, String)>,
}

/// All toasts, and the live region's words.
#[derive(Clone, Default)]
pub struct Toasts {
    /// Those shown now, oldest first.
    pub shown: ArcRwSignal<Vec<Toast>>,
    /// What the polite live region says.
    pub spoken: ArcRwSignal<String>,
    next: Arc<AtomicU32>,
}

impl Toasts {
    /// Shows a toast; returns its id.
    pub fn show(
        &self,
        tone: Tone,
        text: impl Into<String>,
        detail: Option<String>,
        link: Option<(String, String)>,
    ) -> u32 {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let toast = Toast { id, tone, text: text.into(), detail, link };
        self.shown.update(|shown| {
            // The same words twice are one toast.
            shown.retain(|other| other.text != toast.text || other.tone != toast.tone);
            while shown.len() >= AT_ONCE {
                shown.remove(0);
            }
            shown.push(toast);
        });
        if tone != Tone::Bad {
            let toasts = self.clone();
            spawn_local(async move {
                timers::sleep(STAYS_MS).await;
                toasts.dismiss(id);
            });
        }
        id
    }

    /// Shows what went wrong: what was tried, and the server's words.
    pub fn failed(&self, what: &str, error: &ApiError) {
        let request = error.request_id.as_ref().map(|id| format!("Request {id}"));
        let detail = [error.detail.clone(), request].into_iter().flatten().collect::<Vec<_>>().join(" · ");
        self.show(Tone::Bad, format!("{what} {}", error.message), (!detail.is_empty()).then_some(detail), None);
    }

    /// Takes a toast away.
    pub fn dismiss(&self, id: u32) {
        if self.shown.with_untracked(|shown| shown.iter().any(|toast| toast.id == id)) {
            self.shown.update(|shown| shown.retain(|toast| toast.id != id));
        }
    }

    /// Takes the toast with this text away.
    pub fn dismiss_text(&self, text: &str) {
        self.shown.update(|shown| shown.retain(|toast| toast.text != text));
    }

    /// Takes all of them away: somebody else is signed in.
    pub fn clear(&self) {
        self.shown.set(Vec::new());
        self.spoken.set(String::new());
    }

    /// Says something to screen readers only.
    pub fn say(&self, text: impl Into<String>) {
        self.spoken.set(text.into());
    }
}

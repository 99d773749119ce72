//! A call of the control plane's API, described: what is asked, how often and how long, and what becomes of a 401.
//! Pure.

use gloo_net::http::Method;
use serde::Serialize;

/// How long a read may take.
const READ_LIMIT_MS: i64 = 30_000;

/// How long a write may take: a build request plans nothing, but a busy database may make it wait.
const WRITE_LIMIT_MS: i64 = 60_000;

/// A call, described. Reads are asked again when that is safe; writes never.
#[derive(Clone, Debug)]
pub struct Call {
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) body: Option<String>,
    pub(super) retried: bool,
    pub(super) on_401: On401,
    pub(super) by_cookie: bool,
    /// Sent once and waited for to its limit, without a second one beside it.
    pub(super) alone: bool,
    pub(super) unproved: bool,
    /// Whether it changes something that the control plane keeps for people: what a site for looking only does not
    /// send.
    pub(super) changes: bool,
    pub(super) limit_ms: i64,
}

/// What becomes of a 401.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum On401 {
    /// The session is asked whether it has ended; if so, the listener is told.
    Ask,
    /// The session is asked; the caller draws the conclusion.
    AskOnly,
    /// It is an answer like any other.
    Answer,
    /// The same, to a call that signs in.
    Refusal,
}

impl Call {
    fn new(method: Method, path: String, limit_ms: i64) -> Self {
        let is_read = method == Method::GET;
        Self {
            method,
            path,
            body: None,
            retried: is_read,
            changes: !is_read,
            on_401: On401::Ask,
            by_cookie: false,
            alone: false,
            unproved: false,
            limit_ms,
        }
    }

    /// A read of `path` (below the API's root, its query included).
    pub fn get(path: impl Into<String>) -> Self {
        Self::new(Method::GET, path.into(), READ_LIMIT_MS)
    }

    /// A write without a body.
    pub fn write(method: Method, path: impl Into<String>) -> Self {
        Self::new(method, path.into(), WRITE_LIMIT_MS)
    }

    /// A `POST` of `body` as JSON.
    pub fn post(path: impl Into<String>, body: &impl Serialize) -> Self {
        Self { body: serde_json::to_string(body).ok(), ..Self::write(Method::POST, path) }
    }

    /// A `PUT` of `body` as JSON.
    pub fn put(path: impl Into<String>, body: &impl Serialize) -> Self {
        Self { body: serde_json::to_string(body).ok(), ..Self::write(Method::PUT, path) }
    }

    /// A `PATCH` with `body` as JSON.
    pub fn patch(path: impl Into<String>, body: &impl Serialize) -> Self {
        Self { body: serde_json::to_string(body).ok(), ..Self::write(Method::PATCH, path) }
    }

    /// Not asked again: who asks in a rhythm does it himself.
    #[must_use]
    pub fn once(mut self) -> Self {
        self.retried = false;
        self
    }

    /// Not asked for a second time when it is slow: for who finds out whether anything answers.
    #[must_use]
    pub fn alone(mut self) -> Self {
        self.alone = true;
        self
    }

    /// A 401 is an answer like any other here (asking whether somebody is signed in).
    #[must_use]
    pub fn expecting_401(mut self) -> Self {
        self.on_401 = On401::Answer;
        self
    }

    /// Signs in: a 401 is a refusal, and no cookie need be there yet.
    #[must_use]
    pub fn signing_in(mut self) -> Self {
        self.on_401 = On401::Refusal;
        self.changing_nothing()
    }

    /// Signs out: a 401 that is believed says that nobody was signed in any more.
    #[must_use]
    pub fn signing_out(mut self) -> Self {
        self.on_401 = On401::AskOnly;
        self.changing_nothing()
    }

    /// A question in the form of a write, or the session itself: a site for looking only sends it too.
    #[must_use]
    pub fn changing_nothing(mut self) -> Self {
        self.changes = false;
        self
    }

    /// The control plane asks for no proof of where this change comes from (docs/control-plane-api.md, 1.4).
    #[must_use]
    pub fn unproved(mut self) -> Self {
        self.unproved = true;
        self
    }

    /// With the cookie, whoever else is signed in by token.
    #[must_use]
    pub fn by_cookie(mut self) -> Self {
        self.by_cookie = true;
        self
    }

    /// Another limit than the usual one, in milliseconds.
    #[must_use]
    pub fn within(mut self, limit_ms: i64) -> Self {
        self.limit_ms = limit_ms;
        self
    }
}

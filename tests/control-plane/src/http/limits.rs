//! Rate limits, as the real server has them: so many requests a minute for each caller and path; 60 for signing in. Off
//! unless `--rate-limit` asks for them, because tests ask often. May import `http::auth`, `http::error`.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, PoisonError};

use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use uuid::Uuid;

use super::auth;
use super::error::ApiError;
use crate::clock::{MINUTE, SECOND, Us};
use crate::{App, Shared};

/// Signing in has a limit of its own.
const SIGN_IN: u32 = 60;

/// How often each caller asked for each path in the minute that began at a time; and what every other wish for a build
/// is refused for.
#[derive(Debug, Default)]
pub struct Limits(Mutex<HashMap<(String, String), (Us, u32)>>, Mutex<HashSet<Uuid>>);

/// What a caller may still do.
#[derive(Debug, Clone, Copy)]
pub struct Allowance {
    limit: u32,
    remaining: Option<u32>,
    reset: Us,
}

impl Limits {
    fn count(&self, caller: String, path: &str, limit: u32, now: Us) -> Allowance {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        seen.retain(|_, (began, _)| now - *began < MINUTE);
        let (began, count) = seen.entry((caller, path.to_owned())).or_insert((now, 0));
        *count = count.saturating_add(1);
        Allowance { limit, remaining: limit.checked_sub(*count), reset: *began + MINUTE }
    }

    /// Whether this is the first, the third, … wish for a build of a workspace whose name provokes that.
    pub fn every_other(&self, workspace: Uuid) -> bool {
        let mut refused = self.1.lock().unwrap_or_else(PoisonError::into_inner);
        refused.insert(workspace) || !refused.remove(&workspace)
    }
}

/// Counts a request; none where there is no limit for it.
pub fn count(app: &Shared, request: &Request, path: &str) -> Option<Allowance> {
    let limit = app.config.rate_limit.filter(|limit| *limit > 0)?;
    let limit = if path == "/api/v2/users/login" { limit.min(SIGN_IN) } else { limit };
    let caller = auth::authenticate(app, request.headers(), request.uri()).ok();
    let asks_to_bypass = request.headers().get("x-coder-bypass-ratelimit").is_some_and(|value| value == "true");
    if asks_to_bypass && caller.as_ref().is_some_and(auth::Caller::is_owner) {
        return None;
    }
    let name = caller.map_or_else(|| "anonymous".to_owned(), |caller| caller.user.id.to_string());
    Some(app.limits.count(name, path, limit, app.clock.now()))
}

impl Allowance {
    /// The refusal, if the caller has asked too often.
    pub fn refusal(&self, app: &App) -> Option<Response> {
        if self.remaining.is_some() {
            return None;
        }
        let wait = (self.reset - app.clock.now()).max(0) / SECOND + 1;
        let words = format!("You've been rate limited for sending more than {} requests in 1m0s.", self.limit);
        let error = ApiError::new(StatusCode::TOO_MANY_REQUESTS, words).header(header::RETRY_AFTER, &wait.to_string());
        Some(error.into_response())
    }

    /// The headers that every counted answer has.
    pub fn mark(&self, response: &mut Response) {
        for (name, value) in [
            ("x-ratelimit-limit", i64::from(self.limit)),
            ("x-ratelimit-remaining", i64::from(self.remaining.unwrap_or(0))),
            ("x-ratelimit-reset", self.reset / SECOND),
        ] {
            response.headers_mut().insert(HeaderName::from_static(name), HeaderValue::from(value));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_has_so_many_requests_for_each_caller_and_path() {
        let limits = Limits::default();
        let left = |caller: &str, path: &str, now: Us| limits.count(caller.to_owned(), path, 2, now).remaining;
        assert_eq!((left("a", "/x", 0), left("a", "/x", 1), left("a", "/x", 2)), (Some(1), Some(0), None));
        assert_eq!((left("a", "/y", 2), left("b", "/x", 2)), (Some(1), Some(1)));
        assert_eq!(left("a", "/x", MINUTE), Some(1));
    }
}

//! When a failed read is asked again, and how long to wait between attempts. Pure: chance is passed in. Imports the
//! error and `model`.

use crate::api::error::{ApiError, Kind};
use crate::model::pace::back_off;

/// How often a read is tried before its error is returned.
pub(crate) const ATTEMPTS: u32 = 3;

/// The longest wait that a server may ask of a read that somebody waits for; beyond it the error is returned.
const LONGEST_RETRY_AFTER_MS: i64 = 20_000;

/// How long the control plane itself asks to be left alone: only a 429 does. A 503 with a time is a guess of whatever
/// stands before it; that it is back is found by asking.
pub(crate) fn limit_ms(error: &ApiError) -> Option<i64> {
    error.retry_after_ms.filter(|_| error.kind == Kind::RateLimited)
}

/// How long to wait before a read is asked again after its `attempt`-th failure (counted from 0); `None` to give up.
/// Only for requests that change nothing.
pub(crate) fn wait_before_retry(error: &ApiError, attempt: u32, chance: f64) -> Option<i64> {
    if attempt + 1 >= ATTEMPTS {
        return None;
    }
    match error.kind {
        Kind::RateLimited => {
            let wait = error.retry_after_ms.unwrap_or(1_000);
            // Not all at the very second: up to a quarter more.
            (wait <= LONGEST_RETRY_AFTER_MS).then_some(wait + (wait as f64 * 0.25 * chance) as i64)
        }
        Kind::Network => Some(back_off(attempt, 300, 2_000, chance)),
        Kind::Server | Kind::NotJson if error.is_unreachable() => {
            let wait = error.retry_after_ms.unwrap_or(0).max(back_off(attempt, 500, 3_000, chance));
            (wait <= LONGEST_RETRY_AFTER_MS).then_some(wait)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(kind: Kind, status: Option<u16>, retry_after_ms: Option<i64>) -> ApiError {
        ApiError { status, retry_after_ms, ..ApiError::local(kind, "") }
    }

    #[test]
    fn only_what_may_pass_is_asked_again() {
        for (kind, status, retry_after, expected) in [
            (Kind::Network, None, None, Some(300)),
            (Kind::Server, Some(502), None, Some(500)),
            (Kind::Server, Some(503), Some(4_000), Some(4_000)),
            (Kind::NotJson, Some(504), None, Some(500)),
            (Kind::RateLimited, Some(429), Some(7_000), Some(7_000)),
            (Kind::RateLimited, Some(429), None, Some(1_000)),
            (Kind::RateLimited, Some(429), Some(20_000), Some(20_000)),
            (Kind::RateLimited, Some(429), Some(20_001), None),
            (Kind::Server, Some(503), Some(20_001), None),
            (Kind::Server, Some(500), None, None),
            (Kind::NotJson, Some(200), None, None),
            (Kind::Timeout, None, None, None),
            (Kind::Aborted, None, None, None),
            (Kind::Unauthorized, Some(401), None, None),
            (Kind::Forbidden, Some(403), None, None),
            (Kind::NotFound, Some(404), None, None),
            (Kind::Gone, Some(410), None, None),
            (Kind::Conflict, Some(409), None, None),
            (Kind::Validation, Some(400), None, None),
            (Kind::Decode, Some(200), None, None),
        ] {
            assert_eq!(wait_before_retry(&error(kind, status, retry_after), 0, 0.0), expected, "{kind:?} {status:?}");
        }
    }

    #[test]
    fn only_a_limit_is_a_limit() {
        assert_eq!(limit_ms(&error(Kind::RateLimited, Some(429), Some(7_000))), Some(7_000));
        assert_eq!(limit_ms(&error(Kind::RateLimited, Some(429), None)), None);
        assert_eq!(limit_ms(&error(Kind::Server, Some(503), Some(90_000))), None);
    }

    #[test]
    fn the_attempts_are_bounded_and_grow() {
        let network = error(Kind::Network, None, None);
        assert_eq!(wait_before_retry(&network, 0, 0.0), Some(300));
        assert_eq!(wait_before_retry(&network, 1, 0.0), Some(600));
        assert_eq!(wait_before_retry(&network, 2, 0.0), None);
        assert_eq!(wait_before_retry(&network, 9, 0.0), None);
    }
}

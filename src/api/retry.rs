//! When a failed read is asked again, and how long to wait between attempts. Pure: chance is passed in. Imports the error.

use crate::api::error::{ApiError, Kind};

/// How often a read is tried before its error is returned.
pub const ATTEMPTS: u32 = 3;

/// The longest wait that a server may ask of a read that somebody waits for; beyond it the error is returned.
const LONGEST_RETRY_AFTER_MS: i64 = 20_000;

/// A growing wait in milliseconds: `base · 2ⁿ`, at most `cap`, of which `chance` (in `[0, 1)`) takes away up to half, so that a hundred tabs
/// do not come back at the same moment.
pub fn back_off(attempt: u32, base_ms: i64, cap_ms: i64, chance: f64) -> i64 {
    let doubled = base_ms.saturating_mul(1_i64.checked_shl(attempt.min(32)).unwrap_or(i64::MAX)).min(cap_ms);
    doubled - (doubled as f64 * 0.5 * chance.clamp(0.0, 1.0)) as i64
}

/// How long to wait before a read is asked again after its `attempt`-th failure (counted from 0); `None` to give up. Only for requests that
/// change nothing.
pub fn wait_before_retry(error: &ApiError, attempt: u32, chance: f64) -> Option<i64> {
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
    use proptest::prelude::*;

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
    fn the_attempts_are_bounded_and_grow() {
        let network = error(Kind::Network, None, None);
        assert_eq!(wait_before_retry(&network, 0, 0.0), Some(300));
        assert_eq!(wait_before_retry(&network, 1, 0.0), Some(600));
        assert_eq!(wait_before_retry(&network, 2, 0.0), None);
        assert_eq!(wait_before_retry(&network, 9, 0.0), None);
    }

    proptest! {
        #[test]
        fn a_wait_is_between_half_and_all_of_what_it_should_be(attempt in 0_u32..200, base in 1_i64..5_000, cap in 1_i64..60_000, chance in 0.0_f64..1.0) {
            let full = back_off(attempt, base, cap, 0.0);
            let wait = back_off(attempt, base, cap, chance);
            prop_assert!(full <= cap && full >= base.min(cap));
            prop_assert!(wait <= full && wait >= full / 2);
        }
    }
}

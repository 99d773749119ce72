//! How long to wait before something is tried again. Pure: chance is passed in. Imports nothing.

/// A growing wait in milliseconds: `base · 2ⁿ`, at most `cap`, of which `chance` (in `[0, 1)`) takes away up to half,
/// so that a hundred tabs do not come back at the same moment.
pub(crate) fn back_off(attempt: u32, base_ms: i64, cap_ms: i64, chance: f64) -> i64 {
    let doubled = base_ms.saturating_mul(1_i64.checked_shl(attempt.min(32)).unwrap_or(i64::MAX)).min(cap_ms);
    doubled - (doubled as f64 * 0.5 * chance.clamp(0.0, 1.0)) as i64
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

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

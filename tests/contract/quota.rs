//! What Gantry foresees of the quota against what the embedded control plane decides: two hands, one rule, in 10,000
//! random situations.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use control_plane::quota::{Commit, lets_through};
use gantry::testing::model::quota::{Anew, Before, Forecast, forecast, forecast_anew};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

/// Workspaces of one owner: what the latest build of each holds.
fn situation() -> impl Strategy<Value = (Vec<i64>, usize, i64, i64, i64)> {
    let held = prop::collection::vec(0_i64..40, 1..8);
    (held, any::<prop::sample::Index>(), 0_i64..120, 0_i64..60, 0_i64..40).prop_map(|(held, at, budget, cost, kept)| {
        let at = at.index(held.len());
        (held, at, budget, cost, kept)
    })
}

#[test]
fn what_is_foreseen_is_what_is_decided() {
    let mut runner = TestRunner::new(Config { cases: 10_000, failure_persistence: None, ..Config::default() });
    runner
        .run(&situation(), |(held, at, budget, cost, kept)| {
            let total: i64 = held.iter().sum();
            let own = held[at];
            let before = Before { consumed: total, budget, held: own };
            // The new build is the latest at no cost while it is decided.
            let others = total - own;
            let through = lets_through(Commit { consumed: others, budget, cost, previous: own });
            let foreseen = forecast(before, cost);
            prop_assert_eq!(!matches!(foreseen, Forecast::Refused { .. }), through, "{:?}", foreseen);
            match foreseen {
                Forecast::Free => prop_assert_eq!(cost, 0),
                Forecast::Fits { left } => prop_assert_eq!(left, budget - others - cost),
                Forecast::Cheaper { over } => prop_assert_eq!(over, others + cost - budget),
                Forecast::Refused { missing } => prop_assert_eq!(missing, others + cost - budget),
            }
            // A stop is decided like a start; once it has passed it holds what it keeps, and the start comes after it.
            let stopped = lets_through(Commit { consumed: others, budget, cost: kept, previous: own });
            let restarted = lets_through(Commit { consumed: others, budget, cost, previous: kept });
            match forecast_anew(before, kept, cost) {
                Anew::StopRefused { missing } => {
                    prop_assert!(!stopped);
                    prop_assert_eq!(missing, others + kept - budget);
                }
                Anew::Start(foreseen) => {
                    prop_assert!(stopped);
                    prop_assert_eq!(!matches!(foreseen, Forecast::Refused { .. }), restarted, "{:?}", foreseen);
                }
            }
            Ok(())
        })
        .unwrap();
}

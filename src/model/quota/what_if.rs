//! What the quota would say to a build, by the control plane's own rule (docs/control-plane-api.md, 2.13): of the costs
//! of all the owner's workspaces in the organization, with this build's, more than the budget, and not less than the
//! build before. An estimate: what a build costs is known once it is planned. Pure.

/// What is known of the credits before a build.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Before {
    /// Credits that the control plane counts now, those of this workspace among them.
    pub consumed: i64,
    /// Credits allowed.
    pub budget: i64,
    /// What of them its latest build holds.
    pub held: i64,
}

/// What the quota would say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Forecast {
    /// It costs nothing: nobody is asked.
    Free,
    /// So many are left then.
    Fits { left: i64 },
    /// More than allowed is held then all the same; it passes, for it costs less than before.
    Cheaper { over: i64 },
    /// So many are missing.
    Refused { missing: i64 },
}

/// Of a build that costs so much.
pub fn forecast(before: Before, cost: i64) -> Forecast {
    if cost <= 0 {
        return Forecast::Free;
    }
    let others = before.consumed.saturating_sub(before.held);
    let then = others.saturating_add(cost);
    let left = before.budget.saturating_sub(then);
    match left {
        0.. => Forecast::Fits { left },
        _ if cost < before.held => Forecast::Cheaper { over: left.saturating_neg() },
        _ => Forecast::Refused { missing: left.saturating_neg() },
    }
}

/// What the quota would say to a stop and the start after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anew {
    /// The stop itself is refused, so it stays as it is: so many credits are missing.
    StopRefused { missing: i64 },
    /// The stop passes; what is said to the start.
    Start(Forecast),
}

/// Of a stop that keeps so much, and of the start after it that costs so much.
pub fn forecast_anew(before: Before, kept: i64, cost: i64) -> Anew {
    if let Forecast::Refused { missing } = forecast(before, kept) {
        return Anew::StopRefused { missing };
    }
    let Before { consumed, budget, held } = before;
    let consumed = consumed.saturating_sub(held).saturating_add(kept.max(0));
    Anew::Start(forecast(Before { consumed, budget, held: kept.max(0) }, cost))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_rule_in_cases() {
        for ((consumed, budget, held), cost, said) in [
            ((37, 60, 4), 27, Forecast::Fits { left: 0 }),
            ((37, 60, 4), 28, Forecast::Refused { missing: 1 }),
            ((37, 60, 0), 0, Forecast::Free),
            // Over the budget: as much as before is refused, less passes.
            ((70, 60, 20), 20, Forecast::Refused { missing: 10 }),
            ((70, 60, 20), 19, Forecast::Cheaper { over: 9 }),
            ((70, 60, 20), 10, Forecast::Fits { left: 0 }),
            ((0, 0, 0), 1, Forecast::Refused { missing: 1 }),
            ((5, 0, 5), 4, Forecast::Cheaper { over: 4 }),
        ] {
            assert_eq!(forecast(Before { consumed, budget, held }, cost), said, "{consumed} {budget} {held} {cost}");
        }
        // A restart over the budget: its stop passes, its start does not.
        let over = Before { consumed: 70, budget: 60, held: 20 };
        let start = Anew::Start;
        assert_eq!(forecast_anew(over, 2, 19), start(Forecast::Refused { missing: 9 }));
        assert_eq!(forecast_anew(over, 0, 19), start(Forecast::Refused { missing: 9 }));
        assert_eq!(
            forecast_anew(over, 19, 18),
            start(Forecast::Cheaper { over: 8 }),
            "a start that costs less than its stop kept"
        );
        // A stop that keeps all of it is refused over the budget, and after a start that was refused any that costs.
        assert_eq!(forecast_anew(over, 20, 20), Anew::StopRefused { missing: 10 });
        assert_eq!(forecast_anew(Before { consumed: 59, budget: 60, held: 0 }, 2, 5), Anew::StopRefused { missing: 1 });
        let within = Before { consumed: 37, budget: 60, held: 4 };
        assert_eq!(forecast_anew(within, 1, 6), start(Forecast::Fits { left: 21 }));
    }

    proptest! {
        #[test]
        fn figures_of_any_size_break_nothing(consumed in any::<i64>(), budget in any::<i64>(), held in any::<i64>(), cost in any::<i64>()) {
            let before = Before { consumed, budget, held };
            let _ = (forecast(before, cost), forecast_anew(before, held, cost));
        }

        #[test]
        fn what_fits_at_a_price_fits_at_a_lower_one(consumed in 0_i64..500, budget in 0_i64..500, held in 0_i64..100, cost in 1_i64..500) {
            let before = Before { consumed: consumed.max(held), budget, held };
            let refused = |cost| matches!(forecast(before, cost), Forecast::Refused { .. });
            prop_assert!(refused(cost) || !refused(cost - 1));
        }
    }
}

//! Whether a new workspace fits what is left of the quota, as far as its version tells (docs/control-plane-api.md,
//! 2.13). Pure.

use crate::model::quota::Standing;

/// An estimate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Estimate {
    pub fits: bool,
    pub text: String,
}

/// Of a workspace that holds `cost` credits while it runs; `None` where credits are not limited.
pub(crate) fn estimate(standing: Standing, cost: i64) -> Option<Estimate> {
    let (consumed, budget) = standing.figures()?;
    let free = budget.saturating_sub(consumed);
    if cost <= 0 {
        return Some(Estimate {
            fits: true,
            text: "Its resources cost nothing, as far as the version tells.".to_owned(),
        });
    }
    let text = if cost <= free {
        format!("Needs about {cost} credits, {free} free: fits.")
    } else {
        format!("Needs about {cost} credits, {} free: the build would be refused. Free some first.", free.max(0))
    };
    Some(Estimate { fits: cost <= free, text })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fits_and_what_does_not() {
        for (standing, cost, fits) in [
            (Standing::Absent, 5, None),
            (Standing::Unlimited, 5, None),
            (Standing::Budget { consumed: 37, budget: 60 }, 23, Some(true)),
            (Standing::Budget { consumed: 37, budget: 60 }, 24, Some(false)),
            (Standing::Budget { consumed: 70, budget: 60 }, 1, Some(false)),
            (Standing::Budget { consumed: 70, budget: 60 }, 0, Some(true)),
            (Standing::Nothing { consumed: 0 }, 1, Some(false)),
            (Standing::Nothing { consumed: 0 }, 0, Some(true)),
            (Standing::Budget { consumed: i64::MIN, budget: i64::MAX }, i64::MAX, Some(true)),
        ] {
            assert_eq!(estimate(standing, cost).map(|it| it.fits), fits, "{standing:?} {cost}");
        }
        let over = estimate(Standing::Budget { consumed: 70, budget: 60 }, 5);
        assert!(over.is_some_and(|it| it.text.contains("0 free")));
    }
}

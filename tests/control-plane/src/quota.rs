//! The rule by which a build is let through or refused for what it costs. Pure; may import nothing of this crate.

/// What is known when a build commits its cost. The build is its workspace's latest already, at no cost.
#[derive(Debug, Clone, Copy)]
pub struct Commit {
    /// Credits of all latest builds of the owner in the organization, this one at none.
    pub consumed: i64,
    /// Credits that the owner's groups allow there.
    pub budget: i64,
    /// What this build costs.
    pub cost: i64,
    /// What the build before it held.
    pub previous: i64,
}

/// Whether the build may go on. Who asks for nothing is not asked about; who asks for less than before is let through.
pub fn lets_through(commit: Commit) -> bool {
    let Commit { consumed, budget, cost, previous } = commit;
    cost == 0 || consumed + cost <= budget || cost < previous
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rule_in_cases() {
        for (consumed, budget, cost, previous, through) in [
            (33, 60, 27, 4, true),
            (33, 60, 28, 4, false),
            (50, 60, 20, 20, false),
            (50, 60, 19, 20, true),
            (90, 60, 0, 0, true),
            (0, 0, 1, 0, false),
        ] {
            assert_eq!(lets_through(Commit { consumed, budget, cost, previous }), through);
        }
    }
}

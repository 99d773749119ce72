//! Why a build was refused by quota, in the numbers of its log. Pure.

use super::line::clean;
use crate::wire::log::ProvisionerJobLog;

/// Why a build was refused by quota, in the numbers of its log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuotaRefusal {
    /// What the build would have cost, in credits.
    pub cost: i64,
    /// What the owner may consume.
    pub budget: i64,
    /// What the owner's other workspaces consume.
    pub consumed: i64,
    /// The id of the line that refuses.
    pub log_id: i64,
}

impl QuotaRefusal {
    /// In one line, without full stop: "insufficient quota: this build costs 12 credits, 3 of 60 are free (57 consumed)".
    pub fn sentence(&self) -> String {
        let credits = |count: i64| if count == 1 { "1 credit".to_owned() } else { format!("{count} credits") };
        let free = self.budget.saturating_sub(self.consumed);
        let (cost, budget, consumed) = (credits(self.cost), self.budget, self.consumed);
        if free < 0 {
            return format!(
                "insufficient quota: this build costs {cost}, and {consumed} of {budget} are consumed already"
            );
        }
        format!("insufficient quota: this build costs {cost}, {free} of {budget} are free ({consumed} consumed)")
    }
}

/// The refusal by quota in a log, if there is one.
pub fn quota_refusal(logs: &[ProvisionerJobLog]) -> Option<QuotaRefusal> {
    let (mut cost, mut budget, mut consumed, mut refused) = (None, None, None, None);
    for log in logs.iter().filter(|log| log.stage == "Commit quota") {
        let line = clean(&log.output);
        let number = || line.rsplit('—').next().and_then(|number| number.trim().parse::<i64>().ok());
        if line.starts_with("Build cost") {
            cost = number();
        } else if line.starts_with("Budget") {
            budget = number();
        } else if line.starts_with("Credits consumed") {
            consumed = number();
        } else if line.contains("would exceed your quota") {
            refused = Some(log.id);
        }
    }
    Some(QuotaRefusal { log_id: refused?, cost: cost?, budget: budget?, consumed: consumed? })
}

#[cfg(test)]
mod tests;

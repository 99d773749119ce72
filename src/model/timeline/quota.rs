//! Why a build was refused by quota, in the numbers of its log. Pure.

use super::line::clean;
use crate::model::wording::credits;
use crate::wire::log::ProvisionerJobLog;
use json_tape::Read;
use serde::Serialize;

/// The figures by which a quota refused a build, in credits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Read)]
pub struct QuotaRefusal {
    /// What the build would have cost.
    pub cost: i64,
    /// What the owner may consume.
    pub budget: i64,
    /// What the owner's other workspaces consume.
    pub consumed: i64,
}

/// A refusal, and the id of the line that tells it.
#[derive(Clone, Copy, Debug)]
pub(super) struct ToldRefusal {
    pub(super) refusal: QuotaRefusal,
    pub(super) log_id: i64,
}

impl QuotaRefusal {
    /// Of a log, if a quota refused its build.
    pub fn of_log(logs: &[ProvisionerJobLog]) -> Option<QuotaRefusal> {
        told_refusal(logs).map(|told| told.refusal)
    }

    /// What was free.
    pub fn free(self) -> i64 {
        self.budget.saturating_sub(self.consumed).max(0)
    }

    /// `needs 20, 3 free`.
    pub fn in_short(self) -> String {
        format!("needs {}, {} free", self.cost, self.free())
    }

    /// In one line, without full stop: "insufficient quota: this build costs 12 credits, 3 of 60 are free (57
    /// consumed)".
    pub fn sentence(&self) -> String {
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

/// `Build cost — 20`, `Budget — 55`, `Credits consumed — 52`, then a line that refuses: the three stand in the log of
/// an accepted build too.
pub(super) fn told_refusal(logs: &[ProvisionerJobLog]) -> Option<ToldRefusal> {
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
    let refusal = QuotaRefusal { cost: cost?, budget: budget?, consumed: consumed? };
    Some(ToldRefusal { refusal, log_id: refused? })
}

#[cfg(test)]
mod tests;

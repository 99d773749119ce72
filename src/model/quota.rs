//! What a user may spend, truthfully: no quota (404), no limit (−1), nothing (0) and a budget are four answers
//! (docs/control-plane-api.md, 2.13). Pure; may import `wire` and other `model` files.

mod enough;
mod frees;
mod history;
mod members;
mod parts;
mod price;
mod steady;
mod verdict;
mod what_if;

pub(crate) use enough::{By, Enough, enough};
pub(crate) use frees::{Frees, candidates, frees};
pub(crate) use history::{HistoryStep, held_since, steps};
pub(crate) use members::{Member, members};
pub(crate) use parts::parts;
pub(crate) use price::{Price, Source, last_start};
pub(crate) use steady::{Added, Uncounted, added, held_before};
pub(crate) use verdict::{Deed, Plan, Verdict, verdict};
pub use what_if::{Anew, Before, Forecast, forecast, forecast_anew};

use crate::model::duration::UNKNOWN;
use crate::model::order;
use crate::model::row::Row;
use crate::model::row::is_changing;
use crate::model::row::may_have_applied;
use crate::model::status;
use crate::model::status::State;
use crate::wire::Id;
use crate::wire::build::BuildStatus;
use crate::wire::quota::WorkspaceQuota;
use std::sync::Arc;

/// The four answers, and one that says too little.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// 404: the control plane has no quotas.
    Absent,
    /// −1: it has, but does not limit credits here. What is consumed is not counted then.
    Unlimited,
    /// 0: only what costs nothing may start.
    Nothing {
        /// Credits held all the same, after an allowance was taken away.
        consumed: i64,
    },
    /// A budget.
    Budget {
        /// Credits held.
        consumed: i64,
        /// Credits allowed.
        budget: i64,
    },
    /// One of the two figures is not said.
    Untold {
        /// Credits held.
        consumed: Option<i64>,
        /// Credits allowed.
        budget: Option<i64>,
    },
}

/// How much is left of a budget.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Level {
    /// Nothing to say.
    Fine,
    /// At least four fifths are held.
    Near,
    /// More is held than allowed, which happens when an allowance is cut.
    Over,
}

impl Standing {
    /// Of an answer; `None` stands for a 404.
    pub fn of(answer: Option<WorkspaceQuota>) -> Standing {
        match answer {
            None => Standing::Absent,
            Some(quota) => match (quota.credits_consumed, quota.budget) {
                (_, Some(..0)) => Standing::Unlimited,
                (Some(consumed), Some(0)) => Standing::Nothing { consumed },
                (Some(consumed), Some(budget)) => Standing::Budget { consumed, budget },
                (consumed, budget) => Standing::Untold { consumed, budget },
            },
        }
    }

    /// Consumed and budget, where there is a limit.
    pub fn figures(self) -> Option<(i64, i64)> {
        match self {
            Standing::Absent | Standing::Unlimited | Standing::Untold { .. } => None,
            Standing::Nothing { consumed } => Some((consumed, 0)),
            Standing::Budget { consumed, budget } => Some((consumed, budget)),
        }
    }

    /// How much is left.
    pub fn level(self) -> Level {
        match self.figures() {
            Some((consumed, budget)) if consumed > budget => Level::Over,
            // Four fifths, without the rounding of a division. A budget of nothing is no warning by itself.
            Some((consumed, budget)) if budget > 0 && consumed.saturating_mul(5) >= budget.saturating_mul(4) => {
                Level::Near
            }
            _ => Level::Fine,
        }
    }

    /// How full the gauge is, 0 to 1; `None` where there is nothing to fill.
    pub fn gauge(self) -> Option<f64> {
        match self {
            Standing::Budget { consumed, budget } => Some((consumed as f64 / budget as f64).clamp(0.0, 1.0)),
            Standing::Nothing { consumed } if consumed > 0 => Some(1.0),
            _ => None,
        }
    }

    /// `37 of 60 credits`, or what stands there instead.
    pub fn short(self) -> String {
        match (self, self.figures()) {
            (_, Some((consumed, budget))) => format!("{consumed} of {budget} credits"),
            (Standing::Untold { consumed, budget }, None) => {
                let told = |figure: Option<i64>| figure.map_or_else(|| UNKNOWN.to_owned(), |figure| figure.to_string());
                format!("{} of {} credits", told(consumed), told(budget))
            }
            (_, None) => "no quota".to_owned(),
        }
    }

    /// `23 free`, `12 over`; empty without a limit.
    pub fn free(self) -> String {
        match self.figures() {
            Some((consumed, budget)) if consumed > budget => format!("{} over", consumed.saturating_sub(budget)),
            Some((consumed, budget)) => format!("{} free", budget.saturating_sub(consumed)),
            None => String::new(),
        }
    }

    /// What it means, in a sentence.
    pub fn sentence(self) -> String {
        match self {
            Standing::Absent => "No quota: this control plane does not count credits.".to_owned(),
            Standing::Unlimited => "No quota: this organization does not limit credits.".to_owned(),
            Standing::Untold { .. } => format!("{}: the control plane does not say the rest.", self.short()),
            Standing::Nothing { consumed: 0 } => {
                "0 of 0 credits: only workspaces that cost nothing can start here.".to_owned()
            }
            Standing::Nothing { consumed } => format!(
                "{consumed} of 0 credits: nothing is allowed any more. What costs as much as before, or more, is refused, even on a \
                 restart."
            ),
            Standing::Budget { consumed, budget } => match self.level() {
                Level::Over => format!(
                    "{consumed} of {budget} credits, {}: a start or stop is refused unless it costs less than the build before.",
                    self.free()
                ),
                Level::Near | Level::Fine => format!("{consumed} of {budget} credits, {}.", self.free()),
            },
        }
    }

    /// For the strip's title and for a screen reader: `acme: 37 of 60 credits consumed, 23 free`.
    pub fn label(self, organization: &str) -> String {
        match self.figures() {
            Some(_) => format!("{organization}: {} consumed, {}", self.short(), self.free()),
            None => format!("{organization}: {}", self.sentence().trim_end_matches('.')),
        }
    }
}

/// What is said of a workspace's credits where the control plane counts none.
const NOT_COUNTED: &str = "this control plane has no licence that counts credits";

/// The credits that a workspace holds, or why they are not known. They are committed inside the build, between its plan
/// and its apply, so a build that runs or was ended before that has 0 for "not yet" (docs/control-plane-api.md, 2.13).
/// `counted`: whether the control plane counts at all.
pub(crate) fn credits(row: &Row, counted: bool) -> Result<i64, &'static str> {
    let build = &row.build;
    let unsuccessful = matches!(build.status, BuildStatus::Failed | BuildStatus::Canceled);
    if !counted {
        Err(NOT_COUNTED)
    } else if !row.cost_known {
        Err("the control plane does not say what it costs")
    } else if row.daily_cost != 0 {
        Ok(row.daily_cost)
    } else if is_changing(row) {
        Err("the build under way has not counted them yet")
    } else if unsuccessful && !may_have_applied(build) {
        Err("the last build ended before it counted them")
    } else {
        Ok(0)
    }
}

/// What the strip in the top bar shows: one organization, and who else is near its limit. That of what one looks at,
/// which is said; else the first one with a limit, in the server's order: a strip that went to whichever is fullest
/// would change its subject while somebody reads it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Strip {
    /// The organization's name.
    pub name: String,
    /// How it stands.
    pub standing: Standing,
    /// Whether it is another one than elsewhere, for what one looks at belongs to it: that is said.
    pub is_of_page: bool,
    /// The others that are near their limit or over it, in words; empty if none is.
    pub others: String,
}

/// The strip, of the user's organizations and how they stand; `None` where nothing is limited. `here` is the place of
/// the one that what one looks at belongs to.
pub(crate) fn strip(all: &[(String, Standing)], here: Option<usize>) -> Option<Strip> {
    let is_limited = |(_, standing): &&(String, Standing)| standing.gauge().is_some();
    let first = all.iter().find(is_limited)?;
    let here = here.and_then(|here| all.get(here));
    let (name, standing) = here.unwrap_or(first);
    let full: Vec<&str> = all
        .iter()
        .filter(is_limited)
        .filter(|(other, standing)| other != name && standing.level() != Level::Fine)
        .map(|(name, _)| name.as_str())
        .collect();
    let others = match full.as_slice() {
        [] => String::new(),
        [one] => format!("{one} is near its limit"),
        many => format!("{} more are near their limits", many.len()),
    };
    Some(Strip {
        name: name.clone(),
        standing: *standing,
        is_of_page: here.is_some_and(|here| here.0 != first.0),
        others,
    })
}

/// What one workspace holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Holding {
    /// The workspace.
    pub id: Id,
    /// Its name.
    pub name: Arc<str>,
    /// Credits of its latest build, or why they are not known.
    pub credits: Result<i64, &'static str>,
    /// What it held before that build, where its credits are not counted and this is known.
    pub before: Option<i64>,
}

impl Holding {
    /// What is shown of it: what it holds, or held before a build that is not counted.
    pub(crate) fn shown(&self) -> Option<i64> {
        self.credits.ok().or(self.before)
    }
}

/// Where a user's credits in one organization are.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub(crate) struct Breakdown {
    /// Per workspace, most first; those that are not known last.
    pub holdings: Vec<Holding>,
    /// Builds under way, whose cost is not counted yet.
    pub building: usize,
    /// Builds that ended before their cost was counted: the control plane counts 0 for these workspaces.
    pub ended: usize,
    /// Credits that the rows at hand do not explain: workspaces that are not loaded, or answers of different moments.
    pub elsewhere: i64,
}

impl Breakdown {
    /// Of the rows at hand; those of other owners and organizations are left out.
    /// `before` says what those held that are not counted, `standing` counts that.
    pub(crate) fn of<'a>(
        rows: impl IntoIterator<Item = &'a Row>,
        owner: Id,
        organization: Id,
        standing: Standing,
        before: impl Fn(Id) -> Option<i64>,
    ) -> Breakdown {
        let mut breakdown = Breakdown::default();
        let mut sum = 0_i64;
        for row in rows {
            if row.owner_id != owner || row.organization_id != organization || status::state(row) == State::Deleted {
                continue;
            }
            // Who has a budget is counted.
            let credits = credits(row, true);
            match credits {
                Err(_) if is_changing(row) => breakdown.building += 1,
                Err(_) => breakdown.ended += 1,
                Ok(credits) => sum = sum.saturating_add(credits),
            }
            let before = if credits.is_err() { before(row.id) } else { None };
            sum = sum.saturating_add(before.unwrap_or_default());
            breakdown.holdings.push(Holding { id: row.id, name: Arc::clone(&row.name), credits, before });
        }
        // `None` sorts below every figure, so that what is not counted comes last.
        order::sort_by(&mut breakdown.holdings, |a, b| {
            b.shown().cmp(&a.shown()).then_with(|| order::natural(&a.name, &b.name))
        });
        if let Some((consumed, _)) = standing.figures() {
            breakdown.elsewhere = consumed.saturating_sub(sum).max(0);
        }
        breakdown
    }

    /// Why the figures are too low just now; empty if they are not.
    pub(crate) fn note(&self) -> String {
        let building = match self.building {
            0 => String::new(),
            1 => "1 build is running; its credits are not counted yet.".to_owned(),
            count => format!("{count} builds are running; their credits are not counted yet."),
        };
        let ended = match self.ended {
            0 => String::new(),
            1 => "1 workspace counts as 0: its last build ended before its credits were counted.".to_owned(),
            count => {
                format!("{count} workspaces count as 0: their last builds ended before their credits were counted.")
            }
        };
        [building, ended].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::recordings;
    use crate::wire::build::BuildStatus;
    use crate::wire::build::JobStatus;

    fn answer(credits_consumed: i64, budget: i64) -> Standing {
        Standing::of(Some(WorkspaceQuota { credits_consumed: Some(credits_consumed), budget: Some(budget) }))
    }

    #[test]
    fn the_four_answers_are_four() {
        let unlicensed: WorkspaceQuota = recordings::body("quota/unlicensed");
        assert_eq!(Standing::of(Some(unlicensed)), Standing::Unlimited);
        assert_eq!(recordings::recording("quota/absent")["response"]["status"], 404);
        for (standing, short, free, gauge, level, sentence) in [
            (
                Standing::of(None),
                "no quota",
                "",
                None,
                Level::Fine,
                "No quota: this control plane does not count credits.",
            ),
            (answer(0, -1), "no quota", "", None, Level::Fine, "No quota: this organization does not limit credits."),
            (
                answer(0, 0),
                "0 of 0 credits",
                "0 free",
                None,
                Level::Fine,
                "0 of 0 credits: only workspaces that cost nothing can start here.",
            ),
            (
                answer(4, 0),
                "4 of 0 credits",
                "4 over",
                Some(1.0),
                Level::Over,
                "4 of 0 credits: nothing is allowed any more. What costs as much as before, or more, is refused, even on a restart.",
            ),
            (
                answer(37, 60),
                "37 of 60 credits",
                "23 free",
                Some(37.0 / 60.0),
                Level::Fine,
                "37 of 60 credits, 23 free.",
            ),
            (answer(48, 60), "48 of 60 credits", "12 free", Some(0.8), Level::Near, "48 of 60 credits, 12 free."),
            (answer(60, 60), "60 of 60 credits", "0 free", Some(1.0), Level::Near, "60 of 60 credits, 0 free."),
            (
                answer(72, 60),
                "72 of 60 credits",
                "12 over",
                Some(1.0),
                Level::Over,
                "72 of 60 credits, 12 over: a start or stop is refused unless it costs less than the build before.",
            ),
        ] {
            assert_eq!(standing.short(), short);
            assert_eq!(standing.free(), free, "{short}");
            assert_eq!(standing.gauge(), gauge, "{short}");
            assert_eq!(standing.level(), level, "{short}");
            assert_eq!(standing.sentence(), sentence);
        }
        assert_eq!(answer(47, 60).level(), Level::Fine, "78 %");
        assert_eq!(answer(37, 60).label("acme"), "acme: 37 of 60 credits consumed, 23 free");
        assert_eq!(answer(0, -1).label("acme"), "acme: No quota: this organization does not limit credits");
        assert_eq!(answer(i64::MAX, 1).level(), Level::Over);
    }

    #[test]
    fn credits_are_found_in_the_rows_of_the_user() {
        let row = |name: &str, cost: i64, changing: bool| {
            let mut row = recordings::row("real/start-workspace");
            row.id = Id::from_u128(u128::from(name.as_bytes()[0]));
            row.name = name.into();
            row.daily_cost = cost;
            if changing {
                row.build.status = BuildStatus::Starting;
                row.build.job_status = JobStatus::Running;
            }
            row
        };
        let mut theirs = row("theirs", 9, false);
        theirs.owner_id = Id::NIL;
        let mut other = row("other", 9, false);
        other.organization_id = Id::NIL;
        let mut deleted = row("deleted", 9, false);
        deleted.build.status = BuildStatus::Deleted;
        let rows =
            [row("b", 4, false), row("a", 4, false), row("x", 20, false), row("z", 0, true), theirs, other, deleted];
        let (owner, organization) = (rows[0].owner_id, rows[0].organization_id);
        let breakdown = Breakdown::of(&rows, owner, organization, answer(30, 60), |_| None);
        let names: Vec<(&str, Option<i64>)> =
            breakdown.holdings.iter().map(|holding| (&*holding.name, holding.credits.ok())).collect();
        assert_eq!(names, [("x", Some(20)), ("a", Some(4)), ("b", Some(4)), ("z", None)]);
        assert_eq!(breakdown.elsewhere, 2);
        assert_eq!(breakdown.note(), "1 build is running; its credits are not counted yet.");
        let none = Breakdown::of(&rows[..2], owner, organization, Standing::Absent, |_| None);
        assert_eq!((none.elsewhere, none.note().as_str()), (0, ""));
        assert_eq!(
            Breakdown::of(&rows[..2], owner, organization, answer(3, 60), |_| None).elsewhere,
            0,
            "never below nothing"
        );
        let two = [row("y", 0, true), row("z", 0, true)];
        assert_eq!(
            Breakdown::of(&two, owner, organization, Standing::Unlimited, |_| None).note(),
            "2 builds are running; their credits are not counted yet."
        );
    }

    #[test]
    fn credits_are_a_figure_or_a_reason_and_never_a_nought_that_is_none() {
        use crate::wire::build::Transition;
        use BuildStatus as B;
        let plan = Some("terraform plan: exit status 1");
        let apply = Some("terraform apply: exit status 1");
        let (yet, ended) =
            ("the build under way has not counted them yet", "the last build ended before it counted them");
        for (status, job, error, cost, counted, expected) in [
            (B::Running, JobStatus::Succeeded, None, 12, true, Ok(12)),
            (B::Running, JobStatus::Succeeded, None, 0, true, Ok(0)),
            (B::Stopped, JobStatus::Succeeded, None, 0, true, Ok(0)),
            (B::Stopped, JobStatus::Succeeded, None, 3, true, Ok(3)),
            (B::Deleted, JobStatus::Succeeded, None, 0, true, Ok(0)),
            // Before the commit and after it.
            (B::Pending, JobStatus::Pending, None, 0, true, Err(yet)),
            (B::Starting, JobStatus::Running, None, 0, true, Err(yet)),
            (B::Starting, JobStatus::Running, None, 12, true, Ok(12)),
            (B::Canceling, JobStatus::Canceling, None, 0, true, Err(yet)),
            (B::Deleting, JobStatus::Running, None, 0, true, Err(yet)),
            // Failed in its apply: it holds what its plan said. Failed before: nobody knows.
            (B::Failed, JobStatus::Failed, apply, 12, true, Ok(12)),
            (B::Failed, JobStatus::Failed, apply, 0, true, Ok(0)),
            (B::Failed, JobStatus::Failed, plan, 0, true, Err(ended)),
            (B::Failed, JobStatus::Failed, Some("insufficient quota"), 0, true, Err(ended)),
            (B::Canceled, JobStatus::Canceled, plan, 0, true, Err(ended)),
            (B::Running, JobStatus::Succeeded, None, 0, false, Err(NOT_COUNTED)),
            (B::Starting, JobStatus::Running, None, 0, false, Err(NOT_COUNTED)),
        ] {
            let mut row = recordings::row("real/apply-failed-workspace");
            (row.build.status, row.build.job_status, row.daily_cost) = (status, job, cost);
            row.build.transition = Transition::Start;
            row.build.error = error.map(Into::into);
            assert_eq!(credits(&row, counted), expected, "{:?} {error:?} {cost}", row.build.status);
        }
    }

    #[test]
    fn the_strip_keeps_its_organization() {
        let of = |all: &[(&str, Standing)]| {
            let all: Vec<(String, Standing)> = all.iter().map(|(name, it)| ((*name).to_owned(), *it)).collect();
            strip(&all, None).map(|strip| (strip.name, strip.others))
        };
        let shown = |name: &str, others: &str| Some((name.to_owned(), others.to_owned()));
        let (free, fine, near, over) = (answer(0, -1), answer(10, 60), answer(50, 60), answer(70, 60));
        assert_eq!(of(&[("acme", fine), ("data", fine)]), shown("acme", ""));
        // However full the other one is or becomes.
        assert_eq!(of(&[("acme", fine), ("data", near)]), shown("acme", "data is near its limit"));
        assert_eq!(of(&[("acme", over), ("data", fine)]), shown("acme", ""));
        assert_eq!(of(&[("acme", near), ("data", over), ("lab", near)]), shown("acme", "2 more are near their limits"));
        assert_eq!(of(&[("acme", free), ("data", fine)]), shown("data", ""));
        assert_eq!(of(&[("acme", Standing::of(None))]), None);
        assert_eq!(of(&[("acme", answer(0, 0)), ("data", free)]), None, "nothing is allowed and nothing held");
        assert_eq!(of(&[("acme", answer(4, 0))]), shown("acme", ""));
        assert_eq!(of(&[]), None);
        // That of the page, limited or not; the others are told of then as well.
        let all: Vec<_> =
            [("acme", near), ("data", fine), ("open", free)].map(|(name, it)| (name.to_owned(), it)).into();
        let here = |place: usize| strip(&all, Some(place)).map(|strip| (strip.name, strip.is_of_page, strip.others));
        assert_eq!(here(1), Some(("data".to_owned(), true, "acme is near its limit".to_owned())));
        assert_eq!(here(2), Some(("open".to_owned(), true, "acme is near its limit".to_owned())));
        assert_eq!(here(0), Some(("acme".to_owned(), false, String::new())), "it is the same as elsewhere");
        assert_eq!(here(9), Some(("acme".to_owned(), false, String::new())), "it is none of the user's");
    }
}

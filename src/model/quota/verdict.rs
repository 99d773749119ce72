//! What would fit: what the quota would say to something that somebody thinks of doing, in words and in figures. An
//! estimate: the control plane decides inside the build. Pure.

use super::what_if::{Anew, Before, Forecast, forecast, forecast_anew};
use crate::model::wording::{credits, credits_are};

/// What somebody thinks of doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Plan {
    Start,
    Restart,
    Update,
    Stop,
    Create,
    Delete,
}

impl Plan {
    /// All of them, as they are offered.
    pub(crate) const ALL: [Plan; 6] =
        [Plan::Start, Plan::Restart, Plan::Update, Plan::Stop, Plan::Delete, Plan::Create];

    /// Its word in an address.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Plan::Start => "start",
            Plan::Restart => "restart",
            Plan::Update => "update",
            Plan::Stop => "stop",
            Plan::Create => "create",
            Plan::Delete => "delete",
        }
    }

    /// The head of what it may be done to.
    pub(crate) fn head(self) -> &'static str {
        match self {
            Plan::Start => "Start",
            Plan::Restart => "Restart",
            Plan::Update => "Update and start",
            Plan::Stop => "Stop",
            Plan::Create => "Create from a template",
            Plan::Delete => "Delete",
        }
    }

    /// What is spoken of.
    fn what(self, name: &str) -> String {
        match self {
            Plan::Start => format!("A start of {name}"),
            Plan::Restart => format!("A restart of {name}"),
            Plan::Update => format!("An update of {name}"),
            Plan::Stop => format!("A stop of {name}"),
            Plan::Create => format!("A new {name}"),
            Plan::Delete => format!("A delete of {name}"),
        }
    }
}

/// What it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Deed {
    pub plan: Plan,
    /// What the start costs.
    pub cost: i64,
    /// What a stop keeps.
    pub kept: i64,
    /// Whether it is stopped before it is started.
    pub stops_first: bool,
}

/// What the quota would say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Verdict {
    /// Whether all of it would pass.
    pub fits: bool,
    /// In a sentence.
    pub text: String,
    /// What is consumed then; `None` where nothing comes of it.
    pub after: Option<i64>,
}

/// What the quota would say to a deed.
pub(crate) fn verdict(name: &str, deed: Deed, before: Before) -> Verdict {
    let Deed { plan, cost, kept, stops_first } = deed;
    let (what, others) = (plan.what(name), before.consumed.saturating_sub(before.held));
    if plan == Plan::Delete {
        let text = format!("{what} frees {} and is never refused.", credits(before.held));
        return Verdict { fits: true, text, after: Some(others) };
    }
    let takes = if plan == Plan::Stop { kept } else { cost };
    let verb = if plan == Plan::Stop { "keeps" } else { "takes" };
    let said = if stops_first { forecast_anew(before, kept, cost) } else { Anew::Start(forecast(before, takes)) };
    let (fits, text) = match said {
        Anew::StopRefused { missing } => (
            false,
            format!(
                "{what} begins with a stop that keeps {} of {}: {} missing for it, so the stop would be refused and \
                 nothing started.",
                credits(kept),
                before.held,
                credits_are(missing)
            ),
        ),
        Anew::Start(Forecast::Free) => (true, format!("{what} {verb} nothing: it is not refused.")),
        Anew::Start(Forecast::Fits { left }) => {
            (true, format!("{what} {verb} about {}: it fits, and leaves {left}.", credits(takes)))
        }
        Anew::Start(Forecast::Cheaper { over }) => (
            true,
            format!(
                "{what} {verb} about {}, less than before: it passes, though {over} more than the budget is held then.",
                credits(takes)
            ),
        ),
        Anew::Start(Forecast::Refused { missing }) => {
            let stays = if stops_first { " after its stop, which passes" } else { "" };
            let would = if plan == Plan::Stop { "the stop would be refused" } else { "the start would be refused" };
            let text =
                format!("{what} {verb} about {}: {} missing, {would}{stays}.", credits(takes), credits_are(missing));
            (false, text)
        }
    };
    let after = match said {
        Anew::Start(Forecast::Refused { .. }) if !stops_first => None,
        Anew::StopRefused { .. } => None,
        Anew::Start(Forecast::Refused { .. }) => Some(others.saturating_add(kept)),
        Anew::Start(_) => Some(others.saturating_add(takes)),
    };
    Verdict { fits, text, after }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_fit_is_told_in_words_and_figures() {
        let deed = |plan, cost, kept, stops_first| Deed { plan, cost, kept, stops_first };
        let (within, over) =
            (Before { consumed: 37, budget: 60, held: 4 }, Before { consumed: 70, budget: 60, held: 20 });
        for (before, deed, fits, after, text) in [
            (
                Before { held: 0, ..within },
                deed(Plan::Create, 20, 2, false),
                true,
                Some(57),
                "A new gpu takes about 20 credits: it fits, and leaves 3.",
            ),
            (
                Before { held: 0, ..within },
                deed(Plan::Create, 24, 2, false),
                false,
                None,
                "A new gpu takes about 24 credits: 1 credit is missing, the start would be refused.",
            ),
            (within, deed(Plan::Create, 0, 0, false), true, Some(33), "A new gpu takes nothing: it is not refused."),
            (
                over,
                deed(Plan::Start, 20, 2, false),
                false,
                None,
                "A start of gpu takes about 20 credits: 10 credits are missing, the start would be refused.",
            ),
            (
                over,
                deed(Plan::Start, 19, 2, false),
                true,
                Some(69),
                "A start of gpu takes about 19 credits, less than before: it passes, though 9 more than the budget is held then.",
            ),
            (
                over,
                deed(Plan::Restart, 20, 2, true),
                false,
                Some(52),
                "A restart of gpu takes about 20 credits: 10 credits are missing, the start would be refused after its stop, which passes.",
            ),
            (
                over,
                deed(Plan::Restart, 20, 20, true),
                false,
                None,
                "A restart of gpu begins with a stop that keeps 20 credits of 20: 10 credits are missing for it, so the stop would be refused and nothing started.",
            ),
            (
                over,
                deed(Plan::Stop, 0, 20, false),
                false,
                None,
                "A stop of gpu keeps about 20 credits: 10 credits are missing, the stop would be refused.",
            ),
            (
                over,
                deed(Plan::Stop, 0, 2, false),
                true,
                Some(52),
                "A stop of gpu keeps about 2 credits: it fits, and leaves 8.",
            ),
            (
                over,
                deed(Plan::Delete, 0, 0, false),
                true,
                Some(50),
                "A delete of gpu frees 20 credits and is never refused.",
            ),
        ] {
            let told = verdict("gpu", deed, before);
            assert_eq!((told.fits, told.after, told.text.as_str()), (fits, after, text), "{deed:?}");
        }
        let keys: std::collections::BTreeSet<_> = Plan::ALL.map(Plan::key).into_iter().collect();
        assert_eq!(keys.len(), Plan::ALL.len());
        assert!(Plan::ALL.iter().all(|plan| !plan.head().is_empty()));
    }
}

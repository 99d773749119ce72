//! What a row shows while an operation is under way and the control plane has not proven it. Pure.

use super::sentences::{seconds_left, word};
use super::step::{BuildStep, Step};
use super::stored::{Operation, Phase};
use crate::model::actions::Action;
use crate::model::status::{Mark, Tone};
use crate::wire::build::Transition;

/// What the row shows while an operation is under way and unproven.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overlay {
    /// The silhouette.
    pub mark: Mark,
    /// The colour.
    pub tone: Tone,
    /// The word: `Restarting`.
    pub word: String,
    /// Where it is: `1 of 2: stopping`.
    pub why: String,
    /// Whether the server has shown the build: then the row's own reason may follow.
    pub proven: bool,
}

impl Operation {
    /// What the row shows; `None` once the row itself tells the truth.
    pub fn overlay(&self, now_ms: i64) -> Option<Overlay> {
        if let Phase::Held { until_ms, waits } = self.phase {
            let why = if waits {
                "your stop begins once the control plane answers".to_owned()
            } else {
                format!("your stop begins in {}", seconds_left(until_ms, now_ms))
            };
            return Some(Overlay {
                mark: Mark::Running,
                tone: Tone::Ok,
                word: "Running".to_owned(),
                why,
                proven: false,
            });
        }
        if self.is_asking() {
            let deletes = self.do_the_rest() == Action::Delete;
            let now = if deletes { "delete" } else { "start" };
            let why = format!("its {} was interrupted; {now} it now?", word(self.action));
            return Some(Overlay {
                mark: if deletes { Mark::Canceled } else { Mark::Stopped },
                tone: Tone::Warn,
                word: if deletes { "Canceled" } else { "Stopped" }.to_owned(),
                why,
                proven: false,
            });
        }
        let step = self.steps.get(self.at)?;
        let (mark, doing) = match step {
            Step::Build(BuildStep { transition: Transition::Start, .. }) => (Mark::Starting, "starting"),
            Step::Build(BuildStep { transition: Transition::Stop, .. }) => (Mark::Stopping, "stopping"),
            Step::Build(BuildStep { transition: Transition::Delete, .. }) => (Mark::Deleting, "deleting"),
            Step::Build(_) => (Mark::Pending, "building"),
            Step::Cancel { .. } => (Mark::Canceled, "canceling"),
            Step::Set(setting) => {
                let way = setting.on_its_way()?;
                (way.mark, way.doing)
            }
        };
        let many = self.steps.len() > 1;
        let place = if many { format!("{} of {}: {doing}", self.at + 1, self.steps.len()) } else { String::new() };
        let with = |what: &str| if place.is_empty() { what.to_owned() } else { format!("{place}, {what}") };
        let (why, proven) = match &self.phase {
            Phase::Ready | Phase::Sent => (with("asking the control plane"), false),
            Phase::Uncertain { said: None, .. } => (with("no answer came; Gantry asks whether it arrived"), false),
            Phase::Uncertain { said: Some(_), .. } => {
                (with("the answer was an error; Gantry asks whether it was done"), false)
            }
            Phase::Accepted { proven: false, .. } => (with("accepted, its build is not listed yet"), false),
            Phase::Accepted { proven: true, .. } if many => (place, true),
            Phase::Held { .. } | Phase::Ask | Phase::Accepted { .. } | Phase::Over(_) => return None,
        };
        let canceling = self.cancel_wanted && self.cancel_refused.is_none();
        let word = if canceling { "Canceling" } else { self.action.doing() };
        Some(Overlay { mark, tone: Tone::Busy, word: word.to_owned(), why, proven })
    }
}

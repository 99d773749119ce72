//! An operation as it is stored, so that a closed tab loses nothing: what was asked for, its steps, where it is, and
//! its report once it is over. It holds no parameter values. What is written here is read by later versions. Pure.

use super::next_step::Advice;
use super::step::{BuildStep, Step};
use crate::model::actions::Action;
use crate::model::status::Tone;
use crate::wire::Id;
use crate::wire::build::Transition;
use crate::wire::error::Validation;
use json_tape::Read;
use serde::Serialize;

/// For how many milliseconds the stop of something that runs is held back, to be undone (docs/look.md, "Dialog").
pub(crate) const HOLD_MS: i64 = 8_000;

/// Where the current step is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Read)]
#[serde(rename_all = "snake_case")]
pub(super) enum Phase {
    /// Nothing was sent yet.
    Ready,
    /// Nothing was sent yet, and nothing will be before this time, so that it can be undone. A closed tab sends
    /// nothing.
    Held {
        /// Until when.
        until_ms: i64,
        /// Its time has come, and the control plane cannot be reached: it is sent once that answers, and can be undone
        /// until then.
        #[serde(default)]
        waits: bool,
    },
    /// The request is on its way.
    Sent,
    /// The answer was lost: it may have arrived or not. Only the workspace itself can tell.
    Uncertain {
        /// Since when.
        since_ms: i64,
        /// What the gateway said instead of the control plane, if anything.
        said: Option<Refusal>,
    },
    /// The server took it.
    Accepted {
        /// The build's number: proof is a row that has it.
        number: i64,
        /// The build.
        build: Id,
        /// Whether a row has shown it.
        proven: bool,
    },
    /// The step before is done, but nobody drove for a while: the user is asked whether to go on.
    Ask,
    /// Over.
    Over(Report),
}

impl Phase {
    pub(super) fn held_from(now_ms: i64) -> Phase {
        Phase::Held { until_ms: now_ms.saturating_add(HOLD_MS), waits: false }
    }
}

/// An action under way. Can be stored as JSON and resumed in another tab.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Read)]
pub struct Operation {
    /// The workspace.
    pub workspace: Id,
    /// Its name, for sentences.
    pub name: String,
    /// Its owner, for links.
    pub owner: String,
    /// What was asked for.
    pub action: Action,
    /// Whether that is who asked for it; then a refusal need not say whose it is.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub mine: bool,
    /// When, in milliseconds of the server's clock.
    pub began_ms: i64,
    pub(super) steps: Vec<Step>,
    pub(super) at: usize,
    pub(super) phase: Phase,
    /// The number of the workspace's latest build before the current step.
    pub(super) base: i64,
    /// Whether it was taken up from storage and nothing has shown yet that its build still runs.
    pub(super) resumed: bool,
    /// Whether the user wants it to end.
    pub(super) cancel_wanted: bool,
    /// Whether the request to cancel is sent and was not refused for a wrong expectation.
    pub(super) cancel_sent: bool,
    /// How many requests to cancel were sent: a second one only after the first was refused with 412.
    pub(super) cancels: u8,
    /// Why canceling was refused.
    pub(super) cancel_refused: Option<Refusal>,
    /// When news of the workspace last came, or were last asked for.
    pub(super) heard_ms: i64,
}

/// Why the server refused a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Read)]
pub(crate) struct Refusal {
    /// Its kind.
    pub kind: RefusalKind,
    /// The server's sentence.
    pub message: String,
    /// More of it.
    pub detail: Option<String>,
    /// What is wrong with which field.
    pub validations: Vec<Validation>,
    /// What the control plane's log calls the request.
    #[serde(default)]
    pub request_id: Option<String>,
    /// After how many milliseconds it may be asked again.
    #[serde(default)]
    pub retry_after_ms: Option<i64>,
}

/// The kind of a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Read)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RefusalKind {
    /// 400: what was asked for is not possible.
    Validation,
    /// 401: the session has ended.
    Unauthorized,
    /// 403.
    Forbidden,
    /// 404: gone, or hidden from this user.
    NotFound,
    /// 406: the version is not ready.
    NotReady,
    /// 409: a build is active, or a name is taken.
    Conflict,
    /// 410: deleted.
    Gone,
    /// 412: it is no longer in the expected state.
    Precondition,
    /// 429.
    RateLimited,
    /// 5xx, or an answer that is none of the control plane's: the request may have been carried out.
    Server,
    /// Anything else.
    Other,
}

/// What happened, once it is over. Stays until the user has seen it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Read)]
pub struct Report {
    /// How it went.
    pub result: Outcome,
    /// A sentence or two.
    pub text: String,
    /// The server's detail and validations, a line each.
    pub lines: Vec<String>,
    /// What may be done now, of what its buttons offer.
    pub next: Option<Action>,
    /// What to do next, in words, and where.
    #[serde(default)]
    pub advice: Option<Advice>,
    /// The number of the build that tells more, if there is one.
    #[serde(default)]
    pub build: Option<i64>,
    /// The control plane asked for a pause (429) and did nothing: it may be asked again after as many milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub again_in_ms: Option<i64>,
}

impl Report {
    /// The colour of the message.
    pub fn tone(&self) -> Tone {
        match self.result {
            Outcome::Succeeded => Tone::Ok,
            Outcome::Canceled | Outcome::Abandoned => Tone::Idle,
            Outcome::Interrupted | Outcome::Unknown => Tone::Warn,
            Outcome::Refused | Outcome::Failed | Outcome::NotSent => Tone::Bad,
        }
    }
}

/// How an operation went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Read)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// All of it.
    Succeeded,
    /// The server refused a request.
    Refused,
    /// A build failed.
    Failed,
    /// A build was canceled, or the user ended it.
    Canceled,
    /// Somebody else built in between, or the workspace went away.
    Interrupted,
    /// A request did not reach the server.
    NotSent,
    /// The user did not want it to go on.
    Abandoned,
    /// It is over, and how cannot be known any more.
    Unknown,
}

impl Operation {
    /// What happened, once it is over.
    pub fn report(&self) -> Option<&Report> {
        match &self.phase {
            Phase::Over(report) => Some(report),
            _ => None,
        }
    }

    /// Its last build, which is what it is for.
    pub(crate) fn last_build(&self) -> Option<&BuildStep> {
        match self.steps.last()? {
            Step::Build(step) => Some(step),
            Step::Cancel { .. } | Step::Set(_) => None,
        }
    }

    /// Whether it is over.
    pub fn is_over(&self) -> bool {
        self.report().is_some()
    }

    /// The same, not held back: it was asked about before.
    pub(crate) fn without_hold(mut self) -> Operation {
        if self.held_until_ms().is_some() {
            self.phase = Phase::Ready;
        }
        self
    }

    /// Whether it sets something without a build: there is nothing in it to cancel.
    pub(crate) fn is_setting(&self) -> bool {
        matches!(self.steps.get(self.at), Some(Step::Set(_)))
    }

    /// Whether another one does the same already. One that has values is never the same as what was read from storage.
    pub(crate) fn is_done_by(&self, other: &Operation) -> bool {
        self.action == other.action && self.steps == other.steps
    }

    /// Whether it waits for the user's answer: nothing of it is under way then, and any action of the user's is an
    /// answer.
    pub fn is_asking(&self) -> bool {
        self.phase == Phase::Ask
    }

    /// Until when it is held back and can be undone, by the server's clock.
    pub fn held_until_ms(&self) -> Option<i64> {
        match self.phase {
            Phase::Held { until_ms, .. } => Some(until_ms),
            _ => None,
        }
    }

    /// Whether it is held back beyond its time, because the control plane cannot be reached.
    pub fn waits_for_answer(&self) -> bool {
        matches!(self.phase, Phase::Held { waits: true, .. })
    }

    /// The build that this operation made last, as far as it is known.
    pub fn build_number(&self) -> Option<i64> {
        match self.phase {
            Phase::Accepted { number, .. } => Some(number),
            _ => None,
        }
    }

    /// The number of the workspace's latest build when the current step was due: a higher one is somebody else's.
    pub(crate) fn base_number(&self) -> i64 {
        self.base
    }

    /// Whether the control plane took its first request: what was filled in for it need not be sent again to be heard.
    pub(crate) fn was_taken(&self) -> bool {
        self.at > 0 || matches!(self.phase, Phase::Accepted { .. })
    }

    /// Whether other requests follow the current one.
    pub(crate) fn has_more(&self) -> bool {
        self.at + 1 < self.steps.len()
    }

    pub(super) fn is_delete(&self) -> bool {
        matches!(self.steps.get(self.at), Some(Step::Build(step)) if step.transition == Transition::Delete)
    }
}

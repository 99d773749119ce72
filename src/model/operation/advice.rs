//! What to do after something did not go as asked: one step, in words, and the page where it is done. Pure.

use super::facts::Facts;
use super::next_step::{Advice, Way};
use super::setting::Setting;
use super::step::Step;
use super::stored::{Operation, Refusal, RefusalKind};
use crate::model::actions::Action;
use crate::model::duration;
use crate::wire::build::Transition;

fn advice(text: impl Into<String>, way: Option<Way>) -> Advice {
    Advice { text: text.into(), way }
}

impl Operation {
    /// After a refusal. What was asked for with values is asked for again where these are filled in.
    pub(super) fn after_refusal(&self, refusal: &Refusal) -> Advice {
        let advice = self.step_after(refusal);
        let had_values = matches!(self.steps.get(self.at), Some(Step::Build(step)) if step.with_values);
        let is_elsewhere = matches!(refusal.kind, RefusalKind::NotFound | RefusalKind::Gone);
        Advice { way: if had_values && !is_elsewhere { self.form() } else { advice.way }, ..advice }
    }

    fn step_after(&self, refusal: &Refusal) -> Advice {
        let step = self.steps.get(self.at);
        let sets = matches!(step, Some(Step::Set(_)));
        match refusal.kind {
            RefusalKind::Conflict if matches!(step, Some(Step::Set(Setting::Rename { .. }))) => {
                advice("Choose another name.", None)
            }
            RefusalKind::Conflict if sets => advice("Look at how it is now, then ask again.", Some(Way::Workspace)),
            RefusalKind::Conflict => {
                advice("Wait until the build that is under way is over, or cancel it.", Some(Way::Workspace))
            }
            RefusalKind::NotReady => advice(
                "Try again once the import of the version is over, or choose another version.",
                Some(Way::Workspace),
            ),
            RefusalKind::NotFound => advice("Look for it in the list.", Some(Way::List)),
            RefusalKind::Gone => advice("Create another one if it is needed.", Some(Way::Templates)),
            RefusalKind::Precondition if !matches!(step, Some(Step::Cancel { .. })) => {
                advice("Look at how it is now, then ask again.", Some(Way::Workspace))
            }
            RefusalKind::Precondition => advice("It has begun meanwhile: cancel it once more if it should end.", None),
            RefusalKind::RateLimited => {
                let wait = refusal.retry_after_ms.filter(|wait| *wait > 0);
                let when =
                    wait.map_or_else(|| "in a minute".to_owned(), |wait| format!("in {}", duration::elapsed(wait)));
                advice(format!("Try again {when}."), None)
            }
            RefusalKind::Validation if !refusal.validations.is_empty() && self.starts() => {
                advice("Give the values that it asks for.", self.form())
            }
            RefusalKind::Validation if sets => advice("Look at how it is now, then ask again.", Some(Way::Workspace)),
            RefusalKind::Validation => advice("Look at how it is now.", Some(Way::Workspace)),
            RefusalKind::Unauthorized => advice("Sign in again, then ask once more.", None),
            RefusalKind::Server => advice("Try again; an administrator finds the request by its number.", None),
            RefusalKind::Forbidden if matches!(step, Some(Step::Cancel { .. })) => {
                advice(Self::after_refused_cancel(refusal.kind), None)
            }
            // Whose it is stands in the report, and who stands in between has said what to do.
            RefusalKind::Forbidden | RefusalKind::Other => advice("", None),
        }
    }

    /// After a wish to end it that was refused: it goes on to the end of its build.
    pub(super) fn after_refused_cancel(kind: RefusalKind) -> &'static str {
        match kind {
            RefusalKind::Precondition => "It has begun meanwhile: cancel it once more if it should end.",
            RefusalKind::Forbidden => "Let it go on to its end; an administrator can cancel it.",
            RefusalKind::NotFound | RefusalKind::Gone => "Look for it in the list.",
            RefusalKind::RateLimited => "Cancel it once more in a minute.",
            RefusalKind::Unauthorized => "Sign in again, then cancel it once more.",
            RefusalKind::Conflict | RefusalKind::Validation | RefusalKind::NotReady => "Look at how far it is.",
            RefusalKind::Server | RefusalKind::Other => "Cancel it once more if it should end.",
        }
    }

    /// After a build that failed.
    pub(super) fn after_failure(transition: &Transition, facts: &Facts) -> Advice {
        if facts.by_quota {
            return advice(
                "Delete or stop what is not needed, or have an administrator raise the budget.",
                Some(Way::Quota),
            );
        }
        match transition {
            Transition::Delete => {
                advice("Retry it; if it cannot be destroyed, delete it once more and leave its resources behind.", None)
            }
            Transition::Start => advice("Retry it: what it left is cleaned up first.", None),
            _ => advice("Retry it.", None),
        }
    }

    /// Where its values are gone.
    pub(super) fn after_lost_values(&self) -> Advice {
        advice("", self.form())
    }

    /// Whether its current step brings the workspace up.
    fn starts(&self) -> bool {
        matches!(self.steps.get(self.at), Some(Step::Build(step)) if step.transition == Transition::Start)
    }

    fn form(&self) -> Option<Way> {
        let Some(Step::Build(step)) = self.steps.get(self.at) else { return None };
        let action = match self.action {
            // What it stopped is stopped: what is left is a start.
            Action::Restart if self.at > 0 => Action::Start,
            action => action,
        };
        Some(Way::Form { action, version: step.version.filter(|_| action == Action::ChangeVersion) })
    }
}

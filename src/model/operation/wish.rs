//! What the viewer wants of an operation under way. Another tab may drive it: a wish travels between tabs. Pure.

use super::machine::Event;
use super::stored::Operation;
use json_tape::Read;
use serde::Serialize;

/// The second click of a double click on Stop is no undo.
const DOUBLE_CLICK_MS: i64 = 400;

/// What the viewer wants of an operation that is under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Read)]
#[serde(rename_all = "snake_case")]
pub enum Wish {
    /// To take back what was not sent yet.
    Undo,
    /// That it ends.
    Cancel,
    /// Yes to [`Operation::question`].
    GoOn,
    /// No to it.
    LetGo,
}

impl Wish {
    /// What the machine is told.
    pub(crate) fn event(self) -> Event {
        match self {
            Wish::Undo => Event::Undo,
            Wish::Cancel => Event::Cancel,
            Wish::GoOn => Event::Answer(true),
            Wish::LetGo => Event::Answer(false),
        }
    }

    /// Whether an operation shows that its driver heard this, or that it came too late for it.
    pub(crate) fn is_heard_in(self, operation: &Operation) -> bool {
        match self {
            _ if operation.is_over() => true,
            Wish::Undo => operation.held_until_ms().is_none(),
            Wish::Cancel => operation.cancel_wanted || !operation.can_be_ended(),
            Wish::GoOn | Wish::LetGo => !operation.is_asking(),
        }
    }

    /// What is said where the tab that drives it does not answer, or was never told.
    pub(crate) fn unheard_text(self, operation: &Operation) -> String {
        let what = match self {
            Wish::Undo => "undone",
            Wish::Cancel => "canceled",
            Wish::GoOn => "continued",
            Wish::LetGo => "ended",
        };
        format!(
            "{} of {} was not {what}: another tab of this browser has it under way and does not answer. Do it there, or close that tab.",
            operation.action.noun(),
            operation.name
        )
    }
}

impl Operation {
    /// Whether it was asked for so shortly ago that a click on what takes its button's place is meant for the button.
    pub(crate) fn is_double_click(&self, now_ms: i64) -> bool {
        (0..DOUBLE_CLICK_MS).contains(&now_ms.saturating_sub(self.began_ms))
    }
}

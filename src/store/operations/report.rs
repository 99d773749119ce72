//! What is said of an operation beside the page: what the viewer has to answer, and how it went. May import `api` and
//! below.

use super::shared::{OperationSignal, Shared};
use crate::browser::timers;
use crate::model::actions::Action;
use crate::model::failure;
use crate::model::operation::{Operation, Outcome, Way};
use crate::paths::{self, BuildWish};
use crate::store::toasts::Tone;
use crate::wire::id::Id;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::rc::Rc;

/// How long the message of a failed build waits for the build's log, in milliseconds.
const LOG_MS: i64 = 3_000;

impl Shared {
    /// Asks what the viewer has to answer, wherever the viewer is: the row that asks may stand in no list that is
    /// shown. The answer takes it away.
    pub(super) fn say_question(&self, operation: &Operation, now: Option<&str>, before: Option<&str>) {
        if let Some(before) = before {
            self.toasts.dismiss_text(before);
        }
        if let Some(now) = now {
            let link = (format!("Open {}", operation.name), paths::workspace(&operation.owner, &operation.name));
            self.toasts.show(Tone::Bad, now, None, Some(link));
        }
    }

    /// Says that an action was not begun because another one is under way: what the viewer said must not vanish.
    pub(super) fn say_busy(&self, workspace: Id, action: Action) {
        let Some(row) = self.workspaces.snapshot(workspace) else { return };
        let text = format!(
            "{} of {} was not begun: something else is under way with it. Try again when that is over.",
            action.noun(),
            row.name
        );
        self.toasts.show(Tone::Bad, text, None, None);
    }

    /// Says how it went: failures as a toast and beside the row until dismissed, success only to who cannot see the row
    /// change.
    pub(super) fn report(self: &Rc<Self>, operation: &Operation, signal: &OperationSignal) {
        let Some(report) = operation.report() else { return };
        let advice = report.advice.as_ref().map(|advice| advice.text.clone()).filter(|text| !text.is_empty());
        let parts: Vec<String> = advice.iter().cloned().chain(report.lines.iter().cloned()).collect();
        let detail = (!parts.is_empty()).then(|| parts.join(" · "));
        let link = report
            .build
            .filter(|_| report.result != Outcome::Succeeded)
            .map(|number| (format!("Build {number}"), paths::build(&operation.owner, &operation.name, number)));
        let way = report.advice.as_ref().and_then(|advice| advice.way).map(|way| way_of(operation, way));
        // Where the next step is done, before where it is told what went wrong: that one the row has too.
        let link = way.or(link);
        match report.result {
            Outcome::Succeeded => self.say_success(operation, signal),
            Outcome::Canceled | Outcome::Abandoned | Outcome::Unknown => {
                self.toasts.show(Tone::Info, report.text.clone(), detail, link);
            }
            Outcome::Failed => {
                let lines = (!report.lines.is_empty()).then(|| report.lines.join(" · "));
                let row = self.workspaces.snapshot(operation.workspace);
                let build = row.filter(|row| Some(row.build.number) == report.build).map(|row| row.build.id);
                let (inner, text) = (Rc::clone(self), report.text.clone());
                spawn_local(async move {
                    // In Terraform's words too, if the log is there within a moment.
                    let words = match build {
                        Some(build) => timers::within(LOG_MS, inner.logs.of(build)).await,
                        None => None,
                    };
                    let words = words.and_then(Result::ok).and_then(|told| failure::in_full(&told.lines));
                    let told: Vec<String> = advice.into_iter().chain(words.or(lines)).collect();
                    inner.toasts.show(Tone::Bad, text, (!told.is_empty()).then(|| told.join(" · ")), link);
                });
            }
            Outcome::Interrupted | Outcome::Refused | Outcome::NotSent => {
                self.toasts.show(Tone::Bad, report.text.clone(), detail, link);
            }
        }
    }

    /// Success is told to who cannot see the row change, and a deletion to everybody: its row is gone.
    fn say_success(&self, operation: &Operation, signal: &OperationSignal) {
        if let Some(report) = operation.report() {
            if operation.action.is_told() {
                self.toasts.show(Tone::Good, report.text.clone(), None, None);
            } else {
                self.toasts.say(report.text.clone());
            }
        }
        signal.set(None);
    }
}

/// A page that leads on: words and whole path.
fn way_of(operation: &Operation, way: Way) -> (String, String) {
    let (owner, name) = (&operation.owner, &operation.name);
    match way {
        Way::Workspace => (format!("Open {name}"), paths::workspace(owner, name)),
        Way::List => ("Open the list".to_owned(), paths::workspaces(None)),
        Way::Templates => ("Open the templates".to_owned(), paths::templates()),
        Way::Quota => ("Open the quota".to_owned(), paths::quota()),
        Way::Form { action, version } => {
            let wish = match action {
                Action::Update => BuildWish::Update,
                Action::ChangeVersion => BuildWish::Change,
                Action::Restart => BuildWish::Restart,
                _ => BuildWish::Start,
            };
            let version = version.map(|version| version.to_string());
            ("Open the form".to_owned(), paths::parameters(owner, name, wish, version.as_deref()))
        }
    }
}

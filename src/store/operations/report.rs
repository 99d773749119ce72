//! What is said of an operation beside the page: what the viewer has to answer, and how it went. May import `api` and below.

use super::shared::{OperationSignal, Shared};
use crate::browser::timers;
use crate::model::actions::Action;
use crate::model::failure;
use crate::model::operation::{Operation, Outcome};
use crate::paths;
use crate::store::toasts::Tone;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::rc::Rc;

/// How long the message of a failed build waits for the build's log, in milliseconds.
const LOG_MS: i64 = 3_000;

impl Shared {
    /// Asks what the viewer has to answer, wherever the viewer is: the row that asks may stand in no list that is shown. The answer takes it away.
    pub(super) fn say_question(&self, operation: &Operation, now: Option<&str>, before: Option<&str>) {
        if let Some(before) = before {
            self.toasts.dismiss_text(before);
        }
        if let Some(now) = now {
            let link = (format!("Open {}", operation.name), paths::workspace(&operation.owner, &operation.name));
            self.toasts.show(Tone::Bad, now, None, Some(link));
        }
    }

    /// Says how it went: failures as a toast and beside the row until dismissed, success only to who cannot see the row change.
    pub(super) fn report(self: &Rc<Self>, operation: &Operation, signal: &OperationSignal) {
        let Some(report) = operation.report() else { return };
        let detail = (!report.lines.is_empty()).then(|| report.lines.join(" · "));
        let link = report
            .build
            .filter(|_| report.result != Outcome::Succeeded)
            .map(|number| (format!("Build {number}"), paths::build(&operation.owner, &operation.name, number)));
        match report.result {
            Outcome::Succeeded => {
                if operation.action == Action::Delete {
                    self.toasts.show(Tone::Good, report.text.clone(), detail, None);
                } else {
                    self.toasts.say(report.text.clone());
                }
                signal.set(None);
            }
            Outcome::Canceled | Outcome::Abandoned | Outcome::Unknown => {
                self.toasts.show(Tone::Info, report.text.clone(), detail, link);
            }
            Outcome::Failed => {
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
                    inner.toasts.show(Tone::Bad, text, words.or(detail), link);
                });
            }
            Outcome::Interrupted | Outcome::Refused | Outcome::NotSent => {
                self.toasts.show(Tone::Bad, report.text.clone(), detail, link);
            }
        }
    }
}

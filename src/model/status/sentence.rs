//! The sentence at the head of a workspace's page. Pure.

use super::agent::script_outcome;
use super::build::by;
use super::context::{Context, since_text};
use super::workspace::{State, describe, failing_text, state};
use crate::model::duration;
use crate::model::row::{Failing, Row, Trouble, may_have_applied};
use crate::wire::agent::ScriptStatus;
use crate::wire::build::{BuildReason, Transition};

/// Of a build that ended before its apply.
const UNCHANGED: &str = "It changed nothing.";

/// The sentence at the head of a workspace's page.
pub fn sentence(row: &Row, context: &Context) -> String {
    let build = &row.build;
    let verb = &build.transition;
    let text = describe(row, context);
    let ended = build.completed_ms;
    match state(row) {
        State::Running => format!("{}.", running_since(row, context)),
        State::Connecting => format!("{}; {}.", running_since(row, context), text.why),
        State::Unhealthy => {
            let why =
                row.health.failing.as_deref().map(|failing| failing_sentence(failing, context)).unwrap_or_default();
            format!("Unhealthy: {why}. {}.", running_since(row, context))
        }
        State::Starting | State::Stopping | State::Deleting => {
            let time = build.started_ms.map(|since| format!(" for {}", since_text(since, context)));
            let phase = context.phase.map(|phase| format!(", now {phase}"));
            let parts = [text.word, time.unwrap_or_default(), phase.unwrap_or_default(), join("; ", &text.left)];
            format!("{}.", parts.concat())
        }
        State::Pending => format!("{}: {}.", text.word, text.why),
        State::Canceling => format!("{}{}.", text.word, join(", ", &text.why)),
        State::Stopped => {
            let by = stop_reason(&build.reason, &build.initiator);
            let since = ended.map(|at| moment(at, context)).unwrap_or_default();
            format!("Stopped{since}, {by}, {}.", last_used(row, context))
        }
        State::Failed => {
            let when = ended.map(|at| format!(" {}", duration::ago(at, context.now_ms, context.local)));
            let what = match verb {
                Transition::Start if may_have_applied(build) => {
                    " Resources that it made may still exist; a retry cleans up first.".to_owned()
                }
                Transition::Start => format!(" {UNCHANGED}"),
                _ => String::new(),
            };
            let (why, more) = (text.why.trim_end_matches('.'), join(", ", &text.more));
            format!("{}{}: {why}{more}.{what}", text.word, when.unwrap_or_default())
        }
        State::Canceled => {
            let when = join(" ", &text.why);
            let left = match build.started_ms {
                None => "It did not begin.",
                Some(_) if may_have_applied(build) => "Resources that it made may still exist.",
                Some(_) => UNCHANGED,
            };
            format!("{}{when}. {left}", text.word)
        }
        State::Dormant => {
            let since = row.dormant_ms.map(|at| moment(at, context)).unwrap_or_default();
            format!("Dormant{since}{}. It starts by hand only, after it is activated.", join(", ", &text.why))
        }
        State::Deleted => {
            format!(
                "Deleted{}.",
                ended
                    .map(|at| format!(" {}", duration::at_in_sentence(at, context.now_ms, context.local)))
                    .unwrap_or_default()
            )
        }
        State::Unknown(status) => {
            format!("The control plane says “{status}”, which this version of Gantry does not know.")
        }
    }
}

fn join(glue: &str, text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("{glue}{text}") }
}

/// ` since today at 10:42 (5 h 50 m)`.
fn moment(since_ms: i64, context: &Context) -> String {
    let at = duration::at_in_sentence(since_ms, context.now_ms, context.local);
    format!(" since {at} ({})", since_text(since_ms, context))
}

fn running_since(row: &Row, context: &Context) -> String {
    let since = row.build.completed_ms.map(|at| moment(at, context)).unwrap_or_default();
    let agents = match (row.health.connected, row.health.agents) {
        (_, 0) => "no agents".to_owned(),
        (1, 1) => "its agent connected".to_owned(),
        (0, 1) => "its agent not connected".to_owned(),
        (2, 2) => "both agents connected".to_owned(),
        (connected, all) if connected == all => format!("all {all} agents connected"),
        (connected, all) => format!("{connected} of {all} agents connected"),
    };
    format!("Running{since}, {agents}, {}", last_used(row, context))
}

fn last_used(row: &Row, context: &Context) -> String {
    match row.last_used_ms {
        None => "never used".to_owned(),
        Some(at) => format!("last used {}", duration::ago(at, context.now_ms, context.local)),
    }
}

fn failing_sentence(failing: &Failing, context: &Context) -> String {
    match &failing.trouble {
        Trouble::Script { script, status, exit_code, .. } => {
            let how = match (status, exit_code) {
                (ScriptStatus::ExitFailure, Some(code)) => format!("exited with code {code}"),
                (ScriptStatus::TimedOut, _) => "timed out".to_owned(),
                _ => format!("ended: {}", script_outcome(status, *exit_code)),
            };
            format!("script {script} of agent {} {how}", failing.agent)
        }
        _ => failing_text(failing, context),
    }
}

fn stop_reason(reason: &BuildReason, initiator: &str) -> String {
    match reason {
        BuildReason::Autostop => "by its schedule".to_owned(),
        BuildReason::Dormancy => "for dormancy".to_owned(),
        BuildReason::Failedstop => "after a failed start".to_owned(),
        _ => by(reason, initiator),
    }
}

#[cfg(test)]
mod tests;

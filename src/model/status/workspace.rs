//! What a workspace is doing, in a mark, a word and a reason: every row of the table "States of a row" (docs/look.md).
//! Pure.

use super::agent::script_outcome;
use super::context::{Context, known_ms, since_text};
use super::mark::{Mark, StatusText, Tone};
use crate::model::duration;
use crate::model::failure::Failure;
use crate::model::progress::{self, Usual};
use crate::model::row::{Coming, ComingStage, Failing, Row, Trouble, is_changing, is_refused_by_quota};
use crate::model::timeline::errors::{job_error, more_errors};
use crate::wire::build::{BuildStatus, JobStatus};

/// What a workspace is doing, all things considered.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum State {
    /// Started and well.
    Running,
    /// Started; an agent is still connecting or running its start scripts.
    Connecting,
    /// Started; an agent is not well.
    Unhealthy,
    /// A start is running.
    Starting,
    /// A build waits for a provisioner.
    Pending,
    /// A stop is running.
    Stopping,
    /// Stopped.
    Stopped,
    /// The last build failed.
    Failed,
    /// The last build was canceled, even if its job then failed.
    Canceled,
    /// The build is being canceled.
    Canceling,
    /// Not used for long, and set aside; its last build has ended.
    Dormant,
    /// A delete is running.
    Deleting,
    /// Deleted.
    Deleted,
    /// A status of a newer control plane.
    Unknown(String),
}

/// What a workspace is doing.
pub(crate) fn state(row: &Row) -> State {
    let build = &row.build;
    if row.dormant_ms.is_some() && !is_changing(row) && build.status != BuildStatus::Deleted {
        return State::Dormant;
    }
    match &build.status {
        BuildStatus::Pending => State::Pending,
        BuildStatus::Starting => State::Starting,
        BuildStatus::Stopping => State::Stopping,
        BuildStatus::Deleting => State::Deleting,
        BuildStatus::Canceling => State::Canceling,
        BuildStatus::Stopped => State::Stopped,
        BuildStatus::Deleted => State::Deleted,
        BuildStatus::Canceled => State::Canceled,
        BuildStatus::Failed if build.canceled_ms.is_some() => State::Canceled,
        BuildStatus::Failed => State::Failed,
        BuildStatus::Running if row.health.failing.is_some() => State::Unhealthy,
        BuildStatus::Running if row.health.coming.is_some() => State::Connecting,
        BuildStatus::Running => State::Running,
        BuildStatus::Other(text) => State::Unknown(text.clone()),
    }
}

/// A row's state in words.
pub fn describe(row: &Row, context: &Context) -> StatusText {
    let build = &row.build;
    let verb = build.transition.as_str();
    let noun = capital(verb);
    match state(row) {
        State::Running => StatusText::new(Mark::Running, Tone::Ok, "Running", required_stop(row)),
        State::Connecting => {
            let why = row.health.coming.as_deref().map(|coming| coming_text(coming, row, context)).unwrap_or_default();
            StatusText::new(Mark::Connecting, Tone::Ok, "Running", why)
        }
        State::Unhealthy => {
            let why = row.health.failing.as_deref().map(|failing| failing_text(failing, context)).unwrap_or_default();
            StatusText::new(Mark::Unhealthy, Tone::Warn, "Unhealthy", why)
        }
        State::Pending => {
            StatusText::new(Mark::Pending, Tone::Busy, format!("{noun} pending"), pending_text(row, context))
        }
        State::Starting => running_build(row, context, Mark::Starting, Tone::Busy, "Starting"),
        State::Stopping => running_build(row, context, Mark::Stopping, Tone::Busy, "Stopping"),
        State::Deleting => running_build(row, context, Mark::Deleting, Tone::Idle, "Deleting"),
        State::Canceling => {
            let why = build.canceled_ms.map(|since| since_text(since, context)).unwrap_or_default();
            StatusText::new(Mark::Canceled, Tone::Busy, format!("Canceling {verb}"), why)
        }
        State::Stopped => StatusText::new(Mark::Stopped, Tone::Idle, "Stopped", ""),
        State::Failed => {
            let why = failed_text(row, context.failure);
            // What is beside an error is told where that is.
            let told = context.failure.filter(|failure| failure.first_error.as_ref() == Some(&why));
            let more = told.map(|failure| more_errors(usize::try_from(failure.more).unwrap_or_default()));
            let text = StatusText::new(Mark::Failed, Tone::Bad, format!("{noun} failed"), why);
            StatusText { more: more.unwrap_or_default(), ..text }
        }
        State::Canceled => {
            let when = build.canceled_ms.or(build.completed_ms);
            let why = when.map(|at| duration::ago(at, context.now_ms, context.local)).unwrap_or_default();
            // The API says who asked for the build, not who canceled it.
            StatusText::new(Mark::Canceled, Tone::Idle, format!("{noun} canceled"), why)
        }
        State::Dormant => StatusText::new(Mark::Dormant, Tone::Dormant, "Dormant", dormant_text(row, context)),
        State::Deleted => StatusText::new(Mark::Deleting, Tone::Idle, "Deleted", ""),
        State::Unknown(status) => {
            StatusText::new(Mark::Unknown, Tone::Idle, status, "a status that this version of Gantry does not know")
        }
    }
}

/// What a build does as the first word of a text: `Start`.
fn capital(verb: &str) -> String {
    let mut letters = verb.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn required_stop(row: &Row) -> &'static str {
    match (row.deadline_ms, row.max_deadline_ms) {
        (Some(deadline), Some(max)) if deadline >= max => "required stop, no extension",
        _ => "",
    }
}

fn coming_text(coming: &Coming, row: &Row, context: &Context) -> String {
    let agent = &coming.agent;
    let time = since_text(coming.since_ms, context);
    match coming.stage {
        ComingStage::Connecting if row.build.has_external_agent => {
            format!("agent {agent} waits to be started by hand, {time}")
        }
        ComingStage::Connecting => format!("agent {agent} connecting, {time}"),
        ComingStage::Scripts => format!("agent {agent} running its start scripts, {time}"),
        ComingStage::SlowScripts => format!("agent {agent} still running its start scripts, {time}"),
    }
}

/// What is wrong with an agent, and how many others are not well.
pub(super) fn failing_text(failing: &Failing, context: &Context) -> String {
    let agent = &failing.agent;
    let text = match &failing.trouble {
        Trouble::Lost { since_ms: Some(since) } => {
            format!("agent {agent} lost connection {}", duration::ago(*since, context.now_ms, context.local))
        }
        Trouble::Lost { since_ms: None } => format!("agent {agent} lost connection"),
        Trouble::TimedOut { since_ms } => {
            format!("agent {agent} has not connected in {}", since_text(*since_ms, context))
        }
        Trouble::ShutDown { ended: true } => format!("agent {agent} has shut down"),
        Trouble::ShutDown { ended: false } => format!("agent {agent} is shutting down"),
        Trouble::Script { script, status, exit_code, more } => {
            let text = format!("script {script}: {}", script_outcome(status, *exit_code));
            if *more > 0 { format!("{text}, {more} more failed") } else { text }
        }
        Trouble::Other(reason) if agent.is_empty() => reason.to_string(),
        Trouble::Other(reason) => format!("agent {agent}: {reason}"),
    };
    match failing.more {
        0 => text,
        1 => format!("{text}, and 1 more agent"),
        more => format!("{text}, and {more} more agents"),
    }
}

fn pending_text(row: &Row, context: &Context) -> String {
    let asked_ms = row.build.created_ms;
    let waited = (asked_ms > duration::UNSAID_MS).then(|| known_ms(context).saturating_sub(asked_ms).max(0));
    let text = progress::waiting(&row.build, waited);
    match progress::last_heard_ms(&row.build) {
        Some(heard) => format!("{text}, last heard of {}", duration::ago(heard, context.now_ms, context.local)),
        None => text,
    }
}

fn running_build(row: &Row, context: &Context, mark: Mark, tone: Tone, word: &str) -> StatusText {
    // Queue time is no part of the statistics, nor of what is shown as elapsed.
    let elapsed = row.build.started_ms.map(|since| known_ms(context).saturating_sub(since).max(0));
    let time = elapsed.map(duration::elapsed);
    let why = match (context.phase, time) {
        (Some(phase), Some(time)) => format!("{phase}, {time}"),
        (Some(phase), None) => phase.to_owned(),
        (None, Some(time)) => time,
        (None, None) => String::new(),
    };
    let mut text = StatusText::new(mark, tone, word, why);
    if let (Some(elapsed), None) = (elapsed, context.held_ms) {
        text.left = progress::left(elapsed, context.usual);
        if let Usual::Known(usual) = context.usual {
            text.progress = Some(progress::progress(elapsed, usual));
        }
    }
    text
}

/// Why the last build failed: the quota's figures, else the first error of its log, else the job's error.
pub(crate) fn failed_text(row: &Row, failure: Option<&Failure>) -> String {
    let build = &row.build;
    let error = build.error.as_deref().unwrap_or_default();
    if is_refused_by_quota(build) {
        return match failure.and_then(|failure| failure.refusal) {
            Some(refusal) => format!("insufficient quota: {} in {}", refusal.in_short(), row.organization_name),
            None => "insufficient quota".to_owned(),
        };
    }
    // What was only said on the level of errors is less than what the job says itself.
    let own = job_error(error);
    if let Some(failure) = failure.filter(|failure| !failure.bare || own.is_none())
        && let Some(first) = &failure.first_error
    {
        return first.clone();
    }
    if let Some(own) = own {
        return own;
    }
    match error.lines().map(str::trim).find(|line| !line.is_empty()) {
        Some(line) => line.to_owned(),
        None if build.job_status == JobStatus::Unknown => {
            "the control plane does not know how the job ended".to_owned()
        }
        None => "the control plane gives no reason".to_owned(),
    }
}

fn dormant_text(row: &Row, context: &Context) -> String {
    let build = &row.build;
    let before = match build.status {
        BuildStatus::Running => "still running".to_owned(),
        BuildStatus::Failed if build.canceled_ms.is_some() => format!("its last {} was canceled", build.transition),
        BuildStatus::Canceled => format!("its last {} was canceled", build.transition),
        BuildStatus::Failed => format!("its last {} failed", build.transition),
        _ => String::new(),
    };
    let fate = row.deleting_ms.map(|at| deletion_text(at, context)).unwrap_or_default();
    match (before.is_empty(), fate.is_empty()) {
        (false, false) => format!("{before}, {fate}"),
        _ => before + &fate,
    }
}

fn deletion_text(at_ms: i64, context: &Context) -> String {
    if at_ms <= context.now_ms {
        return format!("its deletion has been due since {}", duration::at(at_ms, context.now_ms, context.local));
    }
    let days = context.local.day(at_ms).saturating_sub(context.local.day(context.now_ms));
    let away = at_ms.saturating_sub(context.now_ms);
    let left = if days >= 2 { format!("{days} d") } else { duration::left(away) };
    format!("deletes in {left}, on {}", duration::date(at_ms, context.now_ms, context.local))
}

#[cfg(test)]
mod tests;

//! A build in words: whose it is, and how it ended. Pure.

use super::mark::{Mark, StatusText, Tone};
use crate::wire::build::{BuildReason, BuildStatus, Transition};

/// Who a build is of: `by ada`, `by its schedule`, `by the control plane, for dormancy`.
pub fn by(reason: &BuildReason, initiator: &str) -> String {
    match reason {
        BuildReason::Autostart | BuildReason::Autostop => "by its schedule".to_owned(),
        BuildReason::Dormancy => "by the control plane, for dormancy".to_owned(),
        BuildReason::Autodelete => "by the control plane, dormant for too long".to_owned(),
        BuildReason::Failedstop => "by the control plane, after a failed start".to_owned(),
        _ if initiator.is_empty() => "by somebody whom the control plane does not name".to_owned(),
        _ => format!("by {initiator}"),
    }
}

/// How a build ended, for a line of the history: mark, tone and word (`start`, `start failed`, `stop canceled`).
pub fn describe_build(status: &BuildStatus, transition: &Transition, canceled: bool) -> StatusText {
    let verb = transition.as_str();
    let (mark, tone, word) = match status {
        BuildStatus::Running | BuildStatus::Stopped | BuildStatus::Deleted => {
            (Mark::Succeeded, Tone::Ok, verb.to_owned())
        }
        BuildStatus::Pending => (Mark::Pending, Tone::Busy, format!("{verb} pending")),
        BuildStatus::Starting => (Mark::Starting, Tone::Busy, format!("{verb} under way")),
        BuildStatus::Stopping => (Mark::Stopping, Tone::Busy, format!("{verb} under way")),
        BuildStatus::Deleting => (Mark::Deleting, Tone::Busy, format!("{verb} under way")),
        BuildStatus::Canceling => (Mark::Canceled, Tone::Busy, format!("canceling {verb}")),
        BuildStatus::Canceled => (Mark::Canceled, Tone::Idle, format!("{verb} canceled")),
        BuildStatus::Failed if canceled => (Mark::Canceled, Tone::Idle, format!("{verb} canceled")),
        BuildStatus::Failed => (Mark::Failed, Tone::Bad, format!("{verb} failed")),
        BuildStatus::Other(text) => (Mark::Unknown, Tone::Idle, format!("{verb}: {text}")),
    };
    StatusText::new(mark, tone, word, "")
}

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

/// Who wanted a build and why, for a line of the history: `by ada, in the dashboard`, `by its schedule: autostop`.
pub(crate) fn because(reason: &BuildReason, initiator: &str) -> String {
    let how = match reason {
        BuildReason::Autostart => return "by its schedule: autostart".to_owned(),
        BuildReason::Autostop => return "by its schedule: autostop".to_owned(),
        BuildReason::Dormancy => return "by the control plane: not used for long, dormant".to_owned(),
        BuildReason::Autodelete => return "by the control plane: dormant for too long".to_owned(),
        BuildReason::Failedstop => return "by the control plane: its start had failed".to_owned(),
        BuildReason::TaskAutoPause => return "by the control plane: its task was idle".to_owned(),
        BuildReason::Dashboard => "in a dashboard",
        BuildReason::Cli => "on the command line",
        BuildReason::SshConnection => "by connecting with SSH",
        BuildReason::VscodeConnection => "by connecting with VS Code",
        BuildReason::JetbrainsConnection => "by connecting with a JetBrains editor",
        BuildReason::TaskManualPause => "to pause its task",
        BuildReason::TaskResume => "to resume its task",
        BuildReason::Initiator => "",
        BuildReason::Other(word) => word.as_str(),
    };
    let who = by(reason, initiator);
    if how.is_empty() { who } else { format!("{who}, {how}") }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_wanted_a_build_and_why() {
        for (reason, initiator, said) in [
            (BuildReason::Initiator, "ada", "by ada"),
            (BuildReason::Dashboard, "ada", "by ada, in a dashboard"),
            (BuildReason::Cli, "ada", "by ada, on the command line"),
            (BuildReason::SshConnection, "ada", "by ada, by connecting with SSH"),
            (BuildReason::VscodeConnection, "ada", "by ada, by connecting with VS Code"),
            (BuildReason::JetbrainsConnection, "ada", "by ada, by connecting with a JetBrains editor"),
            (BuildReason::Autostart, "ada", "by its schedule: autostart"),
            (BuildReason::Autostop, "", "by its schedule: autostop"),
            (BuildReason::Dormancy, "", "by the control plane: not used for long, dormant"),
            (BuildReason::Autodelete, "", "by the control plane: dormant for too long"),
            (BuildReason::Failedstop, "", "by the control plane: its start had failed"),
            (BuildReason::TaskAutoPause, "", "by the control plane: its task was idle"),
            (BuildReason::TaskManualPause, "ada", "by ada, to pause its task"),
            (BuildReason::TaskResume, "ada", "by ada, to resume its task"),
            (BuildReason::Other("moon_phase".into()), "ada", "by ada, moon_phase"),
            (BuildReason::Dashboard, "", "by somebody whom the control plane does not name, in a dashboard"),
        ] {
            assert_eq!(because(&reason, initiator), said);
        }
    }
}

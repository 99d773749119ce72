//! The one table of what each action is: its words, when it is offered and why not, and which requests it takes
//! (docs/adding-an-action.md). Only the question before an action stands elsewhere (`question`), for the first rows of
//! a list do not need it. Pure.

use super::action::{Action, Reason};
use super::conditions::{failed_start, is_others_in_use, is_up, needs_update, waits_for_a_build};
use super::viewer::Viewer;
use crate::model::operation::setting::Setting;
use crate::model::operation::step::{BuildStep, Step};
use crate::model::permission::Act;
use crate::model::row::Row;
use crate::model::status::{State, state};
use crate::wire::Id;
use crate::wire::build::{BuildStatus, JobStatus, Transition};

/// All actions of a row's menu, in its order.
pub(super) const MENU: [Action; 16] = [
    Action::Start,
    Action::Stop,
    Action::Restart,
    Action::Retry,
    Action::DebugRetry,
    Action::Update,
    Action::ChangeVersion,
    Action::Cancel,
    Action::Activate,
    Action::Favorite,
    Action::Unfavorite,
    Action::Rename,
    Action::AlwaysUpdate,
    Action::NeverUpdate,
    Action::MakeDormant,
    Action::Delete,
];

/// What must be so of a workspace before an action's own rule ([`Entry::check`]) is asked.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Needs {
    /// That it is not deleted.
    NotDeleted,
    /// That no build runs; one that waits is canceled first.
    NoRunningBuild,
    /// That no build is under way, that its status is known, and that it is somebody's: no prebuild.
    Ordinary,
}

/// What an action is.
pub(super) struct Entry {
    /// The word on its button: `Add to favorites`.
    pub(super) word: &'static str,
    /// What it is called in a sentence, before `of web was refused`, if not by the word on its button.
    pub(super) noun: Option<&'static str>,
    /// What is under way while it runs: `Starting`.
    pub(super) doing: &'static str,
    /// What is said of the workspace once it is done: `was deleted`. None: how long the action took is said instead.
    pub(super) done: Option<&'static str>,
    /// Whether its success is told to everybody, and not only to who cannot see the row change.
    pub(super) told: bool,
    /// The words on its button where they depend on the row.
    pub(super) label: Option<fn(&Row) -> String>,
    /// A few words beside the label; empty if the label says it all.
    pub(super) hint: fn(&Row) -> &'static str,
    /// Whether the menu has it.
    pub(super) is_listed: fn(&Row, &Viewer) -> bool,
    /// Whether a question comes first (`question::confirmation`): before what destroys, what changes the version, and
    /// what interrupts something without a way back. A stop is held back instead and can be undone; a build that still
    /// waits has made nothing.
    pub(super) asks: fn(&Row, &Viewer) -> bool,
    /// What the user must be allowed to do to the workspace.
    pub(super) rights: fn(&Row) -> &'static [Act],
    pub(super) needs: Needs,
    /// Why not, where `needs` is met.
    pub(super) check: fn(&Row, &Viewer) -> Result<(), Reason>,
    /// Its requests, one after the other; none where no button offers it.
    pub(super) steps: fn(&Row) -> Vec<Step>,
}

/// An action that is one request and needs no words but its own.
const PLAIN: Entry = Entry {
    word: "",
    noun: None,
    doing: "",
    done: None,
    told: false,
    label: None,
    hint: |_| "",
    is_listed: |_, _| true,
    asks: |_, _| false,
    rights: |_| &[],
    needs: Needs::Ordinary,
    check: |_, _| Ok(()),
    steps: |_| Vec::new(),
};

/// The table.
pub(super) fn entry(action: Action) -> Entry {
    match action {
        Action::Start => Entry {
            word: "Start",
            doing: "Starting",
            rights: |_| &[Act::Start],
            hint: |row| {
                if row.dormant_ms.is_some() {
                    "also ends its dormancy"
                } else if row.build.has_external_agent {
                    "its agent is started by hand, outside"
                } else if row.outdated && row.always_update {
                    "with the version it has"
                } else {
                    ""
                }
            },
            check: |row, viewer| {
                refuse(is_up(row), Reason::AlreadyRunning)?;
                refuse(needs_update(row, viewer), Reason::NeedsActiveVersion)
            },
            steps: |row| vec![start(row, false)],
            ..PLAIN
        },
        Action::Stop => Entry {
            word: "Stop",
            doing: "Stopping",
            asks: is_others_in_use,
            rights: |_| &[Act::Stop],
            // A failed start may have left things that run, and a failed stop must be stopped again.
            check: |row, _| refuse(row.build.status == BuildStatus::Stopped, Reason::AlreadyStopped),
            steps: |_| vec![build(Transition::Stop)],
            ..PLAIN
        },
        Action::Restart => Entry {
            word: "Restart",
            doing: "Restarting",
            hint: |_| "stop, then start",
            asks: |row, _| is_up(row),
            rights: |_| &[Act::Stop, Act::Start],
            check: |row, viewer| {
                refuse(!is_up(row), Reason::NotRunning)?;
                refuse(row.dormant_ms.is_some(), Reason::Dormant)?;
                refuse(needs_update(row, viewer), Reason::NeedsActiveVersion)
            },
            steps: |row| vec![build(Transition::Stop), start(row, false)],
            ..PLAIN
        },
        Action::Update => Entry {
            word: "Update",
            doing: "Updating",
            label: Some(|row| (if is_up(row) { "Update and restart" } else { "Update and start" }).to_owned()),
            hint: |row| {
                if is_up(row) {
                    "stop, then start with the active version"
                } else if failed_start(row) {
                    "cleans up first, then starts the active version"
                } else {
                    "start with the active version"
                }
            },
            asks: |_, _| true,
            rights: to_start_anew,
            check: |row, _| {
                refuse(!row.outdated, Reason::UpToDate)?;
                refuse(row.dormant_ms.is_some(), Reason::Dormant)
            },
            steps: |row| start_anew(row, start(row, true)),
            ..PLAIN
        },
        Action::Retry => Entry {
            word: "Retry",
            doing: "Retrying",
            hint: |row| if failed_start(row) { "cleans up first: stop, then start" } else { "" },
            is_listed: |row, _| state(row) == State::Failed,
            rights: to_retry,
            check: may_retry,
            steps: retry,
            ..PLAIN
        },
        Action::DebugRetry => Entry {
            word: "Retry with a full log",
            noun: Some("Retry"),
            doing: "Retrying",
            // For who may know how the deployment is configured; nobody else could.
            is_listed: |row, viewer| state(row) == State::Failed && viewer.may.debug.is_some(),
            hint: |row| {
                if failed_start(row) {
                    "stop, then start, with all that Terraform says"
                } else {
                    "with all that Terraform says"
                }
            },
            rights: to_retry,
            check: |row, viewer| {
                may_retry(row, viewer)?;
                refuse(viewer.may.debug != Some(true), Reason::DebugOff)
            },
            steps: retry_with_all_said,
            ..PLAIN
        },
        Action::ChangeVersion => Entry {
            word: "Change version",
            doing: "Changing version",
            asks: |_, _| true,
            rights: to_start_anew,
            check: |row, viewer| {
                refuse(row.dormant_ms.is_some(), Reason::Dormant)?;
                refuse(row.require_active_version && viewer.may.template == Some(false), Reason::NotTemplateAdmin)
            },
            // Which version, the question says.
            steps: |row| start_anew(row, start(row, false)),
            ..PLAIN
        },
        Action::Cancel => Entry {
            word: "Cancel",
            doing: "Canceling",
            done: Some("was canceled"),
            label: Some(|row| format!("Cancel {}", row.build.transition)),
            asks: |row, _| matches!(state(row), State::Starting | State::Stopping | State::Deleting),
            needs: Needs::NotDeleted,
            check: may_cancel,
            steps: |row| vec![cancel(row)],
            ..PLAIN
        },
        Action::Delete => Entry {
            word: "Delete",
            doing: "Deleting",
            done: Some("was deleted"),
            told: true,
            hint: |row| if waits_for_a_build(row) { "cancels what waits first" } else { "" },
            asks: |_, _| true,
            rights: |_| &[Act::Delete],
            needs: Needs::NoRunningBuild,
            steps: |row| {
                let first = waits_for_a_build(row).then(|| cancel(row));
                first.into_iter().chain([build(Transition::Delete)]).collect()
            },
            ..PLAIN
        },
        Action::Activate => Entry {
            word: "Activate",
            doing: "Activating",
            done: Some("is no longer dormant"),
            hint: |_| "stays as it is until started",
            is_listed: |row, _| row.dormant_ms.is_some(),
            rights: |_| &[Act::Update],
            needs: Needs::NotDeleted,
            check: |row, _| refuse(row.dormant_ms.is_none(), Reason::NotDormant),
            steps: |_| vec![Step::Set(Setting::Activate)],
            ..PLAIN
        },
        Action::MakeDormant => Entry {
            word: "Make dormant",
            noun: Some("Dormancy"),
            doing: "Making dormant",
            done: Some("is dormant now"),
            hint: |_| "set aside until it is activated",
            is_listed: |row, _| row.dormant_ms.is_none(),
            asks: |_, _| true,
            rights: |_| &[Act::Update],
            check: |row, _| refuse(row.dormant_ms.is_some(), Reason::Dormant),
            steps: |_| vec![Step::Set(Setting::MakeDormant)],
            ..PLAIN
        },
        Action::Favorite => Entry {
            word: "Add to favorites",
            doing: "Changing favorites",
            done: Some("is a favorite now"),
            is_listed: |row, _| !row.favorite,
            needs: Needs::NotDeleted,
            check: owner_alone,
            steps: |_| vec![Step::Set(Setting::Favorite { on: true })],
            ..PLAIN
        },
        Action::Unfavorite => Entry {
            word: "Remove from favorites",
            doing: "Changing favorites",
            done: Some("is no longer a favorite"),
            is_listed: |row, _| row.favorite,
            needs: Needs::NotDeleted,
            check: owner_alone,
            steps: |_| vec![Step::Set(Setting::Favorite { on: false })],
            ..PLAIN
        },
        Action::Rename => Entry {
            word: "Rename",
            doing: "Renaming",
            done: Some("has its new name"),
            told: true,
            asks: |_, _| true,
            rights: |_| &[Act::Update],
            check: |row, _| refuse(row.allow_renames == Some(false), Reason::RenamesOff),
            // To what, the question says.
            ..PLAIN
        },
        Action::AlwaysUpdate => Entry {
            word: "Update automatically",
            noun: Some("Automatic updates"),
            doing: "Changing automatic updates",
            done: Some("is updated by its schedule now"),
            hint: |_| "its schedule starts the active version",
            is_listed: |row, _| !row.always_update,
            rights: |_| &[Act::Update],
            needs: Needs::NotDeleted,
            check: updates_can_be_set,
            steps: |_| vec![Step::Set(Setting::AutomaticUpdates { on: true })],
            ..PLAIN
        },
        Action::NeverUpdate => Entry {
            word: "Stop updating automatically",
            noun: Some("Automatic updates"),
            doing: "Changing automatic updates",
            done: Some("keeps its version when its schedule starts it"),
            hint: |_| "its schedule starts the version it has",
            is_listed: |row, _| row.always_update,
            rights: |_| &[Act::Update],
            needs: Needs::NotDeleted,
            check: updates_can_be_set,
            steps: |_| vec![Step::Set(Setting::AutomaticUpdates { on: false })],
            ..PLAIN
        },
        // No operation of its own: it ends the one that is held back.
        Action::Undo => Entry { word: "Undo", doing: "Undoing", needs: Needs::NotDeleted, ..PLAIN },
    }
}

fn refuse(so: bool, why: Reason) -> Result<(), Reason> {
    if so { Err(why) } else { Ok(()) }
}

fn owner_alone(row: &Row, viewer: &Viewer) -> Result<(), Reason> {
    refuse(row.owner_id != viewer.user_id, Reason::NotOwner)
}

fn may_cancel(row: &Row, viewer: &Viewer) -> Result<(), Reason> {
    match state(row) {
        // Always allowed while pending, if the request says that pending is what it expects.
        State::Pending => Ok(()),
        State::Starting | State::Stopping | State::Deleting => {
            refuse(!row.allow_user_cancel && !viewer.site_owner, Reason::CancelForbidden)
        }
        State::Canceling => Err(Reason::Canceling),
        _ => Err(Reason::NothingRuns),
    }
}

fn updates_can_be_set(row: &Row, _: &Viewer) -> Result<(), Reason> {
    refuse(row.prebuild, Reason::Prebuild)?;
    refuse(row.require_active_version, Reason::AlwaysActive)
}

fn may_retry(row: &Row, viewer: &Viewer) -> Result<(), Reason> {
    let failed = matches!(row.build.status, BuildStatus::Failed | BuildStatus::Canceled);
    refuse(!failed, Reason::NotFailed)?;
    refuse(needs_update(row, viewer) && row.build.transition == Transition::Start, Reason::NeedsActiveVersion)
}

fn to_retry(row: &Row) -> &'static [Act] {
    match &row.build.transition {
        Transition::Start if failed_start(row) => &[Act::Stop, Act::Start],
        Transition::Start => &[Act::Start],
        Transition::Stop => &[Act::Stop],
        Transition::Delete => &[Act::Delete],
        Transition::Other(_) => &[],
    }
}

fn retry(row: &Row) -> Vec<Step> {
    match &row.build.transition {
        Transition::Start if failed_start(row) => vec![build(Transition::Stop), start(row, false)],
        Transition::Start => vec![start(row, false)],
        Transition::Other(_) => Vec::new(),
        transition => vec![build(transition.clone())],
    }
}

/// The same; what failed is done again with a log that tells all.
fn retry_with_all_said(row: &Row) -> Vec<Step> {
    let mut steps = retry(row);
    if let Some(Step::Build(step)) = steps.last_mut() {
        step.debug = true;
    }
    steps
}

/// Whether a stop comes before a start: of what runs, and of what a failed start left.
pub(super) fn stops_first(row: &Row) -> bool {
    is_up(row) || failed_start(row)
}

fn to_start_anew(row: &Row) -> &'static [Act] {
    if stops_first(row) { &[Act::Stop, Act::Start] } else { &[Act::Start] }
}

fn start_anew(row: &Row, start: Step) -> Vec<Step> {
    stops_first(row).then(|| build(Transition::Stop)).into_iter().chain([start]).collect()
}

fn cancel(row: &Row) -> Step {
    let expect_pending = row.build.job_status == JobStatus::Pending;
    Step::Cancel { build: row.build.id, number: row.build.number, expect_pending }
}

fn build(transition: Transition) -> Step {
    Step::Build(BuildStep::of(transition))
}

fn start(row: &Row, update: bool) -> Step {
    Step::Build(BuildStep { version: start_version(row, update), ..BuildStep::of(Transition::Start) })
}

/// The version that a start must name: the active one where it is asked for, or where the template requires it and the
/// workspace has it (somebody may make another one active meanwhile, and then this one is refused rather than
/// changed); else none, which is that of the build before. A version never changes unless it is asked for.
pub fn start_version(row: &Row, update: bool) -> Option<Id> {
    (update || (row.require_active_version && !row.outdated)).then_some(row.template_active_version_id)
}

impl Action {
    /// The word on its button.
    pub fn word(self) -> &'static str {
        entry(self).word
    }

    /// What it is called in a sentence, before `of web was refused`.
    pub(crate) fn noun(self) -> &'static str {
        let entry = entry(self);
        entry.noun.unwrap_or(entry.word)
    }

    /// What is under way while it runs: `Starting`.
    pub fn doing(self) -> &'static str {
        entry(self).doing
    }

    /// What is said of the workspace once it is done, if anything but how long it took: `was deleted`.
    pub(crate) fn done(self) -> Option<&'static str> {
        entry(self).done
    }

    /// Whether its success is told to everybody, for its row does not show it.
    pub(crate) fn is_told(self) -> bool {
        entry(self).told
    }

    /// Its requests, one after the other; none where no button offers it (`offer` says why).
    pub(crate) fn steps(self, row: &Row) -> Vec<Step> {
        (entry(self).steps)(row)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::recordings;

    #[test]
    fn a_start_names_a_version_only_if_it_must() {
        let mut row = recordings::row("workspace/stopped");
        let active = Some(row.template_active_version_id);
        assert_eq!(start_version(&row, false), None);
        assert_eq!(start_version(&row, true), active);
        row.require_active_version = true;
        row.outdated = false;
        assert_eq!(start_version(&row, false), active);
        assert_eq!(start_version(&row, true), active);
        // Who may change the template starts what it has; nobody else is let to.
        row.outdated = true;
        assert_eq!(start_version(&row, false), None);
    }
}

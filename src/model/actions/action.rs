//! The actions by name, and the reasons why one is disabled. What an action is stands in the table (`table`). Pure.

use crate::model::permission::Act;
use crate::wire::build::Transition;
use json_tape::Read;
use serde::Serialize;

/// Something that may be done to a workspace. Stored by its name with an operation under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Read)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Start it, with the version it has.
    Start,
    /// Stop it.
    Stop,
    /// Stop it, then start it, with the version it has.
    Restart,
    /// Start it with the template's active version; stop it first if it runs.
    Update,
    /// Do again what failed; a failed start is cleaned up by a stop first.
    Retry,
    /// The same, with a log that tells all that Terraform does.
    DebugRetry,
    /// Start it with another version of its template; stop it first if it runs.
    ChangeVersion,
    /// Cancel the build under way.
    Cancel,
    /// Delete it with all it has.
    Delete,
    /// End its dormancy; it stays stopped.
    Activate,
    /// Set it aside until it is activated or started; what runs goes on.
    MakeDormant,
    /// Make it a favourite.
    Favorite,
    /// Make it no favourite any more.
    Unfavorite,
    /// Give it another name.
    Rename,
    /// Have its schedule start it with the active version.
    AlwaysUpdate,
    /// Have its schedule start it with the version it has.
    NeverUpdate,
    /// Take back a stop that was not sent yet.
    Undo,
}

/// Why an action is disabled. [`Reason::text`] has the words.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    /// This site lets nobody change anything.
    SwitchedOff,
    /// The browser has no network.
    Offline,
    /// The row could not be refreshed and may be wrong.
    Stale,
    /// An action of this user is already under way on it.
    Busy(Action),
    /// A build is pending or running.
    BuildActive(Transition),
    /// The build is already being canceled.
    Canceling,
    /// There is no build to cancel, nothing to undo.
    NothingRuns,
    /// It runs already.
    AlreadyRunning,
    /// It is stopped already.
    AlreadyStopped,
    /// It is not running.
    NotRunning,
    /// It has failed and must be retried or stopped.
    NotFailed,
    /// A start needs the active version, and this is another.
    NeedsActiveVersion,
    /// It has the active version.
    UpToDate,
    /// It is not dormant.
    NotDormant,
    /// It is dormant.
    Dormant,
    /// The template does not let its users cancel builds that run.
    CancelForbidden,
    /// It is deleted.
    Deleted,
    /// Its status is not known to this version.
    UnknownStatus,
    /// Only the owner can make it a favourite.
    NotOwner,
    /// It waits to be claimed.
    Prebuild,
    /// The user may not do this to it.
    NotPermitted(Act),
    /// Only who may change the template can have another version than the active one.
    NotTemplateAdmin,
    /// The deployment has its workspaces keep their names.
    RenamesOff,
    /// The deployment does not let anybody have logs that tell all.
    DebugOff,
    /// Every start has the active version, whatever is set.
    AlwaysActive,
}

impl Reason {
    /// The words beside the disabled control.
    pub fn text(&self) -> String {
        match self {
            Reason::SwitchedOff => "actions are switched off on this site".into(),
            Reason::Offline => "offline: actions wait until the control plane answers".into(),
            Reason::Stale => "this row is old: refresh it first".into(),
            Reason::Busy(action) => format!("{} is under way", action.doing().to_ascii_lowercase()),
            Reason::BuildActive(transition) => format!("a build is running: {transition}"),
            Reason::Canceling => "the build is already being canceled".into(),
            Reason::NothingRuns => "nothing is running".into(),
            Reason::AlreadyRunning => "already running".into(),
            Reason::AlreadyStopped => "already stopped".into(),
            Reason::NotRunning => "not running".into(),
            Reason::NotFailed => "nothing failed".into(),
            Reason::NeedsActiveVersion => "the template requires its active version".into(),
            Reason::UpToDate => "it has the active version already".into(),
            Reason::NotDormant => "not dormant".into(),
            Reason::Dormant => "dormant: activate it first".into(),
            Reason::CancelForbidden => "the template does not let its users cancel builds".into(),
            Reason::Deleted => "deleted".into(),
            Reason::UnknownStatus => "its status is not known to this version of Gantry".into(),
            Reason::NotOwner => "only its owner can make it a favorite".into(),
            Reason::Prebuild => "it is prebuilt and waits to be claimed".into(),
            Reason::NotPermitted(act) => format!("you have no permission to {} it", act.verb()),
            Reason::NotTemplateAdmin => {
                "the template requires its active version, and you have no permission to change the template".into()
            }
            Reason::RenamesOff => "renaming is switched off on this control plane".into(),
            Reason::DebugOff => "builds that log all are switched off on this control plane".into(),
            Reason::AlwaysActive => "the template requires its active version: every start updates it".into(),
        }
    }
}

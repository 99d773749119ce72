//! Why an action is disabled, in the words that stand beside it. Pure.

use super::action::Action;
use crate::wire::build::Transition;

/// Why an action is disabled.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
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
}

impl Reason {
    /// The words beside the disabled control.
    pub fn text(&self) -> String {
        match self {
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
        }
    }
}

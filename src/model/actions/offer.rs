//! What may be done to a workspace, and why not: one primary action per row, the rest in its menu, each enabled or with its reason
//! (docs/control-plane-api.md, 2.4; docs/look.md, "States of a row"). Permissions are not known here: a refusal by the server is shown in its words. Pure.

use super::action::Action;
use super::reason::Reason;
use crate::model::row::{Row, may_have_applied};
use crate::model::status::{State, state};
use crate::wire::Id;
use crate::wire::build::{BuildStatus, Transition};

/// An action as it is offered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// What it does.
    pub action: Action,
    /// The label: `Update and restart…`. Three dots only if a dialog follows.
    pub label: String,
    /// A few words beside it: `stop, then start`; empty if the label says it all.
    pub hint: &'static str,
    /// Enabled, or why not.
    pub enabled: Result<(), Reason>,
}

impl Offer {
    /// Whether it can be chosen.
    pub fn is_enabled(&self) -> bool {
        self.enabled.is_ok()
    }

    /// What stands beside the label: the reason if disabled, else the hint.
    pub fn note(&self) -> String {
        match &self.enabled {
            Ok(()) => self.hint.to_owned(),
            Err(reason) => reason.text(),
        }
    }
}

/// Who looks, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Viewer {
    /// The user.
    pub user_id: Id,
    /// Whether they have the site-wide role `owner`.
    pub site_owner: bool,
    /// Whether there is no network.
    pub offline: bool,
    /// Whether the row could not be refreshed.
    pub stale: bool,
    /// An action of this user on this workspace that is not over.
    pub busy: Option<Action>,
    /// Whether that action was not sent yet and can be undone.
    pub held: bool,
}

/// The one action of the row's button; `None` where there is none (deleting, deleted).
pub fn primary(row: &Row, viewer: &Viewer) -> Option<Offer> {
    let action = match state(row) {
        _ if viewer.held => Action::Undo,
        State::Running | State::Connecting => Action::Stop,
        State::Unhealthy => first_allowed(row, Action::Restart),
        State::Pending | State::Starting | State::Stopping | State::Canceling => Action::Cancel,
        State::Stopped | State::Canceled => first_allowed(row, Action::Start),
        State::Failed => first_allowed(row, Action::Retry),
        State::Dormant => Action::Activate,
        State::Deleting | State::Deleted | State::Unknown(_) => return None,
    };
    Some(offer(row, viewer, action))
}

/// A start that the template would refuse is an update instead, and says so.
fn first_allowed(row: &Row, action: Action) -> Action {
    if needs_update(row) && starts(row, action) { Action::Update } else { action }
}

fn needs_update(row: &Row) -> bool {
    row.require_active_version && row.outdated
}

/// Whether an action ends in a start with the version the workspace has.
fn starts(row: &Row, action: Action) -> bool {
    match action {
        Action::Start | Action::Restart => true,
        Action::Retry => row.build.transition == Transition::Start,
        _ => false,
    }
}

/// All that is in the menu, in order; the primary action included, so that the menu is the same list in every state.
pub fn menu(row: &Row, viewer: &Viewer) -> Vec<Offer> {
    let mut actions = Vec::with_capacity(9);
    actions.extend([Action::Start, Action::Stop, Action::Restart]);
    if matches!(state(row), State::Failed) {
        actions.push(Action::Retry);
    }
    actions.push(Action::Update);
    actions.push(Action::Cancel);
    if row.dormant_ms.is_some() {
        actions.push(Action::Activate);
    }
    if row.favorite {
        actions.push(Action::Unfavorite);
    } else {
        actions.push(Action::Favorite);
    }
    actions.push(Action::Delete);
    actions.into_iter().map(|action| offer(row, viewer, action)).collect()
}

/// One action, enabled or with the reason.
pub fn offer(row: &Row, viewer: &Viewer, action: Action) -> Offer {
    Offer { action, label: label(row, action), hint: hint(row, action), enabled: check(row, viewer, action) }
}

pub(super) fn label(row: &Row, action: Action) -> String {
    let words = match action {
        Action::Update if is_up(row) => "Update and restart".into(),
        Action::Update => "Update and start".into(),
        Action::Cancel => format!("Cancel {}", row.build.transition),
        _ => action.word().into(),
    };
    if asks(row, action) { words + "…" } else { words }
}

/// Whether a question comes first ([`confirmation`]): before what destroys, what changes the version, and what interrupts something without a
/// way back. A stop is held back instead and can be undone ([`crate::model::operation::HOLD_MS`]); a build that still waits has made nothing.
pub fn asks(row: &Row, action: Action) -> bool {
    match action {
        Action::Delete | Action::Update => true,
        Action::Restart => is_up(row),
        Action::Cancel => matches!(state(row), State::Starting | State::Stopping | State::Deleting),
        _ => false,
    }
}

fn hint(row: &Row, action: Action) -> &'static str {
    match action {
        Action::Restart => "stop, then start",
        Action::Retry if failed_start(row) => "cleans up first: stop, then start",
        Action::Update if is_up(row) => "stop, then start with the active version",
        Action::Update if failed_start(row) => "cleans up first, then starts the active version",
        Action::Update => "start with the active version",
        Action::Start if row.dormant_ms.is_some() => "also ends its dormancy",
        Action::Start if row.build.has_external_agent => "its agent is started by hand, outside",
        Action::Activate => "stays as it is until started",
        _ => "",
    }
}

/// Whether something of it runs that a stop would end.
pub(super) fn is_up(row: &Row) -> bool {
    matches!(row.build.status, BuildStatus::Running)
}

/// Whether the last build is a start that failed or was canceled after its apply had begun: what it made may still be there.
pub fn failed_start(row: &Row) -> bool {
    matches!(row.build.status, BuildStatus::Failed | BuildStatus::Canceled)
        && row.build.transition == Transition::Start
        && may_have_applied(&row.build)
}

fn check(row: &Row, viewer: &Viewer, action: Action) -> Result<(), Reason> {
    if action == Action::Undo {
        // Nothing was sent: neither network nor news are needed.
        return if viewer.held { Ok(()) } else { Err(Reason::NothingRuns) };
    }
    if viewer.offline {
        return Err(Reason::Offline);
    }
    if viewer.stale {
        return Err(Reason::Stale);
    }
    let state = state(row);
    if state == State::Deleted {
        return Err(Reason::Deleted);
    }
    if let Some(busy) = viewer.busy {
        // Its own cancel is how an action under way is ended.
        if action != Action::Cancel || busy == Action::Cancel {
            return Err(Reason::Busy(busy));
        }
    }
    match action {
        Action::Cancel => return check_cancel(row, viewer, &state),
        Action::Favorite | Action::Unfavorite => {
            return if row.owner_id == viewer.user_id { Ok(()) } else { Err(Reason::NotOwner) };
        }
        Action::Activate => return if row.dormant_ms.is_some() { Ok(()) } else { Err(Reason::NotDormant) },
        _ => {}
    }
    match &state {
        State::Canceling => return Err(Reason::Canceling),
        State::Pending | State::Starting | State::Stopping | State::Deleting => {
            return Err(Reason::BuildActive(row.build.transition.clone()));
        }
        State::Unknown(_) if action != Action::Delete => return Err(Reason::UnknownStatus),
        _ => {}
    }
    if row.prebuild && action != Action::Delete {
        return Err(Reason::Prebuild);
    }
    let status = &row.build.status;
    match action {
        Action::Start => match status {
            BuildStatus::Running => Err(Reason::AlreadyRunning),
            _ if needs_update(row) => Err(Reason::NeedsActiveVersion),
            _ => Ok(()),
        },
        // A failed start may have left things that run, and a failed stop must be stopped again.
        Action::Stop => match status {
            BuildStatus::Stopped => Err(Reason::AlreadyStopped),
            _ => Ok(()),
        },
        Action::Restart => match status {
            BuildStatus::Running if row.dormant_ms.is_some() => Err(Reason::Dormant),
            BuildStatus::Running if needs_update(row) => Err(Reason::NeedsActiveVersion),
            BuildStatus::Running => Ok(()),
            _ => Err(Reason::NotRunning),
        },
        Action::Retry => match status {
            BuildStatus::Failed | BuildStatus::Canceled if needs_update(row) && starts(row, action) => {
                Err(Reason::NeedsActiveVersion)
            }
            BuildStatus::Failed | BuildStatus::Canceled => Ok(()),
            _ => Err(Reason::NotFailed),
        },
        Action::Update => {
            if !row.outdated {
                Err(Reason::UpToDate)
            } else if row.dormant_ms.is_some() {
                Err(Reason::Dormant)
            } else {
                Ok(())
            }
        }
        _ => Ok(()),
    }
}

fn check_cancel(row: &Row, viewer: &Viewer, state: &State) -> Result<(), Reason> {
    match state {
        // Always allowed while pending, if the request says that pending is what it expects.
        State::Pending => Ok(()),
        State::Starting | State::Stopping | State::Deleting => {
            if row.allow_user_cancel || viewer.site_owner {
                Ok(())
            } else {
                Err(Reason::CancelForbidden)
            }
        }
        State::Canceling => Err(Reason::Canceling),
        _ => Err(Reason::NothingRuns),
    }
}

#[cfg(test)]
mod tests;

//! What may be done to a workspace, and why not: one primary action per row, the rest in its menu, each enabled or with
//! its reason (docs/control-plane-api.md, 2.4; docs/look.md, "States of a row"). What the user may not do is disabled
//! once that is known; until then it is offered, and a refusal by the server is shown in its words. Pure.

use super::action::{Action, Reason};
use super::conditions::waits_for_a_build;
use super::table::{Entry, MENU, Needs, entry};
use super::viewer::Viewer;
use crate::model::row::Row;
use crate::model::status::{State, state};
use crate::wire::build::BuildStatus;

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

/// The one action of the row's button; `None` where there is none (deleting, deleted).
pub fn primary(row: &Row, viewer: &Viewer) -> Option<Offer> {
    let action = match state(row) {
        _ if viewer.held => Action::Undo,
        State::Running | State::Connecting => Action::Stop,
        State::Unhealthy => or_update(row, viewer, Action::Restart),
        State::Pending | State::Starting | State::Stopping | State::Canceling => Action::Cancel,
        State::Stopped | State::Canceled => or_update(row, viewer, Action::Start),
        State::Failed => or_update(row, viewer, Action::Retry),
        State::Dormant => Action::Activate,
        State::Deleting | State::Deleted | State::Unknown(_) => return None,
    };
    Some(offer(row, viewer, action))
}

/// A start that the template would refuse is an update instead, and says so; also where its owner wants every start to
/// update it.
pub(crate) fn or_update(row: &Row, viewer: &Viewer, action: Action) -> Action {
    let refused = (entry(action).check)(row, viewer) == Err(Reason::NeedsActiveVersion);
    let wanted = action == Action::Start && row.outdated && row.always_update;
    if refused || wanted { Action::Update } else { action }
}

/// All that is in the menu, in order; the primary action included, so that the menu is the same list in every state.
pub fn menu(row: &Row, viewer: &Viewer) -> Vec<Offer> {
    let listed = MENU.into_iter().filter(|action| (entry(*action).is_listed)(row, viewer));
    listed.map(|action| offer(row, viewer, action)).collect()
}

/// One action, enabled or with the reason.
pub(crate) fn offer(row: &Row, viewer: &Viewer, action: Action) -> Offer {
    let entry = entry(action);
    let words = entry.label.map_or_else(|| entry.word.to_owned(), |label| label(row));
    let label = if (entry.asks)(row, viewer) { words + "…" } else { words };
    Offer { action, label, hint: (entry.hint)(row), enabled: check(row, viewer, action, &entry) }
}

/// Whether a question comes first (`confirmation`).
pub(crate) fn asks(row: &Row, viewer: &Viewer, action: Action) -> bool {
    (entry(action).asks)(row, viewer)
}

fn check(row: &Row, viewer: &Viewer, action: Action, entry: &Entry) -> Result<(), Reason> {
    if action == Action::Undo {
        // Nothing was sent: neither network nor news are needed.
        return if viewer.held { Ok(()) } else { Err(Reason::NothingRuns) };
    }
    if viewer.looks_only {
        return Err(Reason::SwitchedOff);
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
    if entry.needs != Needs::NotDeleted {
        match state {
            State::Canceling => return Err(Reason::Canceling),
            State::Pending if entry.needs == Needs::NoRunningBuild && waits_for_a_build(row) => {}
            State::Pending | State::Starting | State::Stopping | State::Deleting => {
                return Err(Reason::BuildActive(row.build.transition.clone()));
            }
            // Dormancy hides the status, and does not make it known.
            _ if entry.needs == Needs::Ordinary && matches!(row.build.status, BuildStatus::Other(_)) => {
                return Err(Reason::UnknownStatus);
            }
            _ => {}
        }
    }
    if row.prebuild && entry.needs == Needs::Ordinary {
        return Err(Reason::Prebuild);
    }
    (entry.check)(row, viewer)?;
    match (entry.rights)(row).iter().find(|act| viewer.may.forbids(**act)) {
        Some(act) => Err(Reason::NotPermitted(*act)),
        None => Ok(()),
    }
}

#[cfg(test)]
mod capabilities;

#[cfg(test)]
mod tests;

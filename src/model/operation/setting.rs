//! What one request sets of a workspace without a build: how a row proves it, and what is said of it. The request
//! itself is `api::workspaces::set`. Pure.

use super::facts::Facts;
use crate::model::status::Mark;
use json_tape::Read;
use serde::Serialize;

/// What is set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Read)]
#[serde(rename_all = "snake_case")]
pub enum Setting {
    /// The end of its dormancy.
    Activate,
    /// Its dormancy.
    MakeDormant,
    /// Whether it is a favourite.
    Favorite {
        /// Whether it is to be one.
        on: bool,
    },
    /// Its name.
    Rename {
        /// The new one.
        to: String,
    },
    /// Whether its schedule starts it with the active version.
    AutomaticUpdates {
        /// Whether it is to.
        on: bool,
    },
}

/// What is said of a setting on its way.
pub(super) struct OnItsWay {
    /// The silhouette in its row.
    pub(super) mark: Mark,
    /// In its row, where it is one of several steps: `activating`.
    pub(super) doing: &'static str,
    /// To whoever leaves meanwhile, after `is still being`: `activated`.
    pub(super) being: &'static str,
}

impl Setting {
    /// Whether a row shows that it is set: the proof where the answer to the request was lost.
    pub(super) fn is_shown_by(&self, facts: &Facts) -> bool {
        match self {
            Setting::Activate => !facts.dormant,
            Setting::MakeDormant => facts.dormant,
            Setting::Favorite { on } => facts.favorite == *on,
            Setting::Rename { to } => facts.name == *to,
            Setting::AutomaticUpdates { on } => facts.always_update == *on,
        }
    }

    /// What is said of it on its way; `None` for what nobody waits for.
    pub(super) fn on_its_way(&self) -> Option<OnItsWay> {
        match self {
            Setting::Activate => Some(OnItsWay { mark: Mark::Dormant, doing: "activating", being: "activated" }),
            Setting::MakeDormant => {
                Some(OnItsWay { mark: Mark::Dormant, doing: "making dormant", being: "made dormant" })
            }
            Setting::Rename { .. } => Some(OnItsWay { mark: Mark::Pending, doing: "renaming", being: "renamed" }),
            Setting::Favorite { .. } | Setting::AutomaticUpdates { .. } => None,
        }
    }

    /// Whether nobody but the owner can set it, an administrator neither.
    pub(super) fn is_owners_alone(&self) -> bool {
        matches!(self, Setting::Favorite { .. })
    }
}

//! Who looks at a workspace, and how. Pure.

use super::action::Action;
use crate::model::permission::Rights;
use crate::wire::Id;

/// Who looks, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Viewer {
    /// The user.
    pub user_id: Id,
    /// Whether they have the site-wide role `owner`.
    pub site_owner: bool,
    /// What they may do to this workspace.
    pub may: Rights,
    /// Whether this site lets nobody change anything.
    pub looks_only: bool,
    /// Whether there is no network.
    pub offline: bool,
    /// Whether the row could not be refreshed.
    pub stale: bool,
    /// An action of this user on this workspace that is not over.
    pub busy: Option<Action>,
    /// Whether that action was not sent yet and can be undone.
    pub held: bool,
    /// Whether it was used a moment ago: sessions are open.
    pub in_use: bool,
}

//! What is stored of an operation, so that a closed tab loses nothing: for each user and workspace, in the browser. The
//! other tabs are told when it changes. May import `browser` and below.

use super::shared::Shared;
use crate::browser::storage;
use crate::browser::storage::Area;
use crate::model::operation::Operation;
use crate::store::session::OPERATIONS;
use crate::store::tabs::Message;
use crate::wire::id::Id;

/// The version of what is stored.
pub(super) const VERSION: u32 = 1;

impl Shared {
    pub(super) fn key(&self, workspace: Id) -> Option<String> {
        self.session.storage_prefix().map(|prefix| format!("{prefix}{OPERATIONS}{workspace}"))
    }

    /// The workspaces of all operations that are stored for the user.
    pub(super) fn all_stored(&self) -> Vec<Id> {
        let Some(prefix) = self.session.storage_prefix().map(|prefix| prefix + OPERATIONS) else { return Vec::new() };
        let keys = storage::keys(Area::Local, &prefix);
        keys.iter().filter_map(|key| key.strip_prefix(&prefix)?.parse().ok()).collect()
    }

    pub(super) fn stored(&self, workspace: Id) -> Option<Operation> {
        storage::load(Area::Local, &self.key(workspace)?, VERSION)
    }

    pub(super) fn save(&self, operation: &Operation) {
        if let Some(key) = self.key(operation.workspace) {
            storage::save(Area::Local, &key, VERSION, operation);
        }
        self.tabs.tell(&Message::Acted { workspace: operation.workspace });
    }

    pub(super) fn forget(&self, workspace: Id) {
        if let Some(key) = self.key(workspace) {
            storage::remove(Area::Local, &key);
        }
        self.tabs.tell(&Message::Acted { workspace });
    }
}

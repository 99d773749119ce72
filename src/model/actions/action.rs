//! The actions by name. Pure.

use crate::words;

words! {
    /// Something that may be done to a workspace.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
    pub enum Action {
        /// Start it, with the version it has.
        Start = "start",
        /// Stop it.
        Stop = "stop",
        /// Stop it, then start it, with the version it has.
        Restart = "restart",
        /// Start it with the template's active version; stop it first if it runs.
        Update = "update",
        /// Do again what failed; a failed start is cleaned up by a stop first.
        Retry = "retry",
        /// Cancel the build under way.
        Cancel = "cancel",
        /// Delete it with all it has.
        Delete = "delete",
        /// End its dormancy; it stays stopped.
        Activate = "activate",
        /// Make it a favourite.
        Favorite = "favorite",
        /// Make it no favourite any more.
        Unfavorite = "unfavorite",
        /// Take back a stop that was not sent yet.
        Undo = "undo",
    }
}

impl Action {
    /// The word on its button.
    pub fn word(self) -> &'static str {
        match self {
            Action::Start => "Start",
            Action::Stop => "Stop",
            Action::Restart => "Restart",
            Action::Update => "Update",
            Action::Retry => "Retry",
            Action::Cancel => "Cancel",
            Action::Delete => "Delete",
            Action::Activate => "Activate",
            Action::Favorite => "Add to favorites",
            Action::Unfavorite => "Remove from favorites",
            Action::Undo => "Undo",
        }
    }

    /// What is under way while it runs: `Starting`.
    pub fn doing(self) -> &'static str {
        match self {
            Action::Start => "Starting",
            Action::Stop => "Stopping",
            Action::Restart => "Restarting",
            Action::Update => "Updating",
            Action::Retry => "Retrying",
            Action::Cancel => "Canceling",
            Action::Delete => "Deleting",
            Action::Activate => "Activating",
            Action::Favorite | Action::Unfavorite => "Changing favorites",
            Action::Undo => "Undoing",
        }
    }
}

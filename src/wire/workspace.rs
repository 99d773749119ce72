//! Workspaces and their list (docs/control-plane-api.md, 2.1, 2.2, 2.5, 2.7). Pure.

use crate::json::LeftOut;
use crate::record;
use crate::text_enum;
use crate::wire::build::WorkspaceBuild;
use crate::wire::id::Id;
use crate::wire::list::List;
use crate::wire::time::Timestamp;
use serde::Serialize;

record! {
    /// `GET /workspaces`: a page of the list.
    #[derive(Clone, Debug, PartialEq, Serialize)]
    pub struct WorkspacesResponse {
        /// The page, in the server's order. Rows whose template the reader may not see are left out, though `count` holds them.
        pub workspaces: List<Workspace>,
        /// How many match the query, whatever the page.
        pub count?: Option<i64>,
    }
}

record! {
    /// A workspace with its latest build.
    #[derive(Clone, Debug, PartialEq, Serialize)]
    pub struct Workspace {
        /// Its id.
        pub id: Id,
        /// When it was made.
        pub created_at?: Timestamp,
        /// Whose it is.
        pub owner_id?: Id,
        /// The owner's username.
        pub owner_name: String,
        /// Its organization.
        pub organization_id?: Id,
        /// The organization's name.
        pub organization_name?: String,
        /// Its template.
        pub template_id?: Id,
        /// The template's name.
        pub template_name?: String,
        /// The template's name for people, perhaps empty.
        pub template_display_name?: String,
        /// A path or an address, perhaps empty.
        pub template_icon?: String,
        /// Whether its users may cancel its builds.
        pub template_allow_user_cancel_workspace_jobs?: Option<bool>,
        /// The version that new builds should have.
        pub template_active_version_id?: Id,
        /// Whether a start needs the active version.
        pub template_require_active_version?: bool,
        /// The newest build.
        pub latest_build: WorkspaceBuild,
        /// Whether the latest build has another version than the active one.
        pub outdated?: bool,
        /// Its name, one of its owner's.
        pub name: String,
        /// When it starts by itself: `CRON_TZ=Europe/Berlin 30 9 * * 1-5`.
        pub autostart_schedule?: Option<String>,
        /// How long a start runs, in milliseconds.
        pub ttl_ms?: Option<i64>,
        /// When it was last used; year 1 for never.
        pub last_used_at?: Option<Timestamp>,
        /// When a dormant workspace will be deleted.
        pub deleting_at?: Option<Timestamp>,
        /// Since when it is dormant.
        pub dormant_at?: Option<Timestamp>,
        /// Whether its agents are well.
        pub health?: Option<WorkspaceHealth>,
        /// Whether a start by schedule takes the active version.
        pub automatic_updates?: AutomaticUpdates,
        /// Whether it is a favourite of its owner; false to everyone else.
        pub favorite?: bool,
        /// When its schedule starts it next.
        pub next_start_at?: Option<Timestamp>,
        /// Whether it waits, built, for somebody to claim it.
        pub is_prebuild?: Option<bool>,
        /// What of it could not be read.
        pub left_out?: LeftOut,
    }
}

record! {
    /// Whether a workspace's agents are well.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct WorkspaceHealth {
        /// Whether all are.
        pub healthy: bool,
    }
}

text_enum! {
    /// Whether builds by schedule take the template's active version.
    AutomaticUpdates {
        Always = "always",
        Never = "never",
    }
}

/// Body of `PUT /workspaces/{id}/dormant`; answered by the workspace, or by an empty 304 if that was its state already.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct SetDormantRequest {
    /// False activates the workspace.
    pub dormant: bool,
}

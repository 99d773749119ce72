//! Workspaces and their list (docs/control-plane-api.md, 2.1, 2.2, 2.5, 2.7). Pure.

use crate::record;
use crate::text_enum;
use crate::wire::build::{BuildParameter, WorkspaceBuild};
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
        pub count: i64,
    }
}

record! {
    /// A workspace with its latest build.
    #[derive(Clone, Debug, PartialEq, Serialize)]
    pub struct Workspace {
        /// Its id.
        pub id: Id,
        /// When it was made.
        pub created_at: Timestamp,
        /// When its row last changed; not a version, builds and agents do not touch it.
        pub updated_at: Timestamp,
        /// Whose it is.
        pub owner_id: Id,
        /// The owner's username.
        pub owner_name: String,
        /// The owner's picture, perhaps empty.
        pub owner_avatar_url: String,
        /// Its organization.
        pub organization_id: Id,
        /// The organization's name.
        pub organization_name: String,
        /// Its template.
        pub template_id: Id,
        /// The template's name.
        pub template_name: String,
        /// The template's name for people, perhaps empty.
        pub template_display_name: String,
        /// A path or an address, perhaps empty.
        pub template_icon: String,
        /// Whether its users may cancel its builds.
        pub template_allow_user_cancel_workspace_jobs: bool,
        /// The version that new builds should have.
        pub template_active_version_id: Id,
        /// Whether a start needs the active version.
        pub template_require_active_version: bool,
        /// The newest build.
        pub latest_build: WorkspaceBuild,
        /// Whether the latest build has another version than the active one.
        pub outdated: bool,
        /// Its name, one of its owner's.
        pub name: String,
        /// When it starts by itself: `CRON_TZ=Europe/Berlin 30 9 * * 1-5`.
        pub autostart_schedule?: Option<String>,
        /// How long a start runs, in milliseconds.
        pub ttl_ms?: Option<i64>,
        /// When it was last used; year 1 for never.
        pub last_used_at: Timestamp,
        /// When a dormant workspace will be deleted.
        pub deleting_at: Option<Timestamp>,
        /// Since when it is dormant.
        pub dormant_at: Option<Timestamp>,
        /// Whether its agents are well.
        pub health: WorkspaceHealth,
        /// Whether a start by schedule takes the active version.
        pub automatic_updates: AutomaticUpdates,
        /// Whether the server lets workspaces be renamed.
        pub allow_renames: bool,
        /// Whether it is a favourite of its owner; false to everyone else.
        pub favorite: bool,
        /// When its schedule starts it next.
        pub next_start_at: Option<Timestamp>,
        /// Whether it waits, built, for somebody to claim it.
        pub is_prebuild?: Option<bool>,
        /// With whom it is shared; absent if with nobody.
        pub shared_with?: List<SharedActor>,
    }
}

record! {
    /// Whether a workspace's agents are well.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct WorkspaceHealth {
        /// Whether all are.
        pub healthy: bool,
        /// Those that are not.
        pub failing_agents: List<Id>,
    }
}

text_enum! {
    /// Whether builds by schedule take the template's active version.
    AutomaticUpdates {
        Always = "always",
        Never = "never",
    }
}

record! {
    /// A user or a group that a workspace is shared with.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct SharedActor {
        /// Who.
        pub id: Id,
        /// A user or a group.
        pub actor_type: ActorType,
        /// The name.
        pub name: String,
        /// The picture.
        pub avatar_url?: Option<String>,
        /// What they may do.
        pub roles: List<WorkspaceRole>,
    }
}

text_enum! {
    /// What a workspace is shared with.
    ActorType {
        User = "user",
        Group = "group",
    }
}

text_enum! {
    /// What somebody may do with a workspace shared with them: `use` may start and stop, not delete.
    WorkspaceRole {
        Use = "use",
        Admin = "admin",
    }
}

/// Body of `PUT /workspaces/{id}/dormant`; answered by the workspace, or by an empty 304 if that was its state already.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct SetDormantRequest {
    /// False activates the workspace.
    pub dormant: bool,
}

/// Body of `PUT /workspaces/{id}/extend`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct ExtendRequest {
    /// The new deadline, at least 29 minutes from now.
    pub deadline: Timestamp,
}

/// Body of `POST /users/{user}/workspaces`: of a template or of one of its versions, never both.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CreateWorkspaceRequest {
    /// Of the template's active version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub template_id: Option<Id>,
    /// Of this version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub template_version_id: Option<Id>,
    /// Letters, digits and single dashes between them, at most 32.
    pub name: String,
    /// When it starts by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub autostart_schedule: Option<String>,
    /// How long a start runs, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ttl_ms: Option<i64>,
    /// Values of the template's parameters.
    #[serde(skip_serializing_if = "List::is_absent")]
    pub rich_parameter_values: List<BuildParameter>,
}

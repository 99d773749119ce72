//! Workspaces and their list (docs/control-plane-api.md, 2.1, 2.2, 2.5, 2.7). Pure.

use crate::wire::build::WorkspaceBuild;
use crate::wire::{Id, Timestamp};
use json_tape::{LeftOut, Read, Word};
use serde::Serialize;

/// A workspace with its latest build.
#[derive(Clone, Debug, PartialEq, Serialize, Read)]
pub struct Workspace {
    pub id: Id,
    #[serde(default)]
    pub created_at: Timestamp,
    #[serde(default)]
    pub owner_id: Id,
    /// The owner's username.
    pub owner_name: String,
    /// The address of the owner's picture, perhaps empty.
    #[serde(default)]
    pub owner_avatar_url: String,
    #[serde(default)]
    pub organization_id: Id,
    #[serde(default)]
    pub organization_name: String,
    #[serde(default)]
    pub template_id: Id,
    #[serde(default)]
    pub template_name: String,
    /// The template's name for people, perhaps empty.
    #[serde(default)]
    pub template_display_name: String,
    /// A path or an address, perhaps empty.
    #[serde(default)]
    pub template_icon: String,
    #[serde(default)]
    pub template_allow_user_cancel_workspace_jobs: Option<bool>,
    #[serde(default)]
    pub template_active_version_id: Id,
    #[serde(default)]
    pub template_require_active_version: bool,
    /// Whether its parameters are asked for in the way of before 2025.
    #[serde(default)]
    pub template_use_classic_parameter_flow: bool,
    pub latest_build: WorkspaceBuild,
    /// Whether the latest build has another version than the active one.
    #[serde(default)]
    pub outdated: bool,
    /// Its name, one of its owner's.
    pub name: String,
    /// When it starts by itself: `CRON_TZ=Europe/Berlin 30 9 * * 1-5`.
    #[serde(default)]
    pub autostart_schedule: Option<String>,
    /// How long a start runs, in milliseconds.
    #[serde(default)]
    pub ttl_ms: Option<i64>,
    /// When it was last used; year 1 for never.
    #[serde(default)]
    pub last_used_at: Option<Timestamp>,
    #[serde(default)]
    pub deleting_at: Option<Timestamp>,
    #[serde(default)]
    pub dormant_at: Option<Timestamp>,
    #[serde(default)]
    pub health: Option<WorkspaceHealth>,
    /// Whether a start by schedule takes the active version.
    #[serde(default)]
    pub automatic_updates: AutomaticUpdates,
    /// Whether the deployment lets workspaces be given another name.
    #[serde(default)]
    pub allow_renames: Option<bool>,
    /// Whether it is a favourite of its owner; false to everyone else.
    #[serde(default)]
    pub favorite: bool,
    /// When its schedule starts it next.
    #[serde(default)]
    pub next_start_at: Option<Timestamp>,
    /// Whether it waits, built, for somebody to claim it.
    #[serde(default)]
    pub is_prebuild: Option<bool>,
    #[serde(skip)]
    #[read(left_out)]
    pub left_out: LeftOut,
}

/// Whether a workspace's agents are well.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Read)]
pub struct WorkspaceHealth {
    pub healthy: bool,
}

/// Whether builds by schedule take the template's active version.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Read, Word)]
#[serde(rename_all = "snake_case")]
pub enum AutomaticUpdates {
    Always,
    Never,
    #[serde(untagged)]
    Other(String),
}

/// Body of `PATCH /workspaces/{id}`; answered by an empty 204.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct RenameRequest {
    pub name: String,
}

/// Body of `PUT /workspaces/{id}/autoupdates`; answered by an empty 204.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct SetAutomaticUpdatesRequest {
    pub automatic_updates: AutomaticUpdates,
}

/// Body of `PUT /workspaces/{id}/autostart`; answered by an empty 204.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct SetAutostartRequest {
    /// Empty for no starts.
    pub schedule: String,
}

/// Body of `PUT /workspaces/{id}/ttl`; answered by an empty 204.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct SetTtlRequest {
    /// Null for until it is stopped.
    pub ttl_ms: Option<i64>,
}

/// Body of `PUT /workspaces/{id}/extend`; answered by a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct ExtendRequest {
    pub deadline: Timestamp,
}

/// Answer of `GET /workspaces/{id}/resolve-autostart`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Read)]
pub struct ResolvedAutostart {
    /// Whether the version that it would start asks for values that it lacks.
    pub parameter_mismatch: bool,
}

/// Body of `PUT /workspaces/{id}/dormant`; answered by the workspace, or by an empty 304 if that was its state already.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct SetDormantRequest {
    /// False activates the workspace.
    pub dormant: bool,
}

//! Templates (docs/control-plane-api.md, 2.8). Pure.

use crate::wire::map::Map;
use crate::wire::port::ShareLevel;
use crate::wire::{Id, List, Timestamp};
use json_tape::Read;
use serde::Serialize;

/// What workspaces are made of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Read)]
pub struct Template {
    pub id: Id,
    #[serde(default)]
    pub updated_at: Timestamp,
    #[serde(default)]
    pub organization_id: Id,
    #[serde(default)]
    pub organization_name: String,
    /// The organization's name for people, perhaps empty.
    #[serde(default)]
    pub organization_display_name: String,
    /// Its name in addresses.
    #[serde(default)]
    pub name: String,
    /// Its name for people, perhaps empty.
    #[serde(default)]
    pub display_name: String,
    #[serde(default)]
    pub description: String,
    /// A path or an address, perhaps empty.
    #[serde(default)]
    pub icon: String,
    #[serde(default)]
    pub active_version_id: Id,
    /// How many people use it; −1 while the control plane counts.
    #[serde(default)]
    pub active_user_count: Option<i64>,
    /// By transition; of the last hundred successful builds.
    #[serde(default)]
    pub build_time_stats: Option<Map<BuildTimeStats>>,
    #[serde(default)]
    pub deprecated: bool,
    /// Why, and what to use instead; perhaps empty.
    #[serde(default)]
    pub deprecation_message: String,
    #[serde(default)]
    pub deleted: bool,
    #[serde(default)]
    pub created_by_id: Id,
    #[serde(default)]
    pub created_by_name: String,
    /// How long a start of a new workspace runs, in milliseconds; 0 for ever.
    #[serde(default)]
    pub default_ttl_ms: Option<i64>,
    #[serde(default)]
    pub allow_user_autostart: Option<bool>,
    #[serde(default)]
    pub allow_user_autostop: Option<bool>,
    #[serde(default)]
    pub allow_user_cancel_workspace_jobs: Option<bool>,
    /// By how much activity puts a stop off, in milliseconds; 0 for not at all.
    #[serde(default)]
    pub activity_bump_ms: Option<i64>,
    /// On which days a workspace has to be stopped.
    #[serde(default)]
    pub autostop_requirement: Option<StopRequirement>,
    /// On which days a start may be planned.
    #[serde(default)]
    pub autostart_requirement: Option<StartRequirement>,
    /// After how long a start that failed is stopped, in milliseconds; 0 for never.
    #[serde(default)]
    pub failure_ttl_ms: Option<i64>,
    /// After how long without use a workspace becomes dormant, in milliseconds; 0 for never.
    #[serde(default)]
    pub time_til_dormant_ms: Option<i64>,
    /// After how long a dormant workspace is deleted, in milliseconds; 0 for never.
    #[serde(default)]
    pub time_til_dormant_autodelete_ms: Option<i64>,
    /// Whether a start takes the active version, whatever was asked for.
    #[serde(default)]
    pub require_active_version: bool,
    /// The most that ports of its workspaces may be shared.
    #[serde(default)]
    pub max_port_share_level: Option<ShareLevel>,
    /// Whether parameters are asked for as servers before autumn 2025 did.
    #[serde(default)]
    pub use_classic_parameter_flow: bool,
}

/// On which days workspaces have to be stopped, when their owner's quiet hours begin.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Read)]
pub struct StopRequirement {
    /// `monday`, …; none for no such rule.
    #[serde(default)]
    pub days_of_week: List<String>,
    /// In which of so many weeks.
    #[serde(default)]
    pub weeks: Option<i64>,
}

/// On which days starts may be planned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Read)]
pub struct StartRequirement {
    /// `monday`, …
    #[serde(default)]
    pub days_of_week: List<String>,
}

/// How long builds take, in milliseconds; `null` until there were some.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Read)]
pub struct BuildTimeStats {
    #[serde(default, rename = "P50")]
    pub p50: Option<i64>,
    #[serde(default, rename = "P95")]
    pub p95: Option<i64>,
}

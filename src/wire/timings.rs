//! Where the time of a build went, as far as the control plane keeps it (docs/control-plane-api.md, 6). Pure.

use crate::wire::agent::ScriptStatus;
use crate::wire::name::Name;
use crate::wire::{Id, List, Timestamp};
use json_tape::{LeftOut, Read, Word};
use serde::Serialize;

/// `GET /workspacebuilds/{id}/timings` and `GET /workspaces/{id}/timings` (of the latest build).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Read)]
pub struct BuildTimings {
    /// Terraform's; empty until the job succeeded, and for ever if it did not.
    #[serde(default)]
    pub provisioner_timings: List<ProvisionerTiming>,
    /// The agents' scripts, in no order.
    #[serde(default)]
    pub agent_script_timings: List<AgentScriptTiming>,
    /// From the end of the build to the agent's first connection; forgotten when a later build succeeds.
    #[serde(default)]
    pub agent_connection_timings: List<AgentConnectionTiming>,
    #[serde(skip)]
    #[read(left_out)]
    pub left_out: LeftOut,
}

/// One thing that Terraform did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Read)]
pub struct ProvisionerTiming {
    /// By the provisioner's clock.
    #[serde(default)]
    pub started_at: Timestamp,
    /// By the provisioner's clock.
    #[serde(default)]
    pub ended_at: Timestamp,
    pub stage: TimingStage,
    /// The provider; `coder` for the row of a whole stage; may be empty.
    #[serde(default)]
    pub source: Name,
    /// `create`, `read`, `state refresh`, `provision`, `load`, …; `terraform` for the row of a whole stage.
    #[serde(default)]
    pub action: Name,
    /// Terraform's address; `coder_stage_plan` for the row of a whole stage.
    #[serde(default)]
    pub resource: String,
}

/// The first run of an agent's script.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Read)]
pub struct AgentScriptTiming {
    /// By the agent's clock.
    #[serde(default)]
    pub started_at: Timestamp,
    /// By the agent's clock.
    #[serde(default)]
    pub ended_at: Timestamp,
    /// 0 if it was well; 255 if it was killed.
    #[serde(default)]
    pub exit_code: Option<i32>,
    pub stage: TimingStage,
    #[serde(default)]
    pub status: ScriptStatus,
    /// The script's name for people; its id is not told.
    #[serde(default)]
    pub display_name: String,
    #[serde(default)]
    pub workspace_agent_id: Id,
    #[serde(default)]
    pub workspace_agent_name: String,
}

/// From the insertion of an agent to its first connection: boot, download and connection in one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Read)]
pub struct AgentConnectionTiming {
    /// When the build ended.
    #[serde(default)]
    pub started_at: Timestamp,
    /// When the agent first connected.
    #[serde(default)]
    pub ended_at: Timestamp,
    pub workspace_agent_id: Id,
    #[serde(default)]
    pub workspace_agent_name: String,
}

/// The stage that a timing belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Read, Word)]
#[serde(rename_all = "snake_case")]
pub enum TimingStage {
    Init,
    Plan,
    Graph,
    Apply,
    Start,
    Stop,
    Cron,
    Connect,
    #[serde(untagged)]
    Other(String),
}

//! Builds and the provisioner jobs that run them (docs/control-plane-api.md, 2.3, 2.4). Pure.

use crate::wire::agent::WorkspaceAgent;
use crate::wire::map::Map;
use crate::wire::parameter::ParameterValue;
use crate::wire::resource::WorkspaceResource;
use crate::wire::{Id, List, Timestamp};
use json_tape::{LeftOut, Read, Word};
use serde::Serialize;

/// One build of a workspace. The answer to a build request is sparse: no resources, no version name, no queue position.
#[derive(Clone, Debug, PartialEq, Serialize, Read)]
pub struct WorkspaceBuild {
    pub id: Id,
    /// When it was asked for.
    #[serde(default)]
    pub created_at: Timestamp,
    #[serde(default)]
    pub workspace_id: Id,
    #[serde(default)]
    pub template_version_id: Id,
    /// Its name; empty in the answer to a build request.
    #[serde(default)]
    pub template_version_name: String,
    /// Counted per workspace, from 1.
    pub build_number: i64,
    pub transition: Transition,
    /// The username of who asked for it.
    #[serde(default)]
    pub initiator_name: String,
    pub job: ProvisionerJob,
    #[serde(default)]
    pub reason: BuildReason,
    /// What it made; empty until it succeeded.
    #[serde(default)]
    pub resources: List<WorkspaceResource>,
    /// When the workspace stops by itself.
    #[serde(default)]
    pub deadline: Option<Timestamp>,
    /// Past which the deadline cannot be moved.
    #[serde(default)]
    pub max_deadline: Option<Timestamp>,
    /// The transition and the job's status in one word.
    pub status: BuildStatus,
    /// Credits per day; 0 until the cost was committed, and for ever if it was refused.
    #[serde(default)]
    pub daily_cost: Option<i64>,
    /// Which provisioners could run it; only meaningful while it waits, and never filled by
    /// `GET /workspacebuilds/{id}`.
    #[serde(default)]
    pub matched_provisioners: Option<MatchedProvisioners>,
    /// Whether an agent is started by hand outside; absent while the job runs.
    #[serde(default)]
    pub has_external_agent: Option<bool>,
    #[serde(skip)]
    #[read(left_out)]
    pub left_out: LeftOut,
}

/// A job of a provisioner: a build, or the import of a template version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Read)]
pub struct ProvisionerJob {
    pub id: Id,
    #[serde(default)]
    pub created_at: Timestamp,
    #[serde(default)]
    pub started_at: Option<Timestamp>,
    /// When it ended, however.
    #[serde(default)]
    pub completed_at: Option<Timestamp>,
    #[serde(default)]
    pub canceled_at: Option<Timestamp>,
    /// What it failed with; the same words for a failed and for a cancelled apply.
    #[serde(default)]
    pub error: Option<String>,
    #[serde(default)]
    pub error_code: Option<JobErrorCode>,
    pub status: JobStatus,
    /// From 1 while it waits; 0 otherwise.
    /// What a provisioner must have to take it.
    #[serde(default)]
    pub tags: Option<Map<String>>,
    #[serde(default)]
    pub queue_position: Option<i64>,
    #[serde(default)]
    pub queue_size: Option<i64>,
    #[serde(default)]
    pub logs_overflowed: Option<bool>,
}

/// How far a job is.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Read, Word)]
#[serde(rename_all = "snake_case")]
pub enum JobStatus {
    Pending,
    Running,
    Succeeded,
    Canceling,
    Canceled,
    Failed,
    Unknown,
    #[serde(untagged)]
    Other(String),
}

/// The kind of a job's failure.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Read, Word)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum JobErrorCode {
    RequiredTemplateVariables,
    InsufficientQuota,
    #[serde(untagged)]
    Other(String),
}

/// The status of a workspace: that of its latest build.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Read, Word)]
#[serde(rename_all = "snake_case")]
pub enum BuildStatus {
    Pending,
    Starting,
    Running,
    Stopping,
    Stopped,
    Failed,
    Canceling,
    Canceled,
    Deleting,
    Deleted,
    #[serde(untagged)]
    Other(String),
}

/// What a build does.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Read, Word)]
#[serde(rename_all = "snake_case")]
pub enum Transition {
    Start,
    Stop,
    Delete,
    #[serde(untagged)]
    Other(String),
}

/// Why a build was made. `initiator`: somebody asked for it and did not say through what.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Read, Word)]
#[serde(rename_all = "snake_case")]
pub enum BuildReason {
    Initiator,
    Autostart,
    Autostop,
    Dormancy,
    Dashboard,
    Cli,
    SshConnection,
    VscodeConnection,
    JetbrainsConnection,
    TaskAutoPause,
    TaskManualPause,
    TaskResume,
    Autodelete,
    Failedstop,
    #[serde(untagged)]
    Other(String),
}

/// Which provisioners could take a waiting job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Read)]
pub struct MatchedProvisioners {
    /// How many carry its tags.
    pub count: i64,
    /// How many of these have been heard of lately, whether they are busy or not.
    pub available: i64,
    /// When the last of them was heard of.
    #[serde(default)]
    pub most_recently_seen: Option<Timestamp>,
}

/// How much a build writes into its log, if more than usual.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum LogLevel {
    Debug,
}

/// Body of `POST /workspaces/{id}/builds`. What is left out is as in the previous build, the version included.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct CreateBuildRequest {
    pub transition: Transition,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub template_version_id: Option<Id>,
    /// Those that are to differ from the build before.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rich_parameter_values: Vec<ParameterValue>,
    /// Its values win over those above.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub template_version_preset_id: Option<Id>,
    /// Only with a delete: the resources stay.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub orphan: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log_level: Option<LogLevel>,
    /// Ignored by a delete.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<BuildReason>,
}

impl WorkspaceBuild {
    /// When it was asked for: its job's time, else the best that is told; zero where nothing is.
    pub fn asked_at(&self) -> Timestamp {
        let told = [Some(self.job.created_at), Some(self.created_at), self.job.started_at, self.job.completed_at];
        told.into_iter().flatten().find_map(Timestamp::known).unwrap_or(Timestamp::ZERO)
    }

    pub fn agents(&self) -> impl Iterator<Item = &WorkspaceAgent> {
        self.resources.iter().flat_map(|resource| resource.agents.iter())
    }
}

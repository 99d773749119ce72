//! Builds and the provisioner jobs that run them (docs/control-plane-api.md, 2.3, 2.4). Pure.

use crate::json::LeftOut;
use crate::record;
use crate::text_enum;
use crate::wire::agent::WorkspaceAgent;
use crate::wire::id::Id;
use crate::wire::list::List;
use crate::wire::resource::WorkspaceResource;
use crate::wire::time::Timestamp;
use serde::Serialize;

record! {
    /// One build of a workspace. The answer to a build request is sparse: no resources, no version name, no queue position.
    #[derive(Clone, Debug, PartialEq, Serialize)]
    pub struct WorkspaceBuild {
        /// Its id.
        pub id: Id,
        /// When it was asked for.
        pub created_at?: Timestamp,
        /// The workspace.
        pub workspace_id?: Id,
        /// The template version built.
        pub template_version_id?: Id,
        /// Its name; empty in the answer to a build request.
        pub template_version_name?: String,
        /// Counted per workspace, from 1.
        pub build_number: i64,
        /// Start, stop or delete.
        pub transition: Transition,
        /// The username of who asked for it.
        pub initiator_name?: String,
        /// The job that ran it.
        pub job: ProvisionerJob,
        /// Why it was made.
        pub reason?: BuildReason,
        /// What it made; empty until it succeeded.
        pub resources?: List<WorkspaceResource>,
        /// When the workspace stops by itself.
        pub deadline?: Option<Timestamp>,
        /// Past which the deadline cannot be moved.
        pub max_deadline?: Option<Timestamp>,
        /// The transition and the job's status in one word.
        pub status: BuildStatus,
        /// Credits per day; 0 until the cost was committed, and for ever if it was refused.
        pub daily_cost?: Option<i64>,
        /// Which provisioners could run it; only meaningful while it waits, and never filled by `GET /workspacebuilds/{id}`.
        pub matched_provisioners?: Option<MatchedProvisioners>,
        /// Whether an agent is started by hand outside; absent while the job runs.
        pub has_external_agent?: Option<bool>,
        /// What of it could not be read.
        pub left_out?: LeftOut,
    }
}

record! {
    /// A job of a provisioner: a build, or the import of a template version.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct ProvisionerJob {
        /// Its id.
        pub id: Id,
        /// When it was queued.
        pub created_at?: Timestamp,
        /// When a provisioner took it.
        pub started_at?: Option<Timestamp>,
        /// When it ended, however.
        pub completed_at?: Option<Timestamp>,
        /// When it was asked to cancel.
        pub canceled_at?: Option<Timestamp>,
        /// What it failed with; the same words for a failed and for a cancelled apply.
        pub error?: Option<String>,
        /// The failure's kind, where it has one.
        pub error_code?: Option<JobErrorCode>,
        /// How far it is.
        pub status: JobStatus,
        /// From 1 while it waits; 0 otherwise.
        pub queue_position?: Option<i64>,
        /// How many wait.
        pub queue_size?: Option<i64>,
        /// Whether its log was cut off.
        pub logs_overflowed?: Option<bool>,
    }
}

text_enum! {
    /// How far a job is.
    JobStatus {
        Pending = "pending",
        Running = "running",
        Succeeded = "succeeded",
        Canceling = "canceling",
        Canceled = "canceled",
        Failed = "failed",
        Unknown = "unknown",
    }
}

text_enum! {
    /// The kind of a job's failure.
    JobErrorCode {
        RequiredTemplateVariables = "REQUIRED_TEMPLATE_VARIABLES",
        InsufficientQuota = "INSUFFICIENT_QUOTA",
    }
}

text_enum! {
    /// The status of a workspace: that of its latest build.
    BuildStatus {
        Pending = "pending",
        Starting = "starting",
        Running = "running",
        Stopping = "stopping",
        Stopped = "stopped",
        Failed = "failed",
        Canceling = "canceling",
        Canceled = "canceled",
        Deleting = "deleting",
        Deleted = "deleted",
    }
}

text_enum! {
    /// What a build does.
    Transition {
        Start = "start",
        Stop = "stop",
        Delete = "delete",
    }
}

text_enum! {
    /// Why a build was made. `initiator`: somebody asked for it and did not say through what.
    BuildReason {
        Initiator = "initiator",
        Autostart = "autostart",
        Autostop = "autostop",
        Dormancy = "dormancy",
        Dashboard = "dashboard",
        Cli = "cli",
        SshConnection = "ssh_connection",
        VscodeConnection = "vscode_connection",
        JetbrainsConnection = "jetbrains_connection",
        TaskAutoPause = "task_auto_pause",
        TaskManualPause = "task_manual_pause",
        TaskResume = "task_resume",
        Autodelete = "autodelete",
        Failedstop = "failedstop",
    }
}

record! {
    /// Which provisioners could take a waiting job.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct MatchedProvisioners {
        /// How many carry its tags.
        pub count: i64,
        /// How many of these have been heard of lately.
        pub available: i64,
    }
}

record! {
    /// The value of a parameter: of `GET /workspacebuilds/{id}/parameters`, and in requests.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct BuildParameter {
        /// Its name.
        pub name: String,
        /// Its value; lists as a JSON array in text, booleans as `true` and `false`.
        pub value: String,
    }
}

/// Body of `POST /workspaces/{id}/builds`. What is left out is as in the previous build, the version included.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CreateBuildRequest {
    /// What to do.
    pub transition: Transition,
    /// The version to build; the previous build's if left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub template_version_id: Option<Id>,
    /// Values that change.
    #[serde(skip_serializing_if = "List::is_absent")]
    pub rich_parameter_values: List<BuildParameter>,
    /// A preset, which outranks the values.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub template_version_preset_id: Option<Id>,
    /// Delete without touching the infrastructure; needs rights on the template.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub orphan: Option<bool>,
    /// Why; ignored by a delete.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<BuildReason>,
}

impl WorkspaceBuild {
    /// When it was asked for: its job's time, else the best that is told; zero where nothing is.
    pub fn asked_at(&self) -> Timestamp {
        let told = [Some(self.job.created_at), Some(self.created_at), self.job.started_at, self.job.completed_at];
        told.into_iter().flatten().find_map(Timestamp::known).unwrap_or(Timestamp::ZERO)
    }

    /// The agents of all its resources.
    pub fn agents(&self) -> impl Iterator<Item = &WorkspaceAgent> {
        self.resources.iter().flat_map(|resource| resource.agents.iter())
    }
}

impl CreateBuildRequest {
    /// The plain request for a transition: everything else as in the previous build.
    pub fn new(transition: Transition) -> CreateBuildRequest {
        CreateBuildRequest {
            transition,
            template_version_id: None,
            rich_parameter_values: List::Absent,
            template_version_preset_id: None,
            orphan: None,
            reason: None,
        }
    }
}

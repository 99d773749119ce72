//! What the control plane keeps: users, organizations, templates, workspaces, builds. Plain data that is stored as it
//! stands. May import `clock`. Times are microseconds since the Unix epoch; 0 stands for "never" (Go's zero time).

mod agent;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::clock::Us;

pub use agent::{Agent, AgentEvent, AgentLogLine, AgentStep, App, MetadataItem, Script};

/// A person.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct User {
    /// Id.
    pub id: Uuid,
    /// Name in URLs and queries.
    pub username: String,
    /// Full name, may be empty.
    pub name: String,
    /// E-mail, by which one signs in.
    pub email: String,
    /// Address of a picture, may be empty.
    pub avatar_url: String,
    /// argon2 in PHC form; empty for people who do not sign in by password.
    pub password_hash: String,
    /// `password`, `oidc`, ….
    pub login_type: String,
    /// `active`, `dormant` (never signed in) or `suspended`.
    pub status: String,
    /// Site-wide roles: `owner`, `template-admin`, `user-admin`, `auditor`.
    pub roles: Vec<String>,
    /// The organizations they belong to, with their roles there.
    pub organizations: BTreeMap<Uuid, Vec<String>>,
    /// When it was made.
    pub created_at: Us,
    /// When it last changed.
    pub updated_at: Us,
    /// Last request; 0 if never.
    pub last_seen_at: Us,
    /// Accounts elsewhere that they signed in to, by provider, with the time.
    #[serde(default)]
    pub links: BTreeMap<String, Us>,
    /// When their quiet hours begin, if they have set it.
    #[serde(default)]
    pub quiet_hours: Option<String>,
}

/// A session or a token.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Key {
    /// Ten characters, the first part of the token.
    pub id: String,
    /// SHA-256 of the secret part.
    pub secret_hash: Vec<u8>,
    /// Whose it is.
    pub user_id: Uuid,
    /// `password` for a session, `token` for a named token.
    pub login_type: String,
    /// Name of a token, empty for a session.
    pub token_name: String,
    /// Lifetime in seconds.
    pub lifetime_seconds: i64,
    /// When it was made.
    pub created_at: Us,
    /// When it ends.
    pub expires_at: Us,
    /// Last use; 0 if never.
    pub last_used: Us,
}

/// An organization.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Organization {
    /// Id.
    pub id: Uuid,
    /// Name in URLs and queries.
    pub name: String,
    /// Name to show.
    pub display_name: String,
    /// Icon, may be empty.
    pub icon: String,
    /// One sentence.
    pub description: String,
    /// Whether it is the deployment's first.
    pub is_default: bool,
    /// When it was made.
    pub created_at: Us,
    /// When it last changed.
    pub updated_at: Us,
}

/// A group of an organization; what it allows is added up into a member's budget.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Group {
    /// Id; the group Everyone has the organization's.
    pub id: Uuid,
    /// Its organization.
    pub organization_id: Uuid,
    /// Name.
    pub name: String,
    /// Credits it adds to the budget of each member.
    pub quota_allowance: i64,
    /// Its members; Everyone means all of the organization whatever stands here.
    pub members: Vec<Uuid>,
}

/// A template.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Template {
    /// Id.
    pub id: Uuid,
    /// Its organization.
    pub organization_id: Uuid,
    /// Name in URLs and queries.
    pub name: String,
    /// Name to show.
    pub display_name: String,
    /// One sentence.
    pub description: String,
    /// Icon path.
    pub icon: String,
    /// The version new workspaces get.
    pub active_version_id: Uuid,
    /// Who made it.
    pub created_by: Uuid,
    /// Time until autostop of new workspaces, in milliseconds.
    pub default_ttl_ms: i64,
    /// How far activity moves the deadline, in milliseconds.
    pub activity_bump_ms: i64,
    /// Whether workspaces must be on the active version to start.
    pub require_active_version: bool,
    /// Whether members may cancel running builds.
    pub allow_user_cancel: bool,
    /// Whether members may set autostart.
    pub allow_user_autostart: bool,
    /// Whether members may set their own time until stop.
    pub allow_user_autostop: bool,
    /// Days of the required stop, empty for none.
    pub autostop_days: Vec<String>,
    /// Time until an unused workspace goes dormant, ms; 0 never.
    pub dormant_after_ms: i64,
    /// Time until a dormant workspace is deleted, ms; 0 never.
    pub delete_after_ms: i64,
    /// Time after which a failed start is stopped, ms; 0 never.
    pub failure_ttl_ms: i64,
    /// Why it must not be used any more; empty if it may.
    pub deprecation_message: String,
    /// Whether its parameters are checked in the way of before 2025.
    #[serde(default)]
    pub classic: bool,
    /// When it was made.
    pub created_at: Us,
    /// When it last changed.
    pub updated_at: Us,
}

/// A version of a template.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Version {
    /// Id.
    pub id: Uuid,
    /// Its template.
    pub template_id: Uuid,
    /// Name.
    pub name: String,
    /// What changed.
    pub message: String,
    /// Which infrastructure it describes (`blueprint`).
    pub blueprint: String,
    /// Who made it.
    pub created_by: Uuid,
    /// Id of the import job.
    pub job_id: Uuid,
    /// Id of the uploaded archive.
    pub file_id: Uuid,
    /// Why its import failed; empty if it did not.
    pub import_error: String,
    /// Whether it is still being imported.
    #[serde(default)]
    pub importing: bool,
    /// Tags beyond the usual ones that a provisioner must have; no provisioner here has any.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
    /// When it was made.
    pub created_at: Us,
    /// When it last changed.
    pub updated_at: Us,
}

/// A workspace.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Workspace {
    /// Id.
    pub id: Uuid,
    /// Whose it is.
    pub owner_id: Uuid,
    /// Its organization.
    pub organization_id: Uuid,
    /// Its template.
    pub template_id: Uuid,
    /// Name, unique among the owner's that are not deleted.
    pub name: String,
    /// Cron line of the automatic start.
    pub autostart: Option<String>,
    /// Time until stop in milliseconds.
    pub ttl_ms: Option<i64>,
    /// `always` or `never`.
    pub automatic_updates: String,
    /// Whether the owner marked it.
    pub favorite: bool,
    /// Since when it is dormant.
    pub dormant_at: Option<Us>,
    /// When it will be deleted.
    pub deleting_at: Option<Us>,
    /// Last use; 0 if never.
    pub last_used_at: Us,
    /// Whether a delete build has succeeded.
    pub deleted: bool,
    /// People it is shared with: `use` or `admin`.
    pub acl: BTreeMap<Uuid, String>,
    /// Addresses of the resources that exist, as Terraform's state holds them, with their ids.
    pub state: BTreeMap<String, String>,
    /// Ports that others may reach.
    #[serde(default)]
    pub shares: Vec<PortShare>,
    /// When it was made.
    pub created_at: Us,
    /// When it last changed.
    pub updated_at: Us,
}

/// A port of an agent that others may reach.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PortShare {
    /// The agent's name.
    pub agent_name: String,
    /// The port.
    pub port: i64,
    /// `authenticated`, `organization`, `public`.
    pub share_level: String,
    /// `http`, `https`.
    pub protocol: String,
}

/// What a build is to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Transition {
    /// Start.
    Start,
    /// Stop.
    Stop,
    /// Delete.
    Delete,
}

impl Transition {
    /// The API's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Stop => "stop",
            Self::Delete => "delete",
        }
    }
}

/// The provisioner job of a build.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Job {
    /// Id.
    pub id: Uuid,
    /// When it was queued.
    pub created_at: Us,
    /// When a provisioner took it.
    pub started_at: Option<Us>,
    /// When it ended.
    pub completed_at: Option<Us>,
    /// When somebody cancelled it.
    pub canceled_at: Option<Us>,
    /// Why it failed.
    pub error: Option<String>,
    /// `INSUFFICIENT_QUOTA`, ….
    pub error_code: Option<String>,
    /// The provisioner that took it.
    pub worker_id: Option<Uuid>,
    /// Whether no provisioner will ever take it.
    pub unmatched: bool,
}

/// What is known of a job, by the API's rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobStatus {
    /// In the queue.
    Pending,
    /// A provisioner works on it.
    Running,
    /// Done.
    Succeeded,
    /// Cancelled, the provisioner has not answered.
    Canceling,
    /// Cancelled without an error.
    Canceled,
    /// Ended with an error, cancelled or not.
    Failed,
}

impl JobStatus {
    /// The API's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Running => "running",
            Self::Succeeded => "succeeded",
            Self::Canceling => "canceling",
            Self::Canceled => "canceled",
            Self::Failed => "failed",
        }
    }
}

impl Job {
    /// A job that has just been queued.
    pub fn queued(at: Us) -> Self {
        Self {
            id: Uuid::new_v4(),
            created_at: at,
            started_at: None,
            completed_at: None,
            canceled_at: None,
            error: None,
            error_code: None,
            worker_id: None,
            unmatched: false,
        }
    }

    /// The status that follows from the times and the error.
    pub fn status(&self) -> JobStatus {
        let error = self.error.as_deref().is_some_and(|text| !text.is_empty());
        match (self.completed_at.is_some(), error, self.canceled_at.is_some(), self.started_at.is_some()) {
            (_, true, _, _) => JobStatus::Failed,
            (true, false, true, _) => JobStatus::Canceled,
            (true, false, false, _) => JobStatus::Succeeded,
            (false, false, true, _) => JobStatus::Canceling,
            (false, false, false, false) => JobStatus::Pending,
            (false, false, false, true) => JobStatus::Running,
        }
    }

    /// Whether it has not ended.
    pub fn is_active(&self) -> bool {
        self.completed_at.is_none()
    }
}

/// One row of `provisioner_timings`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProvisionerTiming {
    /// `init`, `plan`, `apply`, `graph`.
    pub stage: String,
    /// The provider, or `coder`.
    pub source: String,
    /// `create`, `read`, `terraform`, ….
    pub action: String,
    /// Address of the resource.
    pub resource: String,
    /// Start.
    pub started_at: Us,
    /// End.
    pub ended_at: Us,
}

/// One row of `agent_script_timings`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ScriptTiming {
    /// The script; rows are ordered by it, as on the real server.
    pub script_id: Uuid,
    /// The agent, which may be forgotten.
    pub agent_id: Uuid,
    /// Its name.
    pub agent_name: String,
    /// The script's name.
    pub display_name: String,
    /// `start`, `stop`, `cron`.
    pub stage: String,
    /// `ok`, `exit_failure`, `timed_out`, `pipes_left_open`.
    pub status: String,
    /// Exit code.
    pub exit_code: i32,
    /// Start.
    pub started_at: Us,
    /// End.
    pub ended_at: Us,
}

/// A build.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Build {
    /// Id.
    pub id: Uuid,
    /// Its workspace.
    pub workspace_id: Uuid,
    /// From 1.
    pub number: i64,
    /// What it does.
    pub transition: Transition,
    /// The template version it runs.
    pub version_id: Uuid,
    /// Who asked for it.
    pub initiator_id: Uuid,
    /// Why.
    pub reason: String,
    /// Its job.
    pub job: Job,
    /// What it made; the agents with it.
    pub resources: Vec<Resource>,
    /// When the workspace stops.
    pub deadline: Option<Us>,
    /// When it must stop.
    pub max_deadline: Option<Us>,
    /// Committed cost.
    pub daily_cost: i64,
    /// The parameters it ran with.
    pub parameters: Vec<(String, String)>,
    /// Preset the values came from.
    pub preset_id: Option<Uuid>,
    /// Whether it deletes without destroying.
    pub orphan: bool,
    /// Whether its log tells all.
    #[serde(default)]
    pub debug: bool,
    /// Stored on success only.
    pub timings: Vec<ProvisionerTiming>,
    /// Rows of its agents' scripts; they outlive the agents.
    pub script_timings: Vec<ScriptTiming>,
    /// When it was made.
    pub created_at: Us,
    /// When it last changed.
    pub updated_at: Us,
}

impl Build {
    /// A workspace's build that has just been asked for, by the initiator's own wish.
    pub fn queued(
        workspace: Uuid,
        number: i64,
        transition: Transition,
        version: Uuid,
        initiator: Uuid,
        at: Us,
    ) -> Self {
        Self {
            id: Uuid::new_v4(),
            workspace_id: workspace,
            number,
            transition,
            version_id: version,
            initiator_id: initiator,
            reason: "initiator".to_owned(),
            job: Job::queued(at),
            resources: Vec::new(),
            deadline: None,
            max_deadline: None,
            daily_cost: 0,
            parameters: Vec::new(),
            preset_id: None,
            orphan: false,
            debug: false,
            timings: Vec::new(),
            script_timings: Vec::new(),
            created_at: at,
            updated_at: at,
        }
    }

    /// The workspace status that follows from job and transition.
    pub fn status(&self) -> &'static str {
        match (self.job.status(), self.transition) {
            (JobStatus::Pending, _) => "pending",
            (JobStatus::Running, Transition::Start) => "starting",
            (JobStatus::Running, Transition::Stop) => "stopping",
            (JobStatus::Running, Transition::Delete) => "deleting",
            (JobStatus::Succeeded, Transition::Start) => "running",
            (JobStatus::Succeeded, Transition::Stop) => "stopped",
            (JobStatus::Succeeded, Transition::Delete) => "deleted",
            (JobStatus::Canceling, _) => "canceling",
            (JobStatus::Canceled, _) => "canceled",
            (JobStatus::Failed, _) => "failed",
        }
    }

    /// All agents of the build.
    pub fn agents(&self) -> impl Iterator<Item = &Agent> {
        self.resources.iter().flat_map(|resource| resource.agents.iter())
    }

    /// One agent, to change it.
    pub fn agent_mut(&mut self, id: Uuid) -> Option<&mut Agent> {
        self.resources.iter_mut().flat_map(|resource| resource.agents.iter_mut()).find(|agent| agent.id == id)
    }
}

/// A resource.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Resource {
    /// Id.
    pub id: Uuid,
    /// When the row was made.
    pub created_at: Us,
    /// Terraform's type.
    pub kind: String,
    /// Terraform's name.
    pub name: String,
    /// Whether a dashboard should leave it out.
    pub hide: bool,
    /// Icon, may be empty.
    pub icon: String,
    /// Credits a day.
    pub daily_cost: i64,
    /// Key, value, sensitive.
    pub metadata: Vec<(String, String, bool)>,
    /// Its agents.
    pub agents: Vec<Agent>,
}

/// One line of a build's log.
#[derive(Debug, Clone)]
pub struct LogLine {
    /// Rises over all logs; 0 until stored.
    pub id: i64,
    /// Provisioner's time; stored in milliseconds.
    pub created_at: Us,
    /// Whether the daemon speaks, not the provisioner.
    pub daemon: bool,
    /// `info`, `warn`, `error`, `debug`.
    pub level: &'static str,
    /// Stage.
    pub stage: String,
    /// Text.
    pub output: String,
}

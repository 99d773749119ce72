//! Agents, their scripts, apps and logs (docs/control-plane-api.md, 2.3, 2.6). Pure.

use crate::wire::log::LogLevel;
use crate::wire::map::Map;
use crate::wire::port::ShareLevel;
use crate::wire::{Id, List, Timestamp};
use json_tape::{Read, Word};
use serde::Serialize;

/// The agent of a resource: the program inside the workspace that the control plane talks to.
#[derive(Clone, Debug, PartialEq, Serialize, Read)]
pub struct WorkspaceAgent {
    /// Its id, new with every start.
    pub id: Id,
    /// The agent that made it, for a dev container.
    #[serde(default)]
    pub parent_id: Option<Id>,
    /// When its row was made: when the build ended.
    #[serde(default)]
    pub created_at: Timestamp,
    #[serde(default)]
    pub first_connected_at: Option<Timestamp>,
    #[serde(default)]
    pub last_connected_at: Option<Timestamp>,
    #[serde(default)]
    pub disconnected_at: Option<Timestamp>,
    #[serde(default)]
    pub started_at: Option<Timestamp>,
    #[serde(default)]
    pub ready_at: Option<Timestamp>,
    pub status: AgentStatus,
    #[serde(default)]
    pub lifecycle_state: AgentLifecycle,
    /// Its name in the template.
    pub name: String,
    /// `amd64`, `arm64`, …
    #[serde(default)]
    pub architecture: String,
    /// `linux`, `darwin`, `windows`.
    #[serde(default)]
    pub operating_system: String,
    /// Whether the log was cut off at 1 MiB.
    #[serde(default)]
    pub logs_overflowed: bool,
    /// Its directory as the agent found it.
    #[serde(default)]
    pub expanded_directory: Option<String>,
    #[serde(default)]
    pub apps: List<WorkspaceApp>,
    /// By relay region; absent until measured.
    #[serde(default)]
    pub latency: Option<Map<RegionLatency>>,
    /// After how long without a connection it counts as timed out; 0 for never.
    #[serde(default)]
    pub connection_timeout_seconds: Option<i64>,
    #[serde(default)]
    pub troubleshooting_url: String,
    #[serde(default)]
    pub health: Option<AgentHealth>,
    /// Which of the built-in apps the template shows.
    #[serde(default)]
    pub display_apps: List<DisplayApp>,
    #[serde(default)]
    pub log_sources: List<AgentLogSource>,
    /// Its scripts, with their latest result.
    #[serde(default)]
    pub scripts: List<AgentScript>,
}

/// Whether an agent is there.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Read, Word)]
#[serde(rename_all = "snake_case")]
pub enum AgentStatus {
    Connecting,
    Connected,
    Disconnected,
    Timeout,
    #[serde(untagged)]
    Other(String),
}

/// How far an agent's scripts are. `off` after it ended in order; a killed one keeps the state it had.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Read, Word)]
#[serde(rename_all = "snake_case")]
pub enum AgentLifecycle {
    Created,
    Starting,
    StartTimeout,
    StartError,
    Ready,
    ShuttingDown,
    ShutdownTimeout,
    ShutdownError,
    Off,
    #[serde(untagged)]
    Other(String),
}

/// Whether an agent is well.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Read)]
pub struct AgentHealth {
    pub healthy: bool,
    /// Why not, in a few words.
    #[serde(default)]
    pub reason: Option<String>,
}

/// How far a relay region is from an agent.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Read)]
pub struct RegionLatency {
    /// Whether the agent uses it.
    #[serde(default)]
    pub preferred: bool,
    pub latency_ms: f64,
}

/// A built-in app.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Read, Word)]
#[serde(rename_all = "snake_case")]
pub enum DisplayApp {
    Vscode,
    VscodeInsiders,
    WebTerminal,
    PortForwardingHelper,
    SshHelper,
    #[serde(untagged)]
    Other(String),
}

/// Where log lines of an agent come from: a script, or the agent itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Read)]
pub struct AgentLogSource {
    /// Its id, that lines name.
    pub id: Id,
    #[serde(default)]
    pub display_name: String,
}

/// A script of an agent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Read)]
pub struct AgentScript {
    #[serde(default)]
    pub run_on_start: bool,
    /// Whether nobody can log in before it has ended.
    #[serde(default)]
    pub start_blocks_login: Option<bool>,
    #[serde(default)]
    pub display_name: String,
    /// Of its latest run.
    #[serde(default)]
    pub exit_code: Option<i32>,
    /// Of its latest run; absent until it ended.
    #[serde(default)]
    pub status: Option<ScriptStatus>,
}

/// How a script ended.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Read, Word)]
#[serde(rename_all = "snake_case")]
pub enum ScriptStatus {
    Ok,
    ExitFailure,
    TimedOut,
    PipesLeftOpen,
    #[serde(untagged)]
    Other(String),
}

/// An app of an agent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Read)]
pub struct WorkspaceApp {
    /// Its address: inside the workspace, or outside if `external`.
    #[serde(default)]
    pub url: Option<String>,
    /// Whether `url` is for the browser, or for a program of the user's machine.
    #[serde(default)]
    pub external: bool,
    /// Its name in paths.
    pub slug: String,
    #[serde(default)]
    pub display_name: Option<String>,
    /// A command for the terminal.
    #[serde(default)]
    pub command: Option<String>,
    /// Whether it is served under a host of its own.
    #[serde(default)]
    pub subdomain: bool,
    /// The first part of that host.
    #[serde(default)]
    pub subdomain_name: Option<String>,
    #[serde(default)]
    pub health: AppHealth,
    #[serde(default)]
    pub hidden: bool,
    /// A path or an address, perhaps empty.
    #[serde(default)]
    pub icon: Option<String>,
    /// Who may open it.
    #[serde(default)]
    pub sharing_level: ShareLevel,
}

/// Whether an app is well.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Read, Word)]
#[serde(rename_all = "snake_case")]
pub enum AppHealth {
    Disabled,
    Initializing,
    Healthy,
    Unhealthy,
    #[serde(untagged)]
    Other(String),
}

/// A line of an agent's log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Read)]
pub struct AgentLog {
    /// Rising; to resume after.
    pub id: i64,
    #[serde(default)]
    pub created_at: Timestamp,
    /// The line, with its escape sequences.
    #[serde(default)]
    pub output: String,
    #[serde(default)]
    pub level: LogLevel,
    #[serde(default)]
    pub source_id: Id,
}

//! Agents, and what they have and do. May import `clock`.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::clock::Us;

/// An agent.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Agent {
    /// Id.
    pub id: Uuid,
    /// Name.
    pub name: String,
    /// When the row was made.
    pub created_at: Us,
    /// When it last changed.
    pub updated_at: Us,
    /// First connection.
    pub first_connected_at: Option<Us>,
    /// When it was seen last, if it is not connected any more.
    pub last_connected_at: Option<Us>,
    /// When it went away.
    pub disconnected_at: Option<Us>,
    /// When its scripts began.
    pub started_at: Option<Us>,
    /// When its blocking scripts were done.
    pub ready_at: Option<Us>,
    /// `created`, `starting`, `ready`, `start_error`, `start_timeout`, `off`, ….
    pub lifecycle: String,
    /// Seconds after which a missing connection is called a timeout; 0 never.
    pub connection_timeout_s: i64,
    /// Directory it opens.
    pub directory: String,
    /// Length of its log.
    pub logs_length: i64,
    /// Whether the log was too long to keep.
    pub logs_overflowed: bool,
    /// Latency to the relay, in microseconds.
    pub latency_us: i64,
    /// Its scripts.
    pub scripts: Vec<Script>,
    /// Its apps.
    pub apps: Vec<App>,
    /// What it reports of itself again and again.
    #[serde(default)]
    pub metadata: Vec<MetadataItem>,
    /// What will happen to it, and when.
    pub plan: Vec<AgentStep>,
    /// How much of the plan has happened.
    pub done: usize,
}

/// Something that an agent reports of itself again and again.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct MetadataItem {
    /// Key.
    pub key: String,
    /// Name to show.
    pub display_name: String,
    /// What it runs.
    pub script: String,
    /// Seconds from one time to the next.
    pub interval_s: i64,
    /// Seconds after which it is given up.
    pub timeout_s: i64,
}

/// What an agent does at a time.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AgentStep {
    /// When.
    pub at: Us,
    /// What.
    pub what: AgentEvent,
}

/// The things that happen to an agent.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum AgentEvent {
    /// It connects for the first time.
    Connect,
    /// It starts its scripts.
    Starting,
    /// A line of a script's log: script index, text.
    Log(usize, String),
    /// Many lines at once: script index, number of lines.
    Flood(usize, usize),
    /// A script ends: index, start, status, exit code.
    ScriptEnd(usize, Us, String, i32),
    /// Its lifecycle changes.
    Lifecycle(String),
    /// An app's health changes: index, health.
    AppHealth(usize, String),
    /// The connection timeout has passed: watchers are told.
    TimedOut,
    /// It is seen no more.
    Disconnect,
}

/// A script of an agent.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Script {
    /// Id.
    pub id: Uuid,
    /// Id of the log source of the same name.
    pub source_id: Uuid,
    /// Name.
    pub display_name: String,
    /// Icon of the log source.
    pub icon: String,
    /// What it runs.
    pub script: String,
    /// Cron line, may be empty.
    pub cron: String,
    /// Whether it runs when the agent starts.
    pub on_start: bool,
    /// Whether it runs when the agent stops.
    pub on_stop: bool,
    /// Whether one has to wait for it.
    pub blocks_login: bool,
    /// In seconds; 0 none.
    pub timeout_s: i64,
    /// Its last status.
    pub status: Option<String>,
    /// Its last exit code.
    pub exit_code: Option<i32>,
}

/// An app of an agent.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct App {
    /// Id.
    pub id: Uuid,
    /// Name in URLs.
    pub slug: String,
    /// Name to show.
    pub display_name: String,
    /// Address inside the workspace, or outside.
    pub url: String,
    /// Whether `url` leads away.
    pub external: bool,
    /// Command of a terminal app.
    pub command: String,
    /// Icon, may be empty.
    pub icon: String,
    /// Whether it is checked.
    pub healthcheck: bool,
    /// `disabled`, `initializing`, `healthy`, `unhealthy`.
    pub health: String,
    /// `owner`, `authenticated`, `public`.
    pub sharing: String,
}

/// One line of an agent's log.
#[derive(Debug, Clone)]
pub struct AgentLogLine {
    /// Rises over all agents' logs; 0 until stored.
    pub id: i64,
    /// When.
    pub created_at: Us,
    /// `info`, ….
    pub level: &'static str,
    /// Text.
    pub output: String,
    /// The script's log source.
    pub source_id: Uuid,
}

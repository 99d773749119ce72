//! Agents, their scripts, apps and logs (docs/control-plane-api.md, 2.3, 2.6). Pure.

use crate::record;
use crate::text_enum;
use crate::wire::id::Id;
use crate::wire::list::List;
use crate::wire::log::LogLevel;
use crate::wire::map::Map;
use crate::wire::time::Timestamp;
use serde::Serialize;

record! {
    /// The agent of a resource: the program inside the workspace that the control plane talks to.
    #[derive(Clone, Debug, PartialEq, Serialize)]
    pub struct WorkspaceAgent {
        /// Its id, new with every start.
        pub id: Id,
        /// The agent that made it, for a dev container.
        pub parent_id?: Option<Id>,
        /// When its row was made: when the build ended.
        pub created_at?: Timestamp,
        /// When it first connected.
        pub first_connected_at?: Option<Timestamp>,
        /// When it was last heard of.
        pub last_connected_at?: Option<Timestamp>,
        /// When it went.
        pub disconnected_at?: Option<Timestamp>,
        /// When its start scripts began.
        pub started_at?: Option<Timestamp>,
        /// When they had ended.
        pub ready_at?: Option<Timestamp>,
        /// Whether it is there.
        pub status: AgentStatus,
        /// How far its scripts are.
        pub lifecycle_state?: AgentLifecycle,
        /// Its name in the template.
        pub name: String,
        /// `amd64`, `arm64`, …
        pub architecture?: String,
        /// `linux`, `darwin`, `windows`.
        pub operating_system?: String,
        /// Whether the log was cut off at 1 MiB.
        pub logs_overflowed?: bool,
        /// Its directory as the agent found it.
        pub expanded_directory?: Option<String>,
        /// Its apps.
        pub apps?: List<WorkspaceApp>,
        /// By relay region; absent until measured.
        pub latency?: Option<Map<RegionLatency>>,
        /// After how long without a connection it counts as timed out; 0 for never.
        pub connection_timeout_seconds?: Option<i64>,
        /// Where to read on.
        pub troubleshooting_url?: String,
        /// Whether it is well.
        pub health?: Option<AgentHealth>,
        /// Which of the built-in apps the template shows.
        pub display_apps?: List<DisplayApp>,
        /// Where its log lines come from.
        pub log_sources?: List<AgentLogSource>,
        /// Its scripts, with their latest result.
        pub scripts?: List<AgentScript>,
    }
}

text_enum! {
    /// Whether an agent is there.
    AgentStatus {
        Connecting = "connecting",
        Connected = "connected",
        Disconnected = "disconnected",
        Timeout = "timeout",
    }
}

text_enum! {
    /// How far an agent's scripts are. `off` after it ended in order; a killed one keeps the state it had.
    AgentLifecycle {
        Created = "created",
        Starting = "starting",
        StartTimeout = "start_timeout",
        StartError = "start_error",
        Ready = "ready",
        ShuttingDown = "shutting_down",
        ShutdownTimeout = "shutdown_timeout",
        ShutdownError = "shutdown_error",
        Off = "off",
    }
}

record! {
    /// Whether an agent is well.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct AgentHealth {
        /// Whether it is.
        pub healthy: bool,
        /// Why not, in a few words.
        pub reason?: Option<String>,
    }
}

record! {
    /// How far a relay region is from an agent.
    #[derive(Clone, Copy, Debug, PartialEq, Serialize)]
    pub struct RegionLatency {
        /// Whether the agent uses it.
        pub preferred?: bool,
        /// Milliseconds.
        pub latency_ms: f64,
    }
}

text_enum! {
    /// A built-in app.
    DisplayApp {
        Vscode = "vscode",
        VscodeInsiders = "vscode_insiders",
        WebTerminal = "web_terminal",
        PortForwardingHelper = "port_forwarding_helper",
        SshHelper = "ssh_helper",
    }
}

record! {
    /// Where log lines of an agent come from: a script, or the agent itself.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct AgentLogSource {
        /// Its id, that lines name.
        pub id: Id,
        /// Its name for people.
        pub display_name?: String,
    }
}

record! {
    /// A script of an agent.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct AgentScript {
        /// Whether it runs at the start.
        pub run_on_start?: bool,
        /// Its name for people.
        pub display_name?: String,
        /// Of its latest run.
        pub exit_code?: Option<i32>,
        /// Of its latest run; absent until it ended.
        pub status?: Option<ScriptStatus>,
    }
}

text_enum! {
    /// How a script ended.
    ScriptStatus {
        Ok = "ok",
        ExitFailure = "exit_failure",
        TimedOut = "timed_out",
        PipesLeftOpen = "pipes_left_open",
    }
}

record! {
    /// An app of an agent.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct WorkspaceApp {
        /// Its address: inside the workspace, or outside if `external`.
        pub url?: Option<String>,
        /// Whether `url` is for the browser, or for a program of the user's machine.
        pub external?: bool,
        /// Its name in paths.
        pub slug: String,
        /// Its name for people.
        pub display_name?: Option<String>,
        /// A command for the terminal.
        pub command?: Option<String>,
        /// Whether it is served under a host of its own.
        pub subdomain?: bool,
        /// The first part of that host.
        pub subdomain_name?: Option<String>,
        /// Whether it is well.
        pub health?: AppHealth,
        /// Whether the template hides it.
        pub hidden?: bool,
    }
}

text_enum! {
    /// Whether an app is well.
    AppHealth {
        Disabled = "disabled",
        Initializing = "initializing",
        Healthy = "healthy",
        Unhealthy = "unhealthy",
    }
}

record! {
    /// A line of an agent's log.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct AgentLog {
        /// Rising; to resume after.
        pub id: i64,
        /// When the agent wrote it.
        pub created_at?: Timestamp,
        /// The line, with its escape sequences.
        pub output?: String,
        /// How bad.
        pub level?: LogLevel,
        /// Which of the agent's log sources.
        pub source_id?: Id,
    }
}

//! Where the time of a build went, as far as the control plane keeps it (docs/control-plane-api.md, 6). Pure.

use crate::json::LeftOut;
use crate::record;
use crate::text_enum;
use crate::wire::agent::ScriptStatus;
use crate::wire::id::Id;
use crate::wire::list::List;
use crate::wire::time::Timestamp;
use serde::Serialize;

record! {
    /// `GET /workspacebuilds/{id}/timings` and `GET /workspaces/{id}/timings` (of the latest build).
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct BuildTimings {
        /// Terraform's; empty until the job succeeded, and for ever if it did not.
        pub provisioner_timings?: List<ProvisionerTiming>,
        /// The agents' scripts, in no order.
        pub agent_script_timings?: List<AgentScriptTiming>,
        /// From the end of the build to the agent's first connection; forgotten when a later build succeeds.
        pub agent_connection_timings?: List<AgentConnectionTiming>,
        /// What of it could not be read.
        pub left_out?: LeftOut,
    }
}

record! {
    /// One thing that Terraform did.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct ProvisionerTiming {
        /// By the provisioner's clock.
        pub started_at?: Timestamp,
        /// By the provisioner's clock.
        pub ended_at?: Timestamp,
        /// Init, plan, graph or apply.
        pub stage: TimingStage,
        /// The provider; `coder` for the row of a whole stage; may be empty.
        pub source?: String,
        /// `create`, `read`, `state refresh`, `provision`, `load`, …; `terraform` for the row of a whole stage.
        pub action?: String,
        /// Terraform's address; `coder_stage_plan` for the row of a whole stage.
        pub resource?: String,
    }
}

record! {
    /// The first run of an agent's script.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct AgentScriptTiming {
        /// By the agent's clock.
        pub started_at?: Timestamp,
        /// By the agent's clock.
        pub ended_at?: Timestamp,
        /// 0 if it was well; 255 if it was killed.
        pub exit_code?: Option<i32>,
        /// Start, stop or cron.
        pub stage: TimingStage,
        /// How it ended.
        pub status?: ScriptStatus,
        /// The script's name for people; its id is not told.
        pub display_name?: String,
        /// The agent.
        pub workspace_agent_id?: Id,
        /// The agent's name.
        pub workspace_agent_name?: String,
    }
}

record! {
    /// From the insertion of an agent to its first connection: boot, download and connection in one.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct AgentConnectionTiming {
        /// When the build ended.
        pub started_at?: Timestamp,
        /// When the agent first connected.
        pub ended_at?: Timestamp,
        /// The agent.
        pub workspace_agent_id: Id,
        /// The agent's name.
        pub workspace_agent_name?: String,
    }
}

text_enum! {
    /// The stage that a timing belongs to.
    TimingStage {
        Init = "init",
        Plan = "plan",
        Graph = "graph",
        Apply = "apply",
        Start = "start",
        Stop = "stop",
        Cron = "cron",
        Connect = "connect",
    }
}

//! What a build is made of: its phases, in the order in which they happen, and the names under which the control plane
//! and its log know them (docs/control-plane-api.md, 6.1 to 6.3). Pure; imports `wire` alone.

use crate::wire::timings::TimingStage;

/// A phase of a build. The order of the variants is the order in which they happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Phase {
    /// Waiting for a provisioner: from the job's creation to its start.
    Queue,
    /// `terraform init`.
    Init,
    /// `terraform plan`.
    Plan,
    /// `terraform apply`, of a destroy too.
    Apply,
    /// `terraform graph`.
    Graph,
    /// From the end of provisioning to the agent's first connection: boot, download and connection in one.
    Connect,
    /// The agent's scripts.
    Scripts,
}

impl Phase {
    /// All phases in the order in which they happen.
    pub const ALL: [Self; 7] =
        [Self::Queue, Self::Init, Self::Plan, Self::Apply, Self::Graph, Self::Connect, Self::Scripts];

    /// The phase's word, which is also the suffix of its colour token (`--p-queue`, …).
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queue => "queue",
            Self::Init => "init",
            Self::Plan => "plan",
            Self::Apply => "apply",
            Self::Graph => "graph",
            Self::Connect => "connect",
            Self::Scripts => "scripts",
        }
    }
}

/// What a reader calls the last stage of a job's log.
pub(super) const LAST_STAGE: &str = "cleaning up";

/// What a stage of the provisioner is: its phase, if it is one, and what a reader calls it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stage {
    /// None: a stage that is no phase, or one that this version does not know.
    pub phase: Option<Phase>,
    /// The reader's word.
    pub label: String,
}

impl Stage {
    /// Of a stage's name in a build's log. A name that this version does not know is kept as it is.
    pub(crate) fn of_log(name: &str) -> Self {
        // Their case changed from one version of the control plane to another.
        let (phase, label) = match name.to_ascii_lowercase().as_str() {
            "setting up" => (None, "setting up"),
            "initializing terraform directory" => (Some(Phase::Init), "init"),
            "planning infrastructure" => (Some(Phase::Plan), "plan"),
            "commit quota" => (None, "commit quota"),
            "starting workspace" | "stopping workspace" | "destroying workspace" => (Some(Phase::Apply), "apply"),
            "graphing infrastructure" => (Some(Phase::Graph), "graph"),
            "cleaning up" => (None, LAST_STAGE),
            "" => (None, "no stage"),
            _ => (None, name),
        };
        Self { phase, label: label.to_owned() }
    }

    /// Of the stage of a provisioner's timing. A stage that this version does not know is kept as it is.
    pub(crate) fn of_timing(stage: &TimingStage) -> Self {
        let phase = match stage {
            TimingStage::Init => Some(Phase::Init),
            TimingStage::Plan => Some(Phase::Plan),
            TimingStage::Apply => Some(Phase::Apply),
            TimingStage::Graph => Some(Phase::Graph),
            TimingStage::Start
            | TimingStage::Stop
            | TimingStage::Cron
            | TimingStage::Connect
            | TimingStage::Other(_) => None,
        };
        Self { phase, label: stage.as_str().to_owned() }
    }
}

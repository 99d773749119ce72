//! What a build is made of: its phases, in the order in which they happen, and the names under which the control plane and its
//! log know them (docs/control-plane-api.md, 6.1 to 6.3). Pure; imports nothing.

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

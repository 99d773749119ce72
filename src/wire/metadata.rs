//! What an agent tells of itself while it runs, by the scripts of its template (docs/control-plane-api.md, 1.7). Pure.

use crate::wire::Timestamp;
use json_tape::Read;
use serde::Serialize;

/// One item of what an agent tells: what its script wrote last, and which script that is. Frames of
/// `GET /workspaceagents/{id}/watch-metadata-ws` hold all items of the agent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Read)]
pub struct AgentMetadata {
    #[serde(default)]
    pub result: MetadataResult,
    #[serde(default)]
    pub description: MetadataDescription,
}

/// What a script wrote last.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Read)]
pub struct MetadataResult {
    /// The Unix epoch where it never ran.
    #[serde(default)]
    pub collected_at: Timestamp,
    /// Seconds since then, when the frame was sent.
    #[serde(default)]
    pub age: Option<i64>,
    #[serde(default)]
    pub value: String,
    /// What went wrong; empty if nothing did.
    #[serde(default)]
    pub error: String,
}

/// Which script it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Read)]
pub struct MetadataDescription {
    #[serde(default)]
    pub display_name: String,
    /// One of its agent's.
    #[serde(default)]
    pub key: String,
    /// Seconds between two runs; 0 for one run alone.
    #[serde(default)]
    pub interval: i64,
    /// Seconds that a run may take.
    #[serde(default)]
    pub timeout: i64,
}

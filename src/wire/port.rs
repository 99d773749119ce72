//! Ports of agents, and who else may reach them (docs/control-plane-api.md, 2.5, 2.6). Pure.

use crate::wire::List;
use json_tape::{Read, Word};
use serde::Serialize;

/// Answer of `GET /workspaceagents/{id}/listening-ports`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Read)]
pub struct ListeningPorts {
    pub ports: List<ListeningPort>,
}

/// A port on which a process of the workspace listens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Read)]
pub struct ListeningPort {
    /// Empty where the agent may not see it.
    #[serde(default)]
    pub process_name: String,
    pub port: i64,
}

/// Answer of `GET /workspaces/{id}/port-share`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Read)]
pub struct PortShares {
    pub shares: List<PortShare>,
}

/// A port that others may reach. Body of `POST /workspaces/{id}/port-share` as well.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Read)]
pub struct PortShare {
    #[serde(default)]
    pub agent_name: String,
    pub port: i64,
    #[serde(default)]
    pub share_level: ShareLevel,
    #[serde(default)]
    pub protocol: PortProtocol,
}

/// Who may reach a port, or an app.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Read, Word)]
#[serde(rename_all = "snake_case")]
pub enum ShareLevel {
    Owner,
    Organization,
    Authenticated,
    Public,
    #[serde(untagged)]
    Other(String),
}

/// What a port speaks.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Read, Word)]
#[serde(rename_all = "snake_case")]
pub enum PortProtocol {
    Http,
    Https,
    #[serde(untagged)]
    Other(String),
}

/// Body of `DELETE /workspaces/{id}/port-share`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct UnsharePortRequest {
    pub agent_name: String,
    pub port: i64,
}

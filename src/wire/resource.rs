//! What a build made (docs/control-plane-api.md, 2.3). Pure.

use crate::wire::List;
use crate::wire::agent::WorkspaceAgent;
use json_tape::Read;
use serde::Serialize;

/// A Terraform resource of a build.
#[derive(Clone, Debug, PartialEq, Serialize, Read)]
pub struct WorkspaceResource {
    /// Terraform's type: `docker_container`.
    #[serde(default)]
    pub r#type: String,
    /// Terraform's name: `main`, `settings[0]`.
    pub name: String,
    #[serde(default)]
    pub hide: bool,
    /// The agents in it; absent if none.
    #[serde(default)]
    pub agents: List<WorkspaceAgent>,
    /// What the template shows of it; absent if nothing.
    #[serde(default)]
    pub metadata: List<ResourceMetadata>,
    #[serde(default)]
    pub daily_cost: Option<i64>,
}

/// A fact that the template shows of a resource.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Read)]
pub struct ResourceMetadata {
    pub key: String,
    /// Its value, sent even if sensitive.
    #[serde(default)]
    pub value: String,
    /// Whether it should be hidden until asked for.
    #[serde(default)]
    pub sensitive: bool,
}

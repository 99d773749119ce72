//! With whom a workspace is shared (docs/control-plane-api.md, 2.5). Servers of 2025 have none of it. Pure.

use crate::wire::{Id, List};
use json_tape::{Read, Word};
use serde::Serialize;

/// Answer of `GET /workspaces/{id}/acl`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Read)]
pub struct WorkspaceAcl {
    pub users: List<AclUser>,
    /// The groups; the API's key is singular.
    #[serde(default)]
    pub group: List<AclGroup>,
}

/// A person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Read)]
pub struct AclUser {
    pub id: Id,
    pub username: String,
    #[serde(default)]
    pub role: AclRole,
}

/// All who are in a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Read)]
pub struct AclGroup {
    pub id: Id,
    pub name: String,
    /// For people, perhaps empty.
    #[serde(default)]
    pub display_name: String,
    #[serde(default)]
    pub role: AclRole,
}

/// What they may do.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Read, Word)]
#[serde(rename_all = "snake_case")]
pub enum AclRole {
    Use,
    Admin,
    #[serde(untagged)]
    Other(String),
}

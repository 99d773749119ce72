//! Users and organizations (docs/control-plane-api.md, 2.9). Pure.

use crate::wire::{Id, List};
use json_tape::Read;
use serde::Serialize;

/// A user: `GET /users/me`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Read)]
pub struct User {
    pub id: Id,
    /// Their name in paths and queries.
    pub username: String,
    /// Their roles in the whole deployment.
    #[serde(default)]
    pub roles: List<Role>,
}

/// A user as a choice: `GET /organizations/{organization}/members/me/workspaces/available-users`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Read)]
pub(crate) struct BriefUser {
    pub id: Id,
    pub username: String,
    /// Their name for people, perhaps empty.
    #[serde(default)]
    pub name: String,
}

/// The answer of `GET /users`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Read)]
pub(crate) struct Users {
    pub users: List<BriefUser>,
}

/// A role of a user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Read)]
pub struct Role {
    /// Its name: `owner`, `template-admin`, …
    pub name: String,
    #[serde(default)]
    pub organization_id: Option<String>,
}

/// An organization: `GET /users/{user}/organizations`, `GET /organizations`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Read)]
pub struct Organization {
    pub id: Id,
    pub name: String,
    #[serde(default)]
    pub display_name: String,
}

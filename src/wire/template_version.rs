//! Versions of templates, and what comes with one: presets, accounts elsewhere, resources (docs/control-plane-api.md,
//! 2.8). Pure.

use crate::wire::build::{MatchedProvisioners, ProvisionerJob, Transition};
use crate::wire::parameter::ParameterValue;
use crate::wire::{Id, List, Timestamp};
use json_tape::Read;
use serde::Serialize;

/// A version of a template: `GET /templateversions/{id}`, `GET /templates/{id}/versions`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Read)]
pub struct TemplateVersion {
    pub id: Id,
    /// Absent while the version belongs to no template.
    #[serde(default)]
    pub template_id: Option<Id>,
    #[serde(default)]
    pub created_at: Timestamp,
    pub name: String,
    /// What its author says of it, perhaps empty; Markdown.
    #[serde(default)]
    pub message: String,
    /// Its import.
    pub job: ProvisionerJob,
    /// Markdown, perhaps empty.
    #[serde(default)]
    pub readme: String,
    #[serde(default)]
    pub created_by: Option<Author>,
    #[serde(default)]
    pub archived: bool,
    /// Which provisioners could run its import; absent where nobody counted.
    #[serde(default)]
    pub matched_provisioners: Option<MatchedProvisioners>,
}

/// Who made something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Read)]
pub struct Author {
    pub username: String,
}

/// An account elsewhere that a template needs: `GET /templateversions/{id}/external-auth`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Read)]
pub(crate) struct ExternalAuth {
    /// Its name in addresses.
    pub id: String,
    /// `github`, `gitlab`, …
    #[serde(default)]
    pub r#type: String,
    #[serde(default)]
    pub display_name: String,
    #[serde(default)]
    pub display_icon: String,
    #[serde(default)]
    pub authenticated: bool,
    /// Whether a workspace can do without.
    #[serde(default)]
    pub optional: bool,
}

/// An account elsewhere as the control plane knows it: `GET /external-auth/{id}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Read)]
pub(crate) struct ExternalAccount {
    #[serde(default)]
    pub authenticated: bool,
    /// Whether it is linked by typing a code there.
    #[serde(default)]
    pub device: bool,
    /// Who one is there.
    #[serde(default)]
    pub user: Option<ExternalUser>,
}

/// Who one is elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Read)]
pub(crate) struct ExternalUser {
    #[serde(default)]
    pub login: String,
}

/// The code that is typed elsewhere: `GET /external-auth/{id}/device`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Read)]
#[expect(clippy::struct_field_names, reason = "the fields are named as they travel")]
pub(crate) struct DeviceCode {
    /// What this side proves the request with.
    pub device_code: String,
    /// What a person types.
    pub user_code: String,
    /// Where.
    pub verification_uri: String,
    /// How long the code is good, in seconds.
    #[serde(default)]
    pub expires_in: Option<i64>,
    /// How long to wait between two questions, in seconds.
    #[serde(default)]
    pub interval: Option<i64>,
}

/// Body of `POST /external-auth/{id}/device`: 204 once the code was typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct ExchangeDeviceCode {
    pub device_code: String,
}

/// A resource that a version makes: `GET /templateversions/{id}/resources`. Those of a start and of a stop stand side
/// by side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Read)]
pub struct VersionResource {
    /// After which transition it is there.
    #[serde(default)]
    pub workspace_transition: Transition,
    /// Terraform's type: `docker_container`.
    #[serde(default)]
    pub r#type: String,
    /// Terraform's name: `main`.
    pub name: String,
    #[serde(default)]
    pub hide: bool,
    #[serde(default)]
    pub daily_cost: Option<i64>,
    #[serde(default)]
    pub agents: List<VersionAgent>,
}

/// An agent of a version's resource.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Read)]
pub struct VersionAgent {
    pub name: String,
}

/// Body of `POST /users/{user}/workspaces`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct CreateWorkspaceRequest {
    pub template_version_id: Id,
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub template_version_preset_id: Option<Id>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rich_parameter_values: Vec<ParameterValue>,
    /// When it is started by itself; left out for never.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub autostart_schedule: Option<String>,
    /// How long a start runs; left out for what the template says, 0 for ever.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ttl_ms: Option<i64>,
}

//! Facts of the deployment that decide what is shown (docs/control-plane-api.md, 1.10, 1.11). Pure.

use crate::wire::List;
use crate::wire::map::Map;
use json_tape::Read;
use serde::Serialize;

/// `GET /deployment/config`, for whom it can be read: how the deployment is configured. It is large.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Read)]
pub(crate) struct DeploymentConfig {
    pub config: DeploymentValues,
}

/// What of it is asked for here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Read)]
pub(crate) struct DeploymentValues {
    /// Whether builds may log all that Terraform does; absent for no.
    #[serde(default)]
    pub enable_terraform_debug_mode: bool,
}

/// `GET /buildinfo`: for everyone, signed in or not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Read)]
pub struct BuildInfo {
    /// Where the server's source or release is.
    #[serde(default)]
    pub external_url: String,
    /// The address that users reach it under, and that sign-in by others returns to.
    #[serde(default)]
    pub dashboard_url: String,
    /// Names the deployment; what is stored in the browser is keyed by it.
    #[serde(default)]
    pub deployment_id: String,
    /// Its release: `v2.24.1+3f5b2c1`.
    #[serde(default)]
    pub version: String,
}

/// `GET /entitlements`: what the licence allows. 404 on the open-source build.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Read)]
pub struct Entitlements {
    pub has_license: bool,
    /// By name: `advanced_template_scheduling`, …
    #[serde(default)]
    pub features: Map<LicensedFeature>,
    /// Whether the licence is one for trying out.
    #[serde(default)]
    pub trial: bool,
}

/// A feature that takes a licence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Read)]
pub struct LicensedFeature {
    /// `entitled`, `grace_period`, `not_entitled`
    #[serde(default)]
    pub entitlement: String,
    /// Whether it is at work.
    #[serde(default)]
    pub enabled: bool,
}

/// `GET /regions`: the control plane and its proxies, through which apps are reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Read)]
pub struct Regions {
    pub regions: List<Region>,
}

/// The control plane, or one of its proxies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Read)]
pub struct Region {
    /// `primary` for the control plane itself.
    pub name: String,
    #[serde(default)]
    pub healthy: Option<bool>,
    /// Where apps without a host of their own are.
    #[serde(default)]
    pub path_app_url: String,
    /// `*.apps.example.com`: where apps with one are; empty if nowhere.
    #[serde(default)]
    pub wildcard_hostname: String,
}

/// `GET /deployment/ssh`: how the command-line client sets up SSH.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Read)]
pub struct SshConfig {
    /// `coder`
    #[serde(default)]
    pub hostname_suffix: String,
}

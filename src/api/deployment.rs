//! Facts of the deployment that decide what is shown (docs/control-plane-api.md, 1.10). May import `browser` and below.

use crate::api::answer::Asked;
use crate::api::call::Call;
use crate::api::client::Client;
use crate::wire::deployment::{BuildInfo, DeploymentConfig, Entitlements, Regions, SshConfig};

/// Version and addresses; needs no sign-in. Its `dashboard_url` is where users reach the control plane.
pub(crate) fn build_info(client: &Client) -> Asked<BuildInfo> {
    client.read(Call::get("/buildinfo"))
}

/// How the deployment is configured, for whom it can be read.
pub(crate) fn config(client: &Client) -> Asked<DeploymentConfig> {
    client.read(Call::get("/deployment/config").once())
}

/// Whether the control plane answers at all within `limit_ms`; asked in a rhythm while it does not.
pub(crate) fn answers(client: &Client, limit_ms: i64) -> Asked<()> {
    client.done(Call::get("/buildinfo").once().alone().within(limit_ms))
}

/// What is licensed. `None`: the open-source build, which has no such route.
pub(crate) fn entitlements(client: &Client) -> Asked<Option<Entitlements>> {
    client.read_if_there(Call::get("/entitlements"))
}

/// Where apps are reached.
pub(crate) fn regions(client: &Client) -> Asked<Regions> {
    client.read(Call::get("/regions"))
}

/// How the command line reaches workspaces.
pub(crate) fn ssh(client: &Client) -> Asked<SshConfig> {
    client.read(Call::get("/deployment/ssh"))
}

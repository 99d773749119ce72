//! Facts of the deployment that decide what is shown (docs/control-plane-api.md, 1.10). May import `browser` and below.

use crate::api::client::{Call, Client};
use crate::api::error::{ApiError, Kind};
use crate::wire::deployment::{BuildInfo, Entitlements, Regions, SshConfig};

/// Version and addresses; needs no sign-in. Its `dashboard_url` is where users reach the control plane.
pub async fn build_info(client: &Client) -> Result<BuildInfo, ApiError> {
    client.read(Call::get("/buildinfo")).await
}

/// Whether the control plane answers at all; asked in a rhythm while it does not.
pub async fn answers(client: &Client) -> Result<(), ApiError> {
    client.done(Call::get("/buildinfo").once().within(5_000)).await
}

/// `None` where this control plane does not have the route.
fn if_there<T>(answer: Result<T, ApiError>) -> Result<Option<T>, ApiError> {
    match answer {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.kind == Kind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// What is licensed. `None`: the open-source build, which has no such route.
pub async fn entitlements(client: &Client) -> Result<Option<Entitlements>, ApiError> {
    if_there(client.read(Call::get("/entitlements")).await)
}

/// Where apps are reached.
pub async fn regions(client: &Client) -> Result<Regions, ApiError> {
    client.read(Call::get("/regions")).await
}

/// How the command line reaches workspaces.
pub async fn ssh(client: &Client) -> Result<SshConfig, ApiError> {
    client.read(Call::get("/deployment/ssh")).await
}

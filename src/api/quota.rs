//! Quota (docs/control-plane-api.md, 2.13). May import `browser` and below.

use crate::api::client::{Call, Client};
use crate::api::error::{ApiError, Kind};
use crate::wire::id::Id;
use crate::wire::quota::WorkspaceQuota;

/// What the signed-in user has used and may use in an organization. `None`: this control plane knows no quota (404).
pub async fn mine(client: &Client, organization: Id) -> Result<Option<WorkspaceQuota>, ApiError> {
    match client.read(Call::get(format!("/organizations/{organization}/members/me/workspace-quota"))).await {
        Ok(quota) => Ok(Some(quota)),
        Err(error) if error.kind == Kind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

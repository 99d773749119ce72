//! Quota (docs/control-plane-api.md, 2.13). May import `browser` and below.

use crate::api::answer::Asked;
use crate::api::call::Call;
use crate::api::client::Client;
use crate::wire::id::Id;
use crate::wire::quota::WorkspaceQuota;

/// What the signed-in user has used and may use in an organization. `None`: this control plane knows no quota (404).
pub(crate) fn mine(client: &Client, organization: Id) -> Asked<Option<WorkspaceQuota>> {
    of(client, organization, "me")
}

/// The same of a member, by id or name: for who may read them.
pub(crate) fn of(client: &Client, organization: Id, member: &str) -> Asked<Option<WorkspaceQuota>> {
    client.read_if_there(Call::get(format!("/organizations/{organization}/members/{member}/workspace-quota")))
}

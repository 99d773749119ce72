//! Users and organizations (docs/control-plane-api.md, 2.9). May import `browser` and below.

use crate::api::answer::{Asked, Each};
use crate::api::call::Call;
use crate::api::client::Client;
use crate::api::error::{ApiError, Kind};
use crate::paths::encode;
use crate::wire::id::Id;
use crate::wire::quiet_hours::{QuietHours, SetQuietHours};
use crate::wire::user::{BriefUser, Organization, Users};

/// The organizations of the signed-in user.
pub(crate) fn my_organizations(client: &Client) -> Asked<Each<Organization>> {
    client.read_each(Call::get("/users/me/organizations"))
}

/// When a person's quiet hours begin. `None`: this control plane knows none (404).
pub(crate) fn quiet_hours(client: &Client, user: Id) -> Asked<Option<QuietHours>> {
    client.read_if_there(Call::get(format!("/users/{user}/quiet-hours")))
}

/// Has a person's quiet hours begin at another time.
pub(crate) fn set_quiet_hours(client: &Client, user: Id, schedule: String) -> Asked<()> {
    client.done(Call::put(format!("/users/{user}/quiet-hours"), &SetQuietHours { schedule }))
}

/// Who may own a workspace that the user makes in an organization. Control planes before autumn 2025 tell of all whom
/// the user may see.
pub(crate) async fn possible_owners(
    client: &Client,
    organization: Id,
    sought: &str,
    limit: usize,
) -> Result<Vec<BriefUser>, ApiError> {
    let of_organization = format!(
        "/organizations/{organization}/members/me/workspaces/available-users?q={}&limit={limit}",
        encode(sought)
    );
    match client.read_list(Call::get(of_organization)).await {
        Err(error) if error.kind == Kind::NotFound => {
            let all = format!("/users?q={}&limit={limit}", encode(sought));
            Ok(client.read::<Users>(Call::get(all)).await?.users.into_vec())
        }
        answer => answer,
    }
}

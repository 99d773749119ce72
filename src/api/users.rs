//! Users and organizations (docs/control-plane-api.md, 2.9). May import `browser` and below.

use crate::api::answer::{Asked, Each};
use crate::api::call::Call;
use crate::api::client::Client;
use crate::wire::user::Organization;

/// The organizations of the signed-in user.
pub(crate) fn my_organizations(client: &Client) -> Asked<Each<Organization>> {
    client.read_each(Call::get("/users/me/organizations"))
}

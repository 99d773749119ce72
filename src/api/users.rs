//! Users and organizations (docs/control-plane-api.md, 2.9). May import `browser` and below.

use crate::api::client::{Asked, Call, Client};
use crate::wire::user::Organization;

/// The organizations of the signed-in user.
pub fn my_organizations(client: &Client) -> Asked<Vec<Organization>> {
    client.read_list(Call::get("/users/me/organizations"))
}

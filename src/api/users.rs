//! Users and organizations (docs/control-plane-api.md, 2.9). May import `browser` and below.

use crate::api::client::{Call, Client};
use crate::api::error::ApiError;
use crate::wire::list::List;
use crate::wire::user::Organization;

/// The organizations of the signed-in user.
pub async fn my_organizations(client: &Client) -> Result<Vec<Organization>, ApiError> {
    client.read::<List<Organization>>(Call::get("/users/me/organizations")).await.map(List::into_vec)
}

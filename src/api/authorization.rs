//! What the user may do (docs/control-plane-api.md, 1.11). May import `browser` and below.

use crate::api::answer::Asked;
use crate::api::call::Call;
use crate::api::client::Client;
use crate::model::permission::Right;
use crate::wire::authorization::AuthorizationRequest;
use crate::wire::map::Map;

/// Asks for these rights at once; answered by their place in the list. Not asked again on failure: who asks does so.
pub(crate) fn check(client: &Client, rights: &[Right]) -> Asked<Map<bool>> {
    let checks = rights.iter().enumerate().map(|(place, right)| (place.to_string(), right.check())).collect();
    client.read(Call::post("/authcheck", &AuthorizationRequest { checks }).once().changing_nothing())
}

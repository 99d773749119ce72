//! What a start of a workspace costs, before it is planned (`model::quota::Price`). May import `api` and below.

use crate::api::client::Client;
use crate::api::{builds, templates};
use crate::model::consequences::made_of;
use crate::model::quota::{Price, last_start};
use crate::wire::id::Id;

/// How many builds are looked at.
const BUILDS: usize = 10;

/// What its last start with this version cost, if there was one.
pub(crate) async fn last_price(client: &Client, workspace: Id, version: Id) -> Option<Price> {
    let builds = builds::list(client, workspace, BUILDS, 0).await.ok()?;
    last_start(&builds.items, version)
}

/// The same, or what the version says.
pub(crate) async fn start_price(client: &Client, workspace: Id, version: Id) -> Option<Price> {
    if let Some(price) = last_price(client, workspace, version).await {
        return Some(price);
    }
    let resources = templates::resources(client, version).await.ok()?;
    made_of(&resources.items).ok().map(|made| Price::of_version(&made))
}

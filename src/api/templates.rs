//! Templates (docs/control-plane-api.md, 2.8). May import `browser` and below.

use crate::api::client::{Call, Client};
use crate::api::error::ApiError;
use crate::wire::id::Id;
use crate::wire::list::List;
use crate::wire::template::Template;

/// One template: its usual build times among others.
pub async fn by_id(client: &Client, template: Id) -> Result<Template, ApiError> {
    client.read(Call::get(format!("/templates/{template}"))).await
}

/// All templates that the user may see.
pub async fn list(client: &Client) -> Result<Vec<Template>, ApiError> {
    client.read::<List<Template>>(Call::get("/templates")).await.map(List::into_vec)
}

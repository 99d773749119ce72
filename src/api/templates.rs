//! Templates (docs/control-plane-api.md, 2.8). May import `browser` and below.

use crate::api::answer::{Asked, Each};
use crate::api::call::Call;
use crate::api::client::Client;
use crate::wire::template::Template;

/// All templates that the user may see. Not asked again on failure: the queue that asks does so.
pub(crate) fn list_once(client: &Client) -> Asked<Each<Template>> {
    client.read_each(Call::get("/templates").once())
}

//! Templates (docs/control-plane-api.md, 2.8). May import `browser` and below.

use crate::api::client::{Asked, Call, Client};
use crate::wire::id::Id;
use crate::wire::template::{RichParameter, Template};

/// One template: its usual build times among others.
pub fn by_id(client: &Client, template: Id) -> Asked<Template> {
    client.read(Call::get(format!("/templates/{template}")))
}

/// All templates that the user may see. Not asked again on failure: the queue that asks does so.
pub fn list_once(client: &Client) -> Asked<Vec<Template>> {
    client.read_list(Call::get("/templates").once())
}

/// All templates that the user may see.
pub fn list(client: &Client) -> Asked<Vec<Template>> {
    client.read_list(Call::get("/templates"))
}

/// What a version asks for.
pub fn parameters(client: &Client, version: Id) -> Asked<Vec<RichParameter>> {
    client.read_list(Call::get(format!("/templateversions/{version}/rich-parameters")))
}

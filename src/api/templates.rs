//! Templates, their versions and what comes with them (docs/control-plane-api.md, 2.8). May import `browser` and below.

use crate::api::answer::{Asked, Each};
use crate::api::call::Call;
use crate::api::client::Client;
use crate::paths::encode;
use crate::wire::id::Id;
use crate::wire::template::Template;
use crate::wire::template_version::{ExternalAuth, TemplateVersion, VersionResource};

/// All templates that the user may see. Not asked again on failure: the queue that asks does so.
pub(crate) fn list_once(client: &Client) -> Asked<Each<Template>> {
    client.read_each(Call::get("/templates").once())
}

/// The templates that match `query` (the server's language), deprecated ones included.
pub(crate) fn list(client: &Client, query: &str) -> Asked<Each<Template>> {
    client.read_each(Call::get(format!("/templates?q={}", encode(query))))
}

/// A template by its id.
pub(crate) fn by_id(client: &Client, template: Id) -> Asked<Template> {
    client.read(Call::get(format!("/templates/{template}")))
}

/// A template by the name of its organization and its own.
pub(crate) fn by_name(client: &Client, organization: &str, name: &str) -> Asked<Template> {
    client.read(Call::get(format!("/organizations/{}/templates/{}", encode(organization), encode(name))))
}

/// The versions of a template that are not archived, the newest last: the control plane counts pages from the first, so
/// all are asked for.
pub(crate) fn versions(client: &Client, template: Id) -> Asked<Each<TemplateVersion>> {
    client.read_each(Call::get(format!("/templates/{template}/versions")))
}

/// One version.
pub(crate) fn version(client: &Client, version: Id) -> Asked<TemplateVersion> {
    client.read(Call::get(format!("/templateversions/{version}")))
}

/// What a version makes, after a start and after a stop. 400 while it is imported.
pub(crate) fn resources(client: &Client, version: Id) -> Asked<Each<VersionResource>> {
    client.read_each(Call::get(format!("/templateversions/{version}/resources")))
}

/// The accounts elsewhere that a version needs.
pub(crate) fn external_auth(client: &Client, version: Id) -> Asked<Each<ExternalAuth>> {
    client.read_each(Call::get(format!("/templateversions/{version}/external-auth")))
}

//! Workspaces (docs/control-plane-api.md, 2.1, 2.2, 2.5). May import `browser` and below.

use crate::api::client::{Call, Client};
use crate::api::error::ApiError;
use crate::paths::encode;
use crate::wire::id::Id;
use crate::wire::workspace::{SetDormantRequest, Workspace, WorkspacesResponse};
use gloo_net::http::Method;

/// The path of a page of the list. The first page of a list must be spelled exactly as `boot.js` spells it (without an offset).
pub fn list_path(query: &str, limit: usize, offset: usize) -> String {
    let after = if offset == 0 { String::new() } else { format!("&offset={offset}") };
    format!("/workspaces?limit={limit}&q={}{after}", encode(query))
}

/// A page of the list: what matches `query` (the server's language), from `offset`. `count` is that of all pages.
pub async fn list(client: &Client, query: &str, limit: usize, offset: usize) -> Result<WorkspacesResponse, ApiError> {
    client.read(Call::get(list_path(query, limit, offset))).await
}

/// The same, not asked again on failure: for who asks in a rhythm.
pub async fn list_once(
    client: &Client,
    query: &str,
    limit: usize,
    offset: usize,
) -> Result<WorkspacesResponse, ApiError> {
    client.read(Call::get(list_path(query, limit, offset)).once()).await
}

/// One workspace by id. 410: deleted; 404: hidden, or never there.
pub async fn by_id(client: &Client, id: Id) -> Result<Workspace, ApiError> {
    client.read(Call::get(format!("/workspaces/{id}"))).await
}

/// One workspace by its owner's and its own name.
pub async fn by_name(client: &Client, owner: &str, name: &str) -> Result<Workspace, ApiError> {
    client.read(Call::get(format!("/users/{}/workspace/{}", encode(owner), encode(name)))).await
}

/// The path of the socket that sends the whole workspace at every change.
pub fn watch_path(id: Id) -> String {
    format!("/workspaces/{id}/watch-ws")
}

/// Makes a workspace dormant or wakes it. `None` when it was so already.
pub async fn set_dormant(client: &Client, id: Id, dormant: bool) -> Result<Option<Workspace>, ApiError> {
    client.read_if_any(Call::put(format!("/workspaces/{id}/dormant"), &SetDormantRequest { dormant })).await
}

/// Marks or unmarks a workspace as one's favourite; only its owner may.
pub async fn set_favorite(client: &Client, id: Id, favorite: bool) -> Result<(), ApiError> {
    let method = if favorite { Method::PUT } else { Method::DELETE };
    client.done(Call::write(method, format!("/workspaces/{id}/favorite"))).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_page_is_spelled_as_it_was_asked_for_early() {
        assert_eq!(list_path("owner:me", 25, 0), "/workspaces?limit=25&q=owner%3Ame");
        assert_eq!(
            list_path("status:failed name:\"a b\"", 100, 25),
            "/workspaces?limit=100&q=status%3Afailed%20name%3A%22a%20b%22&offset=25"
        );
    }
}

//! Workspaces (docs/control-plane-api.md, 2.1, 2.2, 2.5). May import `browser` and below.

use crate::api::answer::Asked;
use crate::api::call::Call;
use crate::api::client::Client;
use crate::api::error::ApiError;
use crate::model::operation::Setting;
use crate::model::row::{Interner, Row};
use crate::paths::encode;
use crate::wire::id::Id;
use crate::wire::list::List;
use crate::wire::port::{PortShare, PortShares, UnsharePortRequest};
use crate::wire::sharing::WorkspaceAcl;
use crate::wire::template_version::CreateWorkspaceRequest;
use crate::wire::time::Timestamp;
use crate::wire::workspace::{
    AutomaticUpdates, ExtendRequest, RenameRequest, ResolvedAutostart, SetAutomaticUpdatesRequest, SetAutostartRequest,
    SetDormantRequest, SetTtlRequest, Workspace,
};
use gloo_net::http::Method;
use json_tape::{LeftOut, Read, Tape};
use std::cell::RefCell;

/// The path of a page of the list. The first page of a list must be spelled exactly as `inline.js` spells it (without
/// an offset).
pub(crate) fn list_path(query: &str, limit: usize, offset: usize) -> String {
    let after = if offset == 0 { String::new() } else { format!("&offset={offset}") };
    format!("/workspaces?limit={limit}&q={}{after}", encode(query))
}

/// A page of the list, each workspace reduced to its row as soon as it was read: a page of whole workspaces would be
/// megabytes.
#[derive(Debug, Default)]
pub(crate) struct Page {
    /// The rows, in the server's order.
    pub rows: Vec<Row>,
    /// How many match, whatever the page; `None` where it is not said.
    pub count: Option<i64>,
    /// Workspaces of the page that this version of Gantry could not read: never dropped in silence.
    pub unreadable: LeftOut,
    /// Workspaces of which something small could not be read.
    pub partly: LeftOut,
}

/// What a page says beside its workspaces, which were read by then.
#[derive(Read)]
struct Counted {
    #[allow(dead_code)] // only that it is an array, or null
    workspaces: List<i64>,
    #[serde(default)]
    count: Option<i64>,
}

thread_local! {
    /// The words that many rows share (owners, templates) are kept once.
    static WORDS: RefCell<Interner> = RefCell::default();
}

/// What the list keeps of a workspace, sharing its words with all other rows.
pub fn row(workspace: &Workspace) -> Row {
    WORDS.with_borrow_mut(|words| words.row(workspace))
}

/// Forgets the words that no row uses any more.
pub(crate) fn forget_unused_words() {
    WORDS.with_borrow_mut(Interner::sweep);
}

/// Reads a page of the list; each workspace leaves the tape as soon as its row is made.
pub(crate) fn parse_page(body: &[u8]) -> Result<Page, json_tape::Error> {
    let mut page = Page::default();
    let tape = Tape::parse_each(body, "workspaces", &mut |node| match json_tape::from_node::<Workspace>(node) {
        Ok(workspace) => {
            if let Some(why) = &workspace.left_out.first {
                page.partly.note(|| format!("{}/{}: {why}", workspace.owner_name, workspace.name));
            }
            page.rows.push(row(&workspace));
        }
        Err(why) => {
            let named = |key| node.get(key).text().unwrap_or("(no name)");
            page.unreadable.note(|| format!("{}/{}: {why}", named("owner_name"), named("name")));
        }
    })?;
    page.count = json_tape::from_node::<Counted>(tape.root())?.count;
    Ok(page)
}

/// A page of the list: what matches `query` (the server's language), from `offset`. Not asked again on failure with
/// `once`: for who asks in a rhythm.
pub(crate) fn list(client: &Client, query: &str, limit: usize, offset: usize, once: bool) -> Asked<Page> {
    let call = Call::get(list_path(query, limit, offset));
    client.ask(if once { call.once() } else { call }, |outcome| {
        let answer = outcome?;
        parse_page(&answer.body).map_err(|why| ApiError::decode(&answer.head, &why))
    })
}

/// The query that asks for these workspaces.
pub(crate) fn query_of_ids(ids: &[Id]) -> String {
    let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
    format!("id:{}", ids.join(","))
}

/// One workspace by id. 410: deleted; 404: hidden, or never there.
pub(crate) fn by_id(client: &Client, id: Id) -> Asked<Workspace> {
    client.read(Call::get(format!("/workspaces/{id}")))
}

/// One workspace by its owner's and its own name.
pub(crate) fn by_name(client: &Client, owner: &str, name: &str) -> Asked<Workspace> {
    client.read(Call::get(format!("/users/{}/workspace/{}", encode(owner), encode(name))))
}

/// The workspace that had a name last, for a reader who may know of it, where it is not found by the name alone because
/// it was deleted.
pub(crate) fn deleted_by_name(client: &Client, owner: &str, name: &str) -> Asked<Workspace> {
    client.read(Call::get(format!("/users/{}/workspace/{}?include_deleted=true", encode(owner), encode(name))))
}

/// Makes a workspace of `owner`. 409: they have one of this name.
pub(crate) fn create(client: &Client, owner: &str, request: &CreateWorkspaceRequest) -> Asked<Workspace> {
    client.read(Call::post(format!("/users/{}/workspaces", encode(owner)), request))
}

/// The path of the socket that sends the whole workspace at every change.
pub(crate) fn watch_path(id: Id) -> String {
    format!("/workspaces/{id}/watch-ws")
}

/// The ports of a workspace that others may reach.
pub(crate) fn port_shares(client: &Client, id: Id) -> Asked<PortShares> {
    client.read(Call::get(format!("/workspaces/{id}/port-share")))
}

/// Lets others reach a port.
pub(crate) fn share_port(client: &Client, id: Id, share: &PortShare) -> Asked<()> {
    client.done(Call::post(format!("/workspaces/{id}/port-share"), share))
}

/// Lets nobody but the owner reach a port.
pub(crate) fn unshare_port(client: &Client, id: Id, share: &UnsharePortRequest) -> Asked<()> {
    let body = serde_json::to_string(share).ok();
    client.done(Call { body, ..Call::write(Method::DELETE, format!("/workspaces/{id}/port-share")) })
}

/// With whom a workspace is shared; `None` where the control plane does not have that yet.
pub(crate) fn acl(client: &Client, id: Id) -> Asked<Option<WorkspaceAcl>> {
    client.ask_if_there("acl", Call::get(format!("/workspaces/{id}/acl")), |outcome| match outcome {
        Err(error) if error.is_no_route() => Ok(None),
        outcome => outcome?.decode().map(Some),
    })
}

/// Has its schedule start it; an empty text for no starts.
pub(crate) fn set_autostart(client: &Client, id: Id, schedule: String) -> Asked<()> {
    client.done(Call::put(format!("/workspaces/{id}/autostart"), &SetAutostartRequest { schedule }))
}

/// Sets how long a start runs; `None` for until it is stopped.
pub(crate) fn set_ttl(client: &Client, id: Id, ttl_ms: Option<i64>) -> Asked<()> {
    client.done(Call::put(format!("/workspaces/{id}/ttl"), &SetTtlRequest { ttl_ms }))
}

/// Moves the stop of what runs.
pub(crate) fn extend(client: &Client, id: Id, deadline_ms: i64) -> Asked<()> {
    let deadline = Timestamp::from_millis(deadline_ms);
    client.done(Call::put(format!("/workspaces/{id}/extend"), &ExtendRequest { deadline }))
}

/// Whether a start by its schedule would lack values.
pub(crate) fn resolve_autostart(client: &Client, id: Id) -> Asked<ResolvedAutostart> {
    client.read(Call::get(format!("/workspaces/{id}/resolve-autostart")))
}

/// Sets what needs no build. The workspace as it is then, where the control plane answers with it: not where it was so
/// already.
pub fn set(client: &Client, id: Id, setting: Setting) -> Asked<Option<Workspace>> {
    let dormant = |dormant| Call::put(format!("/workspaces/{id}/dormant"), &SetDormantRequest { dormant });
    let favorite = |method| Call::write(method, format!("/workspaces/{id}/favorite"));
    client.read_if_any(match setting {
        Setting::Activate => dormant(false),
        Setting::MakeDormant => dormant(true),
        Setting::Favorite { on: true } => favorite(Method::PUT),
        Setting::Favorite { on: false } => favorite(Method::DELETE),
        Setting::Rename { to } => Call::patch(format!("/workspaces/{id}"), &RenameRequest { name: to }),
        Setting::AutomaticUpdates { on } => {
            let automatic_updates = if on { AutomaticUpdates::Always } else { AutomaticUpdates::Never };
            Call::put(format!("/workspaces/{id}/autoupdates"), &SetAutomaticUpdatesRequest { automatic_updates })
        }
    })
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

    fn recording(name: &str) -> serde_json::Value {
        let path = format!("{}/tests/contract/recordings/{name}.json", env!("CARGO_MANIFEST_DIR"));
        serde_json::from_slice::<serde_json::Value>(&std::fs::read(path).unwrap()).unwrap()["response"]["body"].take()
    }

    #[test]
    fn a_recorded_page_becomes_rows() {
        let body = recording("list/all");
        let page = parse_page(body.to_string().as_bytes()).unwrap();
        assert_eq!(page.rows.len(), body["workspaces"].as_array().unwrap().len());
        assert_eq!(page.count, body["count"].as_i64());
        assert!(page.unreadable.is_empty() && page.partly.is_empty());
        for (row, workspace) in page.rows.iter().zip(body["workspaces"].as_array().unwrap()) {
            assert_eq!(&*row.name, workspace["name"].as_str().unwrap());
        }
        assert!(std::sync::Arc::ptr_eq(&page.rows[0].owner_name, &page.rows[1].owner_name), "one word, held once");
    }

    #[test]
    fn one_strange_workspace_does_not_hide_the_others() {
        let mut body = recording("list/all");
        let all = body["workspaces"].as_array().unwrap().len();
        body["workspaces"][1]["latest_build"] = serde_json::Value::Null;
        let page = parse_page(body.to_string().as_bytes()).unwrap();
        assert_eq!(page.rows.len(), all - 1);
        let name = body["workspaces"][1]["name"].as_str().unwrap();
        assert_eq!(page.unreadable.count, 1);
        assert!(page.unreadable.first.as_deref().unwrap().contains(name), "{:?}", page.unreadable);
    }

    #[test]
    fn something_strange_of_a_workspace_does_not_hide_it() {
        let mut body = recording("list/all");
        let all = body["workspaces"].as_array().unwrap().len();
        for workspace in body["workspaces"].as_array_mut().unwrap() {
            workspace["ttl_ms"] = "a while".into();
        }
        let page = parse_page(body.to_string().as_bytes()).unwrap();
        assert_eq!((page.rows.len(), page.partly.count as usize, page.unreadable.count), (all, all, 0));
        let first = page.partly.first.unwrap();
        assert!(first.ends_with(": ttl_ms: expected an integer, got \"a while\""), "{first}");
    }

    #[test]
    fn null_is_an_empty_page_and_half_a_page_is_an_error() {
        assert_eq!(parse_page(br#"{"workspaces":null,"count":0}"#).unwrap().rows.len(), 0);
        let text = recording("list/all").to_string();
        for end in [1, text.len() / 3, text.len() - 1] {
            assert!(parse_page(&text.as_bytes()[..end]).is_err(), "cut at {end}");
        }
    }

    #[test]
    fn ids_are_asked_for_with_commas() {
        let query = query_of_ids(&[Id::from_u128(1), Id::from_u128(2)]);
        assert_eq!(query, "id:00000000-0000-0000-0000-000000000001,00000000-0000-0000-0000-000000000002");
    }
}

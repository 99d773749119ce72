//! Every URL of the app, typed, with its query, base included. Ground floor: imports nothing of the crate.
//!
//! The app may live under any path of its host (docs/architecture.md, "Any sub-path"): [`set_base`] is called once,
//! before the first view, with what precedes the first route segment; every function here returns a whole path with it.
//! What the control plane serves itself (`/api/v2`, workspace apps, icons) is always at the origin's root and never
//! carries the base. Encoding is percent-encoding's: its tables are the URL standard's.

pub(crate) mod embed;
pub(crate) mod outside;
pub(crate) mod query;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use std::sync::OnceLock;

/// Everything but the unreserved characters of RFC 3986 is encoded, in segments and in query values.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

static BASE: OnceLock<String> = OnceLock::new();

/// Sets the base for the life of the page: a path such as `/a/b/` or `/`; the last slash does not matter. Only the
/// first call counts.
pub(crate) fn set_base(path: &str) {
    let _first_call_wins = BASE.set(base_of(path));
}

/// A base as it precedes a path: always of this origin, for what begins with two slashes would name another host.
fn base_of(path: &str) -> String {
    let inside = path.trim_matches(['/', '\\']);
    if inside.is_empty() { String::new() } else { format!("/{inside}") }
}

/// The base without its last slash: `""` at the root of a host, `"/a/b"` below.
pub(crate) fn base() -> &'static str {
    BASE.get().map_or("", String::as_str)
}

/// A segment or query value, percent-encoded.
pub(crate) fn encode(text: &str) -> String {
    utf8_percent_encode(text, ENCODED).to_string()
}

// `Place`, the address of each and the way back, made of the list of all pages (src/paths/pages.txt) by build.rs.
include!(concat!(env!("OUT_DIR"), "/places.rs"));

/// The page that a path (whole, as it stands in the address) names; `None` where no page has this address. The way back
/// of [`Place::address`]; a last slash does not matter.
pub fn place(path: &str) -> Option<Place> {
    let inside = path.strip_prefix(base())?;
    if inside.is_empty() {
        return Some(Place::Home);
    }
    let inside = inside.strip_prefix('/')?;
    if inside.starts_with('/') {
        return None;
    }
    place_of(&inside.trim_end_matches('/').split('/').collect::<Vec<_>>())
}

fn decoded(part: &str) -> String {
    percent_decode_str(part).decode_utf8_lossy().into_owned()
}

/// A name, unless it is one that every URL parser takes for a step in the path: the API would be asked for something
/// else.
fn as_name(text: &str) -> Option<String> {
    (!matches!(text, "" | "." | "..")).then(|| text.to_owned())
}

/// The name that a segment is.
fn name_in(segment: &str) -> Option<String> {
    as_name(&decoded(segment))
}

/// The name that a segment has after its `@`.
fn owner_in(segment: &str) -> Option<String> {
    as_name(decoded(segment).strip_prefix('@')?)
}

/// The number of a build: digits alone.
pub(crate) fn build_number(part: &str) -> Option<i64> {
    part.bytes().all(|byte| byte.is_ascii_digit()).then(|| part.parse().ok()).flatten()
}

/// Whether a path (resolved by the browser, its query may follow) is one of this app.
pub(crate) fn is_inside(path: &str) -> bool {
    let Some(rest) = path.strip_prefix(base()) else { return false };
    let is_base = !base().is_empty() && (rest.is_empty() || rest.starts_with(['?', '#']));
    is_base || (rest.starts_with('/') && !rest.starts_with("//"))
}

/// Whether a path (resolved by the browser, its query may follow) can be returned to after signing in: a page of this
/// app has it, and not one of those that stand before a session.
pub(crate) fn is_way_back(path: &str) -> bool {
    let plain = !path.contains(|one: char| one.is_control() || one == '\\');
    let at = path.split(['?', '#']).next().unwrap_or_default();
    plain && is_inside(path) && place(at).is_some_and(|place| !matches!(place, Place::SignIn | Place::Setup))
}

/// The list of workspaces with a query in the server's language; `None` is the list as it opens (one's own workspaces).
pub(crate) fn workspaces(query: Option<&str>) -> String {
    match query {
        None => Place::Workspaces.address(),
        Some(query) => format!("{}?q={}", Place::Workspaces.address(), encode(query)),
    }
}

/// The same list with another query: what else the address says of it stays.
pub(crate) fn workspaces_with(search: &str, query: &str) -> String {
    format!("{}{}", Place::Workspaces.address(), query::with(search, "q", Some(query)))
}

/// One workspace.
pub(crate) fn workspace(owner: &str, name: &str) -> String {
    Place::Workspace { owner: owner.to_owned(), name: name.to_owned() }.address()
}

/// One build of a workspace, by its number (from 1).
pub(crate) fn build(owner: &str, name: &str, number: i64) -> String {
    Place::Build { owner: owner.to_owned(), name: name.to_owned(), number }.address()
}

/// What becomes of values that are filled in: which build they are for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum BuildWish {
    /// Whatever the workspace's state calls for: a start, or a restart.
    #[default]
    Any,
    /// A start.
    Start,
    /// A stop, and a start.
    Restart,
    /// The template's active version.
    Update,
    /// A version that is named.
    Change,
}

/// The words of the wishes in addresses.
const WISHES: [(BuildWish, &str); 4] = [
    (BuildWish::Start, "start"),
    (BuildWish::Restart, "restart"),
    (BuildWish::Update, "update"),
    (BuildWish::Change, "change"),
];

impl BuildWish {
    /// What the word of an address wishes for.
    pub(crate) fn of(word: Option<&str>) -> Self {
        WISHES.iter().find(|(_, known)| Some(*known) == word).map_or(Self::Any, |(wish, _)| *wish)
    }
}

/// When a workspace stops and starts.
pub(crate) fn schedule(owner: &str, name: &str) -> String {
    Place::Schedule { owner: owner.to_owned(), name: name.to_owned() }.address()
}

/// The parameters of a workspace, to be filled in for a build; `version` is the id of the one that is to be changed to.
pub(crate) fn parameters(owner: &str, name: &str, wish: BuildWish, version: Option<&str>) -> String {
    let action = WISHES.iter().find(|(known, _)| *known == wish).map(|(_, word)| *word);
    let search = query::with(&query::with("", "action", action), "version", version);
    let page = Place::Parameters { owner: owner.to_owned(), name: name.to_owned() };
    format!("{}{search}", page.address())
}

/// The list of templates.
pub(crate) fn templates() -> String {
    Place::Templates.address()
}

/// The templates that a query finds.
pub(crate) fn templates_found(query: Option<&str>) -> String {
    format!("{}{}", templates(), query::with("", "q", query))
}

/// Where a window comes back to in which an account elsewhere was linked.
pub(crate) fn linked(account: &str) -> String {
    format!("{}{}", templates(), query::with("", "linked", Some(account)))
}

/// One version of a template, by its id.
pub(crate) fn template_version(organization: &str, name: &str, version: &str) -> String {
    format!("{}{}", template(organization, name), query::with("", "version", Some(version)))
}

/// Where an account elsewhere is linked: at the origin's root, as the control plane serves it. `back` is the whole path
/// to return to.
pub(crate) fn external_auth(provider: &str, back: &str) -> String {
    format!("/external-auth/{}/callback?redirect={}", encode(provider), encode(back))
}

/// The control plane's own page for that, below its address.
pub(crate) fn external_auth_in_dashboard(dashboard: &str, provider: &str) -> String {
    format!("{}/external-auth/{}", dashboard.trim_end_matches('/'), encode(provider))
}

/// One template of an organization.
pub(crate) fn template(organization: &str, name: &str) -> String {
    Place::Template { organization: organization.to_owned(), name: name.to_owned() }.address()
}

/// The form that makes a workspace of a template. `filled` is what stands in it at first, as the address names it:
/// `name`, `version`, `preset`, `param.x`.
pub(crate) fn new_workspace(organization: &str, template_name: &str, filled: &[(&str, &str)]) -> String {
    let page = Place::NewWorkspace { organization: organization.to_owned(), name: template_name.to_owned() };
    let query = filled.iter().fold(String::new(), |query, (key, value)| query::with(&query, key, Some(value)));
    format!("{}{query}", page.address())
}

/// The same form with the values of another workspace, given by its id.
pub(crate) fn duplicate(organization: &str, template_name: &str, workspace: &str) -> String {
    new_workspace(organization, template_name, &[("duplicate", workspace)])
}

/// The quota of the signed-in user, per organization.
pub(crate) fn quota() -> String {
    Place::Quota.address()
}

/// Sign-in; `back` is the whole path to return to, only kept if it can be ([`is_way_back`]).
pub(crate) fn sign_in(back: Option<&str>) -> String {
    match back.filter(|path| is_way_back(path)) {
        None => Place::SignIn.address(),
        Some(back) => format!("{}?back={}", Place::SignIn.address(), encode(back)),
    }
}

/// The page that creates the first user of a control plane that has none.
pub(crate) fn setup() -> String {
    Place::Setup.address()
}

/// The self-test of all that stands between this page and the control plane.
pub(crate) fn connection() -> String {
    Place::Connection.address()
}

/// What the release is called that the server of this page has.
pub(crate) fn version_file() -> String {
    format!("{}/version.json", base())
}

/// The script by which other pages show panels.
pub(crate) fn embed_script() -> String {
    format!("{}/embed.js", base())
}

/// A mark of the page itself (`style/icons.svg`, which the build puts into index.html). A bare fragment is of the
/// document, whatever its base.
pub(crate) fn icon(name: &str) -> String {
    format!("#i-{name}")
}

/// Where single sign-on by OpenID Connect begins, below the API's root; `back` is the whole path to return to.
pub(crate) fn oidc(back: &str) -> String {
    format!("/users/oidc/callback?redirect={}", encode(back))
}

/// Where signing in by GitHub begins, below the API's root; `back` is the whole path to return to.
pub(crate) fn github(back: &str) -> String {
    format!("/users/oauth2/github/callback?redirect={}", encode(back))
}

/// The control plane's own page that shows a fresh token, below its address.
pub(crate) fn token_page(dashboard: &str) -> String {
    format!("{}/cli-auth", dashboard.trim_end_matches('/'))
}

/// A workspace's page of the control plane's own dashboard, below its address.
pub(crate) fn in_dashboard(dashboard: &str, owner: &str, workspace: &str) -> String {
    format!("{}/@{}/{}", dashboard.trim_end_matches('/'), encode(owner), encode(workspace))
}

/// An app of an agent that the control plane serves under a path: `/@owner/workspace.agent/apps/slug/`. At the origin's
/// root.
pub(crate) fn path_app(owner: &str, workspace: &str, agent: &str, slug: &str) -> String {
    format!("/@{}/{}.{}/apps/{}/", encode(owner), encode(workspace), encode(agent), encode(slug))
}

/// The terminal of an agent, a page of the control plane's own dashboard below its address.
pub(crate) fn terminal(dashboard: &str, owner: &str, workspace: &str, agent: &str, command: Option<&str>) -> String {
    let query = command.map(|command| format!("?command={}", encode(command))).unwrap_or_default();
    let address = dashboard.trim_end_matches('/');
    format!("{address}/@{}/{}.{}/terminal{query}", encode(owner), encode(workspace), encode(agent))
}

/// What opens an agent in a desktop editor (`vscode`, `vscode-insiders`). Without a token: the editor asks for a
/// sign-in.
pub(crate) fn editor(scheme: &str, dashboard: &str, owner: &str, workspace: &str, agent: &str, folder: &str) -> String {
    let (owner, workspace, agent) = (encode(owner), encode(workspace), encode(agent));
    let url = encode(dashboard.trim_end_matches('/'));
    let folder = if folder.is_empty() { String::new() } else { format!("&folder={}", encode(folder)) };
    format!("{scheme}://coder.coder-remote/open?owner={owner}&workspace={workspace}&url={url}&agent={agent}{folder}")
}

#[cfg(test)]
mod tests;

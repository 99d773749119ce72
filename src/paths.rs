//! Every URL of the app, typed, with its query, base included. Ground floor: imports nothing of the crate.
//!
//! The app may live under any path of its host (docs/architecture.md, "Any sub-path"): [`set_base`] is called once, before the
//! first view, with what precedes the first route segment; every function here returns a whole path with it. What the control
//! plane serves itself (`/api/v2`, workspace apps, icons) is always at the origin's root and never carries the base.
//! Encoding is percent-encoding's: its tables are the URL standard's.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use std::sync::OnceLock;

/// Everything but the unreserved characters of RFC 3986 is encoded, in segments and in query values.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

static BASE: OnceLock<String> = OnceLock::new();

/// Sets the base for the life of the page: a path such as `/a/b/` or `/`; the last slash does not matter. Only the first call counts.
pub fn set_base(path: &str) {
    let trimmed = path.trim_end_matches('/');
    let _first_call_wins = BASE.set(trimmed.to_owned());
}

/// The base without its last slash: `""` at the root of a host, `"/a/b"` below.
pub fn base() -> &'static str {
    BASE.get().map_or("", String::as_str)
}

/// A segment or query value, percent-encoded.
pub fn encode(text: &str) -> String {
    utf8_percent_encode(text, ENCODED).to_string()
}

/// A page of the app, as an address names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// The root of the app, which leads to the list.
    Home,
    /// The list of workspaces.
    Workspaces,
    /// One workspace.
    Workspace {
        /// Its owner's name.
        owner: String,
        /// Its name.
        name: String,
    },
    /// One build of a workspace.
    Build {
        /// The name of the workspace's owner.
        owner: String,
        /// The workspace's name.
        name: String,
        /// The build's number, from 1.
        number: i64,
    },
    /// The quota.
    Quota,
    /// Signing in.
    SignIn,
    /// The first user of a new control plane.
    Setup,
}

/// The page that a path (whole, as it stands in the address) names; `None` where no page has this address. The way back of the functions below;
/// a last slash does not matter.
pub fn place(path: &str) -> Option<Place> {
    let inside = path.strip_prefix(base())?;
    if !inside.is_empty() && !inside.starts_with('/') {
        return None;
    }
    let decoded = |part: &str| percent_decode_str(part).decode_utf8_lossy().into_owned();
    let parts: Vec<&str> = inside.trim_matches('/').split('/').collect();
    match parts.as_slice() {
        [""] => Some(Place::Home),
        ["workspaces"] => Some(Place::Workspaces),
        ["quota"] => Some(Place::Quota),
        ["sign-in"] => Some(Place::SignIn),
        ["setup"] => Some(Place::Setup),
        [owner, name, rest @ ..] => {
            let owner = decoded(owner).strip_prefix('@').filter(|owner| !owner.is_empty())?.to_owned();
            let name = Some(decoded(name)).filter(|name| !name.is_empty())?;
            match rest {
                [] => Some(Place::Workspace { owner, name }),
                ["builds", number] => Some(Place::Build { owner, name, number: number.parse().ok()? }),
                _ => None,
            }
        }
        _ => None,
    }
}

/// The list of workspaces with a query in the server's language; `None` is the list as it opens (one's own workspaces).
pub fn workspaces(query: Option<&str>) -> String {
    match query {
        None => format!("{}/workspaces", base()),
        Some(query) => format!("{}/workspaces?q={}", base(), encode(query)),
    }
}

/// One workspace.
pub fn workspace(owner: &str, name: &str) -> String {
    format!("{}/@{}/{}", base(), encode(owner), encode(name))
}

/// One build of a workspace, by its number (from 1).
pub fn build(owner: &str, name: &str, number: i64) -> String {
    format!("{}/builds/{number}", workspace(owner, name))
}

/// The quota of the signed-in user, per organization.
pub fn quota() -> String {
    format!("{}/quota", base())
}

/// Sign-in; `back` is the whole path to return to, only kept if it is one of ours.
pub fn sign_in(back: Option<&str>) -> String {
    match back.filter(|path| is_ours(path) && !path.starts_with(&format!("{}/sign-in", base()))) {
        None => format!("{}/sign-in", base()),
        Some(back) => format!("{}/sign-in?back={}", base(), encode(back)),
    }
}

/// The page that creates the first user of a control plane that has none.
pub fn setup() -> String {
    format!("{}/setup", base())
}

/// A mark of the page itself (`style/icons.svg`, which the build puts into index.html). A bare fragment is of the document, whatever its base.
pub fn icon(name: &str) -> String {
    format!("#i-{name}")
}

/// Whether a path may be navigated to after sign-in: a whole path of this app on this origin, so neither `//host` nor `/\host`
/// nor a path outside the base.
pub fn is_ours(path: &str) -> bool {
    let Some(rest) = path.strip_prefix(base()) else { return false };
    rest.starts_with('/')
        && !rest.starts_with("//")
        && !path.starts_with("//")
        && !path.contains('\\')
        && !path.contains(|c: char| c.is_control())
}

/// Where single sign-on by OpenID Connect begins; `back` is the whole path to return to. At the origin's root.
pub fn oidc(back: &str) -> String {
    format!("/api/v2/users/oidc/callback?redirect={}", encode(back))
}

/// Where signing in by GitHub begins; `back` is the whole path to return to. At the origin's root.
pub fn github(back: &str) -> String {
    format!("/api/v2/users/oauth2/github/callback?redirect={}", encode(back))
}

/// The control plane's own page that shows a fresh token, below its address.
pub fn token_page(dashboard: &str) -> String {
    format!("{}/cli-auth", dashboard.trim_end_matches('/'))
}

/// The control plane's own page of templates, below its address.
pub fn templates(dashboard: &str) -> String {
    format!("{}/templates", dashboard.trim_end_matches('/'))
}

/// A workspace's page of the control plane's own dashboard, below its address.
pub fn in_dashboard(dashboard: &str, owner: &str, workspace: &str) -> String {
    format!("{}/@{}/{}", dashboard.trim_end_matches('/'), encode(owner), encode(workspace))
}

/// An app of an agent that the control plane serves under a path: `/@owner/workspace.agent/apps/slug/`. At the origin's root.
pub fn path_app(owner: &str, workspace: &str, agent: &str, slug: &str) -> String {
    format!("/@{}/{}.{}/apps/{}/", encode(owner), encode(workspace), encode(agent), encode(slug))
}

/// The terminal of an agent, a page of the control plane's own dashboard below its address.
pub fn terminal(dashboard: &str, owner: &str, workspace: &str, agent: &str, command: Option<&str>) -> String {
    let query = command.map(|command| format!("?command={}", encode(command))).unwrap_or_default();
    let address = dashboard.trim_end_matches('/');
    format!("{address}/@{}/{}.{}/terminal{query}", encode(owner), encode(workspace), encode(agent))
}

/// What opens an agent in a desktop editor (`vscode`, `vscode-insiders`). Without a token: the editor asks for a sign-in.
pub fn editor(scheme: &str, dashboard: &str, owner: &str, workspace: &str, agent: &str, folder: &str) -> String {
    let (owner, workspace, agent) = (encode(owner), encode(workspace), encode(agent));
    let url = encode(dashboard.trim_end_matches('/'));
    let folder = if folder.is_empty() { String::new() } else { format!("&folder={}", encode(folder)) };
    format!("{scheme}://coder.coder-remote/open?owner={owner}&workspace={workspace}&url={url}&agent={agent}{folder}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_output() {
        let all = [
            workspaces(None),
            workspaces(Some("owner:me status:running")),
            workspaces(Some("")),
            workspace("ada", "gantry-web"),
            workspace("ada b", "x/y"),
            build("ada", "gantry-web", 42),
            quota(),
            sign_in(None),
            sign_in(Some("/@ada/gantry-web?view=table")),
            setup(),
            icon("running"),
            path_app("ada", "gantry-web", "main", "code-server"),
        ];
        assert_eq!(
            all.join("\n"),
            "/workspaces\n\
             /workspaces?q=owner%3Ame%20status%3Arunning\n\
             /workspaces?q=\n\
             /@ada/gantry-web\n\
             /@ada%20b/x%2Fy\n\
             /@ada/gantry-web/builds/42\n\
             /quota\n\
             /sign-in\n\
             /sign-in?back=%2F%40ada%2Fgantry-web%3Fview%3Dtable\n\
             /setup\n\
             #i-running\n\
             /@ada/gantry-web.main/apps/code-server/"
        );
    }

    #[test]
    fn a_place_is_found_by_its_address() {
        let of = |owner: &str, name: &str| Some(Place::Workspace { owner: owner.into(), name: name.into() });
        let build = |number| Some(Place::Build { owner: "ada".into(), name: "gantry-web".into(), number });
        for (path, found) in [
            ("/", Some(Place::Home)),
            ("", Some(Place::Home)),
            (workspaces(Some("x")).split('?').next().unwrap_or_default(), Some(Place::Workspaces)),
            ("/workspaces/", Some(Place::Workspaces)),
            (&quota(), Some(Place::Quota)),
            (&sign_in(None), Some(Place::SignIn)),
            (&setup(), Some(Place::Setup)),
            (&workspace("ada", "gantry-web"), of("ada", "gantry-web")),
            (&workspace("ada b", "x/y"), of("ada b", "x/y")),
            ("/%40ada/gantry-web", of("ada", "gantry-web")),
            (&super::build("ada", "gantry-web", 42), build(42)),
            ("/@ada/gantry-web/builds/0042/", build(42)),
            ("/@ada/gantry-web/builds/latest", None),
            ("/@ada/gantry-web/builds", None),
            ("/@ada/gantry-web/bilds/42", None),
            ("/@ada/gantry-web/builds/42/log", None),
            ("/@ada", None),
            ("/@/x", None),
            ("/@ada//builds/1", None),
            ("/ada/gantry-web", None),
            ("/quota/acme", None),
            ("/nowhere", None),
        ] {
            assert_eq!(place(path), found, "{path}");
        }
    }

    #[test]
    fn only_our_paths_are_returned_to() {
        for (path, ours) in [
            ("/workspaces", true),
            ("/", true),
            ("//evil.example", false),
            ("/\\evil.example", false),
            ("https://evil.example", false),
            ("javascript:alert(1)", false),
            ("", false),
            ("/@ada/x\n", false),
        ] {
            assert_eq!(is_ours(path), ours, "{path:?}");
        }
        assert_eq!(sign_in(Some("/sign-in?back=%2F")), "/sign-in");
        assert_eq!(sign_in(Some("//evil.example")), "/sign-in");
    }
}

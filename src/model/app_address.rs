//! Where an app of an agent is reached (docs/control-plane-api.md, 2.3): which addresses a link may lead to, what becomes of the place for a
//! session token, and which region serves apps with a host of their own. Addresses are written by a template's author: what would run or read
//! something in this page is never one. Pure; may import `wire`.

use crate::wire::deployment::Region;

/// Where a template's address has the place of a session token.
const TOKEN: &str = "$SESSION_TOKEN";

/// Schemes that a browser handles itself, inside a page or on this machine's files: never followed, whatever comes after them.
const NEVER: [&str; 27] = [
    "javascript",
    "vbscript",
    "livescript",
    "mocha",
    "jscript",
    "data",
    "blob",
    "file",
    "filesystem",
    "about",
    "view-source",
    "jar",
    "feed",
    "pcast",
    "mhtml",
    "res",
    "resource",
    "chrome",
    "chrome-extension",
    "moz-extension",
    "edge",
    "content",
    "intent",
    "android-app",
    "shell",
    "search-ms",
    "ms-msdt",
];

/// Why an address is not a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Refusal {
    /// It is empty, has no scheme or no host, or holds what no address holds.
    Incomplete,
    /// Its scheme would run or read something here.
    Unsafe,
    /// It has a place for a session token, and what it opens does not ask for a sign-in itself.
    Token,
    /// The agent is not connected.
    Away,
    /// The regions are not known (yet).
    RegionsUnknown,
    /// No region has addresses for apps with a host of their own.
    NoWildcard,
    /// The regions that have them do not answer.
    RegionDown,
    /// The control plane's address is not known (yet).
    AddressUnknown,
    /// It is a page of the dashboard, and this page stands at its address.
    InItsPlace,
}

impl Refusal {
    /// The reason, to stand behind the app's name.
    pub fn text(self) -> &'static str {
        match self {
            Refusal::Incomplete => "its address is not complete",
            Refusal::Unsafe => "its address is of a kind that Gantry never opens",
            Refusal::Token => "its address needs a session token, which Gantry does not hand out",
            Refusal::Away => "its agent is not connected",
            Refusal::RegionsUnknown => "the control plane has not said under which host it is reached",
            Refusal::NoWildcard => "it needs a host of its own, and this control plane has none for apps",
            Refusal::RegionDown => "the region that serves it does not answer",
            Refusal::AddressUnknown => "the control plane has not said its own address",
            Refusal::InItsPlace => {
                "it is a page of the control plane’s dashboard, and Gantry is served at the dashboard’s address"
            }
        }
    }

    /// Whether the control plane's dashboard can open what cannot be opened from here.
    pub fn opens_in_dashboard(self) -> bool {
        matches!(self, Refusal::Token | Refusal::Incomplete)
    }
}

/// An address as browsers read it: without blanks and control characters around it, without tabs and line breaks in it. None if another control
/// character or a blank is left, which is in no address.
fn cleaned(address: &str) -> Option<String> {
    let outer = address.trim_matches(|sign: char| sign <= ' ');
    let inner: String = outer.chars().filter(|sign| !matches!(sign, '\t' | '\n' | '\r')).collect();
    (!inner.is_empty() && !inner.chars().any(|sign| sign.is_control() || is_invisible(sign))).then_some(inner)
}

/// What has no width and can make an address look like another.
fn is_invisible(sign: char) -> bool {
    matches!(sign, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// The scheme in small letters, and what follows the colon.
fn scheme_of(address: &str) -> Option<(String, &str)> {
    let (scheme, rest) = address.split_once(':')?;
    let first = scheme.chars().next()?;
    let is_scheme = first.is_ascii_alphabetic()
        && scheme.chars().all(|sign| sign.is_ascii_alphanumeric() || matches!(sign, '+' | '-' | '.'));
    is_scheme.then(|| (scheme.to_ascii_lowercase(), rest))
}

/// An address of the web, if `text` is one and nothing else: for values that a template shows.
pub fn web_address(text: &str) -> Option<String> {
    let address = cleaned(text)?;
    let (scheme, rest) = scheme_of(&address)?;
    (matches!(scheme.as_str(), "http" | "https") && has_host(rest) && !address.contains(char::is_whitespace))
        .then(|| format!("{scheme}:{rest}"))
}

fn has_host(rest: &str) -> bool {
    let host = rest.strip_prefix("//").unwrap_or_default();
    host.chars().next().is_some_and(|sign| !matches!(sign, '/' | '\\' | '?' | '#' | ':' | '@'))
}

/// The address of an app outside the workspace: a page, or a program of the reader's machine. Where it has a place for a session token and the
/// program asks for a sign-in itself, that place is left out.
pub fn external(address: &str) -> Result<String, Refusal> {
    let address = cleaned(address).ok_or(Refusal::Incomplete)?;
    let (scheme, rest) = scheme_of(&address).ok_or(Refusal::Incomplete)?;
    if NEVER.contains(&scheme.as_str()) {
        return Err(Refusal::Unsafe);
    }
    if rest.trim_matches('/').is_empty() || (matches!(scheme.as_str(), "http" | "https") && !has_host(rest)) {
        return Err(Refusal::Incomplete);
    }
    if !has_token(rest) {
        return Ok(format!("{scheme}:{rest}"));
    }
    if !asks_itself(&scheme, rest) {
        return Err(Refusal::Token);
    }
    let rest = without_token(rest);
    if has_token(&rest) { Err(Refusal::Token) } else { Ok(format!("{scheme}:{rest}")) }
}

fn has_token(text: &str) -> bool {
    let text = text.to_ascii_uppercase();
    text.contains(TOKEN) || text.contains("%24SESSION_TOKEN")
}

/// Whether the program asks for a sign-in where the address has no token: Coder's extension of the editors of VS Code's family, whatever their
/// scheme, and its plugins behind `jetbrains-gateway` and `jetbrains`.
fn asks_itself(scheme: &str, rest: &str) -> bool {
    let rest = rest.trim_start_matches('/');
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (host, path) = rest.split_at(end);
    match scheme {
        "jetbrains-gateway" => host == "connect" && parameters(path).any(|one| one == "type=coder"),
        "jetbrains" => {
            let plugin = path.trim_start_matches('/').split(['/', '?', '#']).next().unwrap_or_default();
            host == "gateway" && (plugin == "coder" || plugin.starts_with("com.coder."))
        }
        _ => host == "coder.coder-remote",
    }
}

/// The parameters of an address, those behind `?` and those behind `#`.
fn parameters(rest: &str) -> impl Iterator<Item = &str> {
    rest.split(['?', '#', '&']).skip(1)
}

/// Without each parameter that is a place for a token.
fn without_token(rest: &str) -> String {
    let mut kept = String::new();
    for (place, part) in rest.split_inclusive(['?', '#', '&']).enumerate() {
        let (text, mark) = match part.char_indices().last() {
            Some((at, sign @ ('?' | '#' | '&'))) => (part.get(..at).unwrap_or_default(), Some(sign)),
            _ => (part, None),
        };
        let is_token = place > 0 && text.split_once('=').is_some_and(|(_, value)| has_token(value));
        if !is_token {
            kept.push_str(text);
        } else if mark.is_none_or(|sign| sign != '&') && kept.ends_with(['&', '?']) {
            // The last of its list: the sign before it would lead nowhere.
            kept.pop();
        }
        match mark {
            Some('&') if is_token => {}
            Some(sign) => kept.push(sign),
            None => {}
        }
    }
    if kept.ends_with('#') {
        kept.pop();
    }
    kept
}

/// The region that serves apps with a host of their own: the control plane itself if it is well, else a proxy that is.
pub fn app_region(regions: Option<&[Region]>) -> Result<&Region, Refusal> {
    let regions = regions.ok_or(Refusal::RegionsUnknown)?;
    let mut able = regions.iter().filter(|region| region.wildcard_hostname.contains('*'));
    let well =
        || regions.iter().filter(|region| region.healthy != Some(false) && region.wildcard_hostname.contains('*'));
    match well().find(|region| region.name == PRIMARY).or_else(|| well().next()) {
        Some(region) => Ok(region),
        None if able.next().is_some() => Err(Refusal::RegionDown),
        None => Err(Refusal::NoWildcard),
    }
}

/// What the control plane calls itself among its regions.
const PRIMARY: &str = "primary";

/// The address of an app with a host of its own. The region's own address says whether that is by https: this page may be served otherwise.
pub fn subdomain(name: &str, regions: Option<&[Region]>) -> Result<String, Refusal> {
    let region = app_region(regions)?;
    let is_name = |text: &str| {
        !text.is_empty() && text.chars().all(|sign| sign.is_ascii_alphanumeric() || "-_.*:".contains(sign))
    };
    if !is_name(name) || !is_name(&region.wildcard_hostname) {
        return Err(Refusal::NoWildcard);
    }
    let scheme = scheme_of(&region.path_app_url).map(|(scheme, _)| scheme);
    let scheme = scheme.filter(|scheme| matches!(scheme.as_str(), "http" | "https"));
    let scheme = scheme.map(|scheme| format!("{scheme}:")).unwrap_or_default();
    Ok(format!("{scheme}//{}/", region.wildcard_hostname.replacen('*', name, 1)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn region(name: &str, healthy: bool, url: &str, wildcard: &str) -> Region {
        Region {
            name: name.into(),
            healthy: Some(healthy),
            path_app_url: url.into(),
            wildcard_hostname: wildcard.into(),
        }
    }

    #[test]
    fn what_opens_opens_and_what_must_not_never_does() {
        use Refusal::{Incomplete, Token, Unsafe};
        let same = |address: &'static str| (address, Ok(address));
        for (address, expected) in [
            // Pages.
            same("https://example.com/docs?a=b#c"),
            same("http://localhost:3000"),
            ("HTTPS://Example.com/x", Ok("https://Example.com/x")),
            ("  https://example.com/\n", Ok("https://example.com/")),
            ("https:example.com", Err(Incomplete)),
            ("https:///example.com", Err(Incomplete)),
            ("https://", Err(Incomplete)),
            ("//example.com/x", Err(Incomplete)),
            ("/docs", Err(Incomplete)),
            ("example.com", Err(Incomplete)),
            ("", Err(Incomplete)),
            (" \t", Err(Incomplete)),
            ("https://example.com/?t=$SESSION_TOKEN", Err(Token)),
            // Programs without a token.
            same("zed://ssh/dev.rich-one.owner.coder/home/coder"),
            same("coder://coder.example.com/v0/open/ws/rich-one/agent/dev/rdp?username=a&password=b"),
            same("vscode://vscode-remote/ssh-remote+dev/home/coder"),
            same("ssh://dev.rich-one.owner.coder"),
            same("mailto:ada@example.com"),
            same("slack://channel?team=T1&id=C1"),
            same("x-custom+one.two://a"),
            ("ZED://ssh/a", Ok("zed://ssh/a")),
            ("zed://", Err(Incomplete)),
            ("zed:", Err(Incomplete)),
            // Programs that ask for a sign-in: the place for a token is left out, wherever it stands.
            (
                "cursor://coder.coder-remote/open?owner=a&workspace=b&url=https://c.example.com&token=$SESSION_TOKEN",
                Ok("cursor://coder.coder-remote/open?owner=a&workspace=b&url=https://c.example.com"),
            ),
            (
                "windsurf://coder.coder-remote/open?token=$SESSION_TOKEN&owner=a",
                Ok("windsurf://coder.coder-remote/open?owner=a"),
            ),
            (
                "kiro://coder.coder-remote/open?owner=a&token=$SESSION_TOKEN&openRecent",
                Ok("kiro://coder.coder-remote/open?owner=a&openRecent"),
            ),
            ("vscode://coder.coder-remote/open?token=$SESSION_TOKEN", Ok("vscode://coder.coder-remote/open")),
            ("vscode://coder.coder-remote/open?token=%24session_token#a", Ok("vscode://coder.coder-remote/open#a")),
            (
                "jetbrains-gateway://connect#type=coder&workspace=b&token=$SESSION_TOKEN&ide_product_code=GO",
                Ok("jetbrains-gateway://connect#type=coder&workspace=b&ide_product_code=GO"),
            ),
            (
                "jetbrains://gateway/com.coder.toolbox?&workspace=b&token=$SESSION_TOKEN&agent_name=dev",
                Ok("jetbrains://gateway/com.coder.toolbox?&workspace=b&agent_name=dev"),
            ),
            ("jetbrains://gateway/coder?workspace=b&token=$SESSION_TOKEN", Ok("jetbrains://gateway/coder?workspace=b")),
            // Those that need it, and those that have it where nothing can be left out.
            ("jetbrains-gateway://connect#x=$SESSION_TOKEN", Err(Token)),
            ("jetbrains://idea/navigate?token=$SESSION_TOKEN", Err(Token)),
            ("zed://open?token=$SESSION_TOKEN", Err(Token)),
            ("cursor://evil.remote/open?token=$SESSION_TOKEN", Err(Token)),
            ("cursor://coder.coder-remote.evil/open?token=$SESSION_TOKEN", Err(Token)),
            ("cursor://coder.coder-remote/$SESSION_TOKEN/open", Err(Token)),
            ("cursor://coder.coder-remote/open?$SESSION_TOKEN", Err(Token)),
            // Never, however they are written.
            ("javascript:alert(1)", Err(Unsafe)),
            ("JavaScript:alert(1)", Err(Unsafe)),
            (" javascript:alert(1)", Err(Unsafe)),
            ("\u{1}\u{1f}javascript:alert(1)", Err(Unsafe)),
            ("java\tscr\nipt\r:alert(1)", Err(Unsafe)),
            ("javascript\t:alert(1)", Err(Unsafe)),
            ("javascript:\n//%0aalert(1)", Err(Unsafe)),
            ("javascript://coder.coder-remote/open?token=$SESSION_TOKEN", Err(Unsafe)),
            ("javascript:", Err(Unsafe)),
            ("data:text/html,<script>alert(1)</script>", Err(Unsafe)),
            ("DATA:text/html;base64,AAAA", Err(Unsafe)),
            ("blob:https://example.com/1", Err(Unsafe)),
            ("file:///etc/passwd", Err(Unsafe)),
            ("vbscript:msgbox(1)", Err(Unsafe)),
            ("view-source:javascript:alert(1)", Err(Unsafe)),
            ("feed:javascript:alert(1)", Err(Unsafe)),
            ("filesystem:https://example.com/temporary/x", Err(Unsafe)),
            ("about:blank", Err(Unsafe)),
            // What only looks like one has no scheme, so it leads nowhere.
            ("javascript%3Aalert(1)", Err(Incomplete)),
            ("%6aavascript:alert(1)", Err(Incomplete)),
            ("java\0script:alert(1)", Err(Incomplete)),
            ("java\u{7f}script:alert(1)", Err(Incomplete)),
            ("\u{a0}javascript:alert(1)", Err(Incomplete)),
            ("java\u{200b}script:alert(1)", Err(Incomplete)),
            ("&#106;avascript:alert(1)", Err(Incomplete)),
            (":javascript:alert(1)", Err(Incomplete)),
            ("jаvascript:alert(1)", Err(Incomplete)),
        ] {
            assert_eq!(external(address).as_deref().map_err(|refusal| *refusal), expected, "{address:?}");
        }
    }

    proptest! {
        #[test]
        fn no_spelling_of_a_forbidden_scheme_opens(
            scheme in prop::sample::select(NEVER.to_vec()),
            noise in prop::collection::vec(prop::sample::select(vec!["", "\t", "\n", "\r", " ", "\0", "\u{b}", "%09", "\u{ad}"]), 0..30),
            upper in prop::collection::vec(any::<bool>(), 30),
            rest in "[ -~]{0,20}",
        ) {
            let mut spelled = String::new();
            for (place, sign) in scheme.chars().enumerate() {
                spelled.push_str(noise.get(place).copied().unwrap_or_default());
                spelled.push(if upper[place % upper.len()] { sign.to_ascii_uppercase() } else { sign });
            }
            spelled.push(':');
            spelled.push_str(&rest);
            if let Ok(opened) = external(&spelled) {
                let (found, _) = scheme_of(&opened).unwrap();
                prop_assert!(!NEVER.contains(&found.as_str()), "{spelled:?} opens {opened:?}");
                // The browser drops these: what is opened must already be without them.
                prop_assert!(!opened.contains(|sign: char| sign.is_control()));
            }
        }

        #[test]
        fn no_address_carries_the_place_of_a_token(address in "(cursor|vscode|zed|https|jetbrains)://(coder\\.coder-remote|gateway|x)/(open|coder)?[?#&]([a-z]=[$a-z]{1,3}|token=\\$SESSION_TOKEN|&|#|\\?){0,6}") {
            if let Ok(opened) = external(&address) {
                prop_assert!(!has_token(&opened), "{address} opens {opened}");
                prop_assert!(has_token(&address) || opened == address, "{address} opens {opened}");
            }
        }
    }

    #[test]
    fn only_an_address_of_the_web_is_a_link() {
        for (text, link) in [
            ("https://example.com/a?b#c", Some("https://example.com/a?b#c")),
            ("http://10.0.0.1:8080", Some("http://10.0.0.1:8080")),
            (" https://example.com ", Some("https://example.com")),
            ("HTTPS://example.com", Some("https://example.com")),
            ("see https://example.com", None),
            ("https://example.com and more", None),
            ("https://", None),
            ("https:///x", None),
            ("https://@x", None),
            ("example.com", None),
            ("javascript:alert(1)", None),
            ("java\nscript:alert(1)", None),
            ("ftp://example.com", None),
            ("50 GB", None),
            ("", None),
        ] {
            assert_eq!(web_address(text).as_deref(), link, "{text:?}");
        }
    }

    #[test]
    fn apps_with_a_host_of_their_own_are_where_a_region_that_is_well_says() {
        let primary = |healthy, wildcard| region("primary", healthy, "https://coder.example.com", wildcard);
        let proxy = |healthy| region("sydney", healthy, "https://sydney.example.com", "*.sydney.example.com");
        let name = "web--rich-one--owner";
        for (regions, expected) in [
            (vec![primary(true, "*.apps.example.com")], Ok("https://web--rich-one--owner.apps.example.com/")),
            // Wherever it stands in the list.
            (
                vec![proxy(true), primary(true, "*.apps.example.com")],
                Ok("https://web--rich-one--owner.apps.example.com/"),
            ),
            (
                vec![proxy(true), primary(false, "*.apps.example.com")],
                Ok("https://web--rich-one--owner.sydney.example.com/"),
            ),
            (vec![primary(true, ""), proxy(true)], Ok("https://web--rich-one--owner.sydney.example.com/")),
            (vec![primary(true, ""), proxy(false)], Err(Refusal::RegionDown)),
            (vec![primary(false, "*.apps.example.com")], Err(Refusal::RegionDown)),
            (vec![primary(true, "")], Err(Refusal::NoWildcard)),
            (vec![primary(true, "apps.example.com")], Err(Refusal::NoWildcard)),
            (vec![primary(true, "*.evil.example/x?")], Err(Refusal::NoWildcard)),
            (vec![], Err(Refusal::NoWildcard)),
            // The scheme is the region's, not this page's; a suffix behind the star and a port are kept.
            (
                vec![region("primary", true, "http://localhost:3000", "*--apps.localhost:3000")],
                Ok("http://web--rich-one--owner--apps.localhost:3000/"),
            ),
            (vec![region("primary", true, "javascript:x", "*.a.example")], Ok("//web--rich-one--owner.a.example/")),
            (vec![region("primary", true, "", "*.a.example")], Ok("//web--rich-one--owner.a.example/")),
        ] {
            let found = subdomain(name, Some(&regions));
            assert_eq!(found.as_deref().map_err(|refusal| *refusal), expected, "{regions:?}");
        }
        assert_eq!(subdomain(name, None), Err(Refusal::RegionsUnknown));
        assert_eq!(subdomain("", Some(&[primary(true, "*.a.example")])), Err(Refusal::NoWildcard));
        assert_eq!(subdomain("a/b", Some(&[primary(true, "*.a.example")])), Err(Refusal::NoWildcard));
    }
}

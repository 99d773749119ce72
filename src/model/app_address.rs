//! Where an app of an agent is reached (docs/control-plane-api.md, 2.3): which addresses a link may lead to, what
//! becomes of the place for a session token, and which region serves apps with a host of their own. Addresses are
//! written by a template's author: what would run or read something in this page is never one. Pure; may import `wire`.

use crate::wire::deployment::Region;

/// Where a template's address has the place of a session token.
const TOKEN: &str = "$SESSION_TOKEN";

/// Schemes that a browser handles itself, inside a page or on this machine's files: never followed, whatever comes
/// after them.
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

/// An address as browsers read it: without blanks and control characters around it, without tabs and line breaks in it.
/// None if another control character or a blank is left, which is in no address.
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
pub(crate) fn web_address(text: &str) -> Option<String> {
    let address = cleaned(text)?;
    let (scheme, rest) = scheme_of(&address)?;
    (matches!(scheme.as_str(), "http" | "https") && has_host(rest) && !address.contains(char::is_whitespace))
        .then(|| format!("{scheme}:{rest}"))
}

fn has_host(rest: &str) -> bool {
    let host = rest.strip_prefix("//").unwrap_or_default();
    host.chars().next().is_some_and(|sign| !matches!(sign, '/' | '\\' | '?' | '#' | ':' | '@'))
}

/// The address of an app outside the workspace: a page, or a program of the reader's machine. Where it has a place for
/// a session token and the program asks for a sign-in itself, that place is left out.
pub(crate) fn external(address: &str) -> Result<String, Refusal> {
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

/// Whether the program asks for a sign-in where the address has no token: Coder's extension of the editors of VS Code's
/// family, whatever their scheme, and its plugins behind `jetbrains-gateway` and `jetbrains`.
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
pub(crate) fn app_region(regions: Option<&[Region]>) -> Result<&Region, Refusal> {
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

/// The address of an app with a host of its own. The region's own address says whether that is by https: this page may
/// be served otherwise.
pub(crate) fn subdomain(name: &str, regions: Option<&[Region]>) -> Result<String, Refusal> {
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
mod tests;

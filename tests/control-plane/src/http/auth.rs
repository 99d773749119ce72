//! Who is calling: the places a token may stand in, in their order, the refusals, CSRF, and what a caller may do.
//! May import `blueprint`, `model`, `world`, `http::error`.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::error::{ApiError, FORBIDDEN_DETAIL};
use crate::blueprint::{Race, Scenario};
use crate::clock::{HOUR, Us};
use crate::model::{Key, User, Workspace};
use crate::world::World;
use crate::{App, Shared};

/// Name of the session cookie and of the query parameter.
pub const COOKIE: &str = "coder_session_token";
/// The header that carries a token.
pub const HEADER: &str = "coder-session-token";
/// How long a session lasts without use.
const SESSION: Us = 24 * HOUR;
/// What a cross-site forgery refusal says, in plain text.
pub const CSRF_TEXT: &str = "Something is wrong with your CSRF token. Please refresh the page. If this error persists, try clearing your cookies.\n";

/// The signed-in caller.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The person, as they were when the request came.
    pub user: User,
    /// The key they used.
    pub key_id: String,
}

/// A cookie of a request.
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value.trim_matches('"'))
}

/// A parameter of a query, decoded.
pub fn query_value(uri: &Uri, name: &str) -> Option<String> {
    pairs(uri.query().unwrap_or_default()).into_iter().find(|(key, _)| key == name).map(|(_, value)| value)
}

/// All parameters of a query, decoded.
pub fn pairs(query: &str) -> Vec<(String, String)> {
    query
        .split('&')
        .filter(|part| !part.is_empty())
        .map(|part| {
            let (key, value) = part.split_once('=').unwrap_or((part, ""));
            (decode(key), decode(value))
        })
        .collect()
}

fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'+' => bytes.push(b' '),
            b'%' => {
                let pair: Vec<u8> = rest.clone().take(2).collect();
                let code = std::str::from_utf8(&pair).ok().and_then(|hex| u8::from_str_radix(hex, 16).ok());
                if let (Some(code), 2) = (code, pair.len()) {
                    bytes.push(code);
                    rest.next();
                    rest.next();
                } else {
                    bytes.push(byte);
                }
            }
            _ => bytes.push(byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The token of a request. The first place that holds a text wins, even if that text is no good.
pub(super) fn token(headers: &HeaderMap, uri: &Uri) -> Option<String> {
    let header_text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let bearer = || {
        let text = header_text("authorization")?;
        let (scheme, rest) = text.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| rest.to_owned())
    };
    cookie(headers, COOKIE)
        .map(str::to_owned)
        .filter(|text| !text.is_empty())
        .or_else(|| query_value(uri, COOKIE).filter(|text| !text.is_empty()))
        .or_else(|| header_text(HEADER).filter(|text| !text.is_empty()))
        .or_else(|| bearer().filter(|text| !text.is_empty()))
        .or_else(|| query_value(uri, "access_token").filter(|text| !text.is_empty()))
}

/// Whether a request has to be refused as a possible forgery.
pub fn is_forgery(method: &Method, uri: &Uri, headers: &HeaderMap) -> bool {
    if matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS | Method::TRACE) {
        return false;
    }
    let path = uri.path();
    if !path.starts_with("/api") {
        return false;
    }
    let exempt = path == "/api/v2/users/first"
        || path == "/api/v2/csp/reports"
        || path.starts_with("/api/v2/workspaceagents/")
        || path.starts_with("/api/v2/workspaceproxies/me")
        || path.starts_with("/api/v2/derp")
        || path.starts_with("/api/v2/scim");
    let Some(session) = cookie(headers, COOKIE).filter(|text| !text.is_empty()) else { return false };
    let same = |value: Option<String>| value.is_some_and(|value| value == session);
    let header_text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let bearer = header_text("authorization").is_some_and(|text| text.to_ascii_lowercase().starts_with("bearer"));
    !(exempt || bearer || same(header_text(HEADER)) || same(query_value(uri, COOKIE)))
}

/// SHA-256 of a token's secret.
pub fn hash_secret(secret: &str) -> Vec<u8> {
    Sha256::digest(secret.as_bytes()).to_vec()
}

/// A new key and its text: ten characters, a dash, twenty-two characters.
pub fn new_key(user_id: Uuid, token_name: &str, login_type: &str, now: Us, lifetime: Option<Us>) -> (Key, String) {
    let id = random_text(10);
    let secret = random_text(22);
    let lifetime = lifetime.unwrap_or(SESSION);
    let text = format!("{id}-{secret}");
    let key = Key {
        id,
        secret_hash: hash_secret(&secret),
        user_id,
        login_type: login_type.to_owned(),
        token_name: token_name.to_owned(),
        lifetime_seconds: lifetime / 1_000_000,
        created_at: now,
        expires_at: now + lifetime,
        last_used: 0,
    };
    (key, text)
}

fn random_text(length: usize) -> String {
    const LETTERS: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let mut text = String::with_capacity(length);
    while text.len() < length {
        for byte in Uuid::new_v4().into_bytes() {
            // Bytes 6 and 8 of a UUID are not wholly random; skewing a development token a little does no harm.
            if let (Some(letter), true) = (LETTERS.get(usize::from(byte) % LETTERS.len()), text.len() < length) {
                text.push(char::from(*letter));
            }
        }
    }
    text
}

/// 401 with the words and the header of the real server.
pub fn signed_out(app: &App, detail: impl Into<String>) -> ApiError {
    ApiError::new(
        StatusCode::UNAUTHORIZED,
        "You are signed out or your session has expired. Please sign in again to continue.",
    )
    .detail(detail)
    .header(
        header::WWW_AUTHENTICATE,
        &format!(
            "Bearer realm=\"coder\", error=\"invalid_token\", error_description=\"The access token has expired\", resource_metadata=\"{}/.well-known/oauth-protected-resource\"",
            app.access_url
        ),
    )
}

/// Finds the caller of a request.
pub fn authenticate(app: &App, headers: &HeaderMap, uri: &Uri) -> Result<Caller, ApiError> {
    let Some(token) = token(headers, uri) else {
        return Err(signed_out(app, "Cookie \"coder_session_token\" or query parameter must be provided."));
    };
    let parts: Vec<&str> = token.split('-').collect();
    let [id, secret] = parts.as_slice() else {
        let found = parts.len();
        return Err(signed_out(
            app,
            format!("Invalid API key format: incorrect amount of API key parts, expected 2 got {found}"),
        ));
    };
    if id.len() != 10 {
        return Err(signed_out(app, format!("Invalid API key format: incorrect id length {}, expected 10", id.len())));
    }
    if secret.len() != 22 {
        return Err(signed_out(
            app,
            format!("Invalid API key format: incorrect secret length {}, expected 22", secret.len()),
        ));
    }
    let now = app.clock.now();
    let (caller, key, seen) = {
        let world = app.store.read();
        let Some(key) = world.key(id).filter(|key| key.secret_hash == hash_secret(secret)) else {
            return Err(signed_out(app, "API key is invalid."));
        };
        if key.expires_at < now {
            return Err(signed_out(app, format!("API key expired at \"{}\".", go_time(key.expires_at))));
        }
        let Some(user) = world.user(key.user_id) else {
            return Err(signed_out(app, "API key is invalid."));
        };
        if user.status == "suspended" {
            return Err(ApiError::new(
                StatusCode::UNAUTHORIZED,
                "User is not active (status = \"suspended\"). Contact an admin to reactivate your account.",
            ));
        }
        (Caller { user: user.clone(), key_id: key.id.clone() }, key.clone(), user.last_seen_at)
    };
    refresh(app, &caller, &key, seen, now);
    Ok(caller)
}

/// Moves the end of a session that is used, and notes that the person was seen; at most once an hour and once a minute.
fn refresh(app: &App, caller: &Caller, key: &Key, seen: Us, now: Us) {
    let lifetime = key.lifetime_seconds * 1_000_000;
    let extend = key.login_type == "password" && key.expires_at - now <= lifetime - HOUR;
    let note_key = extend || now - key.last_used > HOUR;
    let note_user = now - seen > HOUR;
    if !note_key && !note_user {
        return;
    }
    app.store.write(|world| {
        if note_key {
            let mut key = key.clone();
            key.last_used = now;
            if extend {
                key.expires_at = now + lifetime;
            }
            if world.key(&key.id).is_some() {
                world.put_key(key);
            }
        }
        if note_user && let Some(user) = world.user_mut(caller.user.id) {
            user.last_seen_at = now;
            if user.status == "dormant" {
                "active".clone_into(&mut user.status);
            }
        }
    });
}

/// A time as Go prints it.
fn go_time(us: Us) -> String {
    DateTime::<Utc>::from_timestamp_micros(us)
        .map(|time| time.format("%Y-%m-%d %H:%M:%S%.6f +0000 UTC").to_string())
        .unwrap_or_default()
}

impl FromRequestParts<Shared> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, ApiError> {
        authenticate(app, &parts.headers, &parts.uri)
    }
}

/// What may be done to a workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// See it.
    Read,
    /// Start it.
    Start,
    /// Stop it.
    Stop,
    /// Delete it.
    Delete,
    /// Change its settings.
    Update,
}

impl Action {
    /// The word in refusals.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Start => "start",
            Self::Stop => "stop",
            Self::Delete => "delete",
            Self::Update => "update",
        }
    }
}

impl Caller {
    /// Whether the caller has a site-wide role.
    pub fn has_role(&self, role: &str) -> bool {
        self.user.roles.iter().any(|mine| mine == role)
    }

    /// Whether the caller is the deployment's owner.
    pub fn is_owner(&self) -> bool {
        self.has_role("owner")
    }

    pub fn has_organization_role(&self, organization: Uuid, role: &str) -> bool {
        self.user.organizations.get(&organization).is_some_and(|roles| roles.iter().any(|mine| mine == role))
    }

    /// Whether the caller may change the templates of an organization.
    pub fn may_update_templates(&self, organization: Uuid) -> bool {
        self.is_owner()
            || self.has_role("template-admin")
            || self.has_organization_role(organization, "organization-admin")
            || self.has_organization_role(organization, "organization-template-admin")
    }

    /// Whether the caller may make workspaces for others.
    pub fn may_create_for_others(&self, organization: Uuid) -> bool {
        self.is_owner() || self.has_organization_role(organization, "organization-admin")
    }

    /// Whether the caller may see an organization.
    pub fn sees_organization(&self, organization: Uuid) -> bool {
        self.user.organizations.contains_key(&organization)
            || ["owner", "template-admin", "user-admin", "auditor"].iter().any(|role| self.has_role(role))
    }

    /// Whether the caller may see the templates of an organization.
    pub fn reads_templates(&self, organization: Uuid) -> bool {
        self.user.organizations.contains_key(&organization)
            || self.is_owner()
            || self.has_role("template-admin")
            || self.has_role("auditor")
    }

    /// Whether the caller may see other people.
    pub fn reads_users(&self) -> bool {
        self.is_owner() || self.has_role("user-admin") || self.has_role("template-admin") || self.has_role("auditor")
    }

    /// Whether the caller may do something to a workspace.
    pub fn may(&self, action: Action, workspace: &Workspace) -> bool {
        if self.is_owner()
            || self.has_organization_role(workspace.organization_id, "organization-admin")
            || (workspace.owner_id == self.user.id && self.user.organizations.contains_key(&workspace.organization_id))
        {
            return true;
        }
        if action == Action::Read && self.has_role("template-admin") {
            return true;
        }
        match workspace.acl.get(&self.user.id).map(String::as_str) {
            Some("admin") => true,
            Some(_) => matches!(action, Action::Read | Action::Start | Action::Stop),
            None => false,
        }
    }

    /// The workspace, if the caller may see it; 404 otherwise.
    pub fn workspace<'w>(&self, world: &'w World, id: Uuid) -> Result<&'w Workspace, ApiError> {
        let visible = |workspace: &&Workspace| self.may(Action::Read, workspace) && !is_hidden(world, workspace);
        world.workspace(id).filter(visible).ok_or_else(ApiError::not_found)
    }

    /// The person a path means: `me`, an id or a username; 404 if the caller may not see them.
    pub fn person<'w>(&self, world: &'w World, text: &str) -> Result<&'w User, ApiError> {
        let found = if text == "me" {
            world.user(self.user.id)
        } else {
            match Uuid::parse_str(text) {
                Ok(id) => world.user(id),
                Err(_) => world.user_named(text),
            }
        };
        found.filter(|user| user.id == self.user.id || self.reads_users()).ok_or_else(ApiError::not_found)
    }
}

/// Whether a workspace is called so that nobody may see it any more, once its first build is over.
pub fn is_hidden(world: &World, workspace: &Workspace) -> bool {
    Scenario::of(&workspace.name).race == Race::Hidden
        && world.latest_build(workspace.id).is_some_and(|latest| !latest.job.is_active())
}

/// The refusal of an action on a workspace that one may see.
pub fn may_not(action: Action) -> ApiError {
    ApiError::new(StatusCode::FORBIDDEN, format!("You do not have permission to {} this workspace.", action.as_str()))
        .detail(FORBIDDEN_DETAIL)
}

/// Reads an id of a path.
pub fn id(text: &str) -> Result<Uuid, ApiError> {
    // Go's parser also takes braces and `urn:uuid:`; ours too.
    Uuid::parse_str(text).map_err(|_| {
        let detail = match text.len() {
            32 | 36 | 38 | 45 => "invalid UUID format".to_owned(),
            length => format!("invalid UUID length: {length}"),
        };
        ApiError::bad_request(format!("Invalid UUID \"{text}\".")).detail(detail)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(method: &str, uri: &str, headers: &[(&str, &str)]) -> (Method, Uri, HeaderMap) {
        let mut builder = axum::http::Request::builder().method(method).uri(uri);
        for (name, value) in headers {
            builder = builder.header(*name, *value);
        }
        let (parts, ()) = builder.body(()).unwrap().into_parts();
        (parts.method, parts.uri, parts.headers)
    }

    #[test]
    fn the_first_place_that_holds_a_token_wins() {
        let all = [
            ("cookie", "a=b; coder_session_token=cookie"),
            ("coder-session-token", "header"),
            ("authorization", "Bearer bearer"),
        ];
        let of = |uri: &str, headers: &[(&str, &str)]| {
            let (_, uri, headers) = request("GET", uri, headers);
            token(&headers, &uri).unwrap_or_default()
        };
        let uri = "/x?access_token=access&coder_session_token=query";
        assert_eq!(of(uri, &all), "cookie");
        assert_eq!(of(uri, &all[1..]), "query");
        assert_eq!(of("/x?access_token=access", &all[1..]), "header");
        assert_eq!(of("/x?access_token=access", &all[2..]), "bearer");
        assert_eq!(of("/x?access_token=access", &[("cookie", "coder_session_token=")]), "access");
        assert_eq!(of("/x", &[]), "");
    }

    #[test]
    fn forgeries_are_told_from_honest_requests() {
        let refused = |method: &str, uri: &str, headers: &[(&str, &str)]| {
            let (method, uri, headers) = request(method, uri, headers);
            is_forgery(&method, &uri, &headers)
        };
        let cookie = ("cookie", "coder_session_token=t");
        assert!(refused("POST", "/api/v2/users/login", &[cookie]));
        assert!(!refused("GET", "/api/v2/users/me", &[cookie]));
        assert!(!refused("POST", "/api/v2/users/login", &[]));
        assert!(!refused("POST", "/api/v2/users/first", &[cookie]));
        assert!(!refused("POST", "/api/v2/authcheck", &[cookie, ("authorization", "Bearer gantry")]));
        assert!(!refused("POST", "/api/v2/authcheck", &[cookie, ("coder-session-token", "t")]));
        assert!(refused("POST", "/api/v2/authcheck", &[cookie, ("coder-session-token", "other")]));
        assert!(!refused("POST", "/api/v2/authcheck?coder_session_token=t", &[cookie]));
        assert!(refused("POST", "/api/v2/authcheck", &[cookie, ("x-csrf-token", "made-up")]));
    }

    #[test]
    fn queries_are_decoded() {
        assert_eq!(
            pairs("q=owner%3Ame+x%zz&limit"),
            [("q".to_owned(), "owner:me x%zz".to_owned()), ("limit".to_owned(), String::new())]
        );
    }

    #[test]
    fn ids_are_refused_in_the_servers_words() {
        assert_eq!(id("nonsense").unwrap_err().body()["detail"], "invalid UUID length: 8");
        assert!(id("11111111-1111-1111-1111-111111111111").is_ok());
    }
}

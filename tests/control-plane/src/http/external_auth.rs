//! Accounts elsewhere that templates need: one is signed in to by going there, one by typing a code. Both providers ask
//! nothing. May import everything of this crate.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::IntoResponse;
use axum::routing::get;
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::Routes;
use super::auth::{self, Caller, query_value};
use super::error::{Answer, ApiError, Body, empty, ok};
use super::session::{check_state, own_path, plain, to_provider};
use super::templates::visible_version;
use crate::blueprint;
use crate::clock::{HOUR, rfc3339};
use crate::{Age, Shared};

/// A provider of accounts.
struct Provider {
    id: &'static str,
    kind: &'static str,
    name: &'static str,
    icon: &'static str,
    /// Whether one signs in by a code that is typed on another page.
    device: bool,
}

const PROVIDERS: [Provider; 2] = [
    Provider { id: "git", kind: "gitlab", name: "Acme Git", icon: "/icon/gitlab.svg", device: false },
    Provider { id: "packages", kind: "github", name: "Acme Packages", icon: "/icon/github.svg", device: true },
];

/// Where the provider of the first lives, outside the API as any provider.
pub const AUTHORIZE: &str = "/demo-provider/git/authorize";
/// Where one begins to sign in to it, and comes back to. Outside the API too.
pub const CALLBACK: &str = "/external-auth/{provider}/callback";

/// The routes of this file below the API.
pub fn routes() -> Routes {
    Routes::new()
        .route("/external-auth", get(all))
        .route("/external-auth/{provider}", get(one).delete(unlink))
        .route("/external-auth/{provider}/device", get(device).post(exchange))
        .route("/templateversions/{version}/external-auth", get(of_version))
}

fn provider(id: &str) -> Result<&'static Provider, ApiError> {
    PROVIDERS.iter().find(|provider| provider.id == id).ok_or_else(ApiError::not_found)
}

/// Whether the caller is signed in there, as of now.
fn is_linked(app: &Shared, caller: &Caller, id: &str) -> bool {
    app.store.read().user(caller.user.id).is_some_and(|user| user.links.contains_key(id))
}

fn link(app: &Shared, user: Uuid, id: &str) {
    let now = app.clock.now();
    app.store.write(|world| {
        if let Some(user) = world.user_mut(user) {
            user.links.insert(id.to_owned(), now);
        }
    });
}

async fn all(State(app): State<Shared>, caller: Caller) -> Answer {
    let providers: Vec<Value> = PROVIDERS
        .iter()
        .map(|provider| {
            json!({
                "id": provider.id,
                "type": provider.kind,
                "device": provider.device,
                "display_name": provider.name,
                "display_icon": provider.icon,
                "allow_refresh": true,
                "allow_validate": true,
                "supports_revocation": true,
                "code_challenge_methods_supported": ["S256"],
            })
        })
        .collect();
    let world = app.store.read();
    let links = world.user(caller.user.id).map(|user| user.links.clone()).unwrap_or_default();
    let links: Vec<Value> = links
        .iter()
        .map(|(id, at)| {
            json!({
                "provider_id": id,
                "created_at": rfc3339(*at),
                "updated_at": rfc3339(*at),
                "has_refresh_token": true,
                "expires": rfc3339(*at + HOUR),
                "authenticated": true,
                "validate_error": "",
            })
        })
        .collect();
    ok(&json!({"providers": providers, "links": links}))
}

async fn one(State(app): State<Shared>, caller: Caller, Path(id): Path<String>) -> Answer {
    let provider = provider(&id)?;
    ok(&json!({
        "authenticated": is_linked(&app, &caller, provider.id),
        "device": provider.device,
        "display_name": provider.name,
        "supports_revocation": false,
        "user": null,
        "app_installable": false,
        "installations": [],
        "app_install_url": "",
    }))
}

async fn unlink(State(app): State<Shared>, caller: Caller, Path(id): Path<String>) -> Answer {
    let id = provider(&id)?.id;
    let was = app.store.write(|world| world.user_mut(caller.user.id).and_then(|user| user.links.remove(id)));
    if was.is_none() {
        return Err(ApiError::not_found());
    }
    if app.config.age == Age::Newest { ok(&json!({"token_revoked": true})) } else { empty(StatusCode::OK) }
}

async fn of_version(State(app): State<Shared>, caller: Caller, Path(text): Path<String>) -> Answer {
    let accounts = {
        let world = app.store.read();
        let version = visible_version(&world, &caller, &text)?;
        if version.importing { Vec::new() } else { blueprint::named(&version.blueprint).accounts }
    };
    let mut list: Vec<Value> = Vec::new();
    for (id, optional) in accounts {
        let provider = provider(id)?;
        let mut account = json!({
            "id": provider.id,
            "type": provider.kind,
            "display_name": provider.name,
            "display_icon": provider.icon,
            "authenticate_url": format!("{}/external-auth/{}", app.access_url, provider.id),
            "authenticated": is_linked(&app, &caller, provider.id),
        });
        if optional && let Some(account) = account.as_object_mut() {
            account.insert("optional".into(), true.into());
        }
        list.push(account);
    }
    ok(&list.into())
}

// --- by a code -------------------------------------------------------------------------------------------------------

async fn device(State(app): State<Shared>, _caller: Caller, Path(id): Path<String>) -> Answer {
    if !provider(&id)?.device {
        return Err(ApiError::bad_request("External auth provider does not support device flow."));
    }
    ok(&json!({
        "device_code": "demo",
        "user_code": "ABCD-1234",
        "verification_uri": format!("{}/demo-provider/activate", app.access_url),
        "expires_in": 900,
        "interval": 1,
    }))
}

#[derive(Deserialize)]
struct Code {
    #[serde(default)]
    device_code: String,
}

/// The first question comes before the code was typed, the next after it.
async fn exchange(State(app): State<Shared>, caller: Caller, Path(id): Path<String>, Body(code): Body<Code>) -> Answer {
    let provider = provider(&id)?;
    let failed = |detail: &str| Err(ApiError::bad_request("Failed to exchange device code.").detail(detail));
    if !provider.device || code.device_code != "demo" {
        return failed("bad_verification_code");
    }
    if app.limits.every_other(caller.user.id) {
        return failed("authorization_pending");
    }
    link(&app, caller.user.id, provider.id);
    empty(StatusCode::NO_CONTENT)
}

// --- by going there --------------------------------------------------------------------------------------------------

/// Both ends of the way: without a code to the provider, with one back to where the browser wanted.
pub async fn callback(State(app): State<Shared>, Path(id): Path<String>, headers: HeaderMap, uri: Uri) -> Answer {
    let provider = provider(&id)?;
    let Ok(caller) = auth::authenticate(&app, &headers, &uri) else {
        let back = uri.path_and_query().map_or("/", |path| path.as_str());
        let query: String = [
            ("message", "You are signed out or your session has expired. Please sign in again to continue."),
            ("redirect", back),
        ]
        .iter()
        .map(|(key, value)| format!("&{key}={}", encoded(value)))
        .collect();
        let login = format!("/login?{}", query.trim_start_matches('&'));
        return Ok((StatusCode::SEE_OTHER, [(header::LOCATION, login)]).into_response());
    };
    if query_value(&uri, "code").is_none() {
        let back = encoded(&format!("{}/external-auth/{}/callback", app.access_url, provider.id));
        let address = format!("{}{AUTHORIZE}?client_id=coder&redirect_uri={back}", app.provider_url);
        return Ok(to_provider(&uri, &address));
    }
    check_state(&headers, &uri)?;
    link(&app, caller.user.id, provider.id);
    let wanted = auth::cookie(&headers, "oauth_redirect").map(own_path).filter(|path| path != "/");
    let wanted = wanted.unwrap_or_else(|| format!("/external-auth/{}?redirected=true", provider.id));
    Ok((StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, wanted)]).into_response())
}

/// The provider: it asks nothing, and sends the browser back to the control plane's own address.
pub async fn authorize(State(app): State<Shared>, uri: Uri) -> Answer {
    let state = plain(&query_value(&uri, "state").unwrap_or_default());
    let back = format!("{}/external-auth/git/callback?code=code&state={state}", app.access_url);
    Ok((StatusCode::FOUND, [(header::LOCATION, back)]).into_response())
}

/// A text as it stands in a query.
fn encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b' ' => "+".to_owned(),
            byte if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) => char::from(byte).to_string(),
            byte => format!("%{byte:02X}"),
        })
        .collect()
}

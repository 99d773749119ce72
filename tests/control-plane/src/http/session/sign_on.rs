//! Signing in by way of somebody else: GitHub, OIDC, and the provider that plays along.

use super::people::{NewUser, make_user};
use crate::Shared;
use crate::http::auth;
use crate::http::auth::COOKIE;
use crate::http::error::{Answer, ApiError, ok};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{AppendHeaders, IntoResponse};
use serde_json::json;
use uuid::Uuid;

pub(super) async fn auth_methods(State(app): State<Shared>) -> Answer {
    let words = if app.config.oidc { "Sign in with Acme" } else { "" };
    ok(&json!({
        "password": {"enabled": true},
        "github": {"enabled": app.config.github, "default_provider_configured": false},
        "oidc": {"enabled": app.config.oidc, "signInText": words, "iconUrl": ""},
    }))
}

/// Where the provider of `--oidc` lives, outside the API as any provider.
pub const PROVIDER: &str = "/demo-provider/authorize";

/// The provider: it knows one person, asks nothing, and sends the browser back to the control plane's own address.
pub async fn provider(State(app): State<Shared>, uri: Uri) -> Answer {
    if !app.config.oidc {
        return Err(ApiError::no_route());
    }
    let state = auth::query_value(&uri, "state").unwrap_or_default();
    let back = format!("{}/api/v2/users/oidc/callback?code=code&state={}", app.access_url, plain(&state));
    Ok((StatusCode::FOUND, [(header::LOCATION, back)]).into_response())
}

/// Letters and digits alone, for what goes into a header.
pub fn plain(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).collect()
}

/// A path on this host from whatever was asked for.
pub fn own_path(text: &str) -> String {
    let path = match text.split_once("://") {
        Some((_, rest)) => rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/"),
        None => text,
    };
    let path: String =
        path.chars().filter(|letter| letter.is_ascii_graphic() && !matches!(letter, ';' | '"')).collect();
    format!("/{}", path.trim_start_matches('/'))
}

/// The way to a provider: its address, and cookies that say where the browser goes afterwards.
pub fn to_provider(uri: &Uri, provider: &str) -> axum::response::Response {
    let state = Uuid::new_v4().simple().to_string();
    let wanted = own_path(&auth::query_value(uri, "redirect").unwrap_or_default());
    let location = format!("{provider}&response_type=code&state={state}");
    let cookie =
        |name: &str, value: &str| (header::SET_COOKIE, format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax"));
    let cookies = AppendHeaders([cookie("oauth_state", &state), cookie("oauth_redirect", &wanted)]);
    (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, location)], cookies).into_response()
}

/// The state was left with the host where the browser began; on any other host it is missing.
pub fn check_state(headers: &HeaderMap, uri: &Uri) -> Result<(), ApiError> {
    let state = auth::query_value(uri, "state").unwrap_or_default();
    if state.is_empty() {
        return Err(ApiError::bad_request("State must be provided."));
    }
    match auth::cookie(headers, "oauth_state").filter(|expected| !expected.is_empty()) {
        None => Err(ApiError::new(StatusCode::UNAUTHORIZED, "Cookie \"oauth_state\" must be provided.")),
        Some(expected) if state != expected => Err(ApiError::new(StatusCode::UNAUTHORIZED, "State mismatched.")),
        Some(_) => Ok(()),
    }
}

pub(super) fn not_configured() -> ApiError {
    ApiError::bad_request("The oauth2 method requested is not configured!")
}

/// Both ends of signing in by GitHub. The second fails as on a server that cannot reach it.
pub(super) async fn github(State(app): State<Shared>, headers: HeaderMap, uri: Uri) -> Answer {
    if !app.config.github {
        return Err(not_configured());
    }
    if auth::query_value(&uri, "code").is_none() {
        let back = format!("{}/api/v2/users/oauth2/github/callback", app.access_url);
        let provider = format!("https://github.com/login/oauth/authorize?client_id=gantry-demo&redirect_uri={back}");
        return Ok(to_provider(&uri, &provider));
    }
    check_state(&headers, &uri)?;
    Err(ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, "Failed exchanging Oauth code."))
}

/// Both ends of signing in by `OpenID` Connect: without a code the way to the provider, with one the way back.
pub(super) async fn oidc(State(app): State<Shared>, headers: HeaderMap, uri: Uri) -> Answer {
    if !app.config.oidc {
        return Err(not_configured());
    }
    if auth::query_value(&uri, "code").is_none() {
        return Ok(to_provider(&uri, &format!("{}{PROVIDER}?client_id=coder", app.provider_url)));
    }
    check_state(&headers, &uri)?;
    let wanted = own_path(auth::cookie(&headers, "oauth_redirect").unwrap_or_default());
    let now = app.clock.now();
    let token = app.store.write(|world| {
        let known = world.user_by_email("nadia@acme.test").map(|user| user.id);
        let id = known.unwrap_or_else(|| {
            let organizations: Vec<Uuid> =
                world.organizations().filter(|organization| organization.is_default).map(|found| found.id).collect();
            let new = NewUser {
                email: "nadia@acme.test".to_owned(),
                username: "nadia".to_owned(),
                name: "Nadia Rossi".to_owned(),
                password: String::new(),
                organization_ids: None,
            };
            let mut user = make_user(&new, String::new(), now, &organizations, Vec::new());
            "oidc".clone_into(&mut user.login_type);
            "active".clone_into(&mut user.status);
            user.last_seen_at = now;
            let id = user.id;
            world.put_user(user);
            id
        });
        let (key, token) = auth::new_key(id, "", "password", now, None);
        world.put_key(key);
        token
    });
    let cookie = format!("{COOKIE}={token}; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax");
    Ok((StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, wanted), (header::SET_COOKIE, cookie)]).into_response())
}

//! The routes, and what surrounds every answer: request id, build version, CSRF, the date. May import everything of
//! this crate.

pub mod auth;
pub mod error;

mod agents;
mod ask;
mod authcheck;
mod builds;
mod create;
mod deployment;
mod embedded;
mod external_auth;
pub mod limits;
mod parameters;
mod ports;
mod provisioners;
mod quiet_hours;
mod session;
mod sockets;
mod templates;
mod workspaces;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use chrono::{DateTime, Utc};
use serde_json::json;
use uuid::Uuid;

use crate::site::Site;
use crate::{Age, Shared};
use error::{ApiError, ok};

pub use session::hash_password_now;

/// The whole server: the API at the origin's root, icons, and the site.
pub fn router(app: Shared, site: Site) -> Router {
    let api = Router::new()
        .route("/", get(|| async { ok(&json!({"message": "👋"})) }))
        .merge(session::routes())
        .merge(deployment::routes())
        .merge(workspaces::routes())
        .merge(builds::routes())
        .merge(agents::routes())
        .merge(templates::routes())
        .merge(ask::routes())
        .merge(authcheck::routes())
        .merge(create::routes())
        .merge(parameters::routes())
        .merge(external_auth::routes())
        .merge(ports::routes())
        .merge(provisioners::routes())
        .merge(quiet_hours::routes())
        .fallback(|| async { ApiError::no_route() })
        .layer(middleware::from_fn_with_state(app.clone(), around_api));
    Router::new()
        .nest("/api/v2", api.clone())
        .route("/api/v2/", get(|| async { ok(&json!({"message": "👋"})) }))
        .merge(embedded::routes())
        .route("/healthz", get(|| async { "OK" }))
        .route(session::PROVIDER, get(session::provider))
        .route(external_auth::CALLBACK, get(external_auth::callback))
        .route(external_auth::AUTHORIZE, get(external_auth::authorize))
        .route("/icon/{name}", get(crate::icons::icon))
        .route("/emojis/{name}", get(crate::icons::icon))
        .fallback(move |request: Request| {
            let site = site.clone();
            async move { site.answer(request).await }
        })
        .layer(middleware::from_fn_with_state(app.clone(), date))
        .with_state(app)
}

/// What surrounds the answers of the API.
async fn around_api(State(app): State<Shared>, request: Request, next: Next) -> Response {
    let has_csrf_cookie = auth::cookie(request.headers(), "csrf_token").is_some();
    let allowance = limits::count(&app, &request, full_uri(&request).path());
    let mut response = if let Some(refusal) = allowance.and_then(|allowance| allowance.refusal(&app)) {
        refusal
    } else if auth::is_forgery(request.method(), &full_uri(&request), request.headers()) {
        (StatusCode::BAD_REQUEST, [(header::CONTENT_TYPE, "text/plain; charset=utf-8")], auth::CSRF_TEXT)
            .into_response()
    } else if app.config.age.has_route(full_uri(&request).path().split_once("/api/v2").map_or("", |(_, path)| path)) {
        next.run(request).await
    } else {
        ApiError::no_route().into_response()
    };
    if app.config.age != Age::Newest {
        response = without_later(app.config.age, response).await;
    }
    if let Some(allowance) = allowance {
        allowance.mark(&mut response);
    }
    let headers = response.headers_mut();
    let mut set = |name: &'static str, value: String| {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.append(HeaderName::from_static(name), value);
        }
    };
    set("x-coder-build-version", app.config.age.version().to_owned());
    set("x-coder-request-id", Uuid::new_v4().to_string());
    set("x-content-type-options", "nosniff".to_owned());
    if !has_csrf_cookie {
        set("set-cookie", format!("csrf_token={}; Path=/; HttpOnly; SameSite=Lax", Uuid::new_v4().simple()));
    }
    response
}

/// The answer of an older server: without what came later.
async fn without_later(age: Age, response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    let is_json =
        parts.headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"));
    if !is_json {
        return Response::from_parts(parts, body);
    }
    let Ok(bytes) = axum::body::to_bytes(body, usize::MAX).await else {
        return ApiError::no_route().into_response();
    };
    parts.headers.remove(header::CONTENT_LENGTH);
    match serde_json::from_slice::<serde_json::Value>(&bytes) {
        Ok(mut value) => {
            age.without_later(&mut value);
            Response::from_parts(parts, axum::body::Body::from(value.to_string()))
        }
        Err(_) => Response::from_parts(parts, axum::body::Body::from(bytes)),
    }
}

/// The request's URI as the client sent it: nesting takes the prefix away.
fn full_uri(request: &Request) -> axum::http::Uri {
    request
        .extensions()
        .get::<axum::extract::OriginalUri>()
        .map_or_else(|| request.uri().clone(), |original| original.0.clone())
}

/// A server whose clock stands, or was moved, tells its own time.
async fn date(State(app): State<Shared>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    if app.clock.is_off()
        && let Some(time) = DateTime::<Utc>::from_timestamp_micros(app.clock.now())
        && let Ok(value) = HeaderValue::from_str(&time.format("%a, %d %b %Y %H:%M:%S GMT").to_string())
    {
        response.headers_mut().insert(header::DATE, value);
    }
    response
}

type Routes = Router<Shared>;

//! What a browser may make of an answer that is no page of the site: nothing. An icon, an agent's log or a refusal that
//! is opened by itself must not run a script under the origin whose cookie the session is. The programs of a workspace
//! are left alone: they are what their user runs. May import `site`.

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::Response;

use crate::site::{OfTheSite, is_app_path};

/// No scripts, no frames, no other origin; SVG may style itself.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox";

/// Guards every answer of a router.
pub fn guarded(router: Router) -> Router {
    router.layer(middleware::from_fn(guard))
}

async fn guard(request: Request, next: Next) -> Response {
    let open = is_app_path(request.uri().path());
    let mut response = next.run(request).await;
    if open
        || response.extensions().get::<OfTheSite>().is_some()
        || response.status() == StatusCode::SWITCHING_PROTOCOLS
    {
        return response;
    }
    let headers = response.headers_mut();
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(POLICY));
    headers.entry(HeaderName::from_static("x-content-type-options")).or_insert(HeaderValue::from_static("nosniff"));
    response
}

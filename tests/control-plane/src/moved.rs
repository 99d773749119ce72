//! The API under another path (`--api-path`), as a proxy in front would mount it: what arrives there is answered as if
//! it had arrived at `/api/v2`, and nothing is at `/api/v2` itself. May import `http::error`.

use axum::Router;
use axum::extract::{OriginalUri, Request};
use axum::http::Uri;
use axum::response::IntoResponse;
use tower::ServiceExt;

use crate::http::error::ApiError;

/// Where the API is by itself.
pub const API: &str = "/api/v2";

/// The rest of a path below another one.
fn below<'p>(path: &'p str, prefix: &str) -> Option<&'p str> {
    path.strip_prefix(prefix).filter(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The same server with its API under `path`.
pub fn moved(router: Router, path: &str) -> Router {
    let path = format!("/{}", path.trim_matches('/'));
    if path == API {
        return router;
    }
    Router::new().fallback(move |mut request: Request| {
        let (router, path) = (router.clone(), path.clone());
        async move {
            let uri = request.uri().clone();
            if let Some(rest) = below(uri.path(), &path) {
                let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
                let Ok(uri) = format!("{API}{rest}{query}").parse::<Uri>() else {
                    return ApiError::no_route().into_response();
                };
                *request.uri_mut() = uri.clone();
                request.extensions_mut().insert(OriginalUri(uri));
            } else if below(uri.path(), API).is_some() {
                return ApiError::no_route().into_response();
            }
            router.oneshot(request).await.into_response()
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_below_another_by_whole_segments() {
        for (path, rest) in [
            ("/coder/api/v2/users/me", Some("/users/me")),
            ("/coder/api/v2", Some("")),
            ("/coder/api/v21", None),
            ("/api/v2/users/me", None),
        ] {
            assert_eq!(below(path, "/coder/api/v2"), rest, "{path}");
        }
    }
}

//! A real control plane behind the same app (`--upstream`): HTTP/1.1 to it, `Host` and `Origin` are its own, redirects
//! are handed on, cookies fit this side, sockets pass. reqwest carries the requests; web sockets are passed as the
//! upgraded byte stream, so that frames, close codes and refusals stay what they are. May import `site`, `http::error`.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Version, header};
use axum::response::{IntoResponse, Response};
use hyper_util::rt::TokioIo;
use reqwest::{Certificate, Client, Url};
use serde_json::json;

use crate::http::error::json_body;
use crate::site::Site;

/// The session cookie, which a control plane may have under a `__Host-` name.
const SESSION_COOKIE: &str = "coder_session_token";
/// The prefix that browsers take over TLS alone.
const HOST_PREFIX: &str = "__Host-";

/// The control plane behind.
#[derive(Debug)]
pub struct Upstream {
    url: Url,
    client: Client,
    /// Names of cookies that it sets with the `__Host-` prefix.
    prefixed: Mutex<BTreeSet<String>>,
    /// Why it may be no control plane at all, for whoever started this. Not refused for it: it may be about to start.
    pub doubts: Option<String>,
}

impl Upstream {
    /// Prepares the way to a control plane and sees whether it answers. `ca` is a file of additional certificates.
    ///
    /// Errors are one sentence that names the address and the way out.
    pub async fn reach(address: &str, ca: Option<&str>) -> Result<Self, String> {
        let url = Url::parse(address)
            .ok()
            .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
            .ok_or_else(|| format!("--upstream: {address} is no address such as https://coder.example.com"))?;
        let mut builder = Client::builder()
            .http1_only()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(Duration::from_secs(10));
        if let Some(file) = ca {
            let pem = std::fs::read(file).map_err(|error| format!("CODER_CA: cannot read {file}: {error}"))?;
            let found = Certificate::from_pem_bundle(&pem).unwrap_or_default();
            if found.is_empty() {
                return Err(format!("CODER_CA: {file} holds no certificate in PEM form"));
            }
            for certificate in found {
                builder = builder.add_root_certificate(certificate);
            }
        }
        let client = builder.build().map_err(|error| format!("--upstream: {}", causes(&error)))?;
        let upstream = Self { url, client, prefixed: Mutex::default(), doubts: None };
        let doubts = upstream.probe().await?;
        Ok(Self { doubts, ..upstream })
    }

    /// Asks who it is. A control plane that prefixes its session cookie takes an unprefixed one back: that tells it
    /// from others. Answers with a doubt if it does not speak like a control plane.
    async fn probe(&self) -> Result<Option<String>, String> {
        let url =
            self.target("/api/v2/buildinfo", None).ok_or("--upstream: the address cannot be joined with a path")?;
        let answer = self
            .client
            .get(url)
            .header(header::COOKIE, format!("{SESSION_COOKIE}=probe"))
            .timeout(Duration::from_secs(15))
            .send()
            .await
            .map_err(|error| {
                format!(
                    "--upstream: cannot reach {}: {} (is it running? for certificates of your own set CODER_CA=file)",
                    self.url,
                    causes(&error)
                )
            })?;
        let takes_back = answer
            .headers()
            .get_all(header::SET_COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .any(|value| value.starts_with(&format!("{SESSION_COOKIE}=;")));
        if takes_back {
            self.names().insert(SESSION_COOKIE.to_owned());
        }
        let status = answer.status();
        let body = answer.bytes().await.unwrap_or_default();
        let tells = serde_json::from_slice::<serde_json::Value>(&body).is_ok_and(|info| info.get("version").is_some());
        Ok((!status.is_success() || !tells).then(|| {
            let root = match self.url.path() {
                "/" => String::new(),
                _ => format!("; a control plane lives at the root of its host, {}", self.origin()),
            };
            format!(
                "--upstream: {} does not answer /api/v2/buildinfo as a Coder control plane does ({status}{root})",
                self.url
            )
        }))
    }

    fn names(&self) -> std::sync::MutexGuard<'_, BTreeSet<String>> {
        self.prefixed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The address of a path behind, if it is still one that is passed once `..` is resolved.
    fn target(&self, path: &str, query: Option<&str>) -> Option<Url> {
        let mut url = self.url.clone();
        let prefix = self.url.path().trim_end_matches('/').to_owned();
        url.set_path(&format!("{prefix}{path}"));
        url.set_query(query);
        let resolved = url.path().strip_prefix(&prefix)?;
        is_passed(resolved).then_some(url)
    }

    /// `scheme://host[:port]` of the control plane.
    fn origin(&self) -> String {
        self.url.origin().ascii_serialization()
    }

    /// Passes a request on and its answer back.
    async fn pass(&self, mut request: Request) -> Response {
        let Some(url) = self.target(request.uri().path(), request.uri().query()) else {
            return StatusCode::NOT_FOUND.into_response();
        };
        let upgrades = wants_upgrade(request.headers());
        let upgrade = upgrades.then(|| hyper::upgrade::on(&mut request));
        let (parts, body) = request.into_parts();
        let mut outgoing = self
            .client
            .request(parts.method.clone(), url)
            .version(Version::HTTP_11)
            .headers(self.request_headers(&parts.headers, upgrades));
        let has_body =
            parts.headers.contains_key(header::CONTENT_LENGTH) || parts.headers.contains_key(header::TRANSFER_ENCODING);
        if has_body && !upgrades {
            outgoing = outgoing.body(reqwest::Body::wrap_stream(body.into_data_stream()));
        }
        let answer = match outgoing.send().await {
            Ok(answer) => answer,
            Err(error) => return self.unreachable(&error),
        };
        let status = answer.status();
        let headers = self.response_headers(answer.headers(), status == StatusCode::SWITCHING_PROTOCOLS);
        if let (StatusCode::SWITCHING_PROTOCOLS, Some(upgrade)) = (status, upgrade) {
            tokio::spawn(async move {
                let (Ok(mut behind), Ok(before)) = (answer.upgrade().await, upgrade.await) else { return };
                let mut before = TokioIo::new(before);
                // Ends when both sides have: what ended it is theirs to know.
                let _ = tokio::io::copy_bidirectional(&mut before, &mut behind).await;
            });
            return (status, headers).into_response();
        }
        (status, headers, Body::from_stream(answer.bytes_stream())).into_response()
    }

    fn unreachable(&self, error: &reqwest::Error) -> Response {
        tracing::warn!("{}: {}", self.url, causes(error));
        let body = json!({
            "message": format!("The control plane at {} cannot be reached.", self.origin()),
            "detail": causes(error),
        });
        (StatusCode::BAD_GATEWAY, json_body(&body)).into_response()
    }

    fn request_headers(&self, incoming: &HeaderMap, upgrades: bool) -> HeaderMap {
        let own_host = incoming.get(header::HOST).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let mut headers = HeaderMap::new();
        let mut cookies = Vec::new();
        for (name, value) in incoming {
            let keep_upgrade = upgrades && (*name == header::CONNECTION || *name == header::UPGRADE);
            if (is_hop_by_hop(name) && !keep_upgrade) || *name == header::HOST || is_forwarding(name) {
                continue;
            }
            if *name == header::COOKIE {
                cookies.push(self.request_cookies(value.to_str().unwrap_or_default()));
            } else if *name == header::ORIGIN {
                // Our own page's origin becomes the control plane's. Anybody else's stays: it has to refuse that.
                let text = value.to_str().unwrap_or_default();
                let host = text.split_once("://").map_or("", |(_, host)| host);
                let ours = host.eq_ignore_ascii_case(own_host).then(|| HeaderValue::from_str(&self.origin()).ok());
                headers.append(name.clone(), ours.flatten().unwrap_or_else(|| value.clone()));
            } else {
                headers.append(name.clone(), value.clone());
            }
        }
        if let Ok(value) = HeaderValue::from_str(&cookies.join("; "))
            && !cookies.is_empty()
        {
            headers.insert(header::COOKIE, value);
        }
        headers
    }

    fn request_cookies(&self, text: &str) -> String {
        let names = self.names();
        text.split(';')
            .map(str::trim)
            .filter(|pair| !pair.is_empty())
            .map(|pair| {
                let name = pair.split('=').next().unwrap_or_default();
                if names.contains(name) { format!("{HOST_PREFIX}{pair}") } else { pair.to_owned() }
            })
            .collect::<Vec<_>>()
            .join("; ")
    }

    fn response_headers(&self, incoming: &HeaderMap, upgrades: bool) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in incoming {
            let keep_upgrade = upgrades && (*name == header::CONNECTION || *name == header::UPGRADE);
            if is_hop_by_hop(name) && !keep_upgrade {
                continue;
            }
            let changed = if *name == header::SET_COOKIE {
                value.to_str().ok().map(|text| self.response_cookie(text))
            } else if *name == header::LOCATION {
                value.to_str().ok().and_then(|text| self.relative(text))
            } else {
                None
            };
            let value = changed.and_then(|text| HeaderValue::from_str(&text).ok()).unwrap_or_else(|| value.clone());
            headers.append(name.clone(), value);
        }
        headers
    }

    /// A cookie for this side: without `Domain`, without `Secure` (we speak plain HTTP), without `__Host-`.
    fn response_cookie(&self, text: &str) -> String {
        let mut parts = text.split(';').map(str::trim);
        let mut pair = parts.next().unwrap_or_default().to_owned();
        if let Some(rest) = pair.strip_prefix(HOST_PREFIX).map(str::to_owned) {
            self.names().insert(rest.split('=').next().unwrap_or_default().to_owned());
            pair = rest;
        }
        let kept = parts.filter(|part| {
            let name = part.split('=').next().unwrap_or_default();
            !name.eq_ignore_ascii_case("domain") && !name.eq_ignore_ascii_case("secure")
        });
        // Browsers take `SameSite=None` with `Secure` only.
        let kept = kept.map(|part| if part.eq_ignore_ascii_case("samesite=none") { "SameSite=Lax" } else { part });
        [pair.as_str()].into_iter().chain(kept).collect::<Vec<_>>().join("; ")
    }

    /// A location on the control plane without its origin; none for others.
    fn relative(&self, location: &str) -> Option<String> {
        let url = Url::parse(location).ok()?;
        if url.origin() != self.url.origin() {
            return None;
        }
        let prefix = self.url.path().trim_end_matches('/');
        let path = url.path().strip_prefix(prefix).unwrap_or(url.path());
        let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
        let fragment = url.fragment().map(|fragment| format!("#{fragment}")).unwrap_or_default();
        Some(format!("{path}{query}{fragment}"))
    }
}

/// Whether a path belongs to the control plane: the API, icons, external auth, workspace apps.
pub fn is_passed(path: &str) -> bool {
    let below = |root: &str| path == root || path.strip_prefix(root).is_some_and(|rest| rest.starts_with('/'));
    ["/api/v2", "/icon", "/emojis", "/external-auth"].into_iter().any(below) || crate::site::is_app_path(path)
}

fn wants_upgrade(headers: &HeaderMap) -> bool {
    headers.contains_key(header::UPGRADE)
        && headers
            .get(header::CONNECTION)
            .and_then(|value| value.to_str().ok())
            .is_some_and(|value| value.to_ascii_lowercase().contains("upgrade"))
}

fn is_hop_by_hop(name: &HeaderName) -> bool {
    matches!(
        name.as_str(),
        "connection"
            | "keep-alive"
            | "proxy-authenticate"
            | "proxy-authorization"
            | "proxy-connection"
            | "te"
            | "trailer"
            | "transfer-encoding"
            | "upgrade"
    )
}

fn is_forwarding(name: &HeaderName) -> bool {
    matches!(name.as_str(), "forwarded" | "x-real-ip" | "via") || name.as_str().starts_with("x-forwarded-")
}

/// An error with what caused it.
fn causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}

/// The server in front of a control plane.
pub fn router(upstream: Arc<Upstream>, site: Site) -> Router {
    Router::new().fallback(move |request: Request| {
        let (upstream, site) = (upstream.clone(), site.clone());
        async move {
            if is_passed(request.uri().path()) { upstream.pass(request).await } else { site.answer(request).await }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn upstream() -> Upstream {
        Upstream {
            url: Url::parse("https://coder.example.com").unwrap(),
            client: Client::new(),
            prefixed: Mutex::default(),
            doubts: None,
        }
    }

    #[test]
    fn paths_of_the_control_plane_are_passed_and_no_others() {
        for path in
            ["/api/v2", "/api/v2/users/me", "/icon/x.svg", "/emojis/1.png", "/external-auth/git", "/@a/b/apps/c/"]
        {
            assert!(is_passed(path), "{path}");
        }
        for path in ["/", "/workspaces", "/api/v21", "/api/experimental", "/@a/b", "/iconic", "/@a/b/builds/apps"] {
            assert!(!is_passed(path), "{path}");
        }
        assert_eq!(upstream().target("/api/v2/../../healthz", None), None);
        assert_eq!(
            upstream().target("/api/v2/x%20y", Some("a=b")).unwrap().as_str(),
            "https://coder.example.com/api/v2/x%20y?a=b"
        );
    }

    #[test]
    fn cookies_fit_this_side_and_go_back_as_they_came() {
        let upstream = upstream();
        assert_eq!(upstream.request_cookies("coder_session_token=t; a=b"), "coder_session_token=t; a=b");
        assert_eq!(
            upstream
                .response_cookie("__Host-coder_session_token=t; Path=/; Domain=x.com; Secure; HttpOnly; SameSite=None"),
            "coder_session_token=t; Path=/; HttpOnly; SameSite=Lax"
        );
        assert_eq!(upstream.request_cookies("coder_session_token=t; a=b"), "__Host-coder_session_token=t; a=b");
    }

    #[test]
    fn locations_on_the_control_plane_become_relative() {
        let upstream = upstream();
        assert_eq!(upstream.relative("https://coder.example.com/a?b=c#d").as_deref(), Some("/a?b=c#d"));
        assert_eq!(upstream.relative("https://coder.example.com:8443/a"), None);
        assert_eq!(upstream.relative("https://idp.example.com/authorize"), None);
        assert_eq!(upstream.relative("/login"), None, "it is relative already");
    }

    #[test]
    fn origins_are_changed_only_if_they_are_ours() {
        let upstream = upstream();
        let of = |origin: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, HeaderValue::from_static("localhost:8080"));
            headers.insert(header::ORIGIN, HeaderValue::from_str(origin).unwrap());
            headers.insert("x-forwarded-host", HeaderValue::from_static("evil"));
            headers.insert(header::CONNECTION, HeaderValue::from_static("keep-alive"));
            let out = upstream.request_headers(&headers, false);
            assert_eq!(out.len(), 1, "{out:?}");
            out[header::ORIGIN].to_str().unwrap().to_owned()
        };
        assert_eq!(of("http://localhost:8080"), "https://coder.example.com");
        assert_eq!(of("http://evil.example"), "http://evil.example");
    }
}

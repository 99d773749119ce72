//! The built app: files (precompressed by tower-http), the headers of production read from `_headers`, and `index.html`
//! for every path of the app. May import `http::error`.

use std::path::{Path, PathBuf};

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Redirect, Response};
use tower::ServiceExt;
use tower_http::services::ServeDir;

use crate::Config;
use crate::http::error::ApiError;

/// A rule of a `_headers` file: a path pattern and what it sets or takes away.
#[derive(Debug, Clone, PartialEq)]
struct Rule {
    pattern: String,
    set: Vec<(HeaderName, HeaderValue)>,
    unset: Vec<HeaderName>,
}

/// Marks an answer as a file of the site, whose headers are those of production.
#[derive(Debug, Clone, Copy)]
pub struct OfTheSite;

/// The site, or nothing where none was asked for.
#[derive(Debug, Clone)]
pub struct Site {
    dir: Option<PathBuf>,
    rules: Vec<Rule>,
    base: String,
}

impl Site {
    /// Reads the rules. Errors name the file that cannot be read.
    pub fn open(config: &Config) -> Result<Self, String> {
        let base = format!("/{}", config.base.trim_matches('/'));
        let base = base.trim_end_matches('/').to_owned();
        if let Some(dir) = &config.site
            && !dir.is_dir()
        {
            return Err(format!("--site: there is no folder {} (build it with make dist)", dir.display()));
        }
        let file = config.headers.clone().or_else(|| {
            let inside = config.site.as_ref()?.join("_headers");
            inside.is_file().then_some(inside)
        });
        let rules = match file {
            Some(file) => {
                let text = std::fs::read_to_string(&file)
                    .map_err(|error| format!("--headers: cannot read {}: {error}", file.display()))?;
                parse_rules(&text).map_err(|error| format!("{}: {error}", file.display()))?
            }
            None => Vec::new(),
        };
        Ok(Self { dir: config.site.clone(), rules, base })
    }

    /// The answer to a request that is not the API's.
    pub async fn answer(&self, request: Request) -> Response {
        let path = request.uri().path().to_owned();
        if path.starts_with("/api/") || is_app_path(&path) {
            return ApiError::no_route().into_response();
        }
        let Some(dir) = &self.dir else {
            return (StatusCode::NOT_FOUND, "This control plane serves no site: start it with --site dist.\n")
                .into_response();
        };
        if !matches!(*request.method(), Method::GET | Method::HEAD) {
            return StatusCode::METHOD_NOT_ALLOWED.into_response();
        }
        let Some(inner) = self.below_base(&path) else {
            if path == "/" || path == self.base {
                return Redirect::temporary(&format!("{}/", self.base)).into_response();
            }
            return (StatusCode::NOT_FOUND, format!("The app lives under {}/.\n", self.base)).into_response();
        };
        let last = inner.rsplit('/').next().unwrap_or_default();
        let file = if last.is_empty() || !last.contains('.') { "/index.html" } else { inner };
        let mut response = serve_file(dir, file, request).await;
        response.extensions_mut().insert(OfTheSite);
        // Rules are written for the site's own paths.
        self.apply(if file == "/index.html" { inner } else { file }, &mut response);
        response
    }

    /// The part of a path below the base, with its leading slash.
    fn below_base<'p>(&self, path: &'p str) -> Option<&'p str> {
        let rest = path.strip_prefix(&self.base)?;
        rest.starts_with('/').then_some(rest)
    }

    fn apply(&self, path: &str, response: &mut Response) {
        let found = response.status().is_success() || response.status() == StatusCode::NOT_MODIFIED;
        let headers = response.headers_mut();
        if found {
            let forever = path.starts_with("/assets/");
            let cache = if forever { "public, max-age=31536000, immutable" } else { "no-cache" };
            headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
        }
        for rule in self.rules.iter().filter(|rule| matches(&rule.pattern, path)) {
            for name in &rule.unset {
                headers.remove(name);
            }
            for (name, value) in &rule.set {
                // What is not there must not be kept for ever.
                if found || *name != header::CACHE_CONTROL {
                    headers.insert(name.clone(), value.clone());
                }
            }
        }
    }
}

/// Paths of workspace apps are the control plane's, never the site's.
pub(crate) fn is_app_path(path: &str) -> bool {
    let mut parts = path.trim_start_matches('/').split('/');
    parts.next().is_some_and(|owner| owner.starts_with('@')) && parts.nth(1) == Some("apps")
}

async fn serve_file(dir: &Path, file: &str, request: Request) -> Response {
    let (mut parts, _) = request.into_parts();
    parts.uri = file.parse().unwrap_or_else(|_| Uri::from_static("/"));
    let service = ServeDir::new(dir).append_index_html_on_directories(false).precompressed_br().precompressed_gzip();
    match service.oneshot(Request::from_parts(parts, Body::empty())).await {
        Ok(response) => response.map(Body::new),
        Err(never) => match never {},
    }
}

/// Reads rules: a line that is not indented is a pattern, an indented one `Name: value` or `! Name`; `#` begins a
/// comment.
fn parse_rules(text: &str) -> Result<Vec<Rule>, String> {
    let mut rules: Vec<Rule> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let number = index + 1;
        let content = line.trim();
        if content.is_empty() || content.starts_with('#') {
            continue;
        }
        if !line.starts_with([' ', '\t']) {
            rules.push(Rule { pattern: content.to_owned(), set: Vec::new(), unset: Vec::new() });
            continue;
        }
        let rule = rules.last_mut().ok_or_else(|| format!("line {number}: a header before any path"))?;
        let name = |text: &str| {
            HeaderName::from_bytes(text.trim().as_bytes()).map_err(|_| format!("line {number}: no header name: {text}"))
        };
        if let Some(text) = content.strip_prefix('!') {
            rule.unset.push(name(text)?);
            continue;
        }
        let (key, value) =
            content.split_once(':').ok_or_else(|| format!("line {number}: neither a path nor `Name: value`"))?;
        let value = HeaderValue::from_str(value.trim()).map_err(|_| format!("line {number}: no header value"))?;
        let key = name(key)?;
        // The same name twice in one rule is joined, as the hosts do it.
        if let Some((_, old)) = rule.set.iter_mut().find(|(old, _)| *old == key) {
            let joined = format!("{}, {}", old.to_str().unwrap_or_default(), value.to_str().unwrap_or_default());
            *old = HeaderValue::from_str(&joined).map_err(|_| format!("line {number}: no header value"))?;
        } else {
            rule.set.push((key, value));
        }
    }
    Ok(rules)
}

/// Whether a pattern means a path: `*` stands for anything, `:name` for one segment.
fn matches(pattern: &str, path: &str) -> bool {
    match pattern.find(['*', ':']) {
        None => pattern == path,
        Some(at) => {
            let (Some(before), Some(rest)) = (pattern.get(..at), pattern.get(at..)) else { return false };
            let Some(path) = path.strip_prefix(before) else { return false };
            if let Some(rest) = rest.strip_prefix('*') {
                return path
                    .char_indices()
                    .map(|(index, _)| index)
                    .chain([path.len()])
                    .any(|index| path.get(index..).is_some_and(|tail| matches(rest, tail)));
            }
            let end = rest.find('/').unwrap_or(rest.len());
            let segment = path.find('/').unwrap_or(path.len());
            segment > 0 && rest.get(end..).zip(path.get(segment..)).is_some_and(|(rest, path)| matches(rest, path))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_mean_paths() {
        for (pattern, path, expected) in [
            ("/*", "/a/b", true),
            ("/assets/*", "/assets/x.js", true),
            ("/assets/*", "/index.html", false),
            ("/*.wasm", "/a/b.wasm", true),
            ("/*.wasm", "/a/b.js", false),
            ("/index.html", "/index.html", true),
            ("/:page/x", "/a/x", true),
            ("/:page/x", "/a/b/x", false),
        ] {
            assert_eq!(matches(pattern, path), expected, "{pattern} {path}");
        }
    }

    #[test]
    fn rules_are_read_and_mistakes_named() {
        let rules = parse_rules(
            "# all\n/*\n  X-A: 1\n  Content-Security-Policy: default-src 'none'; img-src https:\n/b\n  ! X-A\n",
        )
        .unwrap();
        assert_eq!(rules.len(), 2);
        assert_eq!(rules[0].set[1].1, "default-src 'none'; img-src https:");
        assert_eq!(rules[1].unset.len(), 1);
        assert!(parse_rules("  X: 1").unwrap_err().contains("line 1"));
        assert!(parse_rules("/*\n  nonsense").unwrap_err().contains("line 2"));
    }

    #[test]
    fn paths_of_workspace_apps_are_no_pages() {
        assert!(is_app_path("/@ada/web/apps/preview/"));
        assert!(!is_app_path("/@ada/web/builds/3"));
        assert!(!is_app_path("/workspaces"));
    }
}

//! Icons of templates and apps: a drawn tile with the name's first letters, so that no page asks for a picture that is
//! not there. As every page of a real control plane, it says in its policy under which host it was asked: by `Host`, as
//! that arrived. May import nothing of this crate.

use axum::extract::Path;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};

const COLOURS: [&str; 6] = ["#2563a6", "#0f766e", "#9a5b13", "#7c3aed", "#b4235a", "#4d5b6a"];

/// The picture for a name such as `docker.svg`.
pub async fn icon(Path(name): Path<String>, headers: HeaderMap) -> Response {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let policy = policy(host);
    let headers = [
        (header::CONTENT_TYPE, "image/svg+xml"),
        (header::CACHE_CONTROL, "public, max-age=86400"),
        (header::CONTENT_SECURITY_POLICY, policy.as_str()),
    ];
    (headers, tile(&name)).into_response()
}

/// Lets an icon that is opened by itself do nothing, and names the host.
fn policy(host: &str) -> String {
    let host: String = host.chars().filter(|it| it.is_ascii_alphanumeric() || ".:-[]".contains(*it)).collect();
    format!(
        "default-src 'none'; style-src 'unsafe-inline'; connect-src 'self' wss://{host} ws://{host}; frame-ancestors 'none'; sandbox"
    )
}

fn tile(name: &str) -> String {
    let stem = name.split('.').next().unwrap_or_default();
    let letters: String = stem.chars().filter(char::is_ascii_alphanumeric).take(2).collect();
    let sum: usize = stem.bytes().map(usize::from).sum();
    let colour = COLOURS.get(sum % COLOURS.len()).copied().unwrap_or("#4d5b6a");
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 32 32\"><rect width=\"32\" height=\"32\" rx=\"6\" fill=\"{colour}\"/><text x=\"16\" y=\"21\" text-anchor=\"middle\" font-family=\"system-ui,sans-serif\" font-size=\"14\" font-weight=\"600\" fill=\"#fff\">{}</text></svg>",
        letters.to_uppercase()
    )
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_host_is_named_and_nothing_else() {
        assert!(super::policy("coder.test:99").contains("wss://coder.test:99 ws://coder.test:99;"));
        assert!(super::policy("a; script-src *").contains("wss://ascript-src ws://"));
    }

    #[test]
    fn a_tile_has_letters_and_no_foreign_markup() {
        let tile = super::tile("<d>ocker.svg");
        assert!(tile.contains(">DO<") && !tile.contains("<d>"));
    }
}

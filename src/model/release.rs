//! Which release of Gantry a page is of, and which one its server has by now (`version.json`, written by the build
//! beside index.html). Pure.

use json_tape::Read;

/// What `version.json` says.
#[derive(Clone, Debug, PartialEq, Eq, Read)]
pub(crate) struct Release {
    /// `0.1.0`
    pub version: String,
    /// Tells builds of one version apart.
    pub release: String,
}

/// The release that a server has, if it is another one than the page's `own`. Whatever is no answer of a release says
/// nothing: a server may have no such file, or give the page for it.
pub(crate) fn another(own: &str, body: &str) -> Option<Release> {
    let found: Release = json_tape::from_slice(body.as_bytes()).ok()?;
    (!own.is_empty() && !found.release.is_empty() && found.release != own).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_another_release_is_news() {
        let other = Release { version: "0.2.0".into(), release: "b".into() };
        for (own, body, expected) in [
            ("a", r#"{"version":"0.2.0","release":"b","commit":"c"}"#, Some(&other)),
            ("b", r#"{"version":"0.2.0","release":"b"}"#, None),
            ("", r#"{"version":"0.2.0","release":"b"}"#, None),
            ("a", r#"{"version":"0.2.0","release":""}"#, None),
            ("a", r#"{"version":"0.2.0"}"#, None),
            ("a", "<!doctype html>", None),
            ("a", "", None),
            ("a", "[]", None),
        ] {
            assert_eq!(another(own, body).as_ref(), expected, "{own} {body}");
        }
    }
}

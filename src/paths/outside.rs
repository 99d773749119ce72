//! Addresses that a control plane or a configuration names. A link to one is only made of what this lets through.
//! Imports nothing of the crate.

/// An address of the web as it was given, if it is one: `http` or `https` and a host. Everything else that a browser
/// would run, open or resolve against this page (`javascript:`, `data:`, a bare path, a control character that hides a
/// scheme) is none.
pub(crate) fn web(address: &str) -> Option<&str> {
    let (scheme, rest) = address.split_once("://")?;
    let of_the_web = scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http");
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let plain = !address.contains(|one: char| one.is_control() || one.is_whitespace() || one == '\\');
    (of_the_web && plain && !host.is_empty()).then_some(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_web_is_let_through() {
        for address in [
            "https://coder.example.com",
            "http://localhost:3000/",
            "HTTPS://coder.example.com/a?b#c",
            "https://[::1]:8080/x",
            "https://bücher.example/ä",
        ] {
            assert_eq!(web(address), Some(address));
        }
        for address in [
            "",
            "/",
            "/templates",
            "//evil.example",
            "coder.example.com",
            "javascript:alert(1)",
            "JaVaScRiPt://%0aalert(1)",
            "javascript://https://x/%0aalert(1)",
            " javascript:alert(1)",
            "java\tscript:alert(1)",
            "\u{1}javascript:alert(1)",
            "data:text/html,<script>alert(1)</script>",
            "blob:https://coder.example.com/1",
            "file:///etc/passwd",
            "vbscript:x",
            "view-source:https://coder.example.com",
            "ftp://coder.example.com",
            "https:",
            "https://",
            "https:///x",
            "https://?x",
            "https:/\\evil.example",
            "https://\\evil.example",
            "https://a b",
            "https://a\nb",
            " https://coder.example.com",
        ] {
            assert_eq!(web(address), None, "{address:?}");
        }
    }
}

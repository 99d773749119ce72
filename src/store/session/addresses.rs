//! Whether an address of the deployment leads to this page, and whether single sign-on can come back to it. Pure;
//! imports `wire`.

use crate::wire::deployment::BuildInfo;

/// Whether single sign-on can work here: its provider sends the browser back to the deployment's own address, so the
/// page must be served under that host. The address is `dashboard_url`; `external_url` counts as well, for a server
/// that puts it there (docs/control-plane-api.md, 1.3). `here` is the page's host with its port.
pub(crate) fn single_sign_on_works(build_info: &BuildInfo, here: &str) -> bool {
    [&build_info.dashboard_url, &build_info.external_url].into_iter().any(|address| {
        let host = host_of(address);
        !host.is_empty() && host == host_of(here)
    })
}

/// Whether the control plane's own `address` leads to this page at `here` (host and port), so that none of its
/// dashboard's pages (terminal, tokens, templates) can be reached: what serves Gantry passes on the API and the apps,
/// not those. On one machine `localhost` and `127.0.0.1` are two names of one server, though not of one cookie
/// ([`single_sign_on_works`]).
pub(crate) fn leads_here(address: &str, here: &str) -> bool {
    let machine = |address: &str| {
        let host = host_of(address);
        let (name, port) = match host.rsplit_once(':') {
            Some((name, port)) if !port.ends_with(']') => (name, port),
            _ => (host.as_str(), ""),
        };
        let own = name == "localhost"
            || name.ends_with(".localhost")
            || name == "[::1]"
            || (name.starts_with("127.") && name.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.'));
        (if own { "localhost" } else { name }.to_owned(), port.to_owned())
    };
    !host_of(address).is_empty() && machine(address) == machine(here)
}

/// The host of an address, with its port unless that is the usual one.
fn host_of(address: &str) -> String {
    let host = address.split_once("://").map_or(address, |(_, rest)| rest);
    let host = host.split('/').next().unwrap_or(host);
    host.trim_end_matches(":443").trim_end_matches(":80").to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn single_sign_on_needs_the_deployments_own_host() {
        let info = |dashboard_url: &str| BuildInfo {
            external_url: "https://github.com/coder/coder".into(),
            dashboard_url: dashboard_url.into(),
            deployment_id: String::new(),
            version: String::new(),
        };
        for (address, here, works) in [
            ("https://coder.example.com", "coder.example.com", true),
            ("https://coder.example.com/", "Coder.Example.com", true),
            ("https://coder.example.com:443", "coder.example.com", true),
            ("http://localhost:3000", "localhost:3000", true),
            ("http://localhost:3000", "localhost:8080", false),
            ("https://coder.example.com", "gantry.example.com", false),
            ("", "localhost:8080", false),
            ("", "", false),
        ] {
            assert_eq!(single_sign_on_works(&info(address), here), works, "{address} {here}");
        }
        let external =
            BuildInfo { external_url: "https://coder.example.com".into(), ..info("https://elsewhere.example.com") };
        assert!(single_sign_on_works(&external, "coder.example.com"));
        assert!(single_sign_on_works(&external, "elsewhere.example.com"));
        assert!(!single_sign_on_works(&external, "github.com"));
    }

    #[test]
    fn an_address_leads_here_by_any_name_of_this_machine() {
        for (address, here, same) in [
            ("https://coder.example.com/", "coder.example.com", true),
            ("https://coder.example.com", "gantry.example.com", false),
            ("http://localhost:8080", "127.0.0.1:8080", true),
            ("http://127.0.0.1:8080", "localhost:8080", true),
            ("http://[::1]:8080/", "gantry.localhost:8080", true),
            ("http://localhost:3000", "127.0.0.1:8080", false),
            ("http://[::1]", "127.0.0.1", true),
            ("https://127.example.com", "localhost", false),
            ("http://localhost.example.com", "localhost", false),
            ("", "", false),
        ] {
            assert_eq!(leads_here(address, here), same, "{address} {here}");
        }
    }
}

//! Whether the pages that the configuration names may show panels (docs/embedding.md): browsers go by a header, which
//! has to name the same ones. Pure.

use super::check::{Check, Topic};
use super::facts::{Answer, Facts};
use super::policy::sources;
use crate::config::origin_of;

const TOPIC: Topic = Topic::Frames;
const CSP: &str = "Content-Security-Policy";

/// The verdict; `None` where the configuration names no pages.
pub(super) fn frames(facts: &Facts) -> Option<Check> {
    let origins = &facts.embed_origins;
    if origins.is_empty() {
        return None;
    }
    let Some(panel) = facts.panel.answer().filter(|panel| panel.is_this_page()) else {
        return Some(Check::unknown(TOPIC, "The page of a panel could not be asked for."));
    };
    Some(judged(panel, facts.script.answer(), origins).took(panel.took_ms))
}

/// The sources of `frame-ancestors`, one list for each policy that has it: all of them hold.
fn ancestors(policy: &str) -> Vec<Vec<&str>> {
    policy.split(", ").filter_map(|one| sources(one, "frame-ancestors")).collect()
}

/// Whether sources let a page of an origin show this one.
fn lets(found: &[&str], origin: &str) -> bool {
    let Some((scheme, host)) = origin.split_once("://") else { return false };
    found.iter().any(|source| {
        let source = source.trim_end_matches('/').to_ascii_lowercase();
        if source == "*" || source.strip_suffix(':') == Some(scheme) || origin_of(&source).as_deref() == Some(origin) {
            return true;
        }
        // A pattern of hosts, or a host without its scheme.
        let (of, pattern) = source.split_once("://").map_or((scheme, source.as_str()), |(of, rest)| (of, rest));
        let fits = |pattern: &str| {
            pattern.strip_prefix('*').map_or(pattern == host, |tail| tail.starts_with('.') && host.ends_with(tail))
        };
        of == scheme && fits(pattern)
    })
}

fn judged(panel: &Answer, script: Option<&Answer>, origins: &[String]) -> Check {
    let wanted = format!("frame-ancestors 'self' {}", origins.join(" "));
    let policy = panel.header("content-security-policy").unwrap_or_default();
    let found = ancestors(policy);
    if found.is_empty() {
        return match panel.header("x-frame-options") {
            Some(value) => mended(
                Check::bad(
                    TOPIC,
                    "X-Frame-Options forbids panels in other pages.",
                    "It knows no list. Where the policy has frame-ancestors, browsers pass over it.",
                )
                .because("X-Frame-Options forbids panels")
                .of_header("X-Frame-Options", &[("Must be", &format!("— none, and {CSP}: {wanted}")), ("Arrives", value)]),
                origins,
            ),
            None => mended(
                Check::warn(
                    TOPIC,
                    "Any page may show panels, as far as browsers are told.",
                    "The panels themselves refuse all but those that config.json names; a header refuses them before anything is loaded.",
                )
                .of_header(CSP, &[("Must have", &wanted), ("Arrives", "— no frame-ancestors")]),
                origins,
            ),
        };
    }
    if let Some(missing) = origins.iter().find(|origin| !found.iter().all(|sources| lets(sources, origin))) {
        let arrives: Vec<String> =
            found.iter().map(|sources| format!("frame-ancestors {}", sources.join(" "))).collect();
        return mended(
            Check::bad(
                TOPIC,
                &format!("frame-ancestors lacks {missing}."),
                "config.json lets pages of it show panels, and the browser refuses: it goes by this header.",
            )
            .because("frame-ancestors lacks a page that config.json names")
            .of_header(CSP, &[("Must have", &wanted), ("Arrives", &arrives.join(", "))]),
            origins,
        );
    }
    if panel.header("cross-origin-opener-policy").is_some_and(|value| value.trim() != "unsafe-none") {
        return Check::warn(
            TOPIC,
            "Signing in for a panel by a window cannot work.",
            "The header cuts the window off from the panel that opened it. Tokens that the other page hands over work all the same.",
        )
        .of_header(
            "Cross-Origin-Opener-Policy",
            &[("Must be", "unsafe-none"), ("Arrives", panel.header("cross-origin-opener-policy").unwrap_or_default())],
        )
        .mended_at_the_panels_by(
            "map $request_uri $gantry_opener {\n  default \"same-origin\";\n",
            "  \"~^[^?]*/embed/\" unsafe-none;",
            "}",
            "header @panel Cross-Origin-Opener-Policy unsafe-none",
        );
    }
    if script.is_none_or(|script| script.status != 200 || script.is_page()) {
        return Check::warn(
            TOPIC,
            "embed.js is not there.",
            "Other pages get their element from it. It lies beside index.html in every release.",
        );
    }
    Check::good(TOPIC, format!("Pages of {} may show panels.", origins.join(", ")))
}

fn mended(check: Check, origins: &[String]) -> Check {
    let named = origins.join(" ");
    check.mended_at_the_panels_by(
        "# gantry-embed.conf\nmap $request_uri $gantry_ancestors {\n  default \"'self'\";\n",
        &format!("  \"~^[^?]*/embed/\" \"'self' {named}\";"),
        "}",
        &format!("GANTRY_EMBED_ORIGINS=\"{named}\""),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::connection::check::Grade;

    const PORTAL: &str = "https://portal.example.com";

    fn panel(headers: &[(&str, &str)]) -> Answer {
        Answer {
            status: 200,
            headers: headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
            body: "<!doctype html><template id=\"assets\">".to_owned(),
            ..Answer::default()
        }
    }

    fn script() -> Answer {
        Answer { status: 200, headers: vec![("content-type".into(), "text/javascript".into())], ..Answer::default() }
    }

    #[test]
    fn a_header_and_the_configuration_name_the_same_pages() {
        let origins = [PORTAL.to_owned()];
        let csp = "content-security-policy";
        let xfo = ("x-frame-options", "DENY");
        for (headers, grade, finding) in [
            (vec![(csp, "frame-ancestors 'self' https://portal.example.com")], Grade::Good, ""),
            (vec![(csp, "frame-ancestors *"), xfo], Grade::Good, ""),
            (vec![(csp, "default-src 'none'; frame-ancestors https:")], Grade::Good, ""),
            (vec![(csp, "frame-ancestors https://*.example.com")], Grade::Good, ""),
            (vec![(csp, "frame-ancestors portal.example.com")], Grade::Good, ""),
            (vec![(csp, "frame-ancestors https://Portal.example.com:443/")], Grade::Good, ""),
            (vec![(csp, "frame-ancestors 'self'")], Grade::Bad, "frame-ancestors lacks https://portal.example.com."),
            (vec![(csp, "frame-ancestors 'none'")], Grade::Bad, "frame-ancestors lacks https://portal.example.com."),
            (vec![(csp, "frame-ancestors http:")], Grade::Bad, "frame-ancestors lacks https://portal.example.com."),
            (
                vec![(csp, "frame-ancestors https://*.portal.example.com")],
                Grade::Bad,
                "frame-ancestors lacks https://portal.example.com.",
            ),
            (
                vec![(csp, "frame-ancestors *, frame-ancestors 'self'")],
                Grade::Bad,
                "frame-ancestors lacks https://portal.example.com.",
            ),
            (vec![(csp, "default-src 'none'"), xfo], Grade::Bad, "X-Frame-Options forbids panels in other pages."),
            (vec![xfo], Grade::Bad, "X-Frame-Options forbids panels in other pages."),
            (vec![], Grade::Warn, "Any page may show panels, as far as browsers are told."),
            (
                vec![(csp, "frame-ancestors *"), ("cross-origin-opener-policy", "same-origin")],
                Grade::Warn,
                "Signing in for a panel by a window cannot work.",
            ),
            (vec![(csp, "frame-ancestors *"), ("cross-origin-opener-policy", "unsafe-none")], Grade::Good, ""),
        ] {
            let check = judged(&panel(&headers), Some(&script()), &origins);
            assert_eq!((check.grade, check.finding.as_str()), (grade, finding), "{headers:?}");
            let names = grade == Grade::Good || (!check.header.is_empty() && check.snippets.len() == 2);
            assert!(names, "{headers:?}: what is wrong is named, and mended");
        }
        let gone = judged(&panel(&[(csp, "frame-ancestors *")]), None, &origins);
        assert_eq!(gone.finding, "embed.js is not there.");
        let two = [PORTAL.to_owned(), "https://grafana.example.com".to_owned()];
        let half = judged(&panel(&[(csp, "frame-ancestors 'self' https://portal.example.com")]), Some(&script()), &two);
        assert_eq!(half.finding, "frame-ancestors lacks https://grafana.example.com.");
        assert!(
            half.snippets
                .iter()
                .all(|snippet| snippet.line.contains("https://portal.example.com https://grafana.example.com"))
        );
    }
}

//! Whether the page comes with the headers that it is published with. They are read from the one source,
//! `public/_headers`. Pure.

use super::check::{Check, Topic};
use super::facts::{Answer, Facts};

const TOPIC: Topic = Topic::Policy;
const SOURCE: &str = include_str!("../../../public/_headers");
const CSP: &str = "Content-Security-Policy";

/// The headers that every file comes with: name and value.
pub(super) fn published() -> impl Iterator<Item = (&'static str, &'static str)> {
    let lines = SOURCE.lines().skip_while(|line| line.trim() != "/*").skip(1);
    lines.take_while(|line| line.starts_with(' ')).filter_map(|line| line.trim().split_once(": "))
}

fn published_policy() -> &'static str {
    published().find(|(name, _)| *name == CSP).map_or("", |(_, value)| value)
}

/// A directive's sources, if the policy has it.
pub(super) fn sources<'p>(policy: &'p str, directive: &str) -> Option<Vec<&'p str>> {
    policy.split(';').map(str::trim).find_map(|one| {
        let (name, rest) = one.split_once(' ').unwrap_or((one, ""));
        name.eq_ignore_ascii_case(directive).then(|| rest.split_whitespace().collect())
    })
}

/// What counts for a directive: its own sources, else those of `default-src`, where that stands in for it.
fn effective<'p>(policy: &'p str, directive: &str) -> Option<Vec<&'p str>> {
    let stands_alone = matches!(directive, "base-uri" | "form-action" | "frame-ancestors");
    sources(policy, directive).or_else(|| sources(policy, "default-src").filter(|_| !stands_alone))
}

/// Whether sources let through what `wanted` names.
fn allows(found: &[&str], wanted: &str) -> bool {
    let is_keyword = wanted.starts_with('\'') && wanted != "'self'";
    found.contains(&wanted)
        || (!is_keyword && found.contains(&"*") && wanted != "data:")
        || (wanted == "'self'" && found.iter().any(|source| *source == "https:" || source.contains("://")))
        || (wanted == "'wasm-unsafe-eval'" && found.contains(&"'unsafe-eval'"))
        || (wanted.starts_with("'sha256-") && found.contains(&"'unsafe-inline'"))
}

/// What the app needs and a policy does not allow: directive and source.
fn lacks(policy: &str) -> Vec<(&'static str, &'static str)> {
    let mut lacking = Vec::new();
    for directive in published_policy().split(';').map(str::trim) {
        let Some((name, wanted)) = directive.split_once(' ') else { continue };
        // They only take away.
        if matches!(
            name,
            "default-src" | "frame-ancestors" | "form-action" | "object-src" | "manifest-src" | "font-src"
        ) {
            continue;
        }
        let Some(found) = effective(policy, name) else { continue };
        lacking.extend(wanted.split_whitespace().filter(|one| !allows(&found, one)).map(|one| (name, one)));
    }
    lacking
}

/// What a policy allows that the app does without: directive and source.
fn loose(policy: &str) -> Option<(&'static str, &'static str)> {
    [
        ("script-src", "'unsafe-inline'"),
        ("script-src", "'unsafe-eval'"),
        ("script-src", "*"),
        ("script-src", "https:"),
        ("script-src", "data:"),
        ("style-src", "'unsafe-inline'"),
        ("connect-src", "*"),
        ("object-src", "*"),
    ]
    .into_iter()
    .find(|(directive, source)| effective(policy, directive).is_some_and(|found| found.contains(source)))
}

pub(super) fn policy(facts: &Facts) -> Check {
    let Some(page) = facts.page.answer().filter(|page| page.is_this_page()) else {
        return Check::unknown(TOPIC, "The page could not be asked for once more.");
    };
    let check = judged(page);
    check.took(page.took_ms)
}

fn lines(name: &str, value: &str) -> (String, String) {
    (format!("add_header {name} \"{value}\" always;"), format!("header {name} \"{value}\""))
}

fn with_lines(check: Check, name: &str, value: &str, arrives: &str) -> Check {
    let (nginx, caddy) = lines(name, value);
    check.of_header(name, &[("Must be", value), ("Arrives", arrives)]).mended_at_the_files_by(&nginx, &caddy)
}

fn judged(page: &Answer) -> Check {
    let wanted = published_policy();
    let Some(got) = page.header("content-security-policy") else {
        let only = page.header("content-security-policy-report-only").is_some();
        let text = if only {
            "It comes as Content-Security-Policy-Report-Only, which stops nothing."
        } else {
            "Nothing stops a foreign script that finds its way into the page. In nginx a header that is set in a location takes the place of all that were set outside of it."
        };
        return with_lines(Check::warn(TOPIC, "Content-Security-Policy does not arrive.", text), CSP, wanted, "— none");
    };
    // Several policies hold at the same time.
    let policies: Vec<&str> = got.split(", ").collect();
    if let Some((directive, source)) = policies.iter().flat_map(|policy| lacks(policy)).next() {
        let finding = format!("Content-Security-Policy lacks {source} in {directive}.");
        let (why, breaks) = match (directive, source) {
            ("img-src", _) => ("Pictures of templates and apps from other addresses stay away.", false),
            ("script-src", "'wasm-unsafe-eval'") => ("Without it no browser starts the application.", true),
            ("script-src", one) if one.starts_with("'sha256-") => {
                ("Without it the page stays white: it names the one script that finds where the app lives.", true)
            }
            ("base-uri", _) => ("Without it the files are looked for beside the page of a deep link.", true),
            ("connect-src", _) => ("Without it nothing can be asked.", true),
            _ => ("Something of the app is stopped by it.", true),
        };
        let check = if breaks {
            Check::bad(TOPIC, &finding, why).because("the Content-Security-Policy stops something that the app needs")
        } else {
            Check::warn(TOPIC, &finding, why)
        };
        return with_lines(check, CSP, wanted, got);
    }
    let loosest = policies.iter().map(|policy| loose(policy)).collect::<Option<Vec<_>>>();
    if let Some((directive, source)) = loosest.and_then(|all| all.first().copied()) {
        let what = if directive == "style-src" { "styles" } else { "scripts" };
        let finding = match directive {
            "script-src" | "style-src" => format!("Content-Security-Policy allows {source} {what}."),
            _ => format!("Content-Security-Policy allows {source} in {directive}."),
        };
        let check = Check::warn(TOPIC, &finding, format!("Gantry needs none: take it out of {directive}."));
        return with_lines(check, CSP, wanted, got);
    }
    if policies.iter().all(|policy| sources(policy, "frame-ancestors").is_none())
        && page.header("x-frame-options").is_none()
    {
        let check = Check::warn(
            TOPIC,
            "Anybody may show this page in a frame.",
            "frame-ancestors is missing from Content-Security-Policy.",
        );
        return with_lines(check, CSP, wanted, got);
    }
    let other = published().find(|(name, value)| {
        *name != CSP
            && *name != "Cache-Control"
            && page.header(&name.to_ascii_lowercase()).is_none_or(|got| !got.eq_ignore_ascii_case(value))
    });
    if let Some((name, value)) = other {
        let got = page.header(&name.to_ascii_lowercase());
        let finding = if got.is_some() { format!("{name} is another.") } else { format!("{name} does not arrive.") };
        let check =
            Check::warn(TOPIC, &finding, "Everything works without it; it belongs to what the page is published with.");
        return with_lines(check, name, value, got.unwrap_or("— none"));
    }
    Check::good(TOPIC, "the policy and the headers beside it are those that the page is published with")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_policy_lacks_nothing_and_allows_nothing_more() {
        assert!(published().count() >= 5);
        assert!(published_policy().contains("'sha256-"));
        assert_eq!(lacks(published_policy()), []);
        assert_eq!(loose(published_policy()), None);
    }

    #[test]
    fn what_is_lacking_is_named() {
        for (policy, expected) in [
            ("default-src 'self'", vec!["'wasm-unsafe-eval'", "'sha256-", "data:", "https:"]),
            ("default-src *", vec!["'wasm-unsafe-eval'", "'sha256-", "data:"]),
            ("default-src * data:; script-src 'self' 'unsafe-inline' 'unsafe-eval'", vec![]),
            ("script-src 'self' 'wasm-unsafe-eval'", vec!["'sha256-"]),
            ("connect-src 'none'", vec!["'self'"]),
            ("connect-src https:; style-src https://coder.acme.example", vec![]),
            ("base-uri 'none'", vec!["'self'"]),
            ("", vec![]),
        ] {
            let found: Vec<&str> = lacks(policy)
                .into_iter()
                .map(|(_, source)| if source.starts_with("'sha256-") { "'sha256-" } else { source })
                .collect();
            assert_eq!(found, expected, "{policy}");
        }
    }
}

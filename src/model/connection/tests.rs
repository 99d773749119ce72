//! Tables of what may be wrong: the facts, which verdict names it, how, and what mends it.

use super::check::Topic;
use super::*;

const HOST: &str = "coder.acme.example";

fn answer(status: u16, headers: &[(&str, &str)], body: &str) -> Answer {
    let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Answer { status, headers, body: body.to_owned(), middle_ms: 1_795_517_502_000, took_ms: 38 }
}

fn coder(status: u16, body: &str) -> Seen {
    let headers = [
        ("content-type", "application/json; charset=utf-8"),
        ("x-coder-request-id", "0b6c"),
        ("date", "Tue, 24 Nov 2026 10:51:42 GMT"),
        ("server", "nginx"),
    ];
    Seen::Answer(answer(status, &headers, body))
}

fn html(status: u16, body: &str) -> Seen {
    Seen::Answer(answer(status, &[("content-type", "text/html"), ("server", "nginx")], body))
}

fn text(status: u16, body: &str) -> Seen {
    Seen::Answer(answer(status, &[("content-type", "text/plain; charset=utf-8"), ("server", "envoy")], body))
}

fn icon(host: &str) -> Seen {
    let policy = format!("default-src 'self'; connect-src 'self' wss://{host} ws://{host}; font-src 'self'");
    Seen::Answer(answer(404, &[("content-security-policy", policy.as_str())], "404 page not found"))
}

const SHELL: &str = "<!doctype html><template id=\"assets\"></template>";
const INFO: &str =
    r#"{"version":"v2.29.1+4f1a","dashboard_url":"https://coder.acme.example","deployment_id":"8b5f2c1e"}"#;
const LICENCE: &str = r#"{"features":{"template_rbac":{"enabled":true},"user_limit":{"actual":118,"limit":150}},"warnings":[],"errors":[],"has_license":true,"trial":false}"#;
const CSRF: &str = "Something is wrong with your CSRF token. Please refresh the page.";
const NOBODY: &str = r#"{"message":"You are signed out.","detail":"Cookie \"coder_session_token\" or query parameter must be provided."}"#;

fn page_with(change: impl Fn(&mut Vec<(String, String)>)) -> Seen {
    let mut headers: Vec<(String, String)> =
        policy::published().map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned())).collect();
    headers.push(("content-type".into(), "text/html".into()));
    change(&mut headers);
    Seen::Answer(Answer { status: 200, headers, body: SHELL.into(), middle_ms: 0, took_ms: 9 })
}

fn asset_with(cache: &str, kind: &str, coding: &str) -> Seen {
    let mut headers = vec![("cache-control", cache), ("content-type", kind)];
    if !coding.is_empty() {
        headers.push(("content-encoding", coding));
    }
    Seen::Answer(answer(200, &headers, ""))
}

/// Everything as it has to be.
fn well() -> Facts {
    Facts {
        origin: format!("https://{HOST}"),
        base: "/gantry".into(),
        api: "/api/v2".into(),
        version: "0.1.0".into(),
        asking: Asking::Cookie,
        user: Some("ada".into()),
        info: coder(200, INFO),
        icon: icon(HOST),
        me: coder(200, r#"{"id":"x","username":"ada"}"#),
        licence: coder(200, LICENCE),
        refused: coder(404, r#"{"message":"Route not found."}"#),
        proved: coder(200, "{}"),
        bare: text(400, CSRF),
        socket: Socket::Opened { spoke: Some(true), took_ms: 41 },
        socket_plain: coder(426, "{}"),
        page: page_with(|_| ()),
        asset: asset_with("public, max-age=31536000, immutable", "application/wasm", "br"),
        missing: html(404, "<html>404 Not Found"),
        embed_origins: Vec::new(),
        panel: Seen::Unasked,
        script: Seen::Unasked,
        cookie_is_visible: false,
        cookie_was_lost: false,
    }
}

fn found(facts: &Facts) -> Vec<(Topic, Grade)> {
    checks(facts)
        .into_iter()
        .filter(|check| check.grade != Grade::Good)
        .map(|check| (check.topic, check.grade))
        .collect()
}

fn of(facts: &Facts, topic: Topic) -> Check {
    checks(facts).into_iter().find(|check| check.topic == topic).unwrap()
}

#[test]
fn panels_in_other_pages_are_looked_at_where_some_are_named() {
    assert!(!checks(&well()).iter().any(|check| check.topic == Topic::Frames));
    let named = Facts { embed_origins: vec!["https://portal.example.com".into()], ..well() };
    assert_eq!(of(&named, Topic::Frames).grade, Grade::Unknown);
    let refused = of(&Facts { panel: page_with(|_| ()), ..named }, Topic::Frames);
    assert_eq!(refused.finding, "frame-ancestors lacks https://portal.example.com.");
}

fn header(check: &Check) -> &str {
    check.header.first().map_or("", |row| row.value.as_str())
}

#[test]
fn where_all_is_well_nothing_is_said_to_be_wrong() {
    let facts = well();
    assert_eq!(found(&facts), []);
    let said = summary(&checks(&facts));
    assert_eq!((said.grade, said.count.as_str(), said.text.as_str()), (Grade::Good, "All 10 checks pass.", ""));
    assert!(meaning(&checks(&facts)).iter().all(|meaning| meaning.grade == Grade::Good));
    assert_eq!(of(&facts, Topic::Licence).text, "licensed, 118 of 150 seats; quota is on");
    assert_eq!(of(&facts, Topic::Version).text, "coder v2.29.1+4f1a; Gantry 0.1.0 is tested with 2.24 to 2.34");
}

/// One thing wrong at a time: the facts, which verdict names it, how, by which header, and a word of the line that
/// mends it.
#[test]
fn each_wrong_thing_is_named_with_its_header_and_its_line() {
    type Change = fn(&mut Facts);
    let refused_socket: Change = |facts| facts.socket = Socket::Refused { took_ms: 41 };
    let cases: Vec<(&str, Change, Topic, Grade, &str, &str)> = vec![
        ("no connection", |f| f.info = Seen::Nothing, Topic::Reachable, Grade::Bad, "", ""),
        ("no answer", |f| f.info = Seen::Silence, Topic::Reachable, Grade::Bad, "", "proxy_connect_timeout"),
        (
            "refusals are replaced",
            |f| f.refused = html(404, "<html>404 Not Found"),
            Topic::Reachable,
            Grade::Warn,
            "Content-Type",
            "proxy_intercept_errors off;",
        ),
        (
            "refusals are answered with a page",
            |f| f.refused = html(200, "<html>Sign in"),
            Topic::Reachable,
            Grade::Warn,
            "Content-Type",
            "proxy_intercept_errors off;",
        ),
        (
            "sent elsewhere",
            |f| f.info = Seen::Redirected,
            Topic::Reachable,
            Grade::Bad,
            "Location",
            "proxy_set_header Origin",
        ),
        (
            "no rule for the API",
            |f| f.info = html(200, SHELL),
            Topic::Reachable,
            Grade::Bad,
            "",
            "location ~ ^/(?:api/",
        ),
        (
            "another page",
            |f| f.info = html(200, "<html>Sign in"),
            Topic::Reachable,
            Grade::Bad,
            "Content-Type",
            "proxy_pass",
        ),
        (
            "a gateway",
            |f| f.info = html(401, "<html>401"),
            Topic::Reachable,
            Grade::Bad,
            "WWW-Authenticate",
            "auth_basic off",
        ),
        (
            "a dead upstream",
            |f| f.info = html(502, "<html>502"),
            Topic::Reachable,
            Grade::Bad,
            "Server",
            "server coder.internal",
        ),
        (
            "a changed path",
            |f| f.info = coder(404, r#"{"message":"Route not found."}"#),
            Topic::Reachable,
            Grade::Bad,
            "",
            "no slash",
        ),
        ("a limit", |f| f.info = coder(429, r#"{"message":"Slow down."}"#), Topic::Reachable, Grade::Warn, "", ""),
        ("something else", |f| f.info = text(200, "OK"), Topic::Reachable, Grade::Bad, "Server", "proxy_pass"),
        ("pictures are not handed on", |f| f.icon = html(200, SHELL), Topic::Reachable, Grade::Warn, "", "icon/"),
        (
            "other JSON",
            |f| f.info = Seen::Answer(answer(200, &[("content-type", "application/json")], "{}")),
            Topic::Reachable,
            Grade::Bad,
            "Server",
            "proxy_pass",
        ),
        (
            "Host is replaced",
            |f| {
                f.icon = icon("coder.internal:3000");
                f.socket = Socket::Refused { took_ms: 41 };
            },
            Topic::Host,
            Grade::Bad,
            "Host",
            "proxy_set_header Host $http_host;",
        ),
        (
            "Host loses its port",
            |f| {
                f.origin = format!("https://{HOST}:8443");
                f.socket = Socket::Refused { took_ms: 41 };
            },
            Topic::Host,
            Grade::Bad,
            "Host",
            "$http_host",
        ),
        (
            "an upgrade is lost",
            refused_socket,
            Topic::Socket,
            Grade::Bad,
            "Upgrade, Connection",
            "proxy_http_version 1.1",
        ),
        (
            "a rule for sockets is missing",
            |f| {
                f.socket = Socket::Refused { took_ms: 1 };
                f.socket_plain = html(404, "<html>404");
            },
            Topic::Socket,
            Grade::Bad,
            "Upgrade",
            "Upgrade",
        ),
        ("the handshake hangs", |f| f.socket = Socket::Silent, Topic::Socket, Grade::Bad, "Upgrade", "Upgrade"),
        (
            "frames are held back",
            |f| f.socket = Socket::Opened { spoke: Some(false), took_ms: 1 },
            Topic::Socket,
            Grade::Bad,
            "Upgrade",
            "proxy_buffering off",
        ),
        (
            "the cookie is lost",
            |f| {
                f.user = None;
                f.me = coder(401, NOBODY);
                f.cookie_was_lost = true;
            },
            Topic::Cookie,
            Grade::Bad,
            "Set-Cookie, Cookie",
            "proxy_pass_header Set-Cookie",
        ),
        (
            "scripts see the cookie",
            |f| f.cookie_is_visible = true,
            Topic::Cookie,
            Grade::Warn,
            "Set-Cookie",
            "proxy_cookie_flags",
        ),
        (
            "Authorization is dropped",
            |f| f.proved = text(400, CSRF),
            Topic::Forgery,
            Grade::Bad,
            "Authorization",
            "proxy_set_header Authorization $http_authorization",
        ),
        (
            "a mesh owns Authorization",
            |f| f.proved = text(401, "Jwt is not in the form"),
            Topic::Forgery,
            Grade::Bad,
            "Authorization",
            "auth_basic off",
        ),
        (
            "the edge owns Authorization",
            |f| f.proved = html(401, "<html>401"),
            Topic::Forgery,
            Grade::Bad,
            "Authorization",
            "auth_basic off",
        ),
        (
            "no POST gets through",
            |f| {
                f.proved = html(403, "<html>403");
                f.bare = html(403, "<html>403");
            },
            Topic::Forgery,
            Grade::Bad,
            "Allow",
            "limit_except",
        ),
        ("a POST is not answered", |f| f.proved = Seen::Silence, Topic::Forgery, Grade::Bad, "", ""),
        (
            "no policy",
            |f| f.page = page_with(|all| all.retain(|(name, _)| name != "content-security-policy")),
            Topic::Policy,
            Grade::Warn,
            "Content-Security-Policy",
            "add_header Content-Security-Policy",
        ),
        (
            "the control plane's own policy",
            |f| {
                f.page = page_with(|all| {
                    set_policy(all, "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'");
                });
            },
            Topic::Policy,
            Grade::Bad,
            "Content-Security-Policy",
            "wasm-unsafe-eval",
        ),
        (
            "inline styles",
            |f| {
                f.page = page_with(|all| {
                    for (name, value) in all {
                        if name == "content-security-policy" {
                            *value = value.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'");
                        }
                    }
                });
            },
            Topic::Policy,
            Grade::Warn,
            "Content-Security-Policy",
            "add_header Content-Security-Policy",
        ),
        (
            "a header beside it",
            |f| f.page = page_with(|all| all.retain(|(name, _)| name != "referrer-policy")),
            Topic::Policy,
            Grade::Warn,
            "Referrer-Policy",
            "add_header Referrer-Policy \"no-referrer\"",
        ),
        (
            "the page is kept",
            |f| f.page = page_with(|all| set(all, "cache-control", "max-age=3600")),
            Topic::Files,
            Grade::Warn,
            "Cache-Control",
            "no-cache",
        ),
        (
            "files are not kept",
            |f| f.asset = asset_with("no-cache", "application/wasm", "br"),
            Topic::Files,
            Grade::Warn,
            "Cache-Control",
            "immutable",
        ),
        (
            "files are large",
            |f| f.asset = asset_with("immutable, max-age=31536000", "application/wasm", ""),
            Topic::Files,
            Grade::Warn,
            "Content-Encoding",
            "gzip_static on",
        ),
        (
            "no type for wasm",
            |f| f.asset = asset_with("max-age=31536000", "application/octet-stream", "br"),
            Topic::Files,
            Grade::Warn,
            "Content-Type",
            "application/wasm wasm",
        ),
        ("a missing file is the page", |f| f.missing = html(200, SHELL), Topic::Files, Grade::Bad, "", "=404"),
        ("the release is gone", |f| f.asset = html(404, "<html>"), Topic::Files, Grade::Warn, "", ""),
        (
            "the clock is off",
            |f| {
                for seen in [&mut f.info, &mut f.me, &mut f.licence, &mut f.proved] {
                    if let Seen::Answer(answer) = seen {
                        answer.middle_ms += 41_000;
                    }
                }
            },
            Topic::Clock,
            Grade::Warn,
            "Date",
            "",
        ),
        ("an old server", |f| f.info = coder(200, r#"{"version":"v2.19.0"}"#), Topic::Version, Grade::Warn, "", ""),
        (
            "a licence that ended",
            |f| f.licence = coder(200, r#"{"errors":["Your license has expired."],"has_license":true}"#),
            Topic::Licence,
            Grade::Bad,
            "",
            "",
        ),
        (
            "a licence that will end",
            |f| {
                f.licence =
                    coder(200, r#"{"errors":[],"warnings":["Your license expires in 5 days."],"has_license":true}"#);
            },
            Topic::Licence,
            Grade::Warn,
            "",
            "",
        ),
    ];
    for (name, change, topic, grade, by, line) in cases {
        let mut facts = well();
        change(&mut facts);
        let check = of(&facts, topic);
        assert_eq!(check.grade, grade, "{name}: {check:?}");
        assert!(!check.finding.is_empty() && !check.text.is_empty(), "{name}: {check:?}");
        assert_eq!(header(&check), by, "{name}");
        let lines: String = check.snippets.iter().map(|snippet| snippet.line.as_str()).collect();
        assert!(lines.contains(line) && lines.is_empty() == line.is_empty(), "{name}: {lines}");
        assert_eq!(check.snippets.len(), if line.is_empty() { 0 } else { 2 }, "{name}: nginx and Caddy");
        // Nothing else is accused, but for what hangs on the same cause.
        for (other, bad) in found(&facts) {
            let follows =
                topic == Topic::Reachable || (topic == Topic::Host && other == Topic::Socket) || other == topic;
            assert!(follows || (topic == Topic::Cookie && bad == Grade::Unknown), "{name} accuses {other:?} too");
        }
        let said = summary(&checks(&facts));
        assert_eq!(said.grade, grade, "{name}: {said:?}");
        let all = report(&facts, &checks(&facts), "24 Nov 10:51");
        assert!(all.contains(&check.finding) && !all.contains("ada"), "{name}: {all}");
    }
}

fn set(all: &mut [(String, String)], which: &str, to: &str) {
    for (name, value) in all {
        if name == which {
            to.clone_into(value);
        }
    }
}

fn set_policy(all: &mut [(String, String)], to: &str) {
    set(all, "content-security-policy", to);
}

#[test]
fn one_cause_is_one_reason() {
    let mut facts = well();
    facts.icon = icon("coder.internal");
    facts.socket = Socket::Refused { took_ms: 41 };
    let said = summary(&checks(&facts));
    assert_eq!(said.count, "2 of 10 checks fail,");
    assert_eq!(said.reasons, "for one reason:");
    assert_eq!(
        said.text,
        "the proxy in front of coder.acme.example replaces the Host header. Lists and actions work; nothing is live."
    );
    // The proxy may mean it: then the other cause is at hand, with its header and its lines.
    let socket = of(&facts, Topic::Socket);
    assert_eq!(
        socket.text,
        "Same cause; mend Host first. Where the proxy means to send another host, and sends it as Origin too, it is Upgrade that does not arrive."
    );
    assert_eq!(header(&socket), "Upgrade, Connection");
    assert!(socket.snippets.iter().any(|snippet| snippet.line.contains("proxy_set_header Upgrade $http_upgrade;")));
    let live = meaning(&checks(&facts)).into_iter().find(|meaning| meaning.what == "Live builds").unwrap();
    assert_eq!((live.grade, live.text), (Grade::Bad, "no, asked every few seconds"));
}

#[test]
fn a_proxy_that_changes_host_and_origin_alike_is_well() {
    let mut facts = well();
    facts.icon = icon("coder.internal:3000");
    assert_eq!(found(&facts), []);
}

#[test]
fn where_host_cannot_be_seen_the_socket_tells() {
    let mut facts = well();
    facts.icon = Seen::Answer(answer(200, &[], ""));
    assert_eq!(found(&facts), []);
    facts.socket = Socket::Refused { took_ms: 3 };
    assert_eq!(found(&facts), [(Topic::Host, Grade::Bad), (Topic::Socket, Grade::Bad)]);
    assert_eq!(summary(&checks(&facts)).reasons, "for one reason:");
    facts.socket_plain = coder(403, r#"{"message":"Forbidden."}"#);
    assert_eq!(of(&facts, Topic::Host).grade, Grade::Unknown);
}

#[test]
fn signed_out_what_can_be_told_is_told_and_the_rest_is_not_known() {
    let mut facts = well();
    facts.user = None;
    facts.me = coder(401, NOBODY);
    facts.proved = coder(401, NOBODY);
    facts.bare = coder(401, NOBODY);
    facts.socket = Socket::Untried(Untried::SignedOut);
    facts.socket_plain = Seen::Unasked;
    assert_eq!(found(&facts), [(Topic::Socket, Grade::Unknown), (Topic::Cookie, Grade::Unknown)]);
    let said = summary(&checks(&facts));
    assert_eq!((said.grade, said.count.as_str()), (Grade::Good, "8 checks pass."));
    assert_eq!(said.text, "2 checks could not be made.");
    facts.icon = icon("elsewhere");
    assert_eq!(of(&facts, Topic::Host).grade, Grade::Warn);
}

#[test]
fn by_token_the_header_against_forgery_is_not_needed() {
    let mut facts = well();
    facts.asking = Asking::Token;
    facts.socket = Socket::Untried(Untried::ByToken);
    assert_eq!(found(&facts), [(Topic::Socket, Grade::Warn)]);
    facts.proved = text(401, "Jwt is missing");
    facts.bare = text(400, CSRF);
    assert_eq!(header(&of(&facts, Topic::Forgery)), "Allow");
}

#[test]
fn without_the_api_nothing_that_needs_it_is_judged() {
    for info in [Seen::Nothing, Seen::Silence, Seen::Redirected, html(200, SHELL), html(502, "<html>")] {
        let facts =
            Facts { info, me: Seen::Nothing, proved: Seen::Nothing, socket: Socket::Refused { took_ms: 0 }, ..well() };
        for topic in [Topic::Host, Topic::Socket, Topic::Cookie, Topic::Forgery, Topic::Version, Topic::Licence] {
            assert_eq!(of(&facts, topic).grade, Grade::Unknown, "{topic:?}");
        }
        assert!(summary(&checks(&facts)).text.contains("Nothing works until that is mended."));
    }
}

#[test]
fn the_path_says_where_single_sign_on_leads() {
    let value = |facts: &Facts, word: &str| path(facts).into_iter().find(|(own, _)| *own == word).unwrap().1;
    let mut facts = well();
    assert_eq!(
        value(&facts, "Access URL"),
        "https://coder.acme.example, the same host: single sign-on comes back here"
    );
    assert_eq!(value(&facts, "This page"), "https://coder.acme.example/gantry/");
    assert_eq!(value(&facts, "Signed in"), "ada, with a cookie");
    facts.origin = "https://gantry.acme.example".into();
    assert!(value(&facts, "Access URL").contains("another host"));
}

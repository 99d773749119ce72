//! Whether `Host` arrives as the browser sent it, and whether web sockets get through. The control plane names the host
//! under which it was asked in the policy of its own pictures and pages, so a page can see what arrived. Pure.

use super::check::{Check, Topic};
use super::facts::{Facts, Seen, Socket, Untried};

const NGINX_HOST: &str = "proxy_set_header Host $http_host;";
const CADDY_HOST: &str = "header_up Host {hostport}";
const NGINX_UPGRADE: &str =
    "proxy_http_version 1.1;\nproxy_set_header Upgrade $http_upgrade;\nproxy_set_header Connection \"upgrade\";";
const CADDY_UPGRADE: &str = "transport http {\n  versions 1.1\n}";

/// The host under which the control plane was asked, as far as it says.
fn arrived(facts: &Facts) -> Option<&str> {
    let policy = facts.icon.answer()?.header("content-security-policy")?;
    let sources = policy.split(';').map(str::trim).find_map(|directive| directive.strip_prefix("connect-src "))?;
    let host = sources.split_whitespace().find_map(|source| source.strip_prefix("wss://"))?;
    (!host.is_empty()).then_some(host)
}

/// Whether two hosts are the same, a usual port or not.
fn same(one: &str, other: &str) -> bool {
    let plain = |host: &str| host.trim_end_matches(":443").trim_end_matches(":80").to_ascii_lowercase();
    plain(one) == plain(other)
}

fn opened(facts: &Facts) -> bool {
    matches!(facts.socket, Socket::Opened { .. })
}

/// Whether the address of the socket asks for an upgrade when it is asked for without one: then the handshake came to
/// the control plane, and what is missing is one of its headers.
fn asks_for_upgrade(facts: &Facts) -> bool {
    facts.socket_plain.answer().is_some_and(|answer| answer.status == 426)
}

pub(super) fn host(facts: &Facts) -> Check {
    const TOPIC: Topic = Topic::Host;
    if !facts.api_is_there() {
        return Check::unknown(TOPIC, "The control plane is not reached.");
    }
    let here = facts.host();
    let is_changed = |text: String, there: &str| {
        Check::bad(TOPIC, "Host does not arrive.", text)
            .because(format!("the proxy in front of {here} replaces the Host header"))
            .of_header("Host", &[("Browser sends", here), ("Must arrive", here), ("Arrives", there)])
            .mended_by(NGINX_HOST, CADDY_HOST)
    };
    match arrived(facts) {
        Some(there) if same(there, here) => Check::good(TOPIC, format!("Host arrives as {there}")),
        Some(there) if opened(facts) => {
            Check::good(TOPIC, format!("the proxy sends {there} for both Host and Origin, so web sockets open"))
        }
        Some(there) if matches!(facts.socket, Socket::Untried(_)) => Check::warn(
            TOPIC,
            "Host arrives changed.",
            "Web sockets are refused then, unless the proxy changes Origin alike. Sign in with a cookie to have one tried.",
        )
        .of_header("Host", &[("Browser sends", here), ("Must arrive", here), ("Arrives", there)])
        .mended_by(NGINX_HOST, CADDY_HOST),
        Some(there) => is_changed(
            "The control plane says under which host it was asked, and refuses web sockets where that differs from Origin.".into(),
            there,
        ),
        None if opened(facts) => Check::good(TOPIC, "the web socket opens, which needs it"),
        None if matches!(facts.socket, Socket::Refused { .. }) && asks_for_upgrade(facts) => is_changed(
            "The web socket is refused in the handshake, while a plain request to its address answers 426. The control plane does that when Host differs from Origin, or when Upgrade does not arrive.".into(),
            "— a browser cannot see it; nginx sends the upstream’s name unless told otherwise",
        ),
        None => Check::unknown(TOPIC, "A browser cannot see it, and no web socket was tried that would tell."),
    }
}

pub(super) fn socket(facts: &Facts) -> Check {
    const TOPIC: Topic = Topic::Socket;
    if !facts.api_is_there() {
        return Check::unknown(TOPIC, "The control plane is not reached.");
    }
    match facts.socket {
        Socket::Untried(Untried::SignedOut) => {
            Check::unknown(TOPIC, "The control plane opens none for a stranger. Sign in and run this again.")
        }
        Socket::Untried(Untried::ByToken) => Check::warn(
            TOPIC,
            "Not used.",
            "An old cookie would outrank your token on a web socket, and no script can delete it. Delete this site’s cookies, then sign in again.",
        )
        .of_header("Cookie", &[("Must arrive", "— none, or the one of your own session")]),
        Socket::Untried(Untried::NoWorkspace) => {
            Check::unknown(TOPIC, "With a token only a workspace’s own web socket can be opened, and you have no workspace.")
        }
        Socket::Opened { spoke: Some(false), took_ms } => Check::bad(
            TOPIC,
            "Opened, and silent.",
            "The handshake gets through, and then nothing does, though the control plane speaks at once. Something on the way holds the frames back.",
        )
        .because("something holds back what comes through a web socket")
        .of_header("Upgrade", &[("Browser sends", "websocket")])
        .mended_by("proxy_buffering off;\nproxy_read_timeout 1h;", "flush_interval -1")
        .took(took_ms),
        Socket::Opened { took_ms, .. } => {
            Check::good(TOPIC, "it opens, and what the control plane says comes through").took(took_ms)
        }
        Socket::Silent => Check::bad(
            TOPIC,
            "No answer to the handshake.",
            "It was not answered for 8 s, while plain requests are. Something on the way does not know what an upgrade is.",
        )
        .because("web sockets are not handed on")
        .of_header("Upgrade", &[("Browser sends", "websocket"), ("Must arrive", "websocket")])
        .mended_by(NGINX_UPGRADE, CADDY_UPGRADE),
        Socket::Refused { took_ms } => refused(facts).took(took_ms),
    }
}

/// With the header that an upgrade needs, and the lines that hand it on.
fn upgrade(check: Check) -> Check {
    check
        .of_header(
            "Upgrade, Connection",
            &[
                ("Browser sends", "websocket, Upgrade"),
                ("Must arrive", "websocket, Upgrade"),
                ("Arrives", "— a browser cannot see it"),
            ],
        )
        .mended_by(NGINX_UPGRADE, CADDY_UPGRADE)
}

fn refused(facts: &Facts) -> Check {
    const TOPIC: Topic = Topic::Socket;
    let here = facts.host();
    if arrived(facts).is_some_and(|there| !same(there, here)) {
        let check = Check::bad(
            TOPIC,
            "Refused.",
            "Same cause; mend Host first. Where the proxy means to send another host, and sends it as Origin too, it is Upgrade that does not arrive.",
        );
        return if asks_for_upgrade(facts) { upgrade(check) } else { check };
    }
    if asks_for_upgrade(facts) {
        let check = upgrade(Check::bad(
            TOPIC,
            "Refused.",
            "A plain request to its address answers 426, which asks for an upgrade: Upgrade and Connection do not arrive.",
        ));
        // Where Host cannot be seen, it may be either, and the verdict on Host says so.
        return if arrived(facts).is_some() {
            check.because("the proxy does not hand on the Upgrade header")
        } else {
            check
        };
    }
    let (text, header) = match &facts.socket_plain {
        Seen::Answer(answer) if answer.is_of_the_control_plane() && answer.status == 401 => {
            ("A plain request to its address is not signed in: the cookie does not travel there.".to_owned(), "Cookie")
        }
        Seen::Answer(answer) if answer.is_of_the_control_plane() => (
            format!(
                "The control plane answers {} at its address: {}",
                answer.status,
                answer.text("message").unwrap_or_default()
            ),
            "Upgrade",
        ),
        Seen::Answer(answer) => (
            format!("Something else answers {} at its address: a rule for this path is missing.", answer.status),
            "Upgrade",
        ),
        Seen::Redirected => ("Its address is redirected, which a web socket cannot follow.".to_owned(), "Location"),
        _ => ("A plain request to its address is not answered either.".to_owned(), "Upgrade"),
    };
    Check::bad(TOPIC, "Refused.", text)
        .because("web sockets do not get through")
        .of_header(header, &[])
        .mended_by(NGINX_UPGRADE, CADDY_UPGRADE)
}

//! Whether the control plane's API is where this page looks for it, and what answers in its place otherwise. Pure.

use super::check::{Check, Topic};
use super::facts::{Answer, Facts, Seen};

const TOPIC: Topic = Topic::Reachable;
const NGINX: &str = "location ~ ^/(?:api/|icon/|emojis/|external-auth/|@[^/]+/[^/]+/apps/) {\n  proxy_pass http://coder.internal:3000;\n  proxy_set_header Host $http_host;\n}";
const CADDY: &str = "@coder path_regexp ^/(api/|icon/|emojis/|external-auth/|@[^/]+/[^/]+/apps/)\nhandle @coder {\n  reverse_proxy coder.internal:3000\n}";

pub(super) fn reachable(facts: &Facts) -> Check {
    let path = format!("{}/buildinfo", facts.api);
    match &facts.info {
        Seen::Unasked => Check::unknown(TOPIC, "It was not asked."),
        Seen::Nothing => Check::bad(
            TOPIC,
            "No connection.",
            format!("GET {path} was refused, or the connection broke. The server of this page, or the network to it, is gone."),
        )
        .because(format!("{} cannot be reached", facts.host())),
        Seen::Silence => Check::bad(
            TOPIC,
            "No answer.",
            format!("GET {path} was not answered for 8 s. The proxy waits for a control plane that does not answer, or holds its answer back."),
        )
        .because("the control plane does not answer")
        .mended_by("proxy_connect_timeout 5s;", "transport http {\n  dial_timeout 5s\n}"),
        Seen::Redirected => Check::bad(
            TOPIC,
            "Sent elsewhere.",
            format!("GET {path} is redirected, and a browser does not tell a page where to. A gateway that wants a sign-in of its own does that, and so does a control plane that sends every other host to its access URL: then Host and Origin have to be its own."),
        )
        .because("something redirects the API’s requests")
        .of_header("Location", &[("Must arrive", "— an answer, and no redirect")])
        .mended_by(
            "proxy_set_header Host coder.example.com;  # the host of the access URL, for both\nproxy_set_header Origin https://coder.example.com;",
            "header_up Host coder.example.com  # the host of the access URL, for both\nheader_up Origin https://coder.example.com",
        ),
        Seen::Answer(answer) => answered(facts, answer, &path),
    }
}

/// Whether a refusal is not the control plane's own. That it was asked too often is nobody's page.
fn is_replaced(refusal: &Answer) -> bool {
    refusal.status != 429 && !refusal.is_of_the_control_plane()
}

fn answered(facts: &Facts, answer: &Answer, path: &str) -> Check {
    let said = format!("GET {path} answers {}", answer.status);
    let server = answer.header("server").unwrap_or_default();
    if facts.api_is_there() {
        if facts.icon.answer().is_some_and(Answer::is_this_page) {
            return Check::warn(
                TOPIC,
                "Pictures are not handed on.",
                "The API is, but /icon/ is answered with Gantry’s own page: templates and apps have no pictures, and /emojis/, /external-auth/ and the apps of workspaces may be missing too.",
            )
            .mended_whole_by(NGINX, CADDY)
            .took(answer.took_ms);
        }
        if let Some(refusal) = facts.refused.answer().filter(|refusal| is_replaced(refusal)) {
            return Check::warn(
                TOPIC,
                "Refusals are replaced on the way.",
                format!("A route that no control plane has answers {}, and not in its words: something before it has pages of its own for errors. Why an action was refused, and that somebody is signed out, is not told then.", refusal.status),
            )
            .of_header("Content-Type", &[("Must arrive", "application/json"), ("Arrives", refusal.header("content-type").unwrap_or("— none"))])
            .mended_by("proxy_intercept_errors off;", "# no handle_response for errors in this reverse_proxy")
            .took(answer.took_ms);
        }
        return Check::good(TOPIC, said).took(answer.took_ms);
    }
    let check = if answer.is_this_page() {
        Check::bad(
            TOPIC,
            "The page itself answers.",
            format!("{said} with Gantry’s own page: no rule hands the API’s paths on to the control plane."),
        )
        .because(format!("the server of {} does not pass {} on", facts.host(), facts.api))
        .mended_whole_by(NGINX, CADDY)
    } else if matches!(answer.status, 401 | 403 | 407 | 511) && !answer.is_of_the_control_plane() {
        Check::bad(
            TOPIC,
            "Refused on the way.",
            format!(
                "{said}, and that is not the control plane’s answer: something before it wants a sign-in of its own."
            ),
        )
        .because("something before the control plane refuses requests")
        .of_header(
            "WWW-Authenticate",
            &[("Arrives", answer.header("www-authenticate").unwrap_or("— none")), ("Server", server)],
        )
        .mended_by("auth_basic off;\nauth_request off;", "# outside of what basicauth or forward_auth guards")
    } else if matches!(answer.status, 502..=504) {
        Check::bad(
            TOPIC,
            "The proxy finds no control plane.",
            format!("{said}: the server of this page is there, and what it hands requests on to is not."),
        )
        .because("the proxy cannot reach the control plane")
        .of_header("Server", &[("Arrives", if server.is_empty() { "— none" } else { server })])
        .mended_whole_by(
            "upstream gantry_coder {\n  server coder.internal:3000;  # is it there? curl http://coder.internal:3000/healthz\n}",
            "reverse_proxy coder.internal:3000  # is it there? curl http://coder.internal:3000/healthz",
        )
    } else if answer.status == 404 {
        Check::bad(
            TOPIC,
            "There is no API at this path.",
            format!("{said}. Either config.json names another path than the server has, or the proxy changes the path on the way: nginx does that for a slash at the end of proxy_pass, Caddy for handle_path."),
        )
        .because(format!("there is no API at {}", facts.api))
        .mended_whole_by(
            "location /api/ {\n  proxy_pass http://coder.internal:3000;  # no slash and no path after the port\n}",
            "handle /api/* {  # not handle_path\n  reverse_proxy coder.internal:3000\n}",
        )
    } else if answer.status == 429 {
        Check::warn(
            TOPIC,
            "Asked too often.",
            format!("{said}: the control plane limits how often it may be asked. Run this again in a minute."),
        )
    } else if answer.is_page() {
        Check::bad(
            TOPIC,
            "A web page answers.",
            format!(
                "{said} with a web page. A gateway’s own sign-in does that, or an address that leads to something else."
            ),
        )
        .because("something other than the control plane answers")
        .of_header(
            "Content-Type",
            &[
                ("Must arrive", "application/json"),
                ("Arrives", answer.header("content-type").unwrap_or_default()),
                ("Server", server),
            ],
        )
        .mended_whole_by(NGINX, CADDY)
    } else if answer.status >= 500 {
        Check::bad(
            TOPIC,
            "The control plane fails.",
            format!(
                "{said}. Its log says why, under the request id {}.",
                answer.header("x-coder-request-id").unwrap_or("—")
            ),
        )
        .because("the control plane fails")
    } else {
        Check::bad(TOPIC, "Something else answers.", format!("{said}, and not with what a control plane says there."))
            .because("something other than the control plane answers")
            .of_header("Server", &[("Arrives", if server.is_empty() { "— none" } else { server })])
            .mended_whole_by(NGINX, CADDY)
    };
    check.took(answer.took_ms)
}

//! Whether a session holds: the cookie, and the header that proves that a change comes from this page. Pure.

use super::check::{Check, Topic};
use super::facts::{Answer, Asking, Facts, Seen};

const NOT_REACHED: &str = "The control plane is not reached.";

pub(super) fn cookie(facts: &Facts) -> Check {
    const TOPIC: Topic = Topic::Cookie;
    if !facts.api_is_there() {
        return Check::unknown(TOPIC, NOT_REACHED);
    }
    let Some(me) = facts.me.answer() else {
        return Check::bad(
            TOPIC,
            "Not answered.",
            format!("GET {}/users/me was not answered, though the API is there.", facts.api),
        )
        .because("who is signed in cannot be asked");
    };
    if facts.cookie_is_visible {
        return Check::warn(
            TOPIC,
            "Scripts can read the cookie.",
            "The control plane marks it HttpOnly; something on the way takes that off.",
        )
        .of_header("Set-Cookie", &[("Must arrive", "…; HttpOnly; SameSite=Lax")])
        .mended_by("# take out proxy_cookie_flags", "# take out header_down Set-Cookie");
    }
    if me.status == 200 {
        return match facts.asking {
            Asking::Cookie => Check::good(TOPIC, "it arrives, and is hidden from scripts").took(me.took_ms),
            Asking::Token => Check::good(TOPIC, "not needed: this session is by token").took(me.took_ms),
        };
    }
    if !me.is_of_the_control_plane() {
        return Check::bad(
            TOPIC,
            "Refused on the way.",
            format!("GET {}/users/me answers {}, and that is not the control plane’s answer.", facts.api, me.status),
        )
        .because("something before the control plane refuses requests")
        .of_header("Cookie", &[("Server", me.header("server").unwrap_or("— none"))])
        .mended_by("auth_request off;", "# outside of what forward_auth guards")
        .took(me.took_ms);
    }
    if facts.cookie_was_lost {
        return lost(facts).took(me.took_ms);
    }
    let came = !me.text("detail").is_some_and(|detail| detail.contains("must be provided"));
    if came {
        Check::good(TOPIC, "a cookie arrives, of a session that has ended").took(me.took_ms)
    } else {
        Check::unknown(TOPIC, "Nobody is signed in, so none is sent. Sign in and run this again.").took(me.took_ms)
    }
}

/// A password was taken, and the next question came without the cookie.
fn lost(facts: &Facts) -> Check {
    let (nginx, caddy) = (
        "proxy_pass_header Set-Cookie;\nproxy_set_header Cookie $http_cookie;",
        "# take out header_up -Cookie and header_down -Set-Cookie",
    );
    let text = if facts.origin.starts_with("https:") {
        "A password was taken in this tab, and the next request came without the session’s cookie: Set-Cookie is lost on its way here, or Cookie on the way there, or the cookie is for another host."
    } else {
        "A password was taken in this tab, and the next request came without the session’s cookie. This page comes over http: a control plane behind https marks its cookie Secure, and no browser sends that one here. Otherwise Set-Cookie is lost on its way here, or Cookie on the way there."
    };
    Check::bad(Topic::Cookie, "The cookie does not come back.", text)
        .because("the session’s cookie is lost on the way")
        .of_header(
            "Set-Cookie, Cookie",
            &[
                ("Must arrive", "coder_session_token=…; Path=/; HttpOnly; SameSite=Lax"),
                ("Arrives", "— no session’s cookie"),
            ],
        )
        .mended_by(nginx, caddy)
}

pub(super) fn forgery(facts: &Facts) -> Check {
    const TOPIC: Topic = Topic::Forgery;
    if !facts.api_is_there() {
        return Check::unknown(TOPIC, NOT_REACHED);
    }
    let by_token = facts.asking == Asking::Token;
    let Seen::Answer(proved) = &facts.proved else {
        return match facts.proved {
            Seen::Unasked => Check::unknown(TOPIC, "It was not tried."),
            Seen::Redirected => Check::bad(
                TOPIC,
                "Sent elsewhere.",
                "A POST with the header is redirected: something on the way takes it for its own.",
            )
            .because("something on the way wants the Authorization header for itself")
            .of_header("Authorization", &[("Browser sends", "Bearer gantry"), ("Must arrive", "Bearer gantry")])
            .mended_by(NGINX_FREE, CADDY_FREE),
            _ => Check::bad(
                TOPIC,
                "No answer.",
                "A POST was not answered, though reads are. Something on the way lets no POST through.",
            )
            .because("changes do not get through"),
        };
    };
    let check = if proved.is_refused_as_forgery() {
        Check::bad(
            TOPIC,
            "Authorization does not arrive.",
            "The control plane asks for a proof that the page is its own, which is what this header is for. Reads work, every change is refused.",
        )
        .because("the Authorization header is lost on the way")
        .of_header(
            "Authorization",
            &[("Browser sends", "Bearer gantry"), ("Must arrive", "Bearer gantry"), ("Arrives", "— nothing that begins with Bearer")],
        )
        .mended_by("proxy_set_header Authorization $http_authorization;", "header_up Authorization {header.Authorization}")
    } else if proved.is_of_the_control_plane() {
        Check::good(
            TOPIC,
            if by_token {
                "a POST with the token passes; nothing else is needed"
            } else {
                "a POST with Authorization passes"
            },
        )
    } else {
        refused(facts, proved, by_token)
    };
    check.took(proved.took_ms)
}

const NGINX_FREE: &str = "auth_basic off;\nauth_request off;";
const CADDY_FREE: &str = "# outside of what basicauth, forward_auth or jwtauth guards";

fn refused(facts: &Facts, proved: &Answer, by_token: bool) -> Check {
    let server = proved.header("server").unwrap_or_default();
    let said = proved.body.trim().lines().next().filter(|_| !proved.is_page() && !proved.is_json()).unwrap_or_default();
    let said: String = said.chars().take(120).collect();
    let header_is_why = !by_token && facts.bare.answer().is_some_and(Answer::is_of_the_control_plane);
    if header_is_why {
        let arrives = format!("— not at all: answered {} on the way", proved.status);
        return Check::bad(
            Topic::Forgery,
            "Something on the way owns Authorization.",
            "The same POST without the header reaches the control plane. So a mesh’s JWT rule, basic authentication or a gateway takes the header for a sign-in of its own. Until that is mended, sign in with a token: then Gantry does without the header.",
        )
        .because("something on the way wants the Authorization header for itself")
        .of_header(
            "Authorization",
            &[
                ("Browser sends", "Bearer gantry"),
                ("Must arrive", "Bearer gantry"),
                ("Arrives", arrives.as_str()),
                ("It wants", proved.header("www-authenticate").unwrap_or_default()),
                ("It said", said.as_str()),
                ("Server", server),
            ],
        )
        .mended_by(NGINX_FREE, CADDY_FREE);
    }
    Check::bad(
        Topic::Forgery,
        "Changes are refused on the way.",
        format!("A POST answers {}, and that is not the control plane’s answer, with the header or without. Something on the way lets only reads through.", proved.status),
    )
    .because("something on the way refuses changes")
    .of_header("Allow", &[("Must arrive", "— any method"), ("It said", said.as_str()), ("Server", server)])
    .mended_by("# take out limit_except, or let all methods through", "# take out the matcher \"method GET\"")
}

//! What a 401 or a 403 is worth (docs/control-plane-api.md, 1.12). A proxy that wants the `Authorization` header for
//! itself answers 401 to each change, because Gantry sends that header against forgery, while every read goes through
//! by the cookie. So a 401 ends a session only after `GET /users/me` says the same, and a change that something in
//! between refused is sent once more without the header. Pure; imports the error.

use crate::api::error::{ApiError, Kind};

/// What proves with a change that it comes from this page and not from a foreign one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Proof {
    /// None is asked for: a read, a call without the cookie, or a route without the check.
    None,
    /// `Authorization: Bearer gantry`, which no foreign page can send.
    Bearer,
    /// `Coder-Session-Token`, equal to the cookie. Only who signed in with a password in this very page knows it.
    Token,
}

/// What a call that was refused was like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sent {
    /// What it was proved with.
    pub proof: Proof,
    /// Whether this page knows the token of its own session.
    pub knows_token: bool,
    /// Whether it signs in: then a cookie need not be there, and without one no proof is asked for.
    pub signs_in: bool,
}

/// Next steps, for a change that was refused in between.
const BY_TOKEN: &str = "It may want the Authorization header for itself, which Gantry sends with every change. Sign out, and sign in with a token: then Gantry does without that header.";
const TOKEN_HERE: &str =
    "It may want the Authorization header for itself. Use a token instead: then Gantry does without that header.";
const LET_PASS: &str = "Whoever runs it has to let requests to the control plane's API pass.";

/// What to believe of a 401 once `GET /users/me` was asked: `me` is what that said.
pub(crate) fn judge(claim: ApiError, me: Result<(), &ApiError>) -> ApiError {
    match me {
        Err(error) if error.kind == Kind::Unauthorized => claim,
        Ok(()) => {
            let ApiError { status, message, detail, request_id, .. } = claim;
            let said =
                detail.filter(|detail| *detail != message).map_or(message.clone(), |more| format!("{message} {more}"));
            ApiError { request_id, ..ApiError::in_between(status, Some(&said)) }
        }
        Err(error) => {
            let detail = format!(
                "It said: “{}” Whether you are still signed in could not be asked: {}",
                claim.message, error.message
            );
            ApiError { detail: Some(detail), ..ApiError::in_between(claim.status, None) }
        }
    }
}

/// Whether a change that was refused is sent once more without the `Authorization` header. It was refused by something
/// in between, so the control plane has not carried it out. A refused sign-in without the control plane's own request
/// id is taken for such a refusal as well.
pub(crate) fn goes_without_header(error: &ApiError, sent: Sent) -> bool {
    let between = error.kind == Kind::Between
        || (sent.signs_in && error.kind == Kind::Unauthorized && error.request_id.is_none());
    between && sent.proof == Proof::Bearer && (sent.knows_token || sent.signs_in)
}

/// Whether the answer to the second try is one of the control plane: then that is the way from now on. A forgery check
/// that refused is none, since it was met for want of the header alone.
pub(crate) fn went_through(second: Result<(), &ApiError>) -> bool {
    match second {
        Ok(()) => true,
        Err(error) => error.status.is_some() && !matches!(error.kind, Kind::Between | Kind::NotJson | Kind::Csrf),
    }
}

/// The refusal of something in between, with what can be done about it.
pub(crate) fn with_next_step(error: ApiError, sent: Sent) -> ApiError {
    if error.kind != Kind::Between {
        return error;
    }
    let step = match sent.proof {
        Proof::Bearer | Proof::Token if sent.signs_in => TOKEN_HERE,
        Proof::Bearer if !sent.knows_token => BY_TOKEN,
        _ => LET_PASS,
    };
    let detail = error.detail.map_or_else(|| step.to_owned(), |detail| format!("{detail} {step}"));
    ApiError { detail: Some(detail), ..error }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::error::{Head, classify};

    const CODER: (&str, &str) =
        ("application/json; charset=utf-8", r#"{"message":"You are signed out or your session has expired."}"#);
    const GATEWAY: (&str, &str) = ("application/json", r#"{"error":"unauthorized"}"#);
    const KONG: (&str, &str) = ("application/json", r#"{"message":"No API key found in request"}"#);
    const MESH: (&str, &str) = ("text/plain", "Jwt is not in the form of Header.Payload.Signature");
    const PAGE: (&str, &str) = ("text/html", "<html><title>401 Authorization Required</title></html>");
    const NOTHING: (&str, &str) = ("", "");

    fn answer(status: u16, (content_type, body): (&str, &str), own: bool) -> ApiError {
        let head = Head {
            status,
            content_type: (!content_type.is_empty()).then(|| content_type.to_owned()),
            request_id: own.then(|| "req-1".to_owned()),
            ..Head::default()
        };
        classify(&head, body.as_bytes(), 0).unwrap_err()
    }

    /// What `GET /users/me` may say: 200, 401 of the control plane, 401 of a proxy, 500, nothing.
    fn me() -> [(&'static str, Result<(), ApiError>); 5] {
        [
            ("200", Ok(())),
            ("401", Err(answer(401, CODER, true))),
            ("401 of a proxy", Err(answer(401, PAGE, false))),
            ("500", Err(answer(500, ("application/json", r#"{"message":"Broken."}"#), true))),
            ("nothing", Err(ApiError::network("refused".into()))),
        ]
    }

    #[test]
    fn a_401_ends_a_session_only_if_the_session_itself_says_so() {
        for (name, body) in [
            ("coder", CODER),
            ("gateway", GATEWAY),
            ("kong", KONG),
            ("mesh", MESH),
            ("page", PAGE),
            ("nothing", NOTHING),
        ] {
            for status in [401, 403] {
                let claim = answer(status, body, name == "coder");
                for (said, me) in me() {
                    // As the client does: only what could be the control plane's own 401 is asked about.
                    let found = if claim.kind == Kind::Unauthorized {
                        judge(claim.clone(), me.as_ref().copied())
                    } else {
                        claim.clone()
                    };
                    let believed = status == 401 && matches!(name, "coder" | "kong") && said == "401";
                    let expected = match (believed, status, name) {
                        (true, ..) => Kind::Unauthorized,
                        (_, 403, "coder" | "kong") => Kind::Forbidden,
                        _ => Kind::Between,
                    };
                    assert_eq!(found.kind, expected, "{status} {name}, users/me: {said}");
                    assert_eq!(found.status, Some(status));
                    assert!(
                        found.kind != Kind::Between || found.message.contains("between Gantry and the control plane"),
                        "{}",
                        found.message
                    );
                }
            }
        }
    }

    #[test]
    fn a_change_is_sent_once_more_only_where_that_can_help() {
        let sent = |proof, knows_token, signs_in| Sent { proof, knows_token, signs_in };
        for (name, error, how, again) in [
            ("a mesh, the token known", answer(401, MESH, false), sent(Proof::Bearer, true, false), true),
            ("a page of 403, the token known", answer(403, PAGE, false), sent(Proof::Bearer, true, false), true),
            ("a mesh, after a reload", answer(401, MESH, false), sent(Proof::Bearer, false, false), false),
            ("a mesh, without the header", answer(401, MESH, false), sent(Proof::Token, true, false), false),
            ("a mesh, by a pasted token", answer(401, MESH, false), sent(Proof::None, false, false), false),
            ("signing in past a mesh", answer(401, MESH, false), sent(Proof::Bearer, false, true), true),
            (
                "signing in past a gateway that speaks JSON",
                answer(401, KONG, false),
                sent(Proof::Bearer, false, true),
                true,
            ),
            ("a wrong password", answer(401, CODER, true), sent(Proof::Bearer, false, true), false),
            (
                "a wrong password, the header is refused already",
                answer(401, CODER, true),
                sent(Proof::Token, false, true),
                false,
            ),
            ("no right", answer(403, CODER, true), sent(Proof::Bearer, true, false), false),
            ("a dead upstream", answer(502, PAGE, false), sent(Proof::Bearer, true, false), false),
            ("another build", answer(409, CODER, true), sent(Proof::Bearer, true, false), false),
        ] {
            assert_eq!(goes_without_header(&error, how), again, "{name}");
        }
    }

    #[test]
    fn only_an_answer_of_the_control_plane_shows_the_way() {
        assert!(went_through(Ok(())));
        for (error, through) in [
            (answer(409, CODER, true), true),
            (answer(401, CODER, true), true),
            (answer(401, MESH, false), false),
            (answer(502, PAGE, false), false),
            (answer(400, ("text/plain", "Something is wrong with your CSRF token."), true), false),
            (ApiError::network("refused".into()), false),
        ] {
            assert_eq!(went_through(Err(&error)), through, "{error:?}");
        }
    }

    #[test]
    fn the_next_step_is_one_that_helps() {
        let sent = |proof, knows_token, signs_in| Sent { proof, knows_token, signs_in };
        for (how, step) in [
            (sent(Proof::Bearer, false, false), "Sign out, and sign in with a token"),
            (sent(Proof::Bearer, true, false), "Whoever runs it"),
            (sent(Proof::Token, true, false), "Whoever runs it"),
            (sent(Proof::None, false, false), "Whoever runs it"),
            (sent(Proof::Bearer, false, true), "Use a token instead"),
            (sent(Proof::Token, false, true), "Use a token instead"),
        ] {
            let detail = with_next_step(answer(401, MESH, false), how).detail.unwrap();
            assert!(detail.contains("Jwt is not in the form") && detail.contains(step), "{how:?}: {detail}");
        }
        let own = answer(401, CODER, true);
        assert_eq!(with_next_step(own.clone(), sent(Proof::Bearer, false, false)), own);
    }
}

//! What went wrong with a call: one type for all of it, and the pure code that finds out which kind it is
//! (docs/control-plane-api.md, 1.4, 1.8, 1.9). Imports `wire`.

use crate::wire::error::{ErrorBody, Validation};
use crate::wire::time::http_date_ms;

/// The kinds of failure that a caller can tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// No answer: no network, a refused connection, a connection that broke.
    Network,
    /// No answer in time.
    Timeout,
    /// The caller is gone (its page was left); nobody needs to be told.
    Aborted,
    /// 401: not signed in, or no longer.
    Unauthorized,
    /// 403: signed in, but not allowed.
    Forbidden,
    /// 404: not there, or hidden; or a route that this build of the control plane does not have.
    NotFound,
    /// 410: deleted.
    Gone,
    /// 409: something else is going on.
    Conflict,
    /// 400, 405, 406, 422: the request itself; `validations` say which field.
    Validation,
    /// 400 in plain text: a cookie without the header that proves our origin.
    Csrf,
    /// 412: the job is no longer in the state that was expected.
    Precondition,
    /// 425: something that this depends on is not ready yet.
    TooEarly,
    /// 429: too many requests; `retry_after_ms` says when it may be tried again.
    RateLimited,
    /// 5xx of the control plane.
    Server,
    /// HTML or other text where JSON belongs: something between us and the control plane answered.
    NotJson,
    /// Something between us and the control plane refused the call (401, 403, 407 or 511 that is none of the control
    /// plane's): it was not carried out.
    Between,
    /// JSON of an unexpected shape, or half of it.
    Decode,
    /// A status that this build does not know.
    Unsupported,
}

/// A failed call. Handled once: shown, or returned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiError {
    /// Which kind.
    pub kind: Kind,
    /// The status, if there was an answer.
    pub status: Option<u16>,
    /// One sentence for a person; the server's own where it has one.
    pub message: String,
    /// More, often for an administrator.
    pub detail: Option<String>,
    /// What is wrong with which field.
    pub validations: Vec<Validation>,
    /// What the server's log calls this request.
    pub request_id: Option<String>,
    /// When it may be tried again, counted from the answer.
    pub retry_after_ms: Option<i64>,
}

impl ApiError {
    /// An error without an answer.
    pub fn local(kind: Kind, message: &str) -> Self {
        Self {
            kind,
            status: None,
            message: message.to_owned(),
            detail: None,
            validations: Vec::new(),
            request_id: None,
            retry_after_ms: None,
        }
    }

    /// No answer at all.
    pub fn network(detail: String) -> Self {
        Self { detail: Some(detail), ..Self::local(Kind::Network, "The control plane cannot be reached.") }
    }

    /// No answer in time.
    pub fn timeout(limit_ms: i64) -> Self {
        Self {
            detail: Some(format!("No answer within {} s.", limit_ms / 1000)),
            ..Self::local(Kind::Timeout, "The control plane did not answer in time.")
        }
    }

    /// An answer of the right status whose JSON has another shape, or ends in the middle.
    pub fn decode(head: &Head, why: &json_tape::Error) -> Self {
        let message = if why.is_half() {
            "The answer ended in the middle."
        } else {
            "The answer has a shape that this version of Gantry does not know."
        };
        Self {
            status: Some(head.status),
            detail: Some(why.to_string()),
            request_id: head.request_id.clone(),
            ..Self::local(Kind::Decode, message)
        }
    }

    /// An error of something that stands between this page and the control plane: `said` is what it said, if that can
    /// be shown.
    pub(crate) fn in_between(status: Option<u16>, said: Option<&str>) -> Self {
        let status_text = status.map(|status| format!(" ({status})")).unwrap_or_default();
        Self {
            status,
            detail: said.map(|said| format!("It said: “{said}”")),
            ..Self::local(
                Kind::Between,
                &format!("Something between Gantry and the control plane refused this{status_text}."),
            )
        }
    }

    /// Whether the control plane was not reached at all: worth a banner, and worth asking again.
    pub fn is_unreachable(&self) -> bool {
        match self.kind {
            Kind::Network | Kind::Timeout => true,
            // A proxy's own page for a dead upstream.
            Kind::NotJson | Kind::Server => matches!(self.status, Some(502..=504)),
            _ => false,
        }
    }

    /// Whether this control plane does not have what was asked for at all: it is older, or of another edition.
    pub fn is_no_route(&self) -> bool {
        self.kind == Kind::NotFound && self.message == "Route not found."
    }

    /// Whether it is about what stands between this page and the control plane: the self-test of the connection can
    /// tell what is wrong.
    pub fn is_of_the_connection(&self) -> bool {
        self.is_unreachable() || matches!(self.kind, Kind::NotJson | Kind::Between | Kind::Csrf)
    }

    /// Message and detail in one text, as a toast or a row shows it.
    pub fn sentence(&self) -> String {
        match &self.detail {
            Some(detail) if !detail.is_empty() && *detail != self.message => format!("{} {detail}", self.message),
            _ => self.message.clone(),
        }
    }

    /// What the server says about one field of the request.
    pub fn of_field(&self, field: &str) -> Option<&str> {
        self.validations
            .iter()
            .find(|validation| validation.field == field)
            .map(|validation| validation.detail.as_str())
    }
}

impl std::fmt::Display for ApiError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.sentence())
    }
}

impl std::error::Error for ApiError {}

/// What an answer says before its body.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// The status.
    pub status: u16,
    /// `Content-Type`, if any.
    pub content_type: Option<String>,
    /// `X-Coder-Request-Id`.
    pub request_id: Option<String>,
    /// `Retry-After`: seconds or a date.
    pub retry_after: Option<String>,
    /// `Date`: the server's clock.
    pub date: Option<String>,
}

/// Milliseconds to wait by a `Retry-After` header; a date counts from `now_ms` (the answer's own `Date` if it has one).
pub(crate) fn retry_after_ms(text: &str, now_ms: i64) -> Option<i64> {
    let text = text.trim();
    if let Ok(seconds) = text.parse::<u32>() {
        return Some(i64::from(seconds) * 1000);
    }
    Some((http_date_ms(text)? - now_ms).max(0))
}

/// Whether a body of this type can be JSON. The control plane always says so; a missing type is judged by the first
/// byte.
fn may_be_json(content_type: Option<&str>, body: &[u8]) -> bool {
    match content_type {
        Some(content_type) => {
            let content_type = content_type.to_ascii_lowercase();
            content_type.starts_with("application/json") || content_type.contains("+json")
        }
        None => !matches!(body.iter().find(|byte| !byte.is_ascii_whitespace()), Some(b'<')),
    }
}

/// Plain text for a person: not HTML, and short enough to show.
fn plain_text(content_type: Option<&str>, body: &[u8]) -> Option<String> {
    if !content_type.is_some_and(|content_type| content_type.to_ascii_lowercase().starts_with("text/plain")) {
        return None;
    }
    let text = String::from_utf8_lossy(body);
    let text = text.trim();
    (!text.is_empty()).then(|| text.chars().take(300).collect())
}

fn kind_of(status: u16) -> Kind {
    match status {
        401 => Kind::Unauthorized,
        403 => Kind::Forbidden,
        407 | 511 => Kind::Between,
        404 => Kind::NotFound,
        409 => Kind::Conflict,
        410 => Kind::Gone,
        412 => Kind::Precondition,
        425 => Kind::TooEarly,
        429 => Kind::RateLimited,
        400 | 405 | 406 | 413 | 415 | 422 => Kind::Validation,
        500..=599 => Kind::Server,
        _ => Kind::Unsupported,
    }
}

fn own_words(kind: Kind, status: u16) -> String {
    match kind {
        Kind::Unauthorized => "You are signed out.".to_owned(),
        Kind::Forbidden => "You are not allowed to do this.".to_owned(),
        Kind::NotFound => "This does not exist, or you may not see it.".to_owned(),
        Kind::Gone => "This was deleted.".to_owned(),
        Kind::RateLimited => "The control plane limits how often it may be asked.".to_owned(),
        Kind::Server => format!("The control plane failed ({status})."),
        _ => format!("The control plane answered {status}."),
    }
}

/// Whether an answer of this kind says something about a person or a resource. The control plane says it in its
/// envelope; without one, something else speaks, and neither is anybody signed out nor anything gone.
fn is_verdict(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Unauthorized | Kind::Forbidden | Kind::NotFound | Kind::Gone | Kind::Conflict | Kind::Precondition
    )
}

/// What an answer means. `Ok` for 2xx and 304: the body (empty for 204, 205 and 304) is then JSON or nothing. `now_ms`
/// is only used for a `Retry-After` date of an answer without `Date`.
pub(crate) fn classify(head: &Head, body: &[u8], now_ms: i64) -> Result<(), ApiError> {
    let content_type = head.content_type.as_deref();
    let good = (200..300).contains(&head.status) || head.status == 304;
    if good && (body.is_empty() || may_be_json(content_type, body)) {
        return Ok(());
    }
    let answered_at = head.date.as_deref().and_then(http_date_ms).unwrap_or(now_ms);
    let error = |kind: Kind, message: String| ApiError {
        kind,
        status: Some(head.status),
        message,
        detail: None,
        validations: Vec::new(),
        request_id: head.request_id.clone(),
        retry_after_ms: head.retry_after.as_deref().and_then(|text| retry_after_ms(text, answered_at)),
    };
    let kind = kind_of(head.status);
    if !good && !body.is_empty() && may_be_json(content_type, body) {
        return Err(match json_tape::from_slice::<ErrorBody>(body) {
            Ok(envelope) => ApiError {
                detail: envelope.detail.filter(|detail| !detail.is_empty()),
                validations: envelope.validations.into_vec(),
                ..error(kind, envelope.message)
            },
            Err(why) if is_verdict(kind) && why.is_half() => ApiError::decode(head, &why),
            Err(_) if is_verdict(kind) => something_else(error(kind, String::new()), body, None),
            // An error all the same, only without words.
            Err(_) => error(kind, own_words(kind, head.status)),
        });
    }
    if let Some(text) = plain_text(content_type, body) {
        if is_verdict(kind) || kind == Kind::Between {
            return Err(something_else(error(kind, String::new()), body, Some(&text)));
        }
        let csrf = head.status == 400 && text.to_ascii_lowercase().contains("csrf");
        let kind = if csrf {
            Kind::Csrf
        } else if good {
            Kind::NotJson
        } else {
            kind
        };
        return Err(error(kind, text));
    }
    if body.is_empty() && !is_verdict(kind) && kind != Kind::Between {
        return Err(error(kind, own_words(kind, head.status)));
    }
    Err(something_else(error(kind, String::new()), body, None))
}

/// HTML, words of a proxy, or nothing at all: an error page, a sign-in page of a gateway, or a site without the control
/// plane behind it. What its status claims about the control plane's resources means nothing, except that nothing was
/// there to ask; that it refused is believed. `base` holds what the answer says before its body.
fn something_else(base: ApiError, body: &[u8], said: Option<&str>) -> ApiError {
    if matches!(base.kind, Kind::Unauthorized | Kind::Forbidden | Kind::Between) {
        return ApiError { request_id: base.request_id, ..ApiError::in_between(base.status, said) };
    }
    let what = match said {
        Some(_) => "text instead of data",
        None if body.is_empty() => "nothing where data belongs",
        None => "a web page instead of data",
    };
    let status = base.status.unwrap_or_default();
    ApiError {
        kind: Kind::NotJson,
        message: format!("Something other than the control plane answered ({status}): {what}."),
        detail: said.map(|said| format!("It said: “{said}”")),
        ..base
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(status: u16, content_type: &str) -> Head {
        Head {
            status,
            content_type: (!content_type.is_empty()).then(|| content_type.to_owned()),
            request_id: Some("req-1".to_owned()),
            ..Head::default()
        }
    }

    const JSON: &str = "application/json; charset=utf-8";
    const TEXT: &str = "text/plain; charset=utf-8";
    const HTML: &str = "text/html";

    #[test]
    fn each_answer_becomes_the_right_kind() {
        let page = "<!doctype html><title>502 Bad Gateway</title>";
        let refusal = r#"{"message":"No."}"#;
        for (status, content_type, body, expected) in [
            (200, JSON, "{}", None),
            (201, JSON, r#"{"session_token":"x"}"#, None),
            (204, "", "", None),
            (304, "", "", None),
            (200, "", "{}", None),
            (200, HTML, page, Some(Kind::NotJson)),
            (200, "", page, Some(Kind::NotJson)),
            (200, TEXT, "OK", Some(Kind::NotJson)),
            (400, TEXT, "Something is wrong with your CSRF token. Please refresh the page.", Some(Kind::Csrf)),
            (400, TEXT, "bad request", Some(Kind::Validation)),
            (400, JSON, refusal, Some(Kind::Validation)),
            (401, JSON, refusal, Some(Kind::Unauthorized)),
            (403, JSON, refusal, Some(Kind::Forbidden)),
            (404, JSON, refusal, Some(Kind::NotFound)),
            (404, HTML, page, Some(Kind::NotJson)),
            // Who says so is not the control plane, which has an envelope for it: a router between that lost its way, a
            // gateway that wants a sign-in of its own.
            (404, TEXT, "404 page not found", Some(Kind::NotJson)),
            (404, JSON, r#"{"error":"no route"}"#, Some(Kind::NotJson)),
            (404, "", "", Some(Kind::NotJson)),
            (410, "", "", Some(Kind::NotJson)),
            (401, TEXT, "Jwt is missing", Some(Kind::Between)),
            (401, HTML, page, Some(Kind::Between)),
            (401, JSON, r#"{"error":"unauthorized"}"#, Some(Kind::Between)),
            (401, "", "", Some(Kind::Between)),
            (403, HTML, page, Some(Kind::Between)),
            (403, TEXT, "RBAC: access denied", Some(Kind::Between)),
            (403, "", "", Some(Kind::Between)),
            (407, HTML, page, Some(Kind::Between)),
            (511, HTML, page, Some(Kind::Between)),
            (401, JSON, r#"{"mess"#, Some(Kind::Decode)),
            (404, JSON, r#"{"mess"#, Some(Kind::Decode)),
            (405, JSON, refusal, Some(Kind::Validation)),
            (406, JSON, refusal, Some(Kind::Validation)),
            (409, JSON, refusal, Some(Kind::Conflict)),
            (410, JSON, refusal, Some(Kind::Gone)),
            (412, JSON, refusal, Some(Kind::Precondition)),
            (425, JSON, refusal, Some(Kind::TooEarly)),
            (429, JSON, refusal, Some(Kind::RateLimited)),
            (429, "", "", Some(Kind::RateLimited)),
            (500, JSON, refusal, Some(Kind::Server)),
            (500, JSON, r#"{"mess"#, Some(Kind::Server)),
            (502, HTML, page, Some(Kind::NotJson)),
            (502, "", "", Some(Kind::Server)),
            (503, TEXT, "shutting down", Some(Kind::Server)),
            (418, JSON, refusal, Some(Kind::Unsupported)),
            (302, "", "", Some(Kind::Unsupported)),
        ] {
            let found = classify(&head(status, content_type), body.as_bytes(), 0);
            assert_eq!(found.as_ref().err().map(|error| error.kind), expected, "{status} {content_type} {body}");
            if let Err(error) = found {
                assert_eq!(error.status, Some(status));
                assert_eq!(error.request_id.as_deref(), Some("req-1"));
                assert!(!error.message.is_empty(), "{status} has words");
            }
        }
    }

    #[test]
    fn the_servers_words_are_kept() {
        let body = br#"{"message":"Invalid workspace search query.","detail":"d","validations":[{"field":"status","detail":"flying"}]}"#;
        let error = classify(&head(400, JSON), body, 0).unwrap_err();
        assert_eq!(error.message, "Invalid workspace search query.");
        assert_eq!(error.sentence(), "Invalid workspace search query. d");
        assert_eq!(error.of_field("status"), Some("flying"));
        assert_eq!(error.of_field("owner"), None);
        // The 409 of an active build repeats its message as its detail.
        let error = classify(&head(409, JSON), br#"{"message":"Active.","detail":"Active."}"#, 0).unwrap_err();
        assert_eq!(error.sentence(), "Active.");
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let date = "Tue, 24 Nov 2026 10:51:42 GMT";
        let at = http_date_ms(date).unwrap();
        assert_eq!(at, 1_795_517_502_000);
        for (text, expected) in [
            ("59", Some(59_000)),
            (" 0 ", Some(0)),
            (date, Some(2_000)),
            ("Tue, 24 Nov 2026 10:51:30 GMT", Some(0)),
            ("soon", None),
            ("-1", None),
            ("", None),
        ] {
            assert_eq!(retry_after_ms(text, at - 2_000), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_http_date_is_none() {
        for text in [
            "",
            "2026-11-24T10:51:42Z",
            "Tue, 24 Nov 2026 10:51:42",
            "Tue, 24 Nov 2026 10:51:42 GMT+1",
            "Tue, 24 anF 2026 10:51:42 GMT",
            "Tue, 24  2026 10:51:42 GMT",
            "Tue, 31 Nov 2026 10:51:42 GMT",
            "Tue, 24 Nov 2026 10:51:42 x GMT",
            "Tué, 24 Nov 2026 10:51:42 GMT",
        ] {
            assert_eq!(http_date_ms(text), None, "{text}");
        }
        assert_eq!(http_date_ms("Thu, 01 Jan 1970 00:00:00 GMT"), Some(0));
    }

    #[test]
    fn a_retry_date_counts_from_the_servers_own_clock() {
        let head = Head {
            retry_after: Some("Tue, 24 Nov 2026 10:51:52 GMT".to_owned()),
            date: Some("Tue, 24 Nov 2026 10:51:42 GMT".to_owned()),
            ..head(429, JSON)
        };
        let error = classify(&head, br#"{"message":"Slow down."}"#, 0).unwrap_err();
        assert_eq!(error.retry_after_ms, Some(10_000));
    }

    #[test]
    fn half_an_answer_says_so() {
        let eof = json_tape::from_slice::<ErrorBody>(br#"{"message":"N"#).unwrap_err();
        let error = ApiError::decode(&head(200, JSON), &eof);
        assert_eq!((error.kind, error.message.as_str()), (Kind::Decode, "The answer ended in the middle."));
        let shape = json_tape::from_slice::<ErrorBody>(b"[]").unwrap_err();
        assert_eq!(ApiError::decode(&head(200, JSON), &shape).kind, Kind::Decode);
        assert!(ApiError::decode(&head(200, JSON), &shape).message.contains("shape"));
    }

    #[test]
    fn unreachable_is_no_answer_or_a_proxys_answer_for_a_dead_server() {
        assert!(ApiError::network("refused".into()).is_unreachable());
        assert!(ApiError::timeout(30_000).is_unreachable());
        assert!(classify(&head(502, HTML), b"<html>", 0).unwrap_err().is_unreachable());
        assert!(classify(&head(503, JSON), br#"{"message":"x"}"#, 0).unwrap_err().is_unreachable());
        assert!(!classify(&head(500, JSON), br#"{"message":"x"}"#, 0).unwrap_err().is_unreachable());
        assert!(!classify(&head(200, HTML), b"<html>", 0).unwrap_err().is_unreachable());
        assert!(!classify(&head(401, JSON), br#"{"message":"x"}"#, 0).unwrap_err().is_unreachable());
    }
}

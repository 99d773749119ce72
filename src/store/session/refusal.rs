//! Why a sign-in was refused, by what was answered to it. Pure; imports the error.

use crate::api::error::{ApiError, Kind};

/// Why signing in did not work, so that each reason has its own words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SignInRefusal {
    /// Wrong address or password, or an account that signs in another way: the server does not say which.
    Credentials,
    /// The account is suspended.
    Suspended,
    /// The token is worth nothing (any more).
    Token,
    /// A field is not what it should be: field and words.
    Field(String, String),
    /// Signing in this way is switched off; the server's words.
    NotAllowed(String),
    /// Too many tries; when again, in milliseconds.
    TooOften(Option<i64>),
    /// The server cannot be reached.
    Unreachable(String),
    /// Something else than the control plane answered, or refused it on the way: what is so, and the rest.
    Elsewhere(String, String),
    /// Anything else, in the server's words.
    Other(String),
}

/// Whether a 401 is about an account that was suspended: only the words tell it from a session that has ended.
pub(crate) fn is_suspended(error: &ApiError) -> bool {
    error.message.contains("suspended")
}

/// A password that was taken, and a session that nobody is in: the cookie that came with it did not come back. `origin`
/// is the page's own.
pub(crate) fn lost_cookie(error: &ApiError, origin: &str) -> ApiError {
    let why = if origin.starts_with("http:") {
        "This page comes over http: a cookie that the control plane marks Secure is not sent here. Open it by https, or use a token."
    } else {
        "Something on the way takes Set-Cookie or Cookie off. Use a token until that is mended."
    };
    ApiError {
        status: error.status,
        detail: Some(why.to_owned()),
        request_id: error.request_id.clone(),
        ..ApiError::local(Kind::Between, "The password was taken, and its cookie did not come back.")
    }
}

/// Tells the reasons apart by what the server answered to a sign-in (`by_token`: with a token).
pub(crate) fn sign_in_refusal(error: &ApiError, by_token: bool) -> SignInRefusal {
    match error.kind {
        Kind::Unauthorized if is_suspended(error) => SignInRefusal::Suspended,
        Kind::Unauthorized if by_token => SignInRefusal::Token,
        Kind::Unauthorized => SignInRefusal::Credentials,
        Kind::Forbidden => SignInRefusal::NotAllowed(error.message.clone()),
        Kind::RateLimited => SignInRefusal::TooOften(error.retry_after_ms),
        Kind::Network | Kind::Timeout => SignInRefusal::Unreachable(error.sentence()),
        Kind::NotJson | Kind::Server if error.is_unreachable() => SignInRefusal::Unreachable(error.sentence()),
        Kind::Between | Kind::NotJson => {
            SignInRefusal::Elsewhere(error.message.clone(), error.detail.clone().unwrap_or_default())
        }
        Kind::Validation => match error.validations.first() {
            Some(first) => SignInRefusal::Field(first.field.clone(), first.detail.clone()),
            None => SignInRefusal::Other(error.sentence()),
        },
        _ => SignInRefusal::Other(error.sentence()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::error::Validation;

    fn error(kind: Kind, status: u16, message: &str) -> ApiError {
        ApiError { status: Some(status), ..ApiError::local(kind, message) }
    }

    #[test]
    fn a_lost_cookie_is_no_wrong_password() {
        let signed_out = error(Kind::Unauthorized, 401, "You are signed out.");
        for (origin, word) in [("http://coder.test", "https"), ("https://coder.test", "Set-Cookie")] {
            let lost = lost_cookie(&signed_out, origin);
            assert!(lost.is_of_the_connection() && lost.sentence().contains(word), "{lost:?}");
            assert!(matches!(sign_in_refusal(&lost, false), SignInRefusal::Elsewhere(..)));
        }
    }

    #[test]
    fn each_refusal_has_its_own_reason() {
        let suspended = "Your account is suspended. Contact an admin to reactivate your account.";
        assert_eq!(
            sign_in_refusal(&error(Kind::Unauthorized, 401, "Incorrect email or password."), false),
            SignInRefusal::Credentials
        );
        assert_eq!(sign_in_refusal(&error(Kind::Unauthorized, 401, suspended), false), SignInRefusal::Suspended);
        assert_eq!(sign_in_refusal(&error(Kind::Unauthorized, 401, "You are signed out."), true), SignInRefusal::Token);
        assert_eq!(
            sign_in_refusal(&error(Kind::Forbidden, 403, "Off."), false),
            SignInRefusal::NotAllowed("Off.".into())
        );
        let field = Validation { field: "email".into(), detail: "not an address".into() };
        let invalid = ApiError { validations: vec![field], ..error(Kind::Validation, 400, "Validation failed.") };
        assert_eq!(sign_in_refusal(&invalid, false), SignInRefusal::Field("email".into(), "not an address".into()));
        assert!(matches!(sign_in_refusal(&error(Kind::NotJson, 502, "x"), false), SignInRefusal::Unreachable(_)));
        for kind in [Kind::Between, Kind::NotJson] {
            for by_token in [false, true] {
                assert_eq!(
                    sign_in_refusal(&error(kind, 403, "x"), by_token),
                    SignInRefusal::Elsewhere("x".into(), String::new())
                );
            }
        }
        assert!(matches!(sign_in_refusal(&ApiError::network("refused".into()), true), SignInRefusal::Unreachable(_)));
        assert_eq!(
            sign_in_refusal(&error(Kind::Server, 500, "Broken."), false),
            SignInRefusal::Other("Broken.".into())
        );
        let limited = ApiError { retry_after_ms: Some(3_000), ..error(Kind::RateLimited, 429, "x") };
        assert_eq!(sign_in_refusal(&limited, false), SignInRefusal::TooOften(Some(3_000)));
    }
}

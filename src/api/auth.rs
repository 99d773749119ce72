//! Signing in and out (docs/control-plane-api.md, 1.3). May import `browser` and below.

use crate::api::answer::Asked;
use crate::api::call::Call;
use crate::api::client::{Access, Client};
use crate::api::early::adopt_early;
use crate::api::error::{ApiError, Kind};
use crate::wire::auth::{
    AuthMethods, CreateFirstUserRequest, CreateTokenRequest, CreatedToken, LoginRequest, LoginResponse, TokenConfig,
};
use crate::wire::user::User;
use gloo_net::http::Method;

/// Which ways of signing in the server offers.
pub(crate) fn methods(client: &Client) -> Asked<AuthMethods> {
    client.read(Call::get("/users/authmethods"))
}

/// Whether the control plane has its first user already; without one it must be set up.
pub(crate) fn first_user_exists(client: &Client) -> Asked<bool> {
    client.ask(Call::get("/users/first"), |outcome| match outcome {
        Ok(_) => Ok(true),
        Err(error) if error.kind == Kind::NotFound => Ok(false),
        Err(error) => Err(error),
    })
}

/// Creates the first user: the owner of a new control plane.
pub(crate) fn create_first_user(client: &Client, request: &CreateFirstUserRequest) -> Asked<()> {
    client.done(Call::post("/users/first", request).unproved().changing_nothing())
}

/// Signs in with a password: the browser keeps the cookie. 401 is a wrong password or a suspended account.
pub(crate) fn login(client: &Client, request: &LoginRequest) -> Asked<LoginResponse> {
    client.read(Call::post("/users/login", request).signing_in())
}

/// Who is signed in. 401 is an answer here.
pub fn me(client: &Client) -> Asked<User> {
    client.read(Call::get("/users/me").expecting_401())
}

/// The same, asked once: for who asks in a rhythm.
pub(crate) fn me_now(client: &Client) -> Asked<User> {
    client.read(Call::get("/users/me").expecting_401().once())
}

/// Signs out: the server forgets the session and the browser its cookie. 401 says that it was over already.
pub(crate) fn logout(client: &Client) -> Asked<()> {
    client.done(Call::write(Method::POST, "/users/logout").signing_out())
}

/// Whether a 401 says that no cookie came with the request at all (and not that one came which is worth nothing).
fn no_cookie(error: &ApiError) -> bool {
    error.kind == Kind::Unauthorized
        && error.detail.as_deref().is_some_and(|detail| detail.contains("must be provided"))
}

/// Begins a session by token. First whoever is signed in by cookie is signed out: a cookie outranks a token in a
/// socket's address, and a socket would show somebody else's data. If a cookie remains all the same (an expired one,
/// which only the server could remove), the session works without sockets. On success the client asks by token; on
/// failure it asks as before.
pub async fn open_with_token(client: &Client, token: &str) -> Result<User, ApiError> {
    let by_cookie = || client.done(Call::get("/users/me").by_cookie().expecting_401());
    let mut probe = by_cookie().await;
    if probe.is_ok() {
        let sign_out = Call::write(Method::POST, "/users/logout").by_cookie().expecting_401().changing_nothing();
        if client.done(sign_out).await.is_ok() {
            probe = by_cookie().await;
        }
    }
    let sockets = probe.as_ref().is_err_and(no_cookie);
    let before = client.access();
    client.set_access(Access::Token { token: token.to_owned(), sockets });
    match me(client).await {
        Ok(user) => Ok(user),
        Err(error) => {
            client.set_access(before);
            Err(error)
        }
    }
}

/// Begins a session by a token that another page handed over. Nobody is signed out for it, so a cookie may remain,
/// which outranks a token in a socket's address: the session has sockets only if they are wanted, and there is no
/// cookie, or it is the same person's. On success the client asks by token; on failure it asks as before.
pub(crate) async fn open_beside_cookie(client: &Client, token: &str, wants_sockets: bool) -> Result<User, ApiError> {
    let before = client.access();
    client.set_access(Access::Token { token: token.to_owned(), sockets: false });
    adopt_early(token);
    let by_cookie = async {
        if !wants_sockets {
            return None;
        }
        Some(client.read::<User>(Call::get("/users/me").by_cookie().expecting_401()).await)
    };
    let (user, by_cookie) = futures_util::future::join(me(client), by_cookie).await;
    match user {
        Ok(user) => {
            client.let_sockets(match by_cookie {
                None => false,
                Some(Ok(other)) => other.id == user.id,
                Some(Err(error)) => no_cookie(&error),
            });
            Ok(user)
        }
        Err(error) => {
            client.set_access(before);
            Err(error)
        }
    }
}

/// The longest life that the control plane lets a token have.
pub(crate) fn longest_token_life(client: &Client) -> Asked<TokenConfig> {
    client.read(Call::get("/users/me/keys/tokens/tokenconfig"))
}

/// Makes a token of whoever is signed in.
pub(crate) fn create_token(client: &Client, request: &CreateTokenRequest) -> Asked<CreatedToken> {
    client.read(Call::post("/users/me/keys/tokens", request).changing_nothing())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_cookie_is_told_from_a_worthless_one() {
        let error = |detail: &str| ApiError {
            detail: Some(detail.to_owned()),
            ..ApiError::local(Kind::Unauthorized, "Signed out.")
        };
        assert!(no_cookie(&error("Cookie \"coder_session_token\" or query parameter must be provided.")));
        assert!(!no_cookie(&error("API key is invalid.")));
        assert!(!no_cookie(&error("API key expired at \"2026-11-24 09:51:43.450373 +0000 UTC\".")));
        assert!(!no_cookie(&ApiError::local(Kind::Unauthorized, "Signed out.")));
        assert!(!no_cookie(&ApiError { kind: Kind::Network, ..error("must be provided") }));
    }
}

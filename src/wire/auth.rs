//! Signing in (docs/control-plane-api.md, 1.3). Pure.

use crate::record;
use serde::Serialize;

record! {
    /// `GET /users/authmethods`: how one may sign in.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct AuthMethods {
        /// With a password.
        password?: Option<AuthMethod>,
        /// With GitHub.
        github?: Option<AuthMethod>,
        /// With the company's own provider.
        oidc?: Option<OidcAuthMethod>,
    }
}

impl AuthMethods {
    /// Whether with a password. Every control plane knows passwords: where it does not say, it is tried.
    pub fn password(&self) -> bool {
        self.password.as_ref().is_none_or(|method| method.enabled)
    }

    /// Whether with GitHub.
    pub fn github(&self) -> bool {
        self.github.as_ref().is_some_and(|method| method.enabled)
    }

    /// With the company's own provider, if that is there.
    pub fn oidc(&self) -> Option<&OidcAuthMethod> {
        self.oidc.as_ref().filter(|method| method.enabled)
    }
}

record! {
    /// Whether a method is there.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct AuthMethod {
        /// Whether it is.
        pub enabled?: bool,
    }
}

record! {
    /// Signing in with OpenID Connect. (This key is spelled in camel case.)
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct OidcAuthMethod {
        /// Whether it is there.
        pub enabled?: bool,
        /// What its button says, perhaps empty.
        pub sign_in_text as "signInText"?: String,
    }
}

/// Body of `POST /users/login`.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct LoginRequest {
    /// The address.
    pub email: String,
    /// The password.
    pub password: String,
}

record! {
    /// Answer (201) to signing in; the cookie comes with it.
    #[derive(Clone, PartialEq, Eq, Serialize)]
    pub struct LoginResponse {
        /// The token.
        pub session_token?: String,
    }
}

/// Body of `POST /users/first`.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct CreateFirstUserRequest {
    /// The address.
    pub email: String,
    /// The name in paths and queries.
    pub username: String,
    /// The name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The password.
    pub password: String,
    /// Whether to ask for a trial licence.
    pub trial: bool,
}

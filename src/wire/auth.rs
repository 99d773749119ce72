//! Signing in (docs/control-plane-api.md, 1.3). Pure.

use crate::record;
use crate::wire::id::Id;
use serde::Serialize;

record! {
    /// `GET /users/authmethods`: how one may sign in.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct AuthMethods {
        /// What one agrees to.
        pub terms_of_service_url?: Option<String>,
        /// With a password.
        pub password: AuthMethod,
        /// With GitHub.
        pub github: GithubAuthMethod,
        /// With the company's own provider.
        pub oidc: OidcAuthMethod,
    }
}

record! {
    /// Whether a method is there.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct AuthMethod {
        /// Whether it is.
        pub enabled: bool,
    }
}

record! {
    /// Signing in with GitHub.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct GithubAuthMethod {
        /// Whether it is there.
        pub enabled: bool,
        /// Whether by the provider that comes with the server.
        pub default_provider_configured?: Option<bool>,
    }
}

record! {
    /// Signing in with OpenID Connect. (These two keys are spelled in camel case.)
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct OidcAuthMethod {
        /// Whether it is there.
        pub enabled: bool,
        /// What its button says, perhaps empty.
        pub sign_in_text as "signInText": String,
        /// A path or an address, perhaps empty.
        pub icon_url as "iconUrl": String,
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
        /// The token, for whoever cannot hold a cookie.
        pub session_token: String,
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

record! {
    /// Answer (201) to making the first user.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct CreateFirstUserResponse {
        /// The user.
        pub user_id: Id,
        /// The organization that every deployment has.
        pub organization_id: Id,
    }
}

record! {
    /// Answer (201) to `POST /users/me/keys/tokens`.
    #[derive(Clone, PartialEq, Eq, Serialize)]
    pub struct TokenResponse {
        /// The token, told once.
        pub key: String,
    }
}

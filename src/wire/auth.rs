//! Signing in (docs/control-plane-api.md, 1.3). Pure.

use json_tape::Read;
use serde::Serialize;

/// `GET /users/authmethods`: how one may sign in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Read)]
pub struct AuthMethods {
    #[serde(default)]
    password: Option<AuthMethod>,
    #[serde(default)]
    github: Option<AuthMethod>,
    #[serde(default)]
    oidc: Option<OidcAuthMethod>,
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

/// Whether a method is there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Read)]
pub(crate) struct AuthMethod {
    #[serde(default)]
    pub enabled: bool,
}

/// Signing in with OpenID Connect. (This key is spelled in camel case.)
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Read)]
pub struct OidcAuthMethod {
    #[serde(default)]
    pub enabled: bool,
    /// What its button says, perhaps empty.
    #[serde(default, rename = "signInText")]
    pub sign_in_text: String,
}

/// Body of `POST /users/login`.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub(crate) struct LoginRequest {
    pub email: String,
    pub password: String,
}

/// Answer (201) to signing in; the cookie comes with it.
#[derive(Clone, PartialEq, Eq, Serialize, Read)]
pub struct LoginResponse {
    #[serde(default)]
    pub session_token: String,
}

/// Body of `POST /users/first`.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct CreateFirstUserRequest {
    pub email: String,
    pub username: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    pub password: String,
    pub trial: bool,
}

/// Answer to `GET /users/me/keys/tokens/tokenconfig`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Read)]
pub(crate) struct TokenConfig {
    /// In nanoseconds.
    #[serde(default)]
    pub max_token_lifetime: i64,
}

/// Body of `POST /users/me/keys/tokens`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct CreateTokenRequest {
    /// In nanoseconds.
    pub lifetime: i64,
    pub token_name: String,
}

/// Answer (201) to making a token.
#[derive(Clone, PartialEq, Eq, Serialize, Read)]
pub(crate) struct CreatedToken {
    pub key: String,
}

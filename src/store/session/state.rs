//! What is known of the session, in the words that pages and other stores hear. Imports the error and `wire`.

use crate::api::error::ApiError;
use crate::wire::user::User;
use std::sync::Arc;

/// Why nobody is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// Nobody was.
    Nobody,
    /// The session ended while it was used, or since; the server's answer.
    Ended(ApiError),
    /// The viewer signed out here.
    Here,
    /// The viewer signed out in another tab.
    Elsewhere,
}

/// Who is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedIn {
    /// The user.
    pub user: User,
}

impl SignedIn {
    /// Whether the user owns the whole deployment.
    pub fn is_owner(&self) -> bool {
        self.user.roles.iter().any(|role| role.name == "owner" && role.organization_id.is_none())
    }
}

/// What is known of the session.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum SessionState {
    /// Not asked yet.
    #[default]
    Unknown,
    /// Asked, without an answer; asked again by itself.
    Unreachable(ApiError),
    /// A control plane without its first user.
    SetupNeeded,
    /// Nobody is signed in; `back` is where to go on afterwards (path and query).
    SignedOut {
        /// Why.
        why: Why,
        /// Where the viewer was.
        back: String,
    },
    /// Somebody is.
    SignedIn(Arc<SignedIn>),
}

/// What other stores are told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Changed {
    /// Somebody is signed in now.
    In(Arc<SignedIn>),
    /// Nobody is any more; what was known of the user before is to be dropped.
    Out,
    /// The user's organizations are known.
    Organizations,
}

//! What the caller may do, asked for many things at once: `POST /authcheck` (docs/control-plane-api.md, 1.11). It is
//! answered by the same keys with `true` or `false`. Pure.

use crate::wire::Id;
use crate::wire::map::Map;
use serde::Serialize;

/// Body of `POST /authcheck`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct AuthorizationRequest {
    pub checks: Map<AuthorizationCheck>,
}

/// One question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct AuthorizationCheck {
    pub object: AuthorizationObject,
    pub action: &'static str,
}

/// What the question is about: all things of a type, those of an organization or an owner, or one thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct AuthorizationObject {
    pub resource_type: &'static str,
    /// `me`, or `*` for whoever owns it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner_id: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organization_id: Option<Id>,
    /// At most ten checks of a request may name one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_id: Option<Id>,
}

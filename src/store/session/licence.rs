//! The licence of the deployment. Imports `wire`.

use crate::wire::deployment::Entitlements;
use std::sync::Arc;

/// What the control plane's build has.
#[derive(Clone, Debug, PartialEq)]
pub enum Licence {
    /// The open-source build: no licence, and no route that tells of one.
    OpenSource,
    /// What is licensed.
    Known(Arc<Entitlements>),
}

impl Licence {
    /// Whether builds commit what they cost: only with a licence (docs/control-plane-api.md, 2.3).
    pub fn counts_credits(&self) -> bool {
        matches!(self, Licence::Known(entitlements) if entitlements.has_license)
    }
}

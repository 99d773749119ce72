//! The licence of the deployment. Pure.

use crate::wire::deployment::Entitlements;
use std::sync::Arc;

/// What the control plane's build has.
#[derive(Clone, Debug, PartialEq)]
pub enum Licence {
    /// It was asked, and did not tell.
    Untold,
    /// The open-source build: no licence, and no route that tells of one.
    OpenSource,
    /// What is licensed.
    Known(Arc<Entitlements>),
}

impl Licence {
    /// Whether builds commit what they cost: only with a licence (docs/control-plane-api.md, 2.3). What is not known is
    /// taken for one.
    pub fn counts_credits(&self) -> bool {
        match self {
            Licence::Untold => true,
            Licence::OpenSource => false,
            Licence::Known(entitlements) => entitlements.has_license,
        }
    }
}

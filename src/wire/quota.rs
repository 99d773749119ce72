//! What a user may spend (docs/control-plane-api.md, 2.13). Pure.

use json_tape::Read;
use serde::Serialize;

/// `GET /organizations/{organization}/members/{user}/workspace-quota`: 404 on the open-source build.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Read)]
pub struct WorkspaceQuota {
    /// The sum of the latest builds' daily cost; too low while one of them runs.
    #[serde(default)]
    pub credits_consumed: Option<i64>,
    /// The sum of the groups' allowances; −1 where nothing is limited, 0 where nothing is allowed.
    #[serde(default)]
    pub budget: Option<i64>,
}

//! Templates (docs/control-plane-api.md, 2.8). Pure.

use crate::wire::Id;
use crate::wire::map::Map;
use json_tape::Read;
use serde::Serialize;

/// What workspaces are made of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Read)]
pub struct Template {
    pub id: Id,
    /// By transition; of the last hundred successful builds.
    #[serde(default)]
    pub build_time_stats: Option<Map<BuildTimeStats>>,
}

/// How long builds take, in milliseconds; `null` until there were some.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Read)]
pub struct BuildTimeStats {
    #[serde(default, rename = "P50")]
    pub p50: Option<i64>,
    #[serde(default, rename = "P95")]
    pub p95: Option<i64>,
}

//! Templates, their versions and parameters (docs/control-plane-api.md, 2.8). Pure.

use crate::record;
use crate::wire::id::Id;
use crate::wire::map::Map;
use serde::Serialize;

record! {
    /// What workspaces are made of.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct Template {
        /// Its id.
        pub id: Id,
        /// By transition; of the last hundred successful builds.
        pub build_time_stats?: Option<Map<BuildTimeStats>>,
    }
}

record! {
    /// How long builds take, in milliseconds; `null` until there were some.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
    pub struct BuildTimeStats {
        /// Half of them.
        pub p50 as "P50"?: Option<i64>,
        /// Nineteen of twenty.
        pub p95 as "P95"?: Option<i64>,
    }
}

record! {
    /// A parameter of a template version: `GET /templateversions/{id}/rich-parameters`.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct RichParameter {
        /// Its name.
        pub name: String,
        /// Its name for people.
        pub display_name?: Option<String>,
        /// Whether it must be given.
        pub required?: bool,
        /// Whether its value counts for one build only.
        pub ephemeral?: bool,
    }
}

//! What a build made (docs/control-plane-api.md, 2.3). Pure.

use crate::record;
use crate::wire::agent::WorkspaceAgent;
use crate::wire::list::List;
use serde::Serialize;

record! {
    /// A Terraform resource of a build.
    #[derive(Clone, Debug, PartialEq, Serialize)]
    pub struct WorkspaceResource {
        /// Terraform's type: `docker_container`.
        pub r#type?: String,
        /// Terraform's name: `main`, `settings[0]`.
        pub name: String,
        /// Whether the template hides it.
        pub hide?: bool,
        /// The agents in it; absent if none.
        pub agents?: List<WorkspaceAgent>,
        /// What the template shows of it; absent if nothing.
        pub metadata?: List<ResourceMetadata>,
        /// Credits per day.
        pub daily_cost?: Option<i64>,
    }
}

record! {
    /// A fact that the template shows of a resource.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct ResourceMetadata {
        /// Its name.
        pub key: String,
        /// Its value, sent even if sensitive.
        pub value?: String,
        /// Whether it should be hidden until asked for.
        pub sensitive?: bool,
    }
}

//! Users and organizations (docs/control-plane-api.md, 2.9). Pure.

use crate::record;
use crate::wire::id::Id;
use crate::wire::list::List;
use serde::Serialize;

record! {
    /// A user: `GET /users/me`.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct User {
        /// Their id.
        pub id: Id,
        /// Their name in paths and queries.
        pub username: String,
        /// Their roles in the whole deployment.
        pub roles?: List<Role>,
    }
}

record! {
    /// A role of a user.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct Role {
        /// Its name: `owner`, `template-admin`, …
        pub name: String,
        /// The organization it counts in.
        pub organization_id?: Option<String>,
    }
}

record! {
    /// An organization: `GET /users/{user}/organizations`, `GET /organizations`.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct Organization {
        /// Its id.
        pub id: Id,
        /// Its name in paths and queries.
        pub name: String,
        /// Its name for people.
        pub display_name?: String,
    }
}

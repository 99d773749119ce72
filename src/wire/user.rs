//! Users and organizations (docs/control-plane-api.md, 2.9). Pure.

use crate::record;
use crate::text_enum;
use crate::wire::id::Id;
use crate::wire::list::List;
use crate::wire::time::Timestamp;
use serde::Serialize;

record! {
    /// A user: `GET /users/me`.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct User {
        /// Their id.
        pub id: Id,
        /// Their name in paths and queries.
        pub username: String,
        /// Their name.
        pub name?: Option<String>,
        /// Their picture.
        pub avatar_url?: Option<String>,
        /// Their address.
        pub email: String,
        /// When they were made.
        pub created_at: Timestamp,
        /// When they last changed.
        pub updated_at: Timestamp,
        /// When they were last seen; year 1 for never.
        pub last_seen_at: Option<Timestamp>,
        /// Whether they may sign in.
        pub status: UserStatus,
        /// How they sign in.
        pub login_type: LoginType,
        /// The organizations they are in.
        pub organization_ids: List<Id>,
        /// Their roles in the whole deployment.
        pub roles: List<Role>,
    }
}

text_enum! {
    /// Whether a user may sign in; a dormant one becomes active by doing so.
    UserStatus {
        Active = "active",
        Dormant = "dormant",
        Suspended = "suspended",
    }
}

text_enum! {
    /// How a user signs in.
    LoginType {
        Unset = "",
        Password = "password",
        Github = "github",
        Oidc = "oidc",
        Token = "token",
        None = "none",
    }
}

record! {
    /// A role of a user.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct Role {
        /// Its name: `owner`, `template-admin`, …
        pub name: String,
        /// Its name for people.
        pub display_name: String,
        /// The organization it counts in.
        pub organization_id?: Option<String>,
    }
}

record! {
    /// `GET /users`: a page of users.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct UsersResponse {
        /// The page.
        pub users: List<User>,
        /// How many match, whatever the page.
        pub count: i64,
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
        pub display_name: String,
        /// A path or an address, perhaps empty.
        pub icon: String,
        /// For people.
        pub description: String,
        /// When it was made.
        pub created_at: Timestamp,
        /// When it last changed.
        pub updated_at: Timestamp,
        /// Whether it is the one that every deployment has.
        pub is_default: bool,
    }
}

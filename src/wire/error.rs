//! The envelope of every refusal, and of the few answers that only say something (docs/control-plane-api.md, 1.8). Pure.

use crate::record;
use crate::wire::list::List;
use serde::Serialize;

record! {
    /// The JSON body of a 4xx or 5xx answer. (A wrong CSRF token is answered in plain text, and a proxy answers in HTML.)
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct ErrorBody {
        /// One sentence for a person.
        pub message: String,
        /// More, often for an administrator.
        pub detail?: Option<String>,
        /// What is wrong with which field of the request.
        pub validations?: List<Validation>,
    }
}

record! {
    /// What is wrong with one field of a request.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct Validation {
        /// The field, or the key of a query.
        pub field: String,
        /// What is wrong with it.
        pub detail?: String,
    }
}

record! {
    /// A 2xx answer that only says something: cancel, extend, sign out, the first user's existence.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct Message {
        /// The sentence.
        pub message: String,
        /// More of it.
        pub detail?: Option<String>,
    }
}

//! The envelope of every refusal (docs/control-plane-api.md, 1.8). Pure.

use crate::wire::List;
use json_tape::Read;
use serde::Serialize;

/// The JSON body of a 4xx or 5xx answer. (A wrong CSRF token is answered in plain text, and a proxy answers in HTML.)
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Read)]
pub struct ErrorBody {
    /// One sentence for a person.
    pub message: String,
    /// More, often for an administrator.
    #[serde(default)]
    pub detail: Option<String>,
    #[serde(default)]
    pub validations: List<Validation>,
}

/// What is wrong with one field of a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Read)]
pub struct Validation {
    /// The field, or the key of a query.
    pub field: String,
    #[serde(default)]
    pub detail: String,
}

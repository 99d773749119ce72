//! Identifiers: every resource of the API is named by a UUID. Sixteen bytes, by the `uuid` crate. Pure.

use json_tape::{Read, Reader};
use serde::Serialize;
use std::fmt;
use std::str::FromStr;
use uuid::Uuid;

/// The id of a workspace, a build, an agent, a user, …: a UUID, written in lower case with dashes, as the API does.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Default)]
#[serde(transparent)]
pub struct Id(Uuid);

impl Id {
    /// The id of all zeros, which the API sends where a Go value was never set.
    pub const NIL: Id = Id(Uuid::nil());

    /// An id of a number, for tests and for keys made here.
    pub const fn from_u128(value: u128) -> Id {
        Id(Uuid::from_u128(value))
    }
}

impl fmt::Display for Id {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, formatter)
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, formatter)
    }
}

/// Text that is no UUID.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAnId;

impl fmt::Display for NotAnId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("not a UUID")
    }
}

impl std::error::Error for NotAnId {}

impl FromStr for Id {
    type Err = NotAnId;
    fn from_str(text: &str) -> Result<Id, NotAnId> {
        Uuid::try_parse(text).map(Id).map_err(|_| NotAnId)
    }
}

impl Read for Id {
    #[inline(never)]
    fn read(reader: &mut Reader<'_>) -> Self {
        const EXPECTED: &str = "a UUID";
        reader.text(EXPECTED).parse().unwrap_or_else(|_| {
            reader.expected(EXPECTED);
            Id::NIL
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Id;
    use json_tape::from_slice;

    #[test]
    fn survives_a_round_trip() {
        let json = "\"9e721567-992b-44b2-9ce5-82d735c42c9e\"";
        let id: Id = from_slice(json.as_bytes()).unwrap();
        assert_eq!(serde_json::to_string(&id).unwrap(), json);
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_ne!(id, Id::NIL);
    }

    #[test]
    fn refuses_what_is_no_uuid() {
        for json in ["\"\"", "\"nonsense\"", "1", "null", "\"9e721567-992b-44b2-9ce5\""] {
            assert!(from_slice::<Id>(json.as_bytes()).is_err(), "{json}");
        }
    }
}

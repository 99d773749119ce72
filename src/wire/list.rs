//! Arrays, and the difference between absent, `null` and empty. A Go server sends a nil slice as `null`, and leaves an
//! empty one out where the field is `omitempty`; whoever reads sees a slice in all cases, and what is written back is what
//! came. Pure; imports nothing but serde.

use serde::de::{Deserialize, Deserializer};
use serde::ser::{Serialize, Serializer};
use std::ops::Deref;

/// An array of the API. Reads as a slice: absent and `null` are empty.
///
/// A field that is always sent carries `#[serde(deserialize_with = "present")]` (so that its absence is an error); one
/// that may be left out carries `#[serde(default, skip_serializing_if = "List::is_absent")]`.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum List<T> {
    /// The key was not there.
    #[default]
    Absent,
    /// `null`.
    Null,
    /// An array, perhaps empty.
    Items(Vec<T>),
}

impl<T> List<T> {
    /// The items; none for absent and `null`.
    pub fn as_slice(&self) -> &[T] {
        match self {
            List::Items(items) => items,
            List::Absent | List::Null => &[],
        }
    }

    /// Whether the key was not there.
    pub fn is_absent(&self) -> bool {
        matches!(self, List::Absent)
    }

    /// The items, owned; none for absent and `null`.
    pub fn into_vec(self) -> Vec<T> {
        match self {
            List::Items(items) => items,
            List::Absent | List::Null => Vec::new(),
        }
    }
}

impl<T> Deref for List<T> {
    type Target = [T];
    fn deref(&self) -> &[T] {
        self.as_slice()
    }
}

impl<T> From<Vec<T>> for List<T> {
    fn from(items: Vec<T>) -> Self {
        List::Items(items)
    }
}

impl<T> FromIterator<T> for List<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        List::Items(items.into_iter().collect())
    }
}

impl<T> IntoIterator for List<T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;
    fn into_iter(self) -> Self::IntoIter {
        self.into_vec().into_iter()
    }
}

impl<'a, T> IntoIterator for &'a List<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;
    fn into_iter(self) -> Self::IntoIter {
        self.as_slice().iter()
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Option::deserialize(deserializer)?.map_or(List::Null, List::Items))
    }
}

impl<T: Serialize> Serialize for List<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            List::Items(items) => items.serialize(serializer),
            List::Absent | List::Null => serializer.serialize_none(),
        }
    }
}

/// For a field that must be there, though its value may be `null`: an `Option` or a [`List`] would otherwise accept the
/// absence of its key. (serde takes a missing key for an error as soon as a field has a `deserialize_with`.)
pub fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<T, D::Error> {
    T::deserialize(deserializer)
}

#[cfg(test)]
mod tests {
    use super::{List, present};
    use serde::{Deserialize, Serialize};

    #[derive(Serialize, Deserialize, PartialEq, Debug)]
    struct Sample {
        #[serde(deserialize_with = "present")]
        always: List<i64>,
        #[serde(default, skip_serializing_if = "List::is_absent")]
        maybe: List<i64>,
        #[serde(deserialize_with = "present")]
        nullable: Option<i64>,
    }

    #[test]
    fn absent_null_and_empty_survive() {
        for json in [
            r#"{"always":[],"nullable":null}"#,
            r#"{"always":null,"nullable":1}"#,
            r#"{"always":[1],"maybe":[],"nullable":null}"#,
            r#"{"always":[1,2],"maybe":null,"nullable":null}"#,
            r#"{"always":[],"maybe":[3],"nullable":0}"#,
        ] {
            let sample: Sample = serde_json::from_str(json).unwrap();
            assert_eq!(serde_json::to_string(&sample).unwrap(), json);
        }
    }

    #[test]
    fn a_missing_key_is_an_error_where_the_field_is_always_sent() {
        assert!(serde_json::from_str::<Sample>(r#"{"nullable":null}"#).is_err());
        assert!(serde_json::from_str::<Sample>(r#"{"always":[]}"#).is_err());
        assert!(serde_json::from_str::<Sample>(r#"{"always":{},"nullable":null}"#).is_err());
    }
}

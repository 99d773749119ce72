//! Arrays of the API. A Go server sends a nil slice as `null`, and leaves an empty one out where the field is
//! `omitempty`; whoever reads sees a slice in all cases. Pure.

use json_tape::{Read, Reader};
use serde::ser::{Serialize, Serializer};
use std::ops::Deref;

/// An array of the API. Reads as a slice: absent and `null` are empty, and an item that does not fit is left out, which
/// the reader notes: one strange app does not hide the others.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum List<T> {
    /// The key was not there, or `null`.
    #[default]
    Absent,
    /// An array, perhaps empty.
    Items(Vec<T>),
}

impl<T> List<T> {
    /// The items; none for absent and `null`.
    pub fn as_slice(&self) -> &[T] {
        match self {
            List::Items(items) => items,
            List::Absent => &[],
        }
    }

    /// The items, owned; none for absent and `null`.
    pub fn into_vec(self) -> Vec<T> {
        match self {
            List::Items(items) => items,
            List::Absent => Vec::new(),
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

impl<T: Read> Read for List<T> {
    #[inline(never)]
    fn read(reader: &mut Reader<'_>) -> Self {
        if reader.is_none() { List::Absent } else { List::Items(reader.fitting()) }
    }
}

impl<T: Serialize> Serialize for List<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            List::Items(items) => items.serialize(serializer),
            List::Absent => serializer.serialize_none(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::List;
    use json_tape::{Read, Reader, Tape, from_slice};
    use serde::Serialize;

    #[derive(Serialize, Read, PartialEq, Debug)]
    struct Sample {
        always: List<i64>,
        #[serde(default)]
        maybe: List<i64>,
        nullable: Option<i64>,
    }

    #[test]
    fn null_and_empty_survive() {
        for json in [
            r#"{"always":[],"maybe":null,"nullable":null}"#,
            r#"{"always":null,"maybe":null,"nullable":1}"#,
            r#"{"always":[1],"maybe":[],"nullable":null}"#,
            r#"{"always":[1,2],"maybe":null,"nullable":null}"#,
            r#"{"always":[],"maybe":[3],"nullable":0}"#,
        ] {
            let sample: Sample = from_slice(json.as_bytes()).unwrap();
            assert_eq!(serde_json::to_string(&sample).unwrap(), json);
        }
    }

    #[test]
    fn items_that_do_not_fit_are_left_out_and_said() {
        let tape = Tape::parse(br#"{"always":[1,"two",null,4],"maybe":{},"nullable":null}"#).unwrap();
        let mut reader = Reader::new(tape.root());
        let sample = Sample::read(&mut reader);
        assert_eq!((sample.always.as_slice(), sample.maybe), (&[1, 4][..], List::Absent));
        let left = reader.end().unwrap();
        assert_eq!((left.count, left.first.as_deref()), (3, Some("always[1]: expected an integer, got \"two\"")));
    }

    #[test]
    fn a_missing_key_is_an_error_where_the_field_is_always_sent() {
        assert!(from_slice::<Sample>(br#"{"nullable":null}"#).is_err());
        assert!(from_slice::<Sample>(br#"{"always":[]}"#).is_err());
        assert!(from_slice::<Sample>(br#"{"always":{},"nullable":null}"#).is_err());
    }
}

//! A name that many items of an answer have, held once: a copy is the same text. Of a hundred thousand rows the
//! providers alone would take megabytes. Pure.

use json_tape::{Read, Reader};
use rustc_hash::FxHashSet;
use serde::ser::{Serialize, Serializer};
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

/// A name; by default the empty one.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(Arc<str>);

impl Name {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Deref for Name {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0
    }
}

impl Default for Name {
    fn default() -> Self {
        Self(Arc::from(""))
    }
}

impl From<&str> for Name {
    fn from(text: &str) -> Self {
        Self(Arc::from(text))
    }
}

impl From<String> for Name {
    fn from(text: String) -> Self {
        Self(Arc::from(text))
    }
}

impl PartialEq<str> for Name {
    fn eq(&self, other: &str) -> bool {
        &*self.0 == other
    }
}

impl PartialEq<&str> for Name {
    fn eq(&self, other: &&str) -> bool {
        &*self.0 == *other
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&*self.0, formatter)
    }
}

impl fmt::Display for Name {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl Serialize for Name {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl Read for Name {
    #[inline(never)]
    fn read(reader: &mut Reader<'_>) -> Self {
        Self::from(reader.text("a string"))
    }
}

/// The names of one answer, each once.
#[derive(Default)]
pub(crate) struct Names(FxHashSet<Name>);

impl Names {
    /// Makes `name` a copy of the one that was met first, if it is the same.
    pub(crate) fn share(&mut self, name: &mut Name) {
        match self.0.get(name) {
            Some(known) => *name = known.clone(),
            None => {
                self.0.insert(name.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_alike_is_one() {
        let mut names = Names::default();
        let (mut one, mut same, mut other) = (Name::from("a"), Name::from("a"), Name::from("b"));
        assert!(!Arc::ptr_eq(&one.0, &same.0));
        for name in [&mut one, &mut same, &mut other] {
            names.share(name);
        }
        assert!(Arc::ptr_eq(&one.0, &same.0) && one == same && one != other);
        assert_eq!(
            (&*Name::default(), one.to_string(), format!("{other:?}")),
            ("", "a".to_owned(), "\"b\"".to_owned())
        );
    }

    #[test]
    fn is_a_text_on_the_wire() {
        let name: Name = json_tape::from_slice(br#""create""#).unwrap();
        assert_eq!((&*name, serde_json::to_string(&name).unwrap()), ("create", "\"create\"".to_owned()));
        assert!(json_tape::from_slice::<Name>(b"7").is_err());
    }
}

//! Objects whose keys are data: tags, features, figures by transition. Few entries, looked through in the order in
//! which they came: a tree of them would be kilobytes of code for each type of value. Pure.

use json_tape::{Read, Reader};
use serde::ser::{Serialize, Serializer};

/// An object whose keys are data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Map<V>(Vec<(String, V)>);

impl<V> Default for Map<V> {
    fn default() -> Self {
        Map(Vec::new())
    }
}

impl<V> Map<V> {
    /// The value under a key.
    pub fn get(&self, key: &str) -> Option<&V> {
        self.0.iter().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    /// The entries, in the order in which they came.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &V)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// The values, in the order in which they came.
    pub fn values(&self) -> impl Iterator<Item = &V> {
        self.0.iter().map(|(_, value)| value)
    }
}

impl<V> FromIterator<(String, V)> for Map<V> {
    fn from_iter<I: IntoIterator<Item = (String, V)>>(entries: I) -> Self {
        Map(entries.into_iter().collect())
    }
}

impl<V> IntoIterator for Map<V> {
    type Item = (String, V);
    type IntoIter = std::vec::IntoIter<(String, V)>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<V: Read> Read for Map<V> {
    fn read(reader: &mut Reader<'_>) -> Self {
        Map(reader.entries())
    }
}

impl<V: Serialize> Serialize for Map<V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, value)| (key, value)))
    }
}

#[cfg(test)]
mod tests {
    use super::Map;
    use json_tape::from_slice;

    #[test]
    fn entries_are_found_and_written_back() {
        let text = r#"{"b":2,"a":1}"#;
        let map: Map<i64> = from_slice(text.as_bytes()).unwrap();
        assert_eq!((map.get("a"), map.get("b"), map.get("c")), (Some(&1), Some(&2), None));
        assert_eq!(map.values().sum::<i64>(), 3);
        assert_eq!(serde_json::to_string(&map).unwrap(), text);
    }

    #[test]
    fn a_value_that_does_not_fit_is_named_by_its_key() {
        let error = from_slice::<Map<i64>>(br#"{"a":1,"b":"x"}"#).unwrap_err();
        assert_eq!(error.to_string(), "b: expected an integer, got \"x\"");
        assert!(from_slice::<Map<i64>>(b"[]").is_err());
        assert!(from_slice::<Map<i64>>(b"null").is_err());
    }
}

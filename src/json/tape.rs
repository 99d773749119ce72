//! A JSON text as one flat list: an array or an object is followed by what is in it and says how much that is, so a text of megabytes needs one
//! growing list instead of a tree of allocations, and a value that nobody wants is stepped over at once. Text without escapes is borrowed.

use crate::json::Error;
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use std::borrow::Cow;
use std::fmt;

/// One entry of the tape. A key is a [`Item::Text`] before its value.
#[derive(Clone, Debug, PartialEq)]
enum Item<'a> {
    Null,
    Bool(bool),
    Integer(i64),
    Float(f64),
    Text(Cow<'a, str>),
    /// An array: how many values, and how many entries of the tape they take.
    Array(usize, usize),
    /// An object: how many keys, and how many entries of the tape they and their values take.
    Object(usize, usize),
}

/// A text, parsed.
#[derive(Clone, Debug, PartialEq)]
pub struct Tape<'a>(Vec<Item<'a>>);

/// What is done with the values of one array instead of keeping them.
type Sink<'s> = &'s mut dyn FnMut(Node<'_>);

impl<'a> Tape<'a> {
    /// Parses a whole text.
    ///
    /// # Errors
    /// [`Error::Syntax`] only.
    pub fn parse(text: &'a [u8]) -> Result<Self, Error> {
        Self::lay(text, None, None)
    }

    /// Parses a whole text that is an object, and hands the values of the array under `key` to `sink` one by one instead of keeping them: the
    /// array that remains is empty. What was handed out stays valid if the text turns out to be half.
    ///
    /// # Errors
    /// [`Error::Syntax`] only.
    pub fn parse_each<'s>(text: &'a [u8], key: &'s str, sink: Sink<'s>) -> Result<Self, Error> {
        Self::lay(text, Some(key), Some(sink))
    }

    fn lay<'s>(text: &'a [u8], key: Option<&'s str>, sink: Option<Sink<'s>>) -> Result<Self, Error> {
        let mut tape = Vec::new();
        let mut parser = serde_json::Deserializer::from_slice(text);
        let laid = Layer { tape: &mut tape, key, sink }.deserialize(&mut parser).and_then(|()| parser.end());
        match laid {
            Ok(()) => Ok(Self(tape)),
            Err(error) => Err(Error::Syntax { half: error.is_eof(), text: error.to_string() }),
        }
    }

    /// The value that the text is.
    pub fn root(&self) -> Node<'_> {
        Node(&self.0)
    }
}

/// Lays values down on a tape.
struct Layer<'t, 'a, 's> {
    tape: &'t mut Vec<Item<'a>>,
    /// The key whose array goes to `sink`; `None` with a sink: this value is that array.
    key: Option<&'s str>,
    sink: Option<Sink<'s>>,
}

impl<'t, 'a> Layer<'t, 'a, '_> {
    fn plain(tape: &'t mut Vec<Item<'a>>) -> Self {
        Layer { tape, key: None, sink: None }
    }

    /// Opens an array or an object: where it stands.
    fn open(&mut self) -> usize {
        self.tape.push(Item::Null);
        self.tape.len()
    }

    fn close(&mut self, start: usize, item: impl FnOnce(usize) -> Item<'a>) {
        let size = self.tape.len() - start;
        if let Some(place) = self.tape.get_mut(start - 1) {
            *place = item(size);
        }
    }
}

impl<'a> DeserializeSeed<'a> for Layer<'_, 'a, '_> {
    type Value = ();
    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'a> Visitor<'a> for Layer<'_, 'a, '_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        self.tape.push(Item::Null);
        Ok(())
    }

    fn visit_bool<E>(self, value: bool) -> Result<(), E> {
        self.tape.push(Item::Bool(value));
        Ok(())
    }

    fn visit_i64<E>(self, value: i64) -> Result<(), E> {
        self.tape.push(Item::Integer(value));
        Ok(())
    }

    fn visit_u64<E>(self, value: u64) -> Result<(), E> {
        self.tape.push(i64::try_from(value).map_or(Item::Float(value as f64), Item::Integer));
        Ok(())
    }

    fn visit_f64<E>(self, value: f64) -> Result<(), E> {
        self.tape.push(Item::Float(value));
        Ok(())
    }

    fn visit_str<E>(self, value: &str) -> Result<(), E> {
        self.tape.push(Item::Text(Cow::Owned(value.to_owned())));
        Ok(())
    }

    fn visit_borrowed_str<E>(self, value: &'a str) -> Result<(), E> {
        self.tape.push(Item::Text(Cow::Borrowed(value)));
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'a>>(mut self, mut values: A) -> Result<(), A::Error> {
        let start = self.open();
        let mut sink = if self.key.is_none() { self.sink.take() } else { None };
        let mut count = 0;
        while values.next_element_seed(Layer::plain(self.tape))?.is_some() {
            if let Some(sink) = &mut sink {
                sink(Node(self.tape.get(start..).unwrap_or_default()));
                self.tape.truncate(start);
            } else {
                count += 1;
            }
        }
        self.close(start, |size| Item::Array(count, size));
        Ok(())
    }

    fn visit_map<A: MapAccess<'a>>(mut self, mut entries: A) -> Result<(), A::Error> {
        let start = self.open();
        let mut count = 0;
        while entries.next_key_seed(Layer::plain(self.tape))?.is_some() {
            count += 1;
            let wanted = match self.tape.last() {
                Some(Item::Text(key)) => self.key == Some(key),
                _ => false,
            };
            let sink = if wanted { self.sink.take() } else { None };
            entries.next_value_seed(Layer { tape: self.tape, key: None, sink })?;
        }
        self.close(start, |size| Item::Object(count, size));
        Ok(())
    }
}

/// A value on a tape, or nothing where a key was missing.
#[derive(Clone, Copy, Debug)]
pub struct Node<'t>(&'t [Item<'t>]);

impl<'t> Node<'t> {
    /// What stands where nothing stands.
    pub const NOTHING: Node<'static> = Node(&[]);

    /// Whether a key was missing.
    pub fn is_nothing(self) -> bool {
        self.0.is_empty()
    }

    /// Whether it is `null`.
    pub fn is_null(self) -> bool {
        matches!(self.0, [Item::Null, ..])
    }

    /// If it is true or false.
    pub fn bool(self) -> Option<bool> {
        match self.0 {
            [Item::Bool(value), ..] => Some(*value),
            _ => None,
        }
    }

    /// If it is a whole number, written without a point.
    pub fn integer(self) -> Option<i64> {
        match self.0 {
            [Item::Integer(value), ..] => Some(*value),
            _ => None,
        }
    }

    /// If it is any number.
    pub fn number(self) -> Option<f64> {
        match self.0 {
            [Item::Integer(value), ..] => Some(*value as f64),
            [Item::Float(value), ..] => Some(*value),
            _ => None,
        }
    }

    /// If it is text.
    pub fn text(self) -> Option<&'t str> {
        match self.0 {
            [Item::Text(value), ..] => Some(value),
            _ => None,
        }
    }

    /// If it is an array: how many values there are, and they.
    pub fn array(self) -> Option<(usize, Values<'t>)> {
        match self.0 {
            [Item::Array(count, size), rest @ ..] => Some((*count, Values(rest.get(..*size)?))),
            _ => None,
        }
    }

    /// If it is an object: its keys, each followed by its value.
    pub fn object(self) -> Option<Values<'t>> {
        match self.0 {
            [Item::Object(_, size), rest @ ..] => Some(Values(rest.get(..*size)?)),
            _ => None,
        }
    }

    /// The value under a key; nothing if there is none, or no object.
    #[must_use]
    pub fn get(self, key: &str) -> Node<'t> {
        let mut values = self.object().unwrap_or_default();
        while let (Some(name), Some(value)) = (values.next(), values.next()) {
            if name.text() == Some(key) {
                return value;
            }
        }
        Node::NOTHING
    }

    /// For people, shortened: `"yesterday"`, `7`, `an array of 3`, `nothing`.
    pub fn describe(self) -> String {
        match self.0 {
            [] => "nothing".to_owned(),
            [Item::Null, ..] => "null".to_owned(),
            [Item::Bool(value), ..] => value.to_string(),
            [Item::Integer(value), ..] => value.to_string(),
            // Its digits would bring 13 kB of code into every visit.
            [Item::Float(_), ..] => "a decimal number".to_owned(),
            [Item::Text(value), ..] => {
                let mut text = String::from("\"");
                text.extend(value.chars().take(80));
                text.push_str(if text.len() < value.len() { "…\"" } else { "\"" });
                text
            }
            [Item::Array(count, _), ..] => format!("an array of {count}"),
            [Item::Object(..), ..] => "an object".to_owned(),
        }
    }
}

/// Values that follow each other on a tape.
#[derive(Clone, Debug, Default)]
pub struct Values<'t>(&'t [Item<'t>]);

impl<'t> Iterator for Values<'t> {
    type Item = Node<'t>;

    fn next(&mut self) -> Option<Node<'t>> {
        let size = match self.0.first()? {
            Item::Array(_, size) | Item::Object(_, size) => size + 1,
            _ => 1,
        };
        let (value, rest) = self.0.split_at_checked(size)?;
        self.0 = rest;
        Some(Node(value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    /// What a node is, in the library's own tree.
    fn value(node: Node<'_>) -> Value {
        match node.0 {
            [] => panic!("nothing"),
            [Item::Null, ..] => Value::Null,
            [Item::Bool(it), ..] => json!(it),
            [Item::Integer(it), ..] => json!(it),
            [Item::Float(it), ..] => json!(it),
            [Item::Text(it), ..] => json!(it),
            [Item::Array(count, _), ..] => {
                let items: Vec<Value> = node.array().unwrap().1.map(value).collect();
                assert_eq!(items.len(), *count);
                items.into()
            }
            [Item::Object(count, _), ..] => {
                let all: Vec<Node> = node.object().unwrap().collect();
                assert_eq!(all.len(), *count * 2);
                all.chunks(2).map(|pair| (pair[0].text().unwrap().to_owned(), value(pair[1]))).collect()
            }
        }
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            (-1.0e9_f64..1.0e9).prop_map(Value::from),
            ".*".prop_map(Value::from),
        ];
        leaf.prop_recursive(5, 64, 8, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..8).prop_map(Value::from),
                prop::collection::btree_map(".*", inner, 0..8).prop_map(|map| map.into_iter().collect()),
            ]
        })
    }

    proptest! {
        #[test]
        fn a_tape_is_what_the_library_reads(expected in any_json()) {
            let text = expected.to_string();
            // Figures with a point are as the library reads them.
            let expected: Value = serde_json::from_str(&text).unwrap();
            prop_assert_eq!(value(Tape::parse(text.as_bytes()).unwrap().root()), expected);
        }

        #[test]
        fn no_text_makes_it_panic(text in any::<Vec<u8>>()) {
            let _ = Tape::parse(&text);
        }
    }

    #[test]
    fn a_value_is_found_by_its_key() {
        let tape = Tape::parse(br#"{"a":[1,[2,{"b":3}]],"b":{"a":null},"c":"x\n","d":1.5}"#).unwrap();
        let root = tape.root();
        assert_eq!(root.get("c").text(), Some("x\n"));
        assert!(root.get("b").get("a").is_null());
        assert_eq!(root.get("d").number(), Some(1.5));
        assert_eq!(root.get("d").integer(), None);
        assert!(root.get("e").is_nothing());
        assert!(root.get("c").get("a").is_nothing());
    }

    #[test]
    fn the_values_of_one_array_are_handed_out() {
        let text = br#"{"count":2,"items":[{"items":[1]},[7,8],null],"items2":[1]}"#;
        let mut found = Vec::new();
        let tape = Tape::parse_each(text, "items", &mut |node| found.push(value(node))).unwrap();
        assert_eq!(found, [json!({"items": [1]}), json!([7, 8]), json!(null)]);
        assert_eq!(value(tape.root()), json!({"count": 2, "items": [], "items2": [1]}));
        for text in ["[[1]]", r#"{"items":null}"#, r#"{"items":{"items":[1]}}"#, "1"] {
            let tape = Tape::parse_each(text.as_bytes(), "items", &mut |_| panic!("{text}")).unwrap();
            assert_eq!(value(tape.root()).to_string(), text);
        }
    }

    #[test]
    fn what_is_no_json_is_told_from_half_of_it() {
        for text in ["", "{", "[1,", r#"{"a":"#, r#"{"a":"b"#] {
            assert!(Tape::parse(text.as_bytes()).unwrap_err().is_half(), "{text}");
        }
        for text in ["<html>", "{]", "1 2", "nil", "\"\u{1}\"", "{1:2}"] {
            let error = Tape::parse(text.as_bytes()).unwrap_err();
            assert!(!error.is_half(), "{text}: {error}");
        }
        assert!(!Tape::parse(b"\"\xff\"").unwrap_err().is_half());
    }

    #[test]
    fn a_deep_text_is_refused() {
        let deep = "[".repeat(100_000);
        let error = Tape::parse(deep.as_bytes()).unwrap_err().to_string();
        assert!(error.contains("recursion limit"), "{error}");
    }
}

//! A JSON text as one flat list: an array or an object is followed by what is in it and says how much that is, so a
//! text of megabytes needs one growing list instead of a tree of allocations, and a value that nobody wants is stepped
//! over at once. Text without escapes is borrowed.

use crate::Error;
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

    /// Parses a whole text that is an object, and hands the values of the array under `key` to `sink` one by one
    /// instead of keeping them: the array that remains is empty. What was handed out stays valid if the text turns out
    /// to be half.
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
mod tests;

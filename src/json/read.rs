//! Taking values off a tape. A reader never stops: at the first place that does not fit it notes path, wish and finding, and goes on with empty
//! values that nobody will see. So a field needs no branch, and the code that reads a type is one call per field.
//!
//! What may lack ([`Lacking`]) does not take down what it stands in: where it does not fit it is left out, and [`LeftOut`] says so.
//!
//! [`record!`](crate::record) declares a struct together with its reader, [`words!`](crate::words) an enum of words.

use crate::json::Error;
use crate::json::Node;
use crate::json::Step;
use crate::json::tape::Values;
use serde::Serialize;

/// What can be read.
pub trait Read: Sized {
    /// The value where the reader stands; an empty one, and a note in the reader, if another kind of value stands there.
    fn read(reader: &mut Reader<'_>) -> Self;

    /// Whether the value stands for a missing key: then it is not written either.
    fn is_absent(&self) -> bool {
        false
    }
}

/// What a value can be without: there is an empty value for it then.
pub trait Lacking: Read {
    /// The empty value; `null` tells a key that is `null` from one that is missing.
    fn lacking(null: bool) -> Self;

    /// The value where the reader stands; the empty one if there is none, or one that does not fit, which the reader notes.
    fn read_maybe(reader: &mut Reader<'_>) -> Self {
        if reader.is_none() {
            return Self::lacking(reader.node.is_null());
        }
        let before = reader.attempt();
        let value = Self::read(reader);
        if reader.survives(before) { value } else { Self::lacking(false) }
    }
}

/// What was left out of an answer because it did not fit, where the rest can be shown without it.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize)]
pub struct LeftOut {
    /// How many places.
    pub count: u32,
    /// The first of them, in words.
    pub first: Option<Box<str>>,
}

impl LeftOut {
    /// Notes one more.
    pub fn note(&mut self, why: impl FnOnce() -> String) {
        self.count = self.count.saturating_add(1);
        self.first.get_or_insert_with(|| why().into_boxed_str());
    }

    /// Notes all that another one holds.
    pub fn extend(&mut self, other: LeftOut) {
        self.count = self.count.saturating_add(other.count);
        self.first = self.first.take().or(other.first);
    }

    /// Whether nothing was.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }
}

/// A field of this type is no key: it holds what was left out of the fields before it.
impl Read for LeftOut {
    fn read(reader: &mut Reader<'_>) -> Self {
        reader.left_out.clone()
    }

    fn is_absent(&self) -> bool {
        true
    }
}

impl Lacking for LeftOut {
    fn lacking(_: bool) -> Self {
        LeftOut::default()
    }

    fn read_maybe(reader: &mut Reader<'_>) -> Self {
        Self::read(reader)
    }
}

/// A step of the path, as long as nobody needs it.
enum Place<'t> {
    Key(&'t str),
    Index(usize),
}

/// Stands at one value of a tape, and knows how it came there.
pub struct Reader<'t> {
    node: Node<'t>,
    path: Vec<Place<'t>>,
    /// What does not fit and cannot be left out: nothing can be read then.
    misfit: Option<Box<Error>>,
    left_out: LeftOut,
}

impl<'t> Reader<'t> {
    /// At a value.
    pub fn new(node: Node<'t>) -> Self {
        Reader { node, path: Vec::new(), misfit: None, left_out: LeftOut::default() }
    }

    /// What was found first that does not fit.
    pub fn misfit(self) -> Option<Error> {
        self.misfit.map(|misfit| *misfit)
    }

    /// What was left out so far.
    pub fn left_out(&self) -> &LeftOut {
        &self.left_out
    }

    /// What was left out, unless something does not fit that cannot be.
    ///
    /// # Errors
    /// [`Error::Misfit`] only.
    pub fn end(self) -> Result<LeftOut, Error> {
        self.misfit.map_or(Ok(self.left_out), |misfit| Err(*misfit))
    }

    /// Begins to read something that can be left out; [`Reader::survives`] ends it.
    fn attempt(&mut self) -> Option<Box<Error>> {
        self.misfit.take()
    }

    /// Whether what was attempted fits; if it does not, that is noted.
    #[inline(never)]
    fn survives(&mut self, before: Option<Box<Error>>) -> bool {
        match std::mem::replace(&mut self.misfit, before) {
            None => true,
            Some(why) => {
                self.left_out.note(|| why.to_string());
                false
            }
        }
    }

    /// The items of an array that fit; each of the others is noted.
    pub fn fitting<T: Read>(&mut self) -> Vec<T> {
        let mut items = self.items();
        let mut found = Vec::with_capacity(items.count);
        while let Some(reader) = items.step() {
            let before = reader.attempt();
            let item = T::read(reader);
            if reader.survives(before) {
                found.push(item);
            }
        }
        found
    }

    /// The value where the reader stands.
    pub fn node(&self) -> Node<'t> {
        self.node
    }

    /// Notes that something else was expected here.
    #[cold]
    #[inline(never)]
    pub fn expected(&mut self, expected: &'static str) {
        if self.misfit.is_some() {
            return;
        }
        let path = self.path.iter().map(|place| match place {
            Place::Key(key) => Step::Key((*key).to_owned()),
            Place::Index(index) => Step::Index(*index),
        });
        self.misfit = Some(Box::new(Error::Misfit { path: path.collect(), expected, got: self.node.describe() }));
    }

    /// Whether there is neither a key nor a value: what an `Option` takes for none.
    pub fn is_none(&self) -> bool {
        self.node.is_nothing() || self.node.is_null()
    }

    /// Text; `expected` says of which kind.
    #[inline(never)]
    pub fn text(&mut self, expected: &'static str) -> &'t str {
        self.node.text().unwrap_or_else(|| {
            self.expected(expected);
            ""
        })
    }

    /// A whole number within bounds.
    #[inline(never)]
    fn integer(&mut self, least: i64, most: i64) -> i64 {
        match self.node.integer() {
            Some(value) if (least..=most).contains(&value) => value,
            _ => {
                self.expected("an integer");
                least.max(0)
            }
        }
    }

    /// An object, whose fields are asked for one by one.
    #[inline(never)]
    pub fn fields(&mut self) -> Fields<'_, 't> {
        let fields = self.node.object().unwrap_or_else(|| {
            self.expected("an object");
            Values::default()
        });
        Fields { depth: self.path.len(), all: fields.clone(), ahead: fields, reader: self }
    }

    /// An array, whose items are stepped to one by one.
    #[inline(never)]
    pub fn items(&mut self) -> Items<'_, 't> {
        let (count, left) = self.node.array().unwrap_or_else(|| {
            self.expected("an array");
            (0, Values::default())
        });
        Items { depth: self.path.len(), count, left, index: 0, reader: self }
    }

    /// An object whose keys are data.
    pub fn entries<T: Read>(&mut self) -> Vec<(String, T)> {
        let mut fields = self.fields();
        let mut found = Vec::new();
        while let Some(key) = fields.step() {
            found.push((key.to_owned(), T::read(fields.reader)));
        }
        found
    }

    /// An enum with data, as serde writes it: `"word"`, or `{"word": data}`. The word; the reader stands at the data then, or at nothing.
    pub fn word(&mut self) -> &'t str {
        if let Some(mut fields) = self.node.object()
            && let (Some(key), Some(value), None) = (fields.next(), fields.next(), fields.next())
            && let Some(word) = key.text()
        {
            self.path.push(Place::Key(word));
            self.node = value;
            return word;
        }
        let word = self.text("a word");
        self.node = Node::NOTHING;
        word
    }

    /// One of `words`, by its place among them; a place behind the last for `first`, and, noted as a misfit, for any other.
    #[inline(never)]
    pub fn one_of(&mut self, words: &[&str], first: &str) -> usize {
        let word = self.node.text();
        words.iter().position(|known| word == Some(known)).unwrap_or_else(|| {
            if word != Some(first) {
                self.expected("a known word");
            }
            words.len()
        })
    }
}

/// The fields of an object. They are mostly asked for in the order in which they came, so each search begins behind the last find.
pub struct Fields<'r, 't> {
    reader: &'r mut Reader<'t>,
    /// All of them.
    all: Values<'t>,
    /// Those behind the last find.
    ahead: Values<'t>,
    depth: usize,
}

impl<'t> Fields<'_, 't> {
    fn find(&mut self, key: &str) -> Node<'t> {
        for mut values in [self.ahead.clone(), self.all.clone()] {
            while let (Some(name), Some(value)) = (values.next(), values.next()) {
                if name.text() == Some(key) {
                    self.ahead = values;
                    return value;
                }
            }
        }
        Node::NOTHING
    }

    fn stand(&mut self, place: Place<'t>, node: Node<'t>) {
        self.reader.path.truncate(self.depth);
        self.reader.path.push(place);
        self.reader.node = node;
    }

    /// Steps to a field that may be left out.
    #[inline(never)]
    pub fn maybe(&mut self, key: &'static str) -> &mut Reader<'t> {
        let node = self.find(key);
        self.stand(Place::Key(key), node);
        self.reader
    }

    /// Steps to a field that must be there, though its value may be `null` if its type says so.
    #[inline(never)]
    pub fn at(&mut self, key: &'static str) -> &mut Reader<'t> {
        let reader = self.maybe(key);
        if reader.node.is_nothing() {
            reader.expected("a value");
        }
        reader
    }

    /// Steps to the next field, whatever its key.
    #[inline(never)]
    fn step(&mut self) -> Option<&'t str> {
        let (name, value) = (self.ahead.next()?, self.ahead.next()?);
        let key = name.text()?;
        self.stand(Place::Key(key), value);
        Some(key)
    }
}

/// The items of an array.
pub struct Items<'r, 't> {
    reader: &'r mut Reader<'t>,
    left: Values<'t>,
    /// How many there are.
    count: usize,
    index: usize,
    depth: usize,
}

impl<'t> Items<'_, 't> {
    /// Steps to the next item.
    #[inline(never)]
    pub fn step(&mut self) -> Option<&mut Reader<'t>> {
        let node = self.left.next()?;
        self.reader.path.truncate(self.depth);
        self.reader.path.push(Place::Index(self.index));
        self.reader.node = node;
        self.index += 1;
        Some(self.reader)
    }
}

/// Empty text says as much as none.
impl Read for String {
    #[inline(never)]
    fn read(reader: &mut Reader<'_>) -> Self {
        reader.text("a string").to_owned()
    }

    fn is_absent(&self) -> bool {
        self.is_empty()
    }
}

impl Lacking for String {
    fn lacking(_: bool) -> Self {
        String::new()
    }
}

/// A key that is left out says no.
impl Read for bool {
    #[inline(never)]
    fn read(reader: &mut Reader<'_>) -> Self {
        reader.node.bool().unwrap_or_else(|| {
            // One that must be there was missed already.
            if !reader.node.is_nothing() {
                reader.expected("a boolean");
            }
            false
        })
    }

    fn is_absent(&self) -> bool {
        !self
    }
}

impl Lacking for bool {
    fn lacking(_: bool) -> Self {
        false
    }
}

impl Read for f64 {
    fn read(reader: &mut Reader<'_>) -> Self {
        reader.node.number().unwrap_or_else(|| {
            reader.expected("a number");
            0.0
        })
    }
}

macro_rules! integers {
    ($($integer:ident $least:expr, $most:expr;)*) => {
        $(impl Read for $integer {
            #[inline(never)]
            fn read(reader: &mut Reader<'_>) -> Self {
                reader.integer($least, $most) as $integer
            }
        })*
    };
}

integers! {
    i64 i64::MIN, i64::MAX;
    i32 i32::MIN.into(), i32::MAX.into();
    u32 0, u32::MAX.into();
    u8 0, u8::MAX.into();
    usize 0, i32::MAX.into();
}

impl<T: Read> Read for Option<T> {
    #[inline(never)]
    fn read(reader: &mut Reader<'_>) -> Self {
        if reader.is_none() { None } else { Some(T::read(reader)) }
    }

    fn is_absent(&self) -> bool {
        self.is_none()
    }
}

impl<T: Read> Lacking for Option<T> {
    fn lacking(_: bool) -> Self {
        None
    }
}

impl<T: Read> Read for Vec<T> {
    #[inline(never)]
    fn read(reader: &mut Reader<'_>) -> Self {
        let mut items = reader.items();
        let mut found = Vec::with_capacity(items.count);
        while let Some(reader) = items.step() {
            found.push(T::read(reader));
        }
        found
    }
}

/// A field's key: its name, a raw identifier's without the mark.
pub const fn key(name: &'static str) -> &'static str {
    match name.as_bytes() {
        [b'r', b'#', rest @ ..] => match std::str::from_utf8(rest) {
            Ok(plain) => plain,
            Err(_) => name,
        },
        _ => name,
    }
}

/// Declares a struct together with its [`Read`]: `name: Type` must be there; `name?: Type` may be missing, `null` or of another shape, and is then
/// empty ([`Lacking`]) and left out when it is written; `name as "key": Type` has another key. Unknown keys are ignored.
#[macro_export]
macro_rules! record {
    (@field $fields:ident $field:ident as $key:literal) => { $crate::json::Read::read($fields.at($key)) };
    (@field $fields:ident $field:ident as $key:literal ?) => { $crate::json::read::Lacking::read_maybe($fields.maybe($key)) };
    (@field $fields:ident $field:ident) => {
        $crate::json::Read::read($fields.at(const { $crate::json::read::key(stringify!($field)) }))
    };
    (@field $fields:ident $field:ident ?) => {
        $crate::json::read::Lacking::read_maybe($fields.maybe(const { $crate::json::read::key(stringify!($field)) }))
    };
    (
        $(#[$meta:meta])*
        $vis:vis struct $name:ident {
            $( $(#[$field_meta:meta])* $field_vis:vis $field:ident $(as $key:literal)? $(? $($maybe:lifetime)?)? : $type:ty ),* $(,)?
        }
    ) => {
        $(#[$meta])*
        $vis struct $name {
            $(
                $(#[$field_meta])*
                $(#[serde(rename = $key)])?
                $($($maybe)? #[serde(skip_serializing_if = "crate::json::Read::is_absent")])?
                $field_vis $field: $type,
            )*
        }

        impl $crate::json::Read for $name {
            #[inline(never)]
            fn read(reader: &mut $crate::json::Reader<'_>) -> Self {
                let mut fields = reader.fields();
                Self { $( $field: $crate::record!(@field fields $field $(as $key)? $(? $($maybe)?)?) ),* }
            }
        }
    };
}

/// Declares an enum of words that nobody else writes: an unknown word does not fit. (For the API's words, which grow, there is
/// [`text_enum!`](crate::text_enum).)
#[macro_export]
macro_rules! words {
    (
        $(#[$meta:meta])*
        $vis:vis enum $name:ident {
            $(#[$first_meta:meta])* $first:ident = $first_word:literal,
            $( $(#[$variant_meta:meta])* $variant:ident = $word:literal, )*
        }
    ) => {
        $(#[$meta])*
        $vis enum $name { $(#[$first_meta])* $first, $( $(#[$variant_meta])* $variant, )* }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(match self {
                    $name::$first => $first_word,
                    $( $name::$variant => $word, )*
                })
            }
        }

        impl $crate::json::Read for $name {
            #[inline(never)]
            fn read(reader: &mut $crate::json::Reader<'_>) -> Self {
                let place = reader.one_of(&[$($word),*], $first_word);
                [$($name::$variant),*].get(place).copied().unwrap_or($name::$first)
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::{from_slice, written};

    record! {
        /// With all kinds of fields.
        #[derive(Clone, Debug, PartialEq, Serialize)]
        struct Sample {
            id: i64,
            r#type: String,
            nullable: Option<bool>,
            left_out?: Option<f64>,
            named as "otherName": Vec<Inner>,
            both as "Both"?: Option<u32>,
        }
    }

    record! {
        #[derive(Clone, Debug, PartialEq, Serialize)]
        struct Inner {
            mood: Mood,
        }
    }

    words! {
        #[derive(Clone, Copy, Debug, PartialEq)]
        enum Mood {
            Good = "good",
            Bad = "bad",
        }
    }

    const WHOLE: &str =
        r#"{"id":-7,"type":"a","nullable":true,"left_out":0.5,"otherName":[{"mood":"good"},{"mood":"bad"}],"Both":7}"#;

    #[test]
    fn what_was_read_is_written() {
        for text in [WHOLE, r#"{"id":9223372036854775807,"type":"","nullable":null,"otherName":[]}"#] {
            let sample: Sample = from_slice(text.as_bytes()).unwrap();
            assert_eq!(serde_json::to_string(&sample).unwrap(), text);
        }
    }

    #[test]
    fn the_order_of_keys_is_free_and_unknown_ones_are_ignored() {
        let turned = r#"{"Both":7,"otherName":[{"x":[{"mood":1}],"mood":"good"},{"mood":"bad"}],"new":{"id":1},
            "left_out":5e-1,"nullable":true,"type":"a","id":-7}"#;
        let sample: Sample = from_slice(turned.as_bytes()).unwrap();
        assert_eq!(serde_json::to_string(&sample).unwrap(), WHOLE);
    }

    #[test]
    fn the_first_place_that_does_not_fit_is_named() {
        for (from, to, expected) in [
            (WHOLE, "[]", "body: expected an object, got an array of 0"),
            ("-7", "\"x\"", "id: expected an integer, got \"x\""),
            ("-7", "1.0", "id: expected an integer, got a decimal number"),
            ("\"id\":-7,", "", "id: expected a value, got nothing"),
            ("\"a\"", "null", "type: expected a string, got null"),
            ("\"nullable\":true,", "", "nullable: expected a value, got nothing"),
            ("true", "0", "nullable: expected a boolean, got 0"),
            ("[{\"mood\":\"good\"},{\"mood\":\"bad\"}]", "null", "otherName: expected an array, got null"),
            ("\"bad\"", "\"so-so\"", "otherName[1].mood: expected a known word, got \"so-so\""),
            ("{\"mood\":\"bad\"}", "{}", "otherName[1].mood: expected a value, got nothing"),
            ("-7", "92233720368547758070", "id: expected an integer, got a decimal number"),
        ] {
            let text = WHOLE.replace(from, to);
            let error = from_slice::<Sample>(text.as_bytes()).unwrap_err();
            assert_eq!(error.to_string(), expected, "{text}");
        }
        // Of two faults, the first one by the order of the fields.
        let error = from_slice::<Sample>(WHOLE.replace("-7", "null").replace("\"a\"", "[]").as_bytes()).unwrap_err();
        let Error::Misfit { path, .. } = &error else { panic!("{error}") };
        assert_eq!(written(path), "id");
    }

    record! {
        #[derive(Clone, Debug, PartialEq, Serialize)]
        struct Rich {
            name: String,
            nick?: String,
            shy?: bool,
            age?: Option<u32>,
            inner?: Option<Inner>,
            left_out?: LeftOut,
        }
    }

    #[test]
    fn what_may_lack_is_left_out_and_said() {
        let whole = r#"{"name":"a","nick":"b","shy":true,"age":7,"inner":{"mood":"good"}}"#;
        let rich: Rich = from_slice(whole.as_bytes()).unwrap();
        assert!(rich.left_out.is_empty());
        assert_eq!(serde_json::to_string(&rich).unwrap(), whole);
        let bare: Rich = from_slice(br#"{"name":"a"}"#).unwrap();
        assert!(bare.left_out.is_empty(), "what is missing is no fault");
        assert_eq!(serde_json::to_string(&bare).unwrap(), r#"{"name":"a"}"#);
        let nulls: Rich = from_slice(br#"{"name":"a","nick":null,"shy":null,"age":null,"inner":null}"#).unwrap();
        assert_eq!(nulls, bare);
        for (from, to, count, first) in [
            ("\"b\"", "7", 1, "nick: expected a string, got 7"),
            ("true", "\"yes\"", 1, "shy: expected a boolean, got \"yes\""),
            (":7", ":-1", 1, "age: expected an integer, got -1"),
            (":7", ":4294967296", 1, "age: expected an integer, got 4294967296"),
            (":7", ":{}", 1, "age: expected an integer, got an object"),
            ("\"good\"", "7", 1, "inner.mood: expected a known word, got 7"),
            ("{\"mood\":\"good\"}", "{}", 1, "inner.mood: expected a value, got nothing"),
        ] {
            let text = whole.replace(from, to);
            let rich: Rich = from_slice(text.as_bytes()).unwrap();
            assert_eq!((rich.left_out.count, rich.left_out.first.as_deref()), (count, Some(first)), "{text}");
            assert_eq!(rich.name, "a");
        }
        assert!(from_slice::<Rich>(whole.replace("\"a\"", "7").as_bytes()).is_err(), "what must be there still must");
    }

    #[test]
    fn an_enum_with_data_is_a_word_or_one_key() {
        let word = |text: &str| {
            let tape = crate::json::Tape::parse(text.as_bytes()).unwrap();
            let mut reader = Reader::new(tape.root());
            let word = reader.word().to_owned();
            let data = reader.node().describe();
            (word, data, reader.misfit().map(|misfit| misfit.to_string()))
        };
        assert_eq!(word("\"on\""), ("on".into(), "nothing".into(), None));
        assert_eq!(word("{\"off\":3}"), ("off".into(), "3".into(), None));
        for text in ["{}", "{\"a\":1,\"b\":2}", "7", "null"] {
            assert!(word(text).2.unwrap().starts_with("body: expected a word, got "), "{text}");
        }
    }
}

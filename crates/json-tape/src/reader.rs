//! Taking values off a tape. A reader never stops: at the first place that does not fit it notes path, wish and
//! finding, and goes on with empty values that nobody will see. So a field needs no branch, and the code that reads a
//! type is one call per field.

use crate::tape::{Node, Values};
use crate::{Error, LeftOut, Read, Step};

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

    /// Reads something that can be left out: `None`, and a note of it, if it does not fit.
    pub fn attempt<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> Option<T> {
        let before = self.misfit.take();
        let value = read(self);
        self.survives(before).then_some(value)
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
            found.extend(reader.attempt(T::read));
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
    pub(crate) fn integer(&mut self, least: i64, most: i64) -> i64 {
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

    /// Which of `words` an enum is that serde writes as `"word"` or as `{"word": data}`; the reader stands at the data
    /// then, or at nothing. If it is none of them, the reader stays where it was.
    #[inline(never)]
    pub fn variant(&mut self, words: &[&str]) -> Option<usize> {
        let (word, data) = match self.node.object() {
            None => (self.node.text()?, Node::NOTHING),
            Some(mut fields) => match (fields.next(), fields.next(), fields.next()) {
                (Some(key), Some(data), None) => (key.text()?, data),
                _ => return None,
            },
        };
        let index = words.iter().position(|known| *known == word)?;
        if !data.is_nothing() {
            self.path.push(Place::Key(word));
        }
        self.node = data;
        Some(index)
    }

    /// Notes that a word was expected here, and stands at nothing from here on.
    #[cold]
    #[inline(never)]
    pub fn unknown_variant(&mut self) {
        self.expected(if self.node.text().is_some() { "a known word" } else { "a word" });
        self.node = Node::NOTHING;
    }
}

/// The fields of an object. They are mostly asked for in the order in which they came, so each search begins behind the
/// last find.
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

    /// Which of `words` stands under the key of an enum's tag.
    #[inline(never)]
    pub fn tag(&mut self, key: &'static str, words: &[&str]) -> Option<usize> {
        let word = self.at(key).text("a word");
        words.iter().position(|known| *known == word)
    }

    /// Notes that a word was expected under the key of an enum's tag.
    #[cold]
    #[inline(never)]
    pub fn unknown_tag(&mut self, key: &'static str) {
        self.at(key).unknown_variant();
    }

    /// What was left out so far.
    pub fn left_out(&self) -> LeftOut {
        self.reader.left_out.clone()
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
    /// How many there are.
    pub fn count(&self) -> usize {
        self.count
    }

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

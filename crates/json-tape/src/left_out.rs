//! What a type does without because it does not fit. A field of a type holds it where
//! `#[serde(skip)] #[read(left_out)]` stands at it.

/// What was left out of an answer because it did not fit, where the rest can be shown without it.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
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

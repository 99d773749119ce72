//! Words of free text and `key:value`, quotes around what holds a space or a colon. A parser of our own: the language
//! is the server's, not a general one. Pure.

use std::fmt;
use std::fmt::Write;

/// A part of a query.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Token {
    /// The key in lower case; empty for free text.
    pub key: String,
    /// The value without its quotes, as it was typed. The server reads it in lower case.
    pub value: String,
}

impl Token {
    /// A `key:value`.
    pub(crate) fn new(key: &str, value: &str) -> Token {
        Token { key: key.to_ascii_lowercase(), value: value.replace('"', "") }
    }

    /// A word of free text.
    pub(crate) fn free(value: &str) -> Token {
        Token::new("", value)
    }

    /// Whether it is free text.
    pub(crate) fn is_free(&self) -> bool {
        self.key.is_empty()
    }

    fn same(&self, other: &Token) -> bool {
        self.key == other.key && self.value.eq_ignore_ascii_case(&other.value)
    }
}

impl fmt::Display for Token {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.is_free() {
            write_quoted(formatter, &self.key)?;
            formatter.write_char(':')?;
        }
        write_quoted(formatter, &self.value)
    }
}

/// Writes a word, in quotes if it would fall apart without them.
fn write_quoted(formatter: &mut fmt::Formatter<'_>, word: &str) -> fmt::Result {
    if word.is_empty() || word.contains(|c: char| c.is_whitespace() || c == ':') {
        write!(formatter, "\"{word}\"")
    } else {
        formatter.write_str(word)
    }
}

/// A query, taken apart.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub(crate) struct Query {
    /// Its parts, in the order of the text.
    pub tokens: Vec<Token>,
}

impl fmt::Display for Query {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, token) in self.tokens.iter().enumerate() {
            if index > 0 {
                formatter.write_char(' ')?;
            }
            write!(formatter, "{token}")?;
        }
        Ok(())
    }
}

/// Splits at a character outside quotes, as the server does: runs of it count once, quotes may begin anywhere.
fn split(text: &str, at: char) -> Vec<&str> {
    let mut quoted = false;
    text.split(move |c: char| {
        if c == '"' {
            quoted = !quoted;
        }
        c == at && !quoted
    })
    .filter(|part| !part.is_empty())
    .collect()
}

/// Reads what stands in the box. What the server would not read at all (`:` at an end, or twice) is left out, and the
/// rest is told apart all the same.
pub(crate) fn parse(text: &str) -> Query {
    let mut query = Query::default();
    for element in split(text, ' ').into_iter().filter(|element| !element.starts_with(':') && !element.ends_with(':')) {
        match split(element, ':').as_slice() {
            [free] => query.tokens.push(Token::free(free)),
            [key, value] => query.tokens.push(Token::new(&key.replace('"', ""), value)),
            _ => {}
        }
    }
    query
}

impl Query {
    /// Whether it asks for everything.
    pub(crate) fn is_empty(&self) -> bool {
        self.tokens.is_empty()
    }

    /// Whether it has this part; case does not matter.
    pub(crate) fn has(&self, token: &Token) -> bool {
        self.tokens.iter().any(|known| known.same(token))
    }

    /// Without the part at that place.
    #[must_use]
    pub(crate) fn without(&self, index: usize) -> Query {
        let tokens =
            self.tokens.iter().enumerate().filter(|(place, _)| *place != index).map(|(_, token)| token.clone());
        Query { tokens: tokens.collect() }
    }

    /// With a value for a key: in place of the one that it has, or at the end; an empty value takes the key out.
    #[must_use]
    pub(crate) fn with(&self, key: &str, value: &str) -> Query {
        let mut tokens = self.tokens.clone();
        let at = tokens.iter().position(|token| token.key == key);
        match (at, value.is_empty()) {
            (Some(at), true) => {
                tokens.remove(at);
            }
            (Some(at), false) => {
                if let Some(token) = tokens.get_mut(at) {
                    *token = Token::new(key, value);
                }
            }
            (None, true) => {}
            (None, false) => tokens.push(Token::new(key, value)),
        }
        Query { tokens }
    }

    /// The value of a key.
    pub(crate) fn value(&self, key: &str) -> Option<&str> {
        self.tokens.iter().find(|token| token.key == key).map(|token| token.value.as_str())
    }

    /// Whether two queries ask for the same; order and case do not matter.
    pub(crate) fn same(&self, other: &Query) -> bool {
        let covers = |a: &Query, b: &Query| a.tokens.iter().all(|token| b.has(token));
        self.tokens.len() == other.tokens.len()
            && covers(self, other)
            && covers(other, self)
            && self.free_text() == other.free_text()
    }

    /// The words of free text, joined as the server joins them.
    pub(crate) fn free_text(&self) -> String {
        let words: Vec<String> =
            self.tokens.iter().filter(|token| token.is_free()).map(|token| token.value.to_ascii_lowercase()).collect();
        words.join(" ")
    }
}

#[cfg(test)]
mod tests;

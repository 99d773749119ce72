//! Why a text could not be read: it is no JSON, or the place, the wish and the finding of the first value that does not
//! fit.

use std::fmt;

/// One step from the root of a text to a place in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// A key of an object.
    Key(String),
    /// A place in an array.
    Index(usize),
}

/// Why a text could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// It is no JSON.
    Syntax {
        /// What is wrong and where, in the parser's words.
        text: String,
        /// Whether it only ended too early.
        half: bool,
    },
    /// It is JSON of another shape: the first place, in the order of the type's fields, that does not fit.
    Misfit {
        /// Where.
        path: Vec<Step>,
        /// What the type wants there: `a string`.
        expected: &'static str,
        /// What stands there, shortened; `nothing` for a missing key.
        got: String,
    },
}

impl Error {
    /// Whether the text ended in the middle.
    pub fn is_half(&self) -> bool {
        matches!(self, Error::Syntax { half: true, .. })
    }
}

impl fmt::Display for Error {
    /// `workspaces[0].name: expected a string, got 7`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Syntax { text, .. } => formatter.write_str(text),
            Error::Misfit { path, expected, got } => {
                formatter.write_str(&written(path))?;
                formatter.write_str(": expected ")?;
                formatter.write_str(expected)?;
                formatter.write_str(", got ")?;
                formatter.write_str(got)
            }
        }
    }
}

impl std::error::Error for Error {}

/// A path for people: `workspaces[0].name`; `body` for the root.
pub fn written(path: &[Step]) -> String {
    let mut text = String::new();
    for step in path {
        match step {
            Step::Key(key) => {
                if !text.is_empty() {
                    text.push('.');
                }
                text.push_str(key);
            }
            Step::Index(index) => {
                text.push('[');
                text.push_str(&index.to_string());
                text.push(']');
            }
        }
    }
    if text.is_empty() { "body".to_owned() } else { text }
}

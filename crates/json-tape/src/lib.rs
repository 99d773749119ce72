//! JSON, read into types by one reader. `serde_json` parses a text once into a flat [`Tape`]; a [`Reader`] takes values
//! off it, one call per field. A type says how it is spelled with serde's own attributes, which serde's `Serialize`
//! uses to write it and [`Read`](derive@Read) to read it. The README says why this is not serde's `Deserialize`, and
//! which attributes are understood.
//!
//! ```
//! use json_tape::{Read, from_slice};
//!
//! #[derive(Debug, PartialEq, Read)]
//! struct Build {
//!     id: i64,
//!     #[serde(default)]
//!     reason: Option<String>,
//! }
//!
//! assert_eq!(from_slice(br#"{"id": 7}"#), Ok(Build { id: 7, reason: None }));
//! let misfit = from_slice::<Build>(br#"{"id": "seven"}"#).unwrap_err();
//! assert_eq!(misfit.to_string(), "id: expected an integer, got \"seven\"");
//! ```

mod error;
mod left_out;
mod read;
mod reader;
mod tape;

pub use error::{Error, Step, written};
pub use json_tape_derive::{Read, Word};
pub use left_out::LeftOut;
pub use read::Read;
pub use reader::{Fields, Items, Reader};
pub use tape::{Node, Tape, Values};

/// Reads a text.
///
/// # Errors
/// The text is no JSON, or does not fit the type.
pub fn from_slice<T: Read>(text: &[u8]) -> Result<T, Error> {
    from_node(Tape::parse(text)?.root())
}

/// Reads a part of a text that was parsed already.
///
/// # Errors
/// [`Error::Misfit`] only.
pub fn from_node<T: Read>(node: Node<'_>) -> Result<T, Error> {
    let mut reader = Reader::new(node);
    let value = T::read(&mut reader);
    reader.end().map(|_| value)
}

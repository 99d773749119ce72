//! What a call brings: its answer, read as what the caller wants, and what of it could not be read.

use crate::api::error::{ApiError, Head};
use json_tape::{LeftOut, Read, Reader, Tape};
use std::pin::Pin;
use std::task::{Context, Poll};

/// An answer that means what was asked for: its body is JSON, or empty.
pub struct Answer {
    /// What it says before its body.
    pub head: Head,
    /// The body.
    pub body: Vec<u8>,
}

impl Answer {
    /// The body, read as JSON.
    pub fn decode<T: Read>(self) -> Result<T, ApiError> {
        json_tape::from_slice(&self.body).map_err(|why| ApiError::decode(&self.head, &why))
    }
}

/// The items of an array that could be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Each<T> {
    /// They, in the order of the answer.
    pub items: Vec<T>,
    /// The others, and what of the items could not be read: never dropped in silence.
    pub left_out: LeftOut,
}

/// Reads an array, one item after the other.
pub(crate) fn parse_each<T: Read>(body: &[u8]) -> Result<Each<T>, json_tape::Error> {
    let tape = Tape::parse(body)?;
    let mut reader = Reader::new(tape.root());
    let items = if reader.is_none() { Vec::new() } else { reader.fitting() };
    let left_out = reader.end()?;
    if let Some(why) = &left_out.first {
        leptos::logging::warn!("{} places of an answer could not be read; the first: {why}", left_out.count);
    }
    Ok(Each { items, left_out })
}

/// What an answer tells of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told<T> {
    /// Its lines, in the order of the answer.
    pub lines: Vec<T>,
    /// Why each of the others could not be read: never dropped in silence.
    pub unreadable: Vec<String>,
    /// The highest number of those, as far as they have one: they are not asked for again.
    pub past: i64,
}

/// Reads an array of numbered lines, one by one.
pub(crate) fn parse_lines<T: Read>(body: &[u8]) -> Result<Told<T>, json_tape::Error> {
    let mut told = Told { lines: Vec::new(), unreadable: Vec::new(), past: 0 };
    let tape = Tape::parse(body)?;
    let Some((_, nodes)) = tape.root().array() else {
        // `null` is a log without lines, anything else is none.
        json_tape::from_node::<Option<Vec<T>>>(tape.root())?;
        return Ok(told);
    };
    for node in nodes {
        let mut reader = Reader::new(node);
        let line = T::read(&mut reader);
        // A line without something of it would be another line: it is left out as a whole.
        match reader.end().map(|left_out| left_out.first) {
            Ok(None) => told.lines.push(line),
            why => {
                told.unreadable.push(why.map_or_else(|why| why.to_string(), |why| why.unwrap_or_default().into()));
                told.past = told.past.max(node.get("id").integer().unwrap_or(0));
            }
        }
    }
    Ok(told)
}

/// How a call went.
pub(crate) type Outcome = Result<Answer, ApiError>;

/// A call under way.
#[must_use]
pub struct Asked<T> {
    pub(super) outcome: Pin<Box<dyn Future<Output = Outcome>>>,
    pub(super) finish: fn(Outcome) -> Result<T, ApiError>,
}

impl<T> Future for Asked<T> {
    type Output = Result<T, ApiError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.outcome.as_mut().poll(context).map(self.finish)
    }
}

#[cfg(test)]
mod tests {
    use super::parse_lines;
    use crate::wire::log::ProvisionerJobLog;

    #[test]
    fn a_line_that_cannot_be_read_does_not_hide_the_others() {
        let line = |id: &str, output: &str| {
            format!(
                r#"{{"id":{id},"created_at":"2026-06-01T10:00:00Z","log_source":"provisioner","log_level":"info","stage":"","output":{output}}}"#
            )
        };
        let body = format!("[{},null,{},{}]", line("1", r#""a""#), line("9", "5"), line("3", r#""b""#));
        let told = parse_lines::<ProvisionerJobLog>(body.as_bytes()).unwrap();
        assert_eq!(told.lines.iter().map(|line| line.id).collect::<Vec<_>>(), [1, 3]);
        assert_eq!(told.unreadable, ["body: expected an object, got null", "output: expected a string, got 5"]);
        assert_eq!(told.past, 9);
        assert_eq!(parse_lines::<ProvisionerJobLog>(b"null").unwrap().lines, []);
        for body in ["{}", "7", r#"[{"id":1"#, "<html>"] {
            assert!(parse_lines::<ProvisionerJobLog>(body.as_bytes()).is_err(), "{body}");
        }
    }
}

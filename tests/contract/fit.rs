//! Whether a JSON body fits a type of `wire`: it parses, and what the type writes back is what was recorded.

pub use json_tape::{Step, written};

use gantry::testing::wire::socket::WatchFrame;
use gantry::testing::wire::{Id, Timestamp};
use json_tape::{Error, LeftOut, Read, Reader, Tape, from_slice};
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;

/// A type of `wire`, by what can be done with it: read text, write back what was read.
#[derive(Clone, Copy)]
pub struct Shape {
    /// Its name; `[]` behind it for an array.
    pub name: &'static str,
    /// Reads the text and writes it back.
    pub read: fn(&str) -> Result<Value, Misfit>,
    /// What of the text does not fit and is left out.
    pub left_out: fn(&str) -> LeftOut,
}

/// One place of a body that does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misfit {
    /// From the root of the body.
    pub path: Vec<Step>,
    /// What the type wants there.
    pub expected: String,
    /// What is there, shortened.
    pub got: String,
}

impl fmt::Display for Misfit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: expected {}, got {}", written(&self.path), self.expected, self.got)
    }
}

/// A path without the places in arrays, with the shape before it: `WorkspacesResponse.workspaces[].name`.
pub fn general(shape: &str, path: &[Step]) -> String {
    // The `[]` of an array's name is its first step.
    let shape = if matches!(path.first(), Some(Step::Index(_))) { shape.trim_end_matches("[]") } else { shape };
    let mut text = shape.to_owned();
    for step in path {
        match step {
            Step::Key(key) => {
                text.push('.');
                text.push_str(key);
            }
            Step::Index(_) => text.push_str("[]"),
        }
    }
    text
}

fn below(path: &[Step], step: Step) -> Vec<Step> {
    let mut path = path.to_vec();
    path.push(step);
    path
}

/// What stands at a path.
pub fn at<'a>(body: &'a Value, path: &[Step]) -> Option<&'a Value> {
    path.iter().try_fold(body, |value, step| match step {
        Step::Key(key) => value.get(key),
        Step::Index(index) => value.get(index),
    })
}

/// The same, to change it.
pub fn at_mut<'a>(body: &'a mut Value, path: &[Step]) -> Option<&'a mut Value> {
    path.iter().try_fold(body, |value, step| match step {
        Step::Key(key) => value.get_mut(key),
        Step::Index(index) => value.get_mut(index),
    })
}

/// A value for people, shortened.
pub fn short(value: Option<&Value>) -> String {
    let Some(value) = value else { return "nothing".into() };
    let text = match value {
        Value::Object(_) => "an object".into(),
        Value::Array(items) => format!("an array of {}", items.len()),
        other => other.to_string(),
    };
    let mut shortened: String = text.chars().take(80).collect();
    if shortened.len() < text.len() {
        shortened.push('…');
    }
    shortened
}

/// The reader of a type: the one that ships.
pub fn reader<T: Read + Serialize>(text: &str) -> Result<Value, Misfit> {
    let value: T = from_slice(text.as_bytes()).map_err(misfit)?;
    let written = serde_json::to_value(value);
    written.map_err(|error| Misfit {
        path: Vec::new(),
        expected: "something that can be written".into(),
        got: error.to_string(),
    })
}

/// The reader of a frame of the workspace watch: through the function that the app reads it with.
pub fn watch_frame(text: &str) -> Result<Value, Misfit> {
    let frame = WatchFrame::parse(text).map_err(misfit)?;
    Ok(serde_json::to_value(frame).unwrap_or_default())
}

/// What a type leaves out.
pub fn left_out<T: Read>(text: &str) -> LeftOut {
    let Ok(tape) = Tape::parse(text.as_bytes()) else { return LeftOut::default() };
    let mut reader = Reader::new(tape.root());
    let _value = T::read(&mut reader);
    reader.left_out().clone()
}

fn misfit(error: Error) -> Misfit {
    match error {
        Error::Syntax { text, .. } => Misfit { path: Vec::new(), expected: "JSON".into(), got: text },
        Error::Misfit { path, expected, got } => Misfit { path, expected: expected.into(), got },
    }
}

/// Compares what was recorded with what the type wrote back. What says nothing is as good as missing: it is taken off
/// what was written.
fn compare(recorded: &Value, written: &mut Value, path: &[Step], misfits: &mut Vec<Misfit>) {
    match (recorded, written) {
        (Value::Object(recorded), Value::Object(written)) => {
            written.retain(|key, value| !says_nothing(value) || recorded.get(key).is_some_and(|it| it == value));
            for (key, value) in written {
                let path = below(path, Step::Key(key.clone()));
                match recorded.get(key) {
                    Some(recorded) => compare(recorded, value, &path, misfits),
                    None => misfits.push(Misfit {
                        path,
                        expected: "nothing".into(),
                        got: format!("{} written", short(Some(value))),
                    }),
                }
            }
        }
        (Value::Array(recorded), Value::Array(written)) if recorded.len() == written.len() => {
            for (index, (recorded, written)) in recorded.iter().zip(written).enumerate() {
                compare(recorded, written, &below(path, Step::Index(index)), misfits);
            }
        }
        (recorded, written) if same(recorded, written) => {}
        (recorded, written) => misfits.push(Misfit {
            path: path.to_vec(),
            expected: short(Some(recorded)),
            got: format!("{} written back", short(Some(written))),
        }),
    }
}

/// What a type writes where nothing was said.
fn says_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(flag) => !flag,
        Value::String(text) => {
            text.is_empty() || text.parse() == Ok(Id::NIL) || text.parse().is_ok_and(|time: Timestamp| time.is_zero())
        }
        Value::Object(map) => map.is_empty(),
        Value::Number(_) | Value::Array(_) => false,
    }
}

/// Equal; numbers by value, times by instant.
fn same(recorded: &Value, written: &Value) -> bool {
    match (recorded, written) {
        (Value::Number(one), Value::Number(other)) => one == other || one.as_f64() == other.as_f64(),
        (Value::String(one), Value::String(other)) => {
            one == other
                || matches!((one.parse::<Timestamp>(), other.parse::<Timestamp>()), (Ok(one), Ok(other)) if one == other)
        }
        _ => recorded == written,
    }
}

/// A body that fits.
pub struct Fit {
    /// What the type wrote back of what was recorded.
    pub written: Value,
}

/// Whether a body fits, and the first reason if it does not parse, or all reasons if it does not survive.
pub fn fit(shape: Shape, body: &Value) -> Result<Fit, Vec<Misfit>> {
    let mut written = (shape.read)(&body.to_string()).map_err(|misfit| vec![misfit])?;
    let mut misfits = Vec::new();
    compare(body, &mut written, &[], &mut misfits);
    if misfits.is_empty() { Ok(Fit { written }) } else { Err(misfits) }
}

/// Good values, by general path: what a reader that stops at its first error is helped over with.
pub type Donors = BTreeMap<String, Value>;

/// Remembers the values of a body that fits.
pub fn remember(donors: &mut Donors, shape: &str, value: &Value) {
    fn walk(donors: &mut Donors, shape: &str, value: &Value, path: &mut Vec<Step>) {
        let general = general(shape, path);
        let poor = |value: &Value| value.is_null() || value.as_array().is_some_and(Vec::is_empty);
        if donors.get(&general).is_none_or(|known| poor(known) && !poor(value)) {
            donors.insert(general, value.clone());
        }
        let steps: Vec<(Step, &Value)> = match value {
            Value::Object(map) => map.iter().map(|(key, value)| (Step::Key(key.clone()), value)).collect(),
            Value::Array(items) => items.iter().enumerate().map(|(index, value)| (Step::Index(index), value)).collect(),
            _ => return,
        };
        for (step, value) in steps {
            path.push(step);
            walk(donors, shape, value, path);
            path.pop();
        }
    }
    walk(donors, shape, value, &mut Vec::new());
}

/// Every place of a body that does not fit. The reader stops at the first one; it is mended with a good value, and read
/// on.
pub fn misfits(shape: Shape, body: &Value, donors: &Donors) -> Vec<Misfit> {
    let mut body = body.clone();
    let mut found: Vec<Misfit> = Vec::new();
    while let Err(mut misfits) = fit(shape, &body) {
        if !found.is_empty() && misfits.iter().all(|misfit| found.contains(misfit)) {
            break;
        }
        let parsed = (shape.read)(&body.to_string()).is_ok();
        let first = misfits.first().map(|misfit| misfit.path.clone()).unwrap_or_default();
        found.append(&mut misfits);
        let donor = donors.get(&general(shape.name, &first));
        if parsed || first.is_empty() || found.len() > 200 || !mend(&mut body, &first, donor) {
            break;
        }
    }
    found
}

fn mend(body: &mut Value, path: &[Step], donor: Option<&Value>) -> bool {
    let (Some(donor), Some((last, parent))) = (donor, path.split_last()) else { return false };
    match (at_mut(body, parent), last) {
        (Some(Value::Object(map)), Step::Key(key)) => {
            map.insert(key.clone(), donor.clone());
            true
        }
        (Some(Value::Array(items)), Step::Index(index)) => items.get_mut(*index).is_some_and(|item| {
            *item = donor.clone();
            true
        }),
        _ => false,
    }
}

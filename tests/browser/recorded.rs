//! Answers of a real control plane (tests/contract/recordings), compiled into the tests, for a browser has no files.

use json_tape::Read;
use serde_json::Value;

/// The body of a recorded answer, by its path without `.json`.
macro_rules! recorded {
    ($($name:tt)*) => {
        crate::recorded::body(include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/contract/recordings/", $($name)*, ".json")))
    };
}
pub(crate) use recorded;

/// The body of a recording.
pub fn body(recording: &str) -> Value {
    serde_json::from_str::<Value>(recording).unwrap()["response"]["body"].take()
}

/// A value of the library's own tree, through the reader that ships.
pub fn read<T: Read>(value: &Value) -> Result<T, json_tape::Error> {
    json_tape::from_slice(value.to_string().as_bytes())
}

//! For tests only: answers of a real control plane (tests/contract/recordings), and rows made from them. Imports `wire`
//! and `model::row`.

use crate::model::row::Row;
use crate::model::row::from_workspace;
use crate::wire::workspace::Workspace;
use json_tape::Read;
use serde_json::Value;

/// The body of a recorded answer, by its path without `.json`.
pub(crate) fn body<T: Read>(name: &str) -> T {
    let body = recording(name)["response"]["body"].to_string();
    json_tape::from_slice(body.as_bytes()).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// A value of the library's own tree, through the reader that ships.
pub(crate) fn read<T: Read>(value: Value) -> Result<T, json_tape::Error> {
    json_tape::from_slice(value.to_string().as_bytes())
}

/// A whole recording.
pub(crate) fn recording(name: &str) -> Value {
    let path = format!("{}/tests/contract/recordings/{name}.json", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// A recorded workspace.
pub(crate) fn workspace(name: &str) -> Workspace {
    body(name)
}

/// The row of a recorded workspace.
pub(crate) fn row(name: &str) -> Row {
    from_workspace(&workspace(name))
}

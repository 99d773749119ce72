//! What travels: serde types, one file per resource of the API (docs/control-plane-api.md). Pure; imports nothing above this floor.

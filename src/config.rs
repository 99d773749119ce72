//! Run-time configuration (`config.json`). Ground floor: imports nothing of the crate.

//! Every URL of the app, typed, with its query, base included. Ground floor: imports nothing of the crate.

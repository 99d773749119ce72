//! The embedded control plane: starts the server that `make run`, `make dev` and the browser tests use.

fn main() {}

//! One file or folder per route. May import `panels` and below.

pub mod build;

pub mod guard;

pub mod not_found;

pub mod quota;

pub mod setup;

pub mod sign_in;

pub mod workspace;

pub mod workspaces;

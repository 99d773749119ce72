//! One file or folder per route. May import `panels` and below.

pub(crate) mod build;

pub(crate) mod connection;

pub(crate) mod guard;

pub(crate) mod new_workspace;

pub(crate) mod not_found;

pub(crate) mod parameters;

pub(crate) mod quota;

pub(crate) mod schedule;
pub(crate) mod setup;

pub(crate) mod sign_in;

pub(crate) mod template;

pub(crate) mod templates;

pub(crate) mod workspace;

pub(crate) mod workspaces;

//! A log as it is read: its rows, what is sought in it, its errors, its text. Pure; imports `wire` and `model`.

pub(crate) mod all;
pub(crate) mod errors;
pub(crate) mod rows;
pub(crate) mod search;
pub(crate) mod text;

pub use rows::Times;
pub(crate) use rows::{Level, LogRow};

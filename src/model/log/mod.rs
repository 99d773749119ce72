//! A log as it is read: its rows, what is sought in it, its errors, its text. Pure; imports `wire` and `model`.

pub mod errors;
pub mod rows;
pub mod search;
pub mod text;

pub use rows::{Level, LogRow, Times};

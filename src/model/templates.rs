//! Templates as their list and their pages show them. Pure; may import `wire` and other `model` files.

mod filter;
mod line;
mod made;
mod version;
mod words;

pub(crate) use filter::{Filter, Preset};
pub(crate) use line::{Figure, Line, developers, lines};
pub(crate) use made::{made, total};
pub(crate) use version::{VersionLine, version_lines};
pub(crate) use words::{decisions, glance, preset_words, users, usual_start, usual_times};

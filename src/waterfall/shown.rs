//! What is shown of a build. Imports nothing.

/// What is shown of a build.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shown {
    /// Bars on a scale.
    #[default]
    Chart,
    /// The table with exact figures.
    Table,
}

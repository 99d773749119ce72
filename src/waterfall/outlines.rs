//! What stands behind the bars: from where to where each is expected to go, or went in another build. Pure; imports nothing.

use std::collections::HashMap;

/// What outlines mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// What is usual, of a build under way: a dashed frame.
    Expected,
    /// The other build of a comparison: a thin bar below.
    Compared,
}

/// Outlines by the ids of the spans of the timeline that is shown, µs after its origin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outlines {
    /// What they mean.
    pub meaning: Meaning,
    /// From where to where.
    pub ranges: HashMap<u32, (i64, i64)>,
}

//! A timeline in words (docs/look.md, "Say it in a sentence, then draw it"): the headline, where the time went, what a
//! failed build left behind, and the one sentence that describes the chart to whoever cannot see it. Data and ready
//! texts, no views. Pure.

mod headline;
mod left;
mod outcome;
mod part;
mod spent;

pub use headline::{headline, other_errors};
pub use left::{Since, left_behind};
pub use outcome::outcome_text;
#[cfg(test)]
pub use part::text;
pub use part::{Part, Tone, duration_text};
pub use spent::{Stretch, sentence, stretches, time_spent};

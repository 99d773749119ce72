//! A timeline in words (docs/look.md, "Say it in a sentence, then draw it"): the headline, where the time went, what a
//! failed build left behind, and the one sentence that describes the chart to whoever cannot see it. Data and ready
//! texts, no views. Pure.

mod headline;
mod job_bar;
mod left;
mod outcome;
mod part;
mod spent;

pub(crate) use headline::{headline, other_errors};
pub(crate) use job_bar::{job_stretches, job_text};
pub(crate) use left::{Since, left_behind};
pub(crate) use outcome::outcome_text;
#[cfg(test)]
pub(crate) use part::text;
pub(crate) use part::{Part, Tone, duration_text};
pub use spent::sentence;
pub(crate) use spent::{Stretch, stretches, time_spent, whole};

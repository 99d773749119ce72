//! A build as spans: what happened when, as far as the control plane says (docs/architecture.md, "A waterfall"). Pure;
//! may import `wire` and other `model` files.
//!
//! `build` puts a timeline together: the stages come from `from_timings` or `from_logs`, the agents from `agents`, what
//! still grows from `live`; `summary` says all of it in words. A log is read by `parsed_log` (stages and resources,
//! line by line in `events`), its errors by `errors` and `reason`, a refusal by `quota`.

mod agents;
mod build;
pub(crate) mod compare;
pub(crate) mod errors;
mod events;
pub(crate) mod expected;
pub(crate) mod export;
mod frame;
mod from_logs;
mod from_timings;
pub(crate) mod kept;
mod label;
mod line;
pub(crate) mod live;
mod modules;
pub(crate) mod opened;
mod parsed_log;
pub(crate) mod phases;
mod quota;
mod reason;
pub(crate) mod slow;
mod span;
pub(crate) mod span_key;
mod stage_log;
pub(crate) mod summary;
mod tree;
pub(crate) mod trend;
mod waiting;
mod whole;

pub use build::build_timeline;
pub(crate) use errors::LogError;
pub use frame::Input;
pub(crate) use from_timings::lack_frames;
pub use phases::Phase;
pub(crate) use quota::QuotaRefusal;
pub use span::{Precision, SpanKind};
pub(crate) use span::{Span, SpanOutcome};
pub use span_key::SpanKey;
pub use whole::Timeline;
pub(crate) use whole::{Marker, MarkerKind, Outcome};

#[cfg(test)]
mod fixtures;
#[cfg(test)]
pub(crate) mod tests;

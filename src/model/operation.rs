//! What a running action does next (docs/architecture.md, "An action"). Restart, retry and update are several requests
//! that no server makes atomic: a pure machine, events in, commands out, driven by the store, says which is next, ends
//! with a report if one of them fails or somebody else builds in between, and survives a closed tab, because the whole
//! of it can be stored. May import `wire` and other `model` files.
//!
//! `plan` says which steps an action has, `stored` what is kept of it, `machine` what happens next, `wish` what the
//! viewer wants of it meanwhile; `overlay`, `sentences` and `leaving` say it in words.

mod advice;
mod facts;
mod input;
mod leaving;
mod machine;
mod next_step;
mod overlay;
mod plan;
mod sentences;
pub(crate) mod setting;
pub(crate) mod step;
mod stored;
mod wish;

pub(crate) use facts::Facts;
pub(crate) use input::BuildInput;
pub(crate) use machine::{Command, Event, OVERSLEEP_MS, next};
pub(crate) use next_step::Way;
pub(crate) use plan::{plan, plan_setting};
pub(crate) use sentences::seconds_left;
pub use setting::Setting;
pub(crate) use step::BuildStep;
pub(crate) use stored::{HOLD_MS, Operation, Outcome, Refusal, RefusalKind, Report};
pub(crate) use wish::Wish;

#[cfg(test)]
mod tests;

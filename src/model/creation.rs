//! Making a workspace: its name, what a link fills in, what the template's presets set, what stands in the way, and
//! what a refusal means. Pure; may import `wire` and other `model` files.

mod autofill;
mod draft;
mod estimate;
mod hindrance;
mod link;
mod name;
mod preset;
mod refusal;

pub(crate) use autofill::{Autofill, Mode};
pub(crate) use draft::{Draft, DraftOwner};
pub(crate) use estimate::{Estimate, estimate};
pub(crate) use hindrance::{
    Hindrance, Place, SWITCHED_OFF, VersionHindrance, account_name, hindrance_of_creating_in, hindrance_of_template,
    hindrance_of_version, hindrances,
};
pub(crate) use link::link_notes;
pub(crate) use name::{copy_of, next_free, suggestion, why_not};
pub(crate) use preset::{is_held, preset_values};
pub(crate) use refusal::{Refusal, Said, Step, refusal};

//! The parameters of a template version: what a value must keep, whether one does, which of a workspace's stored values
//! a version would refuse, and the form that is being filled in. The decisions are the control plane's own
//! (docs/control-plane-api.md, 2.8), made here so that they are told at once and before anything stops. Pure.

mod check;
mod form;
mod list;
mod misfit;
mod pattern;
mod per_start;
mod rule;
mod secret;

pub use check::{Given, refusal};
pub(crate) use form::{Form, FormFor, Purpose, Values, sentence};
pub(crate) use list::{list_of, list_text};
pub(crate) use misfit::{Misfit, misfits};
pub(crate) use pattern::{BrowserPattern, in_browser};
pub(crate) use per_start::{PerStart, per_start};
pub(crate) use rule::{Choice, Parameter};
pub use rule::{from_preview, from_rich};
pub(crate) use secret::sounds_secret;

//! Forms that are being filled in, each as long as somebody holds it: the control plane looks at what is typed, over a
//! socket or call by call, and where it cannot the form is checked here alone. The decisions are `model::parameters`'.
//! May import `api` and below.

mod draft;
mod driver;
mod fits;
mod rules;
mod session;
mod shared;

pub(crate) use draft::{Draft, forget_drafts};
pub(crate) use fits::{Fits, Holder, asked_per_start, fits};
pub(crate) use session::{CheckedBy, ParameterForms, ParameterSession};
pub(crate) use shared::SessionState;

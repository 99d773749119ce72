//! What may be done to a workspace: one table of all actions (`table`), what of it is offered in which state (`offer`),
//! and what is asked before (`question`). docs/adding-an-action.md says how one is added. Pure; may import `wire` and
//! other `model` files.

mod action;
pub(crate) mod conditions;
mod new_name;
mod offer;
mod question;
mod table;
mod viewer;

pub use action::Action;
pub(crate) use action::Reason;
pub(crate) use new_name::why_no_name;
pub(crate) use offer::{Offer, asks, offer, or_update};
pub use offer::{menu, primary};
pub(crate) use question::{
    AgentUse, Confirmation, Consequence, Hindrance, Known, STOP_ENDS, Told, VersionFacts, Weight, agent_uses,
    confirmation, resource_names,
};
pub use table::start_version;
pub use viewer::Viewer;

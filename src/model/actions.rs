//! What may be done to a workspace (`offer`), why not (`reason`), and what is asked before (`question`). Pure; may import `wire` and other `model` files.

mod action;
mod offer;
mod question;
mod reason;

pub use action::Action;
pub use offer::{Offer, Viewer, asks, failed_start, menu, offer, primary};
pub use question::{Confirmation, Consequence, STOP_ENDS, Weight, confirmation, resource_names, unanswered};
pub use reason::Reason;

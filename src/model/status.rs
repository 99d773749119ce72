//! What a workspace, its builds and its agents are doing, in a mark, a word and a reason. Pure; may import `wire` and
//! other `model` files. Never says more than the API does.

mod agent;
mod build;
mod context;
mod mark;
mod sentence;
mod workspace;

pub use agent::describe_agent;
pub(crate) use agent::describe_app;
pub(crate) use build::because;
pub use build::{by, describe_build};
pub use context::Context;
pub(crate) use mark::{Mark, StatusText, Tone};
pub use sentence::sentence;
pub use workspace::describe;
pub(crate) use workspace::{State, failed_text, state};

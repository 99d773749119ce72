//! What an operation is made of: one request after the other. Pure.

use super::setting::Setting;
use crate::wire::Id;
use crate::wire::build::Transition;
use json_tape::Read;
use serde::Serialize;

/// One request of an operation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Read)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Step {
    /// A build.
    Build {
        /// What it does.
        transition: Transition,
        /// The version it must have; `None` for that of the build before.
        version: Option<Id>,
    },
    /// The end of a build under way.
    Cancel {
        /// Which.
        build: Id,
        /// Its number.
        number: i64,
        /// Whether it is expected to wait still, which is always allowed.
        expect_pending: bool,
    },
    /// A setting that is no build.
    #[serde(untagged)]
    Set(Setting),
}

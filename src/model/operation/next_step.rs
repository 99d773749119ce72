//! What is advised after something did not go as asked, as it is stored. Pure.

use crate::model::actions::Action;
use crate::wire::Id;
use json_tape::Read;
use serde::Serialize;

/// The step, and where it is done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Read)]
pub struct Advice {
    /// A sentence; empty where the report says it already.
    pub text: String,
    /// The page, if it is another than the one that shows the row.
    pub way: Option<Way>,
}

/// A page that leads on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Read)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// The workspace itself.
    Workspace,
    /// The list.
    List,
    /// The templates.
    Templates,
    /// What is left of the quota.
    Quota,
    /// The form of its parameters, for this action and version.
    Form {
        /// The action.
        action: Action,
        /// The version, where one was chosen.
        version: Option<Id>,
    },
}

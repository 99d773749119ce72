//! What an operation is made of: one request after the other. Pure.

use super::input::BuildInput;
use super::setting::Setting;
use crate::wire::Id;
use crate::wire::build::Transition;
use crate::wire::parameter::ParameterValue;
use json_tape::Read;
use serde::Serialize;

/// One request of an operation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Read)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Step {
    /// A build.
    Build(BuildStep),
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

/// A build that is asked for. It is stored without its parameter values, which may be secrets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Read)]
pub(crate) struct BuildStep {
    /// What it does.
    pub transition: Transition,
    /// The version it must have; `None` for that of the build before.
    #[serde(default)]
    pub version: Option<Id>,
    /// The preset whose values it takes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preset: Option<Id>,
    /// Whether its log tells all that Terraform does.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub debug: bool,
    /// Whether a delete leaves the resources where they are.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub orphan: bool,
    /// Whether it was asked for with values: then it is not sent without them.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub with_values: bool,
    /// The values, for as long as this page is open.
    #[serde(skip)]
    pub values: Vec<ParameterValue>,
}

impl BuildStep {
    /// A build as the one before, with nothing said of it but what it does.
    pub(crate) fn of(transition: Transition) -> Self {
        Self {
            transition,
            version: None,
            preset: None,
            debug: false,
            orphan: false,
            with_values: false,
            values: Vec::new(),
        }
    }

    /// The same, with what was asked for beside it. A version that the step has stays unless another one is asked for.
    pub(super) fn with(self, input: BuildInput) -> Self {
        Self {
            version: input.version.or(self.version),
            preset: input.preset,
            debug: input.debug || self.debug,
            orphan: input.orphan && self.transition == Transition::Delete,
            with_values: !input.values.is_empty(),
            values: input.values,
            transition: self.transition,
        }
    }

    /// Whether it was asked for with values that are gone: it was read from storage, and the page that had them is
    /// closed.
    pub(super) fn lacks_its_values(&self) -> bool {
        self.with_values && self.values.is_empty()
    }
}

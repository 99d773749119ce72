//! What is said of a build beside what it does: the version, values of parameters, a preset. Pure.

use crate::wire::Id;
use crate::wire::parameter::ParameterValue;

/// What a build is asked for with. It is never written anywhere, for values may be secrets: it has neither `Serialize`
/// nor `Read`, and an operation keeps only that there were values.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct BuildInput {
    /// The version; `None` for what the action itself says (that of the build before, or the active one).
    pub version: Option<Id>,
    /// Values of parameters; what is not among them is as in the build before.
    pub values: Vec<ParameterValue>,
    /// A preset, whose values win over `values`.
    pub preset: Option<Id>,
    /// Whether the log is to tell all that Terraform does.
    pub debug: bool,
    /// Whether a delete leaves the resources where they are.
    pub orphan: bool,
    /// Whether the user was asked for what the version asks for at each start: then it is not asked once more.
    pub asked: bool,
}

impl BuildInput {
    /// Whether nothing is said of the build.
    pub(crate) fn is_plain(&self) -> bool {
        Self { asked: false, ..self.clone() } == Self::default()
    }
}

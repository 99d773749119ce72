//! Parameters of templates and their values (docs/control-plane-api.md, 2.8). Pure.

pub(crate) use crate::wire::build::BuildParameter as ParameterValue;

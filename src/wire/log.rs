//! Lines of a provisioner job's log (docs/control-plane-api.md, 2.4, 6.3). Pure.

use crate::wire::Timestamp;
use json_tape::{Read, Word};
use serde::Serialize;

/// A line of a build's log, or of a template version's import. In one array over HTTP, one by one over the socket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Read)]
pub struct ProvisionerJobLog {
    /// Rising; to resume after.
    pub id: i64,
    /// When the provisioner wrote it, in milliseconds.
    #[serde(default)]
    pub created_at: Timestamp,
    /// Terraform, or the provisioner daemon around it.
    #[serde(default)]
    pub log_source: LogSource,
    #[serde(default)]
    pub log_level: LogLevel,
    /// The stage for people: `Planning Infrastructure`. An empty line opens it.
    #[serde(default)]
    pub stage: String,
    #[serde(default)]
    pub output: String,
}

/// Who wrote a line.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Read, Word)]
#[serde(rename_all = "snake_case")]
pub enum LogSource {
    ProvisionerDaemon,
    Provisioner,
    #[serde(untagged)]
    Other(String),
}

/// How bad a line is.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Read, Word)]
#[serde(rename_all = "snake_case")]
pub enum LogLevel {
    Trace,
    Debug,
    Info,
    Warn,
    Error,
    #[serde(untagged)]
    Other(String),
}

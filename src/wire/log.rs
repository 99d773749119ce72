//! Lines of a provisioner job's log (docs/control-plane-api.md, 2.4, 6.3). Pure.

use crate::record;
use crate::text_enum;
use crate::wire::time::Timestamp;
use serde::Serialize;

record! {
    /// A line of a build's log, or of a template version's import. In one array over HTTP, one by one over the socket.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct ProvisionerJobLog {
        /// Rising; to resume after.
        pub id: i64,
        /// When the provisioner wrote it, in milliseconds.
        pub created_at?: Timestamp,
        /// Terraform, or the provisioner daemon around it.
        pub log_source?: LogSource,
        /// How bad.
        pub log_level?: LogLevel,
        /// The stage for people: `Planning Infrastructure`. An empty line opens it.
        pub stage?: String,
        /// The line.
        pub output?: String,
    }
}

text_enum! {
    /// Who wrote a line.
    LogSource {
        ProvisionerDaemon = "provisioner_daemon",
        Provisioner = "provisioner",
    }
}

text_enum! {
    /// How bad a line is.
    LogLevel {
        Trace = "trace",
        Debug = "debug",
        Info = "info",
        Warn = "warn",
        Error = "error",
    }
}

//! What the tests of `tests/` reach of the application, which keeps everything else to itself so that the compiler
//! names what nobody uses. Whoever writes a test there adds the item here; a unit test, beside what it tests, needs
//! nothing of it.

pub mod api {
    pub use crate::api::{Access, Call, Client, Noticed};
    pub mod auth {
        pub use crate::api::auth::{me, open_with_token};
    }
    pub mod error {
        pub use crate::api::error::{ApiError, Kind};
    }
    pub mod socket {
        pub use crate::api::socket::{End, Followed, Going, follow};
    }
    pub mod workspaces {
        pub use crate::api::workspaces::{row, set};
    }
}
pub mod browser {
    pub mod locks {
        pub use crate::browser::locks::acquire;
    }
    pub mod page {
        pub use crate::browser::page::{host, path_and_query};
    }
    pub mod storage {
        pub use crate::browser::storage::{Area, PREFIX, get, keys, remove, remove_all, set};
    }
    pub mod timers {
        pub use crate::browser::timers::{monotonic_ms, now_ms, within};
    }
}
pub mod config {
    pub use crate::config::Config;
}
pub mod model {
    pub mod actions {
        pub use crate::model::actions::{Action, Viewer, menu, primary, start_version};
    }
    pub mod duration {
        pub use crate::model::duration::FixedZone;
    }
    pub mod log {
        pub use crate::model::log::Times;
        pub mod rows {
            pub use crate::model::log::rows::{agent_rows, build_rows};
        }
    }
    pub mod operation {
        pub use crate::model::operation::Setting;
    }
    pub mod parameters {
        pub use crate::model::parameters::{Given, from_preview, from_rich, refusal};
    }
    pub mod quota {
        pub use crate::model::quota::{Anew, Before, Forecast, Standing, forecast, forecast_anew};
    }
    pub mod row {
        pub use crate::model::row::from_workspace;
    }
    pub mod schedule {
        pub use crate::model::schedule::{autostart_text, next, start_sentence, stop_sentence};
    }
    pub mod progress {
        pub use crate::model::progress::{Usual, UsualDuration};
    }
    pub mod status {
        pub use crate::model::status::{Context, by, describe, describe_agent, describe_build, sentence};
    }
    pub mod timeline {
        pub use crate::model::timeline::{Input, Phase, Precision, SpanKey, SpanKind, Timeline, build_timeline};
        pub mod summary {
            pub use crate::model::timeline::summary::sentence;
        }
    }
    pub mod wants {
        pub use crate::model::wants::Want;
    }
}
pub mod panels {
    pub mod apps {
        pub use crate::panels::apps::{AgentLocation, openers, ssh_command};
    }
    pub mod history {
        pub use crate::panels::history::length;
    }
}
pub mod paths {
    pub use crate::paths::place;
}
pub mod store {
    pub use crate::store::Stores;
    pub mod after_rows {
        pub use crate::store::after_rows::AfterRows;
    }
    pub mod deferred {
        pub use crate::store::deferred::{Fetch, Waiting};
    }
    pub mod poll {
        pub use crate::store::poll::FIRST_PAGE;
    }
    pub mod session {
        pub use crate::store::session::{SessionState, Why};
    }
    pub mod workspaces {
        pub use crate::store::workspaces::{DetailState, ListStatus};
    }
}
pub mod waterfall {
    pub use crate::waterfall::{ColorBy, Shown, Waterfall};
    pub mod canvas {
        pub use crate::waterfall::canvas::Surface;
    }
    pub mod index {
        pub use crate::waterfall::index::{Folds, Index};
    }
    pub mod paint {
        pub use crate::waterfall::paint::{Palette, chart};
    }
    pub mod scale {
        pub use crate::waterfall::scale::Scale;
    }
    pub mod scene {
        pub use crate::waterfall::scene::{Frame, ROW, scene};
    }
    pub mod viewport {
        pub use crate::waterfall::viewport::Viewport;
    }
}
pub mod wire {
    pub use crate::wire::{Id, List, Timestamp};
    pub mod agent {
        pub use crate::wire::agent::{AgentLog, WorkspaceAgent};
    }
    pub mod auth {
        pub use crate::wire::auth::{AuthMethods, LoginResponse};
    }
    pub mod build {
        pub use crate::wire::build::WorkspaceBuild;
    }
    pub mod deployment {
        pub use crate::wire::deployment::{BuildInfo, Entitlements, Regions, SshConfig};
    }
    pub mod error {
        pub use crate::wire::error::ErrorBody;
    }
    pub mod list {
        pub use crate::wire::list::List;
    }
    pub mod log {
        pub use crate::wire::log::ProvisionerJobLog;
    }
    pub mod parameter {
        pub use crate::wire::parameter::{ParameterValue, RichParameter};
    }
    pub mod metadata {
        pub use crate::wire::metadata::AgentMetadata;
    }
    pub mod port {
        pub use crate::wire::port::{ListeningPorts, PortShare, PortShares};
    }
    pub mod sharing {
        pub use crate::wire::sharing::WorkspaceAcl;
    }
    pub mod quota {
        pub use crate::wire::quota::WorkspaceQuota;
    }
    pub mod resource {
        pub use crate::wire::resource::WorkspaceResource;
    }
    pub mod socket {
        pub use crate::wire::socket::{MetadataFrame, WatchFrame};
    }
    pub mod template {
        pub use crate::wire::template::Template;
    }
    pub mod template_version {
        pub use crate::wire::template_version::{TemplateVersion, VersionResource};
    }
    pub mod timings {
        pub use crate::wire::timings::BuildTimings;
    }
    pub mod user {
        pub use crate::wire::user::{Organization, User};
    }
    pub mod workspace {
        pub use crate::wire::workspace::{ResolvedAutostart, Workspace};
    }
}

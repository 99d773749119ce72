//! Templates, their versions and parameters (docs/control-plane-api.md, 2.8). Pure.

use crate::record;
use crate::text_enum;
use crate::wire::agent::SharingLevel;
use crate::wire::build::{MatchedProvisioners, ProvisionerJob};
use crate::wire::id::Id;
use crate::wire::list::List;
use crate::wire::map::Map;
use crate::wire::time::Timestamp;
use serde::Serialize;

record! {
    /// What workspaces are made of.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct Template {
        /// Its id.
        pub id: Id,
        /// When it was made.
        pub created_at: Timestamp,
        /// When it last changed.
        pub updated_at: Timestamp,
        /// Its organization.
        pub organization_id: Id,
        /// The organization's name.
        pub organization_name: String,
        /// The organization's name for people.
        pub organization_display_name: String,
        /// A path or an address, perhaps empty.
        pub organization_icon: String,
        /// Its name in paths.
        pub name: String,
        /// Its name for people, perhaps empty.
        pub display_name: String,
        /// The version that new builds should have.
        pub active_version_id: Id,
        /// −1 while not yet counted.
        pub active_user_count: i64,
        /// By transition; of the last hundred successful builds.
        pub build_time_stats: Option<Map<BuildTimeStats>>,
        /// For people.
        pub description: String,
        /// Whether nothing new should be made of it.
        pub deprecated: bool,
        /// Why.
        pub deprecation_message: String,
        /// A path or an address, perhaps empty.
        pub icon: String,
        /// How long a start runs unless a workspace says otherwise.
        pub default_ttl_ms: i64,
        /// By how much activity moves the deadline.
        pub activity_bump_ms: i64,
        /// On which days a workspace must stop.
        pub autostop_requirement: AutostopRequirement,
        /// On which days a workspace may start by itself.
        pub autostart_requirement: AutostartRequirement,
        /// Who made it.
        pub created_by_id: Id,
        /// Their username.
        pub created_by_name: String,
        /// Whether users may set a schedule.
        pub allow_user_autostart: bool,
        /// Whether users may set how long a start runs.
        pub allow_user_autostop: bool,
        /// Whether users may cancel builds.
        pub allow_user_cancel_workspace_jobs: bool,
        /// After how long a failed workspace is stopped; 0 for never.
        pub failure_ttl_ms: i64,
        /// After how long unused a workspace becomes dormant; 0 for never.
        pub time_til_dormant_ms: i64,
        /// After how long dormant it is deleted; 0 for never.
        pub time_til_dormant_autodelete_ms: i64,
        /// Whether a start needs the active version.
        pub require_active_version: bool,
        /// How widely ports may be shared.
        pub max_port_share_level: SharingLevel,
        /// Whether its parameters are the classic ones.
        pub use_classic_parameter_flow?: Option<bool>,
    }
}

record! {
    /// How long builds take, in milliseconds; `null` until there were some.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
    pub struct BuildTimeStats {
        /// Half of them.
        pub p50 as "P50": Option<i64>,
        /// Nineteen of twenty.
        pub p95 as "P95": Option<i64>,
    }
}

record! {
    /// On which days a workspace must stop.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct AutostopRequirement {
        /// None: no requirement.
        pub days_of_week: List<Weekday>,
        /// Every how many weeks.
        pub weeks: i64,
    }
}

record! {
    /// On which days a workspace may start by itself.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct AutostartRequirement {
        /// The days.
        pub days_of_week: List<Weekday>,
    }
}

text_enum! {
    /// A day.
    Weekday {
        Monday = "monday",
        Tuesday = "tuesday",
        Wednesday = "wednesday",
        Thursday = "thursday",
        Friday = "friday",
        Saturday = "saturday",
        Sunday = "sunday",
    }
}

record! {
    /// A version of a template.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct TemplateVersion {
        /// Its id.
        pub id: Id,
        /// Its template; absent until it has one.
        pub template_id?: Option<Id>,
        /// Its organization.
        pub organization_id: Id,
        /// When it was made.
        pub created_at: Timestamp,
        /// When it last changed.
        pub updated_at: Timestamp,
        /// Its name.
        pub name: String,
        /// What its author said of it.
        pub message: String,
        /// The job that imported it.
        pub job: ProvisionerJob,
        /// Markdown.
        pub readme: String,
        /// Who made it.
        pub created_by: MinimalUser,
        /// Whether it is put away.
        pub archived: bool,
        /// What is wrong with it.
        pub warnings?: List<String>,
        /// Which provisioners could import it.
        pub matched_provisioners?: Option<MatchedProvisioners>,
    }
}

record! {
    /// A user, as others are told.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct MinimalUser {
        /// Their id.
        pub id: Id,
        /// Their username.
        pub username: String,
        /// Their name.
        pub name?: Option<String>,
        /// Their picture.
        pub avatar_url?: Option<String>,
    }
}

record! {
    /// A parameter of a template version: `GET /templateversions/{id}/rich-parameters`.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct RichParameter {
        /// Its name.
        pub name: String,
        /// Its name for people.
        pub display_name?: Option<String>,
        /// Markdown.
        pub description: String,
        /// The same without the marks.
        pub description_plaintext: String,
        /// What its values are.
        pub r#type: ParameterType,
        /// How it should be asked for; may be empty.
        pub form_type: FormType,
        /// Whether it may change after the first build.
        pub mutable: bool,
        /// What it is if nobody says.
        pub default_value: String,
        /// A path or an address, perhaps empty.
        pub icon: String,
        /// What it may be; none: anything.
        pub options: List<ParameterOption>,
        /// What is said if it does not match.
        pub validation_error?: Option<String>,
        /// What it must match.
        pub validation_regex?: Option<String>,
        /// The least it may be.
        pub validation_min?: Option<i64>,
        /// The most it may be.
        pub validation_max?: Option<i64>,
        /// Whether it may only rise, or fall.
        pub validation_monotonic?: Option<Monotonic>,
        /// Whether it must be given.
        pub required: bool,
        /// Whether its value counts for one build only.
        pub ephemeral: bool,
    }
}

record! {
    /// One of the values that a parameter may have.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct ParameterOption {
        /// For people.
        pub name: String,
        /// Markdown.
        pub description: String,
        /// The value.
        pub value: String,
        /// A path or an address, perhaps empty.
        pub icon: String,
    }
}

text_enum! {
    /// What a parameter's values are.
    ParameterType {
        String = "string",
        Number = "number",
        Bool = "bool",
        ListOfString = "list(string)",
    }
}

text_enum! {
    /// How a parameter should be asked for.
    FormType {
        Unset = "",
        Radio = "radio",
        Slider = "slider",
        Input = "input",
        Dropdown = "dropdown",
        Checkbox = "checkbox",
        Switch = "switch",
        MultiSelect = "multi-select",
        TagSelect = "tag-select",
        Textarea = "textarea",
        Error = "error",
    }
}

text_enum! {
    /// In which direction a number may change.
    Monotonic {
        Increasing = "increasing",
        Decreasing = "decreasing",
    }
}

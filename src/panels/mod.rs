//! Parts of pages that are also embedded: a workspace table, a quota strip, the timings of a build, a log. May import
//! `components`, `waterfall`, `store` and below.

pub(crate) mod agent_logs;
pub(crate) mod agent_metadata;
pub(crate) mod agents;

pub(crate) mod apps;

pub(crate) mod asked;

pub(crate) mod brand;

pub(crate) mod build_log;
pub(crate) mod build_progress;

pub(crate) mod action_button;
pub(crate) mod action_runner;

pub(crate) mod carried;
// Figures of a quota while builds run.
pub(crate) mod dormancy;
pub(crate) mod early_keys;
pub(crate) mod fetched;
pub(crate) mod go;
pub(crate) mod here;
pub(crate) mod holdings;
pub(crate) mod uncounted;

pub(crate) mod hatch;
pub(crate) mod history;

pub(crate) mod latest_build;
pub(crate) mod log_tools;

pub(crate) mod filter_field;
pub(crate) mod last_list;
pub(crate) mod late;
pub(crate) mod list_page;

pub(crate) mod late_views;

pub(crate) mod left_out;

pub(crate) mod list_keys;

pub(crate) mod new_release;
pub(crate) mod no_rows;

pub(crate) mod made_of;
pub(crate) mod message;

pub(crate) mod page_state;
pub(crate) mod parameter_form;
pub(crate) mod ports;

pub(crate) mod problem;

pub(crate) mod question;
pub(crate) mod questions;
pub(crate) mod quota_strip;
pub(crate) mod refusal;
pub(crate) mod resources;

pub(crate) mod schedule_fields;
pub(crate) mod sending;
pub(crate) mod sentence;

pub(crate) mod sign_out;

pub(crate) mod times;

pub(crate) mod top_bar;

pub(crate) mod versions_made;
pub(crate) mod waiting;
pub(crate) mod why_denied;

pub(crate) mod row_cells;
pub(crate) mod row_status;

pub(crate) mod workspace_list;
pub(crate) mod workspace_table;

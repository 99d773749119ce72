//! Parts of pages that are also embedded: a workspace table, a quota strip, the timings of a build, a log. May import
//! `components`, `waterfall`, `store` and below.

pub mod agents;

pub mod apps;

pub mod brand;

pub mod build_log;

pub mod action_runner;

pub mod go;

pub mod history;

pub mod latest_build;
pub mod log_tools;

pub mod late;

pub mod left_out;

pub mod list_keys;

pub mod no_rows;

pub mod message;

pub mod problem;

pub mod question;
pub mod quota_strip;
pub mod resources;

pub mod sentence;

pub mod sign_out;

pub mod times;

pub mod top_bar;

pub mod waiting;

pub mod row_status;

pub mod workspace_table;

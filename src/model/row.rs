//! What a row of the list shows: about 600 bytes of a workspace's 4 to 17 kB, and who wins when answers cross
//! (docs/architecture.md, "How data travels"). Pure; may import `wire` and `model::duration`.

mod contents;
mod health;
mod news;

pub use contents::from_workspace;
pub(crate) use contents::{
    Interner, Provisioners, Row, RowBuild, is_changing, is_lively, is_refused_by_quota, may_have_applied,
};
pub(crate) use health::{Coming, ComingStage, Failing, Trouble, is_healthy};
pub(crate) use news::{LastApplied, Source, Tick, Verdict, apply, apply_build_reply, missing};

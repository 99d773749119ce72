//! An action on many workspaces: what applies to whom and who is skipped why, how far it is, and the report. It is
//! stored as it goes, so that who closes the tab is told what was done and what was not. Pure.

mod preview;
mod report;
mod run;

pub(crate) use preview::{ACTIONS, Meant, Preview, preview};
pub(crate) use report::{as_csv, as_text, headline};
pub(crate) use run::{Entry, Run, State};

/// How many are in flight at most.
pub(crate) const AT_ONCE: usize = 4;

#[cfg(test)]
mod tests;

//! The report of an action on many: in a line, as text, and as a table for spreadsheets. Pure.

use super::run::{Entry, Run, State};
use crate::model::csv::field;
use std::fmt::Write as _;

/// How far it is, or how it went: `Stop: 3 of 5 done, 1 failed, 1 skipped`.
pub(crate) fn headline(run: &Run) -> String {
    let counts = run.counts();
    let meant = run.entries.len() - counts.skipped;
    let mut parts = vec![format!("{} of {} done", counts.done, meant)];
    for (count, word) in [
        (counts.running, "under way"),
        (counts.queued, "waiting"),
        (counts.failed, "failed"),
        (counts.skipped, "skipped"),
    ] {
        if count > 0 {
            parts.push(format!("{count} {word}"));
        }
    }
    format!("{}: {}", run.action.word(), parts.join(", "))
}

impl Entry {
    /// What became of it: a word, and why.
    pub(crate) fn said(&self) -> (&'static str, &str) {
        match &self.state {
            State::Queued => ("waiting", ""),
            State::Running => ("under way", ""),
            State::Done => ("done", ""),
            State::Failed(why) => ("failed", why),
            State::Skipped(why) => ("skipped", why),
        }
    }
}

/// The report as text: a line per workspace.
pub(crate) fn as_text(run: &Run) -> String {
    let mut text = headline(run);
    for entry in &run.entries {
        let (word, why) = entry.said();
        let _written = write!(text, "\n{}/{}: {word}", entry.owner, entry.name);
        if !why.is_empty() {
            let _written = write!(text, ": {}", why.replace('\n', " "));
        }
    }
    text.push('\n');
    text
}

/// The report as comma-separated values (RFC 4180).
pub(crate) fn as_csv(run: &Run) -> String {
    let mut csv = "owner,workspace,action,result,reason\r\n".to_owned();
    for entry in &run.entries {
        let (word, why) = entry.said();
        let fields = [entry.owner.as_str(), &entry.name, run.action.word(), word, why].map(field);
        csv.push_str(&fields.join(","));
        csv.push_str("\r\n");
    }
    csv
}

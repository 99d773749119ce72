//! How far an action on many is. Stored after every step. Pure.

use super::AT_ONCE;
use super::preview::{Meant, Preview};
use crate::model::actions::Action;
use crate::wire::Id;
use json_tape::Read;
use serde::Serialize;

/// What became of one workspace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Read)]
#[serde(rename_all = "snake_case")]
pub(crate) enum State {
    /// It waits for its turn.
    Queued,
    /// It is under way.
    Running,
    /// It was done.
    Done,
    /// It was not: in the server's words where there are any.
    Failed(String),
    /// It was left out from the beginning, or when the run was stopped.
    Skipped(String),
}

/// One workspace of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Read)]
pub(crate) struct Entry {
    pub(crate) id: Id,
    pub(crate) owner: String,
    pub(crate) name: String,
    pub(crate) state: State,
}

impl From<&Entry> for Meant {
    fn from(entry: &Entry) -> Meant {
        Meant { id: entry.id, owner: entry.owner.clone(), name: entry.name.clone() }
    }
}

/// An action on many.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Read)]
pub(crate) struct Run {
    pub(crate) action: Action,
    /// When it began, by the server's clock.
    pub(crate) began_ms: i64,
    pub(crate) entries: Vec<Entry>,
    /// Whether the user stopped it.
    #[serde(default)]
    pub(crate) stopped: bool,
}

/// How many of a run are how far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) queued: usize,
    pub(crate) running: usize,
    pub(crate) done: usize,
    pub(crate) failed: usize,
    pub(crate) skipped: usize,
}

/// What is said of those that had not begun.
const NOT_BEGUN: &str = "the run was stopped before its turn";
const CLOSED: &str = "the page was closed before its turn";
const CLOSED_UNDER_WAY: &str = "the page was closed while it was under way: its row shows what became of it";

impl Run {
    /// Of what was previewed.
    pub(crate) fn of(preview: &Preview, began_ms: i64) -> Run {
        let meant = preview.applies.iter().map(|meant| (meant, State::Queued));
        let skipped = preview.skipped.iter().map(|(meant, why)| (meant, State::Skipped(why.clone())));
        let entry = |(meant, state): (&Meant, State)| Entry {
            id: meant.id,
            owner: meant.owner.clone(),
            name: meant.name.clone(),
            state,
        };
        Run { action: preview.action, began_ms, entries: meant.chain(skipped).map(entry).collect(), stopped: false }
    }

    /// How many are how far.
    pub(crate) fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for entry in &self.entries {
            match entry.state {
                State::Queued => counts.queued += 1,
                State::Running => counts.running += 1,
                State::Done => counts.done += 1,
                State::Failed(_) => counts.failed += 1,
                State::Skipped(_) => counts.skipped += 1,
            }
        }
        counts
    }

    /// Whether nothing of it is left to do.
    pub(crate) fn is_over(&self) -> bool {
        let counts = self.counts();
        counts.queued == 0 && counts.running == 0
    }

    /// Those whose turn it is now: marked as under way.
    pub(crate) fn begin_next(&mut self) -> Vec<Id> {
        let mut free = AT_ONCE.saturating_sub(self.counts().running);
        let mut begun = Vec::new();
        for entry in &mut self.entries {
            if free == 0 {
                break;
            }
            if entry.state == State::Queued {
                entry.state = State::Running;
                begun.push(entry.id);
                free -= 1;
            }
        }
        begun
    }

    /// Says what became of one of those under way.
    pub(crate) fn settle(&mut self, id: Id, state: State) {
        if let Some(entry) = self.entries.iter_mut().find(|entry| entry.id == id && entry.state == State::Running) {
            entry.state = state;
        }
    }

    /// Nothing more is begun; what is under way goes on to its end.
    pub(crate) fn stop(&mut self) {
        self.stopped = true;
        self.end_queue(NOT_BEGUN);
    }

    fn end_queue(&mut self, why: &str) {
        for entry in self.entries.iter_mut().filter(|entry| entry.state == State::Queued) {
            entry.state = State::Skipped(why.to_owned());
        }
    }

    /// A run whose page was closed: what had not begun was not done, and what was under way is the rows' to tell.
    pub(crate) fn after_closing(mut self) -> Run {
        if !self.is_over() {
            self.stopped = true;
        }
        self.end_queue(CLOSED);
        for entry in self.entries.iter_mut().filter(|entry| entry.state == State::Running) {
            entry.state = State::Skipped(CLOSED_UNDER_WAY.to_owned());
        }
        self
    }

    /// Whether a workspace is under way.
    pub(crate) fn is_running(&self, id: Id) -> bool {
        self.entries.iter().any(|entry| entry.id == id && entry.state == State::Running)
    }
}

//! Who wins when answers about one workspace cross (docs/architecture.md, "Who wins when answers cross"): news become
//! the row, say what is known already, or are older than what is known. Pure.

use super::contents::{Row, RowBuild, row_build};
use crate::wire::Id;
use crate::wire::build::WorkspaceBuild;
use std::collections::HashSet;
use std::sync::Arc;

/// A moment of this page's own, never the server's: milliseconds of a clock that only moves forward.
pub(crate) type Tick = i64;

/// When what is known of one workspace was last applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(crate) struct LastApplied {
    /// The last socket frame, or the last own action (its sending and its reply).
    pub touched: Option<Tick>,
    /// The beginning of the request whose answer was last applied.
    pub asked: Option<Tick>,
}

impl LastApplied {
    /// Notes a socket frame or an own action at `now`.
    #[must_use]
    pub(crate) fn touched_at(self, now: Tick) -> LastApplied {
        LastApplied { touched: Some(self.touched.map_or(now, |before| before.max(now))), ..self }
    }
}

/// Where news of a workspace comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// An answer to a request that began then.
    Answer {
        /// When the request began.
        began: Tick,
    },
    /// A frame of a socket that arrived then.
    Frame {
        /// When it arrived.
        at: Tick,
    },
}

/// What becomes of news.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It says what is known already; it counts as applied.
    Same(LastApplied),
    /// It is the row now.
    Changed(Box<Row>, LastApplied),
    /// It is older than what is known: nothing changes.
    Stale(Staleness),
}

/// Why news was dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Staleness {
    /// Its request began before the last socket frame or own action.
    BeganBeforeTouch,
    /// Its request began before that of the answer already applied.
    BeganBeforeAnswer,
    /// It tells of an earlier build.
    OlderBuild,
}

/// Who wins when answers cross: news is dropped if its request began before what was applied last, or if its build
/// number is lower. `updated_at` decides nothing, for it does not move with the build.
pub(crate) fn apply(current: Option<&Row>, incoming: Row, source: Source, last: LastApplied) -> Verdict {
    if let Source::Answer { began } = source {
        if last.touched.is_some_and(|touched| began < touched) {
            return Verdict::Stale(Staleness::BeganBeforeTouch);
        }
        if last.asked.is_some_and(|asked| began < asked) {
            return Verdict::Stale(Staleness::BeganBeforeAnswer);
        }
    }
    if current.is_some_and(|current| incoming.build.number < current.build.number) {
        return Verdict::Stale(Staleness::OlderBuild);
    }
    let applied = match source {
        Source::Answer { began } => LastApplied { asked: Some(began), ..last },
        Source::Frame { at } => last.touched_at(at),
    };
    if current == Some(&incoming) { Verdict::Same(applied) } else { Verdict::Changed(Box::new(incoming), applied) }
}

/// The reply to a build request is sparse: of it only the build's number, transition and job are taken, and only if it
/// is newer than what is known. `None` if it is not.
pub(crate) fn apply_build_reply(current: &Row, reply: &WorkspaceBuild) -> Option<Row> {
    if reply.build_number <= current.build.number {
        return None;
    }
    let mut row = current.clone();
    let fresh = row_build(reply, &mut |text| Arc::from(text));
    row.build = RowBuild {
        // Not in the reply, or not to be believed there.
        queue_position: 0,
        queue_size: 0,
        has_external_agent: current.build.has_external_agent,
        resources: 0,
        ..fresh
    };
    Some(row)
}

/// The ids that were asked for and are not in the answer: each is then asked for alone (410 deleted, 404 hidden).
pub(crate) fn missing(asked: &[Id], answered: &[Row]) -> Vec<Id> {
    let got: HashSet<Id> = answered.iter().map(|row| row.id).collect();
    asked.iter().copied().filter(|id| !got.contains(id)).collect()
}

#[cfg(test)]
mod tests;

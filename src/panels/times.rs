//! The timeline of a build from what its page knows so far (docs/architecture.md, "A waterfall"). May import `store`
//! and below.

use crate::model::timeline::kept::{self, Kept};
use crate::model::timeline::{Input, Timeline, build_timeline, lack_frames};
use crate::store::builds::{BuildPage, LogStatus};
use leptos::prelude::*;
use std::sync::Arc;

/// A build with more rows than this is large.
const LARGE: usize = 20_000;

/// The timeline of what is known so far; None while something that would change it is still being asked for. What grows
/// reaches to `known_ms` ([`crate::store::Stores::known_ms`]): not beyond what the control plane can have told.
pub(crate) fn timeline_of(open: &BuildPage, known_ms: Signal<i64>) -> Memo<Option<Arc<Timeline>>> {
    timeline_with(open, known_ms, Signal::stored(None))
}

/// The same, with what this browser kept of the build where the control plane forgot it.
pub(crate) fn timeline_with(
    open: &BuildPage,
    known_ms: Signal<i64>,
    seen: Signal<Option<Arc<Kept>>>,
) -> Memo<Option<Arc<Timeline>>> {
    let (build, logs, log_status) = (open.build.clone(), open.logs.clone(), open.log_status.clone());
    let (timings, timings_error) = (open.timings.clone(), open.timings_error.clone());
    Memo::new(move |before: Option<&Option<Arc<Timeline>>>| {
        let build = build.get();
        let build = build.ready()?;
        let over = build.job.completed_at.is_some();
        let timings = timings.get();
        // A build that is over is first asked for its timings, and for its whole log where they do not tell all that it
        // would: an estimate is not shown where better figures are on their way.
        let waits_for_timings = over && timings.is_none() && timings_error.with(Option::is_none);
        let whole = timings.as_ref().is_some_and(|timings| !lack_frames(&timings.provisioner_timings));
        // A large build is worked out once, and not anew for a log that comes a moment later.
        let large = timings.as_ref().is_some_and(|timings| timings.provisioner_timings.len() > LARGE);
        if waits_for_timings || (over && (!whole || large) && log_status.with(|status| *status == LogStatus::Loading)) {
            return before.and_then(Clone::clone);
        }
        let whole = seen.with(|seen| timings.as_ref().and_then(|timings| seen.as_ref()?.put_back(build, timings)));
        let (build, timings) = match &whole {
            Some((build, timings)) => (build, Some(timings)),
            None => (&**build, timings.as_deref()),
        };
        let at = |now_ms| logs.with(|logs| build_timeline(&Input { build, timings, logs, now_ms }));
        let mut timeline = at(known_ms.get_untracked());
        if whole.is_some() {
            timeline.notes.push(kept::NOTE.to_owned());
        }
        if timeline.live {
            known_ms.track();
        }
        Some(Arc::new(timeline))
    })
}

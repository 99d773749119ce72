//! Bars on their way to where they are now: when the timeline of a build under way is replaced by one that knows more
//! (a second later, or exact times in place of estimated ones), the eye can follow them. Whoever wants less motion gets
//! them at once. Pure; imports `model` and the viewport.

use super::viewport::Viewport;
use crate::model::timeline::{Span, Timeline};
use std::collections::HashMap;

/// In longer timelines nothing moves: each frame costs what is in it.
const MOST: usize = 2_000;
/// How long what grows takes to where the next second has it, milliseconds.
const GROW_MS: f64 = 1_000.0;
/// How long bars take from their estimated to their exact places.
const SETTLE_MS: f64 = 700.0;

/// What moves, and from where.
#[derive(Clone, Debug, PartialEq)]
pub struct Moving {
    /// Where bars were, by their ids in the timeline that is shown now.
    from: HashMap<u32, (i64, i64)>,
    /// Until where time was told.
    now_us: (i64, i64),
    view: Viewport,
    began_ms: f64,
    settles: bool,
}

impl Moving {
    /// From `old`, as far as `shown` says where its bars were on the screen in `view`, to `new`. None where nothing
    /// moves, or the two are not of one build.
    pub(super) fn between(
        old: &Timeline,
        new: &Timeline,
        shown: impl Fn(&Span) -> Option<(i64, i64)>,
        view: Viewport,
        now_ms: f64,
    ) -> Option<Self> {
        let same = old.live && old.origin_us == new.origin_us && old.build_number == new.build_number;
        if !same || old.spans.len() > MOST || new.spans.len() > MOST {
            return None;
        }
        let before: HashMap<_, _> = old
            .spans
            .iter()
            .filter(|span| span.has_bar())
            .filter_map(|span| Some((old.key(span.id)?, shown(span)?)))
            .collect();
        let from: HashMap<u32, (i64, i64)> = new
            .spans
            .iter()
            .filter(|span| span.has_bar())
            .filter_map(|span| {
                let was = *before.get(&new.key(span.id)?)?;
                (span.range(new.now_us)? != was).then_some((span.id, was))
            })
            .collect();
        if from.is_empty() {
            return None;
        }
        let settles = !new.live || new.precision != old.precision;
        Some(Self { from, now_us: (old.now_us, new.now_us), view, began_ms: now_ms, settles })
    }

    /// How far the way is gone, 0 to 1; None when it is at its end.
    pub(super) fn part(&self, now_ms: f64) -> Option<f64> {
        let part = (now_ms - self.began_ms).max(0.0) / if self.settles { SETTLE_MS } else { GROW_MS };
        // What grows does so evenly; what settles comes to rest.
        (part < 1.0).then(|| if self.settles { 1.0 - (1.0 - part).powi(3) } else { part })
    }

    /// Where a bar is that is on its way to `to`.
    pub(super) fn range(&self, id: u32, to: (i64, i64), part: f64) -> (i64, i64) {
        self.from.get(&id).map_or(to, |from| (between(from.0, to.0, part), between(from.1, to.1, part)))
    }

    /// Where "now" is on its way to `to`.
    pub(super) fn now(&self, to: i64, part: f64) -> i64 {
        if to == self.now_us.1 { between(self.now_us.0, to, part) } else { to }
    }

    /// What is shown on the way to `to`.
    pub(super) fn view(&self, to: Viewport, part: f64) -> Viewport {
        let on = |from: f64, to: f64| from + (to - from) * part;
        Viewport { start_us: on(self.view.start_us, to.start_us), end_us: on(self.view.end_us, to.end_us) }
    }
}

fn between(from: i64, to: i64, part: f64) -> i64 {
    from.saturating_add((to.saturating_sub(from) as f64 * part) as i64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::recordings;
    use crate::model::timeline::{Input, build_timeline};
    use crate::wire::build::{JobStatus, WorkspaceBuild};
    use crate::wire::log::ProvisionerJobLog;

    const VIEW: Viewport = Viewport { start_us: 0.0, end_us: 1e6 };

    /// The recorded start when so many µs of it had passed, and whether it was over.
    fn recorded(us: i64, over: bool) -> Timeline {
        let mut build: WorkspaceBuild = recordings::workspace("real/start-workspace").latest_build;
        let logs: Vec<ProvisionerJobLog> = recordings::body("real/start-logs");
        let timings = recordings::body("real/start-timings");
        let now_ms = (build.asked_at().micros() + us) / 1_000;
        if over {
            return build_timeline(&Input {
                build: &build,
                timings: Some(&timings),
                logs: &logs,
                now_ms: i64::MAX / 4_000,
            });
        }
        (build.job.status, build.job.completed_at) = (JobStatus::Running, None);
        let logs: Vec<_> = logs.into_iter().filter(|line| line.created_at.millis() <= now_ms).collect();
        build_timeline(&Input { build: &build, timings: None, logs: &logs, now_ms })
    }

    fn moving(old: &Timeline, new: &Timeline) -> Option<Moving> {
        Moving::between(old, new, |span| span.range(old.now_us), VIEW, 0.0)
    }

    #[test]
    fn bars_go_from_their_estimates_to_their_exact_places_and_rest_there() {
        let (old, new) = (recorded(2_500_000, false), recorded(0, true));
        let moving = moving(&old, &new).unwrap();
        let mut some = 0;
        for span in new.spans.iter().filter(|span| span.has_bar()) {
            let to = span.range(new.now_us).unwrap();
            let from = old
                .find(&new.key(span.id).unwrap())
                .and_then(|id| old.span(id))
                .and_then(|span| span.range(old.now_us));
            let at = |part| moving.range(span.id, to, part);
            assert_eq!(at(1.0), to, "{}", span.label);
            if let Some(from) = from.filter(|from| *from != to) {
                some += 1;
                assert_eq!(at(0.0), from, "{}", span.label);
                // Never longer than the longer of the two.
                let long = |(start, end): (i64, i64)| end - start;
                for part in [0.1, 0.5, 0.9] {
                    assert!(long(at(part)) <= long(from).max(long(to)) + 1, "{}", span.label);
                }
            }
        }
        assert!(some > 0);
        assert_eq!((moving.part(0.0), moving.part(SETTLE_MS)), (Some(0.0), None));
        let halves = [moving.part(100.0).unwrap(), moving.part(300.0).unwrap()];
        assert!(halves[0] < halves[1] && halves[1] < 1.0);
        assert_eq!(moving.view(Viewport { start_us: 0.0, end_us: 3e6 }, 0.5).end_us, 2e6);
    }

    #[test]
    fn what_grows_grows_evenly_over_its_second() {
        let (old, new) = (recorded(2_000_000, false), recorded(3_000_000, false));
        let moving = moving(&old, &new).unwrap();
        assert!((moving.part(GROW_MS / 4.0).unwrap() - 0.25).abs() < 1e-9 || moving.settles);
        assert_eq!(moving.now(new.now_us, 0.0), old.now_us);
        assert_eq!(moving.now(7, 0.0), 7);
    }

    #[test]
    fn what_is_of_another_build_or_was_over_does_not_move() {
        let (live, over) = (recorded(2_500_000, false), recorded(0, true));
        assert_eq!(moving(&over, &over), None);
        assert_eq!(moving(&live, &live.clone()), None, "nothing changed");
        let mut other = over.clone();
        other.build_number += 1;
        assert_eq!(moving(&live, &other), None);
    }
}

//! The scale of time: even, or shortened where for long nothing begins or ends, with breaks that are seen. Times are µs
//! after the origin; places are what they are on the scale, in the same unit and the same before the first break. Pure;
//! imports `model`.

use crate::model::order;
use crate::model::timeline::Timeline;

/// A stretch in which nothing begins or ends is shortened from this share of the whole on.
const LEAST: f64 = 0.08;
/// What of it stays as it is at each end, in parts of the whole.
const MARGIN: f64 = 0.012;
/// How wide the rest is drawn, in parts of the whole.
const SHOWN: f64 = 0.012;

/// A stretch that is shortened.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Break {
    /// From when on, µs after the origin.
    pub(crate) from_us: i64,
    /// Until when.
    pub(crate) until_us: i64,
    /// Where it begins on the scale.
    place: f64,
    /// How long it is on the scale.
    shown: f64,
}

impl Break {
    fn us(self) -> f64 {
        (self.until_us.saturating_sub(self.from_us)) as f64
    }
}

/// From times to places on the scale, and back.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scale {
    breaks: Vec<Break>,
}

impl Scale {
    /// The scale of a timeline, shortened where nothing begins or ends.
    pub(crate) fn shortened(timeline: &Timeline) -> Self {
        let whole = timeline.end_us.max(1);
        let mut events: Vec<i64> = vec![0, whole];
        for span in timeline.spans.iter().filter(|span| span.has_bar()) {
            if let Some((start, end)) = span.range(timeline.now_us) {
                events.extend([start, end]);
            }
        }
        events.extend(timeline.markers.iter().map(|marker| marker.at_us));
        events.retain(|at| (0..=whole).contains(at));
        order::sort_by(&mut events, Ord::cmp);
        events.dedup();
        let part = |share: f64| (whole as f64 * share) as i64;
        let mut breaks = Vec::new();
        let mut saved = 0.0;
        for pair in events.windows(2) {
            let [from, until] = pair else { continue };
            // Where it grows nobody knows yet what will happen.
            let grows = timeline.live && *until >= timeline.now_us;
            if grows || until.saturating_sub(*from) < part(LEAST).max(1) {
                continue;
            }
            let (from_us, until_us) = (from.saturating_add(part(MARGIN)), until.saturating_sub(part(MARGIN)));
            let shown = whole as f64 * SHOWN;
            let one = Break { from_us, until_us, place: from_us as f64 - saved, shown };
            if one.us() > shown {
                saved += one.us() - shown;
                breaks.push(one);
            }
        }
        Self { breaks }
    }

    /// The stretches that are shortened.
    pub(crate) fn breaks(&self) -> &[Break] {
        &self.breaks
    }

    /// Where a time is on the scale.
    pub(crate) fn place(&self, us: f64) -> f64 {
        let after = self.breaks.partition_point(|one| one.from_us as f64 <= us);
        let Some(last) = after.checked_sub(1).and_then(|at| self.breaks.get(at)) else { return us };
        let within = us - last.from_us as f64;
        if within <= last.us() {
            last.place + within * last.shown / last.us()
        } else {
            last.place + last.shown + within - last.us()
        }
    }

    /// The time at a place of the scale.
    pub(crate) fn time(&self, place: f64) -> f64 {
        let after = self.breaks.partition_point(|one| one.place <= place);
        let Some(last) = after.checked_sub(1).and_then(|at| self.breaks.get(at)) else { return place };
        let within = place - last.place;
        let from = last.from_us as f64;
        if within <= last.shown {
            from + within * last.us() / last.shown
        } else {
            from + last.us() + within - last.shown
        }
    }

    /// The end of a timeline on the scale.
    pub(crate) fn end(&self, end_us: i64) -> i64 {
        (self.place(end_us as f64).ceil() as i64).max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::recordings;
    use crate::model::timeline::{Input, build_timeline};
    use proptest::prelude::*;

    fn recorded() -> Timeline {
        let build = recordings::workspace("real/start-workspace").latest_build;
        let timings = recordings::body("real/start-timings");
        build_timeline(&Input { build: &build, timings: Some(&timings), logs: &[], now_ms: 1_900_000_000_000 })
    }

    /// The recording with its second half a long time later.
    fn sparse(later_us: i64) -> (Timeline, i64) {
        let mut timeline = recorded();
        let at = timeline.job_us.unwrap();
        let moved = |us: i64| if us >= at { us + later_us } else { us };
        for span in &mut timeline.spans {
            (span.start_us, span.end_us) = (moved(span.start_us), span.end_us.map(moved));
        }
        for marker in &mut timeline.markers {
            marker.at_us = moved(marker.at_us);
        }
        timeline.end_us = moved(timeline.end_us);
        (timeline, at)
    }

    #[test]
    fn a_long_stretch_without_an_event_is_shortened() {
        let (timeline, _) = sparse(3_600_000_000);
        let scale = Scale::shortened(&timeline);
        assert_eq!(scale.breaks().len(), 1);
        assert!(scale.end(timeline.end_us) < timeline.end_us / 10);
        // Nothing begins or ends in it.
        let only = scale.breaks()[0];
        for span in timeline.spans.iter().filter(|span| span.has_bar()) {
            for at in [span.start_us, span.end_us.unwrap()] {
                assert!(at <= only.from_us || at >= only.until_us, "{}", span.label);
            }
        }
    }

    #[test]
    fn without_breaks_a_place_is_a_time() {
        let scale = Scale::default();
        assert_eq!((scale.place(12.5), scale.time(12.5), scale.end(7)), (12.5, 12.5, 7));
    }

    #[test]
    fn where_it_still_grows_nothing_is_shortened() {
        let mut timeline = recorded();
        timeline.live = true;
        timeline.now_us = timeline.end_us + 3_600_000_000;
        timeline.end_us = timeline.now_us;
        let scale = Scale::shortened(&timeline);
        assert!(scale.breaks().iter().all(|one| one.until_us < timeline.now_us));
    }

    proptest! {
        #[test]
        fn there_and_back_is_the_same_and_order_stays(later in 0_i64..100_000_000_000, one in 0_i64..100_000_000_000, other in 0_i64..100_000_000_000) {
            let (timeline, _) = sparse(later);
            let scale = Scale::shortened(&timeline);
            let (one, other) = (one as f64, other as f64);
            prop_assert!((scale.time(scale.place(one)) - one).abs() < 1.0, "{} {}", one, scale.time(scale.place(one)));
            if one < other {
                prop_assert!(scale.place(one) <= scale.place(other));
                prop_assert!(scale.place(other) - scale.place(one) <= other - one + 1e-3, "never longer than it is");
            }
        }
    }
}

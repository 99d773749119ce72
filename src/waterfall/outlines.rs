//! What stands behind the bars: from where to where each is expected to go, or went in another build. Pure; imports
//! `model`.

use crate::model::duration::UNKNOWN;
use crate::model::timeline::compare::signed;
use crate::model::timeline::{Span, Timeline};
use std::collections::HashMap;

/// Less is no news, µs.
const NOTABLE_US: i64 = 500_000;

/// What outlines mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// What is usual, of a build under way: a dashed frame.
    Expected,
    /// The other build of a comparison: a thin bar below.
    Compared,
}

/// Outlines by the ids of the spans of the timeline that is shown, µs after its origin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outlines {
    /// What they mean.
    pub meaning: Meaning,
    /// From where to where.
    pub ranges: HashMap<u32, (i64, i64)>,
    /// What stands over the column of differences, where they are another build's: "Δ to #40".
    pub title: Option<String>,
}

/// How a span differs from what it was in the build that it is compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Difference {
    /// In words: "+7.7 s", "only here".
    pub(crate) text: String,
    /// Whether it took notably longer here.
    pub(crate) longer: bool,
}

impl Outlines {
    /// The difference of a span; None where nothing is compared.
    pub(crate) fn difference(&self, timeline: &Timeline, span: &Span) -> Option<Difference> {
        if self.meaning != Meaning::Compared {
            return None;
        }
        let here = span.range(timeline.now_us).filter(|_| span.has_bar()).map(|(start, end)| end.saturating_sub(start));
        let there = self.ranges.get(&span.id).map(|(start, end)| end.saturating_sub(*start));
        let (text, longer) = match (here, there) {
            (Some(here), Some(there)) => {
                let more = here.saturating_sub(there);
                (signed(more), more >= NOTABLE_US && more >= there / 10)
            }
            (Some(_), None) => ("only here".to_owned(), false),
            (None, _) => (UNKNOWN.to_owned(), false),
        };
        Some(Difference { text, longer })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::recordings;
    use crate::model::timeline::{Input, build_timeline};

    #[test]
    fn a_difference_has_its_sign_and_what_is_notable_is_marked() {
        let build = recordings::workspace("real/start-workspace").latest_build;
        let timings = recordings::body("real/start-timings");
        let timeline =
            build_timeline(&Input { build: &build, timings: Some(&timings), logs: &[], now_ms: 1_900_000_000_000 });
        let span = timeline.spans.iter().find(|span| span.label == "apply").unwrap();
        let (start, end) = span.range(0).unwrap();
        let of = |meaning, ranges: &[(u32, (i64, i64))]| {
            let outlines = Outlines { meaning, ranges: ranges.iter().copied().collect(), title: None };
            outlines.difference(&timeline, span).map(|difference| (difference.text, difference.longer))
        };
        let there = |us: i64| [(span.id, (start, end - us))];
        assert_eq!(of(Meaning::Compared, &there(1_000_000)), Some(("+1.0 s".to_owned(), true)));
        assert_eq!(of(Meaning::Compared, &there(-1_000_000)), Some(("−1.0 s".to_owned(), false)));
        assert_eq!(of(Meaning::Compared, &there(0)).map(|(_, longer)| longer), Some(false));
        assert_eq!(of(Meaning::Compared, &[]), Some(("only here".to_owned(), false)));
        assert_eq!(of(Meaning::Expected, &there(5)), None);
    }
}

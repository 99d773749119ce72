//! Which spans a search finds: by name, action and provider, without regard to case. Pure; imports `model`.

use crate::model::timeline::Timeline;

/// The ids of what is found, in display order; nothing for an empty text.
pub(super) fn hits(timeline: &Timeline, text: &str) -> Vec<u32> {
    let text = text.trim().to_lowercase();
    if text.is_empty() {
        return Vec::new();
    }
    let ascii = text.is_ascii();
    let has = |field: &str| {
        if ascii {
            let (field, text) = (field.as_bytes(), text.as_bytes());
            field.windows(text.len()).any(|window| window.eq_ignore_ascii_case(text))
        } else {
            field.to_lowercase().contains(&text)
        }
    };
    // Who seeks a whole address means its modules, too; made only where the text can be more than one name of it.
    let whole = text.contains('.');
    let found = timeline.spans.iter().filter(|span| {
        has(&span.label)
            || span.action.as_deref().is_some_and(has)
            || span.source.as_deref().is_some_and(has)
            || (whole && has(&timeline.address(span)))
    });
    found.map(|span| span.id).collect()
}

/// The hit after the selected span, or before it, from the end to the beginning; and its number from 1.
pub(super) fn next(hits: &[u32], selected: Option<u32>, forwards: bool) -> Option<(usize, u32)> {
    let at = match (selected, forwards) {
        (None, true) => 0,
        (None, false) => hits.len().checked_sub(1)?,
        (Some(id), true) => hits.partition_point(|hit| *hit <= id) % hits.len().max(1),
        (Some(id), false) => {
            let before = hits.partition_point(|hit| *hit < id);
            before.checked_sub(1).or_else(|| hits.len().checked_sub(1))?
        }
    };
    hits.get(at).map(|id| (at + 1, *id))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::recordings;
    use crate::model::timeline::{Input, build_timeline};

    #[test]
    fn names_actions_and_providers_are_found_whatever_their_case() {
        let build = recordings::workspace("real/start-workspace").latest_build;
        let timings: crate::wire::timings::BuildTimings = recordings::body("real/start-timings");
        let timeline = build_timeline(&Input { build: &build, timings: Some(&timings), logs: &[], now_ms: 0 });
        let labels = |text: &str| {
            hits(&timeline, text).into_iter().map(|id| timeline.span(id).unwrap().label.clone()).collect::<Vec<_>>()
        };
        assert_eq!(labels("QUEUE"), ["queue"]);
        assert!(labels("null_resource").len() > 1);
        assert!(labels("create").len() > 1, "an action");
        assert!(labels("  ").is_empty() && labels("nothing of the kind").is_empty() && labels("É").is_empty());
    }

    #[test]
    fn the_search_goes_round() {
        let hits = [3, 7, 9];
        for (selected, forwards, expected) in [
            (None, true, Some((1, 3))),
            (None, false, Some((3, 9))),
            (Some(3), true, Some((2, 7))),
            (Some(4), true, Some((2, 7))),
            (Some(9), true, Some((1, 3))),
            (Some(3), false, Some((3, 9))),
            (Some(8), false, Some((2, 7))),
        ] {
            assert_eq!(next(&hits, selected, forwards), expected, "{selected:?} {forwards}");
        }
        assert_eq!(next(&[], Some(1), true), None);
        assert_eq!(next(&[], None, false), None);
    }
}

//! What is slow, of recorded builds and of made ones.

use super::*;
use crate::model::progress::UsualDuration;
use crate::model::recordings;
use crate::model::timeline::{Input, build_timeline};
use crate::wire::build::Transition;
use crate::wire::time::Timestamp;
use proptest::prelude::*;

fn recorded(name: &str) -> Timeline {
    let build = recordings::workspace(&format!("{name}-workspace")).latest_build;
    let timings: crate::wire::timings::BuildTimings = recordings::body(&format!("{name}-timings"));
    build_timeline(&Input { build: &build, timings: Some(&timings), logs: &[], now_ms: 1_900_000_000_000 })
}

#[test]
fn phases_come_by_what_they_took_and_add_up() {
    for name in ["real/start", "2025-07/real/start", "real/stop"] {
        let timeline = recorded(name);
        let shares = phases(&timeline);
        assert!(shares.len() >= 3, "{name}");
        assert!(shares.windows(2).all(|pair| pair[0].us >= pair[1].us), "{name}");
        assert!(shares.iter().all(|share| (0.0..=1.0).contains(&share.part)), "{name}");
        let labels: Vec<&str> = shares.iter().map(|share| share.label.as_str()).collect();
        assert!(labels.contains(&"apply") && labels.contains(&"queue"), "{name}: {labels:?}");
        // Stages follow each other and agents run side by side: nothing counts twice.
        let sum: f64 = shares.iter().map(|share| share.part).sum();
        assert!(sum > 0.9 && sum < 1.3, "{name}: {sum}");
    }
}

#[test]
fn the_longest_are_no_headings() {
    let timeline = recorded("real/start");
    let ids = longest(&timeline, 5);
    assert!(!ids.is_empty() && ids.len() <= 5);
    let lengths: Vec<i64> =
        ids.iter().map(|id| timeline.span(*id).unwrap().duration_us(timeline.now_us).unwrap()).collect();
    assert!(lengths.windows(2).all(|pair| pair[0] >= pair[1]), "{lengths:?}");
    for id in ids {
        let span = timeline.span(id).unwrap();
        let below = timeline.children(id).any(|child| child.has_bar() && child.action.as_deref() != Some("provision"));
        assert!(span.kind != SpanKind::Group && !below, "{}", span.label);
    }
}

#[test]
fn the_chain_goes_from_the_request_to_the_end_without_a_gap() {
    for name in ["real/start", "2025-07/real/start", "real/stop", "real/apply-failed"] {
        let timeline = recorded(name);
        let chain = blocking_chain(&timeline);
        assert!(!chain.is_empty(), "{name}");
        assert_eq!(chain[0].from_us, 0, "{name}");
        for pair in chain.windows(2) {
            assert_eq!(pair[0].until_us, pair[1].from_us, "{name}: {pair:?}");
        }
    }
    // What ran beside a longer one is no link of it.
    let timeline = recorded("real/start");
    let chain = blocking_chain(&timeline);
    let names: Vec<&str> = chain.iter().map(|link| link.label.as_str()).collect();
    assert!(
        names.contains(&"queue")
            && names
                .iter()
                .any(|name| name.contains("null_resource") || name.contains("time_sleep") || name.contains("apply")),
        "{names:?}"
    );
}

fn made(bars: &[(i64, i64)]) -> Timeline {
    let mut timeline = recorded("real/start");
    let leaf = timeline.spans.iter().find(|span| span.kind == SpanKind::Resource).unwrap().clone();
    timeline.spans = bars
        .iter()
        .enumerate()
        .map(|(at, (start, end))| Span {
            id: at as u32,
            parent: None,
            depth: 0,
            label: format!("r{at}"),
            start_us: *start,
            end_us: Some(*end),
            ..leaf.clone()
        })
        .collect();
    timeline
}

#[test]
fn the_chain_takes_what_ended_last_before_the_next_began() {
    let seconds = |list: &[(i64, i64)]| list.iter().map(|(a, b)| (a * 1_000_000, b * 1_000_000)).collect::<Vec<_>>();
    for (bars, expected) in [
        // a, then b and c at once, then d after c.
        (vec![(0, 10), (10, 12), (10, 20), (20, 25)], vec!["r0", "r2", "r3"]),
        // A gap before the last.
        (vec![(0, 10), (15, 20)], vec!["r0", "nothing is told", "r1"]),
        // Of two that end together the longer one.
        (vec![(5, 10), (0, 10)], vec!["r1"]),
        (vec![], vec![]),
    ] {
        let timeline = made(&seconds(&bars));
        let labels: Vec<String> = blocking_chain(&timeline).into_iter().map(|link| link.label).collect();
        assert_eq!(labels, expected, "{bars:?}");
    }
}

#[test]
fn a_job_is_said_beside_what_is_usual() {
    let usual = UsualDuration { p50: 40_000, p95: 70_000 };
    let said = |us| against_usual(us, &Transition::Start, usual);
    assert_eq!(
        said(49_000_000),
        "The job ran 49 s after the queue: 9 s slower than half of this template's starts (40 s, 95 % within 1 m 10 s). The template's figures count that alone, neither the queue nor agents."
    );
    assert!(said(40_500_000).contains("about as long as half"));
    assert!(said(20_000_000).contains("20 s faster than"));
    assert!(said(90_000_000).contains(", and longer than 95 % of them."));
}

#[test]
fn what_a_template_counts_is_the_work_without_the_queue() {
    let mut build = recordings::workspace("real/start-workspace").latest_build;
    let at = |seconds: i64| Some(Timestamp::from_micros(1_700_000_000_000_000 + seconds * 1_000_000));
    build.job.created_at = at(0).unwrap();
    build.created_at = build.job.created_at;
    (build.job.started_at, build.job.completed_at) = (at(39), at(47));
    assert_eq!((job_of(&build), work_of(&build)), (Some(47_000_000), Some(8_000_000)));
    build.job.started_at = None;
    assert_eq!(work_of(&build), None, "nobody took it");
}

#[test]
fn under_five_builds_nothing_is_called_usual() {
    let own = |lengths: &[i64]| Own::of_lengths(lengths.iter().map(|s| s * 1_000_000).collect());
    let said = |lengths: &[i64]| against_own(30_000_000, &Transition::Start, &own(lengths));
    assert_eq!(said(&[]), "This workspace has no earlier starts to compare with.");
    assert_eq!(said(&[10, 11, 12, 13]), "Too few builds to say what is usual here: 4 of its earlier starts succeeded.");
    assert_eq!(
        said(&[10, 11, 12, 13, 14]),
        "With the queue it took 30 s, 18 s slower than the median of this workspace's last 5 starts, 12 s (give or take 1 s). That is unusual here."
    );
    assert!(!own(&[10, 11, 12, 13, 40]).is_far(13_000_000));
    assert_eq!(own(&[10, 20]).median_us, 15_000_000);
    // Only builds before this one that did the same and went well count.
    let one = recordings::workspace("real/start-workspace").latest_build;
    let builds: Vec<_> = (1..9)
        .map(|number| {
            let mut build = one.clone();
            build.build_number = number;
            if number == 3 {
                build.job.status = crate::wire::build::JobStatus::Failed;
            }
            if number == 4 {
                build.transition = Transition::Stop;
            }
            build
        })
        .collect();
    assert_eq!(Own::of(&builds, &Transition::Start, 7, 20).count, 4);
    assert_eq!(Own::of(&builds, &Transition::Start, 7, 2).count, 2);
}

proptest! {
    #[test]
    fn whatever_the_bars_the_chain_neither_overlaps_nor_ends_late(bars in prop::collection::vec((-5_000_000_i64..100_000_000, 0_i64..50_000_000), 0..60)) {
        let timeline = made(&bars.iter().map(|(start, long)| (*start, start + long)).collect::<Vec<_>>());
        let chain = blocking_chain(&timeline);
        for link in &chain {
            prop_assert!(link.until_us >= link.from_us);
        }
        for pair in chain.windows(2) {
            prop_assert_eq!(pair[0].until_us, pair[1].from_us);
        }
        prop_assert!(longest(&timeline, 5).len() <= 5);
        let shares = phases(&timeline);
        prop_assert!(shares.iter().all(|share| share.us >= 0));
    }
}

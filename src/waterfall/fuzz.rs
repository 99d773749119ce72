//! For tests only: whatever a control plane may answer, and however the chart is set, nothing panics, no row is lost
//! and nothing is drawn outside. A few hundred inputs each time;
//! `GANTRY_FUZZ=1000000 cargo test --release -p gantry --lib fuzz` tries a million.

use super::index::{Folds, Index};
use super::looks::ColorBy;
use super::scale::Scale;
use super::scene::{self, Frame, Rect};
use super::search::hits;
use super::table_rows::{self, SortBy};
use super::viewport::Viewport;
use crate::model::timeline::export::{self, Mask};
use crate::model::timeline::tests::anything::{all_timings, any_build, cases, line, moment};
use crate::model::timeline::{Input, Timeline, build_timeline, compare, expected, opened, slow};
use proptest::prelude::*;

/// The width of a text, roughly.
fn measure(text: &str, _bold: bool) -> f64 {
    text.chars().count() as f64 * 6.5
}

/// How the chart is set.
#[derive(Clone, Debug)]
struct Set {
    range: Option<(f64, f64)>,
    gaps: bool,
    size: (i32, i32),
    ratio: f64,
    scroll: f64,
    folded: Vec<u32>,
}

fn set() -> impl Strategy<Value = Set> {
    let range = prop::option::of((-1e7_f64..1e11, 0.0_f64..1e10));
    let ratio = prop::sample::select(&[1.0, 1.25, 1.5, 2.0, 3.0][..]);
    let size = (1..4_000, 1..3_000);
    (range, any::<bool>(), size, ratio, 0.0_f64..3_000.0, prop::collection::vec(0_u32..60, 0..6))
        .prop_map(|(range, gaps, size, ratio, scroll, folded)| Set { range, gaps, size, ratio, scroll, folded })
}

/// Everything that is drawn of a timeline lies on its canvas.
fn assert_inside(timeline: &Timeline, set: &Set) {
    let index = Index::of(timeline);
    let all: Folds = (0..timeline.spans.len() as u32).map(|id| (id, true)).collect();
    assert_eq!(index.rows(&all).len(), timeline.spans.len(), "a row is lost");
    let folds: Folds = set.folded.iter().map(|id| (*id, false)).collect();
    let rows = index.rows(&folds);
    let scale = if set.gaps { Scale::shortened(timeline) } else { Scale::default() };
    let end = scale.end(timeline.end_us);
    let whole = Viewport::fit(end);
    let view = set.range.map_or(whole, |(start, long)| {
        Viewport { start_us: scale.place(start), end_us: scale.place(start + long) }.clamp(end)
    });
    let (width, height) = set.size;
    let frame = Frame {
        timeline,
        index: &index,
        folds: &folds,
        rows: &rows,
        view,
        scale: &scale,
        moving: None,
        width,
        height,
        ratio: set.ratio,
        scroll: set.scroll,
        selected: Some(1),
        outlines: None,
        color: ColorBy::Status,
        clock: None,
        measure: &measure,
    };
    let scene = scene::scene(&frame);
    // A pixel of a line may stand at the very edge.
    let inside = |rect: Rect| rect.x0 >= 0 && rect.x0 <= rect.x1 && rect.x1 <= width.max(rect.x0);
    for rect in scene
        .bars
        .iter()
        .map(|bar| bar.rect)
        .chain(scene.brackets.iter().map(|bracket| bracket.beam))
        .chain(scene.strips.iter().map(|strip| strip.rect))
    {
        assert!(inside(rect), "{rect:?} on {width}");
    }
    assert!(scene.slivers.iter().all(|sliver| sliver.rect.x0 >= 0 && sliver.rect.x0 <= width));
    assert!(scene.lines.iter().all(|line| line.x >= 0 && line.x <= width));
    assert!(scene.words.iter().all(|words| words.width >= 0));
    assert!(scene.bars.len() + scene.slivers.len() + scene.brackets.len() <= rows.len());
    let ticks = frame.ticks();
    assert!(ticks.windows(2).all(|pair| pair[0].at_us < pair[1].at_us), "{ticks:?}");
    assert!(ticks.len() <= 12 * (scale.breaks().len() + 1));
    let _ = (scene::axis(&frame, Some(width / 2)), scene::mini(&frame), scene.hit(width / 2, height / 2));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(150), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_answered_is_drawn_inside_and_told_whole(
        build in any_build(),
        timings in prop::option::of(all_timings()),
        logs in prop::collection::vec(line(), 0..60),
        now in moment(),
        set in set(),
        sought in ".{0,6}",
    ) {
        let timeline = build_timeline(&Input { build: &build, timings: timings.as_ref(), logs: &logs, now_ms: now.millis() });
        assert_inside(&timeline, &set);
        for (by, down) in [(SortBy::Order, false), (SortBy::Duration, true), (SortBy::Name, false)] {
            prop_assert_eq!(table_rows::rows(&timeline, usize::MAX, by, down).len(), timeline.spans.len());
        }
        prop_assert!(hits(&timeline, &sought).len() <= timeline.spans.len());
        let _ = (slow::phases(&timeline), slow::longest(&timeline, 5), compare::compare(&timeline, &timeline));
        let chain = slow::blocking_chain(&timeline);
        prop_assert!(chain.windows(2).all(|pair| pair[0].until_us == pair[1].from_us), "the chain has holes");
        if let Some(expected) = expected::expect(&timeline, &timeline) {
            assert_inside(&expected.timeline, &set);
        }
        // What is exported opens with every bar.
        let about = export::About { workspace: "w".to_owned(), build: build.id, version: String::new() };
        let bars = timeline.spans.iter().filter(|span| span.has_bar()).count();
        match opened::open(&export::chrome_trace(&timeline, &about, &Mask::unknown())) {
            Ok(again) => {
                prop_assert_eq!(again.spans.len(), bars);
                assert_inside(&again, &set);
            }
            Err(why) => prop_assert_eq!(bars, 0, "{}", why),
        }
        let csv = export::csv(&timeline, &Mask::unknown());
        prop_assert!(csv.lines().count() > timeline.spans.len());
        let _ = (export::otlp(&timeline, &about, &Mask::unknown()), export::markdown(&timeline, &about, &Mask::unknown()));
    }
}

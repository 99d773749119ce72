//! The scene against made cases and against anything at all.

use super::axis::apart;
use super::pixels::device;
use super::row::SLIVER;
use super::row::said;
use super::shapes::Strip;
use super::*;
use crate::model::timeline::span_key;
use crate::model::timeline::{Marker, Outcome, Phase, Precision, Span, SpanOutcome, Timeline};
use crate::waterfall::index::{Folds, Index, STRIP_FROM};
use crate::waterfall::scale::Scale;
use crate::waterfall::viewport::Viewport;
use crate::wire::build::Transition;
use proptest::prelude::*;

/// What the tests measure text with: 6 pixels a character, 7 if bold.
fn measure(text: &str, bold: bool) -> f64 {
    text.chars().count() as f64 * if bold { 7.0 } else { 6.0 }
}

fn span(id: u32, parent: Option<u32>, depth: u8, kind: SpanKind, label: &str, start_us: i64, end_us: i64) -> Span {
    Span {
        id,
        parent,
        depth,
        kind,
        phase: Some(Phase::Apply),
        label: label.to_owned(),
        ordinal: 1,
        start_us,
        end_us: Some(end_us),
        told: None,
        precision: Precision::Exact,
        outcome: SpanOutcome::Ok,
        action: None,
        source: None,
        exit_code: None,
        blocks_login: None,
        clamped: false,
        off_scale: false,
        note: None,
        log: None,
    }
}

fn timeline(spans: Vec<Span>, end_us: i64) -> Timeline {
    Timeline {
        origin_us: 1_000_000_000,
        end_us,
        now_us: end_us,
        build_number: 1,
        transition: Transition::Start,
        heads: spans
            .iter()
            .filter(|span| !matches!(span.kind, SpanKind::Resource | SpanKind::Module))
            .map(|span| span.id)
            .collect(),
        last_us: end_us,
        spans,
        markers: Vec::new(),
        precision: Precision::Exact,
        outcome: Outcome::Succeeded,
        first_error: None,
        more_errors: Vec::new(),
        job_us: Some(end_us),
        live: false,
        notes: Vec::new(),
    }
}

/// One group, one stage, and `children` below it.
fn stage_of(children: Vec<Span>, end_us: i64) -> Timeline {
    let mut spans = vec![
        span(0, None, 0, SpanKind::Group, "provisioner", 0, end_us),
        span(1, Some(0), 1, SpanKind::Stage, "apply", 0, end_us),
    ];
    spans.extend(children.into_iter().enumerate().map(|(at, child)| Span {
        id: at as u32 + 2,
        parent: Some(1),
        depth: 2,
        ..child
    }));
    span_key::number(&mut spans);
    timeline(spans, end_us)
}

#[derive(Debug)]
struct Case {
    timeline: Timeline,
    folds: Folds,
    view: Viewport,
    width: i32,
    height: i32,
    ratio: f64,
    scroll: f64,
    selected: Option<u32>,
    scale: Scale,
}

impl Case {
    fn of(timeline: Timeline) -> Self {
        let view = Viewport { start_us: 0.0, end_us: timeline.end_us as f64 };
        Self {
            timeline,
            folds: Folds::new(),
            view,
            width: 1_000,
            height: 600,
            ratio: 1.0,
            scroll: 0.0,
            selected: None,
            scale: Scale::default(),
        }
    }

    fn with<T>(&self, then: impl FnOnce(&Frame<'_>) -> T) -> T {
        let index = Index::of(&self.timeline);
        let rows = index.rows(&self.folds);
        then(&Frame {
            timeline: &self.timeline,
            index: &index,
            folds: &self.folds,
            rows: &rows,
            view: self.view,
            scale: &self.scale,
            moving: None,
            width: self.width,
            height: self.height,
            ratio: self.ratio,
            scroll: self.scroll,
            selected: self.selected,
            outlines: None,
            color: crate::waterfall::looks::ColorBy::Phase,
            clock: None,
            measure: &measure,
        })
    }

    fn scene(&self) -> Scene {
        self.with(scene)
    }
}

fn resource(start_us: i64, end_us: i64) -> Span {
    span(0, None, 2, SpanKind::Resource, "x.y", start_us, end_us)
}

#[test]
fn a_bar_is_where_its_times_are() {
    let scene = Case::of(stage_of(vec![resource(250_000, 500_000)], 1_000_000)).scene();
    assert_eq!(scene.bars[1].rect, Rect { x0: 250, y0: 53, x1: 500, y1: 67 });
    assert_eq!(scene.brackets[0].beam, Rect { x0: 0, y0: 10, x1: 1_000, y1: 13 });
    let papers: Vec<Tone> = scene.rows.iter().map(|row| row.paper).collect();
    assert_eq!(papers, [Tone::Sunken, Tone::Surface, Tone::Surface]);
}

#[test]
fn in_device_pixels_of_any_ratio() {
    for (ratio, y0, y1) in [(1.0, 53, 67), (1.25, 66, 84), (1.5, 80, 101), (2.0, 106, 134)] {
        let mut case = Case::of(stage_of(vec![resource(250_000, 500_000)], 1_000_000));
        case.ratio = ratio;
        case.width = (1_000.0 * ratio) as i32;
        let rect = case.scene().bars[1].rect;
        assert_eq!((rect.x0, rect.x1), ((250.0 * ratio).round() as i32, (500.0 * ratio) as i32), "{ratio}");
        assert_eq!((rect.y0, rect.y1), (y0, y1), "{ratio}");
    }
}

#[test]
fn below_two_pixels_a_line_with_a_wedge() {
    let mut failed = resource(500_000, 500_900);
    failed.outcome = SpanOutcome::Failed { message: "no".to_owned() };
    let mut early = failed.clone();
    (early.start_us, early.end_us) = (1_000, Some(1_000));
    let scene = Case::of(stage_of(vec![resource(1_000_000, 1_000_000), failed, early], 1_000_000)).scene();
    assert_eq!(scene.bars.len(), 1);
    // A zero length at the very end is inside the canvas all the same.
    assert_eq!((scene.slivers[0].rect.x0, scene.slivers[0].rect.x1), (998, 1_000));
    assert_eq!((scene.slivers[1].fill, scene.slivers[1].left), (Fill::Failed, true));
    assert!(!scene.slivers[2].left, "no room for the pennant at the left edge");
    let words: Vec<&str> = scene.words.iter().map(|words| words.text.as_str()).collect();
    assert_eq!(words, ["errored after <1 ms", "errored after 0 ms"]);
}

#[test]
fn what_is_cut_says_so_and_what_is_outside_is_not_drawn() {
    let mut case = Case::of(stage_of(vec![resource(0, 100), resource(400_000, 900_000)], 1_000_000));
    case.view = Viewport { start_us: 500_000.0, end_us: 600_000.0 };
    let scene = case.scene();
    assert_eq!(scene.bars.len(), 2);
    let bar = &scene.bars[1];
    assert!(bar.cut_left && bar.cut_right);
    assert_eq!((bar.rect.x0, bar.rect.x1), (0, 1_000));
    assert!(!scene.brackets[0].left && !scene.brackets[0].right);
    assert!(scene.slivers.is_empty());
}

#[test]
fn fills_tell_what_is_known() {
    let at = |change: &dyn Fn(&mut Span)| {
        let mut span = resource(0, 900_000);
        change(&mut span);
        Case::of(stage_of(vec![span], 1_000_000)).scene().bars[1].clone()
    };
    assert_eq!(at(&|_| ()).fill, Fill::Solid);
    assert_eq!(at(&|span| span.precision = Precision::Estimated).fill, Fill::Pale);
    let queue = at(&|span| (span.kind, span.precision) = (SpanKind::Queue, Precision::Live));
    assert_eq!(queue.fill, Fill::Solid);
    let connect = at(&|span| (span.kind, span.phase) = (SpanKind::Connect, Some(Phase::Connect)));
    assert_eq!((connect.fill, connect.tone), (Fill::Hatched, Tone::Phase(Phase::Connect)));
    assert_eq!(at(&|span| span.outcome = SpanOutcome::TimedOut).fill, Fill::Failed);
    assert_eq!(at(&|span| span.phase = None).tone, Tone::Other);
    let growing = at(&|span| (span.end_us, span.precision) = (None, Precision::Live));
    assert!(growing.growing);
    assert_eq!(growing.rect.x1, 1_000, "it reaches to now");
}

#[test]
fn what_has_no_bar_has_words() {
    let with = |outcome: SpanOutcome, note: Option<&str>| {
        let span = Span { end_us: None, outcome, note: note.map(str::to_owned), ..resource(500_000, 0) };
        let scene = Case::of(stage_of(vec![span], 1_000_000)).scene();
        assert_eq!(scene.bars.len(), 1, "only the stage has a bar");
        scene.words.first().map(|words| words.text.clone())
    };
    assert_eq!(with(SpanOutcome::NotKept, Some("not kept by Coder")).as_deref(), Some("not kept by Coder"));
    assert_eq!(with(SpanOutcome::NotKept, None).as_deref(), Some("not kept by the server"));
    assert_eq!(with(SpanOutcome::NotStarted, None).as_deref(), Some("not started"));
    let connect = Span { kind: SpanKind::Connect, outcome: SpanOutcome::NotStarted, ..resource(0, 0) };
    assert_eq!(said(&connect, 0, true).unwrap().0, "not connected", "as the table says it");
}

#[test]
fn words_stand_where_there_is_room() {
    let mut left = resource(500_000, 600_000);
    left.outcome = SpanOutcome::TimedOut;
    let right = Span { start_us: 10_000, end_us: Some(100_000), ..left.clone() };
    let inside = Span { start_us: 10_000, end_us: Some(990_000), ..left.clone() };
    let scene = Case::of(stage_of(vec![left, right, inside], 1_000_000)).scene();
    let places: Vec<(i32, Anchor)> = scene.words.iter().map(|words| (words.x, words.anchor)).collect();
    assert_eq!(places, [(492, Anchor::Right), (108, Anchor::Left), (18, Anchor::Left)]);
}

#[test]
fn markers_have_lines_and_chips_that_do_not_cover_each_other() {
    let mut case = Case::of(stage_of(Vec::new(), 1_000_000));
    let marker = |kind, at_us, label: &str| Marker { kind, at_us, label: label.to_owned() };
    case.timeline.markers = vec![
        marker(MarkerKind::Failed, 500_000, "failed, 500 ms"),
        marker(MarkerKind::Canceled, 510_000, "canceled"),
        marker(MarkerKind::Ready, 900_000, "ready"),
        marker(MarkerKind::Now, 5_000_000, "now"),
    ];
    assert_eq!(case.scene().lines.iter().map(|line| line.x).collect::<Vec<_>>(), [500, 510, 900]);
    let axis = case.with(|frame| axis(frame, None));
    let chips: Vec<&str> = axis.chips.iter().map(|chip| chip.words.text.as_str()).collect();
    assert_eq!(chips, ["failed, 500 ms", "ready"]);
    for label in &axis.labels {
        for chip in &axis.chips {
            let taken = Rect { x0: label.x - label.width / 2, y0: 0, x1: label.x + label.width / 2, y1: 1 };
            assert!(apart(taken, chip.rect), "{} lies under {}", label.text, chip.words.text);
        }
    }
    let cursor = case.with(|frame| super::axis(frame, Some(890)));
    let chips: Vec<&str> = cursor.chips.iter().map(|chip| chip.words.text.as_str()).collect();
    assert_eq!(chips, ["failed, 500 ms", "0.890 s"], "the cursor's chip goes before those it would cover");
}

#[test]
fn a_thousand_rows_begin_folded_and_unfold() {
    let children: Vec<Span> = (0..1_000).map(|at| resource(at * 1_000, at * 1_000 + 100)).collect();
    let mut case = Case::of(stage_of(children, 1_000_000));
    let index = Index::of(&case.timeline);
    assert_eq!(index.rows(&case.folds), [0, 1]);
    assert_eq!(index.below(0), 1_001);
    let folded = case.scene();
    // 1,000 spans of a tenth of a pixel in 1,000 columns: one strip.
    assert_eq!(folded.strips, [Strip { rect: Rect { x0: 0, y0: 44, x1: 1_000, y1: 46 }, tone: Tone::Ink3 }]);
    case.folds.insert(1, true);
    assert_eq!(index.rows(&case.folds).len(), 1_002);
    let open = case.scene();
    assert!(open.strips.is_empty());
    assert_eq!(open.rows.len(), 25, "only what is in view");
    case.scroll = 24.0 * 990.0;
    assert_eq!(case.scene().rows.last().map(|row| row.span), Some(1_001));
}

#[test]
fn a_failure_inside_a_folded_row_is_seen() {
    let mut children: Vec<Span> = (0..300).map(|at| resource(at * 1_000, at * 1_000 + 900)).collect();
    children[150].outcome = SpanOutcome::Failed { message: "no".to_owned() };
    let scene = Case::of(stage_of(children, 300_000)).scene();
    let failed: Vec<&Strip> = scene.strips.iter().filter(|strip| strip.tone == Tone::Fail).collect();
    assert_eq!(failed.len(), 1);
    assert_eq!((failed[0].rect.x0, failed[0].rect.x1), (500, 503));
}

#[test]
fn keys_outlive_a_timeline() {
    let before = stage_of(vec![resource(0, 10), resource(20, 30)], 100);
    let mut grown = before.clone();
    grown.spans.insert(1, span(1, Some(0), 1, SpanKind::Queue, "queue", 0, 0));
    for (at, span) in grown.spans.iter_mut().enumerate() {
        span.id = at as u32;
        if at > 1 {
            span.parent = span.parent.map(|parent| if parent == 0 { 0 } else { parent + 1 });
        }
    }
    assert_ne!(before.key(2), before.key(3), "the same label twice");
    for (id, now) in [(0, 0), (1, 2), (2, 3), (3, 4)] {
        assert_eq!(before.key(id).and_then(|key| grown.find(&key)), Some(now));
    }
}

#[test]
fn a_hundred_thousand_spans_cost_what_is_seen() {
    let children: Vec<Span> = (0..100_000).map(|at| resource(at * 10, at * 10 + 9)).collect();
    let mut case = Case::of(stage_of(children, 1_000_000));
    case.folds.insert(1, true);
    assert!(case.scene().rows.len() <= 26);
    case.folds.clear();
    for zoom in [1.0, 3.7, 50.0, 900.0] {
        case.view = Viewport { start_us: 0.0, end_us: 1_000_000.0 / zoom };
        assert!(case.scene().strips.len() <= 1_000);
    }
}

#[test]
fn nothing_is_nothing() {
    let mut case = Case::of(timeline(Vec::new(), 1));
    assert!(case.scene().rows.is_empty());
    case.width = 0;
    assert!(case.scene().grid.is_empty());
    assert!(case.with(|frame| axis(frame, Some(3))).chips.is_empty());
    assert_eq!(case.scene().hit(0, 0), None);
}

#[test]
fn the_cursor_is_as_fine_as_the_zoom() {
    assert_eq!(cursor_text(47_300_000, 10_000_000), "47.3 s");
    assert_eq!(cursor_text(61_234_567, 100_000), "61.234 s");
    assert_eq!(cursor_text(1_234_567, 100), "1.234567 s");
}

fn outcomes() -> impl Strategy<Value = SpanOutcome> {
    prop_oneof![
        4 => Just(SpanOutcome::Ok),
        1 => "[a-z ]{0,60}".prop_map(|message| SpanOutcome::Failed { message }),
        1 => Just(SpanOutcome::TimedOut),
        1 => Just(SpanOutcome::NotKept),
        1 => Just(SpanOutcome::NotStarted),
        1 => "[a-z]{0,9}".prop_map(SpanOutcome::Unknown),
    ]
}

fn cases() -> impl Strategy<Value = Case> {
    let child = (0_i64..1_100_000, 0_i64..400_000, outcomes(), 0_u8..8).prop_map(|(start, long, outcome, odd)| {
        let mut span = resource(start, start + if odd == 0 { 0 } else { long });
        span.outcome = outcome;
        match odd {
            1 => span.precision = Precision::Estimated,
            2 => (span.precision, span.end_us) = (Precision::Live, None),
            3 => span.kind = SpanKind::Script,
            4 => (span.kind, span.phase) = (SpanKind::Connect, Some(Phase::Connect)),
            5 => span.off_scale = true,
            _ => {}
        }
        span
    });
    let ratios = prop_oneof![Just(1.0), Just(1.25), Just(1.5), Just(2.0), 0.5_f64..4.0];
    let view = (0.0_f64..0.9, 0.001_f64..1.0);
    (
        prop::collection::vec(child, 0..400),
        view,
        ratios,
        1_i32..3_000,
        1_i32..1_500,
        0.0_f64..3_000.0,
        any::<bool>(),
        0_u32..400,
    )
        .prop_map(|(children, (from, long), ratio, width, height, scroll, open, selected)| {
            let timeline = stage_of(children, 1_000_000);
            let mut folds = Folds::new();
            if timeline.span(1).is_some() {
                folds.insert(1, open);
            }
            let view = Viewport { start_us: from * 1e6, end_us: (from + long) * 1e6 };
            Case {
                timeline,
                folds,
                view,
                width,
                height,
                ratio,
                scroll,
                selected: Some(selected),
                scale: Scale::default(),
            }
        })
}

proptest! {
    #[test]
    fn everything_lies_within_the_canvas(case in cases()) {
        let scene = case.scene();
        let rects = scene.bars.iter().map(|bar| bar.rect).chain(scene.strips.iter().map(|strip| strip.rect))
            .chain(scene.brackets.iter().map(|bracket| bracket.beam));
        for rect in rects {
            prop_assert!(rect.x0 >= 0 && rect.x1 <= case.width && rect.x0 < rect.x1, "{rect:?} in {}", case.width);
        }
        // A line of two CSS pixels needs a canvas of at least two.
        for sliver in &scene.slivers {
            prop_assert!(sliver.rect.x0 >= 0 && (sliver.rect.x1 <= case.width || case.width < device(SLIVER, case.ratio)));
        }
        for line in &scene.lines {
            prop_assert!(line.x >= 0 && line.x < case.width);
        }
    }

    #[test]
    fn no_more_than_rows_times_width(case in cases()) {
        let scene = case.scene();
        let rows = (f64::from(case.height) / case.ratio / ROW).ceil() as usize + 2;
        prop_assert!(scene.rows.len() <= rows);
        prop_assert!(scene.bars.len() + scene.slivers.len() + scene.brackets.len() <= rows);
        prop_assert!(scene.strips.len() <= 2 * rows * usize::try_from(case.width).unwrap_or(0));
        prop_assert!(scene.words.len() <= rows);
    }

    #[test]
    fn every_span_in_view_covers_a_pixel(case in cases()) {
        let scene = case.scene();
        for row in &scene.rows {
            let span = case.timeline.span(row.span).expect("a row has a span");
            let Some((start, end)) = span.range(case.timeline.now_us).filter(|_| span.has_bar()) else { continue };
            if (end as f64) < case.view.start_us || (start as f64) > case.view.end_us {
                continue;
            }
            let drawn = scene.bars.iter().any(|bar| bar.span == row.span)
                || scene.slivers.iter().any(|sliver| sliver.span == row.span)
                || scene.brackets.iter().any(|bracket| bracket.span == row.span);
            prop_assert!(drawn, "{} from {start} to {end}", span.label);
        }
    }

    #[test]
    fn a_folded_row_covers_the_pixels_of_all_below(case in cases()) {
        let mut case = case;
        case.folds.values_mut().for_each(|open| *open = false);
        case.scroll = 0.0;
        case.height = 600;
        let (scene, index) = (case.scene(), Index::of(&case.timeline));
        if index.below(1) < STRIP_FROM {
            return Ok(());
        }
        case.with(|frame| {
            for span in case.timeline.spans.iter().skip(2).filter(|span| span.has_bar()) {
                let (start, end) = span.range(case.timeline.now_us).expect("a bar");
                let (x0, x1) = (frame.x(start), frame.x(end));
                if (end as f64) < case.view.start_us || x1 < 0 || x0 >= case.width {
                    continue;
                }
                let middle = i32::midpoint(x0, x1).clamp(0, case.width - 1);
                let covered = |tone: Tone| scene.strips.iter().any(|strip| strip.tone == tone && strip.rect.x0 <= middle && middle <= strip.rect.x1);
                prop_assert!(covered(Tone::Ink3), "{start}..{end} at {middle}");
                prop_assert!(!span.outcome.is_failure() || covered(Tone::Fail), "failure {start}..{end} at {middle}");
            }
            Ok(())
        })?;
    }

    #[test]
    fn what_is_hit_is_what_is_painted(case in cases(), x in 0_i32..3_000, y in 0_i32..1_500) {
        let scene = case.scene();
        let hit = scene.hit(x, y);
        for bar in scene.bars.iter().filter(|bar| bar.rect.has(x, y) && bar.rect.y1 <= case.height) {
            prop_assert_eq!(hit, Some(Hit { span: bar.span, on_bar: true }));
        }
        for sliver in scene.slivers.iter().filter(|sliver| sliver.rect.has(x, y) && sliver.rect.x1 <= case.width) {
            if y < case.height {
                prop_assert_eq!(hit, Some(Hit { span: sliver.span, on_bar: true }));
            }
        }
        if let Some(hit) = hit {
            let row = scene.rows.iter().find(|row| row.span == hit.span).expect("a hit is in a row");
            prop_assert!(row.y0 <= y && y < row.y1);
        }
    }
}

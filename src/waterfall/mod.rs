//! The chart of a build: model, scene and paint are three things (docs/architecture.md, "A waterfall"). `viewport` and `scene` work
//! out what can be seen, `paint` draws it through plotters, `canvas` is its backend, `input` reads hands and keys, `twin` is the
//! table; this file is the component that joins them. Data by props; imports neither `store` nor `api`, only `browser`, `model` and
//! `paths` below.
//!
//! The rows' names and figures are elements (found, read aloud, selected), bars are pixels. The canvas has the size of what is in
//! view, whatever the number of rows; above 200 rows the rows are a pool of slots that moves with the scroll position. Heights that
//! depend on data are attributes of `<svg>` spacers, so that no element has a style attribute.

pub mod canvas;
pub mod input;
pub mod paint;
pub mod scene;
pub mod twin;
pub mod viewport;

use crate::browser::clock_text;
use crate::browser::memo::Effect;
use crate::browser::memo::Memo;
use crate::browser::view::Node;
use crate::browser::view::Show;
use crate::browser::view::view;
use crate::model::duration;
use crate::model::timeline::Outcome;
use crate::model::timeline::Precision;
use crate::model::timeline::Span;
use crate::model::timeline::SpanKind;
use crate::model::timeline::SpanOutcome;
use crate::model::timeline::Timeline;
use crate::model::timeline::summary;
use crate::paths;
use canvas::Size;
use canvas::SizeWatch;
use canvas::Surface;
use canvas::ThemeWatch;
use input::Command;
use input::Gesture;
use input::Move;
use leptos::ev;
use leptos::html;
use leptos::prelude::*;
use paint::Palette;
use scene::Folds;
use scene::Frame;
use scene::Index;
use scene::ROW;
use scene::Scene;
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering;
use twin::TimelineTable;
use viewport::Viewport;
use wasm_bindgen::JsCast as _;

/// Up to this many rows all of them are elements; above, a pool of slots.
const ALL_ROWS: usize = 200;
/// Rows kept above and below what is in view. The pool moves in steps of this many.
const AHEAD: usize = 8;
/// From this many rows on the chart scrolls within itself.
const TALL: usize = 60;
/// Up to this many rows the hidden table is always there; a longer one only when it is asked for.
const TWIN_ALWAYS: usize = 300;

/// What is shown of a build.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shown {
    /// Bars on a scale.
    #[default]
    Chart,
    /// The table with exact figures.
    Table,
}

/// A timeline and what is worked out once for it.
#[derive(Debug)]
struct Data {
    timeline: Arc<Timeline>,
    index: Index,
    summary: String,
}

/// Compared by identity: a timeline is never changed, only replaced.
#[derive(Clone, Debug)]
struct Shared(Arc<Data>);

impl PartialEq for Shared {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

/// What a row of labels says.
#[derive(Clone, Debug, PartialEq, Eq)]
struct RowText {
    id: u32,
    label: String,
    head: Option<String>,
    class: String,
    level: u8,
    swatch: Option<&'static str>,
    failed: bool,
    open: Option<bool>,
    below: usize,
    start: String,
    duration: String,
    outcome: String,
    bad: bool,
    said: String,
}

fn swatch(span: &Span) -> Option<&'static str> {
    use crate::model::timeline::Phase;
    // Resources and scripts have the colour of the stage above them: only the stage carries the swatch.
    if !matches!(span.kind, SpanKind::Stage | SpanKind::Queue | SpanKind::Connect | SpanKind::Other) {
        return None;
    }
    span.phase.map(|phase| match phase {
        Phase::Queue => "sw p-queue",
        Phase::Init => "sw p-init",
        Phase::Plan => "sw p-plan",
        Phase::Apply => "sw p-apply",
        Phase::Graph => "sw p-graph",
        Phase::Connect => "sw p-connect",
        Phase::Scripts => "sw p-scripts",
    })
}

/// A Terraform address as what a phone leaves out, and the rest: `docker_image.main` → `docker_`, `image.main`; the whole type where
/// the name is enough (`bare`): `time_sleep.image[0]` → `time_sleep.`, `image[0]`. None where nothing can go.
fn prefix(label: &str, bare: bool) -> Option<(&str, &str)> {
    let (from, name) = scene::address(label)?;
    let cut = if bare { name } else { label.get(from..name)?.find('_')? + from + 1 };
    Some((label.get(..cut)?, label.get(cut..)?))
}

/// When a span began, for its column. "—" where it is not known; nothing for a group, as in a timetable.
fn start_text(timeline: &Timeline, span: &Span) -> String {
    if span.kind == SpanKind::Group {
        return String::new();
    }
    // Short builds are read in milliseconds.
    span.figures(timeline.now_us).map_or_else(
        || duration::UNKNOWN.to_owned(),
        |(start, _)| {
            if timeline.end_us < 10_000_000 { scene::cursor_text(start, 1_000) } else { duration::offset_text(start) }
        },
    )
}

fn row_text(data: &Data, folds: &Folds, id: u32) -> Option<RowText> {
    let timeline = &*data.timeline;
    let span = timeline.span(id)?;
    let below = data.index.below(id);
    let start = start_text(timeline, span);
    let duration = summary::duration_text(span, timeline.now_us);
    let outcome = summary::outcome_text(timeline, span);
    let mut said = span.label.clone();
    let mut say = |text: &str| {
        if !text.is_empty() {
            said.push_str(", ");
            said.push_str(text);
        }
    };
    if let Some(phase) = span.phase.filter(|phase| phase.as_str() != span.label) {
        say(phase.as_str());
    }
    if span.has_times() {
        if !start.is_empty() {
            say(&format!("starts at {start}"));
        }
        say(&if span.is_growing() { format!("{duration} so far") } else { format!("takes {duration}") });
    }
    say(&outcome);
    if span.has_times() && span.precision == Precision::Estimated {
        say("estimated");
    }
    if let Some(note) = &span.note {
        say(note);
    }
    let resource = span.kind == SpanKind::Resource;
    let (head, label) = prefix(&span.label, data.index.is_bare(id))
        .filter(|_| resource)
        .map_or_else(|| (None, span.label.clone()), |(head, rest)| (Some(head.to_owned()), rest.to_owned()));
    let group = span.kind == SpanKind::Group;
    Some(RowText {
        id,
        label,
        head,
        class: format!("l{}{}", span.depth.min(4), if group { " g" } else { "" }),
        level: span.depth.saturating_add(1),
        swatch: swatch(span),
        failed: span.outcome.is_failure() && !matches!(span.kind, SpanKind::Group | SpanKind::Stage),
        open: (below > 0).then(|| data.index.is_open(id, folds)),
        below,
        start,
        duration,
        bad: span.outcome.is_failure(),
        outcome,
        said,
    })
}

/// An icon of the sprite.
fn icon(name: &'static str) -> Node {
    view! { <svg class="i" aria-hidden="true"><use_ href=paths::icon(name)></use_></svg> }
}

/// What draws: three canvases, and the scene of the last frame, which answers the pointer.
#[derive(Default)]
struct Painter {
    chart: Option<Surface>,
    axis: Option<Surface>,
    over: Option<Surface>,
    palette: Option<Palette>,
    scene: Scene,
    frame: Option<AnimationFrameRequestHandle>,
    dirty: Dirty,
    /// Told once.
    on_painted: Option<Callback<()>>,
}

#[derive(Clone, Copy, Default)]
struct Dirty {
    theme: bool,
    chart: bool,
    over: bool,
}

impl Dirty {
    fn add(&mut self, more: Self) {
        self.theme |= more.theme;
        self.chart |= more.chart;
        self.over |= more.over;
    }
}

/// What the frame needs to know, read when it is drawn.
#[derive(Clone, Copy)]
struct Sources {
    data: Memo<Shared>,
    folds: RwSignal<Folds>,
    rows: Memo<Arc<Vec<u32>>>,
    view: Memo<Viewport>,
    size: RwSignal<Size>,
    scroll: RwSignal<f64>,
    selected: RwSignal<Option<u32>>,
    cursor: RwSignal<Option<(f64, f64)>>,
}

impl Painter {
    /// Draws what is dirty. Answers nothing: a canvas that cannot be drawn on leaves the table, which says the same.
    fn draw(&mut self, root: &web_sys::Element, from: Sources) {
        let dirty = std::mem::take(&mut self.dirty);
        let (Some(chart), Some(axis), Some(over)) = (&self.chart, &self.axis, &self.over) else { return };
        // The frame may come after the view is gone.
        let (Some(data), Some(folds), Some(rows), Some(view)) = (
            from.data.try_get_untracked(),
            from.folds.try_get_untracked(),
            from.rows.try_get_untracked(),
            from.view.try_get_untracked(),
        ) else {
            return;
        };
        let (Some(size), Some(scroll), Some(selected), Some(cursor)) = (
            from.size.try_get_untracked(),
            from.scroll.try_get_untracked(),
            from.selected.try_get_untracked(),
            from.cursor.try_get_untracked(),
        ) else {
            return;
        };
        if size.width == 0 || size.height == 0 {
            return;
        }
        if dirty.theme || self.palette.is_none() {
            self.palette = Some(chart.palette(root));
            let family = root_family(root);
            axis.set_family(&family);
            over.set_family(&family);
        }
        let palette = self.palette.unwrap_or_default();
        chart.resize(size.width, size.height, size.ratio);
        over.resize(size.width, size.height, size.ratio);
        axis.resize(size.width, (scene::AXIS * size.ratio).round() as u32, size.ratio);
        let measure = |text: &str, bold: bool| axis.measure(text, bold);
        let frame = Frame {
            timeline: &data.0.timeline,
            index: &data.0.index,
            folds: &folds,
            rows: &rows,
            view,
            width: size.width.cast_signed(),
            height: size.height.cast_signed(),
            ratio: size.ratio,
            scroll,
            selected,
            measure: &measure,
        };
        if dirty.chart || dirty.theme {
            self.scene = scene::scene(&frame);
            report(paint::chart(&chart.area(), &self.scene, &palette));
            if let Some(done) = self.on_painted.take() {
                // The next frame begins when this one is on the screen.
                request_animation_frame(move || {
                    done.try_run(());
                });
            }
        }
        let at = cursor.map(|(x, y)| ((x * size.ratio).round() as i32, (y * size.ratio).round() as i32));
        report(paint::axis(&axis.area(), &scene::axis(&frame, at.map(|(x, _)| x)), &palette));
        over.clear();
        if let Some((x, y)) = at {
            let area = over.area();
            report(paint::cursor(&area, x, self.scene.height, size.ratio, &palette));
            let hit = self.scene.hit(x, y).filter(|hit| hit.on_bar).and_then(|hit| data.0.timeline.span(hit.span));
            if let Some(span) = hit {
                let lines = tip_lines(&data.0.timeline, span);
                let tip = scene::tip(&frame, lines, x, y);
                report(paint::tip(&area, &tip, size.ratio, &palette));
            }
        }
    }
}

/// The words that float beside the pointer.
fn tip_lines(timeline: &Timeline, span: &Span) -> Vec<String> {
    let mut figures = summary::duration_text(span, timeline.now_us);
    let start = start_text(timeline, span);
    if !start.is_empty() {
        figures = format!("{figures} from {start}");
    }
    let outcome = summary::outcome_text(timeline, span);
    if !outcome.is_empty() {
        figures = format!("{figures}, {outcome}");
    }
    if span.precision == Precision::Estimated {
        figures.push_str(", estimated");
    }
    vec![span.label.clone(), figures]
}

/// A failed drawing is a defect of ours: it is said on the console, where tests fail on it, and the table still tells everything.
fn report<E: std::fmt::Display>(drawn: Result<(), E>) {
    if let Err(error) = drawn {
        leptos::logging::error!("the chart could not be drawn: {error}");
    }
}

fn root_family(root: &web_sys::Element) -> String {
    web_sys::window()
        .and_then(|window| window.get_computed_style(root).ok().flatten())
        .and_then(|styles| styles.get_property_value("font-family").ok())
        .unwrap_or_default()
}

/// A build's timeline: the chart, the table, the details of what is selected.
#[component]
pub fn Waterfall(
    /// The data; a new `Arc` for each change.
    #[prop(into)]
    timeline: Signal<Arc<Timeline>>,
    /// The selected span of the present timeline.
    selected: RwSignal<Option<u32>>,
    /// Chart or table.
    shown: RwSignal<Shown>,
    /// The reader asks for the log of a span: ids of its first and last line.
    #[prop(optional, into)]
    on_log: Option<Callback<(i64, i64)>>,
    /// Told when the first picture has been painted.
    #[prop(optional, into)]
    on_painted: Option<Callback<()>>,
) -> impl IntoView {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let uid = format!("wf{}", NEXT.fetch_add(1, Ordering::Relaxed));
    let data = Memo::new(move |old: Option<&Shared>| {
        let timeline = timeline.get();
        match old {
            // The clock ticks for live builds too; what did not change is not worked out again.
            Some(old) if Arc::ptr_eq(&old.0.timeline, &timeline) || *old.0.timeline == *timeline => old.clone(),
            _ => {
                let (index, summary) = (Index::of(&timeline), summary::sentence(&timeline));
                Shared(Arc::new(Data { timeline, index, summary }))
            }
        }
    });
    let folds = RwSignal::new(Folds::new());
    let rows = Memo::new(move |_| folds.with(|folds| Arc::new(data.get().0.index.rows(folds))));
    // None: everything, also when the build grows.
    let asked = RwSignal::new(None::<Viewport>);
    let view = Memo::new(move |_| {
        let end = data.get().0.timeline.end_us;
        asked.get().map_or_else(|| Viewport::fit(end), |asked| asked.clamp(end))
    });
    let size = RwSignal::new(Size::default());
    let scroll = RwSignal::new(0.0_f64);
    let cursor = RwSignal::new(None::<(f64, f64)>);
    let from = Sources { data, folds, rows, view, size, scroll, selected, cursor };
    let width_css = move || f64::from(size.get_untracked().width) / size.get_untracked().ratio.max(0.1);

    let root = NodeRef::<html::Div>::new();
    let scroller = NodeRef::<html::Div>::new();
    let tree = NodeRef::<html::Ul>::new();
    let chart_canvas = NodeRef::<html::Canvas>::new();
    let axis_canvas = NodeRef::<html::Canvas>::new();
    let over_canvas = NodeRef::<html::Canvas>::new();

    // --- drawing: effects mark what is dirty, one animation frame draws it; a new size is drawn at once ---
    let painter = Rc::new(RefCell::new(Painter { on_painted, ..Painter::default() }));
    let draw = {
        let painter = Rc::clone(&painter);
        move |dirty: Dirty| {
            let Ok(mut painter) = painter.try_borrow_mut() else { return };
            if let Some(frame) = painter.frame.take() {
                frame.cancel();
            }
            painter.dirty.add(dirty);
            if let Some(root) = root.try_get_untracked().flatten() {
                painter.draw(&root, from);
            }
        }
    };
    let ask = {
        let (painter, draw) = (Rc::clone(&painter), draw.clone());
        move |dirty: Dirty| {
            let mut now = painter.borrow_mut();
            now.dirty.add(dirty);
            if now.frame.is_none() {
                let draw = draw.clone();
                now.frame = request_animation_frame_with_handle(move || draw(Dirty::default())).ok();
            }
        }
    };
    let watches = StoredValue::new_local(None::<(Option<SizeWatch>, ThemeWatch)>);
    Effect::new({
        let (ask, painter) = (ask.clone(), Rc::clone(&painter));
        move |_| {
            let (Some(chart), Some(axis), Some(over)) = (chart_canvas.get(), axis_canvas.get(), over_canvas.get())
            else {
                return;
            };
            let element: web_sys::Element = chart.clone().unchecked_into();
            {
                let mut painter = painter.borrow_mut();
                painter.chart = Surface::new(chart, true);
                painter.axis = Surface::new(axis, true);
                painter.over = Surface::new(over, false);
                painter.palette = None;
            }
            let at_once = draw.clone();
            let sized = SizeWatch::new(&element, move |new| {
                size.try_set(new);
                // The browser says the size between layout and paint: drawn at once it is right in this frame, not stretched until the next.
                at_once(Dirty { chart: true, over: true, ..Dirty::default() });
            });
            let again = ask.clone();
            let themed = ThemeWatch::new(move || again(Dirty { theme: true, ..Dirty::default() }));
            watches.set_value(Some((sized, themed)));
            ask(Dirty { theme: true, chart: true, over: true });
        }
    });
    Effect::new({
        let ask = ask.clone();
        move |_| {
            data.track();
            rows.track();
            view.track();
            scroll.track();
            selected.track();
            ask(Dirty { chart: true, ..Dirty::default() });
        }
    });
    Effect::new({
        let ask = ask.clone();
        move |_| {
            cursor.track();
            ask(Dirty { over: true, ..Dirty::default() });
        }
    });
    let holder = StoredValue::new_local(Rc::clone(&painter));
    on_cleanup(move || {
        // The watches and the canvases go with their owner; what the browser still holds is taken back here.
        watches.try_update_value(|watches| *watches = None);
        if let Some(painter) = holder.try_get_value()
            && let Ok(mut painter) = painter.try_borrow_mut()
            && let Some(frame) = painter.frame.take()
        {
            frame.cancel();
        }
    });

    // --- selection ---
    let reveal_row = move |id: u32| {
        let (Some(at), Some(scroller)) =
            (rows.get_untracked().iter().position(|row| *row == id), scroller.get_untracked())
        else {
            return;
        };
        let (top, high) = (at as f64 * ROW, f64::from(scroller.client_height()) - scene::AXIS);
        let now = f64::from(scroller.scroll_top());
        if top < now {
            scroller.set_scroll_top(top as i32);
        } else if top + ROW > now + high {
            scroller.set_scroll_top((top + ROW - high) as i32);
        }
    };
    // The id of a span is the timeline's own; its key outlives it. A growing build keeps what is selected.
    let selected_key = StoredValue::new(None::<u64>);
    Effect::new(move |before: Option<Shared>| {
        let data = data.get();
        let index = &data.0.index;
        let id = selected.get();
        let replaced = before.as_ref().is_some_and(|before| *before != data);
        if replaced && let Some(key) = selected_key.get_value() {
            let now = index.find(key);
            if now != id {
                selected.set(now);
                return data;
            }
        }
        selected_key.set_value(id.and_then(|id| index.key(id)));
        if !replaced && let Some(id) = id {
            // Whatever selected it: it is to be seen.
            let mut above = data.0.timeline.span(id).and_then(|span| span.parent);
            let mut closed = Vec::new();
            while let Some(parent) = above {
                if let Some(key) =
                    index.key(parent).filter(|_| !folds.with_untracked(|folds| index.is_open(parent, folds)))
                {
                    closed.push(key);
                }
                above = data.0.timeline.span(parent).and_then(|span| span.parent);
            }
            if !closed.is_empty() {
                folds.update(|folds| folds.extend(closed.into_iter().map(|key| (key, true))));
            }
            reveal_row(id);
            if asked.get_untracked().is_some()
                && let Some(span) = data.0.timeline.span(id).filter(|span| span.has_bar())
                && let Some((start, end)) = span.range(data.0.timeline.now_us)
            {
                let view = view.get_untracked().reveal(start, end, data.0.timeline.end_us);
                asked.set(Some(view));
            }
        }
        data
    });
    let fold = move |id: u32, open: Option<bool>| {
        let data = data.get_untracked();
        let index = &data.0.index;
        if index.below(id) == 0 {
            return;
        }
        if let Some(key) = index.key(id) {
            folds.update(|folds| {
                let now = index.is_open(id, folds);
                folds.insert(key, open.unwrap_or(!now));
            });
        }
    };

    // --- viewport ---
    let zoom = move |factor: f64, x: Option<f64>| {
        let data = data.get_untracked();
        let (now, width) = (view.get_untracked(), width_css());
        // Without a pointer: around the selected span if it is in view, else the middle.
        let x = x.unwrap_or_else(|| {
            let span = selected.get_untracked().and_then(|id| data.0.timeline.span(id)).filter(|span| span.has_bar());
            let middle = span
                .and_then(|span| span.range(data.0.timeline.now_us))
                .map(|(start, end)| now.x(f64::midpoint(start as f64, end as f64), width));
            middle.filter(|x| (0.0..=width).contains(x)).unwrap_or(width / 2.0)
        });
        let next = now.zoom(factor, x, width, data.0.timeline.end_us);
        let whole = Viewport::fit(data.0.timeline.end_us);
        asked.set(if next.range_us() >= whole.range_us() * 0.9999 { None } else { Some(next) });
    };
    let pan = move |dx: f64| {
        if asked.get_untracked().is_some() {
            let end = data.get_untracked().0.timeline.end_us;
            asked.set(Some(view.get_untracked().pan(dx, width_css(), end)));
        }
    };
    let on_key = move |event: ev::KeyboardEvent| {
        let other = event.ctrl_key() || event.alt_key() || event.meta_key();
        let Some(command) = input::command(&event.key(), event.shift_key(), other) else { return };
        let data = data.get_untracked();
        let rows = rows.get_untracked();
        let id = selected.get_untracked();
        let at = id.and_then(|id| rows.iter().position(|row| *row == id));
        let select = |at: usize| selected.set(rows.get(at.min(rows.len().saturating_sub(1))).copied());
        match command {
            Command::Rows(by) => select(match at {
                Some(at) => at.saturating_add_signed(by as isize),
                None if by > 0 => 0,
                None => rows.len(),
            }),
            Command::First => select(0),
            Command::Last => select(rows.len()),
            Command::In => {
                if let (Some(id), Some(at)) = (id, at) {
                    if folds.with_untracked(|folds| data.0.index.is_open(id, folds)) && data.0.index.below(id) > 0 {
                        select(at + 1);
                    } else {
                        fold(id, Some(true));
                    }
                }
            }
            Command::Out => {
                if let Some(id) = id {
                    if folds.with_untracked(|folds| data.0.index.is_open(id, folds)) && data.0.index.below(id) > 0 {
                        fold(id, Some(false));
                    } else if let Some(parent) = data.0.timeline.span(id).and_then(|span| span.parent) {
                        selected.set(Some(parent));
                    }
                }
            }
            Command::Toggle => match id {
                Some(id) => fold(id, None),
                None => select(0),
            },
            Command::ZoomIn => zoom(1.5, None),
            Command::ZoomOut => zoom(1.0 / 1.5, None),
            Command::Fit => asked.set(None),
            Command::Pan(way) => pan(f64::from(way) * width_css() / 5.0),
            Command::Clear => {
                if id.is_none() && asked.get_untracked().is_none() {
                    // Nothing of ours to leave: a dialog around the chart may want it.
                    return;
                }
                selected.set(None);
            }
        }
        event.prevent_default();
    };

    // --- pointers ---
    let gesture = StoredValue::new_local(Gesture::default());
    let place = move |event: &ev::PointerEvent| {
        let element: web_sys::Element = event.current_target()?.unchecked_into();
        let rect = element.get_bounding_client_rect();
        Some((f64::from(event.client_x()) - rect.left(), f64::from(event.client_y()) - rect.top()))
    };
    let hit_painter = StoredValue::new_local(Rc::clone(&painter));
    let hit = move |x: f64, y: f64| {
        let ratio = size.get_untracked().ratio;
        let painter = hit_painter.try_get_value()?;
        let painter = painter.try_borrow().ok()?;
        painter.scene.hit((x * ratio).floor() as i32, (y * ratio).floor() as i32)
    };
    let hot = RwSignal::new(None::<u32>);
    let on_down = move |event: ev::PointerEvent| {
        if event.button() != 0 {
            return;
        }
        if let Some((x, y)) = place(&event) {
            gesture.update_value(|gesture| gesture.down(event.pointer_id(), x, y));
            if let Some(target) = event.current_target() {
                let element: web_sys::Element = target.unchecked_into();
                let _ = element.set_pointer_capture(event.pointer_id());
            }
        }
    };
    let on_move = move |event: ev::PointerEvent| {
        let Some((x, y)) = place(&event) else { return };
        let moved = gesture.try_update_value(|gesture| gesture.moved(event.pointer_id(), x, y)).flatten();
        match moved {
            Some(Move::Pan { dx }) => pan(dx),
            Some(Move::Pinch { factor, x, dx }) => {
                zoom(factor, Some(x));
                pan(dx);
            }
            None => {}
        }
        if event.pointer_type() == "touch" {
            return;
        }
        let inside = x >= 0.0 && x <= width_css();
        cursor.set(inside.then_some((x, y)));
        hot.set(hit(x, y).map(|hit| hit.span));
    };
    let on_up = move |event: ev::PointerEvent| {
        let tap = gesture.try_update_value(|gesture| gesture.up(event.pointer_id())).flatten();
        if let Some((x, y)) = tap {
            selected.set(hit(x, y).map(|hit| hit.span));
            if let Some(tree) = tree.get_untracked() {
                let options = web_sys::FocusOptions::new();
                options.set_prevent_scroll(true);
                let _ = tree.focus_with_options(&options);
            }
        }
    };
    let on_cancel = move |event: ev::PointerEvent| {
        gesture.update_value(|gesture| gesture.cancel(event.pointer_id()));
    };
    let on_leave = move |_: ev::PointerEvent| {
        cursor.set(None);
        hot.set(None);
    };
    // A wheel that zooms must be able to stop the page from zooming; a listener of an element is not passive.
    let on_wheel = move |event: ev::WheelEvent| {
        let sideways = event.delta_x().abs() > event.delta_y().abs() || event.shift_key();
        if event.ctrl_key() {
            event.prevent_default();
            let lines = if event.delta_mode() == 1 { 16.0 } else { 1.0 };
            let element: web_sys::Element = match event.current_target() {
                Some(target) => target.unchecked_into(),
                None => return,
            };
            let x = f64::from(event.client_x()) - element.get_bounding_client_rect().left();
            zoom((-event.delta_y() * lines / 300.0).exp().clamp(0.2, 5.0), Some(x));
        } else if sideways && asked.get_untracked().is_some() {
            event.prevent_default();
            pan(if event.delta_x() == 0.0 { event.delta_y() } else { event.delta_x() });
        }
    };

    // --- rows ---
    let count = Memo::new(move |_| rows.with(|rows| rows.len()));
    let first = Memo::new(move |_| {
        if count.get() <= ALL_ROWS {
            return 0;
        }
        let row = (scroll.get() / ROW) as usize;
        (row / AHEAD * AHEAD).saturating_sub(AHEAD)
    });
    let slots = Memo::new(move |_| {
        let count = count.get();
        if count <= ALL_ROWS {
            return count;
        }
        let size = size.get();
        let seen = (f64::from(size.height) / size.ratio.max(0.1) / ROW).ceil() as usize;
        // In steps, so that a window being dragged does not make and drop slots all the time.
        (seen.max(16).div_ceil(AHEAD) * AHEAD + 3 * AHEAD).min(count)
    });
    let in_pool = move |id: u32| {
        let at = rows.with(|rows| rows.iter().position(|row| *row == id));
        at.is_some_and(|at| at >= first.get() && at < first.get() + slots.get())
    };
    let pixels = |rows: usize| (rows as f64 * ROW).to_string();
    let tree_id = format!("{uid}-tree");
    let note_id = format!("{uid}-note");
    let row_id = {
        let uid = uid.clone();
        move |id: u32| format!("{uid}-{id}")
    };
    let number = Memo::new(move |_| data.get().0.timeline.build_number);
    let is_chart = Memo::new(move |_| shown.get() == Shown::Chart);
    let fitted = Memo::new(move |_| asked.get().is_none());
    let active = {
        let row_id = row_id.clone();
        move || selected.get().filter(|id| in_pool(*id)).map(&row_id)
    };

    let slot = move |slot: usize| {
        let row = Memo::new(move |_| {
            let id = rows.with(|rows| rows.get(first.get() + slot).copied())?;
            folds.with(|folds| row_text(&data.get().0, folds, id))
        });
        let field = move |of: fn(&RowText) -> String| move || row.with(|row| row.as_ref().map(of).unwrap_or_default());
        let id = move || row.with(|row| row.as_ref().map(|row| row.id));
        let is_selected = Memo::new(move |_| id().is_some() && id() == selected.get());
        let row_id = row_id.clone();
        let toggle = move |event: ev::MouseEvent| {
            event.stop_propagation();
            if let Some(id) = id() {
                fold(id, None);
            }
        };
        view! {
            <li
                role="treeitem"
                id=move || id().map(&row_id)
                class=field(|row| row.class.clone())
                class:hot=move || id().is_some() && id() == hot.get()
                hidden=move || id().is_none()
                aria-level=field(|row| row.level.to_string())
                aria-selected=move || if is_selected.get() { "true" } else { "false" }
                aria-expanded=move || row.with(|row| row.as_ref().and_then(|row| row.open).map(|open| open.to_string()))
                on:click=move |_| selected.set(id())
                on:dblclick=toggle
                on:pointerenter=move |_| hot.set(id())
                on:pointerleave=move |_| hot.set(None)
            >
                // The name of the row is a sentence: the columns are for the eye.
                <span class="vh">{field(|row| row.said.clone())}</span>
                <span class="nm" aria-hidden="true">
                    {move || {
                        let (open, swatch, failed) = row
                            .with(|row| {
                                row.as_ref().map(|row| (row.open, row.swatch, row.failed)).unwrap_or_default()
                            });
                        view! {
                            <span class="tw" on:click=move |event| if open.is_some() { toggle(event) }>
                                {open.map(|open| icon(if open { "down" } else { "right" }))}
                            </span>
                            {failed
                                .then(|| {
                                    view! {
                                        <svg class="i f" aria-hidden="true">
                                            <use_ href=paths::icon("failed")></use_>
                                        </svg>
                                    }
                                })}
                            {swatch.map(|class| view! { <span class=class aria-hidden="true"></span> })}
                        }
                    }}
                    <span class="tx" title=field(|row| format!("{}{}", row.head.clone().unwrap_or_default(), row.label))>
                        <span class="pre">{field(|row| row.head.clone().unwrap_or_default())}</span>
                        {field(|row| row.label.clone())}
                        <span class="cnt">
                            {field(|row| {
                                if row.open == Some(false) { format!(" {}", row.below) } else { String::new() }
                            })}
                        </span>
                    </span>
                </span>
                <span class="c-start" aria-hidden="true">{field(|row| row.start.clone())}</span>
                <span class="c-dur" aria-hidden="true">{field(|row| row.duration.clone())}</span>
                <span
                    class="c-out"
                    aria-hidden="true"
                    class:no=move || row.with(|row| row.as_ref().is_some_and(|row| row.bad))
                    title=field(|row| row.outcome.clone())
                >
                    {field(|row| row.outcome.clone())}
                </span>
            </li>
        }
    };

    view! {
        <div class="tools">
            <div class="seg" role="group" aria-label="View">
                <button
                    type="button"
                    aria-pressed=move || if is_chart.get() { "true" } else { "false" }
                    on:click=move |_| shown.set(Shown::Chart)
                >
                    "Chart"
                </button>
                <button
                    type="button"
                    aria-pressed=move || if is_chart.get() { "false" } else { "true" }
                    on:click=move |_| shown.set(Shown::Table)
                >
                    "Table"
                </button>
            </div>
            <Show when=move || is_chart.get()>
                <button
                    class="btn icon wf-wide"
                    type="button"
                    aria-label="Zoom out"
                    title="Zoom out (−)"
                    on:click=move |_| zoom(1.0 / 1.5, None)
                >
                    {icon("zout")}
                </button>
                <button
                    class="btn icon wf-wide"
                    type="button"
                    aria-label="Zoom in"
                    title="Zoom in (+, or Ctrl and wheel)"
                    on:click=move |_| zoom(1.5, None)
                >
                    {icon("zin")}
                </button>
                <button
                    class="btn"
                    type="button"
                    title="Show the whole build (0)"
                    aria-pressed=move || if fitted.get() { "true" } else { "false" }
                    on:click=move |_| asked.set(None)
                >
                    {icon("fit")}
                    "Fit"
                </button>
            </Show>
        </div>
        <div class="split wf-split" class:alone=move || selected.get().is_none() || !is_chart.get()>
            <div class="wf" node_ref=root>
                <Show when=move || is_chart.get() && count.get() == 0>
                    <p class="wf-empty">{move || empty_words(&data.get().0.timeline)}</p>
                </Show>
                <div
                    class="wf-scroll"
                    class:tall=move || { count.get() > TALL }
                    node_ref=scroller
                    hidden=move || !is_chart.get() || count.get() == 0
                    on:scroll=move |_| {
                        if let Some(scroller) = scroller.get_untracked() {
                            scroll.set(f64::from(scroller.scroll_top()));
                        }
                    }
                >
                    <div class="wf-grid wf-top">
                        <div class="wf-heads" aria-hidden="true">
                            <span>"Span"</span>
                            <span>"Start"</span>
                            <span>"Duration"</span>
                            <span>"Outcome"</span>
                        </div>
                        <div class="wf-axis">
                            <canvas node_ref=axis_canvas aria-hidden="true"></canvas>
                        </div>
                    </div>
                    <div class="wf-grid">
                        <div class="wf-side">
                            <svg class="wf-gap" height=move || pixels(first.get()) aria-hidden="true"></svg>
                            <ul
                                class="wf-labels"
                                role="tree"
                                id=tree_id
                                node_ref=tree
                                tabindex="0"
                                aria-label=move || format!("Spans of build {}", number.get())
                                aria-describedby=note_id.clone()
                                aria-activedescendant=active
                                on:keydown=on_key
                            >
                                <For each=move || 0..slots.get() key=|slot| *slot children=slot />
                            </ul>
                            <svg
                                class="wf-gap"
                                height=move || pixels(count.get().saturating_sub(first.get() + slots.get()))
                                aria-hidden="true"
                            ></svg>
                        </div>
                        <div
                            class="wf-plot"
                            class:moved=move || !fitted.get()
                            on:pointerdown=on_down
                            on:pointermove=on_move
                            on:pointerup=on_up
                            on:pointercancel=on_cancel
                            on:pointerleave=on_leave
                            on:dblclick=move |_| asked.set(None)
                            on:wheel=on_wheel
                        >
                            <canvas
                                node_ref=chart_canvas
                                role="img"
                                aria-label=move || format!("Waterfall of build {}", number.get())
                                aria-describedby=note_id.clone()
                            ></canvas>
                            <canvas node_ref=over_canvas aria-hidden="true"></canvas>
                        </div>
                    </div>
                </div>
                <p class="vh" id=note_id.clone()>{move || data.get().0.summary.clone()}</p>
                <Show when=move || !is_chart.get() || (data.get().0.timeline.spans.len() <= TWIN_ALWAYS)>
                    <div class:vh=move || is_chart.get()>
                        <TimelineTable timeline=Signal::derive(move || Arc::clone(&data.get().0.timeline)) selected=selected alone=Signal::derive(move || !is_chart.get()) />
                    </div>
                </Show>
            </div>
            <Show when=move || selected.get().is_some() && is_chart.get()>
                <Details data=data selected=selected on_log=on_log />
            </Show>
        </div>
    }
}

/// Why there is nothing to draw.
fn empty_words(timeline: &Timeline) -> &'static str {
    match timeline.outcome {
        Outcome::Pending | Outcome::Running => "Nothing to draw yet: the build has not begun to work.",
        _ => "Nothing to draw: the control plane keeps no times of this build, and its log has none either.",
    }
}

/// The details of the selected span.
#[component]
fn Details(data: Memo<Shared>, selected: RwSignal<Option<u32>>, on_log: Option<Callback<(i64, i64)>>) -> impl IntoView {
    move || {
        let data = data.get();
        let timeline = Arc::clone(&data.0.timeline);
        let span = selected.get().and_then(|id| timeline.span(id).cloned())?;
        let now = timeline.now_us;
        let swatch = span.outcome.is_failure().then_some("sw p-fail").or_else(|| {
            let with_phase = Span { kind: SpanKind::Stage, ..span.clone() };
            swatch(&with_phase)
        });
        let mut about: Vec<String> = Vec::new();
        about.extend(span.phase.filter(|phase| phase.as_str() != span.label).map(|phase| phase.as_str().to_owned()));
        about.extend(span.action.clone());
        about.push(format!("{} of {}", span.id + 1, timeline.spans.len()));
        let mut pairs: Vec<(&'static str, AnyView)> = Vec::new();
        let figures = span.figures(now);
        if let Some(us) = span.duration_us(now) {
            let growing = if span.is_growing() { " so far" } else { "" };
            let estimated = if span.precision == Precision::Estimated { ", estimated" } else { "" };
            let whole = timeline.end_us.max(1);
            let share = (us as f64 / whole as f64 * 100.0).round();
            let of = if span.off_scale || share > 100.0 {
                String::new()
            } else if share < 1.0 {
                ", under 1 % of the build".to_owned()
            } else {
                format!(", {share:.0} % of the build")
            };
            let text = summary::duration_text(&span, now);
            pairs.push(("Duration", view! { <b>{text}</b> {format!("{growing}{of}{estimated}")} }.into_any()));
        } else {
            let why = span.note.clone().unwrap_or_else(|| summary::outcome_text(&timeline, &span));
            pairs.push(("Duration", view! { <span class="muted">{format!("— {why}")}</span> }.into_any()));
        }
        if let Some((start, end)) = figures {
            // Tenths would say "13.7 s to 13.7 s" of what is shorter.
            let fine = timeline.end_us < 10_000_000 || (end - start < 1_000_000 && end < 60_000_000);
            let text = |us: i64| if fine { scene::cursor_text(us, 1_000) } else { duration::offset_text(us) };
            let end_text = if span.is_growing() { "now".to_owned() } else { text(end) };
            pairs.push(("Start, end", format!("{} to {end_text}", text(start)).into_any()));
            let clock = |us: i64| clock_text::local(timeline.origin_us.saturating_add(us) / 1_000).clock_with_seconds();
            let zone = clock_text::zone();
            let until = if span.is_growing() { String::new() } else { format!(" to {}", clock(end)) };
            let zone = if zone.is_empty() { zone } else { format!(" ({zone})") };
            pairs.push(("Clock", format!("{}{until}{zone}", clock(start)).into_any()));
        }
        let outcome = match &span.outcome {
            SpanOutcome::Failed { message } => message.clone(),
            _ => summary::outcome_text(&timeline, &span),
        };
        if !outcome.is_empty() {
            let class = if span.outcome.is_failure() { "bad" } else { "" };
            pairs.push(("Status", view! { <span class=class>{outcome}</span> }.into_any()));
        }
        match span.exit_code {
            Some(code) => pairs.push(("Exit code", code.to_string().into_any())),
            None if span.kind == SpanKind::Script => {
                pairs.push(("Exit code", view! { <span class="muted">"— not told yet"</span> }.into_any()));
            }
            None => {}
        }
        if let Some(source) = span.source.clone() {
            pairs.push(("Provider", source.into_any()));
        }
        let precision = twin::precision_word(span.precision);
        if span.has_times() {
            pairs.push(("Precision", precision.into_any()));
        }
        if span.clamped {
            pairs.push(("Moved", "The clocks disagree: its bar was moved, the figures are as told.".into_any()));
        }
        if let Some(note) = span.note.clone().filter(|_| span.duration_us(now).is_some()) {
            pairs.push(("Note", note.into_any()));
        }
        if let (Some(lines), Some(on_log)) = (span.log, on_log) {
            let link = view! {
                <button type="button" class="link" on:click=move |_| on_log.run(lines)>
                    "Show its lines"
                </button>
            };
            pairs.push(("Log", link.into_any()));
        }
        Some(view! {
            <aside class="side" aria-label="Selected span">
                <h2>
                    {swatch.map(|class| view! { <span class=class aria-hidden="true"></span> })}
                    <span class="wf-name">{span.label.clone()}</span>
                    <button
                        class="btn icon s quiet"
                        type="button"
                        aria-label="Close details"
                        on:click=move |_| selected.set(None)
                    >
                        {icon("x")}
                    </button>
                </h2>
                <p class="small muted">{about.join(" · ")}</p>
                <dl class="kv">
                    {pairs.into_iter().map(|(word, value)| view! { <dt>{word}</dt><dd>{value}</dd> }).collect_view()}
                </dl>
            </aside>
        })
    }
}

#[cfg(test)]
mod tests {
    use super::prefix;

    #[test]
    fn what_a_phone_leaves_out_of_an_address() {
        for (label, bare, head, rest) in [
            ("docker_image.main", false, "docker_", "image.main"),
            ("time_sleep.image[0]", true, "time_sleep.", "image[0]"),
            ("data.coder_workspace.me", false, "data.coder_", "workspace.me"),
            ("module.x.docker_image.main[\"a.b_c\"]", false, "module.x.docker_", "image.main[\"a.b_c\"]"),
            ("null_resource.home (provision)", true, "null_resource.", "home (provision)"),
        ] {
            assert_eq!(prefix(label, bare), Some((head, rest)), "{label}");
        }
        for label in ["random", "plain.name", "", "."] {
            assert_eq!(prefix(label, false), None, "{label}");
        }
    }
}

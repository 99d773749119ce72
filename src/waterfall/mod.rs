//! The chart of a build: model, scene and paint are three things (docs/architecture.md, "A waterfall"). `viewport` and `scene` work
//! out what can be seen, `paint` draws it through plotters, `canvas` is its backend, `input` reads hands and keys, `twin` is the
//! table; this file is the component that joins them. Data by props; imports neither `store` nor `api`, only `browser`, `model` and
//! `paths` below.
//!
//! The rows' names and figures are elements (found, read aloud, selected), bars are pixels. The canvas has the size of what is in
//! view, whatever the number of rows; above 200 rows the rows are a pool of slots that moves with the scroll position. Heights that
//! depend on data are attributes of `<svg>` spacers, so that no element has a style attribute.

pub mod canvas;
mod details;
mod divider;
pub mod index;
pub mod input;
pub mod label;
pub mod paint;
mod painter;
mod rows;
pub mod scene;
pub mod twin;
pub mod viewport;

use crate::model::timeline::Outcome;
use crate::model::timeline::Timeline;
use crate::model::timeline::summary;
use crate::paths;
use canvas::Size;
use canvas::SizeWatch;
use canvas::Surface;
use canvas::ThemeWatch;
use details::Details;
use divider::Divider;
use input::Command;
use input::Gesture;
use input::Move;
use leptos::ev;
use leptos::html;
use leptos::prelude::*;
use painter::Dirty;
use painter::Painter;
use painter::Sources;
use rows::RowText;
use rows::icon;
use rows::row_text;
use scene::Folds;
use scene::Index;
use scene::ROW;
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
/// From this many rows on the chart scrolls within itself, once the reader is in it; until then the wheel and the finger move the page.
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
    // The column of names: what the reader asked for, and what it is, beside the width of the whole.
    let column_asked = RwSignal::new(None::<f64>);
    // Whether the reader is in the chart.
    let within = RwSignal::new(false);
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

    let column = Memo::new(move |_| {
        let plot = f64::from(size.get().width) / size.get().ratio.max(0.1);
        let whole = scroller.get().map_or(0.0, |scroller| f64::from(scroller.client_width()));
        let asked = column_asked.get().map(|asked| divider::fitting(asked, whole));
        (asked.unwrap_or((whole - plot).max(0.0)), whole)
    });
    let column_width = move || column_asked.get().map(|_| column.get().0.to_string());

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
            // A memo that nobody reads computes nothing and tells of no change: `track` is not enough.
            data.with(|_| ());
            rows.with(|_| ());
            view.with(|_| ());
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
            if let Some(root) = root.get_untracked() {
                // Once the row and the details stand where they will.
                request_animation_frame(move || reveal_on_page(&root));
            }
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
                    if rows.len() > TALL
                        && let Some(tree) = tree.get_untracked()
                    {
                        // The wheel moves the page again.
                        let _ = tree.blur();
                    }
                    // Nothing else of ours to leave: a dialog around the chart may want it.
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
        let pieces = Memo::new(move |_| row.with(|row| row.as_ref().map(|row| row.pieces.clone()).unwrap_or_default()));
        let open = Memo::new(move |_| row.with(|row| row.as_ref().and_then(|row| row.open)));
        let marks =
            Memo::new(move |_| row.with(|row| row.as_ref().map(|row| (row.failed, row.swatch)).unwrap_or_default()));
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
                attr:aria-level=field(|row| row.level.to_string())
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
                    <span class="tw" on:click=move |event| if open.get_untracked().is_some() { toggle(event) }>
                        {move || open.get().map(|open| icon(if open { "down" } else { "right" }))}
                    </span>
                    {move || {
                        let (failed, swatch) = marks.get();
                        let failed = failed.then(|| {
                            view! {
                                <svg class="i f" aria-hidden="true">
                                    <use_ href=paths::icon("failed")></use_>
                                </svg>
                            }
                        });
                        (failed, swatch.map(|class| view! { <span class=class aria-hidden="true"></span> }))
                    }}
                    <span class="tx" title=field(|row| row.label.clone())>
                        {move || rows::name(pieces.get())}
                    </span>
                    <span class="cnt">
                        {field(|row| if row.open == Some(false) { row.below.to_string() } else { String::new() })}
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
        <div class="split wf-split" class:alone=move || !is_chart.get() || count.get() == 0>
            <div class="wf" class:sized=move || column_asked.get().is_some() node_ref=root>
                <Show when=move || is_chart.get() && count.get() == 0>
                    <p class="wf-empty">{move || empty_words(&data.get().0.timeline)}</p>
                </Show>
                <div
                    class="wf-scroll"
                    class:tall=move || { count.get() > TALL }
                    class:on=move || within.get()
                    on:focusin=move |_| within.set(true)
                    on:focusout=move |_| within.set(false)
                    node_ref=scroller
                    hidden=move || !is_chart.get() || count.get() == 0
                    on:scroll=move |_| {
                        if let Some(scroller) = scroller.get_untracked() {
                            scroll.set(f64::from(scroller.scroll_top()));
                        }
                    }
                >
                    <div class="wf-grid wf-top">
                        <div class="wf-left">
                            <div class="wf-heads" aria-hidden="true">
                                <span>"Span"</span>
                                <span>"Start"</span>
                                <span>"Duration"</span>
                                <span>"Outcome"</span>
                            </div>
                            <svg class="wf-col" width=column_width aria-hidden="true"></svg>
                            <Divider asked=column_asked now=column named=true />
                        </div>
                        <div class="wf-axis">
                            <canvas node_ref=axis_canvas aria-hidden="true"></canvas>
                        </div>
                    </div>
                    <div class="wf-grid">
                        <div class="wf-left wf-side">
                            <svg class="wf-col" width=column_width aria-hidden="true"></svg>
                            <Divider asked=column_asked now=column named=false />
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
                <Show when=move || is_chart.get() && (count.get() > TALL)>
                    <p class="wf-more small muted">
                        {move || {
                            let rows = count.get();
                            if within.get() {
                                format!("{rows} rows. They scroll in the chart up to its ends; Escape leaves it.")
                            } else {
                                format!("{rows} rows. Select one, by click, tap or Tab, and they scroll in the chart.")
                            }
                        }}
                    </p>
                </Show>
                <p class="vh" id=note_id.clone()>{move || data.get().0.summary.clone()}</p>
                <Show when=move || !is_chart.get() || (data.get().0.timeline.spans.len() <= TWIN_ALWAYS)>
                    <div class:vh=move || is_chart.get()>
                        <TimelineTable timeline=Signal::derive(move || Arc::clone(&data.get().0.timeline)) selected=selected alone=Signal::derive(move || !is_chart.get()) />
                    </div>
                </Show>
            </div>
            <Show when=move || is_chart.get() && (count.get() > 0)>
                <Details data=data selected=selected on_log=on_log />
            </Show>
        </div>
    }
}

/// Moves the rows, and where that is not enough the page, as far as the selected row needs to be seen, between the axis above it and the
/// details that may stand below it.
fn reveal_on_page(root: &web_sys::Element) {
    let rect = |selector: &str, within: &web_sys::Element| {
        within.query_selector(selector).ok().flatten().map(|element| element.get_bounding_client_rect())
    };
    let Some(row) = rect("[role=treeitem][aria-selected=true]", root) else { return };
    let Some(window) = web_sys::window() else { return };
    let top = rect(".wf-top", root).map_or(0.0, |axis| axis.bottom());
    let mut bottom = window.inner_height().ok().and_then(|high| high.as_f64()).unwrap_or(f64::INFINITY);
    let side = root.parent_element().and_then(|split| rect(".side", &split));
    if let Some(side) = side.filter(|side| side.left() < row.right()) {
        bottom = bottom.min(side.top());
    }
    let mut by = if row.top() < top { row.top() - top } else { (row.bottom() - bottom).max(0.0) };
    if let Some(scroller) = root.query_selector(".wf-scroll.tall").ok().flatten() {
        let before = scroller.scroll_top();
        scroller.set_scroll_top(before.saturating_add(by.round() as i32));
        by -= f64::from(scroller.scroll_top() - before);
    }
    if by.abs() >= 1.0 {
        window.scroll_by_with_x_and_y(0.0, by);
    }
}

/// Why there is nothing to draw.
fn empty_words(timeline: &Timeline) -> &'static str {
    match timeline.outcome {
        Outcome::Pending | Outcome::Running => "Nothing to draw yet: the build has not begun to work.",
        _ => "Nothing to draw: the control plane keeps no times of this build, and its log has none either.",
    }
}

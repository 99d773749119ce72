//! A log of any length: only the blocks of lines near the view are in the document. Lines wrap, so their heights
//! differ; a block that is not shown counts with an estimate from its characters, and the browser's scroll anchoring
//! takes up the difference. Imports `components`.

use crate::components::ansi;
use crate::model::log::{Level, LogRow};
use leptos::html::Div;
use leptos::prelude::*;
use std::sync::Arc;

const BLOCK: usize = 50;
const LINE: f64 = 20.0;
/// Width of one character of 12 px monospaced text.
const CHARACTER: f64 = 7.2;

/// The height of a row in pixels when `columns` characters fit beside its offset and level.
fn height(row: &LogRow, columns: usize) -> f64 {
    let lines: usize = row.text.split('\n').map(|part| part.len().div_ceil(columns.max(1)).max(1)).sum();
    LINE * lines as f64 + if row.heading { 2.0 } else { 0.0 }
}

/// The heights of the blocks, and where each begins.
#[derive(Clone, Debug, Default, PartialEq)]
struct Layout {
    starts: Vec<f64>,
    total: f64,
}

impl Layout {
    fn new(rows: &[LogRow], columns: usize) -> Self {
        let mut starts = Vec::with_capacity(rows.len() / BLOCK + 1);
        let mut total = 0.0;
        for block in rows.chunks(BLOCK) {
            starts.push(total);
            total += block.iter().map(|row| height(row, columns)).sum::<f64>();
        }
        Self { starts, total }
    }

    /// First and last block (exclusive) that touch the view, with one more on either side.
    fn visible(&self, top: f64, view: f64) -> (usize, usize) {
        let first = self.starts.partition_point(|start| *start <= top).saturating_sub(1);
        let last = self.starts.partition_point(|start| *start < top + view);
        (first.saturating_sub(1), (last + 1).min(self.starts.len()))
    }

    fn start(&self, block: usize) -> f64 {
        self.starts.get(block).copied().unwrap_or(self.total)
    }
}

/// The log. It scrolls in itself and can be reached by keyboard.
#[component]
pub(crate) fn LogView(
    /// The lines, oldest first.
    #[prop(into)]
    rows: Signal<Arc<Vec<LogRow>>>,
    /// Ids of the first and last line to be marked with the colour of a phase, and the phase's class.
    #[prop(optional, into)]
    marked: Signal<Option<(i64, i64, &'static str)>>,
    /// A line to bring into view; set it anew to go there again.
    #[prop(into)]
    goto: RwSignal<Option<i64>>,
    /// New lines are followed while the end is in view.
    #[prop(into)]
    live: Signal<bool>,
    /// Accessible name.
    #[prop(into)]
    label: String,
    /// What is searched for, in small letters: its hits are marked.
    #[prop(optional, into)]
    sought: Signal<String>,
    /// The id of the element that scrolls and takes the focus.
    #[prop(optional, into)]
    id: Option<String>,
) -> impl IntoView {
    let node = NodeRef::<Div>::new();
    let view = RwSignal::new((0.0_f64, 560.0_f64, 100_usize));
    let at_end = StoredValue::new(true);
    let measure = move || {
        if let Some(node) = node.try_get_untracked().flatten() {
            let width = f64::from(node.client_width());
            let fixed = if width > 720.0 { 64.0 + 52.0 + 48.0 } else { 56.0 + 32.0 };
            let columns = ((width - fixed) / CHARACTER).max(10.0) as usize;
            let top = f64::from(node.scroll_top());
            let height = f64::from(node.client_height()).max(200.0);
            at_end.try_set_value(top + height + LINE * 2.0 >= f64::from(node.scroll_height()));
            view.try_set((top, height, columns));
        }
    };
    let columns = Memo::new(move |_| view.with(|(_, _, columns)| *columns));
    let layout = Memo::new(move |_| rows.with(|rows| Layout::new(rows, columns.get())));
    let visible = Memo::new(move |_| view.with(|(top, height, _)| layout.with(|layout| layout.visible(*top, *height))));
    Effect::new(move |_| {
        node.track();
        rows.with(|_| ());
        let follow = live.get() && at_end.get_value();
        request_animation_frame(move || {
            if follow && let Some(node) = node.try_get_untracked().flatten() {
                node.set_scroll_top(node.scroll_height());
            }
            measure();
        });
    });
    let resized = window_event_listener(leptos::ev::resize, move |_| measure());
    on_cleanup(move || resized.remove());
    Effect::new(move |_| {
        let Some(id) = goto.get() else { return };
        let index = rows.with_untracked(|rows| rows.partition_point(|row| row.id < id));
        let start = layout.with_untracked(|layout| layout.start(index / BLOCK)) + (index % BLOCK) as f64 * LINE;
        request_animation_frame(move || {
            let Some(element) = node.try_get_untracked().flatten() else { return };
            element.set_scroll_top((start - 100.0).max(0.0) as i32);
            measure();
            // Once its block is there, its exact place.
            request_animation_frame(move || {
                if let (Some(node), Some(line)) =
                    (node.try_get_untracked().flatten(), crate::browser::dom::by_id(&format!("log-{id}")))
                {
                    let offset = crate::browser::dom::top_of(&line) - crate::browser::dom::top_of(&node);
                    node.set_scroll_top(node.scroll_top() + offset as i32 - 60);
                    measure();
                }
            });
        });
    });
    let before = move || layout.with(|layout| layout.start(visible.get().0)).to_string();
    let after = move || layout.with(|layout| layout.total - layout.start(visible.get().1)).max(0.0).to_string();
    view! {
        <div class="log" id=id role="log" aria-live="off" aria-label=label tabindex="0" node_ref=node on:scroll=move |_| measure()>
            <svg width="1" height=before aria-hidden="true"></svg>
            <For each=move || { let (first, last) = visible.get(); first..last } key=|block| *block let(block)>
                {block_view(block, rows, Marks { lines: marked, goto, sought })}
            </For>
            <svg width="1" height=after aria-hidden="true"></svg>
        </div>
    }
}

/// What is marked in the rows.
#[derive(Clone, Copy)]
struct Marks {
    lines: Signal<Option<(i64, i64, &'static str)>>,
    goto: RwSignal<Option<i64>>,
    sought: Signal<String>,
}

fn block_view(block: usize, rows: Signal<Arc<Vec<LogRow>>>, marks: Marks) -> impl IntoView {
    // What a block shows changes only when it grew, or when its times are told in another way: the earlier rows never
    // change.
    let shown = Memo::new(move |_| {
        rows.with(|rows| {
            let rows = rows.chunks(BLOCK).nth(block).unwrap_or_default();
            rows.first().map(|row| (rows.len(), row.id, row.offset.clone()))
        })
    });
    let lines = move || {
        shown.with(|_| ());
        rows.with_untracked(|rows| rows.chunks(BLOCK).nth(block).unwrap_or_default().to_vec())
    };
    // A row that stands keeps its element: what is selected in it stays selected while the log grows.
    let key = |row: &LogRow| (row.id, row.heading, row.offset.clone());
    view! { <For each=lines key let(row)>{row_view(&row, marks)}</For> }
}

/// A row in one line of markup, with blanks between its parts: copied, it is one line of text.
fn row_view(row: &LogRow, marks: Marks) -> AnyView {
    let Marks { lines, goto, sought } = marks;
    let id = row.id;
    if row.heading {
        return view! {
            <div class="row stg"><span class="t">{row.offset.clone()}</span>" "<span class="lv"></span>" "<h3 class="m">{row.text.clone()}</h3></div>
        }
        .into_any();
    }
    let base = match row.level {
        Level::Info => "row",
        Level::Debug => "row d",
        Level::Warn => "row w",
        Level::Error => "row e",
    };
    let class = move || {
        let phase = lines.get().filter(|(first, last, _)| (*first..=*last).contains(&id)).map(|(_, _, phase)| phase);
        let hit = if goto.get() == Some(id) { " hit" } else { "" };
        phase.map_or_else(|| format!("{base}{hit}"), |phase| format!("{base} in {phase}{hit}"))
    };
    let runs = ansi::runs(&row.text);
    let text = move || {
        ansi::marked(&runs, &sought.get())
            .into_iter()
            .map(|(look, text, hit)| {
                let classes = look.classes();
                if hit {
                    view! { <mark class=classes>{text}</mark> }.into_any()
                } else if classes.is_empty() {
                    text.into_any()
                } else {
                    view! { <span class=classes>{text}</span> }.into_any()
                }
            })
            .collect_view()
    };
    view! {
        <div class=class id=format!("log-{id}")><span class="t">{row.offset.clone()}</span>" "<span class="lv">{row.level_word.clone()}</span>" "<span class="m">{text}</span></div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(count: usize, text: &str) -> Vec<LogRow> {
        (0..count)
            .map(|id| LogRow {
                id: id as i64,
                heading: false,
                at_ms: 0,
                offset: String::new(),
                level_word: "INFO".into(),
                level: Level::Info,
                text: text.into(),
            })
            .collect()
    }

    #[test]
    fn only_blocks_near_the_view_are_shown() {
        let layout = Layout::new(&rows(50_000, "a line"), 80);
        assert_eq!(layout.total, 1_000_000.0);
        assert_eq!(layout.visible(0.0, 560.0), (0, 2));
        let (first, last) = layout.visible(500_000.0, 560.0);
        assert!(
            layout.start(first) <= 500_000.0 && layout.start(last) >= 500_560.0 && last - first <= 4,
            "{first} {last}"
        );
        assert_eq!(layout.visible(1_000_000.0, 560.0).1, 1_000);
    }

    #[test]
    fn long_lines_count_with_their_wraps() {
        assert_eq!(Layout::new(&rows(1, &"x".repeat(200)), 80).total, 60.0);
        assert_eq!(Layout::new(&rows(1, "a\n\nb"), 80).total, 60.0);
        assert_eq!(Layout::new(&[], 80).visible(0.0, 100.0), (0, 0));
    }
}

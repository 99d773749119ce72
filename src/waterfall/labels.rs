//! The names and figures of the rows, as elements of a tree: found, read aloud, selected. Few rows are all there; many
//! are a pool of slots that moves with the scroll position. Imports `browser` and `paths`.

use super::chart::Chart;
use super::keyboard::on_key;
use super::rows::{RowText, icon, name, row_text};
use super::scene::ROW;
use crate::paths;
use leptos::attr::custom::custom_attribute;
use leptos::ev;
use leptos::prelude::*;

/// Up to this many rows all of them are elements; above, a pool of slots.
const ALL_ROWS: usize = 200;
/// Rows kept above and below what is in view. The pool moves in steps of this many.
const AHEAD: usize = 8;

/// The column of names, between what is left out above and below.
#[component]
pub(super) fn Labels(
    chart: Chart,
    /// What the ids of the elements begin with.
    uid: String,
    /// The number of the build.
    number: Memo<i64>,
    /// The id of the element that says in a sentence what the chart shows.
    note_id: String,
    /// Whether the rows scroll within the chart.
    #[prop(into)]
    tall: Signal<bool>,
) -> impl IntoView {
    let (folding, selection) = (chart.folding, chart.selection);
    let count = Memo::new(move |_| folding.rows.with(|rows| rows.len()));
    let first = Memo::new(move |_| {
        if count.get() <= ALL_ROWS {
            return 0;
        }
        let row = (chart.scroll.get() / ROW) as usize;
        (row / AHEAD * AHEAD).saturating_sub(AHEAD)
    });
    let slots = Memo::new(move |_| {
        let count = count.get();
        if count <= ALL_ROWS {
            return count;
        }
        let seen = (chart.size.get().height_css() / ROW).ceil() as usize;
        // In steps, so that a window being dragged does not make and drop slots all the time.
        (seen.max(16).div_ceil(AHEAD) * AHEAD + 3 * AHEAD).min(count)
    });
    let in_pool = move |id: u32| {
        let at = folding.rows.with(|rows| rows.iter().position(|row| *row == id));
        at.is_some_and(|at| at >= first.get() && at < first.get() + slots.get())
    };
    let pixels = |rows: usize| (rows as f64 * ROW).to_string();
    let tree_id = format!("{uid}-tree");
    let row_id = move |id: u32| format!("{uid}-{id}");
    let active = {
        let row_id = row_id.clone();
        move || selection.id.get().filter(|id| in_pool(*id)).map(&row_id)
    };
    let slot = move |slot: usize| {
        let id = Memo::new(move |_| folding.rows.with(|rows| rows.get(first.get() + slot).copied()));
        view! { <Label chart id row_id=row_id.clone() /> }
    };
    view! {
        <svg class="wf-gap" height=move || pixels(first.get()) aria-hidden="true"></svg>
        <ul
            class="wf-labels"
            role="tree"
            id=tree_id
            node_ref=chart.tree
            tabindex="0"
            aria-label=move || format!("Spans of build {}", number.get())
            aria-describedby=note_id
            aria-activedescendant=active
            on:keydown=move |event| on_key(chart, tall.get_untracked(), &event)
        >
            <For each=move || 0..slots.get() key=|slot| *slot children=slot />
        </ul>
        <svg
            class="wf-gap"
            height=move || pixels(count.get().saturating_sub(first.get() + slots.get()))
            aria-hidden="true"
        ></svg>
    }
}

/// One row; hidden while there is none for it.
#[component]
fn Label(
    chart: Chart,
    /// The span that it shows now.
    id: Memo<Option<u32>>,
    row_id: impl Fn(u32) -> String + Send + Sync + 'static,
) -> impl IntoView {
    let folding = chart.folding;
    let row = Memo::new(move |_| {
        let id = id.get()?;
        folding.folds.with(|folds| row_text(&chart.data.get(), folds, id))
    });
    let field = move |of: fn(&RowText) -> String| move || row.with(|row| row.as_ref().map(of).unwrap_or_default());
    let id = move || row.with(|row| row.as_ref().map(|row| row.id));
    let label = Memo::new(move |_| row.with(|row| row.as_ref().map(|row| row.label.clone()).unwrap_or_default()));
    let open = Memo::new(move |_| row.with(|row| row.as_ref().and_then(|row| row.open)));
    let marks =
        Memo::new(move |_| row.with(|row| row.as_ref().map(|row| (row.failed, row.swatch)).unwrap_or_default()));
    // Beside another build the last column is how the two differ.
    let difference = Memo::new(move |_| {
        let id = id()?;
        chart.outlines.with(|outlines| {
            let outlines = outlines.as_ref()?;
            chart.data.with(|data| outlines.difference(&data.timeline, data.timeline.span(id)?))
        })
    });
    let last = move || {
        let difference = difference.with(|one| one.as_ref().map(|one| one.text.clone()));
        difference.unwrap_or_else(|| row.with(|row| row.as_ref().map(|row| row.outcome.clone()).unwrap_or_default()))
    };
    let is_selected = Memo::new(move |_| id().is_some() && id() == chart.selection.id.get());
    let toggle = move |event: ev::MouseEvent| {
        event.stop_propagation();
        if let Some(id) = id() {
            folding.fold(id, None);
        }
    };
    view! {
        <li
            role="treeitem"
            id=move || id().map(&row_id)
            class=field(|row| row.class.clone())
            class:found=move || id().is_some_and(|id| chart.hits.with(|hits| hits.binary_search(&id).is_ok()))
            class:hot=move || id().is_some() && id() == chart.hot.get()
            hidden=move || id().is_none()
            {..custom_attribute("aria-level", field(|row| row.level.to_string()))}
            aria-selected=move || if is_selected.get() { "true" } else { "false" }
            aria-expanded=move || row.with(|row| row.as_ref().and_then(|row| row.open).map(|open| open.to_string()))
            on:click=move |_| chart.selection.select(id())
            on:dblclick=move |event| {
                if open.get_untracked().is_some() {
                    toggle(event);
                } else if let Some(id) = id() {
                    chart.zooming.to_span(id);
                }
            }
            on:pointerenter=move |_| chart.hot.set(id())
            on:pointerleave=move |_| chart.hot.set(None)
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
                <span class="tx" title=field(|row| row.whole.clone())>
                    {move || label.with(|label| name(label))}
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
                class:no=move || difference.with(Option::is_none) && row.with(|row| row.as_ref().is_some_and(|row| row.bad))
                class:longer=move || difference.with(|one| one.as_ref().is_some_and(|one| one.longer))
                title=last
            >
                {last}
            </span>
        </li>
    }
}

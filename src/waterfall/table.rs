//! The chart as a table, for whoever cannot see a canvas or wants to read, copy and compare: `<time datetime>` holds
//! the exact values. At most [`PAGE`] rows at once, more on request, so that a build of 100,000 spans does not become
//! 600,000 elements. Imports the rows.

use super::chart::Chart;
use super::table_rows::{PAGE, SortBy, TableRow, rows};
use crate::model::duration;
use leptos::prelude::*;

/// A time of a row, exact and in words.
fn figure(row: Memo<Option<TableRow>>, of: fn(&TableRow) -> Option<&(String, String)>) -> impl IntoView {
    let value = Memo::new(move |_| row.with(|row| row.as_ref().and_then(of).cloned()));
    let known = Memo::new(move |_| value.with(Option::is_some));
    let exact = move || value.with(|value| value.as_ref().map(|(exact, _)| exact.clone()));
    let text = move || value.with(|value| value.as_ref().map(|(_, text)| text.clone()));
    move || {
        if known.get() {
            view! { <time datetime=exact>{text}</time> }.into_any()
        } else {
            view! { <span class="muted">{duration::UNKNOWN}</span> }.into_any()
        }
    }
}

/// The head of a column, which sorts by it: first up (figures: down), then the other way, then as the chart is.
#[component]
fn Head(
    name: &'static str,
    by: SortBy,
    #[prop(optional)] figure: bool,
    sort: RwSignal<(SortBy, bool)>,
    /// Whether the table is seen; else its buttons are no stops of the keyboard.
    alone: Signal<bool>,
) -> impl IntoView {
    let step = move |_| {
        sort.update(|sort| {
            *sort = match *sort {
                (now, down) if now == by && down != figure => (SortBy::Order, false),
                (now, down) if now == by => (by, !down),
                _ => (by, figure),
            };
        });
    };
    let said = move || match sort.get() {
        (now, true) if now == by => Some("descending"),
        (now, false) if now == by => Some("ascending"),
        _ => None,
    };
    view! {
        <th scope="col" class=if figure { "num" } else { "" } aria-sort=said>
            <button type="button" class="wf-sort" tabindex=move || (!alone.get()).then_some("-1") on:click=step>
                {name}
            </button>
        </th>
    }
}

/// The table with the rows of the chart. A row keeps its elements while a live build grows.
#[component]
pub(super) fn TimelineTable(
    chart: Chart,
    /// Whether it is seen: then it can be scrolled by keyboard where it is wider than the window.
    #[prop(into)]
    alone: Signal<bool>,
) -> impl IntoView {
    let limit = RwSignal::new(PAGE);
    let sort = RwSignal::new((SortBy::Order, false));
    let shown = Memo::new(move |_| {
        let (by, down) = sort.get();
        chart.data.with(|data| rows(&data.timeline, limit.get(), by, down))
    });
    let all = Memo::new(move |_| chart.data.with(|data| data.timeline.spans.len()));
    let caption = Memo::new(move |_| chart.data.with(|data| data.summary.clone()));
    let line = move |index: usize| {
        let row = Memo::new(move |_| shown.with(|rows| rows.get(index).cloned()));
        let text = move |of: fn(&TableRow) -> &str| {
            move || row.with(|row| row.as_ref().map(of).unwrap_or_default().to_owned())
        };
        let id = move || row.with(|row| row.as_ref().map(|row| row.id));
        let depth = move || row.with(|row| row.as_ref().map_or(0, |row| row.depth));
        view! {
            <tr
                data-span=move || id().map(|id| id.to_string())
                data-depth=move || depth().to_string()
                on:click=move |_| chart.selection.select(id())
                class:sel=move || id().is_some() && chart.selection.id.get() == id()
            >
                <th scope="row" class=move || format!("d{}", depth().min(8))>{text(|row| &row.label)}</th>
                <td>{text(|row| &row.phase)}</td>
                <td class="num">{figure(row, |row| row.start.as_ref())}</td>
                <td class="num">{figure(row, |row| row.duration.as_ref())}</td>
                <td>{text(|row| &row.outcome)}</td>
                <td>{text(|row| &row.precision)}</td>
            </tr>
        }
    };
    view! {
        <div class="wf-table" tabindex=move || alone.get().then_some("0") role="region" aria-label="Table of spans">
            <table>
                <caption class="wf-caption"><span>{move || caption.get()}</span></caption>
                <thead>
                    <tr>
                        <Head name="Span" by=SortBy::Name sort alone />
                        <Head name="Phase" by=SortBy::Phase sort alone />
                        <Head name="Start" by=SortBy::Start figure=true sort alone />
                        <Head name="Duration" by=SortBy::Duration figure=true sort alone />
                        <Head name="Outcome" by=SortBy::Outcome sort alone />
                        <th scope="col">"Precision"</th>
                    </tr>
                </thead>
                <tbody>
                    <For each=move || 0..shown.with(Vec::len) key=|index| *index children=line />
                </tbody>
            </table>
            <Show when=move || all.get() != shown.with(Vec::len)>
                <p class="wf-more">
                    {move || format!("{} of {} rows. ", shown.with(Vec::len), all.get())}
                    <button type="button" class="btn s" on:click=move |_| limit.update(|limit| *limit += PAGE)>
                        "Show more rows"
                    </button>
                </p>
            </Show>
        </div>
    }
}

//! The table of workspaces: a fixed pool of slots over any number of lines, so that scrolling makes no rows and drops
//! none: what leaves at one end comes back at the other, and the slots between keep their rows. The window scrolls.
//! Where its container is narrow the rows are cards (style/pages/list.css). May import `store` and below.

mod layout;
mod slot;

use self::layout::{CARD, COMPACT, Layout, ROW, View};
use self::slot::Slot;
use crate::browser::dom;
use crate::components::menu::Menu;
use crate::components::unique_id;
use crate::model::arrange::{Column, Line, Lines};
use crate::model::decimal::tenths;
use crate::panels::list_page::{ListPage, Piece};
use crate::panels::row_cells::Cells;
use crate::panels::row_status;
use crate::store::use_stores;
use crate::wire::id::Id;
use leptos::html::{Div, Tbody};
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use std::sync::Arc;
use std::time::Duration;

/// Container width below which rows are cards.
const NARROW: i32 = 800;
/// Height of the table's head.
const HEAD: f64 = 32.0;
/// How many rows are printed at most; a line below them says so.
const PRINTED: usize = 1_000;

/// How long a scroll has rested when the rows that it came to are seen.
const REST: Duration = Duration::from_millis(100);

/// How many slots are made at first: a screenful comes in two steps, so that its beginning is read while the rest is
/// made.
const FIRST: usize = 10;

/// The table.
#[component]
pub(crate) fn WorkspaceTable(page: ListPage) -> impl IntoView {
    // Until the part that arranges them is here, the rows as the control plane has them.
    let lines = Memo::new(move |_| match page.attached.get() {
        Some(attached) => attached.lines.get(),
        None => page.order.with(|order| Lines::of_rows(order)),
    });
    let columns = Memo::new(move |_| page.arrangement().columns);
    let compact = Memo::new(move |_| page.arrangement().compact);
    let wrap = NodeRef::<Div>::new();
    let place = RwSignal::new((0.0_f64, dom::window_height(), false));
    // What passes in a scroll is followed by nobody: which rows are seen is told once that rests.
    let rested = RwSignal::new(place.get_untracked());
    let resting = StoredValue::new(None::<TimeoutHandle>);
    let end_rest = move || {
        if let Some(timer) = resting.try_update_value(Option::take).flatten() {
            timer.clear();
        }
    };
    let rest = move || {
        if let Some(now) = place.try_get_untracked() {
            rested.try_set(now);
        }
    };
    let narrow = Memo::new(move |_| place.with(|place| place.2));
    let layout = move || {
        let row = if narrow.get() {
            CARD
        } else if compact.get() {
            COMPACT
        } else {
            ROW
        };
        lines.with(|lines| Layout { count: lines.all.len(), row, heads: Arc::clone(&lines.heads) })
    };
    let count = Memo::new(move |_| lines.with(|lines| lines.all.len()));
    let whole = RwSignal::new(false);
    dom::after_paint(move || {
        whole.try_set(true);
    });
    let printed = page.printed;
    let made = StoredValue::new(0);
    let view = Memo::new(move |_| {
        let (top, height, _) = place.get();
        if printed.get() {
            View { first: 0, pool: count.get().min(PRINTED) }
        } else {
            let view = layout().view(top, height, made.get_value());
            let pool = if whole.get() { view.pool } else { view.pool.min(FIRST) };
            made.set_value(pool);
            View { pool, ..view }
        }
    });
    let measure = move || {
        if let Some(wrap) = wrap.try_get_untracked().flatten() {
            let narrow = wrap.client_width() <= NARROW;
            let now = (dom::top_of(&wrap) + if narrow { 0.0 } else { HEAD }, dom::window_height(), narrow);
            if place.try_get_untracked() != Some(now) {
                place.try_set(now);
                end_rest();
                resting.try_update_value(|timer| *timer = set_timeout_with_handle(rest, REST).ok());
            }
        }
    };
    let scrolled = window_event_listener(leptos::ev::scroll, move |_| measure());
    let resized = window_event_listener(leptos::ev::resize, move |_| measure());
    Effect::new(move |_| {
        wrap.track();
        count.track();
        request_animation_frame(measure);
    });
    // The slots keep their rows; where they stand follows. In the frame, when the slots that came or went are in the
    // page.
    let body = NodeRef::<Tbody>::new();
    let turned = StoredValue::new(dom::Turned::default());
    let turn = move || {
        if let (Some(body), Some(view)) = (body.try_get_untracked().flatten(), view.try_get_untracked()) {
            turned.try_update_value(|turned| turned.turn(&body, view.first));
        }
    };
    Effect::new(move |_| {
        view.track();
        body.track();
        if printed.get() {
            // There is no frame before the paper.
            turn();
        } else {
            request_animation_frame(turn);
        }
    });
    // The first and the last line that the window itself shows, without what is kept beside it.
    let within = move |(top, height, _): (f64, f64, bool)| {
        let layout = layout();
        (layout.line_at((-top).max(0.0)), layout.line_at((height - top).max(0.0)))
    };
    let window = Memo::new(move |_| within(place.get()));
    let seen = Memo::new(move |_| {
        let (first, last) = within(rested.get());
        lines
            .with(|lines| lines.all.iter().skip(first).take(last + 1 - first).filter_map(Line::id).collect::<Vec<Id>>())
    });
    // What nobody sees follows after the picture: half of what a letter in the filter or another order changes.
    let beside = RwSignal::new(lines.get_untracked());
    Effect::new(move |_| {
        let next = lines.get();
        dom::after_paint(move || {
            if beside.try_with_untracked(|now| *now != next) == Some(true) {
                beside.set(next);
            }
        });
    });
    // Where all follows already, and on paper, no slot has to know what is seen.
    let shown = Memo::new(move |_| {
        let follows = printed.get() || lines.with(|lines| beside.with(|beside| lines == beside));
        (!follows).then(|| window.get())
    });
    Effect::new(move |_| {
        let ids = seen.get();
        if let Some(list) = page.shown.get() {
            list.set_visible(ids);
        }
    });
    let workspaces = use_stores().workspaces;
    row_status::want(move || {
        let rows = |ids: &Vec<Id>| ids.iter().filter_map(|id| workspaces.row(*id)).map(|row| row.get()).collect();
        seen.with(rows)
    });
    // The keys move among lines; where one stands is known here.
    Effect::new(move |_| {
        let Some(at) = page.cursor.get() else { return };
        let (top, height, _) = place.get_untracked();
        let (y, row) = {
            let layout = untrack(layout);
            (top + layout.offset(at), layout.row)
        };
        let bar = dom::bar_bottom() + 4.0;
        if y < bar {
            dom::scroll_by(y - bar);
        } else if y + row > height {
            dom::scroll_by(y + row - height + 8.0);
        }
        // After the scroll its slot shows the line.
        dom::after_paint(move || {
            crate::browser::page::focus(&format!("row-{at}"));
        });
    });
    on_cleanup(move || {
        scrolled.remove();
        resized.remove();
        end_rest();
    });
    let menu = unique_id("row-menu");
    let cells = Cells::new(page.stale, page.runner, menu.clone());
    let slot = Slot { view, page, shown, lines, beside, columns, cells };
    let before = move || tenths(layout().offset(view.get().first));
    let after = move || {
        let (view, layout) = (view.get(), layout());
        tenths(layout.offset(layout.count) - layout.offset((view.first + view.pool).min(layout.count)))
    };
    let slots = Memo::new(move |_| view.get().pool);
    let named =
        move |id: Option<Id>| id.and_then(|id| cells.snapshot(id)).map(|row| row.name.to_string()).unwrap_or_default();
    let menu_name = Signal::derive(move || named(cells.menu_row.get()));
    let items = move |()| {
        let stale = page.stale.with(Option::is_some);
        let row = cells.menu_row.get().and_then(|id| cells.snapshot(id));
        row.map(|row| page.runner.items(&row, stale)).unwrap_or_default()
    };
    let caption = move || {
        let sorted = page.arrangement().sort.map(|sort| sort.column.head());
        let sorted = sorted.map(|head| format!(", sorted by {}", head.to_lowercase())).unwrap_or_default();
        format!(
            "Workspaces, {} of {} loaded{sorted}",
            page.order.with(|order| order.len()),
            page.count.get().unwrap_or_default()
        )
    };
    view! {
        <div class="list-wrap" node_ref=wrap on:pointerenter=move |event| page.hovered.set(event.pointer_type() != "touch") on:pointerleave=move |_| page.hovered.set(false)>
            <table class="dt list list-page" class:compact=move || compact.get() role="table" aria-rowcount=move || (count.get() + 1).to_string()>
                <caption class="vh">{caption}</caption>
                <Heads page=Some(page)/>
                <tbody role="presentation" aria-hidden="true"><tr class="spacer"><td><svg height=before></svg></td></tr></tbody>
                <tbody role="rowgroup" node_ref=body on:click=move |event| dom::follow_link(&event, "tr") on:auxclick=move |event| dom::follow_link(&event, "tr")>
                    <For each=move || 0..slots.get() key=|index| *index let(index)>{slot.view(index)}</For>
                </tbody>
                <tbody role="presentation" aria-hidden="true"><tr class="spacer"><td><svg height=after></svg></td></tr></tbody>
            </table>
            {move || (count.get() > PRINTED).then(|| view! {
                <p class="filter-note small on-paper">{format!("The first {PRINTED} of {} workspaces are printed.", count.get())}</p>
            })}
            <Menu id=menu label=Signal::derive(move || format!("Actions for {}", menu_name.get())) items=Callback::new(items)/>
        </div>
    }
}

/// The heads, also of the skeleton, which is of no page.
#[component]
pub(crate) fn Heads(page: Option<ListPage>) -> impl IntoView {
    let columns = Memo::new(move |_| page.map_or_else(|| Column::USUAL.to_vec(), |page| page.arrangement().columns));
    let head = move |column: Column| {
        let said = move || {
            let sort = page?.arrangement().sort.filter(|sort| sort.column == column)?;
            Some(if sort.down { "descending" } else { "ascending" })
        };
        let all = page.filter(|_| column == Column::Name).map(|page| page.piece_after(Piece::SelectAll, "sel"));
        // What sorts by it comes with the part.
        let word = move || match page.and_then(|page| page.attached.get()) {
            Some(attached) => attached.view.run(Piece::Head(column)),
            None => column.head().into_any(),
        };
        view! { <th class=column.class() scope="col" role="columnheader" aria-sort=said>{all}{word}</th> }
    };
    view! {
        <thead role="rowgroup">
            <tr role="row" aria-rowindex="1">
                {move || columns.get().into_iter().map(head).collect_view()}
                <th class="c-act" scope="col" role="columnheader"><span class="vh">"Actions"</span></th>
            </tr>
        </thead>
    }
}

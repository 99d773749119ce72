//! The table of workspaces: a fixed pool of row slots over any number of rows, so that scrolling makes no rows and
//! drops none: what leaves at one end comes back at the other, and the slots between keep their rows. The window
//! scrolls. Where its container is narrow the rows are cards (style/pages/list.css). May import `store` and below.

use crate::browser::clock_text::Viewer;
use crate::browser::dom;
use crate::components::icon::{icon, icon_with};
use crate::components::menu::Menu;
use crate::components::status::StatusLine;
use crate::components::unique_id;
use crate::model::decimal::tenths;
use crate::model::row::Row;
use crate::model::schedule::{self, NextChange};
use crate::model::status::{self, State, StatusText};
use crate::model::{duration, quota};
use crate::panels::action_button::action_button;
use crate::panels::action_runner::ActionRunner;
use crate::panels::message::action_id;
use crate::panels::row_status;
use crate::paths;
use crate::store::session::Licence;
use crate::store::{Stores, use_stores};
use crate::wire::id::Id;
use leptos::html::{Div, Tbody};
use leptos::prelude::*;
use std::sync::Arc;

/// Height of a row and of a card in CSS pixels (style/pages/list.css).
const ROW: f64 = 40.0;
const CARD: f64 = 123.0;
/// Container width below which rows are cards.
const NARROW: i32 = 800;
/// Height of the table's head.
const HEAD: f64 = 32.0;
/// Rows kept above and below the window.
const OVERSCAN: usize = 8;
/// The first slot moves by this many rows at once, so that most frames of a scroll change nothing.
const STRIDE: usize = 4;

/// How many rows are printed at most; a line below them says so.
const PRINTED: usize = 1_000;

/// How many slots are made at first: a screenful comes in two steps, so that its beginning is read while the rest is
/// made.
const FIRST: usize = 10;

/// Which rows the slots show: from `first`, `pool` of them, each `row` pixels high.
#[derive(Clone, Copy, Debug, PartialEq)]
struct View {
    first: usize,
    pool: usize,
    row: f64,
}

/// What to show when the table's first row is at `top` in a window of `height`, of `count` rows.
fn view_of(top: f64, height: f64, row: f64, count: usize) -> View {
    let above = (-top / row).max(0.0) as usize;
    let pool = ((height / row).ceil() as usize + 2 * OVERSCAN + STRIDE).min(count.max(1));
    let first = above.saturating_sub(OVERSCAN) / STRIDE * STRIDE;
    View { first: first.min(count.saturating_sub(pool)), pool, row }
}

impl View {
    /// The row that a slot shows: the one of the window that leaves the slot's number when divided by the size of the
    /// pool.
    fn row_of(self, slot: usize) -> usize {
        let pool = self.pool.max(1);
        self.first + (slot + pool - self.first % pool) % pool
    }
}

/// The keyboard's hold on the table: which row the focus is asked to go to.
#[derive(Clone, Copy)]
pub(crate) struct Cursor {
    at: RwSignal<Option<usize>>,
}

impl Cursor {
    /// No row yet.
    pub(crate) fn new() -> Self {
        Self { at: RwSignal::new(None) }
    }
}

impl Default for Cursor {
    fn default() -> Self {
        Self::new()
    }
}

/// The table.
#[component]
pub(crate) fn WorkspaceTable(
    /// The ids, in order.
    #[prop(into)]
    order: Signal<Arc<[Id]>>,
    /// Caption for screen readers.
    #[prop(into)]
    caption: Signal<String>,
    /// The rows could not be refreshed: since when they are old.
    #[prop(into)]
    stale: Signal<Option<String>>,
    /// Told which rows can be seen.
    #[prop(into)]
    on_visible: Callback<Vec<Id>>,
    /// Where actions are asked for.
    runner: ActionRunner,
    /// The keyboard's hold.
    cursor: Cursor,
) -> impl IntoView {
    let wrap = NodeRef::<Div>::new();
    let place = RwSignal::new((0.0_f64, dom::window_height(), ROW));
    let count = Memo::new(move |_| order.with(|order| order.len()));
    let whole = RwSignal::new(false);
    dom::after_paint(move || {
        whole.try_set(true);
    });
    let printed = RwSignal::new(false);
    let view = Memo::new(move |_| {
        let (top, height, row) = place.get();
        if printed.get() {
            return View { first: 0, pool: count.get().min(PRINTED), row: 0.0 };
        }
        let view = view_of(top, height, row, count.get());
        View { pool: if whole.get() { view.pool } else { view.pool.min(FIRST) }, ..view }
    });
    let measure = move || {
        if let Some(wrap) = wrap.try_get_untracked().flatten() {
            let narrow = wrap.client_width() <= NARROW;
            let (row, head) = if narrow { (CARD, 0.0) } else { (ROW, HEAD) };
            let now = (dom::top_of(&wrap) + head, dom::window_height(), row);
            if place.try_get_untracked() != Some(now) {
                place.try_set(now);
            }
        }
    };
    let scrolled = window_event_listener(leptos::ev::scroll, move |_| measure());
    let resized = window_event_listener(leptos::ev::resize, move |_| measure());
    on_cleanup(move || {
        scrolled.remove();
        resized.remove();
    });
    Effect::new(move |_| {
        wrap.track();
        count.with(|_| ());
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
        view.with(|_| ());
        body.track();
        if printed.get() {
            // There is no frame before the paper.
            turn();
        } else {
            request_animation_frame(turn);
        }
    });
    // What the window itself shows, without the overscan.
    let seen = Memo::new(move |_| {
        let (top, height, row) = place.get();
        let first = (-top / row).max(0.0) as usize;
        let shown = ((height - top.max(0.0)) / row).ceil().max(0.0) as usize;
        order.with(|order| order.iter().skip(first).take(shown + 1).copied().collect::<Vec<Id>>())
    });
    Effect::new(move |_| on_visible.run(seen.get()));
    let workspaces = use_stores().workspaces;
    row_status::want(move || {
        let rows = |ids: &Vec<Id>| ids.iter().filter_map(|id| workspaces.row(*id)).map(|row| row.get()).collect();
        seen.with(rows)
    });
    let keys = window_event_listener(leptos::ev::keydown, move |event| move_cursor(&event, cursor, count, place));
    on_cleanup(move || keys.remove());
    // Paper shows all rows, not those of a window.
    let before_print = window_event_listener(leptos::ev::beforeprint, move |_| {
        printed.try_set(true);
    });
    let after_print = window_event_listener(leptos::ev::afterprint, move |_| {
        printed.try_set(false);
    });
    on_cleanup(move || {
        before_print.remove();
        after_print.remove();
    });
    let menu = unique_id("row-menu");
    let menu_row = RwSignal::new(None::<Id>);
    let licence = use_stores().session.licence;
    let slot = Slot {
        counted: Memo::new(move |_| licence.with(|licence| licence.as_ref().is_none_or(Licence::counts_credits))),
        view,
        order,
        stale,
        runner,
        menu_row,
        stores: StoredValue::new(use_stores()),
        menu: StoredValue::new(menu.clone()),
    };
    let before = move || {
        let view = view.get();
        tenths(view.first as f64 * view.row)
    };
    let after = move || {
        let view = view.get();
        tenths(count.get().saturating_sub(view.first + view.pool) as f64 * view.row)
    };
    let slots = Memo::new(move |_| view.get().pool);
    let menu_name = Signal::derive(move || slot.name_of(menu_row.get()));
    view! {
        <div class="list-wrap" node_ref=wrap>
            <table class="dt list list-page" role="table" aria-rowcount=move || (count.get() + 1).to_string()>
                <caption class="vh">{move || caption.get()}</caption>
                <Heads/>
                <tbody role="presentation" aria-hidden="true"><tr class="spacer"><td><svg height=before></svg></td></tr></tbody>
                <tbody role="rowgroup" node_ref=body on:click=move |event| dom::follow_link(&event, "tr") on:auxclick=move |event| dom::follow_link(&event, "tr")>
                    <For each=move || 0..slots.get() key=|index| *index let(index)>{slot.row(index)}</For>
                </tbody>
                <tbody role="presentation" aria-hidden="true"><tr class="spacer"><td><svg height=after></svg></td></tr></tbody>
            </table>
            {move || (count.get() > PRINTED).then(|| view! {
                <p class="filter-note small on-paper">{format!("The first {PRINTED} of {} workspaces are printed.", count.get())}</p>
            })}
            <Menu id=menu label=Signal::derive(move || format!("Actions for {}", menu_name.get()))
                items=Callback::new(move |()| slot.menu_items())/>
        </div>
    }
}

/// The heads, also of the skeleton.
#[component]
pub(crate) fn Heads() -> impl IntoView {
    view! {
        <thead role="rowgroup">
            <tr role="row" aria-rowindex="1">
                <th class="c-name" scope="col" role="columnheader">"Name"</th>
                <th class="c-owner" scope="col" role="columnheader">"Owner"</th>
                <th class="c-tpl" scope="col" role="columnheader">"Template"</th>
                <th class="c-status" scope="col" role="columnheader">"Status"</th>
                <th class="c-when" scope="col" role="columnheader">"Next stop or start"</th>
                <th class="c-used" scope="col" role="columnheader">"Last used"</th>
                <th class="c-cost num" scope="col" role="columnheader">"Credits"</th>
                <th class="c-act" scope="col" role="columnheader"><span class="vh">"Actions"</span></th>
            </tr>
        </thead>
    }
}

/// j and k or the arrows move between rows while nothing is being typed; Enter is the link's own.
fn move_cursor(
    event: &leptos::ev::KeyboardEvent,
    cursor: Cursor,
    count: Memo<usize>,
    place: RwSignal<(f64, f64, f64)>,
) {
    if event.ctrl_key() || event.meta_key() || event.alt_key() || dom::is_typing(event) {
        return;
    }
    let count = count.get_untracked();
    if count == 0 {
        return;
    }
    // Where the focus is counts, whatever of the row has it; where it was, once it is nowhere.
    let at = dom::focused_row().or_else(|| cursor.at.get_untracked());
    let next = match event.key().as_str() {
        "j" | "ArrowDown" => at.map_or(0, |at| (at + 1).min(count - 1)),
        "k" | "ArrowUp" => at.map_or(0, |at| at.saturating_sub(1)),
        "Home" if at.is_some() => 0,
        "End" if at.is_some() => count - 1,
        _ => return,
    };
    event.prevent_default();
    cursor.at.set(Some(next));
    let (top, height, row) = place.get_untracked();
    let y = top + next as f64 * row;
    let bar = dom::bar_bottom() + 4.0;
    if y < bar {
        dom::scroll_by(y - bar);
    } else if y + row > height {
        dom::scroll_by(y + row - height + 8.0);
    }
    // After the scroll its slot shows the row.
    dom::after_paint(move || {
        crate::browser::page::focus(&format!("row-{next}"));
    });
}

/// What all slots share.
#[derive(Clone, Copy)]
struct Slot {
    view: Memo<View>,
    order: Signal<Arc<[Id]>>,
    stale: Signal<Option<String>>,
    runner: ActionRunner,
    menu_row: RwSignal<Option<Id>>,
    stores: StoredValue<Stores>,
    menu: StoredValue<String>,
    /// Whether the control plane counts credits, as far as is known.
    counted: Memo<bool>,
}

impl Slot {
    fn snapshot(&self, id: Id) -> Option<Row> {
        self.stores.with_value(|stores| stores.workspaces.row(id)).map(|row| row.get())
    }

    fn name_of(&self, id: Option<Id>) -> String {
        id.and_then(|id| self.snapshot(id)).map(|row| row.name.to_string()).unwrap_or_default()
    }

    fn menu_items(&self) -> Vec<crate::components::menu::MenuItem> {
        let stale = self.stale.with(Option::is_some);
        self.menu_row
            .get()
            .and_then(|id| self.snapshot(id))
            .map(|row| self.runner.items(&row, stale))
            .unwrap_or_default()
    }

    fn text(&self, row: &Row) -> StatusText {
        self.stores.with_value(|stores| row_status::describe(stores, row))
    }

    fn row(self, slot: usize) -> impl IntoView {
        let index = Memo::new(move |_| self.view.get().row_of(slot));
        let id = Memo::new(move |_| self.order.with(|order| order.get(index.get()).copied()));
        let row = Memo::new(move |_| id.get().and_then(|id| self.snapshot(id)));
        let text = Memo::new(move |_| row.with(|row| row.as_ref().map(|row| self.text(row))));
        let stale = self.stale;
        let class = move || {
            let deleting = row.with(|row| row.as_ref().is_some_and(|row| status::state(row) == State::Deleting));
            if deleting {
                "gone"
            } else if stale.with(Option::is_some) {
                "stale"
            } else {
                ""
            }
        };
        view! {
            <tr role="row" class=class hidden=move || row.with(Option::is_none) aria-rowindex=move || (index.get() + 2).to_string()>
                {name_cell(row, index)}
                <td class="c-owner" role="cell">{move || row.with(|row| row.as_ref().map(|row| row.owner_name.to_string()))}</td>
                {template_cell(row)}
                {self.status_cell(row, text)}
                {self.when_cell(row)}
                {self.used_cell(row)}
                {self.cost_cell(row)}
                {self.action_cell(row)}
            </tr>
        }
    }

    /// What the latest build committed; unknown while a build runs, and on a control plane that commits nothing
    /// (docs/control-plane-api.md, 2.3).
    fn cost_cell(self, row: Memo<Option<Row>>) -> impl IntoView {
        let counted = self.counted;
        let cost = Memo::new(move |_| {
            let counted = counted.get();
            row.with(|row| row.as_ref().map(|row| quota::credits(row, counted)))
        });
        view! {
            <td class="c-cost num" class:none=move || matches!(cost.get(), None | Some(Err(_))) role="cell">
                {move || cost.get().map(|cost| match cost {
                    Ok(cost) => cost.to_string().into_any(),
                    Err(why) => view! { <span class="muted" title=why>{duration::UNKNOWN}</span> }.into_any(),
                })}
            </td>
        }
    }

    fn status_cell(self, row: Memo<Option<Row>>, text: Memo<Option<StatusText>>) -> impl IntoView {
        let stale = self.stale;
        let report = Memo::new(move |_| {
            row.with(|row| self.stores.with_value(|stores| row_status::report(stores, row.as_ref()?)))
        });
        let said = move || report.with(|report| report.as_ref().and_then(|report| report.text.clone()));
        let shown = Signal::derive(move || {
            let text = text.get()?;
            Some(match said().or(stale.get()) {
                Some(why) => StatusText { why, progress: None, more: String::new(), left: String::new(), ..text },
                None => text,
            })
        });
        // The page of a build that failed tells all of it.
        let all = Signal::derive(move || {
            row.with(|row| {
                let row = row.as_ref().filter(|row| status::state(row) == State::Failed)?;
                Some(paths::build(&row.owner_name, &row.name, row.build.number))
            })
        });
        let told_in = Memo::new(move |_| report.with(|report| report.as_ref().and_then(|report| report.build.clone())));
        let dismiss = move |_| {
            if let Some(id) = row.with_untracked(|row| row.as_ref().map(|row| row.id)) {
                crate::browser::page::focus(&action_id(id));
                self.stores.with_value(|stores| stores.operations.dismiss(id));
            }
        };
        view! {
            <td class="c-status" role="cell"><div class="line" class:rep=move || report.with(Option::is_some)>
                <StatusLine text=shown all/>
                {move || told_in.get().map(|(path, number)| view! { <a class="nowrap" href=path>{format!("Build {number}")}</a> })}
                <Show when=move || report.with(Option::is_some)>
                    <button class="btn s quiet icon" type="button" aria-label="Dismiss this report" on:click=dismiss>{icon("x")}</button>
                </Show>
            </div></td>
        }
    }

    fn when_cell(self, row: Memo<Option<Row>>) -> impl IntoView {
        let now = self.stores.with_value(|stores| stores.clock.now_ms.clone());
        let offline = self.stores.with_value(|stores| stores.net.offline.clone());
        let next = Memo::new(move |_| {
            let frozen = offline.with(Option::is_some);
            row.with(|row| {
                let row = row.as_ref()?;
                let acting = self.stores.with_value(|stores| row_status::is_acted_on(stores, row.id));
                Some(if acting { schedule::under_way() } else { schedule::next(row, now.get(), !frozen, &Viewer) })
            })
        });
        let of =
            move |of: fn(&NextChange) -> &String| next.with(|next| next.as_ref().map(of).cloned().unwrap_or_default());
        let why = move || Some(of(|next| &next.why)).filter(|why| !why.is_empty());
        let unknown =
            Memo::new(move |_| next.with(|next| next.as_ref().is_none_or(|next| next.text == duration::UNKNOWN)));
        view! {
            <td class="c-when" class:none=move || unknown.get() role="cell">
                <span class=move || if unknown.get() { "muted" } else { "" } title=why>{move || of(|next| &next.text)}</span>
                " "
                <span class="muted">{move || of(|next| &next.clock)}</span>
            </td>
        }
    }

    fn used_cell(self, row: Memo<Option<Row>>) -> impl IntoView {
        let now = self.stores.with_value(|stores| stores.clock.now_ms.clone());
        let used = Memo::new(move |_| {
            row.with(|row| row.as_ref().map(|row| duration::last_used(row.last_used_ms, now.get(), &Viewer)))
        });
        view! { <td class="c-used" role="cell">{move || used.get()}</td> }
    }

    fn action_cell(self, row: Memo<Option<Row>>) -> impl IntoView {
        let name = move || row.with(|row| row.as_ref().map(|row| row.name.to_string()).unwrap_or_default());
        let menu = self.menu.get_value();
        view! {
            <td class="c-act" role="cell">
                <div class="acts">
                    {action_button(row, self.runner, self.stale)}
                    <button class="btn s icon quiet" type="button" aria-haspopup="menu" aria-label=move || format!("More actions for {}", name())
                        popovertarget=menu on:click=move |_| self.menu_row.set(row.with_untracked(|row| row.as_ref().map(|row| row.id)))>
                        {icon("more")}
                    </button>
                </div>
            </td>
        }
    }
}

fn name_cell(row: Memo<Option<Row>>, index: Memo<usize>) -> impl IntoView {
    let href = move || row.with(|row| row.as_ref().map(|row| paths::workspace(&row.owner_name, &row.name)));
    let favorite = Memo::new(move |_| row.with(|row| row.as_ref().is_some_and(|row| row.favorite)));
    view! {
        <td class="c-name" role="cell">
            <div>
                <a class="name cut" id=move || format!("row-{}", index.get()) href=href>{move || row.with(|row| row.as_ref().map(|row| row.name.to_string()))}</a>
                {move || favorite.get().then(|| view! { {icon_with("star", "star")}<span class="vh">"favorite"</span> })}
            </div>
        </td>
    }
}

fn template_cell(row: Memo<Option<Row>>) -> impl IntoView {
    let outdated = Memo::new(move |_| row.with(|row| row.as_ref().is_some_and(|row| row.outdated)));
    view! {
        <td class="c-tpl" role="cell">
            {move || row.with(|row| row.as_ref().map(|row| row.template_name.to_string()))}
            {move || outdated.get().then(|| view! { <span class="out" title="The template has a newer active version than this workspace">{icon("up")}"outdated"</span> })}
        </td>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_cover_the_window() {
        for (top, height, row, count) in [
            (180.0, 900.0, 40.0, 10_000),
            (-4_000.0, 900.0, 40.0, 10_000),
            (-399_000.0, 900.0, 40.0, 10_000),
            (200.0, 640.0, 132.0, 12),
            (0.0, 900.0, 40.0, 0),
        ] {
            let view = view_of(top, height, row, count);
            let first_seen = (-top / row).max(0.0) as usize;
            let last_seen = (((height - top) / row).ceil() as usize).min(count);
            assert!(view.first <= first_seen.min(count), "{view:?}");
            assert!(view.first + view.pool >= last_seen.min(count), "{view:?} {last_seen}");
            assert!(view.pool <= 60, "{view:?}");
        }
    }

    #[test]
    fn a_step_gives_new_rows_to_few_slots() {
        let rows = |first| (0..43).map(|slot| View { first, pool: 43, row: ROW }.row_of(slot)).collect::<Vec<_>>();
        for first in [0, 4, 40, 44, 956] {
            let (now, mut sorted) = (rows(first), rows(first));
            sorted.sort_unstable();
            assert_eq!(sorted, (first..first + 43).collect::<Vec<_>>(), "all rows of the window, each once");
            assert_eq!(now[first % 43], first, "the first row is where the slots begin");
            let moved = now.iter().zip(rows(first + STRIDE)).filter(|(before, after)| *before != after).count();
            assert_eq!(moved, STRIDE);
        }
    }

    #[test]
    fn most_steps_of_a_scroll_move_nothing() {
        let firsts: Vec<usize> =
            (0..400).map(|pixels| view_of(-1_000.0 - f64::from(pixels), 900.0, 40.0, 1_000).first).collect();
        let moves = firsts.windows(2).filter(|pair| pair[0] != pair[1]).count();
        assert!(moves <= 3, "{moves}");
    }
}

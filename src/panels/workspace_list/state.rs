//! What the tools and the rows of the list share: how it is arranged, what is typed, what is selected, and the order
//! that is shown. Rows do not move under the pointer: another order is offered while it is on them. May import `store`
//! and below.

use super::everywhere::rows_changed;
use super::prefs;
use crate::model::arrange::{Arrangement, Lines, Narrowing, Sort, changes, in_order, lines};
use crate::model::row::Row;
use crate::model::selection::Selection;
use crate::panels::go::{SetParam, use_param};
use crate::panels::list_page::ListPage;
use crate::paths::query;
use crate::store::workspaces::{List, ListStatus};
use crate::store::{Stores, use_stores};
use crate::wire::id::Id;
use leptos::prelude::*;
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

/// How long a row that was deleted says so before it leaves.
const FAREWELL: Duration = Duration::from_secs(4);

/// The state of one list page.
#[derive(Clone, Copy)]
pub(super) struct ListState {
    pub(super) stores: StoredValue<Stores>,
    remembered: RwSignal<String>,
    /// How it is arranged.
    pub(super) arrangement: Memo<Arrangement>,
    params: [SetParam; 4],
    pub(super) selection: RwSignal<Selection>,
    /// Whether the keys are shown.
    pub(super) keys: RwSignal<bool>,
    /// The groups that are folded away.
    pub(super) folded: RwSignal<HashSet<Arc<str>>>,
    /// The order that is shown.
    pub(super) order: RwSignal<Arc<[Id]>>,
    /// The order that would be shown.
    wanted: RwSignal<Arc<[Id]>>,
    /// How many rows would be elsewhere then.
    pub(super) offered: Memo<usize>,
    /// The lines of the table.
    pub(super) lines: Memo<Lines>,
}

impl ListState {
    /// Call it at the start of a component.
    pub(super) fn new(page: ListPage) -> Self {
        let stores = StoredValue::new(use_stores());
        let (hovered, typed) = (page.hovered, page.typed);
        let arrangement = Memo::new(move |_| page.arrangement());
        let params = ["sort", "group", "columns", "density"].map(|key| use_param(key).1);
        let first = untrack(|| {
            let sort = arrangement.with(|arrangement| arrangement.sort);
            page.order.with(|ids| in_order(ids, &reader(stores), sort))
        });
        let order = RwSignal::new(Arc::<[Id]>::from(first));
        let wanted = RwSignal::new(order.get_untracked());
        let folded = RwSignal::new(HashSet::new());
        let offered = Memo::new(move |_| order.with(|now| wanted.with(|next| changes(now, next))));
        let sort = Memo::new(move |_| arrangement.with(|arrangement| arrangement.sort));
        let group = Memo::new(move |_| arrangement.with(|arrangement| arrangement.group));
        // What is sorted by changes with the rows; the order of the control plane only with its answers.
        let ticks = Memo::new(move |_| {
            let depends = sort.with(Option::is_some) || group.with(Option::is_some);
            if depends { rows_changed() } else { 0 }
        });
        Effect::new(move |before: Option<(Option<Sort>, String)>| {
            ticks.track();
            let (sort, query) = (sort.get(), page.shown.with(|list| list.as_ref().map(|list| list.query().to_owned())));
            let query = query.unwrap_or_default();
            let next = page.order.with(|ids| in_order(ids, &reader(stores), sort));
            let loading = page.status.with(|status| *status != ListStatus::Complete);
            // Whoever sorts, asks for something else or waits for the rest wants to see it.
            let own = before.as_ref() != Some(&(sort, query.clone())) || loading;
            show(wanted, next);
            let gone = order.with_untracked(|order| holds_departed(stores, order));
            // What only comes after the last row moves none, wherever the pointer is.
            let follows = order.with_untracked(|now| wanted.with_untracked(|next| next.starts_with(now)));
            if own || follows || !(hovered.get_untracked() || gone) {
                show(order, wanted.get_untracked().to_vec());
            } else if gone {
                let leave = move || {
                    if hovered.try_get_untracked().is_none() {
                        return;
                    }
                    // What is gone leaves; all else waits for the pointer.
                    let departed = stores.with_value(|stores| stores.workspaces.all_departed());
                    let left: Vec<Id> = order
                        .get_untracked()
                        .iter()
                        .copied()
                        .filter(|id| !departed.contains(id) || wanted.with_untracked(|wanted| wanted.contains(id)))
                        .collect();
                    order.set(if hovered.get_untracked() { Arc::from(left) } else { wanted.get_untracked() });
                };
                set_timeout(leave, FAREWELL);
            }
            (sort, query)
        });
        Effect::new(move |_| {
            if !hovered.get() && order.with_untracked(|order| !holds_departed(stores, order)) {
                let next = wanted.get_untracked();
                if order.with_untracked(|order| *order != next) {
                    order.set(next);
                }
            }
        });
        let narrowing = Memo::new(move |_| {
            let text = typed.get();
            let asked = page.shown.with(|list| list.as_ref().map(|list| list.query().to_owned())).unwrap_or_default();
            // What the control plane has answered needs no narrowing.
            (text.trim() != asked.trim()).then(|| Narrowing::of(&text)).filter(|narrowing| !narrowing.is_empty())
        });
        let session = use_stores().session;
        let me = Memo::new(move |_| session.user().map(|user| user.user.username.clone()).unwrap_or_default());
        let made = Memo::new(move |_| {
            ticks.track();
            let rows = reader(stores);
            let narrowed = narrowing.with(|narrowing| {
                let narrowing = narrowing.as_ref()?;
                me.with(|me| {
                    let kept = |id: &Id| {
                        let mut kept = false;
                        rows(*id, &mut |row| kept = narrowing.keeps(row, me));
                        kept
                    };
                    Some(order.with(|order| order.iter().copied().filter(kept).collect::<Vec<Id>>()))
                })
            });
            let all = |ids: &[Id]| folded.with(|folded| lines(ids, group.get(), folded, &rows));
            Lines::new(match narrowed {
                Some(ids) => all(&ids),
                None => order.with(|order| all(order)),
            })
        });
        let selection = RwSignal::new(Selection::default());
        // Who goes, or is not in the list that is asked for instead, is not selected any more.
        Effect::new(move |_| {
            let here = page.order.get();
            let all = page.status.with(|status| *status == ListStatus::Complete)
                || page.shown.with(|list| list.as_ref().is_some_and(List::is_held));
            if !all || selection.with_untracked(Selection::is_empty) {
                return;
            }
            let here: HashSet<Id> = here.iter().copied().collect();
            if selection.with_untracked(|selection| selection.clone().retain(|id| here.contains(&id))) {
                selection.update(|selection| {
                    selection.retain(|id| here.contains(&id));
                });
            }
        });
        Self {
            stores,
            remembered: page.remembered,
            arrangement,
            params,
            selection,
            keys: RwSignal::new(false),
            folded,
            order,
            wanted,
            offered,
            lines: made,
        }
    }

    /// Asks for the list of a page anew, and shows what is offered.
    pub(super) fn refresh(self, page: ListPage) {
        if let Some(list) = page.latest.get_untracked() {
            list.refresh();
        }
        self.apply();
    }

    /// Shows what is offered.
    pub(super) fn apply(self) {
        self.order.set(self.wanted.get_untracked());
    }

    /// Arranges the list: in the address, so that it is a link, and remembered for the next time.
    pub(super) fn arrange(self, arrangement: Arrangement) {
        prefs::remember(&arrangement);
        let said = arrangement.write("");
        let keys = ["sort", "group", "columns", "density"];
        self.remembered.set(arrangement.remembered());
        for (param, key) in self.params.into_iter().zip(keys) {
            param.set(query::value(&said, key));
        }
    }

    /// What is known of the selected workspaces, in the order of the list.
    pub(super) fn selected(self) -> Vec<Row> {
        let ids = self.selection.with(|selection| self.order.with(|order| selection.in_order(order)));
        let mut rows = Vec::with_capacity(ids.len());
        let reader = reader(self.stores);
        for id in ids {
            reader(id, &mut |row| rows.push(row.clone()));
        }
        rows
    }

    /// The ids that the table shows, in order, without heads of groups.
    pub(super) fn ids(self) -> Vec<Id> {
        self.lines.with_untracked(|lines| lines.ids().collect())
    }
}

/// Sets an order, if it is another one.
fn show(order: RwSignal<Arc<[Id]>>, next: Vec<Id>) {
    if order.with_untracked(|order| order[..] != next[..]) {
        order.set(Arc::from(next));
    }
}

/// Whether an order has rows of workspaces that went.
fn holds_departed(stores: StoredValue<Stores>, order: &[Id]) -> bool {
    let departed = stores.with_value(|stores| stores.workspaces.all_departed());
    departed.iter().any(|id| order.contains(id))
}

/// Reads rows without being told of their changes.
pub(super) fn reader(stores: StoredValue<Stores>) -> impl Fn(Id, &mut dyn FnMut(&Row)) {
    let workspaces = stores.with_value(|stores| stores.workspaces.clone());
    move |id, read| workspaces.look(id, read)
}

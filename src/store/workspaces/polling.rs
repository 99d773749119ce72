//! How a list is asked for: its pages, then its visible rows in a rhythm (`store::poll` says what is asked when), until
//! nobody holds it. May import `api` and below.

use super::index::Index;
use super::list::{ListShared, ListStatus};
use crate::api::error::{ApiError, Kind};
use crate::api::retry::limit_ms;
use crate::api::workspaces as calls;
use crate::browser::{timers, visibility};
use crate::model::row::{self, Source};
use crate::store::poll::{Situation, Step, splice};
use crate::wire::id::Id;
use leptos::prelude::*;
use std::rc::{Rc, Weak};
use std::sync::Arc;

/// How many visible rows are asked for at once: their ids make one address of about 3 kB.
const MOST_VISIBLE: usize = 80;

/// How many ids that an answer left out are asked for alone in one round.
const MOST_ALONE: usize = 5;

/// How long an agent that is on its way counts as a change worth the fast rhythm, in milliseconds.
const COMING_MS: i64 = 300_000;

/// Asks for what an answer left out, one after the other: whatever is gone departs by it.
async fn ask_alone(index: &Rc<Index>, missing: Vec<Id>) {
    for id in missing.into_iter().take(MOST_ALONE) {
        let _ = index.refresh(id).await;
    }
}

impl ListShared {
    fn situation(&self, index: &Index) -> Situation {
        let visible = self.visible.borrow();
        let now_ms = index.client.now_ms();
        let entries = index.entries.borrow();
        let lively = |id: &Id| {
            entries.get(id).is_some_and(|entry| {
                entry.row.with_untracked(|row| {
                    row::is_changing(row)
                        || row.health.coming.as_ref().is_some_and(|coming| now_ms - coming.since_ms < COMING_MS)
                })
            })
        };
        Situation {
            now_ms: timers::monotonic_ms() as i64,
            seen: visibility::is_visible() && !self.left.get(),
            online: index.net.is_online() && index.session.signed_in().is_some(),
            active: visible.iter().any(lively),
            visible: visible.len(),
        }
    }

    /// The life of a list: asks, applies, waits, until nobody holds it.
    pub(super) async fn live(weak: Weak<Self>, index: Weak<Index>) {
        loop {
            let Some(index) = index.upgrade() else { return };
            let Some(list) = weak.upgrade() else { return index.sweep_up() };
            let notified = list.wake.notified();
            if matches!(list.status.get_untracked(), ListStatus::Refused(_)) && list.poller.borrow().is_loading() {
                // Only another query, another user or the viewer's wish changes the answer.
                if list.again.replace(false) {
                    list.status.set(ListStatus::Loading);
                } else {
                    drop((list, index));
                    notified.await;
                }
                continue;
            }
            let situation = list.situation(&index);
            let step = list.poller.borrow_mut().next(situation);
            match step {
                Step::Page { offset, limit } => list.ask_page(&index, offset, limit).await,
                Step::Visible => list.ask_visible(&index).await,
                Step::Wait(wait) => {
                    let wake = list.wake.clone();
                    drop((list, index));
                    timers::sleep_or(wait, &wake).await;
                }
                Step::Sleep => {
                    drop((list, index));
                    notified.await;
                }
            }
        }
    }

    async fn ask_page(&self, index: &Rc<Index>, offset: usize, limit: usize) {
        let began = index.moment();
        let loading = self.poller.borrow().is_loading();
        let first = loading && offset == 0;
        let page = match calls::list(&index.client, &self.query, limit, offset, !first).await {
            Ok(page) => page,
            Err(error) => return self.failed(error),
        };
        let ids: Vec<Id> = page.rows.iter().map(|row| row.id).collect();
        for row in page.rows {
            index.apply(row, Source::Answer { began });
        }
        // Where it is not said, a page that is full may have others after it.
        let at_least = offset + ids.len() + usize::from(ids.len() >= limit);
        let count = page.count.map_or(at_least, |count| usize::try_from(count).unwrap_or(0));
        let complete = self.poller.borrow_mut().page_arrived(timers::monotonic_ms() as i64, offset, limit, count);
        let before = self.order.get_untracked();
        let (mut order, seen) = splice(&before, if offset == 0 { 0 } else { self.seen.get() }, &ids, complete);
        self.seen.set(seen);
        if !loading {
            // A row that is seen and not answered any more was deleted, or is not what is asked for now: it is asked
            // about alone, for what was deleted says so before it leaves.
            let left = |id: &Id| before.contains(id) && !order.contains(id);
            let missing: Vec<Id> = self.visible.borrow().iter().copied().filter(left).collect();
            if !missing.is_empty() {
                ask_alone(index, missing).await;
                order.retain(|id| index.departed(*id).is_none());
            }
        }
        if order[..] != before[..] {
            self.order.set(Arc::from(order));
        }
        if self.count.get_untracked() != Some(count) {
            self.count.set(Some(count));
        }
        for (told, found) in [(&self.unreadable, page.unreadable), (&self.partly, page.partly)] {
            if offset == 0 && told.with_untracked(|known| *known != found) {
                told.set(found);
            } else if offset > 0 && !found.is_empty() {
                told.update(|known| known.extend(found));
            }
        }
        let left_out = self.unreadable.with_untracked(|left| left.count as usize);
        if loading && complete && offset > 0 && self.order.with_untracked(|order| order.len()) + left_out < count {
            self.poller.borrow_mut().fell_short(count);
        }
        let status = if self.poller.borrow().is_loading() { ListStatus::Filling } else { ListStatus::Complete };
        self.worked(index, status);
        if complete {
            // What has left the list in the meantime is not kept for as long as the list is open.
            index.sweep_up();
        }
        index.session.first_rows_shown();
        if first {
            // The next page is asked for when these rows have been painted: nothing stands in their way.
            index.session.after_first_rows().await;
        }
    }

    async fn ask_visible(&self, index: &Rc<Index>) {
        let mut asked: Vec<Id> = self.visible.borrow().clone();
        asked.retain(|id| index.entries.borrow().contains_key(id));
        asked.truncate(MOST_VISIBLE);
        if asked.is_empty() {
            return;
        }
        let began = index.moment();
        let page = match calls::list(&index.client, &calls::query_of_ids(&asked), asked.len(), 0, true).await {
            Ok(page) => page,
            Err(error) => return self.failed(error),
        };
        let missing = row::missing(&asked, &page.rows);
        for row in page.rows {
            index.apply(row, Source::Answer { began });
        }
        // What could not be read is missing as well, but not gone.
        if page.unreadable.is_empty() {
            ask_alone(index, missing).await;
        }
        self.worked(index, ListStatus::Complete);
    }

    fn worked(&self, index: &Index, status: ListStatus) {
        if self.status.get_untracked() != status {
            self.status.set(status);
        }
        if self.trouble.with_untracked(Option::is_some) {
            self.trouble.set(None);
        }
        self.as_of_ms.set(Some(index.client.now_ms()));
    }

    fn failed(&self, error: ApiError) {
        // Somebody else is signed in, or nobody: the list was emptied and begins anew.
        if error.kind == Kind::Aborted {
            return;
        }
        self.poller.borrow_mut().failed(timers::monotonic_ms() as i64, limit_ms(&error));
        let nothing_yet = self.order.with_untracked(|order| order.is_empty());
        if error.kind == Kind::Validation && nothing_yet {
            self.status.set(ListStatus::Refused(error));
        } else if nothing_yet && self.poller.borrow().is_loading() {
            self.status.set(ListStatus::Failed(error));
        } else {
            self.trouble.set(Some(error));
        }
    }
}

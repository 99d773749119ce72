//! Before a plain start: whether its version asks for values each time, and whether the quota would refuse it, which it
//! may do to a stop as well. Then it is not begun, and the user is asked first. May import `api` and below.

use super::shared::Shared;
use crate::api::templates;
use crate::browser::timers;
use crate::model::consequences::made_of;
use crate::model::operation::Operation;
use crate::model::quota::{Before, Forecast, forecast};
use crate::model::row::Row;
use crate::store::parameters::{Holder, asked_per_start};
use crate::store::start_price::start_price;
use crate::wire::build::Transition;
use crate::wire::id::Id;
use leptos::prelude::*;
use std::rc::Rc;

/// How long a start waits for the answer, in milliseconds: longer than that it is not held up.
const ASK_MS: i64 = 4_000;

impl Shared {
    /// Whether a start asks for something first. It is taken back then, and stands among what is to be asked. Where
    /// that cannot be known it goes on: the control plane says what it lacks.
    pub(super) async fn is_asked_first(self: &Rc<Self>, operation: &Operation) -> bool {
        let workspace = operation.workspace;
        let last = operation.last_build().filter(|step| step.transition != Transition::Delete);
        let (Some(step), Some(row)) = (last, self.workspaces.snapshot(workspace)) else { return false };
        let version = step.version.unwrap_or(row.build.template_version_id);
        let user = self.session.signed_in().map(|signed_in| signed_in.user.id).unwrap_or_default();
        let holder = Holder { user, owner: row.owner_id, build: row.build.id, classic: true };
        let epoch = self.epoch.get();
        let asking = async {
            // Many that begin together ask one after the other, as their requests go.
            let _turn = self.requests.acquire().await;
            // Nobody is asked while nobody answers; those that waited while the network went do not all find that out
            // by themselves.
            if !self.net.is_settled() {
                return false;
            }
            if step.transition == Transition::Stop {
                return self.is_stop_refused(&row).await;
            }
            let asked = asked_per_start(&self.client, holder, row.template_id, version).await;
            asked.is_ok_and(|asked| !asked.is_empty()) || self.is_over_quota(&row, version).await
        };
        let is_asked = timers::within(ASK_MS, asking).await;
        if epoch != self.epoch.get() || !self.is_waiting(operation) {
            return true;
        }
        if is_asked != Some(true) {
            return false;
        }
        self.driven.borrow_mut().remove(&workspace);
        self.waiting.borrow_mut().remove(&workspace);
        self.signal(workspace).set(None);
        self.to_ask.update(|waiting| {
            waiting.retain(|(other, _)| *other != workspace);
            waiting.push((workspace, operation.action));
        });
        true
    }

    /// Whether the quota would refuse a start of this version, as far as what it makes tells. Nobody is asked where
    /// credits are not limited.
    async fn is_over_quota(&self, row: &Row, version: Id) -> bool {
        let Some((consumed, budget)) = self.quota.figures_of(row.owner_id, row.organization_id) else { return false };
        let Some(price) = start_price(&self.client, row.id, version).await else { return false };
        let before = Before { consumed, budget, held: row.daily_cost };
        matches!(forecast(before, price.credits), Forecast::Refused { .. })
    }

    /// Whether the quota would refuse its stop, which it may where more is held than allowed, or nothing is held yet.
    async fn is_stop_refused(&self, row: &Row) -> bool {
        let Some((consumed, budget)) = self.quota.figures_of(row.owner_id, row.organization_id) else { return false };
        if consumed <= budget && row.daily_cost > 0 {
            return false;
        }
        let version = row.build.template_version_id;
        let Ok(resources) = templates::resources(&self.client, version).await else { return false };
        let before = Before { consumed, budget, held: row.daily_cost };
        let kept = made_of(&resources.items).map_or(0, |made| made.stopped_cost);
        matches!(forecast(before, kept), Forecast::Refused { .. })
    }
}

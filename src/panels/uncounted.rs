//! The workspaces of the reader whose credits the control plane does not count just now, so that figures of a quota
//! stay steady (`model::quota::Uncounted`): followed from when the part of the application is here that follows the
//! first rows. May import `store` and below.

use crate::api::builds;
use crate::model::quota::{Added, Standing, Uncounted, added, credits, held_before};
use crate::model::row::Row;
use crate::store::Stores;
use crate::store::quota::OfOrganization;
use crate::store::workspaces::News;
use crate::wire::id::Id;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::collections::HashMap;

/// How many builds are looked through for what a workspace held before.
const BUILDS: usize = 20;

/// By workspace.
type All = HashMap<Id, Uncounted>;

thread_local! {
    static ALL: ArcRwSignal<All> = ArcRwSignal::new(All::new());
}

fn all() -> ArcRwSignal<All> {
    ALL.with(Clone::clone)
}

/// Follows the reader's workspaces. Call it once.
pub(crate) fn follow(stores: &Stores) {
    let (of_news, of_answers) = (stores.clone(), stores.clone());
    stores.workspaces.on_news(move |news| match news {
        News::Row { before, now } => heard(&of_news, before.and_then(|row| credits(row, true).ok()), now),
        News::Departed { id, .. } => {
            if all().with_untracked(|all| all.contains_key(id)) {
                all().update(|all| {
                    all.remove(id);
                });
            }
        }
    });
    let answers = stores.quota.answers.clone();
    let session = stores.session.clone();
    Effect::new(move |before: Option<Id>| {
        let user = session.user().map(|user| user.user.id).unwrap_or_default();
        let limited = |one: &OfOrganization| {
            let standing = one.answer.as_ref().ok().map(|answer| Standing::of(*answer));
            standing.is_some_and(|standing| standing.figures().is_some())
        };
        let is_limited = answers.with(|answers| answers.as_ref().is_some_and(|all| all.iter().any(limited)));
        if before.is_some_and(|before| before != user) {
            all().set(All::new());
        }
        // What was uncounted before anybody listened, and what could not be known before the budgets were.
        if is_limited {
            let as_of = of_answers.quota.as_of_ms.get_untracked().unwrap_or_default();
            all().update(|all| all.retain(|_, one| one.until_ms.is_none_or(|until| as_of < until)));
            for row in of_answers.workspaces.known().iter().filter(|row| row.owner_id == user) {
                heard(&of_answers, None, row);
            }
        }
        user
    });
}

/// A row is new or has changed; `before` is what it held, as far as that is known.
fn heard(stores: &Stores, before: Option<i64>, row: &Row) {
    if stores.session.signed_in().is_none_or(|signed_in| signed_in.user.id != row.owner_id) {
        return;
    }
    let known = all().with_untracked(|all| all.get(&row.id).copied());
    let Some(mut one) = Uncounted::of(row, before) else {
        if let Some(known) = known.filter(|known| known.until_ms.is_none()) {
            let counted = Uncounted { until_ms: Some(stores.client.now_ms()), credits: Some(row.daily_cost), ..known };
            all().update(|all| {
                all.insert(row.id, counted);
            });
        }
        return;
    };
    if let Some(known) = known {
        one.credits = one.credits.or(known.credits);
        if known.until_ms.is_none() {
            one.since_ms = one.since_ms.min(known.since_ms);
        }
    }
    if known != Some(one) {
        all().update(|all| {
            all.insert(row.id, one);
        });
    }
    if one.credits.is_none() && stores.quota.figures_of(row.owner_id, row.organization_id).is_some() {
        read(stores, row.id, one.build);
    }
}

/// Asks what a workspace held before a build.
fn read(stores: &Stores, workspace: Id, build: Id) {
    let client = stores.client.clone();
    spawn_local(async move {
        let Ok(builds) = builds::list(&client, workspace, BUILDS, 0).await else { return };
        let held = held_before(&builds.items, build).unwrap_or_default();
        all().update(|all| {
            if let Some(one) = all.get_mut(&workspace).filter(|one| one.build == build) {
                one.credits.get_or_insert(held);
            }
        });
    });
}

/// What is to be added to the figures of an organization; tracked.
pub(crate) fn added_in(stores: &Stores, organization: Id) -> Added {
    let as_of = stores.quota.as_of_ms.get().unwrap_or_default();
    all().with(|all| added(all.values(), organization, as_of))
}

/// The figures of an organization, kept steady; tracked.
pub(crate) fn steady(stores: &Stores, organization: Id, standing: Standing) -> Standing {
    added_in(stores, organization).to(standing)
}

/// What a workspace held before its build that is not counted; tracked.
pub(crate) fn held_by(workspace: Id) -> Option<i64> {
    all().with(|all| all.get(&workspace).filter(|one| one.until_ms.is_none())?.credits)
}

/// What is consumed and allowed where a workspace of this owner takes from, with what builds under way will have
/// committed: for what would be decided after them. Not tracked.
pub(crate) fn figures_of(stores: &Stores, owner: Id, organization: Id) -> Option<(i64, i64)> {
    let (consumed, budget) = stores.quota.figures_of(owner, organization)?;
    let building = untrack(|| added_in(stores, organization)).building;
    Some((consumed.saturating_add(building), budget))
}

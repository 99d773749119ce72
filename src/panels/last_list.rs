//! The last list, where the control plane cannot be reached from the start: read-only, with its age, out of the
//! browser's own database. It is kept while the list is read, beside the timelines of its reader, so that signing out
//! wipes both. A mark among the reader's own keys says that there is one, so that it is found before anybody is known.
//! It comes with the part that follows the first rows (`panels::late`). May import `store` and below.

use crate::browser::clock_text::{self, Viewer};
use crate::browser::database::Texts;
use crate::browser::storage::{self, Area};
use crate::components::button::Button;
use crate::components::icon::{icon, icon_of};
use crate::model::duration;
use crate::model::last_list::{LastList, LastRow, MOST, newest};
use crate::model::status::Context;
use crate::panels::go::Here;
use crate::panels::list_page::ListPage;
use crate::paths::Place;
use crate::store::session::SessionState;
use crate::store::workspaces::ListStatus;
use crate::store::{Stores, use_stores};
use crate::wire::id::Id;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The key of the list in the database, and the end of the mark's.
const KEY: &str = "last-list";
const VERSION: u32 = 1;

/// How often, at most, the list of one query is kept, in milliseconds.
const PAUSE_MS: i64 = 60_000;

/// How many rows are shown at first, and how many more at each wish.
const SCREEN: usize = 200;

/// Keeps the list of a page whenever all of it has come, or all that is loaded unasked. Call it under the owner of the
/// page.
pub(crate) fn keep(page: ListPage) {
    if !is_the_list() {
        return;
    }
    let stores = StoredValue::new(use_stores());
    Effect::new(move |before: Option<Option<(String, i64)>>| {
        let before = before.flatten();
        let Some(list) = page.shown.get() else { return before };
        let Some(at_ms) = list.as_of_ms.get() else { return before };
        let Some((prefix, name)) = stores.with_value(|stores| {
            let name = stores.session.timelines()?;
            Some((stores.session.storage_prefix()?, name))
        }) else {
            return before;
        };
        if !matches!(list.status.get(), ListStatus::Complete) && !list.is_held() {
            return before;
        }
        let query = list.query().to_owned();
        if before.as_ref().is_some_and(|(known, at)| *known == query && at_ms - at < PAUSE_MS) {
            return before;
        }
        let ids = list.order.get_untracked();
        let found = stores.with_value(|stores| made(stores, &query, at_ms, &ids, list.count.get_untracked()));
        if let Some(text) = found.and_then(|list| storage::encode(VERSION, &list)) {
            storage::set(Area::Local, &format!("{prefix}{KEY}"), &at_ms.to_string());
            spawn_local(async move {
                Texts::of(name).replace(KEY, &text).await;
            });
        }
        Some((query, at_ms))
    });
}

fn is_the_list() -> bool {
    use_context::<Here>().is_some_and(|here| matches!(here.0.get_untracked(), Some(Place::Workspaces)))
}

fn made(stores: &Stores, query: &str, at_ms: i64, ids: &[Id], count: Option<usize>) -> Option<LastList> {
    let user = stores.session.signed_in()?;
    let context = Context::new(at_ms, &Viewer);
    let rows = ids.iter().take(MOST).filter_map(|id| stores.workspaces.row(*id));
    Some(LastList {
        username: user.user.username.clone(),
        query: query.to_owned(),
        at_ms,
        count: count.unwrap_or(ids.len()),
        rows: rows.map(|row| row.with_untracked(|row| LastRow::of(row, &context))).collect(),
    })
}

/// The keys of all marks.
fn marks() -> impl Iterator<Item = String> {
    storage::keys(Area::Local, storage::PREFIX).into_iter().filter(|key| key.ends_with(KEY))
}

/// The database that the list of a mark is in.
fn database_of(mark: &str) -> Option<String> {
    Some(crate::store::session::timelines(mark.strip_suffix(KEY)?))
}

/// Forgets the lists of everybody but the person who is signed in. Call it under the owner of the app.
pub(crate) fn forget_with_its_reader(stores: &Stores) {
    let session = stores.session.clone();
    let state = session.state.clone();
    Effect::new(move |_| {
        session.build_info.track();
        let own = match state.get() {
            SessionState::SignedOut { .. } | SessionState::SetupNeeded => None,
            SessionState::SignedIn(_) => match session.storage_prefix() {
                None => return,
                prefix => prefix,
            },
            SessionState::Unknown | SessionState::Unreachable(_) => return,
        };
        for mark in marks().filter(|mark| own.as_ref().is_none_or(|prefix| !mark.starts_with(prefix))) {
            storage::remove(Area::Local, &mark);
            if let Some(name) = database_of(&mark) {
                spawn_local(async move {
                    Texts::of(name).forget(KEY).await;
                });
            }
        }
    });
}

async fn read() -> Option<LastList> {
    let mark = newest(marks().filter_map(|mark| {
        let at = storage::get(Area::Local, &mark)?;
        Some((mark, at))
    }))?;
    storage::decode(VERSION, &Texts::of(database_of(&mark)?).get(KEY).await?)
}

/// It, on the page of the list, if there is one.
#[component]
pub(crate) fn LastListView() -> impl IntoView {
    let found = RwSignal::new(None::<LastList>);
    if is_the_list() {
        spawn_local(async move {
            if let Some(list) = read().await {
                found.try_set(Some(list));
            }
        });
    }
    move || found.get().map(|list| view! { <Shown list/> })
}

#[component]
fn Shown(list: LastList) -> impl IntoView {
    let now = use_stores().clock.now_ms;
    let at_ms = list.at_ms;
    let age = move || duration::elapsed((now.get() - at_ms).max(0));
    let when = clock_text::local(at_ms).clock();
    let sought = RwSignal::new(String::new());
    let asked = if list.query.is_empty() { "all workspaces".to_owned() } else { list.query.clone() };
    let (loaded, count) = (list.rows.len(), list.count);
    let reader = list.username.clone();
    let rows = StoredValue::new(list.rows);
    let found = Memo::new(move |_| {
        sought.with(|sought| {
            rows.with_value(|rows| {
                rows.iter().enumerate().filter(|(_, row)| row.has(sought)).map(|(at, _)| at).collect::<Vec<_>>()
            })
        })
    });
    let most = RwSignal::new(SCREEN);
    let shown = move || found.with(|found| found.iter().copied().take(most.get()).collect::<Vec<_>>());
    let more = move || found.with(|found| found.len().saturating_sub(most.get()));
    let row = move |at: usize| {
        let one = rows.with_value(|rows| rows.get(at).cloned())?;
        let icon = one.icon();
        let used = duration::last_used(one.used_ms, at_ms, &Viewer);
        Some(view! {
            <tr role="row">
                <td class="c-name" role="cell"><div><span class="name cut">{one.name}</span></div></td>
                <td class="c-owner" role="cell">{one.owner}</td>
                <td class="c-tpl" role="cell">{one.template}</td>
                <td class="c-status" role="cell"><div class="line"><span class=format!("st st-{}", one.tone)>{icon_of(move || icon)}<b>{one.word}</b></span><span class="why">{one.why}</span></div></td>
                <td class="c-used" role="cell">{used}</td>
            </tr>
        })
    };
    view! {
        <section class="last-list" aria-label="The last list">
            <p class="filter-note" role="note">
                <b>"Read-only, "{age}" old."</b>
                {format!(" This is the list of {reader} as it was at {when} ({asked}): {loaded} of {count} workspaces. Nothing can be started or stopped until the control plane answers.")}
            </p>
            <div class="list-tools"><form class="filter" role="search" on:submit=|event| event.prevent_default()>
                <label class="field">{icon("search")}<span class="vh">"Search in it"</span>
                    <input type="search" placeholder="name, owner or template" autocomplete="off" prop:value=move || sought.get() on:input=move |event| sought.set(event_target_value(&event))/>
                </label>
            </form></div>
            <p class="vh" role="status">{move || sought.with(|sought| (!sought.is_empty()).then(|| format!("{} found", found.with(Vec::len))))}</p>
            <div class="list-wrap">
                <table class="dt list list-page stale" role="table" aria-label=format!("Workspaces as of {when}")>
                    <thead role="rowgroup"><tr role="row">
                        <th class="c-name" scope="col" role="columnheader">"Name"</th><th class="c-owner" scope="col" role="columnheader">"Owner"</th>
                        <th class="c-tpl" scope="col" role="columnheader">"Template"</th><th class="c-status" scope="col" role="columnheader">"Status"</th>
                        <th class="c-used" scope="col" role="columnheader">"Last used"</th>
                    </tr></thead>
                    <tbody role="rowgroup"><For each=shown key=|at| *at let(at)>{row(at)}</For></tbody>
                </table>
            </div>
            <Show when=move || { more() > 0 }>
                <Button on_click=move |()| most.update(|most| *most += SCREEN)>{move || format!("Show {} more", more().min(SCREEN))}</Button>
            </Show>
            <Show when=move || found.with(Vec::is_empty)>
                <p class="filter-note">{move || if loaded == 0 { "Nothing matched then." } else { "Nothing in it has that in its name, owner or template." }}</p>
            </Show>
        </section>
    }
}

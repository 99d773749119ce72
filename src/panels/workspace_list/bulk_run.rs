//! An action on many, driven: at most four under way, a pause where the control plane asks for one (429), each step
//! stored, so that a closed tab is told of. It outlives the pages; `everywhere` starts it under the owner of the app.
//! May import `store` and below.

use crate::browser::storage::{self, Area};
use crate::model::actions::Action;
use crate::model::bulk::{Preview, Run, State};
use crate::store::Stores;
use crate::store::toasts::Tone;
use crate::wire::id::Id;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::cell::RefCell;
use std::collections::HashSet;
use std::time::Duration;

const VERSION: u32 = 1;

thread_local! {
    static RUN: ArcRwSignal<Option<Run>> = ArcRwSignal::new(None);
    static SHOWN: ArcRwSignal<bool> = ArcRwSignal::new(false);
    static HELD: ArcRwSignal<bool> = ArcRwSignal::new(false);
    /// Those that are asked for before their turn begins.
    static COMING: RefCell<HashSet<Id>> = RefCell::default();
}

/// Why a workspace that is not there any more was left out.
pub(super) const GONE: &str = "it is not there any more, or you may not see it";

/// The run that is under way, or the last one.
pub(super) fn run() -> ArcRwSignal<Option<Run>> {
    RUN.with(Clone::clone)
}

/// Whether its report is open.
pub(super) fn shown() -> ArcRwSignal<bool> {
    SHOWN.with(Clone::clone)
}

/// Whether the control plane asked for a pause.
pub(super) fn held() -> ArcRwSignal<bool> {
    HELD.with(Clone::clone)
}

/// Whether one is under way; tracked.
pub(super) fn is_under_way() -> bool {
    run().with(|run| run.as_ref().is_some_and(|run| !run.is_over()))
}

/// Begins what was previewed. False while another one is under way.
pub(super) fn begin(stores: &Stores, preview: &Preview) -> bool {
    if untrack(is_under_way) {
        return false;
    }
    run().set(Some(Run::of(preview, stores.clock.now())));
    shown().set(true);
    true
}

/// Begins nothing more of it.
pub(super) fn stop() {
    run().update(|run| {
        if let Some(run) = run {
            run.stop();
        }
    });
}

fn key(stores: &Stores) -> Option<String> {
    Some(format!("{}bulk", stores.session.storage_prefix()?))
}

/// Takes away a report.
pub(super) fn dismiss(stores: &Stores) {
    run().set(None);
    shown().set(false);
    if let Some(key) = key(stores) {
        storage::remove(Area::Local, &key);
    }
}

/// Drives runs for the life of the page. Call it once, under the owner of the app.
pub(super) fn drive(stores: &Stores) {
    let stores = StoredValue::new(stores.clone());
    let session = stores.with_value(|stores| stores.session.clone());
    // What a closed tab left is told of once it is known whose it was.
    let known = session.build_info.clone();
    let state = session.state.clone();
    Effect::new(move |before: Option<Option<String>>| {
        known.track();
        state.track();
        let key = stores.with_value(key);
        if key.is_none() && before.clone().flatten().is_some() {
            // Somebody else is signed in, or nobody.
            run().set(None);
            shown().set(false);
        }
        if let Some(key) = key.as_ref().filter(|key| before.flatten().as_ref() != Some(key))
            && untrack(|| run().with(Option::is_none))
            && let Some(stored) = storage::load::<Run>(Area::Local, key, VERSION)
        {
            run().set(Some(stored.after_closing()));
            shown().set(true);
        }
        key
    });
    Effect::new(move |_| {
        let Some(now) = run().get() else { return };
        if let Some(key) = stores.with_value(key) {
            storage::save(Area::Local, &key, VERSION, &now);
        }
        let mut next = now.clone();
        let mut changed = false;
        for entry in now.entries.iter().filter(|entry| entry.state == State::Running) {
            if let Some(state) = settled(stores, entry.id) {
                next.settle(entry.id, state);
                changed = true;
            }
        }
        let offline = stores.with_value(|stores| stores.net.offline.with(Option::is_some));
        if !held().get() && !offline {
            for id in next.begin_next() {
                changed = true;
                if let Err(why) = stores.with_value(|stores| start(stores, id, now.action)) {
                    next.settle(id, State::Failed(why));
                }
            }
        }
        if changed {
            run().set(Some(next));
        }
    });
    let leaving = window_event_listener(leptos::ev::beforeunload, move |event| {
        if untrack(is_under_way) {
            event.prevent_default();
        }
    });
    on_cleanup(move || leaving.remove());
}

/// Begins with one workspace. The list that had it may be another one by now: then it is asked for first.
fn start(stores: &Stores, id: Id, action: Action) -> Result<(), String> {
    if stores.workspaces.row(id).is_some() {
        let begun = stores.operations.start_at_once(id, action);
        return if begun { Ok(()) } else { Err("something else is under way on it".to_owned()) };
    }
    COMING.with_borrow_mut(|coming| coming.insert(id));
    let stores = stores.clone();
    spawn_local(async move {
        let asked = stores.workspaces.refresh(id).await;
        COMING.with_borrow_mut(|coming| coming.remove(&id));
        // Nobody may be signed in any more, or the run be another one.
        let waits = run().with_untracked(|run| run.as_ref().is_some_and(|run| run.is_running(id)));
        if !waits {
            return;
        }
        let begun = match asked {
            Ok(()) if stores.workspaces.row(id).is_some() => start(&stores, id, action),
            Ok(()) => Err(GONE.to_owned()),
            Err(error) => Err(error.sentence()),
        };
        run().update(|run| {
            if let (Some(run), Err(why)) = (run, begun) {
                run.settle(id, State::Failed(why));
            }
        });
    });
    Ok(())
}

/// What became of a workspace whose turn it is; `None` while it is under way. Tracked.
fn settled(stores: StoredValue<Stores>, id: Id) -> Option<State> {
    if COMING.with_borrow(|coming| coming.contains(&id)) {
        return None;
    }
    let report = stores.with_value(|stores| {
        stores.operations.of(id).with(|operation| match operation {
            // An operation that went well leaves nothing.
            None => Some(None),
            Some(operation) => operation.report().map(|report| Some(report.clone())),
        })
    })?;
    let Some(report) = report else { return Some(State::Done) };
    stores.with_value(|stores| {
        stores.operations.dismiss(id);
        // The report of the run tells it; a message for each of many would hide the page.
        stores.toasts.dismiss_text(&report.text);
    });
    if let Some(wait) = report.again_in_ms {
        held().set(true);
        let wait = Duration::from_millis(u64::try_from(wait).unwrap_or(1_000).clamp(500, 300_000));
        set_timeout(move || held().set(false), wait);
        return Some(State::Queued);
    }
    let lines = report.lines.join(" · ");
    Some(State::Failed(if lines.is_empty() { report.text } else { format!("{} {lines}", report.text) }))
}

/// Says that a run cannot begin because another one is under way.
pub(super) fn say_busy(stores: &Stores) {
    stores.toasts.show(
        Tone::Info,
        "Another action on many is under way. Stop it, or wait until it is over.",
        None,
        None,
    );
}

//! What holds from the next start on: how long a start runs, and when its schedule starts it. Only what was changed is
//! sent. May import `panels` and below.

use super::Shared;
use crate::api::error::ApiError;
use crate::api::workspaces as calls;
use crate::browser::clock_text;
use crate::components::button::Button;
use crate::model::actions::Action;
use crate::model::duration;
use crate::model::row::Row;
use crate::model::schedule::{ScheduleDraft, autostart_text, fixed};
use crate::panels::refusal::refusal;
use crate::panels::schedule_fields::ScheduleFields;
use crate::panels::waiting::being_asked;
use crate::store::toasts::Tone;
use crate::store::use_stores;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// What would change, a phrase each.
fn changes(row: &Row, starts: Option<&str>, ttl_ms: Option<i64>) -> Vec<String> {
    let length = |ms: Option<i64>| ms.filter(|ms| *ms > 0).map_or_else(|| "none".to_owned(), duration::setting);
    let plan =
        |cron: Option<&str>| cron.filter(|cron| !cron.is_empty()).map_or_else(|| "none".to_owned(), autostart_text);
    let mut all = Vec::new();
    let now = row.ttl_ms.filter(|ttl| *ttl > 0);
    if now != ttl_ms {
        all.push(format!("autostop {} to {}", length(now), length(ttl_ms)));
    }
    let now = row.autostart.as_deref().filter(|cron| !cron.is_empty());
    if now != starts {
        all.push(format!("autostart {} to {}", plan(now), plan(starts)));
    }
    all
}

/// The section, and the bar that sends.
#[component]
pub(super) fn Editor(shared: Shared) -> impl IntoView {
    let Shared { row, runner, limits, draft, again, refused, on_refused } = shared;
    let stores = StoredValue::new(use_stores());
    let busy = RwSignal::new(false);
    let failed = RwSignal::new(None::<ApiError>);
    let may_restart = RwSignal::new(false);
    let wanted = Memo::new(move |_| {
        draft.with(|draft| {
            let stops = limits.with_value(|limits| limits.stops.is_err());
            let starts = limits.with_value(|limits| draft.autostart(limits))?;
            // What the template decides is not sent.
            let ttl = if stops { row.with(|row| row.as_ref().and_then(|row| row.ttl_ms)) } else { draft.ttl_ms()? };
            Ok::<_, String>((starts, ttl.filter(|ttl| *ttl > 0)))
        })
    });
    let changed = Memo::new(move |_| {
        let Ok((starts, ttl)) = wanted.get() else { return Vec::new() };
        row.with(|row| row.as_ref().map(|row| changes(row, starts.as_deref(), ttl)).unwrap_or_default())
    });
    let why = Signal::derive(move || {
        being_asked(busy.get())
            .or_else(|| refused.get())
            .or_else(|| wanted.get().err())
            .or_else(|| changed.with(Vec::is_empty).then(|| "Nothing is changed.".to_owned()))
    });
    let fresh = move |row: &Row| {
        limits.with_value(|limits| ScheduleDraft::of(row.autostart.as_deref(), row.ttl_ms, limits, &clock_text::zone()))
    };
    let discard = move |()| {
        failed.set(None);
        if let Some(row) = row.get_untracked() {
            draft.set(fresh(&row));
        }
    };
    let save = move || {
        let (Some(row), Ok((starts, ttl))) = (row.get_untracked(), wanted.get_untracked()) else { return };
        if why.with_untracked(Option::is_some) {
            return;
        }
        busy.set(true);
        failed.set(None);
        let now = row.ttl_ms.filter(|ttl| *ttl > 0);
        let (sets_ttl, runs) = (now != ttl, fixed(&row) != Some("It does not run."));
        let sets_starts = row.autostart.as_deref().filter(|cron| !cron.is_empty()) != starts.as_deref();
        let (client, toasts) = stores.with_value(|stores| (stores.client.clone(), stores.toasts.clone()));
        spawn_local(async move {
            // One after the other: what was refused is told, and what went well stays.
            let mut answer = Ok(());
            if sets_starts {
                answer = calls::set_autostart(&client, row.id, starts.unwrap_or_default()).await;
            }
            if answer.is_ok() && sets_ttl {
                answer = calls::set_ttl(&client, row.id, ttl).await;
            }
            busy.try_set(false);
            again.run(());
            match answer {
                Ok(()) => {
                    toasts.show(Tone::Good, format!("The schedule of {} is saved.", row.name), None, None);
                    may_restart.try_set(sets_ttl && runs && ttl.is_some());
                }
                Err(error) => {
                    on_refused.run(error.clone());
                    failed.try_set(Some(error));
                }
            }
        });
    };
    let restart = move |()| {
        may_restart.set(false);
        if let Some(row) = row.get_untracked() {
            runner.ask(&row, Action::Restart);
        }
    };
    let runs =
        Memo::new(move |_| row.with(|row| row.as_ref().is_some_and(|row| fixed(row) != Some("It does not run."))));
    let means = move || {
        let ends = wanted.get().is_ok_and(|(_, ttl)| ttl.is_none());
        let had = row.with(|row| row.as_ref().is_some_and(|row| row.ttl_ms.is_some_and(|ttl| ttl > 0)));
        match (runs.get(), ends && had) {
            (true, true) => "Switching autostop off acts at once: this run stops only where the template requires it.",
            (true, false) => "A new length holds from the next start on; this run stops when it would have.",
            (false, _) => "It holds from the next start on.",
        }
    };
    let listed = move || changed.with(|changed| changed.join("; "));
    let count = move || changed.with(|changed| if changed.len() == 1 { "1 change: " } else { "2 changes: " });
    view! {
        <form on:submit=move |event| { event.prevent_default(); save(); }>
            <section class="sec form">
                <header><h2>"Every run"</h2><span class="small muted">"acts from the next start"</span></header>
                <div>
                    <ScheduleFields draft limits=limits.get_value()/>
                    <p class="say-parts small muted">{means}</p>
                    {move || failed.get().map(|error| refusal("Nothing else was changed.", &error))}
                    <Show when=move || may_restart.get()>
                        <p class="say-parts" role="status">
                            "Saved. This run keeps its stop; a restart makes the new length count now. "
                            <Button class="s" on_click=restart>"Restart to apply…"</Button>
                        </p>
                    </Show>
                </div>
            </section>
            <div class="selbar" role="region" aria-label="Changes">
                <Button submit=true class="fill" reason=why on_click=|()| ()>"Save schedule"</Button>
                <span class="why" role="status">
                    <Show when=move || changed.with(|changed| !changed.is_empty()) fallback=move || wanted.get().err()>
                        <b>{count}</b>{listed}"."
                    </Show>
                </span>
                <Show when=move || changed.with(|changed| !changed.is_empty()) || wanted.with(Result::is_err)>
                    <Button class="quiet end" on_click=discard>"Discard"</Button>
                </Show>
            </div>
        </form>
    }
}

//! The stop of this run: an hour more or less, or at a moment that somebody chooses. May import `panels` and below.

use super::Shared;
use crate::api::error::ApiError;
use crate::api::workspaces as calls;
use crate::browser::clock_text::{self, Viewer};
use crate::components::button::Button;
use crate::components::icon::icon_with;
use crate::model::actions::Action;
use crate::model::duration;
use crate::model::schedule::{fixed, moved_by, why_not_at};
use crate::panels::action_runner::reason;
use crate::panels::refusal::refusal;
use crate::panels::waiting::being_asked;
use crate::store::toasts::Tone;
use crate::store::use_stores;
use leptos::prelude::*;
use leptos::task::spawn_local;

const HOUR_MS: i64 = 3_600_000;

/// The section; it is there while the workspace runs.
#[component]
pub(super) fn Now(shared: Shared) -> impl IntoView {
    let Shared { row, runner, again, refused, on_refused, .. } = shared;
    let stores = use_stores();
    let ticks = stores.clock.now_ms.clone();
    let clock = Signal::derive(move || ticks.get());
    let busy = RwSignal::new(false);
    let failed = RwSignal::new(None::<ApiError>);
    let typed = RwSignal::new(None::<String>);
    let is_up =
        Memo::new(move |_| row.with(|row| row.as_ref().is_some_and(|row| fixed(row) != Some("It does not run."))));
    let why_fixed = Memo::new(move |_| row.with(|row| row.as_ref().and_then(fixed)));
    let stores = StoredValue::new(stores);
    let move_to = move |at_ms: i64| {
        let Some(row) = row.get_untracked().filter(|_| !busy.get_untracked()) else { return };
        busy.set(true);
        failed.set(None);
        let (client, toasts, now) =
            stores.with_value(|stores| (stores.client.clone(), stores.toasts.clone(), stores.clock.now()));
        spawn_local(async move {
            let answer = calls::extend(&client, row.id, at_ms).await;
            busy.try_set(false);
            match answer {
                Ok(()) => {
                    typed.try_set(None);
                    let text = format!("{} stops {} now.", row.name, duration::at_in_sentence(at_ms, now, &Viewer));
                    toasts.show(Tone::Good, text, None, None);
                    again.run(());
                }
                Err(error) => {
                    on_refused.run(error.clone());
                    failed.try_set(Some(error));
                }
            }
        });
    };
    let step = move |by_ms: i64| {
        let moved = Memo::new(move |_| {
            let now = clock.get();
            row.with(|row| row.as_ref().map(|row| moved_by(row, by_ms, now, &Viewer)))
        });
        let why = Signal::derive(move || {
            let moving = being_asked(busy.get());
            refused.get().or(moving).or_else(|| moved.get()?.err())
        });
        let press = move |()| {
            if let Some(Ok(moved)) = moved.get_untracked() {
                if let Some(short) = moved.short {
                    stores.with_value(|stores| stores.toasts.show(Tone::Info, short, None, None));
                }
                move_to(moved.at_ms);
            }
        };
        view! { <Button on_click=press reason=why>{if by_ms < 0 { "1 h earlier" } else { "1 h later" }}</Button> }
    };
    let shown = Memo::new(move |_| {
        typed.get().unwrap_or_else(|| {
            row.with(|row| row.as_ref().and_then(|row| row.deadline_ms)).map(clock_text::to_field).unwrap_or_default()
        })
    });
    let wrong = Memo::new(move |_| {
        let typed = typed.get()?;
        let Some(at) = clock_text::from_field(&typed) else {
            return Some("Say a day and a time.".to_owned());
        };
        let now = clock.get();
        row.with(|row| row.as_ref().and_then(|row| why_not_at(row, at, now, &Viewer)))
    });
    let keep_reason = Signal::derive(move || {
        let moving = being_asked(busy.get());
        let unchanged = typed.with(Option::is_none).then(|| "Choose another time first.".to_owned());
        refused.get().or(moving).or_else(|| wrong.get()).or(unchanged)
    });
    let keep = move |()| {
        if keep_reason.with_untracked(Option::is_none)
            && let Some(at) = typed.with_untracked(|typed| typed.as_deref().and_then(clock_text::from_field))
        {
            move_to(at);
        }
    };
    let stop = Memo::new(move |_| {
        row.with(|row| {
            row.as_ref().map(|row| crate::model::actions::offer(row, &runner.viewer(row, false), Action::Stop))
        })
    });
    let stop_now = move |()| {
        if let Some(row) = row.get_untracked() {
            runner.ask(&row, Action::Stop);
        }
    };
    view! {
        <Show when=move || is_up.get()>
            <section class="sec form">
                <header><h2>"This run"</h2><span class="small muted">"acts at once, and on this run alone"</span></header>
                <div>
                    <div class="fr">
                        <div class="lab"><label for="keep-until">"Stops"</label></div>
                        <div class="ctl"><div class="line-up">
                            <Show when=move || why_fixed.with(Option::is_none)>
                                <span class="field" class:bad-value=move || wrong.with(Option::is_some)>
                                    <input id="keep-until" type="datetime-local" aria-describedby="keep-note"
                                        aria-invalid=move || wrong.with(Option::is_some).then_some("true")
                                        prop:value=move || shown.get()
                                        on:input=move |event| typed.set(Some(event_target_value(&event)))/>
                                </span>
                                <Button on_click=keep reason=keep_reason>"Keep until then"</Button>
                                {step(-HOUR_MS)}{step(HOUR_MS)}
                            </Show>
                            <Button on_click=stop_now reason=Signal::derive(move || stop.with(|stop| stop.as_ref().and_then(reason)))>"Stop now"</Button>
                        </div></div>
                        <div class="notes"><p class="note" id="keep-note">
                            <Show when=move || wrong.with(Option::is_some)>{icon_with("failed", "bad")}</Show>
                            <span>{move || wrong.get().or_else(|| why_fixed.get().map(str::to_owned)).unwrap_or_else(|| "From 30 minutes from now on, and no later than a stop that the template requires.".to_owned())}</span>
                        </p></div>
                    </div>
                    {move || failed.get().map(|error| refusal("The stop stays where it was.", &error))}
                </div>
            </section>
        </Show>
    }
}

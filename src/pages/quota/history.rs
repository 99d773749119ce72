//! What the reader's workspaces of an organization held over time, once somebody wants to see it: a step chart, and its
//! last steps in words. May import `panels` and below.

use crate::api::builds;
use crate::api::error::ApiError;
use crate::browser::clock_text::Viewer;
use crate::components::button::Button;
use crate::model::duration;
use crate::model::quota::{HistoryStep, held_since, steps};
use crate::model::row::Row;
use crate::panels::problem::{MISSING, Subject, problem};
use crate::store::use_stores;
use leptos::prelude::*;
use leptos::task::spawn_local;

const SUBJECT: Subject = Subject { noun: "these builds", verb: "list the builds", missing: MISSING };

/// How many builds of each workspace are looked at.
const BUILDS: usize = 50;

/// How many steps are told in words.
const TOLD: usize = 8;

/// What was asked for.
#[derive(Clone, PartialEq)]
enum State {
    Closed,
    Asking,
    Failed(ApiError),
    /// The steps, and whether older builds are left out.
    Known(Vec<HistoryStep>, bool),
}

/// The section.
#[component]
pub(super) fn History(
    /// The workspaces.
    rows: Signal<Vec<Row>>,
    /// Credits allowed.
    budget: Signal<i64>,
) -> impl IntoView {
    let stores = use_stores();
    let state = RwSignal::new(State::Closed);
    let client = StoredValue::new(stores.client);
    let ask = move || {
        let all = rows.get_untracked();
        state.set(State::Asking);
        let client = client.get_value();
        // Not of the view that is replaced by the answer: it goes on, and finds nobody if the page is left.
        spawn_local(async move {
            let (mut held, mut cut) = (Vec::new(), false);
            // One after the other: nobody waits for it, and other questions go first.
            for row in &all {
                match builds::list(&client, row.id, BUILDS, 0).await {
                    Ok(page) => {
                        cut |= page.items.len() >= BUILDS;
                        held.extend(page.items.iter().filter_map(held_since));
                    }
                    Err(error) => return drop(state.try_set(State::Failed(error))),
                }
            }
            state.try_set(State::Known(steps(&held), cut));
        });
    };
    let clock = stores.clock.now_ms.clone();
    let names = move |step: &HistoryStep| {
        rows.with(|rows| {
            rows.iter().find(|row| row.id == step.workspace).map(|row| row.name.to_string()).unwrap_or_default()
        })
    };
    move || match state.get() {
        State::Closed => view! {
            <p class="say-parts"><Button class="s" on_click=move |()| ask()>"Show what was held over time"</Button></p>
        }
        .into_any(),
        State::Asking => {
            view! { <p class="say-parts" role="status">"Asking for the builds of each workspace"</p> }.into_any()
        }
        State::Failed(error) => problem(&error, SUBJECT, false, Callback::new(move |()| ask()), Vec::new()),
        State::Known(all, _) if all.is_empty() => {
            view! { <p class="say-parts" role="status">"None of these workspaces ever held credits."</p> }.into_any()
        }
        State::Known(all, cut) => {
            let now = clock.get_untracked();
            let told: Vec<_> = all
                .iter()
                .rev()
                .take(TOLD)
                .map(|step| view! { <tr><td>{duration::at(step.at_ms, now, &Viewer)}</td><td class="num">{step.credits}</td><td>{names(step)}</td></tr> })
                .collect();
            let older = if cut { format!(" Of each workspace the last {BUILDS} builds.") } else { String::new() };
            view! {
                {chart(&all, budget.get_untracked(), now)}
                <table class="dt plain flush compact">
                    <thead><tr><th scope="col">"Since"</th><th class="num" scope="col">"Credits in all"</th><th scope="col">"By a build of"</th></tr></thead>
                    <tbody>{told}</tbody>
                </table>
                <p class="say-parts small muted">"From the builds of the workspaces that are there still: the control plane keeps no history of a quota, and what was deleted is left out."{older}</p>
            }
            .into_any()
        }
    }
}

/// Each step a bar from its moment to the next one.
fn chart(all: &[HistoryStep], budget: i64, now_ms: i64) -> AnyView {
    const HIGH: f64 = 72.0;
    let first = all.first().map_or(now_ms, |step| step.at_ms);
    let long = now_ms.saturating_sub(first).max(1) as f64;
    let most = all.iter().map(|step| step.credits).max().unwrap_or(0).max(budget).max(1) as f64;
    let x = |at: i64| (at.saturating_sub(first) as f64 / long * 100.0).clamp(0.0, 100.0);
    let high = |credits: i64| credits as f64 / most * HIGH;
    let ends = all.iter().skip(1).map(|step| step.at_ms).chain([now_ms]);
    let bars: Vec<_> = all
        .iter()
        .zip(ends)
        .map(|(step, end)| {
            let (from, to, high) = (x(step.at_ms), x(end), high(step.credits));
            view! { <rect class="q-b" x=format!("{from:.3}%") width=format!("{:.3}%", (to - from).max(0.0)) y=format!("{:.2}", HIGH - high) height=format!("{high:.2}")></rect> }
        })
        .collect();
    let lowest = all.iter().map(|step| step.credits).min().unwrap_or(0);
    let highest = all.iter().map(|step| step.credits).max().unwrap_or(0);
    let label = format!(
        "Credits held since {}: between {lowest} and {highest}, in {} steps; budget {budget}",
        duration::at(first, now_ms, &Viewer),
        all.len()
    );
    let limit = format!("{:.2}", HIGH - high(budget));
    view! {
        <div class="budget hist">
            <svg role="img" aria-label=label>
                {bars}
                {(budget > 0).then(|| view! { <line class="q-lim" x1="0" x2="100%" y1=limit.clone() y2=limit></line> })}
                <text class="q-k" x="0" y="88">{duration::at(first, now_ms, &Viewer)}</text>
                <text class="q-k r" x="100%" y="88">{format!("now; budget {budget}")}</text>
            </svg>
        </div>
    }
    .into_any()
}

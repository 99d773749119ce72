//! The last builds of this kind, oldest first: their jobs by phase on one scale, where the version changed, which are
//! unusual. Its phases are asked for once it is opened, a few at a time, and kept: what is over does not change. May
//! import `panels` and below.

use super::around::{Around, LAST};
use super::kept::{kept, use_texts};
use crate::browser::{dom, timers};
use crate::components::icon::icon;
use crate::model::duration::span_text;
use crate::model::timeline::Phase;
use crate::model::timeline::summary::{self, Stretch};
use crate::model::timeline::trend::{TrendRow, trend};
use crate::panels::hatch::hatch_connect;
use crate::panels::history::JobBar;
use crate::panels::sentence::paint;
use crate::paths;
use crate::store::builds::BuildPage;
use crate::store::use_stores;
use leptos::prelude::*;
use leptos::task::spawn_local_scoped_with_cancellation;
use std::collections::HashMap;
use std::sync::Arc;

/// What this browser saw of a build: how long it took from its request to its last script, µs, and where that went.
type Whole = (i64, Arc<Vec<Stretch>>);

/// The part of the page; nothing while there are not two builds.
#[component]
pub(super) fn Trend(
    open: BuildPage,
    around: Around,
    owner: String,
    name: String,
    number: i64,
    /// Whether it is open, which stands in the address.
    opened: Memo<bool>,
    set_opened: Callback<bool>,
) -> impl IntoView {
    let (stores, texts) = (StoredValue::new(use_stores()), use_texts());
    let names = StoredValue::new((owner, name));
    let build = open.build.clone();
    let rows = Memo::new(move |_| {
        let transition = build.with(|build| build.ready().map(|build| build.transition.clone()))?;
        around.builds.map(|builds| trend(&builds.items, &transition, number, LAST))
    });
    let some = Memo::new(move |_| rows.with(|rows| rows.as_ref().is_some_and(|rows| rows.len() > 1)));
    let wholes = RwSignal::new(HashMap::<i64, Whole>::new());
    let length = move |row: &TrendRow| wholes.with(|wholes| wholes.get(&row.number).map_or(row.job_us, |(us, _)| *us));
    let longest = Memo::new(move |_| rows.with(|rows| rows.iter().flatten().map(length).max().unwrap_or(0)));
    let said = move || {
        rows.with(|rows| {
            let rows = rows.as_deref().unwrap_or_default();
            let unusual = rows.iter().filter(|row| row.outlier).count();
            let versions = rows.iter().filter(|row| row.new_version).count();
            let whole = wholes.with(|wholes| rows.iter().filter(|row| wholes.contains_key(&row.number)).count());
            let alone = match whole {
                0 => "Jobs alone: connect is not kept by Coder.".to_owned(),
                all if all == rows.len() => "All with their agents, as this browser saw them.".to_owned(),
                some => format!("{some} with their agents, as this browser saw them; of the others the jobs alone: connect is not kept by Coder."),
            };
            format!(
                "{} builds up to this one, oldest first; the version changed {versions} times, {unusual} took unusually long or short (by their jobs). {alone}",
                rows.len()
            )
        })
    };
    let line = move |of: i64| {
        let row = Memo::new(move |_| rows.with(|rows| rows.iter().flatten().find(|row| row.number == of).cloned()));
        let id = Memo::new(move |_| {
            around
                .builds
                .map(|builds| builds.items.iter().find(|build| build.build_number == of).map(|build| build.id))
                .flatten()
        });
        Effect::new(move |_| {
            let found = id.get().and_then(|id| {
                around.builds.state.with_untracked(|state| {
                    state.ready().and_then(|builds| builds.items.iter().find(|build| build.id == id).cloned())
                })
            });
            if let Some(build) = found {
                let builds = stores.with_value(|stores| stores.builds.clone());
                let texts = texts();
                spawn_local_scoped_with_cancellation(async move {
                    timers::idle().await;
                    // What was seen whole need not be asked for.
                    let seen = match texts {
                        Some(texts) => kept(&texts, build.id).await,
                        None => None,
                    };
                    if let Some(seen) = seen {
                        let timeline = seen.timeline();
                        let whole = (summary::whole(&timeline), Arc::new(summary::stretches(&timeline)));
                        wholes.try_update(|wholes| wholes.insert(of, whole));
                        return;
                    }
                    builds.ask_phases(Arc::new(build)).await;
                });
            }
        });
        let stretches = Memo::new(move |_| {
            let seen = wholes.with(|wholes| wholes.get(&of).map(|(_, stretches)| Arc::clone(stretches)));
            seen.or_else(|| stores.with_value(|stores| stores.builds.phases(id.get()?).get()))
        });
        let part = Memo::new(move |_| {
            let longest = longest.get().max(1);
            row.with(|row| row.as_ref().map_or(0.0, |row| length(row) as f64 / longest as f64))
        });
        let text = move |of: fn(&TrendRow) -> String| move || row.with(|row| row.as_ref().map(of).unwrap_or_default());
        let href = names.with_value(|(owner, name)| paths::build(owner, name, of));
        let current = (of == number).then_some("true");
        view! {
            <li aria-current=current>
                <a href=href>{format!("#{of}")}</a>
                <span class="num">{move || row.with(|row| row.as_ref().map(|row| span_text(length(row))).unwrap_or_default())}</span>
                <JobBar stretches part/>
                <span class="small">{move || if wholes.with(|wholes| wholes.contains_key(&of)) { "" } else { "job alone" }}" "{text(|row| {
                    let version = if row.new_version { format!("from here version {}", row.version) } else { String::new() };
                    let unusual = if row.outlier { "unusual".to_owned() } else { String::new() };
                    [version, unusual].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(", ")
                })}</span>
            </li>
        }
    };
    let numbers = move || rows.with(|rows| rows.iter().flatten().map(|row| row.number).collect::<Vec<_>>());
    view! {
        <Show when=move || some.get()>
            <details class="build-say trend" prop:open=move || opened.get() on:toggle=move |event| {
                let open = dom::popover_opened(&event);
                if open != opened.get_untracked() {
                    set_opened.run(open);
                }
            }>
                <summary>{icon("right")}"Trend of the last builds"</summary>
                <Show when=move || opened.get()>
                    <p class="small muted">{said}</p>
                    <svg width="0" height="0" aria-hidden="true">{hatch_connect()}</svg>
                    <ol><For each=numbers key=|number| *number children=line/></ol>
                    <p class="legend small">
                        {Phase::ALL.map(|phase| view! {
                            <span><span class=format!("sw {}", paint(Some(phase))) aria-hidden="true"></span>{phase.as_str()}</span>
                        })}
                    </p>
                </Show>
            </details>
        </Show>
    }
}

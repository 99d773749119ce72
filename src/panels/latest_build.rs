//! The latest build of a workspace: a sentence, and one bar whose legend the sentence is (docs/look.md, "Say it in a sentence, then draw
//! it"). Live while it runs. May import `store` and below.

use crate::browser::clock_text::Viewer;
use crate::components::skeleton::AfterAMoment;
use crate::model::duration;
use crate::model::status;
use crate::model::timeline::Outcome;
use crate::model::timeline::Timeline;
use crate::model::timeline::summary;
use crate::panels::go::use_go;
use crate::panels::sentence::mark;
use crate::panels::sentence::paint;
use crate::panels::sentence::running_mark;
use crate::panels::sentence::sentence;
use crate::panels::times::timeline_of;
use crate::paths;
use crate::store::use_stores;
use crate::wire::workspace::Workspace;
use leptos::prelude::*;
use std::sync::Arc;

/// From this part of the bar on a stretch has its words below it.
const WORTH_WORDS: f64 = 0.14;

/// The section.
#[component]
pub fn LatestBuild(
    /// The workspace.
    workspace: Memo<Option<Arc<Workspace>>>,
) -> impl IntoView {
    let id = Memo::new(move |_| workspace.with(|workspace| workspace.as_ref().map(|known| known.latest_build.id)));
    move || {
        id.with(|_| ());
        workspace.get_untracked().map(|known| one(workspace, &known))
    }
}

fn one(workspace: Memo<Option<Arc<Workspace>>>, known: &Workspace) -> AnyView {
    let (stores, go) = (use_stores(), use_go());
    let build = &known.latest_build;
    let page = stores.builds.glance(build.clone());
    let (id, heard) = (build.id, page.clone());
    Effect::new(move |_| {
        if let Some(known) = workspace.get().filter(|known| known.latest_build.id == id) {
            heard.hear(known.latest_build.clone());
        }
    });
    let now = stores.clock.now_ms.clone();
    let by = status::by(&build.reason, &build.initiator_name);
    let (transition, created) = (build.transition.clone(), build.asked_at().millis());
    // The text changes at midnight, not each second.
    let about = Memo::new(move |_| format!("{transition}, {by}, {}", duration::at(created, now.get(), &Viewer)));
    let href = paths::build(&known.owner_name, &known.name, build.build_number);
    let (to, running) = (href.clone(), running_mark(&build.transition));
    let on_log = Callback::new(move |_| go.to(to.clone()));
    let timeline = timeline_of(&page, Signal::derive(move || stores.known_ms()));
    let way = href.clone();
    let said = move || match timeline.get() {
        None => {
            view! { <AfterAMoment><p class="say-parts">"Reading where the time went"</p></AfterAMoment> }.into_any()
        }
        Some(timeline) => {
            let mut parts = Vec::new();
            let smooth = timeline.outcome == Outcome::Succeeded;
            if !smooth {
                parts.extend(summary::headline(&timeline));
                parts.push(summary::Part::plain(" "));
            }
            parts.extend(summary::time_spent(&timeline));
            let notes = timeline.notes.join(" ");
            view! {
                <p class="say-parts">{(!smooth).then(|| view! { {mark(&timeline.outcome, running)}" " })}{sentence(parts, on_log)}</p>
                <a class="one-way" href=way.clone() tabindex="-1">{bar(&timeline)}</a>
                {(!notes.is_empty()).then(|| view! { <p class="small muted">{notes}</p> })}
            }
            .into_any()
        }
    };
    view! {
        <section class="sec" aria-label="Latest build">
            <header>
                <h2>"Latest build"</h2><a href=href.clone()>{format!("Build {}", build.build_number)}</a><span class="small muted">{move || about.get()}</span>
                <div class="end"><a class="btn s" href=href.clone()>"Open waterfall"</a></div>
            </header>
            <div>{said}</div>
        </section>
    }
    .into_any()
}

/// The build in one line. A screen reader gets the sentence that describes the chart.
fn bar(timeline: &Timeline) -> AnyView {
    let percent = |part: f64| format!("{:.3}%", part * 100.0);
    let stretches = summary::stretches(timeline);
    let rects = stretches.iter().map(|one| {
        let class = format!("{}{}", paint(one.phase), if one.estimated { " est" } else { "" });
        view! { <rect class=class x=percent(one.from) y="2.5" width=percent(one.length.max(0.001)) height="19" rx="1"></rect> }
    });
    let rects = rects.collect_view();
    let words = stretches
        .iter()
        .filter(|one| one.length >= WORTH_WORDS)
        .map(|one| view! { <text x=percent(one.from) y="38">{one.words.clone()}</text> })
        .collect_view();
    view! {
        <svg class="one" role="img" aria-label=summary::sentence(timeline)>
            <defs>
                <pattern id="hatch-connect" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
                    <rect class="hc-bg" width="6" height="6"></rect><path class="hc-ln" d="M0 0v6" stroke-width="3"></path>
                </pattern>
            </defs>
            {rects}{words}
        </svg>
    }
    .into_any()
}

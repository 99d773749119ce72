//! The latest build of a workspace: a sentence, and one bar whose legend the sentence is (docs/look.md, "Say it in a
//! sentence, then draw it"). Live while it runs. May import `store` and below.

use crate::browser::clock_text::Viewer;
use crate::components::skeleton::AfterAMoment;
use crate::model::timeline::summary::{self, Stretch};
use crate::model::timeline::{Outcome, Timeline};
use crate::model::{duration, status};
use crate::panels::go::use_go;
use crate::panels::hatch::hatch_connect;
use crate::panels::sentence::{OutcomeMark, Sentence, paint, running_mark};
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
pub(crate) fn LatestBuild(
    /// The workspace.
    workspace: Memo<Option<Arc<Workspace>>>,
) -> impl IntoView {
    let id = Memo::new(move |_| workspace.with(|workspace| workspace.as_ref().map(|known| known.latest_build.id)));
    move || {
        id.with(|_| ());
        workspace.get_untracked().map(|known| build_view(workspace, &known))
    }
}

fn build_view(workspace: Memo<Option<Arc<Workspace>>>, known: &Workspace) -> AnyView {
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
    let is_read = Memo::new(move |_| timeline.with(Option::is_some));
    let said = move || {
        if is_read.get() {
            view! { <Told timeline running way=way.clone() on_log/> }.into_any()
        } else {
            view! { <AfterAMoment><p class="say-parts">"Reading where the time went"</p></AfterAMoment> }.into_any()
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

/// What happened in words, and where the time went on a bar.
#[component]
pub(crate) fn Told(
    timeline: Memo<Option<Arc<Timeline>>>,
    running: &'static str,
    way: String,
    on_log: Callback<i64>,
    /// Where the time went, if it is drawn otherwise than on a bar.
    #[prop(default = None)]
    picture: Option<ViewFn>,
) -> impl IntoView {
    // What goes well needs no mark and no headline: the sentence of the time says it all.
    let smooth = Memo::new(move |_| {
        timeline.with(|timeline| timeline.as_ref().is_some_and(|timeline| timeline.outcome == Outcome::Succeeded))
    });
    let parts = Signal::derive(move || {
        timeline.with(|timeline| {
            let Some(timeline) = timeline else { return Vec::new() };
            let mut parts = Vec::new();
            if !smooth.get() {
                parts.extend(summary::headline(timeline));
                parts.push(summary::Part::plain(" "));
            }
            parts.extend(summary::time_spent(timeline));
            parts
        })
    });
    let notes = Memo::new(move |_| {
        timeline.with(|timeline| timeline.as_ref().map(|timeline| timeline.notes.join(" ")).unwrap_or_default())
    });
    view! {
        <p class="say-parts">
            <Show when=move || !smooth.get()><OutcomeMark timeline running/>" "</Show>
            <Sentence parts on_log/>
        </p>
        {match picture {
            Some(picture) => picture.run(),
            None => bar(timeline, way),
        }}
        <Show when=move || notes.with(|notes| !notes.is_empty())><p class="small muted">{move || notes.get()}</p></Show>
    }
}

/// The build in one line, which leads to its page.
pub(crate) fn bar(timeline: Memo<Option<Arc<Timeline>>>, way: String) -> AnyView {
    view! { <a class="one-way" href=way tabindex="-1"><Bar timeline/></a> }.into_any()
}

/// The build in one line. A screen reader gets the sentence that describes the chart.
#[component]
fn Bar(timeline: Memo<Option<Arc<Timeline>>>) -> impl IntoView {
    let percent = |part: f64| format!("{:.3}%", part * 100.0);
    let stretches = Memo::new(move |_| {
        timeline.with(|timeline| timeline.as_ref().map(|timeline| summary::stretches(timeline)).unwrap_or_default())
    });
    let of = move |index: usize, of: fn(&Stretch) -> f64| {
        move || stretches.with(|all| percent(all.get(index).map_or(0.0, of)))
    };
    let rect = move |index: usize| {
        let class = move || {
            stretches.with(|all| {
                all.get(index).map(|one| format!("{}{}", paint(one.phase), if one.estimated { " est" } else { "" }))
            })
        };
        view! { <rect class=class x=of(index, |one| one.from) y="2.5" width=of(index, |one| one.length.max(0.001)) height="19" rx="1"></rect> }
    };
    let text = move |index: usize| {
        let words = move || stretches.with(|all| all.get(index).map(|one| one.text.clone()));
        view! { <text x=of(index, |one| one.from) y="38">{words}</text> }
    };
    let count = move || 0..stretches.with(Vec::len);
    let with_words = move || {
        let wide = |(index, one): (usize, &Stretch)| (one.length >= WORTH_WORDS).then_some(index);
        stretches.with(|all| all.iter().enumerate().filter_map(wide).collect::<Vec<_>>())
    };
    let label = move || timeline.with(|timeline| timeline.as_ref().map(|timeline| summary::sentence(timeline)));
    view! {
        <svg class="one" role="img" aria-label=label>
            {hatch_connect()}
            <For each=count key=|index| *index children=rect/>
            <For each=with_words key=|index| *index children=text/>
        </svg>
    }
}

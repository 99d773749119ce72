//! What of a build is slow: the sentences beside what is usual, and behind them the phases by share, the five longest
//! bars, and the inferred chain of what waited for what. Each name selects its bar. May import `panels` and below.

use super::around::Around;
use crate::browser::dom;
use crate::components::icon::icon;
use crate::model::duration::span_text;
use crate::model::timeline::slow::{self, Link, PhaseShare};
use crate::model::timeline::{Outcome, SpanKey, Timeline};
use crate::panels::sentence::paint;
use crate::store::builds::BuildPage;
use leptos::prelude::*;
use std::sync::Arc;

/// A line of one of the lists.
#[derive(Clone, Debug, PartialEq)]
struct Line {
    swatch: &'static str,
    name: String,
    figure: String,
    share: String,
    key: Option<SpanKey>,
}

fn percent(part: f64) -> String {
    let percent = part * 100.0;
    if percent > 0.0 && percent < 1.0 { "<1 %".to_owned() } else { format!("{percent:.0} %") }
}

fn of_phase(share: &PhaseShare) -> Line {
    let estimated = if share.estimated { ", estimated" } else { "" };
    Line {
        swatch: paint(share.phase),
        name: share.label.clone(),
        figure: span_text(share.us),
        share: format!("{}{estimated}", percent(share.part)),
        key: None,
    }
}

fn of_span(timeline: &Timeline, id: u32, whole: i64) -> Option<Line> {
    let span = timeline.span(id)?;
    let us = span.duration_us(timeline.now_us)?;
    Some(Line {
        swatch: paint(span.phase),
        name: timeline.address(span).into_owned(),
        figure: span_text(us),
        share: percent(us as f64 / whole.max(1) as f64),
        key: timeline.key(id),
    })
}

fn of_link(timeline: &Timeline, link: &Link, whole: i64) -> Line {
    Line {
        swatch: paint(link.phase),
        name: link.label.clone(),
        figure: span_text(link.us()),
        share: percent(link.us() as f64 / whole.max(1) as f64),
        key: link.span.and_then(|id| timeline.key(id)),
    }
}

/// The lists of a timeline: phases, longest, chain. Links of the chain that are not worth a line are left out.
fn lists(timeline: &Timeline) -> [Vec<Line>; 3] {
    let whole = crate::model::timeline::summary::whole(timeline);
    let chain = slow::blocking_chain(timeline);
    let worth = whole / 100;
    [
        slow::phases(timeline).iter().map(of_phase).collect(),
        slow::longest(timeline, 5).into_iter().filter_map(|id| of_span(timeline, id, whole)).collect(),
        chain.iter().filter(|link| link.us() >= worth).map(|link| of_link(timeline, link, whole)).collect(),
    ]
}

/// The part of the page; nothing while there is nothing to say.
#[component]
pub(super) fn Slow(
    timeline: Memo<Option<Arc<Timeline>>>,
    open: BuildPage,
    around: Around,
    /// Selects a bar.
    select: SignalSetter<Option<SpanKey>>,
) -> impl IntoView {
    let build = open.build.clone();
    let beside = Memo::new(move |_| {
        timeline.with(|timeline| {
            let timeline = timeline.as_ref()?;
            let job_us = timeline.job_us.filter(|_| timeline.outcome == Outcome::Succeeded)?;
            build.with(|build| {
                let build = build.ready()?;
                let usual = around.usual(build).zip(slow::work_of(build));
                let usual = usual.map(|(usual, work_us)| slow::against_usual(work_us, &build.transition, usual));
                let own = around.own(build).map(|own| slow::against_own(job_us, &build.transition, &own));
                Some([usual, own].into_iter().flatten().collect::<Vec<_>>().join(" "))
            })
        })
    });
    let has_lists = Memo::new(move |_| {
        timeline.with(|timeline| timeline.as_ref().is_some_and(|timeline| slow::has_longest(timeline)))
    });
    let opened = RwSignal::new(false);
    // Once for all that shows some of it: of a hundred thousand bars each list takes a while.
    let all = Memo::new(move |_| {
        if !opened.get() {
            return <[Vec<Line>; 3]>::default();
        }
        timeline.with(|timeline| timeline.as_ref().map(|timeline| lists(timeline)).unwrap_or_default())
    });
    let list = move |which: usize| Signal::derive(move || all.with(|all| all.get(which).cloned().unwrap_or_default()));
    view! {
        <div class="build-say slow">
            <Show when=move || beside.with(|text| text.as_ref().is_some_and(|text| !text.is_empty()))>
                <p class="small">{move || beside.get()}</p>
            </Show>
            <Show when=move || has_lists.get()>
                <details on:toggle=move |event| opened.set(dom::popover_opened(&event))>
                    <summary>{icon("right")}"What is slow"</summary>
                    <div class="slow-lists">
                        <Lines title="Phases" note="by what they took; side by side counts once" lines=list(0) select/>
                        <Lines title="Longest" note="the five longest bars" lines=list(1) select/>
                        <Lines title="Blocking chain (inferred)" note="each began when the one before it ended; the API names no dependencies" lines=list(2) select/>
                    </div>
                </details>
            </Show>
        </div>
    }
}

#[component]
fn Lines(
    title: &'static str,
    note: &'static str,
    lines: Signal<Vec<Line>>,
    select: SignalSetter<Option<SpanKey>>,
) -> impl IntoView {
    let line = move |index: usize| {
        let line = Memo::new(move |_| lines.with(|lines| lines.get(index).cloned()));
        let text =
            move |of: fn(&Line) -> &str| move || line.with(|line| line.as_ref().map(of).unwrap_or_default().to_owned());
        let linked = Memo::new(move |_| line.with(|line| line.as_ref().is_some_and(|line| line.key.is_some())));
        let choose = move |_| {
            if let Some(key) = line.with_untracked(|line| line.as_ref().and_then(|line| line.key.clone())) {
                select.set(Some(key));
            }
        };
        view! {
            <li>
                <span class=move || format!("sw {}", line.with(|line| line.as_ref().map_or("p-other", |line| line.swatch))) aria-hidden="true"></span>
                <span class="nm">
                    {move || if linked.get() {
                        view! { <button type="button" class="link" on:click=choose>{text(|line| &line.name)}</button> }.into_any()
                    } else {
                        view! { <span>{text(|line| &line.name)}</span> }.into_any()
                    }}
                </span>
                <span class="num">{text(|line| &line.figure)}</span>
                <span class="num muted">{text(|line| &line.share)}</span>
            </li>
        }
    };
    view! {
        <section aria-label=title>
            <h3 class="small">{title}</h3>
            <p class="small muted">{note}</p>
            <ol><For each=move || 0..lines.with(Vec::len) key=|index| *index children=line/></ol>
        </section>
    }
}

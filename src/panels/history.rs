//! The builds of a workspace with their durations, newest first. May import `store` and below.

use crate::browser::clock_text::Viewer;
use crate::browser::{dom, timers};
use crate::components::status::Status;
use crate::model::duration::{self, LocalTime as _};
use crate::model::status::{because, describe_build};
use crate::model::timeline::Phase;
use crate::model::timeline::summary::{self, Stretch};
use crate::model::timings::is_over;
use crate::panels::sentence::paint;
use crate::paths;
use crate::store::use_stores;
use crate::wire::build::WorkspaceBuild;
use leptos::prelude::*;
use leptos::task::spawn_local_scoped_with_cancellation;
use std::sync::Arc;

/// The builds that are known once a page of them was answered, newest first and none twice: the answer is what counts
/// for its own builds. With the newest page (`newest`) the older ones are kept only if nothing is missing between, and
/// no more than the reader asked for (`wanted`): a page that stays open while a workspace is built and built again does
/// not grow.
pub(crate) fn joined(
    known: Vec<WorkspaceBuild>,
    page: Vec<WorkspaceBuild>,
    newest: bool,
    wanted: usize,
) -> Vec<WorkspaceBuild> {
    let number = |build: &WorkspaceBuild| build.build_number;
    let (Some(first), Some(last)) = (page.first().map(number), page.last().map(number)) else {
        return if newest { Vec::new() } else { known };
    };
    let gap = newest && known.first().is_some_and(|build| number(build) < last);
    let (newer, rest): (Vec<_>, Vec<_>) = known.into_iter().partition(|build| number(build) > first);
    let mut all = if newest { Vec::new() } else { newer };
    all.extend(page);
    all.extend(rest.into_iter().filter(|build| number(build) < last && !gap));
    if newest {
        all.truncate(wanted);
    }
    all
}

/// How long the job of a build ran, or runs: from its creation to its end.
pub fn length(build: &WorkspaceBuild, now_ms: i64) -> String {
    let Some(asked) = build.asked_at().known() else { return duration::UNKNOWN.to_owned() };
    let end = build.job.completed_at.map_or(now_ms, crate::wire::time::Timestamp::millis);
    let text = duration::span_text((end - asked.millis()).max(0) * 1_000);
    if build.job.completed_at.is_some() { text } else { format!("{text} so far") }
}

/// The lines, one per build: how it went, who wanted it and why, its version, and where the time of its job went. A
/// line keeps its elements while builds come and go; only the length of a build that runs follows the clock.
#[component]
pub(crate) fn History(
    /// The builds that are known, newest first.
    #[prop(into)]
    builds: Signal<Vec<WorkspaceBuild>>,
    /// The owner and the name of the workspace.
    names: Memo<(String, String)>,
) -> impl IntoView {
    let stores = use_stores();
    let clock = stores.clock.now_ms.clone();
    let day = clock.clone();
    let today = Memo::new(move |_| Viewer.day(day.get()));
    let (clock, stores) = (StoredValue::new(clock), StoredValue::new(stores));
    // All bars have one scale: that of the longest job that is shown.
    let longest = Memo::new(move |_| builds.with(|builds| builds.iter().filter_map(job_us).max().unwrap_or(0)));
    let line = move |number: i64| {
        let build =
            Memo::new(move |_| builds.with(|builds| builds.iter().find(|build| build.build_number == number).cloned()));
        let of = move |of: &dyn Fn(&WorkspaceBuild) -> String| build.with(|build| build.as_ref().map(of));
        let text = Signal::derive(move || {
            build.with(|build| {
                let build = build.as_ref()?;
                Some(describe_build(&build.status, &build.transition, build.job.canceled_at.is_some()))
            })
        });
        let href = move || names.with(|(owner, workspace)| paths::build(owner, workspace, number));
        let why = move || of(&|build| because(&build.reason, &build.initiator_name));
        let version = move || {
            of(&|build| match build.template_version_name.as_str() {
                "" => String::new(),
                name => format!(", version {name}"),
            })
        };
        // What day it is decides how a time is said.
        let when = move || {
            today.with(|_| ());
            let now = clock.with_value(GetUntracked::get_untracked);
            of(&|build| duration::at(build.asked_at().millis(), now, &Viewer))
        };
        let long = Memo::new(move |_| {
            of(&|build| {
                let runs = build.job.completed_at.is_none();
                let now = if runs { clock.with_value(Get::get) } else { clock.with_value(GetUntracked::get_untracked) };
                length(build, now)
            })
        });
        // Known from its end on, and asked for then.
        let over =
            Memo::new(move |_| build.with(|build| build.as_ref().filter(|build| is_over(build)).map(|build| build.id)));
        let stretches = Memo::new(move |_| {
            let id = over.get()?;
            stores.with_value(|stores| stores.builds.phases(id)).get()
        });
        Effect::new(move |_| {
            if over.get().is_some()
                && let Some(build) = build.get_untracked()
            {
                let builds = stores.with_value(|stores| stores.builds.clone());
                spawn_local_scoped_with_cancellation(async move {
                    timers::idle().await;
                    builds.ask_phases(Arc::new(build)).await;
                });
            }
        });
        let part = Memo::new(move |_| {
            let longest = longest.get();
            let own = build.with(|build| build.as_ref().and_then(job_us));
            own.filter(|_| longest > 0).map_or(0.0, |own| (own as f64 / longest as f64).clamp(0.0, 1.0))
        });
        view! {
            <li on:click=move |event| dom::follow_link(&event, "li") on:auxclick=move |event| dom::follow_link(&event, "li")>
                <a href=href>{format!("#{number}")}</a>
                <Status text/>
                <span class="muted">{when}</span>
                <span class="nowrap">{move || long.get()}</span>
                <span class="small muted by">{why}{version}</span>
                <JobBar stretches part/>
            </li>
        }
    };
    let numbers = move || builds.with(|builds| builds.iter().map(|build| build.build_number).collect::<Vec<_>>());
    view! {
        <ul class="hist"><For each=numbers key=|number| *number children=line/></ul>
        <Show when=move || builds.with(|builds| !builds.is_empty())>
            <p class="legend small">
                {[Phase::Queue, Phase::Init, Phase::Plan, Phase::Apply, Phase::Graph].map(|phase| view! {
                    <span><span class=format!("sw {}", paint(Some(phase))) aria-hidden="true"></span>{phase.as_str()}</span>
                })}
            </p>
            <p class="say-parts small muted">"Times of the jobs, from request to end; connecting and scripts come after them. Of what failed or was canceled the control plane keeps no times: its phases are read from its log (hatched)."</p>
        </Show>
    }
}

/// The length of a job that is over, in microseconds.
fn job_us(build: &WorkspaceBuild) -> Option<i64> {
    let (asked, ended) = (build.asked_at().known()?, build.job.completed_at?);
    Some(ended.micros().saturating_sub(asked.micros()).max(0))
}

/// Where the time of a job went, drawn as long as it took beside the others. Its place is kept until that is known.
#[component]
pub(crate) fn JobBar(
    /// Its pieces, in parts of the job; `None` while they are not known.
    stretches: Memo<Option<Arc<Vec<Stretch>>>>,
    /// The job's length, in parts of the longest.
    part: Memo<f64>,
) -> impl IntoView {
    let percent = move |of: f64| format!("{:.3}%", of * part.get() * 100.0);
    let of = move |index: usize, of: fn(&Stretch) -> f64| {
        move || percent(stretches.with(|all| all.as_ref().and_then(|all| all.get(index)).map_or(0.0, of)))
    };
    let piece = move |index: usize| {
        let class = move || {
            stretches.with(|all| {
                let one = all.as_ref()?.get(index)?;
                Some(format!("{}{}", paint(one.phase), if one.estimated { " est" } else { "" }))
            })
        };
        view! { <rect class=class x=of(index, |one| one.from) y="0" width=of(index, |one| one.length) height="8"></rect> }
    };
    let count = move || 0..stretches.with(|all| all.as_ref().map_or(0, |all| all.len()));
    let label =
        move || stretches.with(|all| all.as_ref().map(|all| summary::job_text(all)).filter(|text| !text.is_empty()));
    let hidden = move || label().is_none().then_some("true");
    view! {
        <svg class="job" role="img" aria-label=label aria-hidden=hidden>
            <rect class="rest" x="0" y="3" width=move || percent(1.0) height="2"></rect>
            <For each=count key=|index| *index children=piece/>
        </svg>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::recordings;

    fn builds(numbers: &[i64]) -> Vec<WorkspaceBuild> {
        let one = recordings::workspace("real/start-workspace").latest_build;
        numbers.iter().map(|number| WorkspaceBuild { build_number: *number, ..one.clone() }).collect()
    }

    #[test]
    fn seven_hundred_builds_later_the_page_is_as_long_as_it_was() {
        let numbers = |wanted: usize, upto: i64| {
            let mut known = builds(&[]);
            for newest in 1..=upto {
                let page: Vec<i64> = (1..=newest).rev().take(25).collect();
                known = joined(known, builds(&page), true, wanted);
            }
            known.iter().map(|build| build.build_number).collect::<Vec<_>>()
        };
        assert_eq!(numbers(25, 200), (176..=200).rev().collect::<Vec<_>>());
        // Who asked for two pages has two.
        assert_eq!(numbers(50, 120), (71..=120).rev().collect::<Vec<_>>());
    }

    #[test]
    fn pages_join_without_a_gap_and_without_a_double() {
        for (known, page, newest, expected) in [
            (vec![], vec![3, 2], true, vec![3, 2]),
            (vec![9, 8, 7], vec![6, 5], false, vec![9, 8, 7, 6, 5]),
            // A build was made in the meantime: the page overlaps.
            (vec![9, 8, 7], vec![7, 6], false, vec![9, 8, 7, 6]),
            (vec![9, 8, 7], vec![], false, vec![9, 8, 7]),
            (vec![9, 8, 7, 6], vec![10, 9], true, vec![10, 9, 8, 7, 6]),
            // More were made than fit on a page: what lies between is not known.
            (vec![9, 8, 7], vec![12, 11], true, vec![12, 11]),
            (vec![9, 8], vec![], true, vec![]),
        ] {
            let numbers: Vec<i64> =
                joined(builds(&known), builds(&page), newest, 25).iter().map(|build| build.build_number).collect();
            assert_eq!(numbers, expected, "{known:?} {page:?}");
        }
    }
}

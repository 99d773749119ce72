//! What is still to come of a build under way, by the last one of its kind that went well: a sentence, and the timeline
//! with its outlines for the chart. May import `panels` and below.

use super::around::Around;
use super::kept::keep_and_find;
use crate::model::duration::about;
use crate::model::timeline::expected::{Expected, expect, left_by_phase};
use crate::model::timeline::slow::job_of;
use crate::model::timeline::{Phase, Timeline};
use crate::panels::times::timeline_with;
use crate::store::builds::BuildPage;
use crate::store::use_stores;
use crate::wire::build::WorkspaceBuild;
use leptos::prelude::*;
use std::sync::Arc;

/// The build that tells what is usual: its number and its timeline.
pub(super) type Usual = RwSignal<Option<(i64, Arc<Timeline>)>>;

/// What is expected of `timeline`; None while nothing is, or nothing is known.
pub(super) fn expected_of(timeline: Memo<Option<Arc<Timeline>>>, usual: Usual) -> Memo<Option<Arc<Expected>>> {
    Memo::new(move |_| {
        let live = timeline.get().filter(|timeline| timeline.live)?;
        usual.with(|usual| expect(&live, &usual.as_ref()?.1)).map(Arc::new)
    })
}

/// What is left, in a sentence: "About 13 s left, by build 7: apply 4 s, connect 8 s, scripts 1 s." Of a build that has
/// ended it says whose time it is, beside the word that it has.
fn sentence(expected: &Expected, number: i64) -> String {
    let left = left_by_phase(expected);
    let named: Vec<String> = left
        .iter()
        .filter(|(_, us)| *us >= 500_000)
        .map(|(phase, us)| {
            let split = if *phase == Phase::Connect { " (not split by Coder)" } else { "" };
            format!("{} {}{split}", phase.as_str(), about(us / 1_000))
        })
        .collect();
    let us = expected.left_us();
    if us < 500_000 {
        return format!("By build {number} it would have ended by now.");
    }
    let of_agents = |(phase, us): &(Phase, i64)| *us == 0 || matches!(phase, Phase::Connect | Phase::Scripts);
    let until = if left.iter().all(of_agents) { " until the agents are ready" } else { "" };
    let named = if named.is_empty() { String::new() } else { format!(": {}", named.join(", ")) };
    format!(
        "About {} left{until}, by build {number}{named}. Dashed bars are expected, not measured.",
        about(us / 1_000)
    )
}

/// Looks for the build that tells what is usual while this one is under way, and says what is left.
#[component]
pub(super) fn WhatIsLeft(
    timeline: Memo<Option<Arc<Timeline>>>,
    expected: Memo<Option<Arc<Expected>>>,
    usual: Usual,
    open: BuildPage,
    around: Around,
    number: i64,
) -> impl IntoView {
    let live = Memo::new(move |_| timeline.with(|timeline| timeline.as_ref().is_some_and(|timeline| timeline.live)));
    let build = open.build.clone();
    let reference = Memo::new(move |before: Option<&Option<Arc<WorkspaceBuild>>>| {
        if !live.get() {
            return None;
        }
        // The first that is found stays: another one would make the outlines jump.
        if let Some(found) = before.cloned().flatten() {
            return Some(found);
        }
        let transition = build.with(|build| build.ready().map(|build| build.transition.clone()))?;
        around
            .builds
            .map(|builds| {
                let earlier = builds.items.iter().filter(|build| {
                    build.build_number < number && build.transition == transition && job_of(build).is_some()
                });
                earlier.max_by_key(|build| build.build_number).map(|build| Arc::new(build.clone()))
            })
            .flatten()
    });
    let said = move || {
        let number = usual.with(|usual| usual.as_ref().map(|(number, _)| *number))?;
        expected.with(|expected| expected.as_ref().map(|expected| sentence(expected, number)))
    };
    view! {
        {move || reference.get().map(|reference| view! { <Reference reference usual/> })}
        <Show when=move || expected.with(Option::is_some)>
            <p class="build-say small left">{said}</p>
        </Show>
    }
}

#[component]
fn Reference(reference: Arc<WorkspaceBuild>, usual: Usual) -> impl IntoView {
    let stores = use_stores();
    let number = reference.build_number;
    let page = stores.builds.glance((*reference).clone());
    let timeline = timeline_with(&page, Signal::derive(move || stores.known_ms()), keep_and_find(&page).into());
    let held = StoredValue::new(page);
    Effect::new(move |_| usual.set(timeline.get().map(|timeline| (number, timeline))));
    on_cleanup(move || {
        held.dispose();
        usual.try_set(None);
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::recordings;
    use crate::model::timeline::{Input, build_timeline};
    use crate::wire::build::JobStatus;

    #[test]
    fn what_is_left_is_said_with_its_phases() {
        let build = recordings::workspace("real/start-workspace").latest_build;
        let timings: crate::wire::timings::BuildTimings = recordings::body("real/start-timings");
        let usual =
            build_timeline(&Input { build: &build, timings: Some(&timings), logs: &[], now_ms: 1_900_000_000_000 });
        let mut running = build.clone();
        (running.job.status, running.job.completed_at) = (JobStatus::Running, None);
        let now_ms = build.asked_at().millis() + 1_100;
        let live = build_timeline(&Input { build: &running, timings: None, logs: &[], now_ms });
        let said = sentence(&expect(&live, &usual).unwrap(), 7);
        assert!(said.starts_with("About ") && said.contains(" left, by build 7: "), "{said}");
        assert!(said.ends_with("Dashed bars are expected, not measured."), "{said}");
        let mut expected = expect(&live, &usual).unwrap();
        expected.timeline.spans.retain(|span| matches!(span.phase, Some(Phase::Connect | Phase::Scripts) | None));
        let said = sentence(&expected, 7);
        assert!(said.contains(" left until the agents are ready, by build 7: connect "), "{said}");
    }
}

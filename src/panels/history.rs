//! The builds of a workspace with their durations, newest first. May import `store` and below.

use crate::browser::view::view;
use crate::components::status::status;
use crate::model::duration;
use crate::model::status::describe_build;
use crate::panels::local;
use crate::paths;
use crate::wire::build::WorkspaceBuild;
use leptos::prelude::*;

/// How long the job of a build ran, or runs: from its creation to its end.
pub fn length(build: &WorkspaceBuild, now_ms: i64) -> String {
    let end = build.job.completed_at.map_or(now_ms, crate::wire::time::Timestamp::millis);
    let text = duration::span_text((end - build.job.created_at.millis()).max(0) * 1_000);
    if build.job.completed_at.is_some() { text } else { format!("{text} so far") }
}

/// The lines.
pub fn history(builds: &[WorkspaceBuild], owner: &str, workspace: &str, now_ms: i64) -> AnyView {
    let lines = builds
        .iter()
        .map(|build| {
            let text = describe_build(&build.status, &build.transition, build.job.canceled_at.is_some());
            let at = build.created_at.millis();
            let by = crate::model::status::by(&build.reason, &build.initiator_name);
            view! {
                <li title=by>
                    <a href=paths::build(owner, workspace, build.build_number)>{format!("#{}", build.build_number)}</a>
                    {status(&text)}
                    <span class="muted nowrap">{duration::at(at, now_ms, &local::Viewer)}</span>
                    <span class="nowrap">{length(build, now_ms)}</span>
                </li>
            }
        })
        .collect_view();
    view! { <ul class="hist">{lines}</ul> }.into_any()
}

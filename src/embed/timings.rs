//! Where the time of a build went, in another page: a sentence, and the waterfall. The latest build of a workspace, or
//! a given one. May import `panels` and below.

use crate::browser::clock_text::Viewer;
use crate::components::skeleton::AfterAMoment;
use crate::embed::chart::{MakesChart, use_chart};
use crate::embed::frame::PanelFrame;
use crate::embed::host::Host;
use crate::embed::shown::{SUBJECT as WORKSPACE, Shows, shown, tell_trouble};
use crate::model::timeline::Timeline;
use crate::model::{duration, status};
use crate::panels::latest_build::{Told, bar};
use crate::panels::problem::{MISSING, Subject, problem};
use crate::panels::sentence::running_mark;
use crate::panels::times::timeline_of;
use crate::panels::waiting::waiting;
use crate::paths;
use crate::store::builds::{BuildPage, Loaded};
use crate::store::use_stores;
use crate::store::workspaces::WorkspaceDetail;
use crate::wire::build::WorkspaceBuild;
use crate::wire::workspace::Workspace;
use leptos::prelude::*;
use std::sync::Arc;

const SUBJECT: Subject = Subject { noun: "this build", verb: "read the build", missing: MISSING };
const WAY: &str = "Open waterfall";

/// The panel.
#[component]
pub(super) fn TimingsPanel(host: Host, owner: String, name: String, number: Option<i64>) -> impl IntoView {
    let detail = use_stores().workspaces.detail(&owner, &name);
    match number {
        Some(number) => view! { <Numbered host owner name number detail/> }.into_any(),
        None => view! { <Latest host owner name detail/> }.into_any(),
    }
}

/// Whose build it is, and how it went: the end of the panel's head.
fn about(build: &WorkspaceBuild, now_ms: i64) -> String {
    let by = status::by(&build.reason, &build.initiator_name);
    format!("{}, {by}, {}", build.transition, duration::at(build.asked_at().millis(), now_ms, &Viewer))
}

#[component]
fn Latest(host: Host, owner: String, name: String, detail: WorkspaceDetail) -> impl IntoView {
    let (workspace, shows) = shown(&detail);
    tell_trouble(host, shows);
    let now = use_stores().clock.now_ms;
    let build = Memo::new(move |_| workspace.with(|one| one.as_ref().map(|one| one.latest_build.build_number)));
    let of = name.clone();
    let title =
        Signal::derive(move || build.get().map_or_else(|| of.clone(), |number| format!("{of}, build {number}")));
    let note = Signal::derive(move || {
        workspace.with(|one| one.as_ref().map(|one| about(&one.latest_build, now.get())).unwrap_or_default())
    });
    let href = Signal::derive(move || match build.get() {
        Some(number) => paths::build(&owner, &name, number),
        None => paths::workspace(&owner, &name),
    });
    let detail = StoredValue::new(detail);
    let again = Callback::new(move |()| detail.with_value(WorkspaceDetail::refresh));
    view! {
        <PanelFrame host name=title note way=WAY href>
            {move || match shows.get() {
                Shows::Waiting => waiting("Reading the build"),
                Shows::Failed(error) => problem(&error, WORKSPACE, false, again, Vec::new()),
                Shows::Panel => view! { <LatestTimes host workspace whole=true/> }.into_any(),
            }}
        </PanelFrame>
    }
}

/// The times of a workspace's latest build; another one when another is the latest.
#[component]
pub(super) fn LatestTimes(
    host: Host,
    workspace: Memo<Option<Arc<Workspace>>>,
    /// Whether the waterfall is shown, and not only a bar.
    #[prop(optional)]
    whole: bool,
) -> impl IntoView {
    let builds = use_stores().builds;
    let id = Memo::new(move |_| workspace.with(|one| one.as_ref().map(|one| one.latest_build.id)));
    move || {
        id.with(|_| ());
        let known = workspace.get_untracked()?;
        let build = known.latest_build.clone();
        let (id, page) = (build.id, builds.glance(build.clone()));
        let heard = page.clone();
        Effect::new(move |_| {
            if let Some(known) = workspace.get().filter(|known| known.latest_build.id == id) {
                heard.hear(known.latest_build.clone());
            }
        });
        let way = paths::build(&known.owner_name, &known.name, build.build_number);
        let running = running_mark(&build.transition);
        Some(view! { <Times host page running way whole/> })
    }
}

#[component]
fn Numbered(host: Host, owner: String, name: String, number: i64, detail: WorkspaceDetail) -> impl IntoView {
    let stores = use_stores();
    let open = stores.builds.open(&detail, &owner, &name, number);
    let build = open.build.clone();
    let shows = Memo::new(move |_| {
        build.with(|build| match build {
            Loaded::Loading => Shows::Waiting,
            Loaded::Ready(_) => Shows::Panel,
            Loaded::Failed(error) | Loaded::Refused(error) => Shows::Failed(error.clone()),
        })
    });
    tell_trouble(host, shows);
    let (build, now) = (open.build.clone(), stores.clock.now_ms);
    let note = Signal::derive(move || {
        build.with(|build| build.ready().map(|build| about(build, now.get())).unwrap_or_default())
    });
    let href = paths::build(&owner, &name, number);
    let way = href.clone();
    let open = StoredValue::new(open);
    let again = Callback::new(move |()| open.with_value(BuildPage::refresh));
    view! {
        <PanelFrame host name=format!("{name}, build {number}") note way=WAY href>
            {move || match shows.get() {
                Shows::Waiting => waiting("Reading the build"),
                Shows::Failed(error) => problem(&error, SUBJECT, false, again, Vec::new()),
                Shows::Panel => {
                    let page = open.get_value();
                    let build = page.build.with_untracked(|build| build.ready().cloned());
                    build.map(|build| view! { <Times host page running=running_mark(&build.transition) way=way.clone() whole=true/> }).into_any()
                }
            }}
        </PanelFrame>
    }
}

#[component]
fn Times(host: Host, page: BuildPage, running: &'static str, way: String, whole: bool) -> impl IntoView {
    let stores = use_stores();
    let timeline = timeline_of(&page, Signal::derive(move || stores.known_ms()));
    let is_read = Memo::new(move |_| timeline.with(Option::is_some));
    let log = way.clone();
    // A line of the log is told in the console.
    let on_log = Callback::new(move |_| {
        host.follow(&log);
    });
    let (chart, to) = (whole.then(use_chart), way.clone());
    let drawn = chart.map(|chart| ViewFn::from(move || drawn(chart.clone(), timeline, to.clone(), on_log)));
    move || {
        if is_read.get() {
            view! { <Told timeline running way=way.clone() on_log picture=drawn.clone()/> }.into_any()
        } else {
            view! { <AfterAMoment><p class="say-parts">"Reading where the time went"</p></AfterAMoment> }.into_any()
        }
    }
}

/// The waterfall; one bar until its code is here.
fn drawn(
    chart: ArcSignal<Option<MakesChart>>,
    timeline: Memo<Option<Arc<Timeline>>>,
    way: String,
    on_log: Callback<i64>,
) -> AnyView {
    let on_lines = Callback::new(move |(first, _last)| on_log.run(first));
    (move || match (chart.get(), timeline.get_untracked()) {
        (Some(chart), Some(first)) => {
            chart(Signal::derive(move || timeline.get().unwrap_or_else(|| Arc::clone(&first))), on_lines)
        }
        _ => bar(timeline, way.clone()),
    })
    .into_any()
}

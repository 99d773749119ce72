//! One build: what happened in a sentence, where the time went on a waterfall or in its table, and the log. Live while
//! it runs. What is shown and selected is in the address (`?view=table`, `?span=`). May import `panels` and below.

use crate::browser::clock_text::Viewer;
use crate::browser::{dom, page};
use crate::components::button::Button;
use crate::components::icon::icon;
use crate::components::skeleton::{self, AfterAMoment};
use crate::components::state::StateBlock;
use crate::model::actions::{self, Action};
use crate::model::row::{Row, from_workspace};
use crate::model::timeline::{Outcome, SpanKey, SpanKind, Timeline, summary};
use crate::model::{duration, left_out, status};
use crate::panels::action_runner::{reason, use_action_runner};
use crate::panels::brand::title;
use crate::panels::build_log::BuildLog;
use crate::panels::build_progress::BuildProgress;
use crate::panels::go::{SetParam, use_here, use_param};
use crate::panels::here::looks_at;
use crate::panels::left_out::LeftOutBanner;
use crate::panels::problem::{MISSING, Subject, problem};
use crate::panels::questions::Questions;
use crate::panels::sentence::{OutcomeMark, Sentence, paint, running_mark};
use crate::panels::times::timeline_with;
use crate::panels::waiting::waiting;
use crate::paths::{self, Place};
use crate::store::builds::{BuildPage, Loaded};
use crate::store::use_stores;
use crate::store::workspaces::{DetailState, WorkspaceDetail};
use crate::waterfall::looks::{folds_text, parse_folds, parse_range, range_text};
use crate::waterfall::{ColorBy, Link, Looks, Meaning, Outlines, Shown, Waterfall};
use crate::wire::build::WorkspaceBuild;
use around::Around;
use compare::{Compare, CompareMenu};
use export::Export;
use leptos::prelude::*;
use live::{WhatIsLeft, expected_of};
use opened::{FileField, FromFile, Opened};
use slow::Slow;
use std::sync::Arc;
use trend::Trend;

mod around;
mod compare;
mod export;
mod kept;
mod live;
mod opened;
mod slow;
mod trend;

mod texts {
    pub(super) const NO_TIMES: &str = "The control plane did not say where the time went";
    pub(super) const LOADING: &str = "Reading the build";
    pub(super) const OTHERS: &str = "The other errors:";
    pub(super) const DRAWING: &str = "Reading where the time went";
}

const SUBJECT: Subject = Subject { noun: "this build", verb: "read the build", missing: MISSING };

/// The mark by which a benchmark knows when data has become a picture.
const PAINTED: &str = "gantry:waterfall";

/// The page; a new one for each build.
#[component]
pub(crate) fn BuildPageView() -> impl IntoView {
    let asked = use_here(|place| match place {
        Place::Build { owner, name, number } => Some((owner, name, number)),
        _ => None,
    });
    move || asked.get().map(|(owner, name, number)| view! { <NumberedBuild owner name number/> })
}

#[component]
fn NumberedBuild(owner: String, name: String, number: i64) -> impl IntoView {
    let stores = use_stores();
    page::set_title(&title(&format!("Build {number} · {name}")));
    // The picture comes first, and then the code that it does not need.
    let (session, left) = (stores.session.clone(), stores.session.clone());
    session.hold_first_rows(true);
    let painted = Callback::new(move |()| session.hold_first_rows(false));
    on_cleanup(move || left.hold_first_rows(false));
    let detail = stores.workspaces.detail(&owner, &name);
    let of_whom = detail.state.clone();
    looks_at(move || of_whom.with(|state| state.workspace().map(|workspace| workspace.organization_id)));
    let open = stores.builds.open(&detail, &owner, &name, number);
    // Whatever else tells of this build says the stage that its own page shows.
    let (running, logs, stages) = (open.build.clone(), open.logs.clone(), stores.stages.clone());
    let running = Memo::new(move |_| {
        running.with(|build| build.ready().filter(|build| build.job.completed_at.is_none()).map(|build| build.id))
    });
    Effect::new(move |_| {
        if let Some(id) = running.get() {
            logs.with(|lines| stages.hear(id, lines.last().map(std::slice::from_ref).unwrap_or_default()));
        }
    });
    kept::Shelf::provide();
    let seen = kept::keep_and_find(&open);
    let timeline = timeline_with(&open, Signal::derive(move || stores.known_ms()), seen.into());
    let wanted = RwSignal::new(None::<i64>);
    let around = Around::of(&open, &detail);
    let again = {
        let open = open.clone();
        Callback::new(move |()| open.refresh())
    };
    let stand = {
        let build = open.build.clone();
        Memo::new(move |_| match build.get() {
            Loaded::Loading => Loaded::Loading,
            Loaded::Ready(_) => Loaded::Ready(()),
            Loaded::Failed(error) => Loaded::Failed(error),
            Loaded::Refused(error) => Loaded::Refused(error),
        })
    };
    move || match stand.get() {
        Loaded::Loading => waiting(texts::LOADING),
        Loaded::Failed(error) | Loaded::Refused(error) => {
            let up = (format!("Workspace {name}"), paths::workspace(&owner, &name));
            problem(&error, SUBJECT, true, again, vec![up, ("All workspaces".to_owned(), paths::workspaces(Some("")))])
        }
        Loaded::Ready(()) => {
            let (open, detail) = (open.clone(), detail.clone());
            view! {
                <Head owner=owner.clone() name=name.clone() number open=open.clone() detail=detail.clone() timeline wanted/>
                <Times open=open.clone() detail=detail.clone() timeline owner=owner.clone() name=name.clone() number wanted around painted/>
            }
            .into_any()
        }
    }
}

/// When it ran, who asked for it, and with what: the end of the first sentence.
fn circumstances(build: &WorkspaceBuild, now_ms: i64) -> String {
    let from = duration::at_in_sentence(build.asked_at().millis(), now_ms, &Viewer);
    let version = match build.template_version_name.as_str() {
        "" => String::new(),
        name => format!(", version {name}"),
    };
    format!(" Requested {from} {}{version}.", status::by(&build.reason, &build.initiator_name))
}

/// What `of` says of a timeline; the default while there is none.
fn of_timeline<T: Default>(timeline: Memo<Option<Arc<Timeline>>>, of: impl Fn(&Timeline) -> T) -> T {
    timeline.with(|timeline| timeline.as_ref().map(|timeline| of(timeline)).unwrap_or_default())
}

#[component]
fn Head(
    owner: String,
    name: String,
    number: i64,
    open: BuildPage,
    detail: WorkspaceDetail,
    timeline: Memo<Option<Arc<Timeline>>>,
    wanted: RwSignal<Option<i64>>,
) -> impl IntoView {
    let stores = use_stores();
    let now = stores.clock.now_ms.clone();
    let to_log = Callback::new(move |id| {
        wanted.set(None);
        wanted.set(Some(id));
    });
    let build = open.build.clone();
    // "Today" changes at midnight: the text is made each second, and what shows it only when it is another.
    let about = Memo::new(move |_| {
        build.with(|build| build.ready().map(|build| (circumstances(build, now.get()), build.transition.clone())))
    });
    let unreadable = {
        let build = open.build.clone();
        Memo::new(move |_| {
            build.with(|build| build.ready().and_then(|build| left_out::without("this build", &build.left_out)))
        })
    };
    let running = Memo::new(move |_| about.with(|about| about.as_ref().map_or("", |(_, of)| running_mark(of))));
    let headline = Signal::derive(move || of_timeline(timeline, summary::headline));
    let tone = move || {
        let failed = |timeline: &Timeline| matches!(timeline.outcome, Outcome::Failed { .. });
        if of_timeline(timeline, failed) { "say bad-say" } else { "say" }
    };
    let about_text = move || about.with(|about| about.as_ref().map(|(text, _)| text.clone()));
    let (ended, around) = (open.build.clone(), detail.state.clone());
    let since = Memo::new(move |_| {
        ended
            .with(|build| {
                let build = build.ready()?;
                Some(around.with(|state| {
                    let known = state.workspace().map(AsRef::as_ref);
                    summary::Since::of(build, known, matches!(state, DetailState::Deleted(_)))
                }))
            })
            .unwrap_or(summary::Since::Unknown)
    });
    let others = Memo::new(move |_| of_timeline(timeline, summary::other_errors));
    let spent = Memo::new(move |_| of_timeline(timeline, summary::time_spent));
    let left = Memo::new(move |_| of_timeline(timeline, |timeline| summary::left_behind(timeline, since.get())));
    let notes = Memo::new(move |_| of_timeline(timeline, |timeline| timeline.notes.join(" ")));
    let row = {
        let detail = detail.clone();
        Memo::new(move |_| {
            let row = detail.state.with(|state| state.workspace().map(|workspace| from_workspace(workspace)))?;
            Some(row).filter(|row| row.build.number == number)
        })
    };
    let org = {
        let detail = detail.clone();
        Memo::new(move |_| {
            detail.state.with(|state| state.workspace().map(|workspace| workspace.organization_name.clone()))
        })
    };
    let crumbs = view! {
        <nav class="crumbs" aria-label="Breadcrumb">
            {move || org.get().filter(|org| !org.is_empty()).map(|org| view! { <a href=paths::workspaces(Some(&format!("organization:{org}")))>{org.clone()}</a>"/" })}
            <a href=paths::workspaces(Some(&format!("owner:{owner}")))>{owner.clone()}</a>"/"
            <a href=paths::workspace(&owner, &name)>{name.clone()}</a>"/"
        </nav>
    };
    view! {
        <div class="hero">
            <div class="ttl">{crumbs}<h1 tabindex="-1">{format!("Build {number}")}</h1></div>
            <Show when=move || timeline.with(Option::is_some) && about.with(Option::is_some)>
                <p class=tone><OutcomeMark timeline running/>" "<Sentence parts=headline on_log=to_log/>{about_text}</p>
            </Show>
            <div class="acts">
                <Neighbours owner=owner.clone() name=name.clone() number detail=detail.clone()/>
                <Actions detail number/>
            </div>
        </div>
        <BuildProgress row with_words=true/>
        <LeftOutBanner said=unreadable/>
        <Show when=move || timeline.with(Option::is_some)>
            <div class="build-say">
                <Show when=move || others.with(|others| !others.is_empty())>
                    <p>{texts::OTHERS}</p>
                    <ul class="errors">
                        <For each=move || 0..others.with(Vec::len) key=|index| *index let(index)>
                            <li><Sentence parts=Signal::derive(move || others.with(|all| all.get(index).cloned().unwrap_or_default())) on_log=to_log/></li>
                        </For>
                    </ul>
                </Show>
                <Show when=move || spent.with(|parts| !parts.is_empty())><p><Sentence parts=spent on_log=to_log/></p></Show>
                {move || left.get().map(|left| view! { <p>{left}</p> })}
                <Show when=move || notes.with(|notes| !notes.is_empty())><p class="small muted">{move || notes.get()}</p></Show>
            </div>
        </Show>
    }
}

/// Links to the builds before and after.
#[component]
fn Neighbours(owner: String, name: String, number: i64, detail: WorkspaceDetail) -> impl IntoView {
    let has_next = Memo::new(move |_| {
        detail
            .state
            .with(|state| state.workspace().is_some_and(|workspace| workspace.latest_build.build_number > number))
    });
    let link = move |number: i64, before: bool| {
        let text = format!("Build {number}");
        let href = paths::build(&owner, &name, number);
        if before {
            view! { <a class="btn" href=href>{icon("left")}{text}</a> }.into_any()
        } else {
            view! { <a class="btn" href=href>{text}{icon("right")}</a> }.into_any()
        }
    };
    let (before, after) = (link.clone(), link);
    view! {
        {(number > 1).then(|| before(number - 1, true))}
        {move || has_next.get().then(|| after(number + 1, false))}
    }
}

/// What may be done about the latest build: cancel it while it runs, retry it when it failed.
#[component]
fn Actions(detail: WorkspaceDetail, number: i64) -> impl IntoView {
    let runner = use_action_runner();
    let row = Memo::new(move |_| {
        detail
            .state
            .with(|state| state.workspace().map(|workspace| from_workspace(workspace)))
            .filter(|row: &Row| row.build.number == number)
    });
    let offer = Memo::new(move |_| {
        row.get()
            .and_then(|row| actions::primary(&row, &runner.viewer(&row, false)))
            .filter(|offer| matches!(offer.action, Action::Cancel | Action::Retry))
    });
    let action = Memo::new(move |_| offer.with(|offer| offer.as_ref().map(|offer| offer.action)));
    let why = Signal::derive(move || offer.with(|offer| offer.as_ref().and_then(reason)));
    let label = move || offer.with(|offer| offer.as_ref().map(|offer| offer.label.clone()));
    let button = move || {
        let action = action.get()?;
        let class = if action == Action::Retry { "fill" } else { "" };
        let run = move |()| {
            if let Some(row) = row.get_untracked() {
                runner.ask(&row, action);
            }
        };
        Some(view! { <Button class on_click=run reason=why>{label}</Button> })
    };
    view! { {button}<Questions runner/> }
}

/// The waterfall and the log, which lead into each other.
#[component]
fn Times(
    open: BuildPage,
    detail: WorkspaceDetail,
    timeline: Memo<Option<Arc<Timeline>>>,
    owner: String,
    name: String,
    number: i64,
    wanted: RwSignal<Option<i64>>,
    around: Around,
    /// Told of the first picture.
    painted: Callback<()>,
) -> impl IntoView {
    // Chart or table and the selection are the address's; whoever shows or changes them does it there.
    let (view_asked, set_view) = use_param("view");
    let (span_asked, set_span) = use_param("span");
    let shown =
        Memo::new(move |_| if view_asked.get().as_deref() == Some("table") { Shown::Table } else { Shown::Chart });
    let show = SignalSetter::map(move |to: Shown| set_view.set((to == Shown::Table).then(|| "table".to_owned())));
    let selected = Memo::new(move |_| span_asked.get().map(SpanKey::from));
    let select = SignalSetter::map(move |to: Option<SpanKey>| set_span.set(to.map(|key| key.to_string())));
    let marked = Memo::new(move |_| {
        let (timeline, key) = (timeline.get()?, selected.get()?);
        let span = timeline.span(timeline.find(&key)?)?;
        span.log.map(|(first, last)| (first, last, paint(span.phase)))
    });
    let stores = use_stores();
    let (names_width, prefs) = (stores.prefs.names_width.clone(), stores.prefs);
    let set_names_width = SignalSetter::map(move |width: Option<f64>| prefs.set_names_width(width));
    let origin_us = {
        let build = open.build.clone();
        Signal::derive(move || build.with(|build| build.ready().map_or(0, |build| build.asked_at().micros())))
    };
    let on_log = Callback::new(move |(first, _last): (i64, i64)| {
        wanted.set(None);
        wanted.set(Some(first));
    });
    let error = open.timings_error.clone();
    let refresh = {
        let open = open.clone();
        Callback::new(move |()| open.refresh_timings())
    };
    let trouble = move || {
        error.get().map(|error| {
            view! {
                <StateBlock mark="warn" tone="warn" title=texts::NO_TIMES text=format!("“{}” What follows is estimated from the log.", error.message)
                    failure=crate::panels::problem::failure(&error)>
                    <Button on_click=refresh>"Try again"</Button>
                </StateBlock>
            }
        })
    };
    let file = format!("{name}-build-{number}");
    let (range_asked, set_range) = use_param("range");
    let (folds_asked, set_folds) = use_param("fold");
    let (find_asked, set_find) = use_param("find");
    let (color_asked, set_color) = use_param("color");
    let (gaps_asked, set_gaps) = use_param("gaps");
    let range = Memo::new(move |_| range_asked.with(|text| text.as_deref().and_then(parse_range)));
    let looks = Looks {
        range: range.get_untracked(),
        folds: folds_asked.get_untracked().as_deref().map(parse_folds).unwrap_or_default(),
        find: find_asked.get_untracked().unwrap_or_default(),
        color: ColorBy::of_word(&color_asked.get_untracked().unwrap_or_default()),
        gaps: gaps_asked.get_untracked().as_deref() == Some("short"),
    };
    let on_looks = Callback::new(move |looks: Looks| {
        let write = |now: Option<String>, before: Memo<Option<String>>, set: SetParam| {
            if before.with_untracked(|before| *before != now) {
                set.set(now);
            }
        };
        write(looks.range.map(range_text), range_asked, set_range);
        write(Some(folds_text(&looks.folds)).filter(|text| !text.is_empty()), folds_asked, set_folds);
        write(Some(looks.find).filter(|text| !text.trim().is_empty()), find_asked, set_find);
        write((looks.color != ColorBy::Phase).then(|| looks.color.word().to_owned()), color_asked, set_color);
        write(looks.gaps.then(|| "short".to_owned()), gaps_asked, set_gaps);
    });
    let (compare_asked, set_compare) = use_param("compare");
    let compared = Memo::new(move |_| {
        compare_asked.get().and_then(|text| text.parse::<i64>().ok()).filter(|other| *other > 0 && *other != number)
    });
    let set_compared = Callback::new(move |to: Option<i64>| set_compare.set(to.map(|number| number.to_string())));
    let (trend_asked, set_trend) = use_param("trend");
    let trend = Memo::new(move |_| trend_asked.get().is_some());
    let set_trend = Callback::new(move |open: bool| set_trend.set(open.then(|| "open".to_owned())));
    let drawn_beside = RwSignal::new(None::<Arc<Outlines>>);
    let opened: Opened = RwSignal::new(None);
    let usual = RwSignal::new(None);
    let expected = expected_of(timeline, usual);
    let in_chart = Memo::new(move |_| {
        if let Some(from_file) = opened.with(|opened| opened.as_ref().map(|(_, timeline)| Arc::clone(timeline))) {
            return Some(from_file);
        }
        expected
            .with(|expected| expected.as_ref().map(|expected| Arc::new(expected.timeline.clone())))
            .or_else(|| timeline.get())
    });
    // The chart is made before there is anything to draw: what it takes to make it is not added to the wait.
    let drawn = Memo::new(move |_| in_chart.with(Option::is_some));
    let nothing_yet = Arc::new(Timeline::unknown(number));
    let in_chart = Signal::derive(move || in_chart.get().unwrap_or_else(|| Arc::clone(&nothing_yet)));
    let outlines = Signal::derive(move || {
        if opened.with(Option::is_some) {
            return None;
        }
        let expected = expected.with(|expected| expected.as_ref().map(|expected| expected.outlines.clone()));
        let expected = expected.map(|ranges| Arc::new(Outlines { meaning: Meaning::Expected, ranges, title: None }));
        drawn_beside.get().or(expected)
    });
    let page = (name.clone(), paths::workspace(&owner, &name));
    let links = Signal::derive(move || {
        let (text, href) = page.clone();
        let mut links = vec![Link { word: "Workspace", text, href, of: Some(SpanKind::Resource) }];
        detail.state.with(|state| {
            links.extend(state.workspace().map(|workspace| Link {
                word: "Template",
                text: workspace.template_name.clone(),
                href: paths::template(&workspace.organization_name, &workspace.template_name),
                of: None,
            }));
        });
        links
    });
    let (for_end, workspace) = (open.clone(), name.clone());
    let end = ViewFn::from(move || {
        view! {
            <FileField opened/>
            <CompareMenu open=for_end.clone() around number asked=compared set=set_compared/>
            <Export timeline open=for_end.clone() around workspace=workspace.clone() number range/>
        }
    });
    view! {
        <FromFile opened/>
        <WhatIsLeft timeline expected usual open=open.clone() around number/>
        <Slow timeline open=open.clone() around select/>
        <Trend open=open.clone() around owner=owner.clone() name=name.clone() number opened=trend set_opened=set_trend/>
        <Compare timeline open=open.clone() around owner name asked=compared drawn=drawn_beside select/>
        {trouble}
        <Show when=move || !drawn.get()>
            <AfterAMoment><p class="build-say" role="status">{texts::DRAWING}" "{skeleton::bar(208)}</p></AfterAMoment>
        </Show>
        <div class="drawn" hidden=move || !drawn.get()>
            <Waterfall timeline=in_chart selected select shown show names_width set_names_width on_log links end looks on_looks outlines on_painted=move |()| { dom::mark(PAINTED); painted.run(()); }/>
        </div>
        <BuildLog page=open origin_us name=file marked wanted/>
    }
}

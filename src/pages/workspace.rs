//! One workspace: its state in a sentence, what can be done, agents and their apps, resources, schedule, builds; live.
//! May import `panels` and below.

use crate::api::builds as build_calls;
use crate::api::error::{ApiError, Kind};
use crate::browser::clock_text::{self, Viewer};
use crate::browser::page;
use crate::browser::zones::BrowserZones;
use crate::components::banner::{Banner, BannerTone};
use crate::components::button::Button;
use crate::components::icon::icon;
use crate::components::kv::Kv;
use crate::components::menu::Menu;
use crate::components::skeleton::AfterAMoment;
use crate::components::status::Status;
use crate::model::actions::{self, Action, Offer};
use crate::model::duration::LocalTime as _;
use crate::model::permission::Act;
use crate::model::row::{self, Row};
use crate::model::schedule::Fate;
use crate::model::status::{State, StatusText, state};
use crate::model::{duration, left_out, schedule};
use crate::panels::action_runner::{ActionRunner, reason, use_action_runner};
use crate::panels::agents::Agents;
use crate::panels::brand::title;
use crate::panels::build_progress::BuildProgress;
use crate::panels::carried::use_carried;
use crate::panels::go::{use_go, use_here};
use crate::panels::here::looks_at;
use crate::panels::history::{History, joined};
use crate::panels::latest_build::LatestBuild;
use crate::panels::left_out::LeftOutBanner;
use crate::panels::made_of::{IN_SIGHT, MadeOf, Offered, Parts, use_parts};
use crate::panels::message::action_id;
use crate::panels::problem::{MISSING, Subject, problem};
use crate::panels::questions::Questions;
use crate::panels::resources::Resources;
use crate::panels::row_status;
use crate::panels::versions_made::versions_made;
use crate::panels::waiting::waiting;
use crate::panels::why_denied::WhyDenied;
use crate::paths::{self, Place};
use crate::store::use_stores;
use crate::store::workspaces::{DetailState, WorkspaceDetail};
use crate::wire::build::WorkspaceBuild;
use crate::wire::id::Id;
use crate::wire::workspace::Workspace;
use json_tape::LeftOut;
use leptos::prelude::*;
use leptos::task::spawn_local_scoped_with_cancellation;
use std::sync::Arc;

const SUBJECT: Subject = Subject { noun: "this workspace", verb: "show this workspace", missing: MISSING };
const BUILDS: Subject = Subject { noun: "these builds", verb: "list the builds", missing: MISSING };
const MENU: &str = "workspace-menu";
/// How many builds a page of the history has.
const SHOWN: usize = 25;

/// The page: finds out which workspace is meant.
#[component]
pub(crate) fn WorkspacePage() -> impl IntoView {
    let named = use_here(|place| match place {
        Place::Workspace { owner, name } => Some((owner, name)),
        _ => None,
    });
    move || named.get().map(|(owner, name)| view! { <NamedWorkspace owner name/> })
}

/// What the page shows, so that it is not built anew with each frame.
#[derive(Clone, PartialEq)]
enum Shows {
    Waiting,
    Failed(ApiError),
    /// Deleted before it could be shown; the number of its last build, if that is known.
    Deleted(Option<i64>),
    Page,
}

#[component]
fn NamedWorkspace(owner: String, name: String) -> impl IntoView {
    page::set_title(&title(&format!("{name} · {owner}")));
    let detail = use_stores().workspaces.detail(&owner, &name);
    let known = detail.state.clone();
    let workspace = Memo::new(move |_| known.with(|state| state.workspace().cloned()));
    // Renamed elsewhere, or named in another way (`me`, capital letters): the address becomes that under which a reload
    // finds it.
    let go = use_go();
    let asked = (owner.clone(), name.clone());
    Effect::new(move |_| {
        let named = workspace.with(|one| one.as_ref().map(|one| (one.owner_name.clone(), one.name.clone())));
        if let Some(named) = named.filter(|named| *named != asked) {
            go.instead(paths::workspace(&named.0, &named.1));
        }
    });
    let known = detail.state.clone();
    let shows = Memo::new(move |_| {
        if workspace.with(Option::is_some) {
            return Shows::Page;
        }
        known.with(|state| match state {
            DetailState::Failed(error) | DetailState::Refused(error) => Shows::Failed(error.clone()),
            DetailState::Deleted(_) => Shows::Deleted(None),
            DetailState::Past(last) => Shows::Deleted(Some(last.latest_build.build_number)),
            DetailState::Loading | DetailState::Ready(_) => Shows::Waiting,
        })
    });
    let detail = StoredValue::new(detail);
    let (of, up_owner) = (format!("Workspaces of {owner}"), owner.clone());
    let up = move || vec![(of.clone(), paths::workspaces(Some(&format!("owner:{up_owner}"))))];
    let again = Callback::new(move |()| detail.with_value(WorkspaceDetail::refresh));
    move || match shows.get() {
        Shows::Waiting => waiting("Asking for this workspace"),
        Shows::Failed(error) => problem(&error, SUBJECT, true, again, up()),
        Shows::Deleted(last) => {
            let builds = last.map(|last| (format!("Build {last}, its last"), paths::build(&owner, &name, last)));
            let ways = builds.into_iter().chain(up()).collect();
            problem(&ApiError::local(Kind::Gone, ""), SUBJECT, true, again, ways)
        }
        Shows::Page => view! { <Page workspace detail/> }.into_any(),
    }
}

#[component]
fn Page(workspace: Memo<Option<Arc<Workspace>>>, detail: StoredValue<WorkspaceDetail>) -> impl IntoView {
    let runner = use_action_runner();
    let row = Memo::new(move |_| {
        workspace.with(|workspace| workspace.as_ref().map(|workspace| row::from_workspace(workspace)))
    });
    looks_at(move || workspace.with(|workspace| workspace.as_ref().map(|known| known.organization_id)));
    let parts = use_parts(workspace);
    let kept = Memo::new(move |_| parts.kept());
    let limit = Memo::new(move |_| parts.template.map(|template| template.max_port_share_level.clone()).flatten());
    let stores = use_stores();
    let (permissions, looks_only) = (stores.permissions, !stores.features.actions);
    let refused = Signal::derive(move || {
        if looks_only {
            return Some("actions are switched off on this site".to_owned());
        }
        let may = row.with(|row| permissions.on_row(row.as_ref()?, Act::Update));
        (may == Some(false)).then(|| "you may not change this workspace".to_owned())
    });
    view! {
        <Hero row runner/>
        <BuildProgress row/>
        <Notices row runner detail parts/>
        <Denied row runner/>
        <div class="cols">
            <div><Agents workspace limit refused/><LatestBuild workspace/><Resources workspace row kept/></div>
            <div><MadeOf workspace row parts runner/><Schedule row parts/><Builds workspace/></div>
        </div>
        <Questions runner/>
    }
}

/// Why its latest build was refused for its credits, where it was: the workspaces that take from the same budget are
/// listed for that alone.
#[component]
fn Denied(row: Memo<Option<Row>>, runner: ActionRunner) -> impl IntoView {
    let stores = StoredValue::new(use_stores());
    let refused =
        Memo::new(move |_| row.with(|row| row.as_ref().is_some_and(|row| row::is_refused_by_quota(&row.build))));
    let shown = move || {
        let list = stores.with_value(|stores| stores.workspaces.list("owner:me"));
        let list = StoredValue::new(list);
        let rows = Memo::new(move |_| {
            let ids = list.with_value(|list| list.order.get());
            let row = |id: &Id| stores.with_value(|stores| stores.workspaces.row(*id)).map(|row| row.get());
            ids.iter().filter_map(row).collect::<Vec<Row>>()
        });
        let made = versions_made(move || {
            rows.with(|rows| {
                rows.iter().filter(|row| row.daily_cost > 0).map(|row| row.build.template_version_id).collect()
            })
        });
        view! { <div class="stack"><WhyDenied row rows=rows.into() made runner/></div> }
    };
    view! { <Show when=move || refused.get()>{shown}</Show> }
}

#[component]
fn Hero(row: Memo<Option<Row>>, runner: ActionRunner) -> impl IntoView {
    let stores = StoredValue::new(use_stores());
    row_status::want(move || row.get().into_iter().collect());
    let said =
        Memo::new(move |_| {
            row.with(|row| {
                let row = row.as_ref()?;
                Some(stores.with_value(|stores| {
                    opening(row_status::describe(stores, row), &row_status::sentence(stores, row))
                }))
            })
        });
    let opening_text = Signal::derive(move || said.with(|said| said.as_ref().map(|(text, _)| text.clone())));
    let offers = Memo::new(move |_| row.with(|row| row.as_ref().map(|row| offers(row, runner)).unwrap_or_default()));
    let names = Memo::new(move |_| {
        row.with(|row| {
            row.as_ref()
                .map(|row| (row.organization_name.to_string(), row.owner_name.to_string(), row.name.to_string()))
        })
        .unwrap_or_default()
    });
    let items = Callback::new(move |()| row.get().map(|row| runner.items(&row, false)).unwrap_or_default());
    let press = move |action: Action| {
        if let Some(row) = row.get_untracked() {
            runner.ask(&row, action);
            // When other things may be done the buttons are others: the focus goes to the first of them, never nowhere.
            let first = action_id(row.id);
            request_animation_frame(move || {
                if page::focused().is_none_or(|element| element.tag_name() == "BODY") {
                    page::focus(&first);
                }
            });
        }
    };
    let offered = move || offers.with(|offers| offers.iter().map(|offer| offer.action).enumerate().collect::<Vec<_>>());
    let reason_of = move |action: Action| {
        Signal::derive(move || {
            offers.with(|offers| offers.iter().find(|offer| offer.action == action).and_then(reason))
        })
    };
    let button_id = move |index: usize| {
        let id = row.with_untracked(|row| row.as_ref().map(|row| action_id(row.id))).unwrap_or_default();
        if index == 0 { id } else { format!("{id}-{index}") }
    };
    view! {
        <div class="hero">
            <div class="ttl">
                <nav class="crumbs" aria-label="Breadcrumb">
                    <a href=move || paths::workspaces(Some(&format!("organization:{}", names.get().0)))>{move || names.get().0}</a>"/"
                    <a href=move || paths::workspaces(Some(&format!("owner:{}", names.get().1)))>{move || names.get().1}</a>"/"
                </nav>
                <h1 tabindex="-1">{move || names.get().2}</h1>
                <span class="in-sight"><Offered row runner of=IN_SIGHT/></span>
            </div>
            <p class="say"><Status text=opening_text/>{move || said.with(|said| said.as_ref().map(|(_, rest)| rest.clone()))}</p>
            <div class="acts">
                <For each=offered key=|one| *one let((index, action))>
                    <Button class="grow" id=button_id(index) reason=reason_of(action) on_click=move |()| press(action)>{action.word()}</Button>
                </For>
                <button class="btn icon" type="button" aria-haspopup="menu" aria-label="More actions" popovertarget=MENU>{icon("more")}</button>
                <Menu id=MENU.to_owned() label=Signal::derive(move || format!("Actions for {}", names.get().2)) items/>
            </div>
        </div>
    }
}

/// The sentence with its first words as the state: mark and bold word, then the rest.
fn opening(mut text: StatusText, sentence: &str) -> (StatusText, String) {
    if let Some(rest) = sentence.strip_prefix(text.word.as_str()) {
        let stop = rest.strip_prefix(':').unwrap_or(rest);
        if stop.len() < rest.len() {
            text.word.push(':');
        }
        return (text, stop.to_owned());
    }
    text.word = String::new();
    (text, sentence.to_owned())
}

/// The buttons of the head: what the row offers, and a stop beside a restart.
fn offers(row: &Row, runner: ActionRunner) -> Vec<Offer> {
    let viewer = runner.viewer(row, false);
    match state(row) {
        State::Running | State::Connecting | State::Unhealthy if !viewer.held => {
            let again = actions::or_update(row, &viewer, Action::Restart);
            [Action::Stop, again].into_iter().map(|action| actions::offer(row, &viewer, action)).collect()
        }
        // The row has no room for it; who looks at this page may want to save what is being deleted.
        State::Deleting => vec![actions::offer(row, &viewer, Action::Cancel)],
        _ => actions::primary(row, &viewer).into_iter().collect(),
    }
}

/// What must be known: deleted, a question of an action under way, a newer version, dormancy, a stale page.
#[component]
fn Notices(
    row: Memo<Option<Row>>,
    runner: ActionRunner,
    detail: StoredValue<WorkspaceDetail>,
    parts: Parts,
) -> impl IntoView {
    let stores = StoredValue::new(use_stores());
    let (known, unreadable) = detail.with_value(|detail| (detail.state.clone(), detail.unreadable.clone()));
    let of_page = known.clone();
    let deleted = Memo::new(move |_| of_page.with(|state| matches!(state, DetailState::Deleted(_))));
    // While it is updated it is not told that it could be.
    let outdated = Memo::new(move |_| {
        let outdated =
            row.with(|row| row.as_ref().filter(|row| row.outdated && row.dormant_ms.is_none()).map(|row| row.id));
        outdated.is_some_and(|id| {
            stores.with_value(|stores| stores.operations.busy(id)).is_none_or(|action| action != Action::Update)
        })
    });
    let id = Memo::new(move |_| row.with(|row| row.as_ref().map(|row| row.id)));
    let question = Memo::new(move |_| {
        let id = id.get()?;
        stores.with_value(|stores| stores.operations.of(id)).with(|operation| {
            operation.as_ref().and_then(|operation| Some((operation.question()?, operation.answers())))
        })
    });
    let said = Memo::new(move |_| {
        known.with(|state| state.workspace().and_then(|known| left_out::without("this workspace", &known.left_out)))
    });
    let answer = move |go_on: bool| {
        if let Some(id) = id.get_untracked() {
            stores.with_value(|stores| stores.operations.answer(id, go_on));
        }
    };
    let update = move || {
        if let Some(row) = row.get_untracked() {
            runner.ask(&row, Action::Update);
        }
    };
    let of_version = detail.with_value(|detail| detail.state.clone());
    let newer = Memo::new(move |_| {
        let from = of_version
            .with(|state| state.workspace().map(|known| known.latest_build.template_version_name.clone()))
            .filter(|name| !name.is_empty());
        let to = parts.newer.map(|version| (version.name.clone(), version.message.trim().to_owned()));
        update_text(from.as_deref(), to.as_ref().map(|(name, message)| (name.as_str(), message.as_str())))
    });
    let offered = move |action: Action| {
        Memo::new(move |_| {
            row.with(|row| row.as_ref().map(|row| actions::offer(row, &runner.viewer(row, false), action)))
        })
    };
    let (offer, kept) = (offered(Action::Update), offered(Action::Activate));
    let wait =
        Memo::new(move |_| parts.template.map(|template| template.time_til_dormant_ms).flatten().filter(|ms| *ms > 0));
    let carried = use_carried();
    let deletes = Memo::new(move |_| carried.get().is_on());
    let clock = stores.with_value(|stores| stores.clock.now_ms.clone());
    let sleeps = Memo::new(move |_| {
        let (since, deleted) = row.with(|row| row.as_ref().and_then(|row| Some((row.dormant_ms?, row.deleting_ms))))?;
        let now = clock.get() / 60_000 * 60_000;
        // With the date: what was and what will be may be the same day of the week.
        let date = |at: i64| {
            if Viewer.year(at) == Viewer.year(now) {
                format!("{} {}", Viewer.date(at), Viewer.clock(at))
            } else {
                duration::at(at, now, &Viewer)
            }
        };
        let since = format!("Dormant since {}.", date(since));
        let then = match deleted.filter(|at| *at > now) {
            _ if !deletes.get() => {
                "Its control plane deletes nothing by itself. Activating it ends the dormancy.".to_owned()
            }
            Some(at) => {
                format!("It is deleted {} (in {}). Activating it keeps it.", date(at), duration::left(at - now))
            }
            None => "Its template says of no day on which it is deleted. Activating it ends the dormancy.".to_owned(),
        };
        Some((since, then))
    });
    let clock = stores.with_value(|stores| stores.clock.now_ms.clone());
    let soon = Memo::new(move |_| {
        let now = clock.get() / 60_000 * 60_000;
        let one = row.with(|row| schedule::going(row.as_ref()?, |_| wait.get(), carried.get(), now))?;
        (one.fate == Fate::Dormant).then(|| format!("It goes soon: {}.", schedule::said(&one, now)))
    });
    let keep = move || {
        if let Some(row) = row.get_untracked() {
            runner.ask(&row, Action::Activate);
        }
    };
    view! {
        <div class="stack">
            <Show when=move || deleted.get()>
                <Banner tone=BannerTone::Warn title="This workspace was deleted." text="The page shows its last known state."/>
            </Show>
            <Show when=move || sleeps.with(Option::is_some) && !deleted.get()>
                <Banner tone=BannerTone::Warn title=Signal::derive(move || sleeps.get().unwrap_or_default().0) text=Signal::derive(move || sleeps.get().unwrap_or_default().1)>
                    <Button class="s" reason=Signal::derive(move || kept.with(|offer| offer.as_ref().and_then(reason))) on_click=move |()| keep()>"Keep"</Button>
                </Banner>
            </Show>
            <Show when=move || soon.with(Option::is_some) && !deleted.get()>
                <Banner tone=BannerTone::Info title=Signal::derive(move || soon.get().unwrap_or_default()) text="Starting it, or working in it, begins the time anew."/>
            </Show>
            <LeftOutBanner said/>
            <Show when=move || unreadable.get()>
                <Banner tone=BannerTone::Warn title="A change could not be read." text="The control plane sent something that this version of Gantry does not understand. What is shown may be older.">
                    <Button class="s" on_click=move |()| detail.with_value(WorkspaceDetail::refresh)>"Ask again"</Button>
                </Banner>
            </Show>
            {move || question.get().map(|(question, (no, yes))| view! {
                <Banner tone=BannerTone::Warn title=question>
                    <Button class="s" on_click=move |()| answer(false)>{no}</Button>
                    <Button class="s" on_click=move |()| answer(true)>{yes}</Button>
                </Banner>
            })}
            <Show when=move || outdated.get() && !deleted.get()>
                <Banner tone=BannerTone::Info title=Signal::derive(move || newer.get().0) text=Signal::derive(move || newer.get().1)>
                    <Button class="s" reason=Signal::derive(move || offer.with(|offer| offer.as_ref().and_then(reason))) on_click=move |()| update()>"Update…"</Button>
                </Banner>
            </Show>
        </div>
    }
}

/// What there is to update to: from which version to which, and what its author says of it.
fn update_text(from: Option<&str>, to: Option<(&str, &str)>) -> (String, String) {
    const NOTHING: &str = "Nothing changes until you update.";
    let Some((name, message)) = to else {
        return ("Update available.".to_owned(), format!("The template has a newer active version. {NOTHING}"));
    };
    let title = match from {
        Some(from) => format!("Update available: {from} to {name}."),
        None => format!("Update available: {name}."),
    };
    let said = if message.is_empty() { String::new() } else { format!("“{message}” ") };
    (title, format!("{said}{NOTHING}"))
}

#[component]
fn Schedule(row: Memo<Option<Row>>, parts: Parts) -> impl IntoView {
    let stores = use_stores();
    let stores_of = StoredValue::new(stores.clone());
    let (clock, zone) = (stores.clock.now_ms.clone(), clock_text::zone());
    let minute = Memo::new(move |_| clock.get() / 60_000 * 60_000);
    let there = Memo::new(move |_| row.with(|row| schedule::there(row.as_ref()?, &zone, minute.get(), &BrowserZones)));
    let bump = Memo::new(move |_| parts.template.map(|template| template.activity_bump_ms).flatten());
    let said = Memo::new(move |_| {
        row.with(|row| {
            let row = row.as_ref()?;
            let (now, online) = (stores.clock.now_ms.get(), stores.net.held_ms().is_none());
            // Two stops in one breath would be one too many: the one that the reader asked for stands in the first
            // sentence.
            let stop = schedule::stop_sentence(row, bump.get(), now, online, &Viewer)
                .filter(|_| !stores_of.with_value(|stores| row_status::is_acted_on(stores, row.id)));
            let start = schedule::start_sentence(row, now, online, &Viewer);
            let autostart = row.autostart.as_deref().map_or_else(|| "none".to_owned(), schedule::autostart_text);
            let ttl = row.ttl_ms.map_or_else(
                || "none: it runs until it is stopped".to_owned(),
                |ttl| format!("{} after a start", duration::setting(ttl)),
            );
            Some((stop, start, autostart, ttl))
        })
    });
    let stop = Memo::new(move |_| said.with(|said| said.as_ref()?.0.clone()));
    let start = Memo::new(move |_| said.with(|said| said.as_ref()?.1.clone()));
    let autostart = move || said.with(|said| said.as_ref().map(|said| said.2.clone()));
    let autostop = move || said.with(|said| said.as_ref().map(|said| said.3.clone()));
    let href = Memo::new(move |_| row.with(|row| row.as_ref().map(|row| paths::schedule(&row.owner_name, &row.name))));
    view! {
        <section class="sec">
            <header>
                <h2>"Schedule"</h2>
                {move || href.get().map(|href| view! { <a class="btn s" href=href>"Change schedule…"</a> })}
            </header>
            <Show when=move || said.with(Option::is_some)>
                <div>
                    {move || stop.get().map(|text| view! { <p class="say-parts">{text}</p> })}
                    {move || start.get().map(|text| view! { <p class="say-parts">{text}</p> })}
                    {move || there.get().map(|text| view! { <p class="say-parts soft">{text}</p> })}
                    <Kv pairs=vec![("Autostart".to_owned(), autostart.into_any()), ("Autostop".to_owned(), autostop.into_any())]/>
                </div>
            </Show>
        </section>
    }
}

#[component]
fn Builds(workspace: Memo<Option<Arc<Workspace>>>) -> impl IntoView {
    let stores = use_stores();
    let builds = RwSignal::new(None::<Vec<WorkspaceBuild>>);
    // How many the reader asked to see.
    let wanted = StoredValue::new(SHOWN);
    // What could not be asked for: from which build on, and why.
    let failed = RwSignal::new(None::<(usize, ApiError)>);
    let busy = RwSignal::new(false);
    let unread = RwSignal::new(LeftOut::default());
    // A new build, or a build that ended, changes the history; nothing else does.
    let key = Memo::new(move |_| {
        workspace
            .get()
            .map(|workspace| (workspace.id, workspace.latest_build.build_number, workspace.latest_build.status.clone()))
    });
    let client = StoredValue::new(stores.client);
    let ask = move |offset: usize| {
        let Some((id, _, _)) = key.get_untracked() else { return };
        busy.set(true);
        spawn_local_scoped_with_cancellation(async move {
            let answer = build_calls::list(&client.get_value(), id, SHOWN, offset).await;
            busy.try_set(false);
            failed.try_set(answer.as_ref().err().map(|error| (offset, error.clone())));
            if let Ok(page) = answer {
                let known = builds.try_get_untracked().flatten().unwrap_or_default();
                wanted.try_update_value(|wanted| *wanted = (*wanted).max(offset + SHOWN));
                let limit = wanted.try_get_value().unwrap_or(SHOWN);
                builds.try_set(Some(joined(known, page.items, offset == 0, limit)));
                unread.try_update(|unread| {
                    if offset == 0 {
                        *unread = LeftOut::default();
                    }
                    unread.extend(page.left_out);
                });
            }
        });
    };
    Effect::new(move |_| {
        key.with(|_| ());
        ask(0);
    });
    let known = move || builds.with(|builds| builds.as_ref().map_or(0, Vec::len));
    let again =
        Callback::new(move |()| ask(failed.with_untracked(|failed| failed.as_ref().map_or(0, |failed| failed.0))));
    // Builds are numbered without gaps, from 1.
    let older = move || {
        builds.with(|builds| builds.as_ref().and_then(|known| known.last()).is_some_and(|last| last.build_number > 1))
    };
    let names = Memo::new(move |_| {
        workspace.get().map(|workspace| (workspace.owner_name.clone(), workspace.name.clone())).unwrap_or_default()
    });
    let is_read = Memo::new(move |_| builds.with(Option::is_some));
    let listed = Signal::derive(move || builds.get().unwrap_or_default());
    let missing = Memo::new(move |_| unread.with(|unread| left_out::without("these builds", unread)));
    let latest = move || workspace.get().map_or(0, |workspace| workspace.latest_build.build_number);
    let count = move || match (known() as i64, latest()) {
        (0, _) => String::new(),
        (known, latest) if known < latest => format!("{known} of {latest}"),
        (_, latest) => latest.to_string(),
    };
    view! {
        <section class="sec">
            <header><h2>"Builds"</h2><span class="small muted" role="status">{count}</span></header>
            <LeftOutBanner said=missing/>
            <Show when=move || is_read.get()><History builds=listed names/></Show>
            {move || failed.get().map(|(_, error)| problem(&error, BUILDS, false, again, Vec::new()))}
            <Show when=move || builds.with(|builds| builds.as_ref().is_some_and(Vec::is_empty)) && unread.with(LeftOut::is_empty)>
                <p class="say-parts">"The control plane lists no builds."</p>
            </Show>
            <Show when=move || builds.with(Option::is_none) && failed.with(Option::is_none)>
                <AfterAMoment><p class="say-parts">"Asking for the builds"</p></AfterAMoment>
            </Show>
            <Show when=move || older() && failed.with(Option::is_none)>
                <p class="say-parts">
                    <Button class="s" on_click=move |()| ask(untrack(known)) reason=Signal::derive(move || busy.get().then(|| "The older builds are being loaded.".to_owned()))>"Older builds"</Button>
                </p>
            </Show>
        </section>
    }
}

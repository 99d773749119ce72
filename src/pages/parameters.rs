//! The parameters of a workspace: what it was built with, and a build with other values: a start, a restart, an update,
//! another version. May import `panels` and below.

use crate::api::error::ApiError;
use crate::api::{builds, templates};
use crate::browser::{clock_text::Viewer, page};
use crate::components::banner::{Banner, BannerTone};
use crate::components::button::Button;
use crate::components::dialog::Dialog;
use crate::components::icon::icon;
use crate::model::actions::conditions::is_up;
use crate::model::actions::{self, Action, Known, Reason, Told, VersionFacts, Weight};
use crate::model::operation::{BuildInput, Operation};
use crate::model::parameters::{Form, FormFor, Purpose};
use crate::model::row::{self, Row};
use crate::model::status::{State, state};
use crate::panels::action_runner::{ActionRunner, reason, use_action_runner};
use crate::panels::brand::title;
use crate::panels::go::{use_go, use_here, use_param};
use crate::panels::here::looks_at;
use crate::panels::page_state::{PageState, page_state};
use crate::panels::parameter_form::{NotYet, ParameterForm, focus_field};
use crate::panels::problem::{MISSING, Subject, problem};
use crate::panels::question::reading;
use crate::panels::refusal::refused_action;
use crate::panels::sending::{Sending, sending};
use crate::panels::waiting::{BEING_ASKED, being_asked, waiting};
use crate::paths::{self, BuildWish, Place};
use crate::store::parameters::{Draft, ParameterForms, ParameterSession};
use crate::store::use_stores;
use crate::store::workspaces::WorkspaceDetail;
use crate::wire::build::Transition;
use crate::wire::id::Id;
use crate::wire::workspace::Workspace;
use leptos::prelude::*;
use leptos::task::spawn_local_scoped_with_cancellation;
use std::sync::Arc;

const SUBJECT: Subject = Subject { noun: "this workspace", verb: "show its parameters", missing: MISSING };

/// The page: finds out which workspace is meant, and which build.
#[component]
pub(crate) fn ParametersPage() -> impl IntoView {
    let named = use_here(|place| match place {
        Place::Parameters { owner, name } => Some((owner, name)),
        _ => None,
    });
    let (action, _) = use_param("action");
    let (version, _) = use_param("version");
    let wish = Memo::new(move |_| (BuildWish::of(action.get().as_deref()), version.get()));
    move || {
        let (wish, version) = wish.get();
        named.get().map(|(owner, name)| view! { <Named owner name wish version/> })
    }
}

/// A form that is open, and what it was opened for.
#[derive(Clone)]
struct Opened {
    session: ParameterSession,
    draft: Draft,
    /// The build whose values it began with.
    build: Id,
    version: Id,
    /// Whether what was filled in before is in it again.
    restored: bool,
}

#[component]
fn Named(owner: String, name: String, wish: BuildWish, version: Option<String>) -> impl IntoView {
    page::set_title(&title(&format!("Parameters · {name} · {owner}")));
    let stores = use_stores();
    let detail = stores.workspaces.detail(&owner, &name);
    let known = detail.state.clone();
    let workspace = Memo::new(move |_| known.with(|state| state.workspace().cloned()));
    looks_at(move || workspace.with(|workspace| workspace.as_ref().map(|known| known.organization_id)));
    let opened = RwSignal::new(None::<Opened>);
    let failed = RwSignal::new(None::<ApiError>);
    let asked = version.as_deref().and_then(|version| version.parse::<Id>().ok());
    let stores_of = StoredValue::new(stores);
    let open = move |fresh: bool| {
        let Some(workspace) = workspace.get_untracked() else { return };
        failed.set(None);
        let version = match wish {
            BuildWish::Update => workspace.template_active_version_id,
            BuildWish::Change => asked.unwrap_or(workspace.latest_build.template_version_id),
            BuildWish::Any | BuildWish::Start | BuildWish::Restart => workspace.latest_build.template_version_id,
        };
        let (client, user) = stores_of.with_value(|stores| {
            (stores.client.clone(), stores.session.signed_in().map(|signed_in| signed_in.user.id).unwrap_or_default())
        });
        spawn_local_scoped_with_cancellation(async move {
            let build = workspace.latest_build.id;
            match builds::parameters(&client, build).await {
                Ok(held) => {
                    let same = version == workspace.latest_build.template_version_id;
                    let session = ParameterForms::new(&client).open(FormFor {
                        version,
                        owner: workspace.owner_id,
                        held,
                        classic: workspace.template_use_classic_parameter_flow,
                        purpose: if same { Purpose::Change } else { Purpose::Update },
                    });
                    let draft = Draft::of(user, workspace.id, version);
                    if fresh {
                        draft.forget();
                    }
                    let latest = &workspace.latest_build;
                    let restored = draft.restore(&session, (latest.build_number, &latest.transition));
                    opened.try_set(Some(Opened { session, draft, build, version, restored }));
                }
                Err(error) => drop(failed.try_set(Some(error))),
            }
        });
    };
    let id = Memo::new(move |_| workspace.with(|workspace| workspace.as_ref().map(|workspace| workspace.id)));
    Effect::new(move |_| {
        if id.get().is_some() && opened.with_untracked(Option::is_none) {
            open(false);
        }
    });
    let known = detail.state.clone();
    let shows = Memo::new(move |_| {
        if let Some(error) = failed.get() {
            return PageState::Failed(error);
        }
        let form = || if opened.with(Option::is_some) { PageState::Ready } else { PageState::Waiting };
        known.with(|state| page_state(state, form))
    });
    let detail = StoredValue::new(detail);
    let again = Callback::new(move |()| {
        detail.with_value(WorkspaceDetail::refresh);
        open(false);
    });
    let up = (format!("Workspace {name}"), paths::workspace(&owner, &name));
    move || match shows.get() {
        PageState::Waiting => waiting("Asking for its parameters"),
        PageState::Failed(error) => problem(&error, SUBJECT, true, again, vec![up.clone()]),
        PageState::Ready => {
            view! { <Page workspace opened wish reopen=Callback::new(move |()| open(true))/> }.into_any()
        }
    }
}

/// What is done with the values.
fn action_of(row: &Row, wish: BuildWish) -> Action {
    match wish {
        BuildWish::Update => return Action::Update,
        BuildWish::Change => return Action::ChangeVersion,
        BuildWish::Any | BuildWish::Start | BuildWish::Restart => {}
    }
    if is_up(row) {
        Action::Restart
    } else if state(row) == State::Failed && row.build.transition == Transition::Start {
        Action::Retry
    } else {
        Action::Start
    }
}

/// The words of the button: what is done, and that a question follows.
fn words(row: &Row, wish: BuildWish, action: Action) -> String {
    let runs = is_up(row);
    let then = if runs { "restart…" } else { "start…" };
    match (wish, action) {
        (BuildWish::Update, _) => format!("Update and {then}"),
        (BuildWish::Change, _) => format!("Change the version and {}", then.trim_end_matches('…')),
        (_, Action::Restart) => "Restart with these values…".to_owned(),
        (_, Action::Retry) => "Retry with these values".to_owned(),
        _ => "Start with these values".to_owned(),
    }
}

#[component]
fn Page(
    workspace: Memo<Option<Arc<Workspace>>>,
    opened: RwSignal<Option<Opened>>,
    wish: BuildWish,
    reopen: Callback<()>,
) -> impl IntoView {
    let runner = use_action_runner();
    let row = Memo::new(move |_| {
        workspace.with(|workspace| workspace.as_ref().map(|workspace| row::from_workspace(workspace)))
    });
    let names = Memo::new(move |_| {
        workspace.with(|known| {
            known.as_ref().map(|known| (known.owner_name.clone(), known.name.clone())).unwrap_or_default()
        })
    });
    // The version that it gets, once that is known.
    let target = RwSignal::new(None::<VersionFacts>);
    let client = StoredValue::new(use_stores().client);
    let version = Memo::new(move |_| opened.with(|opened| opened.as_ref().map(|opened| opened.version)));
    Effect::new(move |_| {
        let of_other = matches!(wish, BuildWish::Change | BuildWish::Update);
        let Some(version) = version.get().filter(|_| of_other) else { return };
        let client = client.get_value();
        spawn_local_scoped_with_cancellation(async move {
            // Without it the sentence names no version.
            let facts = templates::version(&client, version).await.ok();
            target.try_set(facts.as_ref().map(VersionFacts::of));
        });
    });
    let said = move || {
        let (to, message) = target.with(|to| match to {
            Some(to) if to.message.is_empty() => (Some(to.name.clone()), String::new()),
            Some(to) => (Some(to.name.clone()), format!(", “{}”", to.message)),
            None => (None, String::new()),
        });
        workspace.with(|known| {
            known.as_ref().map(|known| {
                let name = &known.latest_build.template_version_name;
                let template = if known.template_display_name.is_empty() {
                    &known.template_name
                } else {
                    &known.template_display_name
                };
                match wish {
                    BuildWish::Update if known.outdated => {
                        let to = to.map_or_else(|| "the active version".to_owned(), |to| format!("{to}, the active version"));
                        format!("For {to} of {template}{message}; the workspace has {name}. Nothing changes until you send it.")
                    }
                    BuildWish::Change => {
                        let to = to.map_or_else(|| "another version".to_owned(), |to| format!("version {to}"));
                        format!("For {to} of {template}{message}; the workspace has {name}. Nothing changes until you send it.")
                    }
                    _ => format!("Version {name} of {template}, which the workspace has. Nothing changes until you send it."),
                }
            })
        })
    };
    let home = move || names.with(|(owner, name)| paths::workspace(owner, name));
    view! {
        <div class="hero">
            <div class="ttl">
                <nav class="crumbs" aria-label="Breadcrumb">
                    <a href=move || paths::workspaces(Some(&format!("owner:{}", names.get().0)))>{move || names.get().0}</a>"/"
                    <a href=home>{move || names.get().1}</a>"/"
                </nav>
                <h1 tabindex="-1">"Parameters"</h1>
            </div>
            <p class="say">{said}</p>
        </div>
        {move || opened.get().map(|opened| view! { <Filled opened workspace row wish runner reopen/> })}
    }
}

/// The form, and what is done with it.
#[component]
fn Filled(
    opened: Opened,
    workspace: Memo<Option<Arc<Workspace>>>,
    row: Memo<Option<Row>>,
    wish: BuildWish,
    runner: ActionRunner,
    reopen: Callback<()>,
) -> impl IntoView {
    let Opened { session, draft, build, version, restored } = opened;
    draft.keep(&session);
    let go = use_go();
    let held = StoredValue::new((session.clone(), draft));
    // Somebody built meanwhile: what the form began with may be old.
    let overtaken =
        Memo::new(move |_| workspace.with(|known| known.as_ref().is_some_and(|known| known.latest_build.id != build)));
    let locked = Memo::new(move |_| {
        held.with_value(|(session, _)| {
            session
                .misfits()
                .into_iter()
                .filter(|one| one.locked)
                .map(|one| format!("{}: {}", one.label, one.why))
                .collect::<Vec<_>>()
        })
    });
    let action = Memo::new(move |_| row.with(|row| row.as_ref().map(|row| action_of(row, wish))));
    let label = move || {
        row.with(|row| row.as_ref().zip(action.get()).map(|(row, action)| words(row, wish, action)).unwrap_or_default())
    };
    let against = Memo::new(move |_| {
        row.with(|row| {
            let row = row.as_ref()?;
            reason(&actions::offer(row, &runner.viewer(row, false), action.get()?))
        })
    });
    let id = Memo::new(move |_| row.with(|row| row.as_ref().map(|row| row.id)));
    let taken = move |operation: Option<&Operation>| {
        held.with_value(|(_, draft)| match operation {
            // Its start comes later, and may be refused still.
            Some(operation) if operation.has_more() => draft.sent_after(operation.base_number()),
            _ => draft.forget(),
        });
        if let Some(row) = row.get_untracked() {
            go.to(paths::workspace(&row.owner_name, &row.name));
        }
    };
    let Sending { under_way: sent, refused } = sending(runner, move || id.get(), taken);
    let missing = Signal::derive(move || {
        being_asked(sent.get()).or_else(|| against.get()).or_else(|| {
            let ready = held.with_value(|(session, _)| session.looks_ready());
            (!ready).then(|| "Not yet: something is missing or wrong in the form.".to_owned())
        })
    });
    let question = RwSignal::new(false);
    // Pressed while the control plane is still looking at what was typed last: it goes on once that is known.
    let waits = RwSignal::new(false);
    let send = move || {
        let (Some(row), Some(action)) = (row.get_untracked(), action.get_untracked()) else { return };
        let values = held.with_value(|(session, _)| untrack(|| session.values()));
        let of_other = wish == BuildWish::Change || wish == BuildWish::Update;
        let input = BuildInput { version: of_other.then_some(version), values, asked: true, ..BuildInput::default() };
        question.set(false);
        refused.set(None);
        sent.set(runner.run_with(&row, action, input));
    };
    let press =
        move || {
            let first_wrong = held.with_value(|(session, _)| {
                if session.try_it() { None } else { untrack(|| session.problems()).into_iter().next() }
            });
            if let Some((name, _)) = first_wrong {
                return held.with_value(|(session, _)| focus_field(session, &name));
            }
            if missing.with_untracked(Option::is_some) {
                return;
            }
            if held.with_value(|(session, _)| untrack(|| session.is_being_checked())) {
                return waits.set(true);
            }
            let asks = row.with_untracked(|row| {
                row.as_ref()
                    .zip(action.get_untracked())
                    .is_some_and(|(row, action)| actions::asks(row, &untrack(|| runner.viewer(row, false)), action))
            });
            if asks { question.set(true) } else { send() }
        };
    Effect::new(move |_| {
        let looks = held.with_value(|(session, _)| session.is_being_checked());
        if !looks && waits.get() {
            waits.set(false);
            press();
        }
    });
    let home = move || row.with(|row| row.as_ref().map(|row| paths::workspace(&row.owner_name, &row.name)));
    let discard = move |_| held.with_value(|(_, draft)| draft.forget());
    let newest = move || {
        row.with(|row| row.as_ref().map(|row| paths::parameters(&row.owner_name, &row.name, BuildWish::Update, None)))
    };
    let is_behind = Memo::new(move |_| {
        row.with(|row| {
            let asked = row.as_ref().zip(action.get());
            let offer = asked.map(|(row, action)| actions::offer(row, &runner.viewer(row, false), action));
            offer.is_some_and(|offer| offer.enabled == Err(Reason::NeedsActiveVersion))
        })
    });
    let shown = session.clone();
    let said = session;
    view! {
        <div class="stack">
            <Show when=move || overtaken.get()>
                <Banner tone=BannerTone::Warn title="The workspace was built anew meanwhile." text="Its values may be others than those that this form began with.">
                    <Button class="s" on_click=move |()| reopen.run(())>"Begin with its values now"</Button>
                </Banner>
            </Show>
            {restored.then(|| view! {
                <Banner tone=BannerTone::Info title="What you had filled in is here again." text="It was kept in this tab and not sent. Secrets were not kept.">
                    <Button class="s" on_click=move |()| reopen.run(())>"Start over"</Button>
                </Banner>
            })}
            <Show when=move || is_behind.get()>
                <Banner tone=BannerTone::Warn title="The template requires its active version." text="A start with the version that this workspace has would be refused.">
                    <a class="btn s" href=newest>"Fill in for the active version"</a>
                </Banner>
            </Show>
            <Show when=move || locked.with(|locked| !locked.is_empty())>
                <Banner tone=BannerTone::Bad title="This workspace cannot take this version." text=Signal::derive(move || format!("{} Nothing was stopped. Keep the version that it has, or create a new workspace.", locked.get().join(" ")))/>
            </Show>
        </div>
        <div class="cols whole"><div><ParameterForm session=shown/></div></div>
        {move || refused.get().map(|report| view! { <div class="stack">{refused_action(&report)}</div> })}
        <div class="selbar" role="region" aria-label="Send">
            // Pressed while something is missing it leads there: the reason stands beside it.
            <button
                type="button"
                class=move || if missing.with(Option::is_some) { "btn" } else { "btn fill" }
                aria-disabled=move || missing.with(Option::is_some).then_some("true")
                aria-describedby="send-note"
                on:click=move |_| press()
            >{label}</button>
            <span class="why" id="send-note" role="status">
                <Show when=move || against.with(Option::is_none) fallback=move || against.get()>
                    <NotYet session=said.clone()/>
                    <Show when=move || sent.get()>{BEING_ASKED}</Show>
                    <Show when=move || waits.get()>"The control plane is looking at it."</Show>
                </Show>
            </span>
            <a class="btn quiet end" href=home on:click=discard>"Discard"</a>
        </div>
        {move || {
            let asked = row.get_untracked().zip(action.get_untracked());
            let (row, action) = asked.filter(|_| question.get())?;
            let changes = held.with_value(|(session, _)| session.with_untracked(Form::changes));
            let of_other = matches!(wish, BuildWish::Change | BuildWish::Update).then_some(version);
            Some(view! { <Ask row action version=of_other runner changes on_close=Callback::new(move |()| question.set(false)) on_yes=Callback::new(move |()| send())/> })
        }}
    }
}

/// The question before something stops: what it does, and what changes.
#[component]
fn Ask(
    row: Row,
    action: Action,
    /// The version that it gets, if that is another one.
    version: Option<Id>,
    runner: ActionRunner,
    changes: Vec<String>,
    on_close: Callback<()>,
    on_yes: Callback<()>,
) -> impl IntoView {
    let known = reading::read(runner, &row, action);
    if let Some(version) = version.filter(|_| action == Action::ChangeVersion) {
        reading::read_then(runner, &row, version, known, |_| true);
    }
    let now = use_stores().clock.now();
    let viewer = untrack(|| runner.viewer(&row, false));
    let question = Memo::new(move |_| {
        // What does not fit was filled in: the form is held against the very version.
        let (misfits, per_start) = (Told::Known(Vec::new()), Told::Known(Vec::new()));
        let known = Known { misfits, per_start, ..known.get() };
        actions::confirmation(&row, &viewer, action, &known, now, &Viewer)
    });
    let of = move |part: fn(&actions::Confirmation) -> String| {
        Signal::derive(move || question.with(|question| question.as_ref().map(part)).unwrap_or_default())
    };
    let line = |one: actions::Consequence| {
        let (class, mark) = match one.weight {
            Weight::Loss => ("bad", "trash"),
            Weight::Change => ("warn", "warn"),
            Weight::Fact => ("", "info"),
            Weight::Past => ("", "clock"),
        };
        view! { <li class=class>{icon(mark)}<span>{one.text}</span></li> }
    };
    let lines = move || {
        let all = question.with(|question| question.as_ref().map(|question| question.consequences.clone()));
        all.unwrap_or_default().into_iter().map(line).collect_view()
    };
    let changed =
        changes.into_iter().map(|change| view! { <li>{icon("info")}<span>{change}</span></li> }).collect_view();
    view! {
        <Dialog title=of(|question| question.title.clone()) on_close>
            <form on:submit=move |event| { event.prevent_default(); on_yes.run(()); }>
                <div class="body"><ul class="facts-list">{lines}{changed}</ul></div>
                <footer>
                    <Button on_click=on_close>{of(|question| question.safe.clone())}</Button>
                    <Button class="fill" submit=true on_click=|()| ()>{of(|question| question.danger.clone())}</Button>
                </footer>
            </form>
        </Dialog>
    }
}

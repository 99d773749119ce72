//! The schedule of a workspace: when it stops and starts and why, the next seven days, and what may be changed of it.
//! May import `panels` and below.

mod editor;
mod now;
mod quiet;
mod strip;

use self::editor::Editor;
use self::now::Now;
use self::quiet::Quiet;
use self::strip::{InWords, Strip};
use crate::api::error::{ApiError, Kind};
use crate::api::{templates, workspaces as calls};
use crate::browser::clock_text::{self, Viewer};
use crate::browser::{page, zones::BrowserZones};
use crate::model::permission::Act;
use crate::model::row::{self, Row};
use crate::model::schedule::{self, Around, Carried, Limits, ScheduleDraft, Week, Weekly, limits, week};
use crate::panels::action_runner::{ActionRunner, use_action_runner};
use crate::panels::asked::asked;
use crate::panels::brand::title;
use crate::panels::carried::use_carried;
use crate::panels::go::use_here;
use crate::panels::here::looks_at;
use crate::panels::page_state::{PageState, page_state};
use crate::panels::problem::{MISSING, Subject, problem};
use crate::panels::questions::Questions;
use crate::panels::waiting::waiting;
use crate::paths::{self, Place};
use crate::store::use_stores;
use crate::store::workspaces::WorkspaceDetail;
use crate::wire::template::Template;
use crate::wire::workspace::Workspace;
use leptos::prelude::*;
use std::sync::Arc;

const SUBJECT: Subject = Subject { noun: "this workspace", verb: "show its schedule", missing: MISSING };

/// A week, in milliseconds.
const WEEK_MS: i64 = 7 * 86_400_000;

/// The page: finds out which workspace is meant.
#[component]
pub(crate) fn SchedulePage() -> impl IntoView {
    let named = use_here(|place| match place {
        Place::Schedule { owner, name } => Some((owner, name)),
        _ => None,
    });
    move || named.get().map(|(owner, name)| view! { <Named owner name/> })
}

#[component]
fn Named(owner: String, name: String) -> impl IntoView {
    page::set_title(&title(&format!("Schedule · {name} · {owner}")));
    let stores = use_stores();
    let detail = stores.workspaces.detail(&owner, &name);
    let known = detail.state.clone();
    let workspace = Memo::new(move |_| known.with(|state| state.workspace().cloned()));
    looks_at(move || workspace.with(|workspace| workspace.as_ref().map(|known| known.organization_id)));
    let client = stores.client.clone();
    let template_id = Memo::new(move |_| workspace.with(|known| known.as_ref().map(|known| known.template_id)));
    let template = asked(move || template_id.get().map(|id| templates::by_id(&client, id)));
    let licence = stores.session.licence.clone();
    let known = detail.state.clone();
    let shows = Memo::new(move |_| {
        let rest = || match (template.ready(), template.error()) {
            // What of a licence cannot be known is taken as the template says it.
            (Some(_), _) if licence.with(Option::is_some) => PageState::Ready,
            (None, Some(error)) => PageState::Failed(error),
            (_, _) => PageState::Waiting,
        };
        known.with(|state| page_state(state, rest))
    });
    let carried = use_carried();
    let detail = StoredValue::new(detail);
    let again = Callback::new(move |()| {
        detail.with_value(WorkspaceDetail::refresh);
        template.again();
    });
    let up = (format!("Workspace {name}"), paths::workspace(&owner, &name));
    move || match shows.get() {
        PageState::Waiting => waiting("Asking for its schedule"),
        PageState::Failed(error) => problem(&error, SUBJECT, true, again, vec![up.clone()]),
        PageState::Ready => match untrack(|| template.ready()) {
            Some(template) => {
                let carried = carried.get_untracked();
                view! { <Page workspace template=carried.counts(&template) carried again/> }.into_any()
            }
            None => ().into_any(),
        },
    }
}

/// What the sections of the page share.
#[derive(Clone, Copy)]
pub(super) struct Shared {
    pub row: Memo<Option<Row>>,
    pub runner: ActionRunner,
    /// What the template allows.
    pub limits: StoredValue<Limits>,
    /// What is filled in.
    pub draft: RwSignal<ScheduleDraft>,
    /// Asks for the workspace anew: something of it was changed.
    pub again: Callback<()>,
    /// Why the reader may not change it, if so.
    pub refused: Signal<Option<String>>,
    /// Hears what the control plane refused: what the reader may do is asked anew then.
    pub on_refused: Callback<ApiError>,
}

#[component]
fn Page(
    workspace: Memo<Option<Arc<Workspace>>>,
    /// What of it counts.
    template: Template,
    carried: Carried,
    again: Callback<()>,
) -> impl IntoView {
    let runner = use_action_runner();
    let stores = use_stores();
    let row = Memo::new(move |_| {
        workspace.with(|workspace| workspace.as_ref().map(|workspace| row::from_workspace(workspace)))
    });
    let limits = limits(&template);
    let of_row = |row: &Row, limits: &Limits| {
        ScheduleDraft::of(row.autostart.as_deref(), row.ttl_ms, limits, &clock_text::zone())
    };
    let first = row.with_untracked(|row| row.as_ref().map(|row| of_row(row, &limits)));
    let draft = RwSignal::new(first.unwrap_or_else(|| ScheduleDraft::of(None, None, &limits, &clock_text::zone())));
    let (permissions, looks_only) = (stores.permissions.clone(), !stores.features.actions);
    let refused = Signal::derive(move || {
        let may = row.with(|row| permissions.on_row(row.as_ref()?, Act::Update));
        if looks_only {
            return Some("Actions are switched off on this site.".to_owned());
        }
        (may == Some(false)).then(|| "You may not change this workspace.".to_owned())
    });
    // What a start by schedule would lack: asked where a schedule takes the active version and that is another one.
    let wants = Memo::new(move |_| {
        row.with(|row| row.as_ref().filter(|row| row.autostart.is_some() && row.outdated).map(|row| row.id))
    });
    let client = stores.client.clone();
    let resolved = asked(move || wants.get().map(|id| calls::resolve_autostart(&client, id)));
    let around = {
        let (may_start, until_dormant_ms, until_deleted_ms) =
            (template.allow_user_autostart, template.time_til_dormant_ms, template.time_til_dormant_autodelete_ms);
        move || Around {
            mismatch: wants.get().is_some() && resolved.ready().is_some_and(|answer| answer.parameter_mismatch),
            may_start,
            until_dormant_ms,
            until_deleted_ms,
        }
    };
    let bump = template.activity_bump_ms;
    let limits = StoredValue::new(limits);
    let doubting = stores.permissions.clone();
    let on_refused = Callback::new(move |error: ApiError| {
        if error.kind == Kind::Forbidden {
            doubting.doubt(row.with_untracked(|row| row.as_ref().map(|row| row.id)));
        }
    });
    let shared = Shared { row, runner, limits, draft, again, refused, on_refused };
    // Minutes are enough for a picture of a week.
    let clock = stores.clock.now_ms.clone();
    let minute = Memo::new(move |_| clock.get() / 60_000 * 60_000);
    let plan = Memo::new(move |_| {
        let now = minute.get();
        row.with(|row| {
            let Some(row) = row.as_ref() else { return Week::default() };
            let starts = row.autostart.as_deref().and_then(Weekly::read);
            week(row, starts.as_ref(), row.ttl_ms, around(), (now, now + WEEK_MS), &BrowserZones)
        })
    });
    // What would be if what is filled in were saved.
    let if_saved = Memo::new(move |_| {
        let (starts, ttl) = draft.with(|draft| {
            let starts = limits.with_value(|limits| draft.autostart(limits)).ok()?;
            let fixed = limits.with_value(|limits| limits.stops.is_err());
            let ttl =
                if fixed { row.with(|row| row.as_ref().and_then(|row| row.ttl_ms)) } else { draft.ttl_ms().ok()? };
            Some((starts, ttl))
        })?;
        let now = minute.get();
        let week = row.with(|row| {
            let starts = starts.as_deref().and_then(Weekly::read);
            Some(week(row.as_ref()?, starts.as_ref(), ttl, around(), (now, now + WEEK_MS), &BrowserZones))
        })?;
        plan.with(|plan| *plan != week).then_some(week)
    });
    let clock = stores.clock.now_ms.clone();
    let online = stores.net.clone();
    let zone = clock_text::zone();
    let there = Memo::new(move |_| row.with(|row| schedule::there(row.as_ref()?, &zone, minute.get(), &BrowserZones)));
    let said = move || {
        row.with(|row| {
            let row = row.as_ref()?;
            let (now, online) = (clock.get(), online.held_ms().is_none());
            let stop = schedule::stop_sentence(row, bump, now, online, &Viewer);
            let start = schedule::start_sentence(row, now, online, &Viewer);
            let none = "It neither stops nor starts by itself.".to_owned();
            let said: Vec<String> = [stop, start, there.get()].into_iter().flatten().collect();
            Some(if said.is_empty() { none } else { said.join(" ") })
        })
    };
    let no_start =
        move || plan.with(|plan| plan.no_start.map(|why| format!("It will not start by its schedule: {}", why.text())));
    let overlaps = move || {
        row.with(|row| row.as_ref().is_some_and(|row| row.autostart.is_some() && row.ttl_ms.is_some_and(|ttl| ttl > 0)))
    };
    let names = Memo::new(move |_| {
        row.with(|row| row.as_ref().map(|row| (row.owner_name.to_string(), row.name.to_string())).unwrap_or_default())
    });
    let home = move || names.with(|(owner, name)| paths::workspace(owner, name));
    let notes = limits.with_value(|limits| limits.notes.clone());
    let (template_name, template_href) = (
        if template.display_name.is_empty() { template.name.clone() } else { template.display_name.clone() },
        paths::template(&template.organization_name, &template.name),
    );
    view! {
        <div class="hero">
            <div class="ttl">
                <nav class="crumbs" aria-label="Breadcrumb">
                    <a href=move || paths::workspaces(Some(&format!("owner:{}", names.get().0)))>{move || names.get().0}</a>"/"
                    <a href=home>{move || names.get().1}</a>"/"
                </nav>
                <h1 tabindex="-1">"Schedule"</h1>
            </div>
            <p class="say">{said}" "<b>{no_start}</b></p>
        </div>
        <div class="stack">
            <section class="sec">
                <header><h2>"Next 7 days"</h2><span class="small muted">{format!("times in {}, where you are", clock_text::zone())}</span></header>
                <div><Strip plan if_saved minute/></div>
            </section>
        </div>
        <div class="cols">
            <div><Now shared/><Editor shared/></div>
            <div>
                <section class="sec">
                    <header><h2>"What limits it"</h2><a href=template_href>{template_name}</a></header>
                    <div>
                        {notes.is_empty().then(|| view! { <p class="say-parts">"The template limits nothing."</p> })}
                        {notes.into_iter().map(|note| view! { <p class="say-parts">{note}</p> }).collect_view()}
                        {(!carried.said().is_empty()).then(|| view! { <p class="say-parts">{carried.said()}</p> })}
                        <Show when=move || bump.is_some_and(|bump| bump > 0) && overlaps()>
                            <p class="say-parts small muted">"If its next start by schedule falls into the time that activity adds, its stop is put off by a whole run from that start on."</p>
                        </Show>
                        <p class="say-parts small muted">"To look at this page, at logs or at settings is no activity; neither is a port that is opened by its address."</p>
                    </div>
                </section>
                <Quiet row/>
                <section class="sec"><header><h2>"In words"</h2></header><InWords row plan minute/></section>
            </div>
        </div>
        <Questions runner/>
    }
}

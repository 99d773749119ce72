//! The list of workspaces: opens what the address asks for, shows the box, the presets and the rows, and leaves places
//! to the part of the application that has all else of the list (`panels::list_page`). May import `panels` and below.

use crate::api::error::ApiError;
use crate::browser::{clock_text, history_entry, page, storage};
use crate::components::button::Button;
use crate::components::icon::icon;
use crate::components::skeleton::{self, AfterAMoment};
use crate::components::state::StateBlock;
use crate::model::query::{Preset, parse};
use crate::model::{counted, left_out};
use crate::panels::action_runner::use_action_runner;
use crate::panels::brand::title;
use crate::panels::early_keys;
use crate::panels::filter_field::FilterField;
use crate::panels::go::{use_go, use_param};
use crate::panels::late::{late, use_late_views, use_missing};
use crate::panels::left_out::LeftOutBanner;
use crate::panels::list_page::{ListPage, Piece};
use crate::panels::problem::{MISSING, Subject, problem, says_failing};
use crate::panels::questions::Questions;
use crate::panels::workspace_table::{Heads, WorkspaceTable};
use crate::paths;
use crate::store::use_stores;
use crate::store::workspaces::{List, ListStatus};
use leptos::html::Input;
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use std::sync::Arc;
use wasm_bindgen::JsValue;

mod texts {
    pub(super) const TITLE: &str = "Workspaces";
    pub(super) const PART: &str =
        "The tools of the list did not arrive: order, groups, selection, and help in the filter are missing. ";
    pub(super) const NOUN: (&str, &str) = ("workspace", "workspaces");
}

const SUBJECT: Subject = Subject { noun: "workspaces", verb: "list the workspaces", missing: MISSING };

/// Under which an entry of the history keeps the filter that its address does not say.
const UNSAID: &str = "gantryFilter";

/// The filter of an address that says none: what this entry of the history showed, else what was asked last.
fn unsaid() -> String {
    history_entry::get(UNSAID).and_then(|filter| filter.as_string()).unwrap_or_else(storage::last_filter)
}

/// The page.
#[component]
pub(crate) fn WorkspacesPage() -> impl IntoView {
    page::set_title(&title(texts::TITLE));
    let stores = use_stores();
    let creates = stores.features.create;
    let (asked, set_query) = use_param("q");
    // `?filter=` is what the control plane's own dashboard writes; links from there work here.
    let (filter, set_filter) = use_param("filter");
    let said = Memo::new(move |_| asked.get().or_else(|| filter.get()));
    // What is asked next takes its place.
    Effect::new(move |_| {
        if asked.with(Option::is_some) && filter.with_untracked(Option::is_some) {
            set_filter.set(None);
        }
    });
    let query = Memo::new(move |_| said.get().unwrap_or_else(unsaid));
    Effect::new(move |_| {
        let query = query.get();
        storage::set(storage::Area::Local, storage::LAST_FILTER, &query);
        if said.with_untracked(Option::is_none) {
            history_entry::set(&[(UNSAID, Some(JsValue::from(query)))]);
        }
    });
    let latest = RwSignal::new(None::<List>);
    let before = RwSignal::new(None::<List>);
    let workspaces = stores.workspaces.clone();
    Effect::new(move |_| {
        let list = query.with(|query| workspaces.reopen(query.trim()));
        before.set(latest.get_untracked().filter(|list| !matches!(list.status.get_untracked(), ListStatus::Loading)));
        latest.set(Some(list));
    });
    let workspaces = stores.workspaces.clone();
    on_cleanup(move || {
        if let Some(list) = latest.try_get_untracked().flatten() {
            workspaces.keep(list);
        }
    });
    let status =
        Memo::new(move |_| latest.with(|list| list.as_ref().map(|list| list.status.get()).unwrap_or_default()));
    // The rows of the query before stay until the next ones are there.
    let shown = Signal::derive(move || {
        if matches!(status.get(), ListStatus::Loading | ListStatus::Refused(_)) {
            before.get().or(latest.get())
        } else {
            latest.get()
        }
    });
    let order =
        Memo::new(move |_| shown.with(|list| list.as_ref().map_or_else(|| Arc::from([]), |list| list.order.get())));
    let go = use_go();
    let search = use_location().search;
    let ask = Callback::new(move |asked: String| {
        if query.with_untracked(|query| *query != asked) {
            go.to(paths::workspaces_with(&search.get_untracked(), &asked));
        }
    });
    let count = Signal::derive(move || shown.with(|list| list.as_ref().and_then(|list| list.count.get())));
    let again = Callback::new(move |()| {
        if let Some(list) = latest.get_untracked() {
            list.refresh();
        }
    });
    let stale = Signal::derive(move || {
        shown.with(|list| {
            let list = list.as_ref()?;
            let trouble = list.trouble.get()?;
            let since = list.as_of_ms.get().map(|at| clock_text::local(at).clock()).unwrap_or_default();
            // An answer of 200 is none that failed by its status.
            let how = match trouble.status {
                Some(status) if status >= 400 => format!("failed with {status}"),
                Some(_) => "could not be read".to_owned(),
                None => "failed".to_owned(),
            };
            Some(format!("as of {since}: the refresh {how}"))
        })
    });
    says_failing(move || stale.with(Option::is_some));
    let unreadable =
        Memo::new(move |_| shown.with(|list| list.as_ref().map(|list| list.unreadable.get()).unwrap_or_default()));
    let partly = Memo::new(move |_| shown.with(|list| list.as_ref().map(|list| list.partly.get()).unwrap_or_default()));
    let missing = Memo::new(move |_| unreadable.with(|left| left_out::missing(texts::NOUN, left)));
    let incomplete = Memo::new(move |_| partly.with(|left| left_out::partly(texts::NOUN, left)));
    let shows = Memo::new(move |_| {
        if order.with(|order| !order.is_empty()) {
            return Shows::Table;
        }
        match status.get() {
            ListStatus::Failed(error) => Shows::Failed(error),
            ListStatus::Loading => Shows::Waiting,
            // The server's words stand under the box; there were no rows before.
            ListStatus::Refused(_) | ListStatus::Filling | ListStatus::Complete => Shows::Nothing,
        }
    });
    let runner = use_action_runner();
    let page = ListPage {
        search,
        query,
        set_query,
        status,
        shown,
        latest,
        order,
        count,
        stale,
        runner,
        remembered: ListPage::remembered(),
        filter: NodeRef::<Input>::new(),
        typed: RwSignal::new(query.get_untracked()),
        cursor: RwSignal::new(None),
        hovered: RwSignal::new(false),
        printed: RwSignal::new(false),
        early_keys: early_keys::count(),
        attached: RwSignal::new(None),
    };
    let instead = move || match shows.get() {
        Shows::Table => view! { <WorkspaceTable page/> }.into_any(),
        Shows::Waiting => view! { <AfterAMoment><Loading/></AfterAMoment> }.into_any(),
        Shows::Failed(error) => problem(&error, SUBJECT, false, again, Vec::new()),
        Shows::Nothing => match counted::none_of(count.get(), unreadable.with(|left| left.count as usize)) {
            Some((title, text)) if status.with(|status| *status == ListStatus::Complete) => {
                view! { <StateBlock mark="search" title text><Button on_click=again>"Try again"</Button></StateBlock> }
                    .into_any()
            }
            _ => late(move |views| (views.no_rows)(query, ask, status)).into_any(),
        },
    };
    // What comes with the part attaches to what stands.
    let here = use_late_views().here;
    Effect::new(move |_| {
        if let Some(views) = here.get().filter(|_| page.attached.with_untracked(Option::is_none)) {
            page.attached.set(Some(untrack(|| (views.list)(page))));
        }
    });
    let (is_missing, ask_again) = use_missing();
    view! {
        <div class="page-head"><h1 tabindex="-1">{texts::TITLE}</h1>
            <div class="chips"><Presets query ask/>{page.piece(Piece::SavedViews)}</div>
            {creates.then(|| view! { <div class="end"><a class="btn s" href=paths::templates()>{icon("plus")}"New workspace"</a></div> })}
        </div>
        <LeftOutBanner said=missing/>
        <LeftOutBanner said=incomplete/>
        <div class="list-tools"><FilterField page/><div class="strip">{page.piece(Piece::Tools)}</div></div>
        <Show when=move || is_missing.get()>
            <p class="filter-note" role="status">{texts::PART}
                <Button class="s" on_click=ask_again>"Try again"</Button>
            </p>
        </Show>
        {page.piece(Piece::Notes)}
        {instead}
        {page.piece(Piece::Foot)}
        <Questions runner/>
    }
}

/// The queries that many ask; each is a step of the history.
#[component]
fn Presets(query: Memo<String>, ask: Callback<String>) -> impl IntoView {
    let parsed = Memo::new(move |_| query.with(|query| parse(query)));
    view! {
        <div class="chips" role="group" aria-label="Presets">
            {Preset::ALL.into_iter().map(|preset| view! {
                <button class="chip" type="button" aria-pressed=move || parsed.with(|query| preset.is_pressed(query)).to_string()
                    on:click=move |_| ask.run(preset.query().to_string())>{preset.label()}</button>
            }).collect_view()}
        </div>
    }
}

/// What stands below the tools, so that the table is not built anew with each answer.
#[derive(Clone, PartialEq)]
enum Shows {
    Table,
    Waiting,
    Failed(ApiError),
    Nothing,
}

/// Real heads, real row heights.
#[component]
fn Loading() -> impl IntoView {
    let row = |name, why, when| {
        view! {
            <tr>
                <td class="c-name">{skeleton::bar(name)}</td><td class="c-owner">{skeleton::bar(40)}</td><td class="c-tpl">{skeleton::bar(88)}</td>
                <td class="c-status"><div class="line">{skeleton::dot()}{skeleton::bar(64)}{skeleton::bar(why)}</div></td>
                <td class="c-when">{skeleton::bar(when)}</td><td class="c-used">{skeleton::bar(56)}</td><td class="c-cost num none">{skeleton::bar(12)}</td>
                <td class="c-act"><div class="acts">{skeleton::button()}</div></td>
            </tr>
        }
    };
    view! {
        <AfterAMoment ms=2_000><p class="filter-note small soft" role="status">"The control plane has not answered yet."</p></AfterAMoment>
        <div class="list-wrap" aria-busy="true">
            <table class="dt list list-page" aria-label="Workspaces, loading"><Heads page=None/><tbody>{row(88, 96, 128)}{row(64, 40, 104)}{row(96, 120, 136)}</tbody></table>
        </div>
    }
}

//! The list of workspaces: opens what the address asks for, shows the first rows, and hands all else to the part of the
//! application that has the whole list (`panels::late_list`). May import `panels` and below.

use crate::api::error::ApiError;
use crate::browser::{clock_text, page, storage};
use crate::components::button::Button;
use crate::components::icon::icon;
use crate::components::skeleton::{self, AfterAMoment};
use crate::components::state::StateBlock;
use crate::model::{counted, left_out};
use crate::panels::action_runner::use_action_runner;
use crate::panels::brand::title;
use crate::panels::first_rows::{FirstRows, Heads};
use crate::panels::go::{use_go, use_param};
use crate::panels::late::late;
use crate::panels::late_list::{ListPage, use_list_views};
use crate::panels::left_out::LeftOutBanner;
use crate::panels::problem::{MISSING, Subject, problem, says_failing};
use crate::panels::questions::Questions;
use crate::paths;
use crate::store::use_stores;
use crate::store::workspaces::{List, ListStatus};
use leptos::prelude::*;
use std::sync::Arc;

mod texts {
    pub(super) const TITLE: &str = "Workspaces";
    pub(super) const NOUN: (&str, &str) = ("workspace", "workspaces");
}

const SUBJECT: Subject = Subject { noun: "workspaces", verb: "list the workspaces", missing: MISSING };

/// The page.
#[component]
pub(crate) fn WorkspacesPage() -> impl IntoView {
    page::set_title(&title(texts::TITLE));
    let stores = use_stores();
    let (asked, _) = use_param("q");
    // `?filter=` is what the control plane's own dashboard writes; links from there work here.
    let (filter, _) = use_param("filter");
    let query = Memo::new(move |_| asked.get().or_else(|| filter.get()).unwrap_or_else(storage::last_filter));
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
    let set_query = Callback::new(move |asked: String| {
        if query.with_untracked(|query| *query != asked) {
            go.to(paths::workspaces(Some(&asked)));
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
    let caption = Signal::derive(move || {
        format!("Workspaces, {} of {} loaded", order.with(|order| order.len()), count.get().unwrap_or_default())
    });
    let visible = move |ids| {
        if let Some(list) = shown.get_untracked() {
            list.set_visible(ids);
        }
    };
    let shows = Memo::new(move |_| match status.get() {
        ListStatus::Failed(error) => Instead::Failed(error),
        ListStatus::Loading => Instead::Waiting,
        // The server's words stand under the box; there were no rows before.
        ListStatus::Refused(_) | ListStatus::Filling | ListStatus::Complete => Instead::Nothing,
    });
    let instead = Callback::new(move |()| {
        (move || match shows.get() {
            Instead::Waiting => view! { <AfterAMoment><Loading/></AfterAMoment> }.into_any(),
            Instead::Failed(error) => problem(&error, SUBJECT, false, again, Vec::new()),
            Instead::Nothing => match counted::none_of(count.get(), unreadable.with(|left| left.count as usize)) {
                Some((title, text)) if status.with(|status| *status == ListStatus::Complete) => view! { <StateBlock mark="search" title text><Button on_click=again>"Try again"</Button></StateBlock> }.into_any(),
                _ => late(move |views| (views.no_rows)(query, set_query, status)).into_any(),
            },
        })
        .into_any()
    });
    let runner = use_action_runner();
    let list = ListPage { query, status, shown, latest, order, count, stale, runner, instead };
    let has_rows = Memo::new(move |_| order.with(|order| !order.is_empty()));
    let first = move || {
        view! {
            <div class="filter" aria-hidden="true"><div class="field">{icon("search")}<span>{move || query.get()}</span></div></div>
            {move || if has_rows.get() {
                view! { <FirstRows order caption stale on_visible=visible runner/> }.into_any()
            } else {
                instead.run(())
            }}
        }
        .into_any()
    };
    let here = use_list_views().here;
    let views = Memo::new_with_compare(
        move |_| here.get(),
        |one, other| one.is_some_and(Option::is_some) != other.is_some_and(Option::is_some),
    );
    view! {
        <div class="page-head"><h1 tabindex="-1">{texts::TITLE}</h1>{move || views.get().map(|views| (views.head)(list))}
            <div class="end"><a class="btn s" href=paths::templates()>{icon("plus")}"New workspace"</a></div>
        </div>
        <LeftOutBanner said=missing/>
        <LeftOutBanner said=incomplete/>
        {move || match views.get() {
            Some(views) => (views.body)(list),
            None => first(),
        }}
        <Questions runner/>
    }
}

/// What is shown where there are no rows.
#[derive(Clone, PartialEq)]
enum Instead {
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
            <table class="dt list list-page" aria-label="Workspaces, loading"><Heads/><tbody>{row(88, 96, 128)}{row(64, 40, 104)}{row(96, 120, 136)}</tbody></table>
        </div>
    }
}

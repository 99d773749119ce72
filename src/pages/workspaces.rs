//! The list of workspaces: a query in the server's language, presets, live rows with their actions. Its state is in the
//! address. May import `panels` and below.

use crate::api::error::ApiError;
use crate::browser::{clock_text, dom, page};
use crate::components::button::Button;
use crate::components::icon::{icon, icon_with};
use crate::components::skeleton::{self, AfterAMoment};
use crate::components::state::StateBlock;
use crate::model::query::{Preset, parse};
use crate::model::{counted, left_out};
use crate::panels::action_runner::use_action_runner;
use crate::panels::brand::title;
use crate::panels::go::{use_go, use_param};
use crate::panels::late::late;
use crate::panels::left_out::LeftOutBanner;
use crate::panels::problem::{MISSING, Subject, problem, says_failing};
use crate::panels::questions::Questions;
use crate::panels::workspace_table::{Cursor, Heads, WorkspaceTable};
use crate::paths;
use crate::store::use_stores;
use crate::store::workspaces::{List, ListStatus};
use crate::wire::id::Id;
use leptos::ev::KeyboardEvent;
use leptos::html::Input;
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use std::sync::Arc;
use std::time::Duration;

mod texts {
    pub(super) const TITLE: &str = "Workspaces";
    pub(super) const PLACEHOLDER: &str = "name, owner:, status:, template:, outdated:";
    /// What the list opens with: one's own.
    pub(super) const MINE: &str = "owner:me";
    pub(super) const NOUN: (&str, &str) = ("workspace", "workspaces");
}

const SUBJECT: Subject = Subject { noun: "workspaces", verb: "list the workspaces", missing: MISSING };

/// How long typing pauses before the server is asked.
const PAUSE: Duration = Duration::from_millis(250);

/// The page.
#[component]
pub(crate) fn WorkspacesPage() -> impl IntoView {
    page::set_title(&title(texts::TITLE));
    let stores = use_stores();
    let creates = stores.features.create;
    let (asked, set_asked) = use_param("q");
    // `?filter=` is what the control plane's own dashboard writes; links from there work here.
    let (filter, _) = use_param("filter");
    let query = Memo::new(move |_| asked.get().or_else(|| filter.get()).unwrap_or_else(|| texts::MINE.to_owned()));
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
    // What is typed stands in place of what was typed before; a preset is a step, which back undoes.
    let typed = Callback::new(move |query: String| set_asked.set(Some(query)));
    let go = use_go();
    let set_query = Callback::new(move |asked: String| {
        if query.with_untracked(|query| *query != asked) {
            go.to(paths::workspaces(Some(&asked)));
        }
    });
    let refused = Signal::derive(move || match status.get() {
        ListStatus::Refused(error) => Some(error),
        _ => None,
    });
    let count = Signal::derive(move || shown.with(|list| list.as_ref().and_then(|list| list.count.get())));
    let complete = Signal::derive(move || {
        shown.with(|list| list.as_ref().is_some_and(|list| list.status.get() == ListStatus::Complete))
    });
    let keys = RwSignal::new(false);
    let filter = NodeRef::<Input>::new();
    let shortcuts = window_event_listener(leptos::ev::keydown, move |event| shortcut(&event, filter, keys));
    on_cleanup(move || shortcuts.remove());
    view! {
        <div class="page-head"><h1 tabindex="-1">{texts::TITLE}</h1><Presets query set_query/>
            {creates.then(|| view! { <div class="end"><a class="btn s" href=paths::templates()>{icon("plus")}"New workspace"</a></div> })}
        </div>
        <Filter query set_query=typed refused filter order count complete keys/>
        <Rows status order count shown latest query set_query/>
        <Show when=move || keys.get()>{late(move |views| (views.keys)(keys))}</Show>
    }
}

/// `/` goes to the filter, `?` shows the keys.
fn shortcut(event: &KeyboardEvent, filter: NodeRef<Input>, keys: RwSignal<bool>) {
    if event.ctrl_key() || event.meta_key() || event.alt_key() || dom::is_typing(event) {
        return;
    }
    match event.key().as_str() {
        "/" => {
            if let Some(filter) = filter.get_untracked() {
                event.prevent_default();
                let _focused = filter.focus();
                filter.select();
            }
        }
        "?" => {
            event.prevent_default();
            keys.set(true);
        }
        _ => {}
    }
}

#[component]
fn Presets(query: Memo<String>, set_query: Callback<String>) -> impl IntoView {
    let parsed = Memo::new(move |_| query.with(|query| parse(query)));
    view! {
        <div class="chips" role="group" aria-label="Presets">
            {Preset::ALL.into_iter().map(|preset| view! {
                <button class="chip" type="button" aria-pressed=move || parsed.with(|query| preset.is_pressed(query)).to_string()
                    on:click=move |_| set_query.run(preset.query().to_string())>{preset.label()}</button>
            }).collect_view()}
        </div>
    }
}

#[component]
fn Filter(
    query: Memo<String>,
    set_query: Callback<String>,
    #[prop(into)] refused: Signal<Option<ApiError>>,
    filter: NodeRef<Input>,
    order: Memo<Arc<[Id]>>,
    #[prop(into)] count: Signal<Option<usize>>,
    #[prop(into)] complete: Signal<bool>,
    keys: RwSignal<bool>,
) -> impl IntoView {
    let text = RwSignal::new(query.get_untracked());
    let waiting = StoredValue::new(None::<TimeoutHandle>);
    let still = move || {
        if let Some(handle) = waiting.try_update_value(Option::take).flatten() {
            handle.clear();
        }
    };
    on_cleanup(still);
    // The address changed by other means (a preset, back): the box follows, but never while it is ahead of the address.
    Effect::new(move |_| {
        let query = query.get();
        if text.with_untracked(|text| text.trim() != query.trim()) && waiting.with_value(Option::is_none) {
            text.set(query);
        }
    });
    let send = move || {
        still();
        set_query.run(text.get_untracked().trim().to_owned());
    };
    let typed = move |event| {
        text.set(event_target_value(&event));
        still();
        let handle = set_timeout_with_handle(
            move || {
                waiting.try_update_value(Option::take);
                if let Some(text) = text.try_get_untracked() {
                    set_query.run(text.trim().to_owned());
                }
            },
            PAUSE,
        );
        waiting.set_value(handle.ok());
    };
    let wrong = move || refused.with(Option::is_some);
    let above = Memo::new(move |_| counted::above(order.with(|order| order.len()), count.get(), complete.get()));
    let loaded = move || above.get().0;
    let unit = move || above.get().1;
    view! {
        <form class="filter" role="search" on:submit=move |event| { event.prevent_default(); send(); }>
            <label class="field" class:bad-value=wrong>
                {icon("search")}
                <span class="vh">"Filter"</span>
                <input type="search" node_ref=filter placeholder=texts::PLACEHOLDER autocomplete="off" autocapitalize="none" spellcheck="false"
                    aria-invalid=move || wrong().then_some("true") aria-describedby="filter-note"
                    prop:value=move || text.get() on:input=typed
                    on:keydown=move |event: KeyboardEvent| if event.key() == "Escape" && let Some(filter) = filter.get_untracked() { let _left = filter.blur(); }/>
                <kbd class="not-narrow" aria-hidden="true">"/"</kbd>
            </label>
            <div class="end">
                <span class="small soft nowrap" role="status"><b>{loaded}</b>{unit}</span>
                <button class="btn quiet s not-narrow" type="button" on:click=move |_| keys.set(true)>"Keys"<kbd>"?"</kbd></button>
            </div>
        </form>
        <div class="filter-note" id="filter-note" role="status" hidden=move || !wrong()>
            {move || refused.get().map(|error| refusal(&error, order.with(|order| !order.is_empty())))}
        </div>
    }
}

/// What the server says about the query, under the box.
fn refusal(error: &ApiError, rows: bool) -> AnyView {
    let below = if rows { " The rows below match the filter before." } else { "" };
    let mut lines: Vec<String> = error.validations.iter().map(|validation| validation.detail.clone()).collect();
    if lines.is_empty() {
        lines.push(error.sentence());
    }
    lines
        .into_iter()
        .map(|line| view! { <p class="note">{icon_with("failed", "bad")}<span><b class="bad">{line}</b>{below}</span></p> })
        .collect_view()
        .into_any()
}

/// What the section shows, so that the table is not built anew with each answer.
#[derive(Clone, PartialEq)]
enum Shows {
    Waiting,
    Failed(ApiError),
    Nothing,
    Table,
}

#[component]
fn Rows(
    status: Memo<ListStatus>,
    order: Memo<Arc<[Id]>>,
    #[prop(into)] count: Signal<Option<usize>>,
    #[prop(into)] shown: Signal<Option<List>>,
    latest: RwSignal<Option<List>>,
    query: Memo<String>,
    set_query: Callback<String>,
) -> impl IntoView {
    let runner = use_action_runner();
    let cursor = Cursor::new();
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
    view! {
        <LeftOutBanner said=missing/>
        <LeftOutBanner said=incomplete/>
        {move || match shows.get() {
            Shows::Waiting => view! { <AfterAMoment><Loading/></AfterAMoment> }.into_any(),
            Shows::Failed(error) => problem(&error, SUBJECT, false, again, Vec::new()),
            Shows::Nothing => match counted::none_of(count.get(), unreadable.with(|left| left.count as usize)) {
                Some((title, text)) if status.with(|status| *status == ListStatus::Complete) => view! { <StateBlock mark="search" title text><Button on_click=again>"Try again"</Button></StateBlock> }.into_any(),
                _ => late(move |views| (views.no_rows)(query, set_query, status)).into_any(),
            },
            Shows::Table => view! { <WorkspaceTable order caption stale on_visible=visible runner cursor/> }.into_any(),
        }}
        <Questions runner/>
    }
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

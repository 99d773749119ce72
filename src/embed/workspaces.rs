//! A list of workspaces in another page: the first few of a query, with the action that each state calls for. May
//! import `panels` and below.

use crate::api::error::ApiError;
use crate::browser::clock_text::{self, Viewer};
use crate::browser::dom;
use crate::components::button::Button;
use crate::components::icon::icon_with;
use crate::components::skeleton::AfterAMoment;
use crate::components::state::StateBlock;
use crate::components::status::StatusLine;
use crate::embed::actions::tell_actions;
use crate::embed::frame::PanelFrame;
use crate::embed::host::Host;
use crate::embed::shown::told;
use crate::model::embed::protocol::{ToHost, Trouble};
use crate::model::licence::Licence;
use crate::model::row::Row;
use crate::model::schedule::{self, NextChange};
use crate::model::status::{self, State, StatusText};
use crate::model::{duration, quota};
use crate::panels::action_button::action_button;
use crate::panels::action_runner::{ActionRunner, use_action_runner};
use crate::panels::problem::{MISSING, Subject, problem};
use crate::panels::questions::Questions;
use crate::panels::row_status;
use crate::paths;
use crate::store::workspaces::{List, ListStatus};
use crate::store::{Stores, use_stores};
use crate::wire::id::Id;
use leptos::prelude::*;

const SUBJECT: Subject = Subject { noun: "workspaces", verb: "list the workspaces", missing: MISSING };

/// What the panel shows, so that the table is not built anew with each answer.
#[derive(Clone, PartialEq)]
enum Shows {
    Waiting,
    Failed(ApiError),
    Refused(ApiError),
    Nothing,
    Table,
}

/// The panel.
#[component]
pub(super) fn WorkspacesPanel(host: Host) -> impl IntoView {
    let stores = use_stores();
    let latest = RwSignal::new(None::<List>);
    let workspaces = stores.workspaces.clone();
    Effect::new(move |_| latest.set(Some(workspaces.list(host.query.get().trim()))));
    let limit = host.options.with_value(|options| options.limit);
    let status =
        Memo::new(move |_| latest.with(|list| list.as_ref().map(|list| list.status.get()).unwrap_or_default()));
    let shown = Memo::new(move |_| {
        let order = latest.with(|list| list.as_ref().map(|list| list.order.get()));
        order.map(|order| order.iter().take(limit).copied().collect::<Vec<Id>>()).unwrap_or_default()
    });
    let count = Memo::new(move |_| latest.with(|list| list.as_ref().and_then(|list| list.count.get())));
    Effect::new(move |_| {
        let ids = shown.get();
        if let Some(list) = latest.get() {
            list.set_visible(ids);
        }
    });
    let rows = stores.workspaces.clone();
    row_status::want(move || shown.get().into_iter().filter_map(|id| rows.row(id)).map(|row| row.get()).collect());
    tell_actions(host, move || shown.get());
    let stale = Signal::derive(move || {
        latest.with(|list| {
            let list = list.as_ref()?;
            list.trouble.get()?;
            let since = list.as_of_ms.get().map(|at| clock_text::local(at).clock()).unwrap_or_default();
            Some(format!("as of {since}: the refresh failed"))
        })
    });
    let shows = Memo::new(move |_| {
        if !shown.with(Vec::is_empty) {
            return Shows::Table;
        }
        match status.get() {
            ListStatus::Failed(error) => Shows::Failed(error),
            ListStatus::Refused(error) => Shows::Refused(error),
            ListStatus::Loading => Shows::Waiting,
            ListStatus::Filling | ListStatus::Complete => Shows::Nothing,
        }
    });
    Effect::new(move |_| match shows.get() {
        Shows::Refused(error) => host.trouble(Some((Trouble::Filter, refusal(&error)))),
        Shows::Failed(error) => host.trouble(Some(told(&error))),
        Shows::Waiting | Shows::Nothing | Shows::Table => host.trouble(None),
    });
    Effect::new(move |_| {
        if matches!(status.get(), ListStatus::Filling | ListStatus::Complete) {
            let count = count.get().unwrap_or_default();
            host.tell(&ToHost::Filter { query: host.query.get_untracked(), count });
        }
    });
    let session = stores.session.clone();
    Effect::new(move |_| {
        let waits = shows.with(|shows| *shows == Shows::Waiting);
        host.waits(waits);
        if !waits {
            session.first_rows_shown();
        }
    });
    let again = Callback::new(move |()| {
        if let Some(list) = latest.get_untracked() {
            list.refresh();
        }
    });
    let name = Signal::derive(move || match (shown.with(Vec::len), count.get()) {
        (_, None) => "Workspaces".to_owned(),
        (shown, Some(count)) if shown < count => format!("{shown} of {count} workspaces"),
        (_, Some(1)) => "1 workspace".to_owned(),
        (_, Some(count)) => format!("{count} workspaces"),
    });
    let href = Signal::derive(move || host.query.with(|query| paths::workspaces(Some(query))));
    let runner = use_action_runner();
    view! {
        <PanelFrame host name note=Signal::derive(move || host.query.get()) way="Open in Gantry" href stale>
            {move || match shows.get() {
                Shows::Waiting => view! { <AfterAMoment><StateBlock mark="clock" title="Asking for workspaces"/></AfterAMoment> }.into_any(),
                Shows::Failed(error) => problem(&error, SUBJECT, false, again, Vec::new()),
                Shows::Refused(error) => view! { <StateBlock mark="failed" tone="bad" title="This filter is not understood" text=refusal(&error)/> }.into_any(),
                Shows::Nothing => view! {
                    <StateBlock mark="search" title="No workspaces" text="None fits this filter, or none that you may see."><Button on_click=again>"Ask again"</Button></StateBlock>
                }
                .into_any(),
                Shows::Table => view! { <Table host shown runner stale/> }.into_any(),
            }}
            <Questions runner/>
        </PanelFrame>
    }
}

/// The server's words about a query.
fn refusal(error: &ApiError) -> String {
    let lines: Vec<&str> = error.validations.iter().map(|validation| validation.detail.as_str()).collect();
    if lines.is_empty() { error.sentence() } else { lines.join(" ") }
}

#[component]
fn Table(host: Host, shown: Memo<Vec<Id>>, runner: ActionRunner, stale: Signal<Option<String>>) -> impl IntoView {
    let stores = StoredValue::new(use_stores());
    let licence = stores.with_value(|stores| stores.session.licence.clone());
    let counted = Memo::new(move |_| licence.with(|licence| licence.as_ref().is_none_or(Licence::counts_credits)));
    let readonly = host.options.with_value(|options| options.readonly);
    let line = Line { host, stores, runner, stale, counted, readonly };
    view! {
        <table class="dt compact embed-list" class:stale=move || stale.with(Option::is_some)>
            <caption class="vh">"Workspaces"</caption>
            <thead><tr>
                <th class="c-name" scope="col">"Name"</th>
                <th class="c-status" scope="col">"Status"</th>
                <th class="c-when" scope="col">"Next stop or start"</th>
                <th class="c-cost num" scope="col">"Credits"</th>
                {(!readonly).then(|| view! { <th class="c-act" scope="col"><span class="vh">"Actions"</span></th> })}
            </tr></thead>
            <tbody><For each=move || shown.get() key=|id| *id let(id)>{line.row(id)}</For></tbody>
        </table>
    }
}

/// What all rows share.
#[derive(Clone, Copy)]
struct Line {
    host: Host,
    stores: StoredValue<Stores>,
    runner: ActionRunner,
    stale: Signal<Option<String>>,
    counted: Memo<bool>,
    readonly: bool,
}

impl Line {
    fn row(self, id: Id) -> impl IntoView {
        let row = Memo::new(move |_| self.stores.with_value(|stores| stores.workspaces.row(id)).map(|row| row.get()));
        let text = Signal::derive(move || row.with(|row| row.as_ref().map(|row| self.text(row))));
        let all = Signal::derive(move || {
            row.with(|row| {
                let row = row.as_ref().filter(|row| status::state(row) == State::Failed)?;
                Some(paths::build(&row.owner_name, &row.name, row.build.number))
            })
        });
        let is_marked = move || {
            let marked = self.host.selected.get();
            row.with(|row| {
                marked
                    .zip(row.as_ref())
                    .is_some_and(|((owner, name), row)| *row.owner_name == *owner && *row.name == *name)
            })
        };
        let href = move || row.with(|row| row.as_ref().map(|row| paths::workspace(&row.owner_name, &row.name)));
        let favorite = Memo::new(move |_| row.with(|row| row.as_ref().is_some_and(|row| row.favorite)));
        view! {
            <tr aria-current=move || is_marked().then_some("true") on:click=move |event| dom::follow_link(&event, "tr")>
                <td class="c-name">
                    <a class="name" href=href>{move || row.with(|row| row.as_ref().map(|row| row.name.to_string()))}</a>
                    {move || favorite.get().then(|| view! { {icon_with("star", "star")}<span class="vh">"favorite"</span> })}
                </td>
                <td class="c-status"><div class="line"><StatusLine text all/></div></td>
                {self.when_cell(row)}
                {self.cost_cell(row)}
                {(!self.readonly).then(|| view! { <td class="c-act"><div class="acts">{action_button(row, self.runner, self.stale)}</div></td> })}
            </tr>
        }
    }

    fn text(self, row: &Row) -> StatusText {
        self.stores.with_value(|stores| row_status::describe(stores, row))
    }

    fn when_cell(self, row: Memo<Option<Row>>) -> impl IntoView {
        let now = self.stores.with_value(|stores| stores.clock.now_ms.clone());
        let offline = self.stores.with_value(|stores| stores.net.offline.clone());
        let next = Memo::new(move |_| {
            let online = offline.with(Option::is_none);
            row.with(|row| {
                let row = row.as_ref()?;
                let acting = self.stores.with_value(|stores| row_status::is_acted_on(stores, row.id));
                Some(if acting { schedule::under_way() } else { schedule::next(row, now.get(), online, &Viewer) })
            })
        });
        let of =
            move |of: fn(&NextChange) -> &String| next.with(|next| next.as_ref().map(of).cloned().unwrap_or_default());
        let unknown =
            Memo::new(move |_| next.with(|next| next.as_ref().is_none_or(|next| next.text == duration::UNKNOWN)));
        view! {
            <td class="c-when">
                <span class:muted=move || unknown.get() title=move || Some(of(|next| &next.why)).filter(|why| !why.is_empty())>{move || of(|next| &next.text)}</span>
                " "<span class="muted">{move || of(|next| &next.clock)}</span>
            </td>
        }
    }

    fn cost_cell(self, row: Memo<Option<Row>>) -> impl IntoView {
        let cost = Memo::new(move |_| {
            let counted = self.counted.get();
            row.with(|row| row.as_ref().map(|row| quota::credits(row, counted)))
        });
        view! {
            <td class="c-cost num">
                {move || cost.get().map(|cost| match cost {
                    Ok(cost) => cost.to_string().into_any(),
                    Err(why) => view! { <span class="muted" title=why>{duration::UNKNOWN}</span> }.into_any(),
                })}
            </td>
        }
    }
}

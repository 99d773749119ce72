//! Who holds the credits of an organization, for those who answer for others: from the list, as far as the control
//! plane lets them list it. May import `panels` and below.

use crate::api::error::ApiError;
use crate::api::{quota, workspaces as calls};
use crate::components::button::Button;
use crate::model::duration::UNKNOWN;
use crate::model::permission::{Act, Right};
use crate::model::quota::{Member, Standing, members};
use crate::panels::problem::{MISSING, Subject, problem};
use crate::paths;
use crate::store::use_stores;
use crate::wire::user::Organization;
use leptos::prelude::*;
use leptos::task::spawn_local;

const SUBJECT: Subject = Subject { noun: "these workspaces", verb: "list the workspaces", missing: MISSING };

/// How many workspaces a question has, and how many are looked at.
const PAGE: usize = 100;
const MOST: usize = 2_000;

/// Of how many members it is asked what they may consume.
const BUDGETS: usize = 20;

#[derive(Clone, PartialEq)]
enum State {
    Closed,
    /// So many workspaces were read.
    Asking(usize),
    Failed(ApiError),
    /// The members with what they may consume, as far as it is told, and how many workspaces are left out.
    Known(Vec<(Member, Option<i64>)>, usize),
}

/// The section; nothing for who may see their own workspaces alone.
#[component]
pub(super) fn Members(
    /// The organization.
    organization: Organization,
) -> impl IntoView {
    let stores = use_stores();
    let id = organization.id;
    let (permissions, session) = (stores.permissions.clone(), stores.session.clone());
    let answers = Memo::new(move |_| {
        let reads = session.user().is_some_and(|user| {
            let roles = user.user.roles.iter().filter(|role| role.organization_id.is_none());
            roles.into_iter().any(|role| matches!(role.name.as_str(), "owner" | "auditor"))
        });
        reads || permissions.may(Right::OnAny { act: Act::Update, dormant: false, organization: id }) == Some(true)
    });
    let state = RwSignal::new(State::Closed);
    let client = StoredValue::new(stores.client);
    let query = format!("organization:{}", organization.name);
    let asked = StoredValue::new(query);
    let ask = move || {
        state.set(State::Asking(0));
        let (client, query) = (client.get_value(), asked.get_value());
        // Not of the view that is replaced by the answer: it goes on, and finds nobody if the page is left.
        spawn_local(async move {
            let mut rows = Vec::new();
            let count = loop {
                match calls::list(&client, &query, PAGE, rows.len(), false).await {
                    Ok(page) => {
                        let read = page.rows.len();
                        rows.extend(page.rows);
                        let count = page.count.and_then(|count| usize::try_from(count).ok()).unwrap_or(rows.len());
                        if read == 0 || rows.len() >= count || rows.len() >= MOST {
                            break count;
                        }
                        if state.try_set(State::Asking(rows.len())).is_some() {
                            return;
                        }
                    }
                    Err(error) => return drop(state.try_set(State::Failed(error))),
                }
            };
            let mut told = Vec::new();
            for member in members(&rows, id) {
                let asks = told.len() < BUDGETS;
                let answer = if asks { quota::of(&client, id, &member.id.to_string()).await.ok() } else { None };
                let budget = Standing::of(answer.flatten()).figures().map(|(_, budget)| budget);
                told.push((member, budget));
            }
            state.try_set(State::Known(told, count.saturating_sub(rows.len())));
        });
    };
    let name = organization.name.clone();
    let line = move |(member, budget): (Member, Option<i64>)| {
        let query = format!("owner:{} organization:{name}", member.name);
        let untold = match member.untold {
            0 => String::new(),
            1 => "1 not counted".to_owned(),
            many => format!("{many} not counted"),
        };
        view! {
            <tr>
                <td><a class="name" href=paths::workspaces(Some(&query))>{member.name.to_string()}</a></td>
                <td class="num">{member.workspaces}</td>
                <td class="num">{member.credits}</td>
                <td class="num">{budget.map_or_else(|| UNKNOWN.to_owned(), |budget| budget.to_string())}</td>
                <td class="muted small">{untold}</td>
            </tr>
        }
    };
    let shown = move || match state.get() {
        State::Closed => view! {
            <p class="say-parts"><Button class="s" on_click=move |()| ask()>"Show who holds credits"</Button></p>
        }
        .into_any(),
        State::Asking(read) => {
            view! { <p class="say-parts" role="status">{format!("Reading the workspaces of all: {read} so far")}</p> }
                .into_any()
        }
        State::Failed(error) => problem(&error, SUBJECT, false, Callback::new(move |()| ask()), Vec::new()),
        State::Known(all, left_out) => {
            let sum: i64 = all.iter().map(|(member, _)| member.credits).sum();
            let rest =
                if left_out > 0 { format!(" {left_out} workspaces more are not looked at.") } else { String::new() };
            view! {
                <table class="dt plain flush compact">
                    <caption class="vh">"Members by credits, most first"</caption>
                    <thead><tr><th scope="col">"Member"</th><th class="num" scope="col">"Workspaces"</th><th class="num" scope="col">"Credits"</th><th class="num" scope="col">"Budget"</th><th scope="col"><span class="vh">"Note"</span></th></tr></thead>
                    <tbody>{all.into_iter().map(&line).collect_view()}</tbody>
                </table>
                <p class="say-parts small muted" role="status">{format!("{sum} credits in all, from the workspaces that you may see.")}{rest}</p>
            }
            .into_any()
        }
    };
    move || answers.get().then(&shown)
}

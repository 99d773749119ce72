//! Quota per organization of the user: no quota, no limit, nothing and a budget are four answers, each shown as what it
//! is, with what each workspace holds. May import `panels` and below.

use crate::browser::page;
use crate::components::skeleton::AfterAMoment;
use crate::components::state::StateBlock;
use crate::components::status::Status;
use crate::model::duration::UNKNOWN;
use crate::model::quota::{Breakdown, Level, Standing};
use crate::model::row::Row;
use crate::panels::brand::title;
use crate::panels::problem::{MISSING, Subject, problem};
use crate::panels::quota_strip::name_of;
use crate::panels::row_status;
use crate::paths;
use crate::store::quota::OfOrganization;
use crate::store::use_stores;
use crate::store::workspaces::List;
use crate::wire::id::Id;
use leptos::prelude::*;

const TITLE: &str = "Quota";
const INTRO: &str = "The credits that your workspaces hold in each organization. A stopped workspace holds credits too, for the resources that it keeps.";
const SUBJECT: Subject = Subject { noun: "this quota", verb: "say what this quota is", missing: MISSING };
const ELSEWHERE: &str = "held by workspaces that are not listed here";

/// The page.
#[component]
pub(crate) fn QuotaPage() -> impl IntoView {
    page::set_title(&title(TITLE));
    let stores = use_stores();
    // No rows to wait for: the organizations are what the page is about.
    stores.session.first_rows_shown();
    stores.quota.refresh();
    let answers = stores.quota.answers.clone();
    let list = StoredValue::new(stores.workspaces.list("owner:me"));
    let count = Memo::new(move |_| answers.with(|answers| answers.as_ref().map(|answers| answers.len())));
    let answers = stores.quota.answers.clone();
    view! {
        <div class="page-head"><h1 tabindex="-1">{TITLE}</h1><p class="soft">{INTRO}</p></div>
        {move || match count.get() {
            None => view! { <AfterAMoment><StateBlock mark="clock" title="Asking each organization"/></AfterAMoment> }.into_any(),
            Some(0) => view! { <StateBlock mark="info" title="You belong to no organization" text="Quota is counted per organization."/> }.into_any(),
            Some(count) => {
                let answers = answers.clone();
                let section = move |index: usize| {
                    let answers = answers.clone();
                    let one = Memo::new(move |_| answers.with(|answers| answers.as_ref()?.get(index).cloned()));
                    move || one.with(|one| one.as_ref().map(|one| organization(one, list)))
                };
                view! { <div class="orgs one-col"><div>{(0..count).map(section).collect_view()}</div></div> }.into_any()
            }
        }}
    }
}

fn organization(one: &OfOrganization, list: StoredValue<List>) -> AnyView {
    let name = name_of(&one.organization);
    let answer = match &one.answer {
        Ok(answer) => *answer,
        Err(error) => {
            let quota = use_stores().quota;
            let again = Callback::new(move |()| quota.refresh());
            return view! { <section class="sec"><header><h2>{name}</h2></header>{problem(error, SUBJECT, false, again, Vec::new())}</section> }.into_any();
        }
    };
    let standing = Standing::of(answer);
    let Some((consumed, budget)) = standing.figures() else {
        return view! { <section class="sec"><header><h2>{name}</h2><span class="soft">{standing.sentence()}</span></header></section> }.into_any();
    };
    let free = match standing.level() {
        Level::Fine => view! { <span class="soft">{standing.free()}</span> }.into_any(),
        Level::Near | Level::Over => view! { <b class="warn">{standing.free()}</b> }.into_any(),
    };
    let id = one.organization.id;
    let stores = use_stores();
    let holdings = Memo::new(move |_| {
        let user = stores.session.user().map(|user| user.user.id).unwrap_or_default();
        let ids = list.with_value(|list| list.order.get());
        let rows: Vec<Row> = ids.iter().filter_map(|id| stores.workspaces.row(*id)).map(|row| row.get()).collect();
        let breakdown = Breakdown::of(&rows, user, id, standing);
        (breakdown, rows)
    });
    let explanation = if matches!(standing, Standing::Nothing { .. }) || standing.level() == Level::Over {
        Some(view! { <p class="say-parts">{standing.sentence()}</p> })
    } else {
        None
    };
    view! {
        <section class="sec">
            <header><h2>{name.clone()}</h2><span><b>{consumed}</b>" of "{budget}" credits"</span>{free}</header>
            <div>
                {explanation}
                {move || holdings.with(|(breakdown, _)| bar(breakdown, consumed, budget, &name))}
                <Holdings holdings/>
            </div>
        </section>
    }
    .into_any()
}

/// Segments per workspace on the scale of the budget, or of what is consumed if that is more.
fn bar(breakdown: &Breakdown, consumed: i64, budget: i64, name: &str) -> AnyView {
    if consumed <= 0 && budget <= 0 {
        return ().into_any();
    }
    let scale = consumed.max(budget).max(1) as f64;
    let wide_budget = budget as f64 / scale > 0.15;
    let budget_class = if wide_budget { "q-k r" } else { "q-k" };
    let percent = |credits: i64| format!("{:.3}%", credits.max(0) as f64 / scale * 100.0);
    let mut at = 0_i64;
    let mut parts: Vec<(String, i64)> = breakdown
        .holdings
        .iter()
        .filter_map(|holding| Some((holding.name.to_string(), holding.credits.ok().filter(|credits| *credits > 0)?)))
        .collect();
    if breakdown.elsewhere > 0 {
        parts.push((ELSEWHERE.to_owned(), breakdown.elsewhere));
    }
    let label = format!(
        "{name}: {}; budget {budget}",
        if parts.is_empty() {
            "nothing held".to_owned()
        } else {
            parts.iter().map(|(name, credits)| format!("{name} {credits}")).collect::<Vec<_>>().join(", ")
        }
    );
    let segments = parts
        .into_iter()
        .enumerate()
        .map(|(index, (name, credits))| {
            let (x, width) = (percent(at), percent(credits));
            let wide = credits as f64 / scale > 0.12;
            at += credits;
            view! {
                <rect class=if index % 2 == 0 { "q-a" } else { "q-b" } x=x.clone() width=width y="0" height="24"></rect>
                {wide.then(|| view! { <text class="q-t" x=x dx="6" y="16">{format!("{name} {credits}")}</text> })}
            }
        })
        .collect_view();
    view! {
        <div class="budget">
            <svg role="img" aria-label=label>
                {(budget > consumed).then(|| view! { <rect class="q-free" x=percent(consumed) width=percent(budget - consumed) y=".5" height="23"></rect> })}
                {segments}
                {(consumed > budget).then(|| view! { <rect class="q-over" x=percent(budget) width=percent(consumed - budget) y=".5" height="23"></rect> })}
                <line class="q-lim" x1=percent(budget) x2=percent(budget) y1="-3" y2="27"></line>
                {wide_budget.then(|| view! { <text class="q-k" x="0" y="41">"0"</text> })}
                <text class=budget_class x=percent(budget) y="41">{format!("budget {budget}")}</text>
            </svg>
        </div>
    }
    .into_any()
}

/// What each workspace holds; a line keeps its elements while states and credits change.
#[component]
fn Holdings(holdings: Memo<(Breakdown, Vec<Row>)>) -> impl IntoView {
    let stores = StoredValue::new(use_stores());
    row_status::want(move || holdings.with(|(_, rows)| rows.clone()));
    let of = move |id: Id| Memo::new(move |_| holdings.with(|(_, rows)| rows.iter().find(|row| row.id == id).cloned()));
    let line = move |id: Id| {
        let row = of(id);
        let text = Memo::new(move |_| {
            row.with(|row| row.as_ref().map(|row| stores.with_value(|stores| row_status::describe(stores, row))))
        });
        let credits = Memo::new(move |_| {
            holdings.with(|(breakdown, _)| breakdown.holdings.iter().find(|one| one.id == id).map(|one| one.credits))
        });
        view! {
            <tr>
                <td><a class="name" href=move || row.with(|row| row.as_ref().map(|row| paths::workspace(&row.owner_name, &row.name)))>
                    {move || row.with(|row| row.as_ref().map(|row| row.name.to_string()))}
                </a></td>
                <td class="c-st"><Status text/></td>
                <td class="c-cr num">{move || credits.get().map(|credits| match credits {
                    Ok(credits) => credits.to_string().into_any(),
                    Err(why) => view! { <span class="muted" title=why>{UNKNOWN}</span> }.into_any(),
                })}</td>
            </tr>
        }
    };
    let listed = move || {
        holdings.with(|(breakdown, rows)| {
            let known = |id: &Id| rows.iter().any(|row| row.id == *id);
            breakdown.holdings.iter().map(|holding| holding.id).filter(known).collect::<Vec<_>>()
        })
    };
    let elsewhere = Memo::new(move |_| holdings.with(|(breakdown, _)| breakdown.elsewhere));
    let none = move || holdings.with(|(breakdown, _)| breakdown.holdings.is_empty() && breakdown.elsewhere == 0);
    let note = Memo::new(move |_| holdings.with(|(breakdown, _)| breakdown.note()));
    view! {
        <Show when=none><p class="say-parts">"You have no workspaces in this organization."</p></Show>
        <Show when=move || !none()>
            <table class="dt plain flush compact qt">
                <thead><tr><th scope="col">"Workspace"</th><th class="c-st" scope="col">"Status"</th><th class="c-cr num" scope="col">"Credits"</th></tr></thead>
                <tbody>
                    <For each=listed key=|id| *id children=line/>
                    <Show when=move || { elsewhere.get() > 0 }>
                        <tr><td class="muted">{ELSEWHERE}</td><td class="c-st"></td><td class="c-cr num">{move || elsewhere.get()}</td></tr>
                    </Show>
                </tbody>
            </table>
            <Show when=move || note.with(|note| !note.is_empty())><p class="say-parts small">{move || note.get()}</p></Show>
        </Show>
    }
}

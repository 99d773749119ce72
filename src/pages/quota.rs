//! Quota per organization of the user: no quota, no limit, nothing and a budget are four answers, each shown as what it
//! is, with what each workspace holds, what would free how much, why a build was refused, and what was held over time.
//! May import `panels` and below.

mod bar;
mod history;
mod members;
mod side_by_side;
mod what_if;

use self::bar::bar;
use self::history::History;
use self::members::Members;
use self::side_by_side::SideBySide;
use self::what_if::WhatIf;
use crate::api::error::ApiError;
use crate::browser::page;
use crate::components::skeleton::AfterAMoment;
use crate::components::state::StateBlock;
use crate::model::quota::{Breakdown, Level, Standing};
use crate::model::row::{Row, is_refused_by_quota};
use crate::panels::action_runner::{ActionRunner, use_action_runner};
use crate::panels::brand::title;
use crate::panels::dormancy::DormancyRadar;
use crate::panels::holdings::Holdings;
use crate::panels::problem::{MISSING, Subject, problem};
use crate::panels::questions::Questions;
use crate::panels::quota_strip::name_of;
use crate::panels::uncounted::{added_in, held_by};
use crate::panels::versions_made::{VersionsMade, versions_made};
use crate::panels::why_denied::WhyDenied;
use crate::store::quota::OfOrganization;
use crate::store::use_stores;
use crate::wire::id::Id;
use leptos::prelude::*;

const TITLE: &str = "Quota";
const INTRO: &str = "The credits that your workspaces hold in each organization. A stopped workspace holds credits too, for the resources that it keeps.";
/// How many workspaces are followed closely.
const LOOKED_AT: usize = 100;
const SUBJECT: Subject = Subject { noun: "this quota", verb: "say what this quota is", missing: MISSING };

/// What the sections share.
#[derive(Clone, Copy)]
struct Shared {
    /// The reader's own workspaces.
    rows: Memo<Vec<Row>>,
    /// What their versions make.
    made: RwSignal<VersionsMade>,
    runner: ActionRunner,
}

/// The page.
#[component]
pub(crate) fn QuotaPage() -> impl IntoView {
    page::set_title(&title(TITLE));
    let stores = use_stores();
    // No rows to wait for: the organizations are what the page is about.
    stores.session.first_rows_shown();
    stores.quota.refresh();
    let known = stores.quota.answers.clone();
    let answers = Memo::new(move |_| known.get());
    let list = StoredValue::new(stores.workspaces.list("owner:me"));
    let workspaces = stores.workspaces.clone();
    let rows = Memo::new(move |_| {
        let ids = list.with_value(|list| list.order.get());
        ids.iter().filter_map(|id| workspaces.row(*id)).map(|row| row.get()).collect::<Vec<Row>>()
    });
    let limited = Memo::new(move |_| {
        answers.with(|answers| {
            let all = answers.iter().flat_map(|all| all.iter());
            let figures = |one: &OfOrganization| Standing::of(one.answer.as_ref().ok().copied()?).figures();
            all.filter(|one| figures(one).is_some()).map(|one| one.organization.id).collect::<Vec<_>>()
        })
    });
    // Rows that are looked at are asked for more often while something of them changes.
    Effect::new(move |_| {
        let ids = list.with_value(|list| list.order.get());
        list.with_value(|list| list.set_visible(ids.iter().copied().take(LOOKED_AT).collect()));
    });
    let made = versions_made(move || {
        let limited = limited.get();
        rows.with(|rows| {
            let holding = rows.iter().filter(|row| row.daily_cost > 0 && limited.contains(&row.organization_id));
            holding.map(|row| row.build.template_version_id).collect()
        })
    });
    let shared = Shared { rows, made, runner: use_action_runner() };
    let count = Memo::new(move |_| answers.with(|answers| answers.as_ref().map(|answers| answers.len())));
    let refused = move || {
        rows.with(|rows| {
            rows.iter().filter(|row| is_refused_by_quota(&row.build)).map(|row| row.id).collect::<Vec<_>>()
        })
    };
    let denied = move |id: Id| {
        let row = Memo::new(move |_| rows.with(|rows| rows.iter().find(|row| row.id == id).cloned()));
        view! { <WhyDenied row rows=rows.into() made runner=shared.runner/> }
    };
    view! {
        <div class="page-head"><h1 tabindex="-1">{TITLE}</h1><p class="soft">{INTRO}</p></div>
        {move || match count.get() {
            None => view! { <AfterAMoment><StateBlock mark="clock" title="Asking each organization"/></AfterAMoment> }.into_any(),
            Some(0) => view! { <StateBlock mark="info" title="You belong to no organization" text="Quota is counted per organization."/> }.into_any(),
            Some(count) => {
                let section = move |index: usize| {
                    let one = Memo::new(move |_| answers.with(|answers| answers.as_ref()?.get(index).cloned()));
                    view! { <OneOrganization one shared/> }
                };
                view! {
                    <div class="orgs" class:one-col=move || limited.with(Vec::is_empty)>
                        <div><DormancyRadar rows=rows.into() runner=shared.runner/><SideBySide answers/>{(0..count).map(section).collect_view()}</div>
                        <Show when=move || limited.with(|limited| !limited.is_empty())>
                            <div><For each=refused key=|id| *id children=denied/><WhatIf rows answers limited/></div>
                        </Show>
                    </div>
                }
                .into_any()
            }
        }}
        <Questions runner=shared.runner/>
    }
}

/// What is said of one organization.
#[derive(Clone, PartialEq)]
enum Says {
    Failed(ApiError),
    /// There is no limit, or it is not told; a sentence.
    NoLimit(String),
    Limited,
}

/// One organization. Its elements stay while figures change: what somebody opened in it stays open.
#[component]
fn OneOrganization(one: Memo<Option<OfOrganization>>, shared: Shared) -> impl IntoView {
    let name =
        Memo::new(move |_| one.with(|one| one.as_ref().map(|one| name_of(&one.organization)).unwrap_or_default()));
    let stores = use_stores();
    // What the control plane says, and the same kept steady while builds are not counted.
    let counted = Memo::new(move |_| {
        one.with(|one| one.as_ref().and_then(|one| one.answer.as_ref().ok().copied()).map(Standing::of))
    });
    let of_added = stores.clone();
    let added = Memo::new(move |_| {
        one.with(|one| one.as_ref().map(|one| added_in(&of_added, one.organization.id)).unwrap_or_default())
    });
    let standing = Memo::new(move |_| counted.get().map(|standing| added.get().to(standing)));
    let said_added = move || added.get().note(counted.get().and_then(Standing::figures).unwrap_or_default().0);
    let says = Memo::new(move |_| {
        match (one.with(|one| one.as_ref().and_then(|one| one.answer.clone().err())), standing.get()) {
            (Some(error), _) => Says::Failed(error),
            (None, Some(standing)) if standing.figures().is_none() => Says::NoLimit(standing.sentence()),
            _ => Says::Limited,
        }
    });
    let figures = move || standing.get().and_then(Standing::figures).unwrap_or_default();
    let level = Memo::new(move |_| standing.get().map_or(Level::Fine, Standing::level));
    let Shared { rows, made, runner } = shared;
    let id = Memo::new(move |_| one.with(|one| one.as_ref().map(|one| one.organization.id)));
    let (session, quota) = (stores.session, stores.quota);
    let here = Memo::new(move |_| {
        let id = id.get();
        rows.with(|rows| rows.iter().filter(|row| Some(row.organization_id) == id).cloned().collect::<Vec<_>>())
    });
    let holdings = Memo::new(move |_| {
        let user = session.user().map(|user| user.user.id).unwrap_or_default();
        let standing = standing.get().unwrap_or(Standing::Absent);
        here.with(|rows| (Breakdown::of(rows, user, id.get().unwrap_or_default(), standing, held_by), rows.clone()))
    });
    let explanation = move || {
        let standing = standing.get()?;
        let says = matches!(standing, Standing::Nothing { .. }) || standing.level() == Level::Over;
        says.then(|| view! { <p class="say-parts">{standing.sentence()}</p> })
    };
    let again = Callback::new(move |()| quota.refresh());
    let budget = Signal::derive(move || figures().1);
    let limited = move || {
        let organization = one.with_untracked(|one| one.as_ref().map(|one| one.organization.clone()));
        view! {
            <header>
                <h2>{move || name.get()}</h2>
                <span><b>{move || figures().0}</b>" of "{move || figures().1}" credits"</span>
                <span class:soft=move || level.get() == Level::Fine class:warn=move || level.get() != Level::Fine class:strong=move || level.get() != Level::Fine>
                    {move || standing.get().map(Standing::free)}
                </span>
            </header>
            <div>
                {explanation}
                <Show when=move || !said_added().is_empty()><p class="say-parts small" role="status">{said_added}</p></Show>
                {move || holdings.with(|(breakdown, _)| bar(breakdown, figures().0, figures().1, &name.get()))}
                <Holdings holdings made runner/>
                <Show when=move || here.with(|rows| !rows.is_empty())><History rows=here.into() budget/></Show>
                {organization.map(|organization| view! { <Members organization/> })}
            </div>
        }
        .into_any()
    };
    view! {
        <section class="sec">
            {move || match says.get() {
                Says::Failed(error) => view! { <header><h2>{name.get_untracked()}</h2></header>{problem(&error, SUBJECT, false, again, Vec::new())} }.into_any(),
                Says::NoLimit(sentence) => view! { <header><h2>{name.get_untracked()}</h2><span class="soft">{sentence}</span></header> }.into_any(),
                Says::Limited => untrack(limited),
            }}
        </section>
    }
}

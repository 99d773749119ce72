//! What would fit: whoever thinks of starting, stopping or making something chooses it, and is told what the control
//! plane would say to it. The choice is in the address. May import `panels` and below.

use crate::api::templates;
use crate::browser::timers;
use crate::components::icon::icon_with;
use crate::components::unique_id;
use crate::model::consequences::{MadeOf, made_of};
use crate::model::order;
use crate::model::quota::{Before, Deed, Plan, Price, Source, Standing, Verdict, verdict};
use crate::model::row::{Row, is_changing};
use crate::model::status::{self, State};
use crate::panels::asked::asked;
use crate::panels::go::use_param;
use crate::panels::uncounted::added_in;
use crate::store::quota::OfOrganization;
use crate::store::start_price::last_price;
use crate::store::use_stores;
use crate::wire::build::{BuildStatus, Transition};
use crate::wire::id::Id;
use crate::wire::template::Template;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;

/// Something that can be chosen.
#[derive(Clone, Debug, PartialEq)]
struct Choice {
    plan: Plan,
    /// In the address: `start/gantry-web`.
    key: String,
    /// What it is called.
    name: String,
    organization: Id,
    /// The workspace, and what it holds; none for a new one.
    workspace: Option<(Id, i64)>,
    /// Which version would be started.
    version: Id,
    /// Which version it has now: what a stop keeps, that one tells.
    kept_by: Id,
    stops_first: bool,
}

/// What may be thought of for a workspace, as it is now.
fn plans(row: &Row) -> Vec<Plan> {
    if is_changing(row) || status::state(row) == State::Deleted {
        return Vec::new();
    }
    let mut plans = match (is_up(row), &row.build.transition) {
        (true, _) => vec![Plan::Restart, Plan::Stop],
        // A start that failed left something to stop.
        (false, Transition::Start) => vec![Plan::Start, Plan::Stop],
        (false, _) => vec![Plan::Start],
    };
    plans.extend(row.outdated.then_some(Plan::Update));
    plans.push(Plan::Delete);
    plans
}

fn is_up(row: &Row) -> bool {
    row.build.status == BuildStatus::Running
}

fn of_row(row: &Row, plan: Plan) -> Choice {
    let now = row.build.template_version_id;
    Choice {
        plan,
        key: format!("{}/{}", plan.key(), row.name),
        name: row.name.to_string(),
        organization: row.organization_id,
        workspace: Some((row.id, row.daily_cost)),
        version: if plan == Plan::Update { row.template_active_version_id } else { now },
        kept_by: now,
        // An update stops what a start that failed left.
        stops_first: match plan {
            Plan::Restart => true,
            Plan::Update => row.build.transition == Transition::Start,
            _ => false,
        },
    }
}

fn of_template(template: &Template) -> Choice {
    let name = if template.display_name.is_empty() { &template.name } else { &template.display_name };
    Choice {
        plan: Plan::Create,
        key: format!("{}/{}/{}", Plan::Create.key(), template.organization_name, template.name),
        name: match template.organization_display_name.as_str() {
            "" => name.clone(),
            place => format!("{name} in {place}"),
        },
        organization: template.organization_id,
        workspace: None,
        version: template.active_version_id,
        kept_by: template.active_version_id,
        stops_first: false,
    }
}

/// What is known of its costs.
#[derive(Clone, PartialEq)]
enum Costs {
    Asking,
    Known { price: Price, kept: i64 },
    Unknown(String),
}

/// The section.
#[component]
pub(super) fn WhatIf(
    rows: Memo<Vec<Row>>,
    answers: Memo<Option<Arc<[OfOrganization]>>>,
    /// The organizations whose credits are limited.
    limited: Memo<Vec<Id>>,
) -> impl IntoView {
    let stores = use_stores();
    let client = stores.client.clone();
    let known = asked(move || Some(templates::list_once(&client)));
    let choices = Memo::new(move |_| {
        let limited = limited.get();
        let mut all: Vec<Choice> = rows.with(|rows| {
            let rows = rows.iter().filter(|row| limited.contains(&row.organization_id));
            rows.flat_map(|row| plans(row).into_iter().map(|plan| of_row(row, plan))).collect()
        });
        known.look(|templates| {
            let here = templates.iter().flat_map(|all| all.items.iter());
            let usable = here.filter(|one| !one.deleted && !one.deprecated && limited.contains(&one.organization_id));
            all.extend(usable.map(of_template));
        });
        order::sort_by(&mut all, |one, other| order::natural(&one.name, &other.name));
        all
    });
    let (asked_for, set) = use_param("if");
    let choice = Memo::new(move |_| {
        let key = asked_for.get().filter(|key| !key.is_empty())?;
        choices.with(|all| all.iter().find(|one| one.key == key).cloned())
    });
    // One that is not offered: it is gone, or a build of it runs.
    let is_astray =
        move || asked_for.with(|key| key.as_ref().is_some_and(|key| !key.is_empty())) && choice.with(Option::is_none);
    let costs = RwSignal::new(Costs::Asking);
    let of_costs = stores.client.clone();
    Effect::new(move |_| {
        let Some(wanted) = choice.get() else { return };
        costs.set(Costs::Asking);
        let client = of_costs.clone();
        spawn_local(async move {
            timers::idle().await;
            let made = |version: Id| {
                let client = client.clone();
                async move {
                    let resources = templates::resources(&client, version).await.map_err(|error| error.message)?;
                    made_of(&resources.items).map_err(str::to_owned)
                }
            };
            let now: Result<MadeOf, String> = made(wanted.kept_by).await;
            let last = match wanted.workspace {
                Some((id, _)) => last_price(&client, id, wanted.version).await,
                None => None,
            };
            let then = if wanted.version == wanted.kept_by { now.clone() } else { made(wanted.version).await };
            let price = last.map_or_else(|| then.map(|then| Price::of_version(&then)), Ok);
            let told = match (price, now) {
                (Ok(price), Ok(now)) => Costs::Known { price, kept: now.stopped_cost },
                // Without what a stop keeps, a start alone can be told of.
                (Ok(price), Err(_)) if matches!(wanted.plan, Plan::Start | Plan::Create) => {
                    Costs::Known { price, kept: 0 }
                }
                (_, _) if wanted.plan == Plan::Delete => {
                    Costs::Known { price: Price { credits: 0, source: Source::Version }, kept: 0 }
                }
                (Ok(_), Err(why)) | (Err(why), _) => Costs::Unknown(why),
            };
            if choice.try_get_untracked().flatten().as_ref() == Some(&wanted) {
                costs.try_set(told);
            }
        });
    });
    let of_before = stores.clone();
    let told = Memo::new(move |_| {
        let choice = choice.get()?;
        let (consumed, budget) = answers.with(|answers| {
            let one = answers.as_ref()?.iter().find(|one| one.organization.id == choice.organization)?;
            Standing::of(one.answer.as_ref().ok().copied()?).figures()
        })?;
        let building = added_in(&of_before, choice.organization).building;
        let consumed = consumed.saturating_add(building);
        let held = choice.workspace.map_or(0, |(_, held)| held);
        let Costs::Known { price, kept } = costs.get() else { return None };
        let deed = Deed { plan: choice.plan, cost: price.credits, kept, stops_first: choice.stops_first };
        let before = Before { consumed, budget, held };
        Some((verdict(&choice.name, deed, before), before, price, choice.plan))
    });
    let field = unique_id("what-if");
    let groups = move || {
        Plan::ALL
            .into_iter()
            .filter_map(|plan| {
                let of_plan = choices.with(|all| all.iter().filter(|one| one.plan == plan).cloned().collect::<Vec<_>>());
                let options = of_plan.into_iter().map(|one| {
                    let (key, chosen) = (one.key.clone(), one.key);
                    view! { <option value=key selected=move || asked_for.with(|key| key.as_deref() == Some(chosen.as_str()))>{one.name}</option> }
                });
                let options = options.collect::<Vec<_>>();
                (!options.is_empty()).then(|| view! { <optgroup label=plan.head()>{options}</optgroup> })
            })
            .collect_view()
    };
    let choose = move |event| set.set(Some(event_target_value(&event)).filter(|key| !key.is_empty()));
    let waits = move || choice.with(Option::is_some) && costs.with(|costs| *costs == Costs::Asking);
    let untold = move || match costs.get() {
        Costs::Unknown(why) if choice.with(Option::is_some) => Some(format!("What it costs is not known: {why}.")),
        _ => None,
    };
    view! {
        <section class="sec" aria-label="What if">
            <header><h2>"What if"</h2><span class="small muted">"an estimate"</span></header>
            <div>
                <p class="say-parts"><label for=field.clone()>"What would the quota say to"</label></p>
                <span class="field"><select id=field on:change=choose>
                    <option value="" selected=move || choice.with(Option::is_none)>"choose what you think of"</option>
                    {groups}
                </select>{icon_with("down", "tail")}</span>
                <div role="status">
                    <Show when=waits><p class="say-parts small muted">"Asking what it costs"</p></Show>
                    <Show when=is_astray><p class="say-parts small">"That cannot be thought of now: it is gone, or a build of it runs. Choose another."</p></Show>
                    {move || untold().map(|why| view! { <p class="say-parts">{why}</p> })}
                    {move || told.get().map(|(told, before, price, plan)| figures(&told, before, price, plan))}
                </div>
            </div>
        </section>
    }
}

/// The verdict, and how it comes about.
fn figures(told: &Verdict, before: Before, price: Price, plan: Plan) -> impl IntoView + use<> {
    let (mark, tone) = if told.fits { ("check", "ok") } else { ("failed", "bad") };
    let after = match told.after {
        Some(after) => format!("{after} of {}", before.budget),
        None => format!("{} of {}, as now", before.consumed, before.budget),
    };
    let from = match plan {
        Plan::Delete => String::new(),
        Plan::Stop => "What a stop keeps, its version tells. ".to_owned(),
        _ => format!("The cost is that of {}. ", price.source.by()),
    };
    view! {
        <p class="verdict say-parts">{icon_with(mark, tone)}<b>{told.text.clone()}</b></p>
        <dl class="kv">
            <dt>"Consumed now"</dt><dd>{before.consumed}</dd>
            <dt>"Of these its own"</dt><dd>{before.held}</dd>
            <dt>"After"</dt><dd><b class:bad=!told.fits>{after}</b></dd>
        </dl>
        <p class="say-parts small muted">{from}"The control plane decides inside the build."</p>
    }
}

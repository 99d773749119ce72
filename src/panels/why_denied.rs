//! Why a build was refused for its credits: the figures of that moment, what is missing now, and what stopping or
//! deleting which workspaces would be enough, with the buttons. May import `store` and below.

use crate::browser::clock_text::Viewer;
use crate::components::button::Button;
use crate::model::actions::Action;
use crate::model::duration;
use crate::model::failure::QuotaRefusal;
use crate::model::quota::{By, Enough, Standing, candidates, enough};
use crate::model::row::{Row, is_refused_by_quota};
use crate::model::wording::{all_of, credits, credits_are};
use crate::panels::action_runner::ActionRunner;
use crate::panels::row_status;
use crate::panels::versions_made::VersionsMade;
use crate::paths;
use crate::store::use_stores;
use crate::wire::build::Transition;
use crate::wire::id::Id;
use leptos::prelude::*;

/// What is missing now.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Now {
    /// It is not known what is free.
    Unknown,
    /// It would fit: so many are left then.
    Fits(i64),
    /// So many are missing, and what would be enough.
    Missing(i64, Vec<Enough>),
}

/// The section; it is there while the latest build of the workspace is one that the quota refused.
#[component]
pub(crate) fn WhyDenied(
    /// The workspace whose build was refused.
    row: Memo<Option<Row>>,
    /// The workspaces that take from the same budget, this one among them.
    rows: Signal<Vec<Row>>,
    /// What their versions make.
    made: RwSignal<VersionsMade>,
    /// Where actions are asked for.
    runner: ActionRunner,
) -> impl IntoView {
    let stores = use_stores();
    let refused = Memo::new(move |_| row.with(|row| row.clone().filter(|row| is_refused_by_quota(&row.build))));
    row_status::want(move || refused.get().into_iter().collect());
    let failures = StoredValue::new(stores.failures.clone());
    let told: Memo<Option<QuotaRefusal>> = Memo::new(move |_| {
        let build = refused.with(|row| row.as_ref().map(|row| row.build.id))?;
        failures.with_value(|failures| failures.of(build)).with(|failure| failure.as_ref()?.refusal)
    });
    let answers = stores.quota.answers.clone();
    let (user, ticks) = (stores.session.clone(), stores.clock.now_ms.clone());
    let clock = Signal::derive(move || ticks.get());
    let mine = Memo::new(move |_| {
        let user = user.user().map(|user| user.user.id);
        refused.with(|row| row.as_ref().is_some_and(|row| Some(row.owner_id) == user))
    });
    let now = Memo::new(move |_| {
        let (Some(row), Some(told)) = (refused.get(), told.get()) else { return Now::Unknown };
        let figures = answers.with(|answers| {
            let one = answers.as_ref()?.iter().find(|one| one.organization.id == row.organization_id)?;
            Standing::of(one.answer.as_ref().ok().copied()?).figures()
        });
        let Some((consumed, budget)) = figures.filter(|_| mine.get()) else { return Now::Unknown };
        let left = budget.saturating_sub(consumed.saturating_sub(row.daily_cost)).saturating_sub(told.cost);
        if left >= 0 {
            return Now::Fits(left);
        }
        let missing = left.saturating_neg();
        let all = rows.with(|rows| {
            made.with(|made| {
                let of = |version: Id| made.get(&version).and_then(Option::as_ref);
                candidates(rows.iter().filter(|other| other.organization_id == row.organization_id), row.id, of)
            })
        });
        Now::Missing(missing, enough(missing, &all))
    });
    let head = move || {
        refused.get().map(|row| {
            let href = paths::build(&row.owner_name, &row.name, row.build.number);
            view! { <a href=href>{format!("{}, build {}", row.name, row.build.number)}</a> }
        })
    };
    let said = move || {
        let row = refused.get()?;
        let at = row.build.completed_ms.map(|at| duration::at(at, clock.get(), &Viewer)).unwrap_or_default();
        let what = format!(
            "{} refused {at}: insufficient quota.",
            if row.build.transition == Transition::Stop { "Stop" } else { "Start" }
        );
        let short =
            told.get().map(|told| format!("Needs {}, {} free in {}.", told.cost, told.free(), row.organization_name));
        Some(view! { <p class="say-parts bad">{short.map(|short| view! { <b>{short}</b>" " })}{what}</p> })
    };
    let sums = move || {
        told.get().map(|told| {
            let then = told.consumed.saturating_add(told.cost);
            let over = then.saturating_sub(told.budget);
            view! {
                <dl class="kv">
                    <dt>"Others consumed"</dt><dd>{told.consumed}</dd>
                    <dt>"This build"</dt><dd>{format!("+ {}", told.cost)}</dd>
                    <dt>"Would be"</dt><dd><b class="bad">{format!("{then} of {}, {over} over", told.budget)}</b></dd>
                </dl>
            }
        })
    };
    let retry = move |()| {
        if let Some(row) = refused.get_untracked() {
            runner.ask(&row, Action::Retry);
        }
    };
    let ways = move || {
        match now.get() {
        Now::Unknown if mine.get() => ().into_any(),
        Now::Unknown => {
            let owner = refused.with(|row| row.as_ref().map(|row| row.owner_name.to_string()).unwrap_or_default());
            view! { <p class="say-parts small">{format!("The credits are those of {owner}’s workspaces: {owner} sees on the quota page which hold them.")}</p> }.into_any()
        }
        Now::Fits(left) => view! {
            <p class="say-parts">{format!("It would fit now, with {} left.", credits(left))}" "
                <Button class="s" on_click=retry>"Retry"</Button></p>
        }
        .into_any(),
        Now::Missing(missing, ways) if ways.is_empty() => view! {
            <p class="say-parts">{format!("{} missing now, and no stop and no delete of yours frees as many. An administrator can raise the allowance of one of your groups.", credits_are(missing))}</p>
        }
        .into_any(),
        Now::Missing(missing, ways) => view! {
            <p class="say-parts">{format!("{} missing now. Enough, as far as the versions tell:", credits_are(missing))}</p>
            <ul class="enough">{ways.into_iter().map(|way| view! { <Way way rows runner/> }).collect_view()}</ul>
        }
        .into_any(),
    }
    };
    view! {
        <Show when=move || refused.with(Option::is_some)>
            <section class="sec" aria-label="Why denied">
                <header><h2>"Why denied"</h2>{head}</header>
                <div>{said}{sums}{ways}</div>
            </section>
        </Show>
    }
}

/// One way, and its button: stops can be undone before they are sent, a delete asks.
#[component]
fn Way(way: Enough, rows: Signal<Vec<Row>>, runner: ActionRunner) -> impl IntoView {
    let names: Vec<String> = way.who.iter().map(|one| one.name.clone()).collect();
    let named = all_of(&names);
    let verb = if way.who.len() == 1 { "frees" } else { "free" };
    let stops = way.who.iter().all(|one| one.by == By::Stop);
    let label = match (stops, way.who.len()) {
        (true, 1) => format!("Stop {named}"),
        (true, count) => format!("Stop {count}"),
        (false, 1) => format!("Delete {named}…"),
        (false, _) => String::new(),
    };
    // Several of which some are to be deleted are each asked about where they stand.
    let hint = (label.is_empty()).then(|| {
        let deleted: Vec<&str> =
            way.who.iter().filter(|one| one.by == By::Delete).map(|one| one.name.as_str()).collect();
        format!(" together: {} would have to be deleted", deleted.join(", "))
    });
    let who = way.who.clone();
    let press = move |()| {
        let all = rows.get_untracked();
        let alone = who.len() == 1;
        for one in &who {
            let Some(row) = all.iter().find(|row| row.id == one.id) else { continue };
            match one.by {
                By::Stop if alone => runner.ask(row, Action::Stop),
                By::Stop => runner.run(row, Action::Stop),
                By::Delete => runner.ask(row, Action::Delete),
            }
        }
    };
    view! {
        <li>
            <span><b>{named}</b>{format!(" {verb} {}", way.frees)}{hint}</span>
            {(!label.is_empty()).then(|| view! { <Button class="s" on_click=press>{label}</Button> })}
        </li>
    }
}

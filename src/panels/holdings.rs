//! What each workspace holds of a budget, what stopping it would give back, what it is made of, and the buttons that
//! give back. A line keeps its elements while states and credits change. May import `store` and below.

use crate::api::workspaces as calls;
use crate::components::button::Button;
use crate::components::icon::icon_with;
use crate::components::status::Status;
use crate::model::actions::{self, Action};
use crate::model::duration::UNKNOWN;
use crate::model::quota::{Breakdown, Frees, frees, parts};
use crate::model::row::Row;
use crate::panels::action_runner::{ActionRunner, reason};
use crate::panels::asked::asked;
use crate::panels::problem::{MISSING, Subject, problem};
use crate::panels::row_status;
use crate::panels::versions_made::VersionsMade;
use crate::paths;
use crate::store::use_stores;
use crate::wire::id::Id;
use leptos::prelude::*;

const RESOURCES: Subject = Subject { noun: "this workspace", verb: "list its resources", missing: MISSING };

/// What is said of credits that no row explains.
pub(crate) const ELSEWHERE: &str = "held by workspaces that are not listed here";

/// The table.
#[component]
pub(crate) fn Holdings(
    /// Where the credits are, and the rows of these workspaces.
    holdings: Memo<(Breakdown, Vec<Row>)>,
    /// What their versions make.
    made: RwSignal<VersionsMade>,
    /// Where actions are asked for.
    runner: ActionRunner,
) -> impl IntoView {
    row_status::want(move || holdings.with(|(_, rows)| rows.clone()));
    let line = move |id: Id| view! { <Line id holdings made runner/> };
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
                <thead><tr>
                    <th scope="col">"Workspace"</th><th class="c-st" scope="col">"Status"</th><th class="c-cr num" scope="col">"Credits"</th>
                    <th class="c-fr" scope="col">"Stopping would free"</th><th class="c-ac" scope="col"><span class="vh">"Actions"</span></th>
                </tr></thead>
                <tbody>
                    <For each=listed key=|id| *id children=line/>
                    <Show when=move || { elsewhere.get() > 0 }>
                        <tr><td class="muted">{ELSEWHERE}</td><td class="c-st"></td><td class="c-cr num">{move || elsewhere.get()}</td><td class="c-fr"></td><td class="c-ac"></td></tr>
                    </Show>
                </tbody>
            </table>
            <Show when=move || note.with(|note| !note.is_empty())><p class="say-parts small">{move || note.get()}</p></Show>
        </Show>
    }
}

/// A workspace, and its resources once somebody wants them.
#[component]
fn Line(
    id: Id,
    holdings: Memo<(Breakdown, Vec<Row>)>,
    made: RwSignal<VersionsMade>,
    runner: ActionRunner,
) -> impl IntoView {
    let stores = StoredValue::new(use_stores());
    let row = Memo::new(move |_| holdings.with(|(_, rows)| rows.iter().find(|row| row.id == id).cloned()));
    let name = move || row.with(|row| row.as_ref().map(|row| row.name.to_string()).unwrap_or_default());
    let text = Memo::new(move |_| {
        row.with(|row| row.as_ref().map(|row| stores.with_value(|stores| row_status::describe(stores, row))))
    });
    let credits = Memo::new(move |_| {
        holdings.with(|(breakdown, _)| breakdown.holdings.iter().find(|one| one.id == id).map(|one| one.credits))
    });
    let before = move || {
        holdings.with(|(breakdown, _)| breakdown.holdings.iter().find(|one| one.id == id).and_then(|one| one.before))
    };
    let back = Memo::new(move |_| {
        row.with(|row| {
            let row = row.as_ref()?;
            Some(made.with(|made| frees(row, made.get(&row.build.template_version_id).and_then(Option::as_ref))))
        })
    });
    // Who holds something and cannot give it back by a stop can by a delete.
    let action = Memo::new(move |_| {
        let held = credits.get().and_then(Result::ok).is_some_and(|credits| credits > 0);
        match back.get() {
            Some(Frees::Some { .. }) => Some(Action::Stop),
            Some(Frees::Nothing) if held => Some(Action::Delete),
            _ => None,
        }
    });
    let why = Signal::derive(move || {
        row.with(|row| {
            let row = row.as_ref()?;
            reason(&actions::offer(row, &runner.viewer(row, false), action.get()?))
        })
    });
    let press = move |()| {
        if let (Some(row), Some(action)) = (row.get_untracked(), action.get_untracked()) {
            runner.ask(&row, action);
        }
    };
    let open = RwSignal::new(false);
    let held = move || credits.get().and_then(Result::ok).unwrap_or_default();
    view! {
        <tr>
            <td>
                <button class="link fold" type="button" aria-expanded=move || open.get().to_string()
                    aria-label=move || format!("Resources of {}", name())
                    on:click=move |_| open.update(|open| *open = !*open)>
                    {move || if open.get() { icon_with("down", "") } else { icon_with("right", "") }}
                </button>" "
                <a class="name" href=move || row.with(|row| row.as_ref().map(|row| paths::workspace(&row.owner_name, &row.name)))>{name}</a>
            </td>
            <td class="c-st"><Status text/></td>
            <td class="c-cr num">{move || credits.get().map(|credits| match credits {
                Ok(credits) => credits.to_string().into_any(),
                Err(why) => {
                    let held = before().filter(|held| *held > 0).map_or_else(|| UNKNOWN.to_owned(), |held| held.to_string());
                    view! { <span class="muted" title=why>{held}</span> }.into_any()
                }
            })}</td>
            <td class="c-fr soft">{move || back.get().map(Frees::text)}</td>
            <td class="c-ac">
                <Show when=move || action.with(Option::is_some)>
                    <Button class="s" reason=why on_click=press
                        label=Signal::derive(move || action.get().map(|action| format!("{} {}", action.word(), name())))>
                        {move || action.get().map(Action::word)}
                    </Button>
                </Show>
            </td>
        </tr>
        <Show when=move || open.get()>
            <tr><td colspan="5"><Parts id held=Signal::derive(held)/></td></tr>
        </Show>
    }
}

/// The resources of a workspace that cost something.
#[component]
fn Parts(id: Id, held: Signal<i64>) -> impl IntoView {
    let client = use_stores().client;
    let workspace = asked(move || Some(calls::by_id(&client, id)));
    let told = Memo::new(move |_| {
        workspace.ready().map(|workspace| {
            let (all, why) = parts(&workspace.latest_build.resources, held.get());
            let all: Vec<_> = all.into_iter().map(|part| (part.name, part.credits)).collect();
            (all, why)
        })
    });
    let again = Callback::new(move |()| workspace.again());
    move || {
        if let Some(error) = workspace.error() {
            return problem(&error, RESOURCES, false, again, Vec::new());
        }
        let Some((all, why)) = told.get() else {
            return view! { <p class="say-parts small muted">"Asking for its resources"</p> }.into_any();
        };
        let lines = all
            .into_iter()
            .map(|(name, credits)| view! { <li><span class="mono small">{name}</span>" "<b>{credits}</b></li> });
        view! {
            <ul class="parts">{lines.collect_view()}</ul>
            {why.map(|why| view! { <p class="say-parts small muted">{why}</p> })}
        }
        .into_any()
    }
}

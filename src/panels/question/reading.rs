//! What a question is about and the row does not hold: asked for while it is being read (`model::actions::Known`).
//! May import `store` and below.

use crate::api::error::ApiError;
use crate::api::{templates, workspaces as calls};
use crate::model::actions::{self, Action, AgentUse, Known, Told, VersionFacts};
use crate::model::consequences::{MadeOf, made_of};
use crate::model::row::Row;
use crate::panels::action_runner::ActionRunner;
use crate::panels::uncounted::figures_of;
use crate::store::parameters::{Fits, Holder, asked_per_start, fits};
use crate::store::start_price::last_price;
use crate::wire::id::Id;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// What is known, and grows.
pub(crate) type Growing = RwSignal<Known>;

fn told<T>(answer: Result<T, ApiError>) -> Told<T> {
    match answer {
        Ok(answer) => Told::Known(answer),
        Err(error) => Told::Unknown(lower(&error.message)),
    }
}

/// A sentence of the control plane's within one of ours.
fn lower(message: &str) -> String {
    let message = message.trim().trim_end_matches('.');
    let mut letters = message.chars();
    match letters.next() {
        Some(first) => first.to_lowercase().chain(letters).collect(),
        None => "the control plane gave no reason".to_owned(),
    }
}

/// Asks for what the question before `action` wants to say of `row`.
pub(crate) fn read(runner: ActionRunner, row: &Row, action: Action) -> Growing {
    let known = RwSignal::new(Known::default());
    let client = runner.stores.with_value(|stores| stores.client.clone());
    match action {
        Action::Delete => {
            let id = row.id;
            spawn_local(async move {
                if let Ok(workspace) = calls::by_id(&client, id).await {
                    let names = actions::resource_names(&workspace.latest_build.resources);
                    known.try_update(|known| known.resources = Some(names));
                }
            });
        }
        Action::Stop => {
            read_quota(runner, row, known, false);
            read_now(runner, row, known);
            read_agents(runner, row, known);
        }
        Action::Restart => {
            read_quota(runner, row, known, true);
            read_now(runner, row, known);
            read_agents(runner, row, known);
            read_fits(runner, row, row.build.template_version_id, move |fits| {
                known.try_update(|known| take(known, fits));
            });
        }
        Action::Start | Action::Retry | Action::DebugRetry => {
            read_quota(runner, row, known, true);
            read_now(runner, row, known);
            read_per_start(runner, row, known);
        }
        Action::Update => {
            read_quota(runner, row, known, false);
            read_now(runner, row, known);
            read_agents(runner, row, known);
            read_from(runner, row, known);
            read_then(runner, row, row.template_active_version_id, known, |_| true);
        }
        Action::ChangeVersion => {
            read_quota(runner, row, known, false);
            read_now(runner, row, known);
            read_agents(runner, row, known);
            read_from(runner, row, known);
        }
        _ => {}
    }
    known
}

async fn made(client: &crate::api::client::Client, version: Id) -> Told<MadeOf> {
    match templates::resources(client, version).await {
        Ok(resources) => match made_of(&resources.items) {
            Ok(made) => Told::Known(made),
            Err(why) => Told::Unknown(why.to_owned()),
        },
        Err(error) => Told::Unknown(lower(&error.message)),
    }
}

/// What is kept with the version that it has.
fn read_now(runner: ActionRunner, row: &Row, known: Growing) {
    let client = runner.stores.with_value(|stores| stores.client.clone());
    let version = row.build.template_version_id;
    spawn_local(async move {
        let made = made(&client, version).await;
        known.try_update(|known| known.now = made);
    });
}

/// What is consumed and allowed, as soon as that is known; and where it is limited, for an action that `starts` it with
/// the version that it has, what its last start with that cost.
fn read_quota(runner: ActionRunner, row: &Row, known: Growing, starts: bool) {
    let (owner, organization, id, version) = (row.owner_id, row.organization_id, row.id, row.build.template_version_id);
    let (client, answers) = runner.stores.with_value(|stores| (stores.client.clone(), stores.quota.answers.clone()));
    Effect::new(move |priced: Option<bool>| {
        answers.track();
        let figures = runner.stores.with_value(|stores| figures_of(stores, owner, organization));
        known.update(|known| known.quota = figures);
        let priced = priced.unwrap_or_default();
        if starts && figures.is_some() && !priced {
            let client = client.clone();
            spawn_local(async move {
                let price = last_price(&client, id, version).await;
                known.try_update(|known| known.price = price);
            });
        }
        priced || figures.is_some()
    });
}

fn read_from(runner: ActionRunner, row: &Row, known: Growing) {
    let client = runner.stores.with_value(|stores| stores.client.clone());
    let version = row.build.template_version_id;
    spawn_local(async move {
        let facts = told(templates::version(&client, version).await).map(|version| VersionFacts::of(&version));
        known.try_update(|known| known.from = facts);
    });
}

/// What a version brings, and whether it would take what the workspace holds. Kept only while `still` says that this
/// version is the one that is asked about.
pub(crate) fn read_then(
    runner: ActionRunner,
    row: &Row,
    version: Id,
    known: Growing,
    still: impl Fn(Id) -> bool + Copy + 'static,
) {
    let (client, quota) = runner
        .stores
        .with_value(|stores| (stores.client.clone(), figures_of(stores, row.owner_id, row.organization_id)));
    known.update(|known| {
        known.quota = quota;
        (known.to, known.then, known.misfits) = (Told::Asked, Told::Asked, Told::Asked);
        known.per_start = Told::Asked;
    });
    let keep = move |change: Box<dyn FnOnce(&mut Known)>| {
        if still(version) {
            known.try_update(|known| change(known));
        }
    };
    let asking = client.clone();
    spawn_local(async move {
        let facts = told(templates::version(&asking, version).await).map(|version| VersionFacts::of(&version));
        keep(Box::new(move |known| known.to = facts));
    });
    let asking = client.clone();
    spawn_local(async move {
        let made = made(&asking, version).await;
        keep(Box::new(move |known| known.then = made));
    });
    read_fits(runner, row, version, move |fits| keep(Box::new(move |known| take(known, fits))));
}

/// Notes what stands between the workspace and the build.
fn take(known: &mut Known, fits: Told<Fits>) {
    (known.misfits, known.per_start) = match fits {
        Told::Asked => (Told::Asked, Told::Asked),
        Told::Known(Fits { misfits, per_start }) => (Told::Known(misfits), Told::Known(per_start)),
        // Said once.
        Told::Unknown(why) => (Told::Unknown(why), Told::Known(Vec::new())),
    };
}

/// Who asks.
fn reader(runner: ActionRunner) -> Id {
    runner.stores.with_value(|stores| stores.session.signed_in().map(|signed_in| signed_in.user.id).unwrap_or_default())
}

/// Whether a version takes what the workspace holds, and what it asks for.
fn read_fits(runner: ActionRunner, row: &Row, version: Id, then: impl FnOnce(Told<Fits>) + 'static) {
    let client = runner.stores.with_value(|stores| stores.client.clone());
    let (user, owner, build, template) = (reader(runner), row.owner_id, row.build.id, row.template_id);
    spawn_local(async move {
        let answer = match templates::by_id(&client, template).await {
            Ok(template) => {
                let holder = Holder { user, owner, build, classic: template.use_classic_parameter_flow };
                told(fits(&client, holder, version).await)
            }
            Err(error) => Told::Unknown(lower(&error.message)),
        };
        then(answer);
    });
}

/// What a start of the version that it has asks for.
fn read_per_start(runner: ActionRunner, row: &Row, known: Growing) {
    let client = runner.stores.with_value(|stores| stores.client.clone());
    let version = row.build.template_version_id;
    let holder = Holder { user: reader(runner), owner: row.owner_id, build: row.build.id, classic: true };
    let template = row.template_id;
    spawn_local(async move {
        let asked = told(asked_per_start(&client, holder, template, version).await);
        known.try_update(|known| known.per_start = asked);
    });
}

/// Who may be at work in it.
fn read_agents(runner: ActionRunner, row: &Row, known: Growing) {
    let client = runner.stores.with_value(|stores| stores.client.clone());
    let id = row.id;
    spawn_local(async move {
        let answer = told(calls::by_id(&client, id).await);
        let agents: Told<Vec<AgentUse>> = answer.map(|workspace| {
            actions::agent_uses(workspace.latest_build.resources.iter().flat_map(|resource| resource.agents.iter()))
        });
        known.try_update(|known| known.agents = agents);
    });
}

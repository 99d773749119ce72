//! What a question is about and the row does not hold: asked for while it is being read (`model::actions::Known`).
//! May import `store` and below.

use crate::api::error::ApiError;
use crate::api::{templates, workspaces as calls};
use crate::model::actions::{self, Action, Known, Told, VersionFacts};
use crate::model::consequences::{MadeOf, made_of};
use crate::model::quota::Standing;
use crate::model::row::Row;
use crate::panels::action_runner::ActionRunner;
use crate::store::parameters::{Holder, fits};
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
        Action::Stop | Action::Restart => read_now(runner, row, known),
        Action::Update => {
            read_now(runner, row, known);
            read_from(runner, row, known);
            read_then(runner, row, row.template_active_version_id, known, |_| true);
        }
        Action::ChangeVersion => {
            read_now(runner, row, known);
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
    let (client, free) = runner.stores.with_value(|stores| (stores.client.clone(), free_of(stores, row)));
    known.update(|known| {
        known.free = free;
        (known.to, known.then, known.misfits) = (Told::Asked, Told::Asked, Told::Asked);
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
    let (owner, build, template) = (row.owner_id, row.build.id, row.template_id);
    spawn_local(async move {
        let misfits = match templates::by_id(&client, template).await {
            Ok(template) => {
                let holder = Holder { owner, build, classic: template.use_classic_parameter_flow };
                told(fits(&client, holder, version).await)
            }
            Err(error) => Told::Unknown(lower(&error.message)),
        };
        keep(Box::new(move |known| known.misfits = misfits));
    });
}

/// What is left of the viewer's budget where the workspace takes from it.
fn free_of(stores: &crate::store::Stores, row: &Row) -> Option<i64> {
    let mine = stores.session.signed_in().is_some_and(|signed_in| signed_in.user.id == row.owner_id);
    let answers = stores.quota.answers.get_untracked().filter(|_| mine)?;
    let answer = answers.iter().find(|one| one.organization.id == row.organization_id)?.answer.clone().ok()?;
    let (consumed, budget) = Standing::of(answer).figures()?;
    Some(budget.saturating_sub(consumed))
}

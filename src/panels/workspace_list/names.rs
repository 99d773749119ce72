//! What the help and the pickers offer as values, and the parameters that a column shows: asked for when somebody wants
//! them, and kept. May import `store` and below.

use crate::api::client::Client;
use crate::api::{builds, templates, users};
use crate::model::query::Names;
use crate::store::Stores;
use crate::store::semaphore::Semaphore;
use crate::wire::id::Id;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::cell::RefCell;
use std::collections::HashMap;

thread_local! {
    static PARAMETERS: RefCell<HashMap<Id, String>> = RefCell::default();
    static ONE_AT_A_TIME: Semaphore = Semaphore::new(1);
}

/// How many values of parameters are kept.
const KEPT: usize = 2_000;

/// Asks for the names once: templates, and owners where the control plane lets them be found; organizations are known.
pub(super) fn ask(stores: &Stores, names: RwSignal<Names>) {
    let organizations = stores.session.organizations.get_untracked();
    names.update(|names| names.organizations = organizations.iter().map(|one| one.name.clone()).collect());
    let client = stores.client.clone();
    let organization = organizations.first().map(|one| one.id);
    spawn_local(async move {
        if let Ok(found) = templates::list_once(&client).await {
            let mut all: Vec<String> = found.items.iter().map(|template| template.name.clone()).collect();
            all.sort_unstable();
            all.dedup();
            names.try_update(|names| names.templates = all);
        }
        if let Some(organization) = organization
            && let Ok(found) = users::possible_owners(&client, organization, "", 100).await
        {
            names.try_update(|names| names.users = found.into_iter().map(|user| user.username).collect());
        }
    });
}

/// The parameters of a build as a line, if they are known.
pub(super) fn parameters_known(build: Id) -> Option<String> {
    PARAMETERS.with_borrow(|known| known.get(&build).cloned())
}

/// The same, asked for where they are not; one build after the other.
pub(super) async fn parameters_of(client: &Client, build: Id) -> String {
    let turn = ONE_AT_A_TIME.with(Clone::clone);
    let _permit = turn.acquire().await;
    if let Some(known) = parameters_known(build) {
        return known;
    }
    let Ok(values) = builds::parameters(client, build).await else { return crate::model::duration::UNKNOWN.to_owned() };
    let said: Vec<String> = values.iter().map(|value| format!("{}={}", value.name, value.value)).collect();
    let text = if said.is_empty() { crate::model::duration::UNKNOWN.to_owned() } else { said.join(", ") };
    PARAMETERS.with_borrow_mut(|known| {
        if known.len() >= KEPT {
            known.clear();
        }
        known.insert(build, text.clone());
    });
    text
}

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
use std::collections::{BTreeSet, HashMap};

thread_local! {
    static PARAMETERS: RefCell<HashMap<Id, String>> = RefCell::default();
    static ONE_AT_A_TIME: Semaphore = Semaphore::new(1);
}

/// How many values of parameters are kept.
const KEPT: usize = 2_000;

/// The names that help while one types, asked for once somebody looks for one.
#[derive(Clone, Copy)]
pub(super) struct Known {
    pub(super) stores: StoredValue<Stores>,
    pub(super) names: RwSignal<Names>,
    /// Whether templates, and whether users, were asked for.
    asked: StoredValue<(bool, bool)>,
}

impl Known {
    /// Call it under the owner of the page.
    pub(super) fn new(stores: StoredValue<Stores>) -> Self {
        Self { stores, names: RwSignal::new(Names::default()), asked: StoredValue::new((false, false)) }
    }

    /// Has the names of templates come, and where `users` says so those of users: of the rows that are here, and where
    /// the control plane lets them be found of all who may own one. Organizations are known.
    pub(super) fn ask(self, users: bool) {
        let (templates_before, users_before) = self.asked.get_value();
        self.asked.set_value((true, users_before || users));
        let (stores, names) = (self.stores.get_value(), self.names);
        if !templates_before {
            let organizations = stores.session.organizations.get_untracked();
            names.update(|names| names.organizations = organizations.iter().map(|one| one.name.clone()).collect());
            let client = stores.client.clone();
            spawn_local(async move {
                if let Ok(found) = templates::list_once(&client).await {
                    let all = found.items.iter().map(|template| template.name.clone());
                    names.try_update(|names| names.templates = sorted(all));
                }
            });
        }
        if users && !users_before {
            let owners = sorted(stores.workspaces.known().iter().map(|row| row.owner_name.to_string()));
            names.update(|names| names.users = owners);
            let organization = stores.session.organizations.with_untracked(|all| all.first().map(|one| one.id));
            let (client, Some(organization)) = (stores.client.clone(), organization) else { return };
            spawn_local(async move {
                if let Ok(found) = users::possible_owners(&client, organization, "", 100).await {
                    names.try_update(|names| {
                        let known = std::mem::take(&mut names.users).into_iter();
                        names.users = sorted(known.chain(found.into_iter().map(|user| user.username)));
                    });
                }
            });
        }
    }
}

/// Each once, in order.
fn sorted(names: impl Iterator<Item = String>) -> Vec<String> {
    names.collect::<BTreeSet<String>>().into_iter().collect()
}

/// Forgets the parameters: they were another person's.
pub(super) fn forget() {
    PARAMETERS.take();
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

//! What template versions make, for the rows of a page: each is asked for once, after what the page needs first. May
//! import `store` and below.

use crate::api::templates;
use crate::browser::timers;
use crate::model::consequences::{MadeOf, made_of};
use crate::store::use_stores;
use crate::wire::id::Id;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::collections::{HashMap, HashSet};

/// What is known of each version; `None` where it cannot be known.
pub(crate) type VersionsMade = HashMap<Id, Option<MadeOf>>;

/// What the versions make that `versions` names. Tracked.
pub(crate) fn versions_made(versions: impl Fn() -> Vec<Id> + 'static) -> RwSignal<VersionsMade> {
    let known = RwSignal::new(VersionsMade::default());
    let asked = StoredValue::new(HashSet::<Id>::new());
    let client = StoredValue::new(use_stores().client);
    Effect::new(move |_| {
        for version in versions() {
            if asked.try_update_value(|asked| asked.insert(version)) != Some(true) {
                continue;
            }
            let client = client.get_value();
            // Not ended by the next turn of this effect: it is asked for once.
            spawn_local(async move {
                timers::idle().await;
                let answer = templates::resources(&client, version).await;
                let made = answer.ok().and_then(|each| made_of(&each.items).ok());
                known.try_update(|known| known.insert(version, made));
            });
        }
    });
    known
}

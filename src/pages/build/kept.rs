//! The timelines that this browser has seen whole: kept per deployment and user until sign-out, and put back where the
//! control plane has forgotten. May import `panels` and below.

use crate::browser::{database, storage};
use crate::model::timeline::kept::{Kept, LONGEST, VERSION};
use crate::store::builds::BuildPage;
use crate::store::use_stores;
use crate::wire::id::Id;
use leptos::prelude::*;
use leptos::task::{spawn_local, spawn_local_scoped_with_cancellation};
use std::sync::Arc;

/// How many builds are kept.
const MOST: u32 = 300;

/// What is kept of a build; None while that is not known, or nothing is.
pub(crate) type Seen = RwSignal<Option<Arc<Kept>>>;

/// What is kept of the build with this id.
pub(super) async fn kept(database: &str, id: Id) -> Option<Kept> {
    storage::decode(VERSION, &database::get(database, &id.to_string()).await?)
}

/// Keeps the build of a page once all of it is told, and looks for what is kept of it.
pub(super) fn keep_and_find(open: &BuildPage) -> Seen {
    let seen: Seen = RwSignal::new(None);
    let stores = StoredValue::new(use_stores());
    let (build, timings, settled) = (open.build.clone(), open.timings.clone(), open.timings_settled.clone());
    let id = {
        let build = build.clone();
        Memo::new(move |_| build.with(|build| build.ready().map(|build| build.id)))
    };
    Effect::new(move |_| {
        let (Some(id), Some(database)) = (id.get(), stores.with_value(|stores| stores.session.timelines())) else {
            return;
        };
        spawn_local_scoped_with_cancellation(async move {
            if let Some(kept) = kept(&database, id).await {
                seen.try_set(Some(Arc::new(kept)));
            }
        });
    });
    Effect::new(move |_| {
        if !settled.get() {
            return;
        }
        let whole = build.with_untracked(|build| {
            let (build, timings) = (build.ready()?, timings.get_untracked()?);
            Some((build.id, Kept::of(build, &timings)?))
        });
        let (Some((id, whole)), Some(database)) = (whole, stores.with_value(|stores| stores.session.timelines()))
        else {
            return;
        };
        let Some(text) = storage::encode(VERSION, &whole).filter(|text| text.len() <= LONGEST) else { return };
        // Also when the page is left meanwhile.
        spawn_local(async move {
            let _ = database::keep(&database, &id.to_string(), &text, MOST).await;
        });
    });
    seen
}

//! The timelines that this browser has seen whole: kept per deployment and user until sign-out, and put back where the
//! control plane has forgotten. May import `panels` and below.

use crate::browser::database::Texts;
use crate::browser::{storage, timers};
use crate::model::timeline::kept::{Kept, LONGEST, VERSION};
use crate::store::builds::BuildPage;
use crate::store::{Stores, use_stores};
use crate::wire::id::Id;
use leptos::prelude::*;
use leptos::task::{spawn_local, spawn_local_scoped_with_cancellation};
use std::sync::Arc;

/// How many builds are kept.
const MOST: u32 = 300;

/// What is kept of a build; None while that is not known, or nothing is.
pub(crate) type Seen = RwSignal<Option<Arc<Kept>>>;

/// Where the timelines of whoever is signed in are kept: opened once for a page and all that is shown on it.
#[derive(Clone, Copy)]
pub(super) struct Shelf(StoredValue<Option<(String, Texts)>, LocalStorage>);

impl Shelf {
    /// For the page that is being made, and all that is made in it.
    pub(super) fn provide() {
        provide_context(Self(StoredValue::new_local(None)));
    }

    /// The texts; None while it is not known whose they are. Tracked.
    fn texts(self, stores: &Stores) -> Option<Texts> {
        let name = stores.session.timelines()?;
        self.0.try_update_value(|opened| match opened {
            Some((of, texts)) if *of == name => texts.clone(),
            _ => {
                let texts = Texts::of(name.clone());
                *opened = Some((name, texts.clone()));
                texts
            }
        })
    }
}

/// The shelf of the page, as it is at the moment. Tracked.
pub(super) fn use_texts() -> impl Fn() -> Option<Texts> + Copy + 'static {
    let (stores, shelf) = (StoredValue::new(use_stores()), use_context::<Shelf>());
    move || shelf?.texts(&stores.get_value())
}

/// What is kept of the build with this id.
pub(super) async fn kept(texts: &Texts, id: Id) -> Option<Kept> {
    storage::decode(VERSION, &texts.get(&id.to_string()).await?)
}

/// Keeps the build of a page once all of it is told, and looks for what is kept of it.
pub(super) fn keep_and_find(open: &BuildPage) -> Seen {
    let seen: Seen = RwSignal::new(None);
    let texts = use_texts();
    let (build, timings, settled) = (open.build.clone(), open.timings.clone(), open.timings_settled.clone());
    let id = {
        let build = build.clone();
        Memo::new(move |_| build.with(|build| build.ready().map(|build| build.id)))
    };
    Effect::new(move |_| {
        let (Some(id), Some(texts)) = (id.get(), texts()) else { return };
        spawn_local_scoped_with_cancellation(async move {
            if let Some(kept) = kept(&texts, id).await {
                seen.try_set(Some(Arc::new(kept)));
            }
        });
    });
    Effect::new(move |_| {
        if !settled.get() {
            return;
        }
        let seen = build.with_untracked(|build| build.ready().cloned()).zip(timings.get_untracked());
        let (Some((build, timings)), Some(texts)) = (seen, texts()) else { return };
        // Also when the page is left meanwhile; not before its picture is there.
        spawn_local(async move {
            timers::idle().await;
            let text = Kept::of(&build, &timings).and_then(|whole| storage::encode(VERSION, &whole));
            if let Some(text) = text.filter(|text| text.len() <= LONGEST) {
                let _ = texts.keep(&build.id.to_string(), &text, MOST).await;
            }
        });
    });
    seen
}

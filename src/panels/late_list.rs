//! The whole list of workspaces, which comes in a part of the application of its own right after the first rows: what
//! finds, arranges, selects and acts on many, and the palette. What makes it is in `panels::workspace_list`. May import
//! `store` and below.

use crate::panels::action_runner::ActionRunner;
use crate::store::Stores;
use crate::store::deferred::{Deferred, Fetch};
use crate::store::workspaces::{List, ListStatus};
use crate::wire::id::Id;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;

/// What the list is about; the page makes it.
#[derive(Clone, Copy)]
pub(crate) struct ListPage {
    /// The query that is asked, as the address has it.
    pub(crate) query: Memo<String>,
    /// How far that is.
    pub(crate) status: Memo<ListStatus>,
    /// The list whose rows are shown: that of the query before, until the rows of this one are there.
    pub(crate) shown: Signal<Option<List>>,
    /// The list of the query that is asked.
    pub(crate) latest: RwSignal<Option<List>>,
    /// The ids of the rows, in the order of the control plane.
    pub(crate) order: Memo<Arc<[Id]>>,
    /// How many match, as far as is known.
    pub(crate) count: Signal<Option<usize>>,
    /// Since when the rows are old, if they could not be refreshed.
    pub(crate) stale: Signal<Option<String>>,
    /// Where actions are asked for.
    pub(crate) runner: ActionRunner,
    /// What is shown in place of rows where there are none.
    pub(crate) instead: Callback<(), AnyView>,
}

/// The views.
#[derive(Clone, Copy)]
pub(crate) struct ListViews {
    /// What stands beside the heading.
    pub(crate) head: fn(ListPage) -> AnyView,
    /// What stands below it: tools and rows.
    pub(crate) body: fn(ListPage) -> AnyView,
    /// What is there on every page: the palette, and an action on many that is under way.
    pub(crate) everywhere: fn() -> AnyView,
}

/// Has the views fetched once the first rows have been painted. Call it under the owner of the app.
pub(crate) fn provide(stores: &Stores, fetch: Fetch<ListViews>) {
    let views = Deferred::new(fetch, stores.client.again());
    provide_context(views.clone());
    let session = stores.session.clone();
    spawn_local(async move {
        session.after_first_rows().await;
        views.want();
    });
}

/// The views, from the context of a component.
pub(crate) fn use_list_views() -> Deferred<ListViews> {
    expect_context()
}

/// A view of the part, as soon as it is here.
pub(crate) fn when_list_is_here(view: impl Fn(ListViews) -> AnyView + Send + 'static) -> impl IntoView {
    let here = use_list_views().here;
    move || here.get().map(&view)
}

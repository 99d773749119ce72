//! Views that the first rows do not need: their code comes in the part of the application that follows the first rows
//! (docs/decisions/0012-views-and-what-comes-when.md). What makes them is in `late_views`. May import `store` and
//! below.

use crate::model::actions::Action;
use crate::model::row::Row;
use crate::panels::action_runner::ActionRunner;
use crate::panels::list_page::{Attached, ListPage};
use crate::store::deferred::{Deferred, Fetch, Waiting};
use crate::store::workspaces::ListStatus;
use crate::store::{Stores, use_stores};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The views.
#[derive(Clone, Copy)]
pub(crate) struct LateViews {
    pub keys: fn(RwSignal<bool>) -> AnyView,
    pub no_rows: fn(Memo<String>, Callback<String>, Memo<ListStatus>) -> AnyView,
    pub quota_strip: fn() -> AnyView,
    pub quota_short: fn() -> AnyView,
    pub sign_out: fn(Vec<String>, Callback<()>) -> AnyView,
    pub watch_release: fn(),
    pub question: fn(ActionRunner, Row, Action) -> AnyView,
    /// What the whole list adds to a page of it.
    pub list: fn(ListPage) -> Attached,
    /// The list as it was, where the control plane cannot be reached from the start.
    pub last_list: fn() -> AnyView,
    /// What is there on every page: the palette, and an action on many that is under way.
    pub everywhere: fn() -> AnyView,
}

/// Whether the part did not come when it was asked for last.
#[derive(Clone, Copy)]
struct Missing(RwSignal<bool>);

/// Has the views fetched once the first rows have been painted. Call it under the owner of the app.
pub(crate) fn provide(stores: &Stores, fetch: Fetch<LateViews>) {
    let release = stores.release.clone();
    let missing = RwSignal::new(false);
    provide_context(Missing(missing));
    let fetch = move || -> Waiting<Option<LateViews>> {
        let release = release.clone();
        Box::pin(async move {
            let views = fetch().await;
            missing.set(views.is_none());
            if views.is_none() {
                // They may be gone with their release.
                release.ask();
            }
            views
        })
    };
    let views = Deferred::new(fetch, stores.client.again());
    provide_context(views.clone());
    let session = stores.session.clone();
    spawn_local(async move {
        session.after_first_rows().await;
        views.want();
    });
}

/// The views, from the context of a component.
pub(crate) fn use_late_views() -> Deferred<LateViews> {
    expect_context()
}

/// Whether the part did not come when it was asked for last, and what asks for it once more.
pub(crate) fn use_missing() -> (RwSignal<bool>, Callback<()>) {
    let views = use_late_views();
    let again = Callback::new(move |()| {
        let views = views.clone();
        spawn_local(async move {
            views.get().await;
        });
    });
    (expect_context::<Missing>().0, again)
}

/// A view of the part, which is asked for if nobody has: somebody waits for this view.
pub(crate) fn late(view: impl Fn(LateViews) -> AnyView + Send + 'static) -> impl IntoView {
    use_late_views().want();
    when_here(view)
}

/// A view of the part while the control plane is not reached. Each try that fails ends what is on its way
/// (`store::net`), so the part is asked for after each of them until it is here.
pub(crate) fn while_unreachable(view: impl Fn(LateViews) -> AnyView + Send + 'static) -> impl IntoView {
    let offline = use_stores().net.offline;
    let (_, ask) = use_missing();
    Effect::new(move |_| {
        if offline.with(Option::is_some) {
            ask.run(());
        }
    });
    when_here(view)
}

/// A view of the part, as soon as the part is here for whatever reason.
pub(crate) fn when_here(view: impl Fn(LateViews) -> AnyView + Send + 'static) -> impl IntoView {
    let here = use_late_views().here;
    move || here.get().map(&view)
}

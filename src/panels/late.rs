//! Views that the first rows do not need. Their code comes in the part of the application that follows the first rows
//! (docs/decisions/0012-views-and-what-comes-when.md); the app says how it is fetched, because floors above the panels
//! cut it out. May import `store` and below.

use crate::browser::notify::Notify;
use crate::panels::list_keys::ListKeys;
use crate::panels::new_release;
use crate::panels::no_rows::NoRows;
use crate::panels::quota_strip::{QuotaShort, QuotaStrip};
use crate::panels::sign_out::SignOut;
use crate::store::release::Releases;
use crate::store::workspaces::ListStatus;
use crate::store::{Stores, after_rows::Waiting, use_stores};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The views. They are pointers, so that nothing but the part reaches the code behind them.
#[derive(Clone, Copy)]
pub(crate) struct LateViews {
    pub keys: fn(RwSignal<bool>) -> AnyView,
    pub no_rows: fn(Memo<String>, Callback<String>, Memo<ListStatus>) -> AnyView,
    pub quota_strip: fn() -> AnyView,
    pub quota_short: fn() -> AnyView,
    pub sign_out: fn(Vec<String>, Callback<()>) -> AnyView,
    pub watch_release: fn(),
}

impl LateViews {
    /// All of them. Whoever calls this has all that code with it: only the part may.
    pub(crate) fn new() -> Self {
        Self {
            keys: |shown| view! { <ListKeys shown/> }.into_any(),
            no_rows: |query, set_query, status| view! { <NoRows query set_query status/> }.into_any(),
            quota_strip: || view! { <QuotaStrip/> }.into_any(),
            quota_short: || view! { <QuotaShort/> }.into_any(),
            sign_out: |under_way, on_close| view! { <SignOut under_way on_close/> }.into_any(),
            watch_release: || new_release::watch(&use_stores().release),
        }
    }
}

impl Default for LateViews {
    fn default() -> Self {
        Self::new()
    }
}

/// Fetches the part; `None` if it did not come.
pub(crate) type Fetch = fn() -> Waiting<Option<LateViews>>;

/// The part, and whether it is here.
#[derive(Clone, Copy)]
struct Late {
    here: RwSignal<Option<LateViews>>,
    is_asked_for: StoredValue<bool>,
    fetch: Fetch,
    again: StoredValue<Notify, LocalStorage>,
    release: StoredValue<Releases>,
}

impl Late {
    /// Asks for the part, once: what did not come is asked for again when the control plane answers after a time without.
    fn ask(self) {
        if self.is_asked_for.try_update_value(|asked| std::mem::replace(asked, true)) != Some(false) {
            return;
        }
        let again = self.again.get_value();
        spawn_local(async move {
            loop {
                let notified = again.notified();
                if let Some(views) = (self.fetch)().await {
                    self.here.try_set(Some(views));
                    return;
                }
                // It may be gone with its release.
                self.release.with_value(Releases::ask);
                notified.await;
            }
        });
    }
}

/// Has the part fetched once the first rows have been painted. Call it under the owner of the app.
pub(crate) fn provide(stores: &Stores, fetch: Fetch) {
    let late = Late {
        here: RwSignal::new(None),
        is_asked_for: StoredValue::new(false),
        fetch,
        again: StoredValue::new_local(stores.client.again().clone()),
        release: StoredValue::new(stores.release.clone()),
    };
    provide_context(late);
    let session = stores.session.clone();
    spawn_local(async move {
        session.after_first_rows().await;
        late.ask();
    });
}

/// A view of the part, which is asked for if nobody has: somebody waits for this view.
pub(crate) fn late(view: impl Fn(LateViews) -> AnyView + Send + 'static) -> impl IntoView {
    if let Some(late) = use_context::<Late>() {
        late.ask();
    }
    when_here(view)
}

/// A view of the part, as soon as the part is here for whatever reason.
pub(crate) fn when_here(view: impl Fn(LateViews) -> AnyView + Send + 'static) -> impl IntoView {
    let late = use_context::<Late>();
    move || late.and_then(|late| late.here.get()).map(&view)
}

//! Says to which organization that belongs what the reader looks at: the quota in the top bar is of that one. May
//! import `store` and below.

use crate::store::use_stores;
use crate::wire::id::Id;
use leptos::prelude::*;

/// As long as the view that calls this is there, the reader looks at something of this organization.
pub(crate) fn looks_at(organization: impl Fn() -> Option<Id> + Send + Sync + 'static) {
    let here = use_stores().quota.here;
    let now = Memo::new(move |_| organization());
    let told = here.clone();
    Effect::new(move |_| told.set(now.get()));
    // The next page says its own, if it is about one.
    on_cleanup(move || here.set(None));
}

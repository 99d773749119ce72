//! What makes the views that the first rows do not need (`panels::late`). Whoever names this has all their code with
//! it: only the part that follows the first rows may. May import `store` and below.

use crate::panels::last_list::LastListView;
use crate::panels::late::LateViews;
use crate::panels::list_keys::ListKeys;
use crate::panels::new_release;
use crate::panels::no_rows::NoRows;
use crate::panels::question::question;
use crate::panels::quota_strip::{QuotaShort, QuotaStrip};
use crate::panels::sign_out::SignOut;
use crate::panels::workspace_list;
use crate::store::use_stores;
use leptos::prelude::*;

/// All of them.
pub(crate) fn late_views() -> LateViews {
    LateViews {
        keys: |shown| view! { <ListKeys shown/> }.into_any(),
        no_rows: |query, set_query, status| view! { <NoRows query set_query status/> }.into_any(),
        quota_strip: || view! { <QuotaStrip/> }.into_any(),
        quota_short: || view! { <QuotaShort/> }.into_any(),
        sign_out: |under_way, on_close| view! { <SignOut under_way on_close/> }.into_any(),
        watch_release: || new_release::watch(&use_stores().release),
        question,
        list: workspace_list::attach,
        last_list: || view! { <LastListView/> }.into_any(),
        everywhere: workspace_list::everywhere,
    }
}

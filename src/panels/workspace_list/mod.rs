//! The whole list of workspaces: tools, rows, what acts on many, and the palette. It is a part of the application of its
//! own (`panels::late_list`): whoever names this has all its code with it. May import `store` and below.

mod arrange_tools;
mod bulk_bar;
mod bulk_report;
mod bulk_run;
mod cells;
mod everywhere;
mod filter_box;
mod head;
mod keys;
mod layout;
mod names;
mod openers;
mod palette;
mod pickers;
mod prefs;
mod slot;
mod state;
mod table;
mod tools;

use self::everywhere::Everywhere;
use self::head::Head;
use self::table::ListTable;
use self::tools::Tools;
use crate::panels::late_list::{ListPage, ListViews};
use leptos::prelude::*;

/// All of it.
pub(crate) fn list_views() -> ListViews {
    ListViews {
        head: |page| view! { <Head page/> }.into_any(),
        body: |page| view! { <Body page/> }.into_any(),
        everywhere: || view! { <Everywhere/> }.into_any(),
    }
}

#[component]
fn Body(page: ListPage) -> impl IntoView {
    let state = state::ListState::new(page);
    let has_rows = Memo::new(move |_| page.order.with(|order| !order.is_empty()));
    keys::listen(page, state);
    view! {
        <Tools page state/>
        {move || if has_rows.get() {
            view! { <ListTable page state/> }.into_any()
        } else {
            page.instead.run(())
        }}
        <bulk_bar::BulkBar page state/>
    }
}

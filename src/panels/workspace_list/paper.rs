//! The list on paper, which shows the rows that no window does. Imports `panels::list_page`.

use crate::panels::list_page::ListPage;
use leptos::prelude::*;

/// Listens for as long as the page is there.
pub(super) fn listen(page: ListPage) {
    let before = window_event_listener(leptos::ev::beforeprint, move |_| {
        page.printed.try_set(true);
    });
    let after = window_event_listener(leptos::ev::afterprint, move |_| {
        page.printed.try_set(false);
    });
    on_cleanup(move || {
        before.remove();
        after.remove();
    });
}

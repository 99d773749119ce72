//! Keys that are pressed before the part of the application that knows them is here (`panels::late`). They are kept,
//! and the part does what they ask for as it comes: what somebody types is not lost because their network is slow. May
//! import `store` and below.

use crate::panels::late::use_late_views;
use crate::paths::Place;
use crate::store::use_stores;
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use std::cell::RefCell;

thread_local! {
    static KEPT: RefCell<Vec<KeyboardEvent>> = const { RefCell::new(Vec::new()) };
}

/// Keeps the keys that a reader presses on a page until the part is here. Panels in other pages have no keys of the
/// whole application.
pub(crate) fn keep(here: Memo<Option<Place>>) {
    let session = use_stores().session;
    let part = use_late_views().here;
    window_event_listener(leptos::ev::keydown, move |event| {
        if part.with_untracked(Option::is_none)
            && session.signed_in().is_some()
            && here.with_untracked(|place| !matches!(place, Some(Place::Embed { .. })))
        {
            // The browser would go to its own search meanwhile.
            if opens_palette(&event) {
                event.prevent_default();
            }
            KEPT.with_borrow_mut(|kept| kept.push(event));
        }
    });
}

/// How many have been kept so far: a page begins with those that come after it.
pub(crate) fn count() -> usize {
    KEPT.with_borrow(Vec::len)
}

/// Those that were kept after so many.
pub(crate) fn since(count: usize) -> Vec<KeyboardEvent> {
    KEPT.with_borrow(|kept| kept.iter().skip(count).cloned().collect())
}

/// Whether a key opens and closes the palette.
pub(crate) fn opens_palette(event: &KeyboardEvent) -> bool {
    (event.ctrl_key() || event.meta_key())
        && !event.alt_key()
        && !event.shift_key()
        && event.key().eq_ignore_ascii_case("k")
}

//! Where the keys of the page find the box of the filter, and what shows the keys. Imports nothing of the crate.

use leptos::html::Input;
use leptos::prelude::*;

/// The box, and whether the keys are shown.
#[derive(Clone, Copy)]
pub(super) struct FilterKeys {
    pub(super) filter: NodeRef<Input>,
    pub(super) keys: RwSignal<bool>,
}

thread_local! {
    static FILTER: std::cell::RefCell<Option<FilterKeys>> = const { std::cell::RefCell::new(None) };
}

/// The box of the page that is shown, for the keys.
pub(super) fn found(keys: FilterKeys) {
    FILTER.set(Some(keys));
}

/// The box of the page that is shown.
pub(super) fn filter() -> Option<FilterKeys> {
    FILTER.with_borrow(|keys| *keys)
}

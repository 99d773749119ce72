//! The one way to another page of the app: whole paths of `paths`, never resolved against the current route (docs/decisions, "Paths and
//! router"). Imports nothing of the crate.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

/// Goes to other pages; `Copy`, so that callbacks can hold it.
#[derive(Clone, Copy)]
pub struct Go(Callback<(String, bool)>);

impl Go {
    /// To a whole path, as a step that "back" undoes.
    pub fn to(&self, path: impl Into<String>) {
        self.0.run((path.into(), false));
    }

    /// To a whole path in place of the current one.
    pub fn instead(&self, path: impl Into<String>) {
        self.0.run((path.into(), true));
    }
}

/// Call it at the start of a component: the router is found through the owner.
pub fn use_go() -> Go {
    let navigate = StoredValue::new_local(use_navigate());
    Go(Callback::new(move |(path, replace): (String, bool)| {
        let _gone_with_its_page = navigate.try_with_value(|navigate| {
            navigate(&path, NavigateOptions { resolve: false, replace, ..NavigateOptions::default() });
        });
    }))
}

/// How query parameters are written: in place, so that typing adds no history, and without jumping to the top.
pub fn in_place() -> NavigateOptions {
    NavigateOptions { resolve: false, replace: true, scroll: false, ..NavigateOptions::default() }
}

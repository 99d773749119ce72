//! The one way to another page of the app: whole paths of `paths`, never resolved against the current route (docs/decisions, "Paths and
//! router"), and which page the address names. Imports `paths`, `browser`.

use crate::browser::memo::Memo;
use crate::paths::Place;
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

/// Which page the address names; provided by the app.
#[derive(Clone, Copy)]
pub struct Here(pub Memo<Option<Place>>);

/// What `of` finds in the address for the page of a component. While the page is being left the address names another one already: the last thing found stays.
pub fn use_here<T: Clone + PartialEq + Send + Sync + 'static>(of: fn(Place) -> Option<T>) -> Memo<Option<T>> {
    let here = use_context::<Here>();
    Memo::new(move |before: Option<&Option<T>>| {
        here.and_then(|here| here.0.get()).and_then(of).or_else(|| before.cloned().flatten())
    })
}

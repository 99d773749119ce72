//! The one way to another page of the app and the one way to its query: whole paths of `paths`, shown by
//! `browser::address`, told to the router, which itself only listens to "back" (docs/architecture.md, "Addresses").
//! Imports `paths`, `browser`.

use crate::browser::address;
use crate::paths::{self, Place, query};
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use leptos_router::location::{BrowserUrl, LocationProvider as _};
use std::time::Duration;

/// When an address that the browser refused is shown again: browsers count changes over some seconds.
const CATCH_UP: Duration = Duration::from_secs(10);

/// Where to, and how.
struct Step {
    path: String,
    replace: bool,
    scroll: bool,
}

/// Goes to other pages; `Copy`, so that callbacks can hold it.
#[derive(Clone, Copy)]
pub(crate) struct Go(Callback<Step>);

impl Go {
    /// To a whole path, as a step that "back" undoes.
    pub(crate) fn to(&self, path: impl Into<String>) {
        self.0.run(Step { path: path.into(), replace: false, scroll: true });
    }

    /// To a whole path in place of the current one.
    pub(crate) fn instead(&self, path: impl Into<String>) {
        self.0.run(Step { path: path.into(), replace: true, scroll: true });
    }
}

/// Call it at the start of a component: the router is found through the owner.
pub(crate) fn use_go() -> Go {
    let router = use_context::<BrowserUrl>();
    Go(Callback::new(move |step: Step| walk(router.as_ref(), &step)))
}

/// An address that is none of this app leads to the list: no link of ours has one, and what others wrote into an
/// address is not followed.
fn walk(router: Option<&BrowserUrl>, step: &Step) {
    let asked = address::resolve(&step.path).filter(|path| paths::is_inside(path));
    let path = asked.unwrap_or_else(|| paths::workspaces(None));
    let shown = address::show(&path, step.replace);
    let Some(router) = router else { return };
    let url = if shown { BrowserUrl::current() } else { BrowserUrl::parse(&path) };
    if let Ok(url) = url {
        router.as_url().maybe_update(|now| {
            let other = *now != url;
            *now = url;
            other
        });
    }
    if step.scroll
        && let Some(window) = web_sys::window()
    {
        window.scroll_to_with_x_and_y(0.0, 0.0);
    }
    if !shown {
        // The page that was asked for is there, and its address follows.
        let router = router.clone();
        set_timeout(
            move || {
                let path = whole(&router);
                if address::shown() != path {
                    address::show(&path, true);
                }
            },
            CATCH_UP,
        );
    }
}

/// The address that the router believes in.
fn whole(router: &BrowserUrl) -> String {
    router.as_url().with_untracked(|url| format!("{}{}{}", url.path(), query::with(url.search(), "", None), url.hash()))
}

/// Writes one parameter of the query.
#[derive(Clone, Copy)]
pub(crate) struct SetParam(Callback<Option<String>>);

impl SetParam {
    /// In place, so that typing adds no history; `None` takes the parameter out.
    pub(crate) fn set(&self, value: Option<String>) {
        self.0.run(value);
    }
}

/// A parameter of the query: its value, decoded once, and what writes it without going elsewhere on the page. Call it
/// at the start of a component.
pub(crate) fn use_param(key: &'static str) -> (Memo<Option<String>>, SetParam) {
    let search = use_location().search;
    let router = use_context::<BrowserUrl>();
    let value = Memo::new(move |_| search.with(|search| query::value(search, key)));
    let set = Callback::new(move |value: Option<String>| {
        let Some(router) = &router else { return };
        let path = router.as_url().with_untracked(|url| {
            format!("{}{}{}", url.path(), query::with(url.search(), key, value.as_deref()), url.hash())
        });
        walk(Some(router), &Step { path, replace: true, scroll: false });
    });
    (value, SetParam(set))
}

/// Which page the address names; provided by the app.
#[derive(Clone, Copy)]
pub(crate) struct Here(pub Memo<Option<Place>>);

/// What `of` finds in the address for the page of a component. While the page is being left the address names another
/// one already: the last thing found stays.
pub(crate) fn use_here<T: Clone + PartialEq + Send + Sync + 'static>(of: fn(Place) -> Option<T>) -> Memo<Option<T>> {
    let here = use_context::<Here>();
    Memo::new(move |before: Option<&Option<T>>| {
        here.and_then(|here| here.0.get()).and_then(of).or_else(|| before.cloned().flatten())
    })
}

//! Whether the server of this page has another release of Gantry by now. Asked for in a rhythm (`panels::new_release`)
//! and whenever a part of the application did not come. May import `api` and below.

use crate::api::release;
use crate::browser::page;
use crate::model::release::{Release, another};
use leptos::prelude::*;
use leptos::task::spawn_local;
use send_wrapper::SendWrapper;
use std::cell::Cell;
use std::rc::Rc;

/// The release. A cheap clone is the same.
#[derive(Clone)]
pub struct Releases {
    /// The other release that the server has.
    pub(crate) newer: ArcRwSignal<Option<Release>>,
    asking: SendWrapper<Rc<Cell<bool>>>,
}

impl Releases {
    /// Nothing known yet.
    pub(crate) fn new() -> Self {
        Self { newer: ArcRwSignal::new(None), asking: SendWrapper::new(Rc::default()) }
    }

    /// Asks the server, unless it is being asked.
    pub(crate) fn ask(&self) {
        if self.asking.replace(true) {
            return;
        }
        let releases = self.clone();
        spawn_local(async move {
            let found = release::version_file().await;
            releases.asking.set(false);
            if let Some(found) = found.and_then(|text| another(&page::release(), &text))
                && releases.newer.with_untracked(|known| known.as_ref() != Some(&found))
            {
                releases.newer.set(Some(found));
            }
        });
    }
}

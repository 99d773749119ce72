//! Where it is kept which keys of the filter this control plane refused: in the browser, so that the help offers them
//! no more after a reload. May import `store` and below.

use crate::browser::storage::{self, Area};
use crate::model::query::RefusedKeys;
use crate::store::Stores;
use leptos::prelude::WithUntracked as _;
use std::cell::RefCell;

const KEY: &str = "gantry.refused-keys";
const VERSION: u32 = 1;

thread_local! {
    /// The same, for where the browser keeps nothing.
    static KNOWN: RefCell<Option<RefusedKeys>> = const { RefCell::new(None) };
}

/// The control plane and its release; nothing while neither is known.
fn plane(stores: &Stores) -> String {
    let said = |info: &crate::wire::deployment::BuildInfo| format!("{} {}", info.deployment_id, info.version);
    stores.session.build_info.with_untracked(|info| info.as_deref().map(said)).unwrap_or_default()
}

fn with_known<T>(act: impl FnOnce(&mut RefusedKeys) -> T) -> T {
    KNOWN.with_borrow_mut(|known| {
        act(known.get_or_insert_with(|| storage::load(Area::Local, KEY, VERSION).unwrap_or_default()))
    })
}

/// The keys that it refused.
pub(super) fn known(stores: &Stores) -> Vec<String> {
    with_known(|known| known.of(&plane(stores)).to_vec())
}

/// Keeps what it refuses now.
pub(super) fn remember(stores: &Stores, refused: &[String]) {
    with_known(|known| {
        if let Some(more) = known.with(&plane(stores), refused) {
            storage::save(Area::Local, KEY, VERSION, &more);
            *known = more;
        }
    });
}

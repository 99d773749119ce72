//! What the reader chose for the list in this browser: how it is arranged, whether single letters are keys, saved
//! views. Views are a person's own and stand under their name. May import `store` and below.

use crate::browser::storage::{self, Area};
use crate::model::arrange::Arrangement;
use crate::model::saved_views::SavedView;
use crate::store::Stores;

const VERSION: u32 = 1;

/// Remembers how it is arranged.
pub(super) fn remember(arrangement: &Arrangement) {
    storage::set(Area::Local, storage::ARRANGEMENT, &arrangement.remembered());
}

fn views_key(stores: &Stores) -> Option<String> {
    Some(format!("{}views", stores.session.storage_prefix()?))
}

/// The views that the reader saved.
pub(super) fn views(stores: &Stores) -> Vec<SavedView> {
    views_key(stores).and_then(|key| storage::load(Area::Local, &key, VERSION)).unwrap_or_default()
}

/// Keeps them; false when the browser refused.
pub(super) fn keep_views(stores: &Stores, views: &[SavedView]) -> bool {
    views_key(stores).is_some_and(|key| storage::save(Area::Local, &key, VERSION, &views))
}

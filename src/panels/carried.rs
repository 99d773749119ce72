//! Whether this control plane carries out what its templates say of schedules (`model::schedule::Carried`). May import
//! `store` and below.

use crate::model::schedule::Carried;
use crate::store::use_stores;
use leptos::prelude::*;

/// By the licence, as soon as that is known. Call it at the start of a component.
pub(crate) fn use_carried() -> Memo<Carried> {
    let licence = use_stores().session.licence;
    Memo::new(move |_| licence.with(|licence| licence.as_ref().map(Carried::of).unwrap_or_default()))
}

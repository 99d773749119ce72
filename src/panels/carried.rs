//! Whether this control plane carries out what its templates say of schedules (`model::schedule::Carried`): asked once
//! by whoever wants to say so. May import `store` and below.

use crate::api::deployment;
use crate::model::schedule::Carried;
use crate::panels::asked::asked;
use crate::store::use_stores;
use leptos::prelude::*;

/// Asks once `wanted` says so. Call it at the start of a component.
pub(crate) fn use_carried(wanted: impl Fn() -> bool + Send + Sync + 'static) -> Memo<Carried> {
    let client = use_stores().client;
    let wanted = Memo::new(move |_| wanted());
    let known = asked(move || wanted.get().then(|| deployment::licensed_features(&client)));
    Memo::new(move |_| known.look(|answer| answer.map_or(Carried::Untold, |answer| Carried::of(answer.as_ref()))))
}

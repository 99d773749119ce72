//! The rules of a version by the classic list, which every control plane has: those of a version never change, so many
//! workspaces that have it ask for them once. May import `api` and below.

use crate::api::client::Client;
use crate::api::error::ApiError;
use crate::api::parameters as calls;
use crate::model::parameters::{Parameter, from_rich};
use crate::wire::id::Id;
use futures_util::FutureExt as _;
use futures_util::future::{LocalBoxFuture, Shared};
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

/// The rules of one version, as many may wait for them together.
pub(super) type Rules = Shared<LocalBoxFuture<'static, Result<Rc<[Parameter]>, ApiError>>>;

thread_local! {
    /// What is known, or being asked for, of the person who is signed in.
    static KNOWN: RefCell<HashMap<(Id, Id), Rules>> = RefCell::default();
}

/// The rules of a version, as `user` may read them. What failed is asked for again by the next who wants it.
pub(super) fn rules(client: &Client, user: Id, version: Id) -> Rules {
    KNOWN.with_borrow_mut(|known| {
        known.retain(|(of, _), rules| *of == user && !matches!(rules.peek(), Some(Err(_))));
        let ask = || {
            let asked = calls::classic(client, version);
            let rules = async move { Ok(asked.await?.into_iter().map(from_rich).collect()) };
            rules.boxed_local().shared()
        };
        known.entry((user, version)).or_insert_with(ask).clone()
    })
}

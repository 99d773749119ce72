//! What those who hold a form share with what drives it. May import `api` and below.

use crate::api::client::Client;
use crate::api::error::ApiError;
use crate::browser::notify::Notify;
use crate::model::parameters::Form;
use crate::wire::id::Id;
use futures_util::future::AbortHandle;
use leptos::prelude::*;
use std::cell::{Cell, RefCell};

/// How far a form is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SessionState {
    /// The control plane was asked what it asks for.
    Loading,
    /// The version is being imported still; in the control plane's words. It is asked again by itself.
    Waiting(String),
    /// It can be filled in.
    Ready,
    /// The control plane refused, or could not be asked.
    Refused(ApiError),
}

/// A form as those see it who hold it, and as its driver does.
pub(super) struct Inner {
    pub(super) client: Client,
    pub(super) version: Id,
    pub(super) owner: Cell<Id>,
    pub(super) form: ArcRwSignal<Form>,
    pub(super) state: ArcRwSignal<SessionState>,
    /// Rings when what the form holds changes.
    pub(super) changed: Notify,
    /// Not before this moment of the clock that never jumps is it sent.
    pub(super) due_ms: Cell<i64>,
    /// What the ids of its fields begin with.
    pub(super) id: String,
    /// What drives it.
    pub(super) task: RefCell<Option<AbortHandle>>,
}

impl Drop for Inner {
    fn drop(&mut self) {
        if let Some(task) = self.task.borrow().as_ref() {
            task.abort();
        }
    }
}

//! One whole workspace, for the pages about it, and what is known of it. `following` asks for it and listens; the index
//! hands it what was heard. May import `api` and below.

use crate::api::error::{ApiError, Kind};
use crate::browser::notify::Notify;
use crate::wire::id::Id;
use crate::wire::workspace::Workspace;
use futures_util::future::AbortHandle;
use leptos::prelude::*;
use send_wrapper::SendWrapper;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

/// What is known of a whole workspace.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum DetailState {
    /// Nothing yet.
    #[default]
    Loading,
    /// It.
    Ready(Arc<Workspace>),
    /// It could not be loaded; asked again by itself.
    Failed(ApiError),
    /// The server says no (403, 404): not there, or hidden.
    Refused(ApiError),
    /// It was deleted; what was last known of it.
    Deleted(Option<Arc<Workspace>>),
    /// It had been deleted before it was asked for; what it was.
    Past(Arc<Workspace>),
}

impl DetailState {
    /// The workspace, as last known.
    pub fn workspace(&self) -> Option<&Arc<Workspace>> {
        match self {
            DetailState::Ready(workspace) | DetailState::Deleted(Some(workspace)) => Some(workspace),
            _ => None,
        }
    }
}

/// What all clones of a [`WorkspaceDetail`] share. It ends with the last of them.
pub(super) struct DetailShared {
    pub(super) state: ArcRwSignal<DetailState>,
    pub(super) live: ArcRwSignal<bool>,
    pub(super) unreadable: ArcRwSignal<bool>,
    pub(super) id: Cell<Option<Id>>,
    pub(super) task: RefCell<Option<AbortHandle>>,
    /// Whether the reader wants it to be asked for at once; `poke` rings then.
    pub(super) wanted: Cell<bool>,
    pub(super) poke: Notify,
    /// Rings when something else is known of it.
    pub(super) changed: Notify,
    /// Rings when the reader wants what is not there to be looked for once more.
    pub(super) again: Notify,
    /// Takes in what was heard of the workspace, if that is another one than is known. It is a pointer, so that nothing
    /// but a page that shows a whole workspace has the code that copies and compares one.
    pub(super) take: fn(&Self, &Workspace),
}

impl Drop for DetailShared {
    fn drop(&mut self) {
        if let Some(task) = self.task.borrow_mut().take() {
            task.abort();
        }
        // Wakes the task that watches the queue, which then finds it gone and ends.
        self.poke.notify_waiters();
    }
}

impl DetailShared {
    pub(super) fn new() -> Rc<Self> {
        Rc::new(Self {
            state: ArcRwSignal::default(),
            live: ArcRwSignal::new(false),
            unreadable: ArcRwSignal::new(false),
            id: Cell::new(None),
            task: RefCell::new(None),
            wanted: Cell::new(false),
            poke: Notify::default(),
            changed: Notify::default(),
            again: Notify::default(),
            take: Self::take_in,
        })
    }

    /// Says what is known of it.
    pub(super) fn set(&self, state: DetailState) {
        self.state.set(state);
        self.changed.notify_waiters();
    }

    fn take_in(&self, workspace: &Workspace) {
        let same =
            self.state.with_untracked(|state| matches!(state, DetailState::Ready(known) if **known == *workspace));
        if !same {
            self.set(DetailState::Ready(Arc::new(workspace.clone())));
        }
    }

    /// It was deleted.
    pub(super) fn deleted(&self) {
        self.set(DetailState::Deleted(self.state.with_untracked(|state| state.workspace().cloned())));
    }

    /// It is hidden from the viewer.
    pub(super) fn hidden(&self) {
        self.set(DetailState::Refused(ApiError {
            status: Some(404),
            ..ApiError::local(Kind::NotFound, "This does not exist any more, or you may not see it.")
        }));
    }
}

/// One whole workspace, live as long as a clone of this is held.
#[derive(Clone)]
pub struct WorkspaceDetail {
    /// What is known of it.
    pub state: ArcRwSignal<DetailState>,
    /// Whether changes are pushed at this moment; false while the socket is down or must not be used.
    pub live: ArcRwSignal<bool>,
    /// Whether the last change that was pushed could not be read: what is shown is older.
    pub unreadable: ArcRwSignal<bool>,
    shared: SendWrapper<Rc<DetailShared>>,
}

impl WorkspaceDetail {
    pub(super) fn of(shared: Rc<DetailShared>) -> Self {
        let (state, live, unreadable) = (shared.state.clone(), shared.live.clone(), shared.unreadable.clone());
        Self { state, live, unreadable, shared: SendWrapper::new(shared) }
    }

    /// Asks for it anew, at once: after an own change that is not pushed, or because the reader wants it to be tried
    /// again.
    pub fn refresh(&self) {
        if self.state.with_untracked(|state| state.workspace().is_none()) {
            return self.shared.again.notify_waiters();
        }
        self.shared.wanted.set(true);
        self.shared.poke.notify_waiters();
    }

    /// Resolves when something else is known of it than at the call.
    pub(in crate::store) fn changed(&self) -> impl Future<Output = ()> + use<> {
        self.shared.changed.notified()
    }

    /// Its id, once known.
    pub fn id(&self) -> Option<Id> {
        self.shared.id.get()
    }
}

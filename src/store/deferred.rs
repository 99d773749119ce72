//! Code that comes in a part of the application of its own, which is fetched when it is first needed
//! (docs/decisions/0012-views-and-what-comes-when.md). Whoever holds it knows a few function pointers, and the app says
//! how they are fetched, so that nothing but the part reaches the code behind them. May import `api` and below.

use crate::browser::notify::Notify;
use leptos::prelude::*;
use leptos::task::spawn_local;
use send_wrapper::SendWrapper;
use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

/// A future that stays on the page's one thread.
pub type Waiting<T> = Pin<Box<dyn Future<Output = T>>>;

/// Fetches code; `None` if it did not come.
pub type Fetch<T> = fn() -> Waiting<Option<T>>;

/// What works on a store's state for as long as the page stands, once its code is here.
pub(super) struct Worker<T: 'static> {
    work: fn(Rc<T>) -> Waiting<()>,
}

impl<T> Clone for Worker<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Worker<T> {}

impl<T> Worker<T> {
    /// Whoever names `work` has all the code behind it: only the part may.
    pub(super) fn new(work: fn(Rc<T>) -> Waiting<()>) -> Self {
        Self { work }
    }

    /// Works, to the end of the page.
    pub(super) async fn work_on(self, state: Rc<T>) {
        (self.work)(state).await;
    }
}

/// Code, once it is here. A cheap clone is the same.
#[derive(Clone)]
pub(crate) struct Deferred<T: Send + Sync + 'static> {
    /// The code, if it is here.
    pub(crate) here: ArcSignal<Option<T>>,
    fetch: SendWrapper<Rc<dyn Fn() -> Waiting<Option<T>>>>,
    /// Rings when it is worth while to ask again for what did not come.
    again: SendWrapper<Notify>,
    is_wanted: SendWrapper<Rc<Cell<bool>>>,
}

impl<T: Copy + Send + Sync + 'static> Deferred<T> {
    /// Code that nobody has asked for yet; what did not come is asked for again when `again` rings.
    pub(crate) fn new(fetch: impl Fn() -> Waiting<Option<T>> + 'static, again: &Notify) -> Self {
        let came = ArcRwSignal::new(None);
        Self {
            here: came.clone().into(),
            fetch: SendWrapper::new(Rc::new(move || {
                let (came, coming) = (came.clone(), fetch());
                Box::pin(async move {
                    if came.with_untracked(Option::is_none)
                        && let Some(code) = coming.await
                    {
                        came.set(Some(code));
                    }
                    came.get_untracked()
                })
            })),
            again: SendWrapper::new(again.clone()),
            is_wanted: SendWrapper::new(Rc::default()),
        }
    }

    /// A piece of this code.
    pub(crate) fn piece<P: Copy + Send + Sync + 'static>(&self, piece: fn(T) -> P) -> Deferred<P> {
        let (here, fetch) = (self.here.clone(), self.fetch.clone());
        Deferred {
            here: ArcSignal::derive(move || here.get().map(piece)),
            fetch: SendWrapper::new(Rc::new(move || {
                let code = fetch();
                Box::pin(async move { code.await.map(piece) })
            })),
            again: self.again.clone(),
            is_wanted: SendWrapper::new(Rc::default()),
        }
    }

    /// The code, which is fetched if it is not here; `None` if it did not come.
    pub(crate) async fn get(&self) -> Option<T> {
        (self.fetch)().await
    }

    /// The code, however long it takes.
    pub(crate) async fn wait(&self) -> T {
        loop {
            let notified = self.again.notified();
            if let Some(code) = self.get().await {
                return code;
            }
            notified.await;
        }
    }

    /// Has the code fetched, however long it takes, by whoever asks first.
    pub(crate) fn want(&self) {
        if !self.is_wanted.replace(true) {
            let wanted = self.clone();
            spawn_local(async move {
                wanted.wait().await;
            });
        }
    }
}

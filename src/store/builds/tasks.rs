//! Tasks that end with the page that began them. Imports nothing of the crate.

use futures_util::future::{AbortHandle, abortable};
use leptos::task::spawn_local;
use std::cell::RefCell;

/// Tasks that end with the page.
#[derive(Default)]
pub(super) struct Tasks(RefCell<Vec<AbortHandle>>);

impl Tasks {
    pub(super) fn spawn(&self, future: impl Future<Output = ()> + 'static) {
        let (task, handle) = abortable(future);
        self.0.borrow_mut().push(handle);
        spawn_local(async move {
            // Aborted when the page is left.
            let _ = task.await;
        });
    }
}

impl Drop for Tasks {
    fn drop(&mut self) {
        for task in self.0.borrow().iter() {
            task.abort();
        }
    }
}

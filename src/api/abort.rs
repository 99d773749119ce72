//! The end of a request that nobody waits for any more: one that hangs would hold one of the few connections that a
//! browser has to a host. Imports nothing of the crate.

/// Aborts its request when it is dropped, and with it the future that waits for the answer.
pub(super) struct AbortOnDrop(Option<web_sys::AbortController>);

impl AbortOnDrop {
    pub(super) fn new() -> Self {
        Self(web_sys::AbortController::new().ok())
    }

    /// What the request is given.
    pub(super) fn signal(&self) -> Option<web_sys::AbortSignal> {
        self.0.as_ref().map(web_sys::AbortController::signal)
    }

    /// The answer is here whole: nothing is left to end.
    pub(super) fn finished(mut self) {
        self.0 = None;
    }
}

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        if let Some(controller) = &self.0 {
            controller.abort();
        }
    }
}

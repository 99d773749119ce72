//! Sees to it that what the viewer wants of an operation is heard by the tab that drives it, or says that it was not.
//! May import `api` and below.

use super::shared::Shared;
use crate::browser::timers;
use crate::model::operation::{Operation, Wish};
use crate::store::toasts::Tone;
use leptos::prelude::*;
use std::rc::Rc;

/// How often it is looked whether a wish was heard, and after how many milliseconds each time: a hidden tab hears at
/// once, and what it stores comes a little later.
const LOOKS: usize = 12;
const LOOK_MS: i64 = 250;

impl Shared {
    /// Looks whether the tab that drives an operation heard what the viewer wants of it. A build can be canceled
    /// without that tab; anything else is said. Reached by [`super::Driver`] alone.
    pub(super) async fn see_to(self: Rc<Self>, operation: Operation, wish: Wish) {
        let workspace = operation.workspace;
        let epoch = self.epoch.get();
        let signal = self.signal(workspace);
        for _ in 0..LOOKS {
            timers::sleep(LOOK_MS).await;
            let now = signal.get_untracked().filter(|now| now.began_ms == operation.began_ms);
            // It is over, or was taken up here, with what was wanted of it.
            let Some(now) = now.filter(|_| epoch == self.epoch.get() && !self.driven.borrow().contains_key(&workspace))
            else {
                return;
            };
            if let (Wish::Cancel, Some(refusal)) = (wish, now.cancel_refusal()) {
                self.toasts.show(Tone::Bad, refusal, now.after_cancel_refusal(), None);
                return;
            }
        }
        let Some(now) = signal.get_untracked().filter(|now| !wish.is_heard_in(now)) else { return };
        if wish != Wish::Cancel || !self.cancel_directly(workspace) {
            self.toasts.show(Tone::Bad, wish.unheard_text(&now), None, None);
        }
    }
}

//! Something that a page asks the control plane for: asked when the page opens, again when what it is about changes,
//! when somebody wants it, and by itself when a control plane that did not answer answers again. May import `store` and
//! below.

use crate::api::answer::Asked;
use crate::api::error::{ApiError, Kind};
use crate::store::use_stores;
use leptos::prelude::*;
use leptos::task::spawn_local_scoped_with_cancellation;
use std::sync::Arc;

/// An answer, and the way to ask for it again.
pub(crate) struct Answered<T: Send + Sync + 'static> {
    state: RwSignal<Option<Result<Arc<T>, ApiError>>>,
    turn: RwSignal<u32>,
    is_asking: StoredValue<bool>,
}

impl<T: Send + Sync + 'static> Clone for Answered<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Answered<T> {}

impl<T: Send + Sync + 'static> Answered<T> {
    /// The answer; `None` while there is none. Tracked.
    pub(crate) fn get(self) -> Option<Result<Arc<T>, ApiError>> {
        self.state.get()
    }

    /// What was answered, if it was. Tracked.
    pub(crate) fn ready(self) -> Option<Arc<T>> {
        self.state.with(|state| state.as_ref()?.as_ref().ok().cloned())
    }

    /// Looks at the answer where it is; tracked.
    pub(crate) fn look<R>(self, look: impl FnOnce(Option<&T>) -> R) -> R {
        self.state.with(|state| look(state.as_ref().and_then(|answer| answer.as_ref().ok()).map(Arc::as_ref)))
    }

    /// Why there is no answer, if it failed. Tracked.
    pub(crate) fn error(self) -> Option<ApiError> {
        self.state.with(|state| state.as_ref()?.as_ref().err().cloned())
    }

    /// Asks again unless it is being asked: for who looks again and again, however slow the answers are.
    pub(crate) fn look_again(self) {
        if self.is_asking.try_get_value() == Some(false) {
            self.again();
        }
    }

    /// Asks again; what is known stays until the answer is there.
    pub(crate) fn again(self) {
        self.turn.update(|turn| *turn = turn.wrapping_add(1));
    }
}

/// Asks for what `ask` wants, and again whenever something that it reads changes; what was known goes then unless `ask`
/// wants nothing. Call it at the start of a component.
pub(crate) fn asked<T: Send + Sync + 'static>(ask: impl Fn() -> Option<Asked<T>> + 'static) -> Answered<T> {
    let answered = Answered { state: RwSignal::new(None), turn: RwSignal::new(0), is_asking: StoredValue::new(false) };
    let Answered { state, turn, is_asking } = answered;
    let before = StoredValue::new(0_u32);
    Effect::new(move |first: Option<()>| {
        let turn = turn.get();
        let Some(question) = ask() else { return };
        let same_again = before.try_update_value(|before| std::mem::replace(before, turn)) != Some(turn);
        if first.is_some() && !same_again {
            state.set(None);
        }
        is_asking.set_value(true);
        spawn_local_scoped_with_cancellation(async move {
            let answer = question.await;
            is_asking.try_set_value(false);
            match answer {
                Err(error) if error.kind == Kind::Aborted => {}
                answer => {
                    state.try_set(Some(answer.map(Arc::new)));
                }
            }
        });
    });
    let answers = use_stores().client.again().clone();
    spawn_local_scoped_with_cancellation(async move {
        loop {
            answers.notified().await;
            if state.try_with_untracked(|state| matches!(state, Some(Err(_)))).unwrap_or_default() {
                answered.again();
            }
        }
    });
    answered
}

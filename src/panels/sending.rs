//! A form that stays as it is until the control plane took what it sent: what is refused is mended where it was typed.
//! May import `store` and below.

use super::action_runner::ActionRunner;
use crate::model::operation::{Operation, Outcome, Report};
use crate::wire::id::Id;
use leptos::prelude::*;

/// What a form knows of what it sent.
#[derive(Clone, Copy)]
pub(crate) struct Sending {
    /// Whether it was sent and not answered yet.
    pub(crate) under_way: RwSignal<bool>,
    /// What the control plane said against it.
    pub(crate) refused: RwSignal<Option<Report>>,
}

/// Watches the operation that a form begins on a workspace, from when [`Sending::under_way`] is set. `taken` is called
/// once the control plane has taken its first request: with the operation, if something of it is known still.
pub(crate) fn sending(
    runner: ActionRunner,
    workspace: impl Fn() -> Option<Id> + Send + Sync + 'static,
    taken: impl Fn(Option<&Operation>) + 'static,
) -> Sending {
    let sending = Sending { under_way: RwSignal::new(false), refused: RwSignal::new(None) };
    let operation = Memo::new(move |_| {
        let id = workspace()?;
        runner.stores.with_value(|stores| stores.operations.of(id)).get()
    });
    Effect::new(move |_| {
        let now = operation.get();
        if !sending.under_way.get() {
            return;
        }
        match now.as_ref().map(|operation| (operation.report(), operation.was_taken())) {
            Some((Some(report), false)) if matches!(report.result, Outcome::Refused | Outcome::NotSent) => {
                // It stands where one types, and need not be said twice.
                let (told, id) = (report.clone(), now.as_ref().map(|operation| operation.workspace));
                runner.stores.with_value(|stores| stores.operations.dismiss(id.unwrap_or_default()));
                sending.under_way.set(false);
                sending.refused.set(Some(told));
            }
            // It is on its way.
            Some((None, false)) => {}
            _ => {
                sending.under_way.set(false);
                taken(now.as_ref());
            }
        }
    });
    sending
}

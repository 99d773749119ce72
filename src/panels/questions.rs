//! The question before an action, once it is asked for (`panels::action_runner`). What draws it comes right after the
//! first rows (`panels::late`). May import `store` and below.

use crate::panels::action_runner::ActionRunner;
use crate::panels::late::use_late_views;
use crate::store::toasts::Tone;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The question that is being asked, if any.
#[component]
pub(crate) fn Questions(
    /// What the questions are asked by.
    runner: ActionRunner,
) -> impl IntoView {
    let waiting = runner.stores.with_value(|stores| stores.operations.to_ask());
    Effect::new(move |_| {
        let next = waiting.with(|waiting| waiting.first().copied());
        if let Some((id, action)) = next.filter(|_| runner.asked.with(Option::is_none)) {
            waiting.update(|waiting| waiting.retain(|(other, _)| *other != id));
            let row = runner.stores.with_value(|stores| stores.workspaces.snapshot(id));
            runner.asked.set(row.map(|row| (row, action)));
        }
    });
    let views = use_late_views();
    let here = views.here.clone();
    Effect::new(move |_| {
        if runner.asked.with(Option::is_none) || views.here.with_untracked(Option::is_some) {
            return;
        }
        let views = views.clone();
        spawn_local(async move {
            // The page may have been left meanwhile: nobody asks any more then.
            if views.get().await.is_none()
                && let Some(Some((row, action))) = runner.asked.try_update(Option::take)
            {
                let text = format!(
                    "{} of {} was not begun: a part of Gantry could not be loaded from this server. Reload the page and try again.",
                    action.word(),
                    row.name
                );
                runner.stores.with_value(|stores| stores.toasts.show(Tone::Bad, text, None, None));
            }
        });
    });
    move || {
        let (views, (row, action)) = (here.get()?, runner.asked.get()?);
        Some((views.question)(runner, row, action))
    }
}

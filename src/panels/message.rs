//! Messages of the stores as toasts, and the stops that can be undone still. May import `store` and below.

use crate::browser::{page, route_focus};
use crate::components::gauge::Eta;
use crate::components::icon::icon;
use crate::components::toast::Toast;
use crate::model::{actions, operation};
use crate::store::{Stores, toasts};
use crate::wire::id::Id;
use leptos::prelude::*;

/// What the toast region shows of a message.
pub(crate) fn toast(toast: toasts::Toast) -> Toast {
    Toast {
        id: toast.id,
        failed: toast.tone == toasts::Tone::Bad,
        good: toast.tone == toasts::Tone::Good,
        text: toast.text,
        detail: toast.detail,
        link: toast.link,
    }
}

/// The id of the button that acts on a workspace in its row; the focus goes back there.
pub(crate) fn action_id(workspace: Id) -> String {
    format!("act-{workspace}")
}

/// One message per stop that this tab holds back: what it ends, for how long it can be undone (docs/look.md, "Dialog").
pub(crate) fn undoable(stores: &Stores) -> impl IntoView + use<> {
    let held = stores.operations.held();
    let stores = StoredValue::new(stores.clone());
    view! { <For each=move || held.get() key=|id| *id let(id)>{held_stop(stores, id)}</For> }
}

fn held_stop(stores: StoredValue<Stores>, id: Id) -> impl IntoView {
    let (operation, now) = stores.with_value(|stores| (stores.operations.of(id), stores.clock.now_ms.clone()));
    let named = operation.with_untracked(|operation| operation.as_ref().map(|operation| operation.name.clone()));
    let name = named.unwrap_or_default();
    let left = operation::seconds_left(operation::HOLD_MS, 0);
    let said = format!("{name} stops in {left}. {} Undo it at its button, or in the messages.", actions::STOP_ENDS);
    stores.with_value(|stores| stores.toasts.say(said));
    let waiting = operation.clone();
    let waits = Memo::new(move |_| {
        waiting.with(|operation| operation.as_ref().is_some_and(operation::Operation::waits_for_answer))
    });
    let until = move || operation.with(|operation| operation.as_ref().and_then(operation::Operation::held_until_ms));
    let left = Memo::new(move |_| until().map(|until| (until - now.get()).clamp(0, operation::HOLD_MS)));
    let done = Signal::derive(move || {
        (operation::HOLD_MS - left.get().unwrap_or_default()) as f64 / operation::HOLD_MS as f64
    });
    let label = format!("Stopping {name}");
    let button = format!("undo-{id}");
    let kept = button.clone();
    Effect::new(move |_| {
        // It goes: the focus goes back to the row, else to the page's heading, never nowhere.
        if left.with(Option::is_none)
            && page::focused().is_some_and(|element| element.id() == kept)
            && !page::focus(&action_id(id))
        {
            route_focus::focus_heading(|| ());
        }
    });
    view! {
        <div class="toast" role="group" aria-live="off" aria-label=label>
            <p>
                "Stopping "<b>{name}</b>
                {move || left.get().map(|left| if waits.get() {
                    " once the control plane answers. ".to_owned()
                } else {
                    format!(" in {}. ", operation::seconds_left(left, 0))
                })}
                <span class="soft">{actions::STOP_ENDS}" Closing this page keeps it running."</span>
            </p>
            <button class="btn s" type="button" id=button on:click=move |_| stores.with_value(|stores| stores.operations.undo(id))>
                {icon("undo")}"Undo"
            </button>
            <Show when=move || left.with(Option::is_some)><Eta done/></Show>
        </div>
    }
}

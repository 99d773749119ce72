//! The name of the new workspace. May import `panels` and below.

use super::state::FormState;
use crate::browser::timers;
use crate::components::icon::icon_with;
use crate::model::creation::suggestion;
use leptos::prelude::*;

/// The id of its field.
pub(super) const FIELD: &str = "new-name";

const RULE: &str = "1 to 32 letters, digits and single hyphens; not “new” or “create”.";

/// A name that nobody chose.
pub(super) fn suggested() -> String {
    suggestion([timers::random(), timers::random(), timers::random()])
}

/// The row of the form.
#[component]
pub(super) fn Name(state: FormState) -> impl IntoView {
    let problem = Memo::new(move |_| state.name_problem());
    let wrong = Memo::new(move |_| problem.with(Option::is_some));
    let another = move |_| {
        state.name.set(suggested());
        state.is_suggested.set(true);
    };
    let typed = move |event| {
        state.name.set(event_target_value(&event));
        state.is_suggested.set(false);
    };
    let trim = move |_| {
        // A field that has the focus while the page is left loses it when its state is gone.
        let Some(before) = state.name.try_get_untracked() else { return };
        let plain = before.trim();
        if before != plain {
            state.name.set(plain.to_owned());
        }
    };
    view! {
        <div class="fr">
            <div class="lab"><label for=FIELD>"Name"</label></div>
            <div class="ctl"><span class="field" class:bad-value=move || wrong.get()>
                <input id=FIELD type="text" autocomplete="off" autocapitalize="none" spellcheck="false" required=true
                    aria-invalid=move || wrong.get().then_some("true") aria-describedby="new-name-note"
                    prop:value=move || state.name.get() on:input=typed on:blur=trim/>
                <button type="button" aria-label="Another name" on:click=another>"Another"</button>
            </span></div>
            <div class="notes"><p class="note" id="new-name-note">
                <Show when=move || wrong.get()>{icon_with("failed", "bad")}</Show>
                <span>
                    <Show when=move || wrong.get() fallback=|| RULE><b class="bad">{move || problem.get()}</b></Show>
                </span>
            </p></div>
        </div>
    }
}

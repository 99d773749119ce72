//! Whose the new workspace is: one's own, or somebody else's where the viewer may make workspaces for others. May
//! import `panels` and below.

use super::state::{FormState, Owner};
use crate::api::users as calls;
use crate::components::icon::icon_with;
use crate::model::permission::Right;
use crate::store::use_stores;
use crate::wire::user::BriefUser;
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use leptos::task::spawn_local_scoped_with_cancellation;
use std::time::Duration;

/// The id of its field.
pub(super) const FIELD: &str = "new-owner";

/// How many people are offered.
const OFFERED: usize = 12;

/// How long typing pauses before the control plane is asked.
const PAUSE: Duration = Duration::from_millis(250);

/// The row of the form; a sentence where there is no choice.
#[component]
pub(super) fn OwnerRow(state: FormState) -> impl IntoView {
    let stores = use_stores();
    let organization = state.template.with_value(|template| template.organization_id);
    let permissions = stores.permissions.clone();
    let may = Memo::new(move |_| permissions.may(Right::CreateForOthers { organization }) == Some(true));
    let others = Memo::new(move |_| may.get() || state.owner.with(Option::is_none));
    view! { <Show when=move || others.get()><Choice state/></Show> }
}

#[component]
fn Choice(state: FormState) -> impl IntoView {
    let stores = use_stores();
    let client = StoredValue::new(stores.client);
    let organization = state.template.with_value(|template| template.organization_id);
    let me = StoredValue::new(
        stores
            .session
            .signed_in()
            .map(|signed_in| Owner { id: signed_in.user.id, username: signed_in.user.username.clone() }),
    );
    let first = state.owner.get_untracked().or_else(|| me.get_value()).map(|owner| owner.username);
    let text = RwSignal::new(first.unwrap_or_default());
    let (people, trouble) = (RwSignal::new(Vec::<BriefUser>::new()), RwSignal::new(None::<String>));
    // The last question asked; an answer to an earlier one is not taken in.
    let question = RwSignal::new(None::<String>);
    Effect::new(move |_| {
        let Some(sought) = question.get() else { return };
        let client = client.get_value();
        spawn_local_scoped_with_cancellation(async move {
            match calls::possible_owners(&client, organization, &sought, OFFERED).await {
                Ok(found) => {
                    trouble.try_set(None);
                    people.try_set(found);
                }
                Err(error) => {
                    trouble.try_set(Some(error.sentence()));
                }
            }
        });
    });
    // Who is typed is the owner as soon as that is somebody.
    Effect::new(move |_| {
        let typed = text.get();
        let same = |name: &str| name.eq_ignore_ascii_case(typed.trim());
        let known = people.with(|people| {
            people
                .iter()
                .find(|user| same(&user.username))
                .map(|user| Owner { id: user.id, username: user.username.clone() })
        });
        let owner = known
            .or_else(|| me.get_value().filter(|me| same(&me.username)))
            .or_else(|| state.owner.get_untracked().filter(|owner| same(&owner.username)));
        if state.owner.with_untracked(|before| *before != owner) {
            if let (Some(owner), Some(session)) = (&owner, state.session.get_untracked()) {
                session.set_owner(owner.id);
            }
            state.owner.set(owner);
        }
    });
    let waiting = StoredValue::new(None::<TimeoutHandle>);
    let still = move || {
        if let Some(handle) = waiting.try_update_value(Option::take).flatten() {
            handle.clear();
        }
    };
    on_cleanup(still);
    let typed = move |event| {
        let sought = event_target_value(&event);
        text.set(sought.clone());
        still();
        let ask = move || {
            question.try_set(Some(sought.trim().to_owned()));
        };
        waiting.set_value(set_timeout_with_handle(ask, PAUSE).ok());
    };
    let nobody = Memo::new(move |_| state.owner.with(Option::is_none));
    let is_other = Memo::new(move |_| {
        state.owner.with(|owner| {
            owner.as_ref().is_some_and(|owner| me.with_value(|me| me.as_ref().is_some_and(|me| me.id != owner.id)))
        })
    });
    let said = move || {
        if let Some(error) = trouble.get() {
            return format!("People could not be looked for: {error}");
        }
        if nobody.get() {
            return "Nobody of this name may own it. Type a user name and choose one.".to_owned();
        }
        if is_other.get() {
            "It counts on their quota, and they may delete it.".to_owned()
        } else {
            "You, or whom you type.".to_owned()
        }
    };
    view! {
        <div class="fr">
            <div class="lab"><label for=FIELD>"Owner"</label></div>
            <div class="ctl"><span class="field" class:bad-value=move || nobody.get()>
                <input id=FIELD type="text" list="new-owner-list" autocomplete="off" autocapitalize="none" spellcheck="false"
                    aria-invalid=move || nobody.get().then_some("true") aria-describedby="new-owner-note"
                    prop:value=move || text.get() on:input=typed on:focus=move |_| if question.with_untracked(Option::is_none) { question.set(Some(String::new())) }/>
                <datalist id="new-owner-list">
                    {move || people.get().into_iter().map(|user| view! { <option value=user.username>{user.name}</option> }).collect_view()}
                </datalist>
            </span></div>
            <div class="notes"><p class="note" id="new-owner-note" role="status">
                <Show when=move || nobody.get()>{icon_with("failed", "bad")}</Show><span class:bad=move || nobody.get()>{said}</span>
            </p></div>
        </div>
    }
}

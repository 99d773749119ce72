//! The bar below the form: the one button, what is missing still, and what became of it (docs/look.md, "Form bar"). May
//! import `panels` and below.

use super::state::FormState;
use super::{accounts, name, owner};
use crate::browser::page;
use crate::components::button::Button;
use crate::components::icon::icon;
use crate::model::creation::{Hindrance, Place, Step, hindrances};
use crate::model::duration::about;
use crate::model::templates::usual_start;
use crate::paths;
use crate::store::parameters::{ParameterSession, SessionState};
use leptos::prelude::*;

/// What stands in the way, in the order of the form. Tracked.
pub(super) fn in_the_way(state: FormState) -> Vec<Hindrance> {
    let accounts = state.accounts.ready().map(|each| each.items.clone()).unwrap_or_default();
    let parameters = state.session.get().map(|session| {
        session
            .problems()
            .into_iter()
            .map(|(name, _)| {
                let label = session.rule(&name).map(|rule| rule.label.clone()).unwrap_or_default();
                (name, label)
            })
            .collect::<Vec<_>>()
    });
    let mut all = hindrances(
        state.name_problem().as_deref(),
        state.owner.with(Option::is_some),
        &accounts,
        &parameters.unwrap_or_default(),
    );
    if state.schedule_problem().is_some() {
        all.push(Hindrance { place: Place::Schedule, text: "mend its schedule".to_owned() });
    }
    all
}

/// What is waited for, if the form is not known yet; a sentence. Tracked.
pub(super) fn waits_for(state: FormState) -> Option<String> {
    if let Some(hindrance) = state.hindrance.get() {
        return Some(hindrance.sentence);
    }
    let is_of_this_version = state.session_of.get() == Some(state.version.get());
    let Some(session) = state.session.get().filter(|_| is_of_this_version) else {
        return Some("The version is being read.".to_owned());
    };
    match session.state() {
        SessionState::Loading => return Some("The parameters are being read.".to_owned()),
        SessionState::Waiting(said) => return Some(said),
        SessionState::Refused(error) => return Some(format!("The parameters could not be read: {}", error.sentence())),
        SessionState::Ready => {}
    }
    if let Some(error) = state.accounts.error() {
        return Some(format!("The accounts that it needs could not be read: {}", error.sentence()));
    }
    if state.accounts.ready().is_none() {
        return Some("The accounts that it needs are being read.".to_owned());
    }
    session.general().into_iter().next()
}

/// The id of the schedule's heading.
pub(super) const SCHEDULE: &str = "new-schedule";

/// Takes the reader to what is missing.
fn lead(state: FormState, place: &Place) {
    match place {
        Place::Name => page::focus(name::FIELD),
        Place::Owner => page::focus(owner::FIELD),
        Place::Account(id) => page::focus(&accounts::button_id(id)),
        Place::Parameter(name) => state.session.with_untracked(|session| {
            session.as_ref().is_some_and(|session| {
                let _shows_all_faults = session.try_it();
                page::focus(&session.field_id(name, ""))
            })
        }),
        Place::Schedule => page::focus(SCHEDULE),
        Place::Parameters => false,
    };
}

/// The bar.
#[component]
pub(super) fn Bar(
    state: FormState,
    on_send: Callback<()>,
    on_read_anew: Callback<()>,
    on_another_name: Callback<()>,
) -> impl IntoView {
    let missing = Memo::new(move |_| in_the_way(state));
    let waits = Memo::new(move |_| waits_for(state));
    let checking =
        Memo::new(move |_| state.session.get().is_some_and(|session: ParameterSession| session.is_being_checked()));
    let reason = Signal::derive(move || {
        if state.is_sending.get() {
            return Some("It was sent; the control plane has not answered yet.".to_owned());
        }
        if let Some(text) = waits.get() {
            return Some(text);
        }
        let texts = missing.with(|missing| missing.iter().map(|one| one.text.clone()).collect::<Vec<_>>());
        if !texts.is_empty() {
            return Some(format!("Not yet: {}.", texts.join(", ")));
        }
        checking.get().then(|| "The control plane is looking at the values.".to_owned())
    });
    let is_ready = Memo::new(move |_| reason.with(Option::is_none));
    let listed = move || missing.get().into_iter().enumerate().collect::<Vec<_>>();
    let usual =
        state.template.with_value(|template| usual_start(template)).map(|ms| format!("Usually about {}.", about(ms)));
    let said = move || {
        if state.is_sending.get() {
            return view! { <span role="status">{icon("starting")}" Asking the control plane."</span> }.into_any();
        }
        if let Some(refused) = state.refused.get() {
            let step = refused.refusal.step.clone();
            let way = match step {
                Step::AnotherName => Some(view! { <button type="button" class="link" on:click=move |_| on_another_name.run(())>"Take the next free name"</button> }.into_any()),
                Step::ReadAnew => Some(view! { <button type="button" class="link" on:click=move |_| on_read_anew.run(())>"Read it anew"</button> }.into_any()),
                Step::AnotherTemplate => Some(view! { <a href=paths::templates()>"All templates"</a> }.into_any()),
                Step::AnotherOwner | Step::AskAdministrator | Step::MendFields | Step::TryAgain(_) => None,
            };
            let next = if refused.is_unsure {
                "It is not known whether it was made. Try again: Gantry looks for it first, and makes no second one."
                    .to_owned()
            } else {
                refused.refusal.step.sentence()
            };
            return view! {
                <span role="alert">
                    <b class="bad">{refused.refusal.words}</b>" "{next}" "{way}
                    {refused.request_id.map(|id| view! { <span class="muted small">" Request id "<span class="mono">{id}</span></span> })}
                </span>
            }
            .into_any();
        }
        if let Some(text) = waits.get() {
            return view! { <span>{text}</span> }.into_any();
        }
        if missing.with(|missing| !missing.is_empty()) {
            return view! {
                "Not yet: "
                <For each=listed key=|(at, one)| (*at, one.text.clone()) let((at, one))>
                    {(at > 0).then_some(", ")}
                    <button type="button" class="link" on:click=move |_| lead(state, &one.place)>{one.text.clone()}</button>
                </For>
                "."
            }
            .into_any();
        }
        if checking.get() {
            return view! { <span>"The control plane is looking at the values."</span> }.into_any();
        }
        view! { <span>{usual.clone()}</span> }.into_any()
    };
    let class = Signal::derive(move || if is_ready.get() { "fill".to_owned() } else { String::new() });
    view! {
        <div class="selbar" role="region" aria-label="Create">
            <Button submit=true class reason on_click=move |()| on_send.run(())>"Create workspace"</Button>
            <div class="why">{said}</div>
        </div>
    }
}
